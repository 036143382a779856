"""Turns read from either spelling."""

from adapters.sim.poe import conversation
from adapters.sim.poe.conversation import Attachment, Turn


def test_items_and_messages_read_to_the_same_turns() -> None:
    items = [
        {"role": "developer", "content": "be kind"},
        {"role": "user", "content": [{"type": "input_text", "text": "hi"}]},
    ]
    messages = [
        {"role": "developer", "content": "be kind"},
        {"role": "user", "content": [{"type": "text", "text": "hi"}]},
    ]
    expected = [Turn(role="system", text="be kind"), Turn(role="user", text="hi")]
    assert conversation.from_items(items, {}) == expected
    assert conversation.from_messages(messages, developer=True) == expected


def test_reasoning_items_are_passed_over_and_calls_named() -> None:
    names: dict[str, str] = {}
    turns = conversation.from_items(
        [
            {"type": "reasoning", "summary": []},
            {"type": "function_call", "call_id": "c", "name": "f", "arguments": "{}"},
            {"type": "function_call_output", "call_id": "c", "output": [{"x": 1}]},
        ],
        names,
    )
    assert names == {"c": "f"}
    assert turns == [
        Turn(role="assistant", text="{}", tool="f"),
        Turn(role="tool", text='[{"x": 1}]', tool="f"),
    ]


def test_audio_parts_are_stripped_without_a_word() -> None:
    parts = [{"type": "input_audio", "input_audio": {}}, {"type": "text", "text": "hi"}]
    assert conversation.from_messages([{"role": "user", "content": parts}], developer=False) == [
        Turn(role="user", text="hi")
    ]


def test_attachments_weigh_what_they_are() -> None:
    image = Attachment(kind="image", name="a.png", media_type="image/png", data=b"x")
    text = Attachment(kind="file", name="a.txt", media_type="text/plain", data=b"x" * 400)
    pdf = Attachment(kind="file", name="a.pdf", media_type="application/pdf", data=b"x" * 640)
    link = Attachment(kind="file", name="a.pdf", media_type="", url="https://example.com")
    assert [one.weight for one in (image, text, pdf, link)] == [765, 100, 11, 5]
    assert Turn(role="user", text="abcd", attachments=(image,)).weight == 770

"""What comes back of a `markdown` block."""

from typing import Any

from adapters.sim.slack import SlackServer, translated
from tests.adapters.sim.slack.conftest import Api

Json = dict[str, Any]


def kinds(text: str) -> list[str]:
    return [block["type"] for block in translated.markdown(text)]


def parts(text: str) -> list[Json]:
    """The parts of the one rich text that a text becomes."""
    (block,) = translated.markdown(text)
    found: list[Json] = block["elements"]
    return found


def test_one_block_becomes_many() -> None:
    assert kinds("# Title\n\none\n\n---\n\n| a | b |\n| - | - |\n| 1 | 2 |\n\ntwo\n\nthree") == [
        "header",
        "rich_text",
        "divider",
        "table",
        "rich_text",
    ]


def test_words_keep_their_looks() -> None:
    (section,) = parts("a **b _c_** `d` ~~e~~ [f](https://example.com)")
    shown = [(part["text"], part.get("style", {})) for part in section["elements"] if part["text"].strip()]
    assert shown == [
        ("a ", {}),
        ("b ", {"bold": True}),
        ("c", {"bold": True, "italic": True}),
        ("d", {"code": True}),
        ("e", {"strike": True}),
        ("f", {}),
    ]
    assert section["elements"][-1]["url"] == "https://example.com"


def test_code_keeps_its_language_and_lists_are_flat() -> None:
    (code,) = parts("```python\nx < 1\n```")
    assert (code["type"], code["language"], code["elements"][0]["text"]) == (
        "rich_text_preformatted",
        "python",
        "x < 1",
    )
    lists = parts("3. one\n   - two\n4. three\n\n> quoted")
    shown = [(p["type"], p.get("style"), p.get("indent"), p.get("offset")) for p in lists]
    assert shown == [
        ("rich_text_list", "ordered", 0, 2),
        ("rich_text_list", "bullet", 1, 0),
        ("rich_text_list", "ordered", 0, 3),
        ("rich_text_quote", None, None, None),
    ]


def test_a_mention_is_one_only_where_it_is_not_escaped() -> None:
    (section,) = parts("<!here> and &lt;!here&gt; and `<@U0ADA00000>`")
    assert [part["type"] for part in section["elements"]] == ["broadcast", "text", "text"]
    assert section["elements"][1]["text"] == " and <!here> and "
    assert section["elements"][2]["text"] == "<@U0ADA00000>"


async def test_a_message_is_read_as_slack_made_it(slack: SlackServer, api: Api) -> None:
    said = await api.post(blocks=[{"type": "markdown", "text": "# Title\n\n**one**"}, {"type": "divider"}])
    place = {"channel": said.channel_id, "ts": said.ts}
    read = (await api.ok("conversations.replies", **place))["messages"][0]
    assert [block["type"] for block in read["blocks"]] == ["header", "rich_text", "divider"]
    assert said.shown == "# Title\n\n**one**"


async def test_a_stream_is_read_while_it_grows(slack: SlackServer, api: Api) -> None:
    asked = slack.as_person("ada").say("dm", "count")
    place = {"channel": asked.channel_id}
    begun = await api.ok("chat.startStream", **place, thread_ts=asked.ts, markdown_text="**one**")
    read = (await api.ok("conversations.replies", **place, ts=asked.ts))["messages"][1]
    assert (read["streaming_state"], read["blocks"][0]["type"]) == ("in_progress", "rich_text")
    await api.ok("chat.stopStream", **place, ts=begun["ts"])
    read = (await api.ok("conversations.replies", **place, ts=asked.ts))["messages"][1]
    assert read["streaming_state"] == "completed"

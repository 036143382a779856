"""What the simulated model says."""

import base64
from typing import Any

import pytest

from adapters.sim.poe import media


async def test_an_ordinary_answer_is_a_short_article_on_the_subject(call: Any) -> None:
    text = await call.said("How do bees find their way home?")
    assert text.startswith("## ")
    assert "bees" in text
    assert text.count("\n- ") == 3
    assert 40 <= len(text.split()) <= 140


async def test_an_answer_is_the_same_every_time_and_differs_by_question(call: Any) -> None:
    assert await call.said("tea") == await call.said("tea")
    assert await call.said("tea") != await call.said("rain")


async def test_words_and_characters_are_counted_exactly(call: Any) -> None:
    for number in (1, 12, 40, 300):
        assert len((await call.said(f"Tell me about tea in {number} words")).split()) == number
    for number in (1, 7, 100, 5000, 20_000):
        assert len(await call.said(f"[[len={number}]] tea")) == number


async def test_a_long_answer_has_everything_that_is_hard_to_split(call: Any) -> None:
    text = await call.said("[[len=6000]] tea")
    assert text.count("```") >= 4
    assert "| --- |" in text
    assert "\n1. " in text
    assert text == text.rstrip()


@pytest.mark.parametrize(
    "language", ["python", "javascript", "typescript", "rust", "go", "sql", "bash", "html", "json"]
)
async def test_code_comes_in_the_language_asked_for(call: Any, language: str) -> None:
    text = await call.said(f"Count the birds in {language} code")
    assert f"```{language}\n" in text
    assert text.count("```") == 2


async def test_a_table_and_a_list_come_when_asked_for(call: Any) -> None:
    assert "| --- | --- | ---: |" in await call.said("Compare tea and coffee in a table")
    assert "\n5. " in await call.said("top 5 teas")


async def test_it_remembers_replayed_turns(call: Any) -> None:
    said = [
        {"role": "user", "content": "My name is Ada."},
        {"role": "assistant", "content": [{"type": "output_text", "text": "Nice to meet you."}]},
        {"role": "user", "content": "What did I say?"},
    ]
    assert await call.said(said) == "Before this you said:\n\n1. “My name is Ada.”"
    assert await call.said("What did I say?") == "You have not said anything before this."
    assert await call.said("What is my name?") == "You have not told me your name yet."


async def test_attachments_are_described(call: Any) -> None:
    def coded(data: bytes, kind: str) -> str:
        return f"data:{kind};base64,{base64.b64encode(data).decode()}"

    parts = [
        {"type": "input_text", "text": "What is this?"},
        {"type": "input_image", "image_url": coded(media.picture("x", 64, 48), "image/png")},
        {"type": "input_image", "image_url": "https://example.com/cat%20one.png?x=1"},
        {
            "type": "input_file",
            "filename": "notes.txt",
            "file_data": coded(b"Erste Zeile\nzweite", "text/plain"),
        },
    ]
    text = await call.said([{"role": "user", "content": parts}])
    assert "3 attachments" in text
    assert "64 × 48 pixels" in text
    assert "**cat one.png** at <https://example.com/cat%20one.png?x=1>" in text
    assert "**notes.txt** (text/plain, 18 bytes), which begins: “Erste Zeile”" in text


async def test_an_echo_repeats_every_character(call: Any) -> None:
    tricky = "```\n| a |\n**b** 🎈 @everyone <@1> \\` end"
    assert await call.said(f"[[echo]]{tricky}") == tricky


async def test_a_script_says_waits_and_ends(call: Any) -> None:
    frames = await call.stream("[[script=think hm; say Hel; wait 0.01; say lo; failed]]")
    assert frames.text == "Hello"
    assert frames.last["type"] == "response.failed"
    assert "response.reasoning_summary_text.delta" in frames.kinds


async def test_an_ordered_failure_comes_every_time_or_some_times(call: Any) -> None:
    assert [(await call.respond("[[fail=500]] a")).status_code for _ in range(3)] == [500] * 3
    assert [(await call.respond("[[fail=503,2]] b")).status_code for _ in range(3)] == [503, 503, 200]


async def test_tools_are_called_when_meant_forced_or_named(call: Any) -> None:
    tools = [
        {"type": "function", "name": "get_weather", "parameters": {"required": ["city"]}},
        {"type": "function", "name": "getTime", "parameters": {}},
    ]

    async def called(text: str, **more: Any) -> list[str]:
        output = (await call.respond(text, tools=tools, **more)).json()["output"]
        return [item["name"] for item in output if item["type"] == "function_call"]

    assert await called("hello") == []
    assert await called("the weather and the time, please") == ["get_weather", "getTime"]
    assert await called("the weather and the time", parallel_tool_calls=False) == ["get_weather"]
    assert await called("the weather", tool_choice="none") == []
    assert await called("hello", tool_choice="required") == ["get_weather"]
    assert await called("hello", tool_choice={"type": "function", "name": "getTime"}) == ["getTime"]


async def test_a_media_model_makes_files_that_can_be_fetched(call: Any) -> None:
    for model, kind, start in (
        ("gpt-image-1", "image/png", b"\x89PNG"),
        ("elevenlabs-v3", "audio/wav", b"RIFF"),
    ):
        body = (await call.chat("a cat", model)).json()
        address = body["choices"][0]["message"]["content"].split()[-1]
        made = await call.http.get(address)
        assert made.headers["content-type"] == kind
        assert made.content.startswith(start)
    film = (await call.chat("a cat", "veo-3.1")).json()["choices"][0]["message"]["content"]
    assert (await call.http.get(film)).content[4:8] == b"ftyp"
    assert (await call.http.get(film.replace("/video/", "/image/"))).status_code == 404


async def test_a_deep_research_model_demands_a_search_tool(call: Any) -> None:
    refused = await call.respond("tea", "o3-deep-research")
    assert "Deep research models require at least one of" in refused.json()["error"]["message"]
    assert (
        await call.respond("tea", "o3-deep-research", tools=[{"type": "web_search_preview"}])
    ).status_code == 200


async def test_a_chat_search_nests_its_citations(call: Any) -> None:
    message = (await call.chat("the news", "gpt-4o-search")).json()["choices"][0]["message"]
    assert message["annotations"][0]["url_citation"]["url"].startswith("https://example.com/")


async def test_a_system_prompt_is_taken_to_heart(call: Any) -> None:
    async def under(system: str, text: str = "tell me about tea") -> str:
        said = [{"role": "system", "content": system}, {"role": "user", "content": text}]
        return str(await call.said(said))

    assert await under('Reply only with "no".') == "no"
    assert (await under("Talk like a pirate.")).startswith("Arr!")
    assert (await under("You are a helpful assistant in a chat.")).startswith("##")
    assert (await under("Always be brief.")).endswith("*As instructed, I always be brief.*")


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("What is the capital of Japan?", "The capital of Japan is Tokyo."),
        ("What is 2 + 2?", "2 + 2 = **4**"),
        ("what is 1 / 0?", "Division by zero has no answer."),
        ("My name is Ada", "Nice to meet you, Ada! I will remember it for this conversation."),
    ],
)
async def test_a_few_things_are_known(call: Any, question: str, answer: str) -> None:
    assert await call.said(question) == answer

"""Every example of Poe's two guides, run by the official SDK against the documented profile.

https://creator.poe.com/docs/external-applications/responses-api and ``.../openai-compatible-api``
"""

import base64
import json

import jsonschema
import openai
import pytest

LANGUAGES = {
    "type": "object",
    "properties": {
        "languages": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"name": {"type": "string"}, "reason": {"type": "string"}},
                "required": ["name", "reason"],
            },
        }
    },
    "required": ["languages"],
}
WEATHER = {
    "name": "get_weather",
    "description": "Get the current weather in a location",
    "parameters": {
        "type": "object",
        "properties": {
            "location": {"type": "string", "description": "The city and state, e.g. San Francisco, CA"}
        },
        "required": ["location"],
    },
}
TRAINS = "Solve step by step: if a train leaves at 3pm going 60mph and another at 4pm going 90mph, when do they meet?"


# --- the Responses guide -----------------------------------------------------------------------------------


async def test_a_question_is_answered(sdk: openai.AsyncOpenAI) -> None:
    response = await sdk.responses.create(
        model="Claude-Sonnet-4.5", input="What are the top 3 things to do in NYC?"
    )
    assert response.object == "response"
    assert response.status == "completed"
    assert "NYC" in response.output_text
    assert response.output_text.count("\n1. ") == 1
    assert response.output_text.count("\n3. ") == 1
    assert response.usage is not None
    assert response.usage.total_tokens == response.usage.input_tokens + response.usage.output_tokens


async def test_a_stream_brings_the_same_words(sdk: openai.AsyncOpenAI) -> None:
    stream = await sdk.responses.create(
        model="Claude-Sonnet-4.5", input="Tell me about San Francisco", stream=True
    )
    text, kinds = "", []
    async for event in stream:
        kinds.append(event.type)
        if event.type == "response.output_text.delta":
            text += event.delta
    whole = await sdk.responses.create(model="Claude-Sonnet-4.5", input="Tell me about San Francisco")
    assert text == whole.output_text
    assert "San Francisco" in text
    assert kinds[0] == "response.created"
    assert kinds[-1] == "response.completed"


async def test_reasoning_is_told_in_a_summary(sdk: openai.AsyncOpenAI) -> None:
    response = await sdk.responses.create(
        model="Claude-Sonnet-4.5", input=TRAINS, reasoning={"effort": "high", "summary": "auto"}
    )
    assert "6 pm" in response.output_text
    assert response.output[0].type == "reasoning"
    assert response.output[0].summary[0].text.startswith("**Considering")
    assert response.usage is not None
    assert response.usage.output_tokens_details.reasoning_tokens == 128


async def test_the_web_is_searched_and_cited(sdk: openai.AsyncOpenAI) -> None:
    response = await sdk.responses.create(
        model="GPT-5.2", input="What are the latest AI news today?", tools=[{"type": "web_search_preview"}]
    )
    search, message = response.output
    assert search.type == "web_search_call"
    assert search.status == "completed"
    assert message.type == "message"
    content = message.content[0]
    assert content.type == "output_text"
    cited = [note for note in content.annotations if note.type == "url_citation"]
    assert len(cited) == 2
    assert content.text[cited[0].start_index : cited[0].end_index].startswith("Report 1")


async def test_the_sources_of_a_search_come_when_asked_for(sdk: openai.AsyncOpenAI) -> None:
    response = await sdk.responses.create(
        model="GPT-5.2",
        input="What are the latest AI news today?",
        tools=[{"type": "web_search_preview"}],
        include=["web_search_call.action.sources"],
    )
    search = response.output[0]
    assert search.type == "web_search_call"
    assert [source["url"].split("/")[2] for source in search.to_dict()["action"]["sources"]] == [
        "example.com",
        "example.org",
    ]


async def test_structured_output_is_valid_against_its_schema(sdk: openai.AsyncOpenAI) -> None:
    response = await sdk.responses.create(
        model="GPT-5.2",
        input="List the top 3 programming languages in 2025",
        text={"format": {"type": "json_schema", "name": "languages", "schema": LANGUAGES}},
    )
    value = json.loads(response.output_text)
    jsonschema.validate(value, LANGUAGES)
    assert [entry["name"] for entry in value["languages"]] == ["Python", "Rust", "TypeScript"]


async def test_a_conversation_continues_by_its_id(sdk: openai.AsyncOpenAI) -> None:
    response = await sdk.responses.create(model="Claude-Sonnet-4.5", input="What is the capital of France?")
    assert response.output_text == "The capital of France is Paris."
    followup = await sdk.responses.create(
        model="Claude-Sonnet-4.5", input="What is its population?", previous_response_id=response.id
    )
    assert followup.output_text == "Paris has a population of approximately 2.1 million."
    assert followup.previous_response_id == response.id


async def test_instructions_are_followed(sdk: openai.AsyncOpenAI) -> None:
    response = await sdk.responses.create(
        model="Claude-Sonnet-4.5",
        instructions="You are a helpful travel agent. Always suggest local food recommendations.",
        input="Plan a weekend trip to Tokyo",
    )
    assert "helpful travel agent" in response.output_text
    assert "local food recommendations" in response.output_text


async def test_a_function_is_called_as_the_guide_writes_it(sdk: openai.AsyncOpenAI) -> None:
    tools: list = [{"type": "function", "function": WEATHER}]
    response = await sdk.responses.create(model="GPT-5.2", input="What's the weather in Boston?", tools=tools)
    called = [item for item in response.output if item.type == "function_call"]
    assert [(item.name, json.loads(item.arguments)) for item in called] == [
        ("get_weather", {"location": "Boston"})
    ]


async def test_a_functions_result_becomes_an_answer(sdk: openai.AsyncOpenAI) -> None:
    tools: list = [{"type": "function", **WEATHER}]
    asked: list = [{"role": "user", "content": "What's the weather in Boston?"}]
    response = await sdk.responses.create(model="GPT-5.2", input=asked, tools=tools)
    call = response.output[0]
    assert call.type == "function_call"
    result = {"type": "function_call_output", "call_id": call.call_id, "output": "12 degrees, windy"}
    replayed = await sdk.responses.create(
        model="GPT-5.2", input=[*asked, call.to_dict(), result], tools=tools
    )
    chained = await sdk.responses.create(
        model="GPT-5.2", input=[result], tools=tools, previous_response_id=response.id
    )
    assert replayed.output_text == "**get_weather** answered: 12 degrees, windy"
    assert chained.output_text == replayed.output_text


# --- the Chat Completions guide ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "model", ["Claude-Opus-4.1", "Claude-Sonnet-4", "gemini-2.5-pro", "Grok-4", "gpt-4.1"]
)
async def test_a_chat_is_answered(sdk: openai.AsyncOpenAI, model: str) -> None:
    chat = await sdk.chat.completions.create(
        model=model, messages=[{"role": "user", "content": "Top 3 things to do in NYC?"}]
    )
    assert len(chat.choices) == 1
    assert chat.model == model
    assert chat.choices[0].finish_reason == "stop"
    assert "NYC" in (chat.choices[0].message.content or "")


async def test_a_system_message_sets_the_scene(sdk: openai.AsyncOpenAI) -> None:
    completion = await sdk.chat.completions.create(
        model="Grok-4",
        messages=[
            {"role": "system", "content": "You are Grok, a highly intelligent, helpful AI assistant."},
            {"role": "user", "content": "What is the meaning of life, the universe, and everything?"},
        ],
    )
    assert "meaning of life" in (completion.choices[0].message.content or "")


async def test_a_bedtime_story_is_told(sdk: openai.AsyncOpenAI) -> None:
    chat = await sdk.chat.completions.create(
        model="Claude-Sonnet-4",
        messages=[{"role": "user", "content": "Write a one-sentence bedtime story about a unicorn."}],
    )
    assert "unicorn" in (chat.choices[0].message.content or "")


async def test_an_image_model_takes_its_own_parameters(sdk: openai.AsyncOpenAI) -> None:
    response = await sdk.chat.completions.create(
        model="GPT-Image-1",
        messages=[{"role": "user", "content": "A serene landscape with mountains"}],
        extra_body={"aspect": "3:2", "quality": "high"},
        stream=False,
    )
    content = response.choices[0].message.content or ""
    picture, address = content.split("\n\n")
    assert picture == f"![A serene landscape with mountains.png]({address})"


async def test_a_chat_is_streamed(sdk: openai.AsyncOpenAI) -> None:
    stream = await sdk.chat.completions.create(
        model="Claude-Sonnet-4",
        messages=[
            {"role": "system", "content": "You are a travel agent. Be descriptive and helpful."},
            {"role": "user", "content": "Tell me about San Francisco"},
        ],
        stream=True,
    )
    text = "".join([chunk.choices[0].delta.content or "" async for chunk in stream])
    assert text.startswith("*Speaking as a travel agent:*")
    assert "San Francisco" in text


async def test_files_are_sent_along(sdk: openai.AsyncOpenAI) -> None:
    coded = base64.b64encode(b"not really a file").decode()
    parts: list = [
        {"type": "text", "text": "Please describe these attachments."},
        {"type": "image_url", "image_url": {"url": f"data:image/jpg;base64,{coded}"}},
        {
            "type": "file",
            "file": {"filename": "test_guide.pdf", "file_data": f"data:application/pdf;base64,{coded}"},
        },
        {
            "type": "file",
            "file": {"filename": "test_audio.mp3", "file_data": f"data:audio/mp3;base64,{coded}"},
        },
        {
            "type": "file",
            "file": {"filename": "test_video.mp3", "file_data": f"data:video77/mp4;base64,{coded}"},
        },
    ]
    stream = await sdk.chat.completions.create(
        model="Claude-Sonnet-4", messages=[{"role": "user", "content": parts}], stream=True
    )
    text = "".join([chunk.choices[0].delta.content or "" async for chunk in stream])
    assert "4 attachments" in text
    assert "**test_guide.pdf** (application/pdf, 17 bytes)" in text
    assert "**test_video.mp3**" in text


async def test_a_wrong_key_is_the_sdks_authentication_error(sdk: openai.AsyncOpenAI) -> None:
    with pytest.raises(openai.AuthenticationError) as caught:
        await sdk.with_options(api_key="wrong").responses.create(model="GPT-5.2", input="hi")
    assert caught.value.body["code"] == 401  # type: ignore[index,call-overload]


# --- the same guides where Poe was seen to agree with them --------------------------------------------------


async def test_the_observed_profile_serves_the_guides_plain_examples(
    sdk_observed: openai.AsyncOpenAI,
) -> None:
    response = await sdk_observed.responses.create(
        model="Claude-Sonnet-4.5", input="What are the top 3 things to do in NYC?"
    )
    assert "NYC" in response.output_text
    assert len(response.id) > 120
    stream = await sdk_observed.responses.create(
        model="GPT-5.2", input="Tell me about San Francisco", stream=True
    )
    kinds = [event.type async for event in stream]
    assert kinds[-1] == "response.completed"


async def test_the_sdk_lists_the_models(sdk_observed: openai.AsyncOpenAI) -> None:
    models = [model async for model in sdk_observed.models.list()]
    assert len(models) == 58
    assert {"claude-sonnet-4.6", "gpt-5.2", "grok-4"} <= {model.id for model in models}

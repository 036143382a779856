"""Forms on somebody's screen, App Homes, and the triggers that allow them."""

import asyncio
from typing import Any

import pytest

from adapters.sim.slack import Refused, SlackServer
from tests.adapters.sim.slack.conftest import Api, OpenSocket

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def field(block_id: str, element: Json, **more: Any) -> Json:
    shown = element | {"action_id": f"{block_id}-field"}
    return {"type": "input", "block_id": block_id, "label": plain(block_id), "element": shown, **more}


def form(*blocks: Json, **more: Any) -> Json:
    return {"type": "modal", "title": plain("Ask"), "submit": plain("Ask"), "blocks": list(blocks), **more}


QUESTION = field("question", {"type": "plain_text_input", "max_length": 10})
MODEL = field(
    "model",
    {
        "type": "static_select",
        "options": [{"text": plain("A"), "value": "a"}, {"text": plain("B"), "value": "b"}],
        "initial_option": {"text": plain("A"), "value": "a"},
    },
)


async def test_a_form_is_opened_once_by_what_somebody_just_did(slack: SlackServer, api: Api) -> None:
    ada = slack.as_person("ada")
    asked = ada.slash("general", "/poe", "ask")
    opened = await api.ok("views.open", trigger_id=asked.trigger_id, view=form(QUESTION))
    assert asked.opened is ada.modal
    assert ada.modal is not None
    assert opened["view"]["id"] == ada.modal.id
    again = {"trigger_id": asked.trigger_id, "view": form(QUESTION)}
    assert await api.error("views.open", **again) == "exchanged_trigger_id"
    assert await api.error("views.open", **again | {"trigger_id": "1.2.3"}) == "invalid_trigger_id"
    slack.world.rules.trigger_seconds = 0.0
    late = ada.slash("general", "/poe", "ask")
    assert await api.error("views.open", trigger_id=late.trigger_id, view=form()) == "expired_trigger_id"


async def test_a_form_is_filled_in_and_taken(slack: SlackServer, api: Api, socket: OpenSocket) -> None:
    line, ada = await socket(), slack.as_person("ada")
    asked = ada.shortcut(None, "ask")
    await line.take()
    view = form(QUESTION, MODEL, callback_id="c", private_metadata="m")
    await api.ok("views.open", trigger_id=asked.trigger_id, view=view)
    assert ada.modal is not None
    opened = ada.modal
    with pytest.raises(Refused, match="question"):
        ada.submit(opened)
    with pytest.raises(Refused, match="no more than 10"):
        ada.submit(opened, {"question": "x" * 11})
    with pytest.raises(Refused, match="not on the menu"):
        ada.submit(opened, {"question": "why?", "model": "c"})
    ada.submit(opened, {"question": "why?", "model-field": "b"})
    payload = (await line.take())["payload"]
    values = payload["view"]["state"]["values"]
    assert (payload["type"], payload["view"]["private_metadata"]) == ("view_submission", "m")
    assert values["question"]["question-field"] == {"type": "plain_text_input", "value": "why?"}
    assert values["model"]["model-field"]["selected_option"]["value"] == "b"
    await slack.world.until(lambda: opened.state == "submitted")
    assert ada.modal is None


async def test_an_answer_may_complain_update_push_or_clear(
    slack: SlackServer, api: Api, socket: OpenSocket
) -> None:
    line, ada = await socket(), slack.as_person("ada")

    async def submit(answer: Json) -> None:
        assert ada.modal is not None
        sent = ada.submit(ada.modal, {"question": "why?"})
        await line.take(answer)
        await slack.world.until(lambda: sent.state == "acked")

    asked = ada.shortcut(None, "ask")
    await line.take()
    await api.ok("views.open", trigger_id=asked.trigger_id, view=form(QUESTION))
    assert ada.modal is not None
    first = ada.modal
    await submit({"response_action": "errors", "errors": {"question": "no"}})
    assert first.errors == {"question": "no"}
    await submit({"response_action": "update", "view": form(QUESTION, title=plain("Again"))})
    assert (first.body["title"]["text"], first.errors) == ("Again", {})
    await submit({"response_action": "push", "view": form(QUESTION, title=plain("On top"))})
    assert ada.modal is not first
    await submit({"response_action": "clear"})
    assert ada.modal is None


async def test_an_answer_that_is_none_is_noted(slack: SlackServer, api: Api, socket: OpenSocket) -> None:
    line, ada = await socket(), slack.as_person("ada")
    asked = ada.shortcut(None, "ask")
    await line.take()
    await api.ok("views.open", trigger_id=asked.trigger_id, view=form(QUESTION))
    assert ada.modal is not None
    for answer in ({"response_action": "dance"}, {"response_action": "errors", "errors": {"elsewhere": "x"}}):
        sent = ada.submit(ada.modal, {"question": "why?"})
        await line.take(answer)
        await slack.world.until(lambda asked=sent: asked.state == "acked")
    assert len(api.noted()) == 2
    assert ada.modal is not None


async def test_a_form_that_wants_to_know_hears_that_it_was_closed(
    slack: SlackServer, api: Api, socket: OpenSocket
) -> None:
    line, ada = await socket(), slack.as_person("ada")
    asked = ada.shortcut(None, "ask")
    await line.take()
    await api.ok("views.open", trigger_id=asked.trigger_id, view=form(QUESTION, notify_on_close=True))
    assert ada.modal is not None
    ada.close(ada.modal)
    assert (await line.take())["payload"]["type"] == "view_closed"


async def test_a_button_in_a_form_pushes_another_up_to_three(
    slack: SlackServer, api: Api, socket: OpenSocket
) -> None:
    line, ada = await socket(), slack.as_person("ada")
    more = {"type": "actions", "elements": [{"type": "button", "action_id": "more", "text": plain("More")}]}
    asked = ada.shortcut(None, "ask")
    await line.take()
    await api.ok("views.open", trigger_id=asked.trigger_id, view=form(more))
    for _ in range(2):
        assert ada.modal is not None
        pressed = ada.press(ada.modal, "more")
        assert (await line.take())["payload"]["container"]["type"] == "view"
        await api.ok("views.push", trigger_id=pressed.trigger_id, view=form(more))
    assert ada.modal is not None
    pressed = ada.press(ada.modal, "more")
    await line.take()
    assert (
        await api.error("views.push", trigger_id=pressed.trigger_id, view=form(more)) == "push_limit_reached"
    )


async def test_an_open_form_is_changed_and_keeps_what_was_filled_in(
    slack: SlackServer, api: Api, socket: OpenSocket
) -> None:
    line, ada = await socket(), slack.as_person("ada")
    asked = ada.shortcut(None, "ask")
    await line.take()
    opened = await api.ok("views.open", trigger_id=asked.trigger_id, view=form(QUESTION))
    assert ada.modal is not None
    ada.modal.values["question"]["question-field"]["value"] = "why?"
    where = {"view_id": opened["view"]["id"], "view": form(QUESTION, MODEL)}
    changed = await api.ok("views.update", **where, hash=opened["view"]["hash"])
    assert changed["view"]["state"]["values"]["question"]["question-field"]["value"] == "why?"
    assert await api.error("views.update", **where, hash=opened["view"]["hash"]) == "hash_conflict"
    assert await api.error("views.update", view_id="V0NONE", view=form(QUESTION)) == "not_found"


async def test_a_home_is_published_and_its_buttons_and_menus_work(
    slack: SlackServer, api: Api, socket: OpenSocket
) -> None:
    line, ada = await socket(), slack.as_person("ada")
    menu = MODEL["element"] | {"action_id": "model"}
    view = {"type": "home", "blocks": [{"type": "actions", "block_id": "b", "elements": [menu]}]}
    await api.ok("views.publish", user_id=ada.id, view=view)
    assert ada.home is not None
    ada.select(ada.home, "model", "b")
    payload = (await line.take())["payload"]
    assert payload["actions"][0]["selected_option"]["value"] == "b"
    assert payload["view"]["state"]["values"]["b"]["model"]["selected_option"]["value"] == "b"
    await api.ok("views.publish", user_id=ada.id, view={"type": "home", "blocks": []})
    assert ada.home.blocks == []
    slack.world.app.home_tab = False
    assert await api.error("views.publish", user_id=ada.id, view=view) == "not_enabled"


async def test_a_menu_under_a_message_says_what_was_chosen(
    slack: SlackServer, api: Api, socket: OpenSocket
) -> None:
    menu = MODEL["element"] | {"action_id": "model"}
    said = await api.post(blocks=[{"type": "actions", "block_id": "b", "elements": [menu]}])
    line = await socket()
    await line.take()
    slack.as_person("ada").select(said, "model", "b")
    payload = (await line.take())["payload"]
    chosen = payload["state"]["values"]["b"]["model"]["selected_option"]
    assert chosen == payload["actions"][0]["selected_option"] == {"text": plain("B"), "value": "b"}


async def test_an_external_menu_asks_for_its_options(
    slack: SlackServer, api: Api, socket: OpenSocket
) -> None:
    line, ada = await socket(), slack.as_person("ada")
    menu = {"type": "external_select", "action_id": "model", "min_query_length": 1}
    said = await api.post(blocks=[{"type": "actions", "elements": [menu]}])
    asking = asyncio.create_task(ada.suggest(said, "model", "cl"))  # noqa: TID251  (awaited below)
    envelope = await line.next()
    while envelope["type"] != "interactive":
        await line.ack(envelope)
        envelope = await line.next()
    assert (envelope["payload"]["type"], envelope["payload"]["value"]) == ("block_suggestion", "cl")
    options = [{"text": plain("Claude"), "value": "claude"}]
    await line.ack(envelope, {"options": options})
    assert await asking == options


@pytest.mark.parametrize(
    "view",
    [
        "no object",
        {"type": "home", "blocks": []},
        form(QUESTION) | {"title": plain("x" * 25)},
        {"type": "modal", "title": plain("Ask"), "blocks": [QUESTION]},
        form({"type": "dance"}),
        form(private_metadata="x" * 3001),
        form(color="red"),
    ],
)
async def test_a_form_in_a_wrong_shape_is_refused(slack: SlackServer, api: Api, view: Any) -> None:
    asked = slack.as_person("ada").slash("general", "/poe", "ask")
    assert await api.error("views.open", trigger_id=asked.trigger_id, view=view) == "invalid_arguments"
    assert api.noted()

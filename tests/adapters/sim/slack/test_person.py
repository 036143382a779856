"""What people do, and what their Slack would not let them."""

import pytest

from adapters.sim.slack import Refused, SlackServer
from tests.adapters.sim.slack.conftest import Api


async def test_people_write_edit_delete_and_react(slack: SlackServer) -> None:
    ada, ben = slack.as_person("ada"), slack.as_person("ben")
    said = ada.say("general", "one")
    ada.edit(said, "two")
    ben.react(said, "eyes")
    assert (said.text, said.edited and said.edited[0], said.reactions) == ("two", ada.id, {"eyes": [ben.id]})
    with pytest.raises(Refused):
        ben.edit(said, "three")
    with pytest.raises(Refused):
        ben.delete(said)
    ada.delete(said)
    assert slack.world.history("general") == []


async def test_an_answer_goes_to_the_thread_of_any_of_its_messages(slack: SlackServer) -> None:
    ada = slack.as_person("ada")
    root = ada.say("general", "one")
    second = ada.say("general", "two", thread=root)
    third = ada.say("general", "three", thread=second)
    fourth = ada.say("general", "four", thread=root.ts)
    assert slack.world.thread(second) == [root, second, third, fourth]
    with pytest.raises(Refused):
        ada.say("help", "elsewhere", thread=root)


async def test_places_one_cannot_write_to(slack: SlackServer) -> None:
    ada, dora = slack.as_person("ada"), slack.as_person("dora")
    slack.world.add_channel("hidden", ["ben"], private=True)
    with pytest.raises(Refused):
        ada.say("hidden", "x")
    with pytest.raises(Refused):
        dora.say("general", "x")
    with pytest.raises(Refused):
        ada.say("general", " ")
    ada.archive("lab")
    with pytest.raises(Refused):
        ada.say("lab", "x")


async def test_only_what_the_manifest_declares_is_offered(slack: SlackServer) -> None:
    ada = slack.as_person("ada")
    said = ada.say("general", "x")
    with pytest.raises(Refused, match="/poe"):
        ada.slash("general", "/other")
    with pytest.raises(Refused, match="ask_about"):
        ada.shortcut(said, "other")
    with pytest.raises(Refused):
        ada.shortcut(None, "ask_about")
    slack.world.app.interactive = False
    with pytest.raises(Refused, match="interactive"):
        ada.shortcut(said, "ask_about")
    slack.world.app.home_tab = slack.world.app.messages_tab = False
    for act in (ada.open_home, ada.open_messages, lambda: ada.say("dm", "x")):
        with pytest.raises(Refused):
            act()


async def test_buttons_that_are_not_there_or_not_for_one_s_eyes(slack: SlackServer, api: Api) -> None:
    ada, ben = slack.as_person("ada"), slack.as_person("ben")
    text = {"type": "plain_text", "text": "x"}
    menu = {"type": "static_select", "action_id": "m", "options": [{"text": text, "value": "1"}]}
    shown = [{"type": "actions", "elements": [{"type": "button", "action_id": "b", "text": text}, menu]}]
    await api.ok("chat.postEphemeral", channel=api.channel(), user=ada.id, text="x", blocks=shown)
    said = ada.sees("general")[0]
    assert ada.press(said, "b").payload["container"]["is_ephemeral"]
    with pytest.raises(Refused, match="does not see"):
        ben.press(said, "b")
    with pytest.raises(Refused, match="there are"):
        ada.press(said, "c")
    with pytest.raises(Refused, match="not a button"):
        ada.press(said, "m")
    with pytest.raises(Refused, match="not on the menu"):
        ada.select(said, "m", "2")


async def test_a_response_url_is_good_for_five_answers_in_half_an_hour(slack: SlackServer, api: Api) -> None:
    asked = slack.as_person("ada").slash("general", "/poe", "hello")
    url = asked.payload["response_url"]
    for number in range(5):
        assert (await api.http.post(url, json={"text": str(number)})).text == "ok"
    assert (await api.http.post(url, json={"text": "x"})).json()["error"] == "used_url"
    assert [each.method for each in slack.world.exchanges] == ["response_url"] * 6
    late = slack.as_person("ada").slash("general", "/poe", "hello")
    slack.world.rules.response_seconds = 0.0
    assert (await api.http.post(late.payload["response_url"], json={"text": "x"})).json()[
        "error"
    ] == "expired_url"
    assert (await api.http.post(f"{slack.base_url}/respond/none", json={"text": "x"})).status_code == 404


async def test_answers_replace_or_delete_and_nonsense_is_noted(slack: SlackServer, api: Api) -> None:
    text = {"type": "plain_text", "text": "x"}
    button = {"type": "button", "action_id": "b", "text": text}
    said = await api.post(blocks=[{"type": "actions", "elements": [button]}])
    url = slack.as_person("ada").press(said, "b").payload["response_url"]
    await api.http.post(url, json={"text": "changed", "replace_original": True})
    assert (said.text, said.blocks) == ("changed", [])
    await api.http.post(url, json={"color": "red"})
    await api.http.post(url, json={"delete_original": True})
    assert said.deleted
    assert len(api.noted()) == 2

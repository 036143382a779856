"""People: what they may do, and what Discord's own client would not let them."""

import httpx
import pytest

from adapters.sim.discord import DiscordServer, Refused

ASK = {
    "name": "ask",
    "description": "Ask",
    "options": [
        {"type": 3, "name": "prompt", "description": "What", "required": True, "max_length": 10},
        {"type": 4, "name": "points", "description": "How many", "min_value": 1, "max_value": 9},
        {"type": 3, "name": "size", "description": "s", "choices": [{"name": "Big", "value": "big"}]},
        {"type": 6, "name": "who", "description": "Who"},
        {"type": 8, "name": "role", "description": "Role"},
        {"type": 7, "name": "where", "description": "Where"},
        {"type": 5, "name": "loud", "description": "Loud"},
    ],
}
BUDGET = {
    "name": "budget",
    "description": "Budgets",
    "default_member_permissions": 32,
    "contexts": [0],
    "options": [{"type": 1, "name": "show", "description": "Show"}],
}


@pytest.fixture(autouse=True)
async def registered(dc: DiscordServer, http: httpx.AsyncClient) -> None:
    await http.put(f"/applications/{dc.world.application_id}/commands", json=[ASK, BUDGET])


async def test_options_are_sent_as_ids_with_the_things_beside_them(dc: DiscordServer) -> None:
    options = {"prompt": "why", "who": "ben", "role": "Crew", "where": "lab", "points": 3, "loud": True}
    sent = dc.as_person("ada").slash("ask", options)
    assert [o["name"] for o in sent.data["options"]] == list(options)
    ben = str(dc.as_person("ben").id)
    assert sent.data["resolved"]["users"][ben]["username"] == "ben"
    assert "permissions" in sent.data["resolved"]["members"][ben]
    assert set(sent.data["resolved"]) == {"users", "members", "roles", "channels"}


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({}, "missing"),
        ({"prompt": "why", "nope": 1}, "no such option"),
        ({"prompt": "far too long a prompt"}, "too long"),
        ({"prompt": 5}, "cannot be"),
        ({"prompt": "why", "points": 10}, "out of bounds"),
        ({"prompt": "why", "points": True}, "cannot be"),
        ({"prompt": "why", "size": "small"}, "not one of the choices"),
    ],
)
async def test_options_are_checked_before_they_are_sent(
    dc: DiscordServer, options: dict[str, object], why: str
) -> None:
    with pytest.raises(Refused, match=why):
        dc.as_person("ada").slash("ask", options)


async def test_subcommands_must_be_named(dc: DiscordServer) -> None:
    ada = dc.as_person("ada")
    assert ada.slash("budget show").data["options"] == [{"name": "show", "type": 1, "options": []}]
    for words in ("budget", "budget hide", "nothing"):
        with pytest.raises(Refused):
            ada.slash(words)


async def test_an_option_without_autocomplete_offers_nothing(dc: DiscordServer) -> None:
    with pytest.raises(Refused, match="no autocomplete"):
        await dc.as_person("ada").autocomplete("ask", "size", "b", others={"prompt": "x"})


async def test_a_command_is_offered_only_where_and_to_whom_it_belongs(dc: DiscordServer) -> None:
    names = {
        (who, where): [c["name"] for c in dc.as_person(who).commands(where)]
        for who in ("ada", "ben")
        for where in ("general", "dm")
    }
    assert names["ada", "general"] == ["ask", "budget"]
    assert names["ben", "general"] == ["ask"]
    assert names["ada", "dm"] == ["ask"]
    dc.world.deny("lab", "use_application_commands", who=dc.world.user("ben"))
    assert dc.as_person("ben").commands("lab") == []


async def test_people_are_held_to_their_rights_and_their_own_messages(dc: DiscordServer) -> None:
    ada, ben = dc.as_person("ada"), dc.as_person("ben")
    said = ada.say("general", "mine")
    with pytest.raises(Refused, match="somebody else"):
        ben.edit(said, "yours")
    with pytest.raises(Refused):
        ben.delete(said)
    with pytest.raises(Refused, match="nothing to send"):
        ben.say("general", " ")
    dc.world.deny("lab", "send_messages", who=ben.user)
    with pytest.raises(Refused, match="may not"):
        ben.say("lab", "let me in")
    theirs = ben.say("general", "ours")
    ada.delete(theirs)  # she keeps the place
    assert dc.world.history("general") == [said]


async def test_a_reply_rings_unless_told_not_to(dc: DiscordServer) -> None:
    ada, ben = dc.as_person("ada"), dc.as_person("ben")
    said = ada.say("general", "hello")
    assert ben.say("general", "hi", reply_to=said).pings.users == {ada.id}
    assert not ben.say("general", "hi", reply_to=said, ping=False).pings


async def test_an_edit_is_remembered_with_all_that_stood_before(dc: DiscordServer) -> None:
    ada = dc.as_person("ada")
    said = ada.say("general", "one")
    ada.edit(said, "two")
    assert [v.content for v in said.versions] == ["one", "two"]
    assert said.versions[0].at <= said.versions[1].at
    assert said.edited_at is not None


async def test_a_thread_at_a_message_takes_its_id(dc: DiscordServer) -> None:
    ada = dc.as_person("ada")
    said = ada.say("general", "start here")
    thread = ada.start_thread("Here", at=said)
    assert (thread.id, thread.parent_id) == (said.id, said.channel_id)
    assert ada.say(thread, "inside").channel_id == thread.id


async def test_a_thread_of_its_own_leaves_a_note_in_the_channel(dc: DiscordServer) -> None:
    thread = dc.as_person("ada").start_thread("plans", where="lab")
    note = dc.world.history("lab")[-1]
    assert (note.kind, note.content) == (18, "plans")
    assert note.reference is not None
    assert note.reference.channel_id == thread.id

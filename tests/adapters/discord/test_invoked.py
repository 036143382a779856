"""What was asked of a command, from its own JSON."""

from __future__ import annotations

from adapters.discord import invoked
from bridge.values.parts import FileRef

RESOLVED = {
    "users": {
        "20": {"id": "20", "username": "ada", "global_name": "Ada"},
        "21": {"id": "21", "username": "ben", "global_name": None},
        "22": {"id": "22", "username": "cleo", "global_name": "Cleo"},
    },
    "members": {"22": {"nick": "Captain", "roles": []}},
    "roles": {"112": {"id": "112", "name": "Crew"}},
    "channels": {"120": {"id": "120", "name": "lab", "type": 0}},
    "attachments": {
        "7": {
            "id": "7",
            "filename": "a.py",
            "size": 12,
            "url": "https://cdn.discordapp.com/a.py",
            "content_type": "text/x-python; charset=utf-8",
        }
    },
}


def option(name, kind, value, **more):
    return {"name": name, "type": kind, "value": value, **more}


def test_options_come_as_what_they_are() -> None:
    data = {
        "name": "ask",
        "type": 1,
        "options": [
            option("prompt", 3, "why?"),
            option("private", 5, True),
            option("points", 4, 12),
            option("attachment", 11, "7"),
        ],
        "resolved": RESOLVED,
    }
    found = invoked.invocation(data)
    assert found.name == "ask"
    assert found.options == {
        "prompt": "why?",
        "private": True,
        "points": 12,
        "attachment": FileRef(
            url="https://cdn.discordapp.com/a.py", name="a.py", size=12, mime="text/x-python"
        ),
    }


def test_people_roles_and_channels_come_as_ids_with_their_names() -> None:
    options = [option("person", 6, "22"), option("role", 8, "112"), option("channel", 7, "120")]
    found = invoked.invocation({"name": "x", "options": options, "resolved": RESOLVED})
    assert found.options == {"person": "22", "role": "112", "channel": "120"}
    assert found.names == {"20": "Ada", "21": "ben", "22": "Captain", "112": "Crew", "120": "lab"}


def test_a_thread_named_comes_with_the_channel_above_it() -> None:
    channels = {
        "120": {"id": "120", "name": "lab", "type": 0, "parent_id": "119"},
        "121": {"id": "121", "name": "tides", "type": 11, "parent_id": "120"},
    }
    data = {"name": "x", "type": 1, "resolved": {"channels": channels}}
    assert invoked.invocation(data, {}).parents == {"121": "120"}


def test_the_roles_of_people_named_come_best_first() -> None:
    members = {"20": {"roles": ["112", "115", "113"]}, "21": {"roles": []}, "22": {}}
    data = {
        "name": "x",
        "options": [option("person", 6, "20")],
        "resolved": {**RESOLVED, "members": members},
    }
    assert invoked.invocation(data, {"113": 2, "112": 1}).roles == {
        "20": ("113", "112", "115"),
        "21": (),
        "22": (),
    }
    assert invoked.invocation(data).roles["20"] == ("112", "115", "113")


def test_mentions_in_a_text_become_readable() -> None:
    options = [option("prompt", 3, "who is <@20> in <#120>, <@999>?")]
    found = invoked.invocation({"name": "ask", "options": options, "resolved": RESOLVED})
    assert found.options["prompt"] == "who is @Ada in #lab, <@999>?"


def test_a_verb_of_a_group_has_the_name_of_both() -> None:
    inner = {"name": "set", "type": 1, "options": [option("points", 4, 5)]}
    found = invoked.invocation({"name": "budget", "type": 1, "options": [inner]})
    assert (found.name, found.options) == ("budget set", {"points": 5})


def test_a_verb_without_options_is_still_a_verb() -> None:
    assert (
        invoked.invocation({"name": "budget", "options": [{"name": "show", "type": 1}]}).name == "budget show"
    )


def test_a_verb_of_a_group_of_a_group_has_all_names() -> None:
    verb = {"name": "set", "type": 1, "options": []}
    found = invoked.invocation({"name": "a", "options": [{"name": "b", "type": 2, "options": [verb]}]})
    assert found.name == "a b set"


def test_a_command_without_options_has_none() -> None:
    found = invoked.invocation({"name": "points", "type": 1})
    assert (found.name, found.options, found.focused) == ("points", {}, "")


def test_the_option_being_typed_is_known() -> None:
    options = [option("prompt", 3, "x"), option("model", 3, "cla", focused=True)]
    found = invoked.invocation({"name": "ask", "options": options})
    assert (found.focused, found.options["model"]) == ("model", "cla")


def test_a_form_is_read_in_rows_and_in_labels() -> None:
    row = {"type": 1, "components": [{"type": 4, "custom_id": "prompt", "value": "why?"}]}
    label = {"type": 18, "component": {"type": 4, "custom_id": "other", "value": None}}
    assert invoked.answers([row, label]) == {"prompt": "why?", "other": ""}

"""What people write behind `/poe` and `!`, and what becomes of it."""

from __future__ import annotations

import pytest

from adapters.slack import commands
from adapters.slack.commands import Invocation
from bridge.values.errors import NotAccepted, UnknownName
from bridge.values.parts import FileRef
from tests.adapters.slack.specs import SPECS

BEN = "<@U0BEN|ben>"
CREW = "<!subteam^S0CREW|@crew>"
LAB = "<#C0LAB|lab>"


def read(text: str) -> Invocation:
    return commands.invocation(text, SPECS)


def options(text: str) -> dict[str, object]:
    return dict(read(text).options)


def refused(text: str) -> str:
    with pytest.raises((NotAccepted, UnknownName)) as told:
        read(text)
    return told.value.say


@pytest.mark.parametrize(
    "text",
    [
        'what\'s it like to say "hi there"?',
        "git commit --amend",
        "is a=b the same as b = a?",
        "explain  two   blanks",
        "--verbose what is this flag?",
        'why "is an open quote bad',
    ],
)
def test_a_question_is_taken_word_for_word(text: str) -> None:
    assert options(f"ask {text}") == {"prompt": text}


@pytest.mark.parametrize(
    "text",
    [
        "ask --model gpt-5 why?",
        "ask model=gpt-5 why?",
        "ask --model=gpt-5 why?",
        "ask why? --model gpt-5",
        "ask why? model=gpt-5",
        'ask model="gpt-5" why?',
        "ask —model gpt-5 why?",  # what Slack's editor makes of two hyphens
        "ask model=“gpt-5” why?",
        "ASK --MODEL gpt-5 why?",
    ],
)
def test_options_stand_before_or_behind_a_question(text: str) -> None:
    assert options(text) == {"prompt": "why?", "model": "gpt-5"}


def test_a_question_has_as_many_options_as_somebody_gives() -> None:
    text = 'ask --private model="GPT 5" tell me about x=1 in C++ preset=short'

    assert options(text) == {
        "prompt": "tell me about x=1 in C++",
        "private": True,
        "model": "GPT 5",
        "preset": "short",
    }


def test_a_switch_takes_yes_or_no_but_does_not_need_it() -> None:
    assert options("ask --private why?") == {"prompt": "why?", "private": True}
    assert options("ask private=no why?") == {"prompt": "why?", "private": False}
    assert options("ask --private yes why?") == {"prompt": "why?", "private": True}


def test_the_three_escaped_signs_are_read_as_they_were_written() -> None:
    assert options("ask is 1 &lt; 2 &amp;&amp; 3 &gt; 2?") == {"prompt": "is 1 < 2 && 3 > 2?"}


def test_mentions_in_a_question_are_readable() -> None:
    assert options(f"ask who is {BEN} in {LAB}?") == {"prompt": "who is @ben in #lab?"}


def test_required_options_come_in_their_order_and_mentions_by_what_they_are() -> None:
    for text in (f"budget set 5000 {BEN}", f"budget set {BEN} 5000", f"budget set points=5000 person={BEN}"):
        found = read(text)

        assert found.name == "budget set"
        assert found.options == {"points": "5000", "person": "U0BEN"}
        assert found.names == {"U0BEN": "ben"}


def test_groups_and_channels_become_their_ids() -> None:
    found = read(f"budget set 5k {CREW} month")

    assert found.options == {"points": "5k", "role": "S0CREW", "period": "month"}
    assert found.names == {"S0CREW": "crew"}
    assert options(f"budget set 5k --channel {LAB} Month") == {
        "points": "5k",
        "channel": "C0LAB",
        "period": "month",
    }


def test_a_bare_id_is_taken_too() -> None:
    assert options("budget set 5 person=U0BEN1234") == {"points": "5", "person": "U0BEN1234"}


def test_switches_are_named_by_themselves() -> None:
    assert options("budget freeze everyone undo") == {"everyone": True, "undo": True}


def test_the_last_words_belong_together() -> None:
    assert options(f"budget grant 500 {BEN} well done, Ben") == {
        "points": "500",
        "person": "U0BEN",
        "reason": "well done, Ben",
    }
    assert options("model gpt 5 mini here") == {"name": "gpt 5 mini", "for": "here"}
    assert options('new "Plans for May"') == {"title": "Plans for May"}


def test_a_whole_number_is_one() -> None:
    assert options("limit 1,500") == {"number": 1500}
    assert refused("limit many") == 'number has to be a whole number, not "many".'


def test_who_is_nobody_is_told_how_to_choose_somebody() -> None:
    assert (
        refused("budget set 5 --person ben")
        == "person has to be a person: type @ and choose them from the list."
    )
    assert "type #" in refused("budget set 5 channel=lab")
    assert "user group" in refused("budget set 5 role=crew")
    assert "has to be a person" in refused(f"budget set 5 person={LAB}")


def test_an_unknown_command_says_what_there_is() -> None:
    assert refused("pionts") == (
        'I don\'t know the command "pionts". Did you mean `/poe points`? '
        "To ask me something, write `/poe ask` and your question."
    )
    assert "There is: ask, new, " in refused("how high is the tower?")


def test_a_group_alone_says_its_verbs() -> None:
    assert refused("budget") == "`/poe budget` needs one of these behind it: set, grant, freeze."
    assert refused("budget sett 5") == "`/poe budget` needs one of these behind it: set, grant, freeze."


def test_an_unknown_option_says_what_there_is() -> None:
    assert (
        refused("budget set 5 --persn x")
        == '`/poe budget set` has no option called "persn". Did you mean person?'
    )
    assert "It has: title." in refused("new --zzz x")
    assert refused("points --all") == '`/poe points` has no option called "all". It has none.'


def test_what_has_no_place_is_said_with_how_it_goes() -> None:
    assert refused("points please") == (
        'I don\'t know what to do with "please". It goes like this: `/poe points`'
    )


def test_what_is_missing_is_said_with_how_it_goes() -> None:
    said = refused(f"budget grant {BEN}")

    assert said.startswith("`/poe budget grant` needs points: a whole number.")
    assert "`/poe budget grant points [--person @person]" in said
    assert "`/poe ask` needs prompt: your question." in refused("ask")
    assert "`/poe ask` needs prompt" in refused("ask --private")


def test_an_option_without_its_value_is_said() -> None:
    assert refused("model --name") == "Say what name should be: `--name …`."
    assert refused("ask --private why? --model") == "Say what model should be: `--model …`."
    assert refused("stop everyone=perhaps") == 'everyone has to be yes or no, not "perhaps".'


def test_a_file_comes_with_the_message() -> None:
    file = FileRef(url="https://files.slack.com/a", name="a.txt", size=1)

    found = commands.invocation("ask what is this?", SPECS, [file])

    assert found.options == {"prompt": "what is this?", "attachment": file}
    assert "attach the file to your message" in refused("ask attachment=x why?")


@pytest.mark.parametrize("text", ["!stop", "!STOP", "!budget set 5", "!help", "!points  "])
def test_a_command_in_a_thread_begins_with_its_sign(text: str) -> None:
    assert commands.in_thread(text, SPECS) == text[1:]


@pytest.mark.parametrize(
    "text", ["!important", "! stop", "!stopped", "stop", "wait !stop", "!", "!!", "!stop!"]
)
def test_other_messages_are_no_commands(text: str) -> None:
    assert commands.in_thread(text, SPECS) is None


@pytest.mark.parametrize("text", ["", "  ", "help", "HELP", "?"])
def test_nothing_is_a_question_for_help(text: str) -> None:
    assert commands.wants_help(text)


def test_the_manual_shows_admins_what_is_theirs() -> None:
    for_all, for_admins = commands.manual(SPECS, admin=False), commands.manual(SPECS, admin=True)

    assert "- `/poe ask`: ask a question" in for_all
    assert "Ask about this" in for_all
    assert "!stop" in for_all
    assert "poe budget" not in for_all
    assert "- `/poe budget set`: set a budget" in for_admins
    assert "`/poe budget set points [--person @person]" in for_admins

from __future__ import annotations

import pytest

from bridge.rules.names import escaped, typed


def test_a_name_can_do_nothing_but_be_read():
    assert escaped("**x**\n# `y` <@1> [a](b)") == r"\*\*x\*\* # \`y\` \<@1\> \[a\](b)"


def test_a_name_is_cut_before_it_is_escaped():
    assert escaped("y" * 100) == "y" * 60
    assert escaped("*" * 100) == r"\*" * 60


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("Choose another with /model.", "Choose another with /poe model."),
        ("`/ask` or /budget set, (/help)", "`/poe ask` or /poe budget set, (/poe help)"),
        ("/new begins one", "/poe new begins one"),
        ("Invite me with /invite, and ask again.", "Invite me with /invite, and ask again."),
        ("1/2 and/or Europe/Berlin", "1/2 and/or Europe/Berlin"),
        ("see https://poe.com/api/keys and /data/x", "see https://poe.com/api/keys and /data/x"),
    ],
)
def test_commands_are_called_as_they_are_typed(said: str, told: str):
    assert typed(said, "/poe {}") == told
    assert typed(said, "/{}") == said

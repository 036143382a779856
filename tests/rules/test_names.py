from __future__ import annotations

from bridge.rules.names import escaped


def test_a_name_can_do_nothing_but_be_read():
    assert escaped("**x**\n# `y` <@1> [a](b)") == r"\*\*x\*\* # \`y\` \<@1\> \[a\](b)"


def test_a_name_is_cut_before_it_is_escaped():
    assert escaped("y" * 100) == "y" * 60
    assert escaped("*" * 100) == r"\*" * 60

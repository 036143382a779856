"""Values on a terminal that is a pipe."""

from __future__ import annotations

import pytest

from bridge.cli import show


def test_markdown_is_shown_line_by_line_without_its_signs(capsys: pytest.CaptureFixture[str]) -> None:
    show.markdown("**Ada**: 5\nnext\n```\nwho  spent\nAda      5\n```")
    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == ["Ada: 5", "next"]
    assert [line.strip() for line in lines if "spent" in line] == ["who  spent"]
    assert all(line == line.rstrip() for line in lines)


def test_a_table_stands_in_columns(capsys: pytest.CaptureFixture[str]) -> None:
    show.table(("model", "points"), [("a", "5"), ("bcd", "1,000")], numbers=(1,))
    assert capsys.readouterr().out.splitlines() == ["model  points", "a           5", "bcd     1,000"]


def test_json_keeps_letters_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    show.as_json({"name": "Zoë"})
    assert capsys.readouterr().out == '{\n  "name": "Zoë"\n}\n'

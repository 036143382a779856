"""What shell commands share."""

from __future__ import annotations

import pytest

from bridge.cli.shell import bare, waited
from bridge.values.errors import NotAccepted


def test_an_id_may_name_its_platform() -> None:
    assert bare("--person", "discord:80351110224678912") == "80351110224678912"
    assert bare("--person", " 80351110224678912 ") == "80351110224678912"


@pytest.mark.parametrize("wrong", ["", "discord:", "A B", "A:B:C", "X" * 101, "Ada", "@ada"])
def test_what_is_no_id_is_refused(wrong: str) -> None:
    with pytest.raises(NotAccepted, match="--role needs an id, like discord:80351110224678912"):
        bare("--role", wrong)


def test_work_is_waited_for() -> None:
    async def work() -> int:
        return 5

    assert waited(work()) == 5

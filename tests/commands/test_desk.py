"""Who pays for what is asked in a place."""

from __future__ import annotations

from bridge.commands.desk import payer
from bridge.values.settings import Settings
from tests.commands.scene import ADA, SERVER, THREAD, given


def test_a_thread_is_paid_from_the_channel_above_it(settings: Settings) -> None:
    who = payer(given("points", who=ADA, place=THREAD), settings)
    assert (who.person, who.roles, who.channel, who.workspace) == ("1", ("90",), "50", SERVER)

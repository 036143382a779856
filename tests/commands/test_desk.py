"""Who pays for what is asked in a place, and who rules there."""

from __future__ import annotations

from bridge.commands.desk import administers, payer
from bridge.values.settings import Settings
from tests.commands.scene import ADA, DIRECT, GENERAL, OWNER, ROOT, SERVER, THREAD


def test_a_thread_is_paid_from_the_channel_above_it(settings: Settings) -> None:
    who = payer(ADA, THREAD, settings)
    assert (who.person, who.roles, who.channel, who.workspace) == ("1", ("90",), "50", SERVER)


def test_a_server_s_admins_rule_on_the_server_and_the_bridge_s_everywhere(settings: Settings) -> None:
    ruling = [administers(who, where, settings) for who in (ADA, ROOT, OWNER) for where in (GENERAL, DIRECT)]
    assert ruling == [False, False, True, False, True, True]

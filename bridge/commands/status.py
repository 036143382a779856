"""`/status`: how the bridge is doing, for admins. Every part is told on its own: what can't be had is said, and hides nothing else."""

from __future__ import annotations

from collections import Counter

from bridge import __version__
from bridge.commands.desk import Command, Desk
from bridge.ports import LiveStanding
from bridge.rules.access import runs_bridge
from bridge.rules.budget import in_words
from bridge.values.command import CommandSpec, Needs, Reply
from bridge.values.errors import BridgeError
from bridge.values.inbound import Commanded
from bridge.values.points import Balance, HoldState

MOST_PROBLEMS = 5


async def status(commanded: Commanded, desk: Desk) -> Reply:
    now = _now(desk)
    lines = [
        f"**Poebridge {__version__}**",
        f"Poe balance: {await _balance(commanded, desk)}",
        *_live(now),
        f"Open holds: {await _holds(desk)}",
        f"Models: {await _models(desk)}",
        *_limits(now),
        *_problems(now),
    ]
    return Reply(text="\n".join(lines))


async def _balance(commanded: Commanded, desk: Desk) -> str:
    if not runs_bridge(commanded.person, commanded.place.workspace, desk.settings):
        return "only the bridge's admins see it"
    try:
        return said(await desk.usage.balance(desk.settings.key))
    except BridgeError as error:
        return f"unknown. {error.say}"


def said(balance: Balance) -> str:
    """ "654,141 points (10,000 of the plan, 644,141 bought; $19.82)" """
    details = []
    if balance.plan is not None:
        details.append(f"{balance.plan:,} of the plan")
    if balance.addon is not None:
        details.append(f"{balance.addon:,} bought")
    told = ", ".join(details)
    if balance.usd is not None:
        told = f"{told}; ${balance.usd:,.2f}" if told else f"${balance.usd:,.2f}"
    return f"{in_words(balance.points)} ({told})" if told else in_words(balance.points)


def _now(desk: Desk) -> LiveStanding | None:
    """Of the whole house; of the platform this is asked on, where it stands alone."""
    if desk.overview is not None:
        return desk.overview()
    return None if desk.live is None else desk.live.standing()


def _live(now: LiveStanding | None) -> list[str]:
    if now is None:
        return []
    oldest = f", the oldest for {now.oldest_wait:.1f} s" if now.writes_waiting else ""
    return [
        f"Answers being written: {now.answers:,}; questions waiting: {now.waiting:,}",
        f"Messages waiting to be sent: {now.writes_waiting:,}{oldest}",
    ]


async def _holds(desk: Desk) -> str:
    try:
        holds = await desk.ledger.open_holds()
    except BridgeError as error:
        return f"unknown. {error.say}"
    if not holds:
        return "none"
    counts = Counter(hold.state for hold in holds)
    told = ", ".join(f"{counts[state]:,} {state.value}" for state in HoldState if counts[state])
    return f"{told} ({in_words(sum(each.hold.amount for each in holds))} set aside)"


async def _models(desk: Desk) -> str:
    try:
        cards = await desk.catalog.cards()
    except BridgeError as error:
        return f"unknown. {error.say}"
    rate = f"{desk.catalog.points_per_usd():,.0f} points are $1"
    if not cards:
        return f"the list has not been read yet; {rate}"
    return f"{len(cards):,} known, {sum(card.price is not None for card in cards):,} with a price; {rate}"


def _limits(now: LiveStanding | None) -> list[str]:
    return [f"Limited: {sentence}" for sentence in now.limits] if now else []


def _problems(now: LiveStanding | None) -> list[str]:
    if now is None:
        return []
    recent = now.problems[-MOST_PROBLEMS:]
    return (
        ["Recent problems:", *(f"- {problem}" for problem in recent)] if recent else ["No recent problems."]
    )


COMMANDS = (
    Command(
        act=status,
        spec=CommandSpec(
            name="status", help="Balance, queue, open holds and recent problems", needs=Needs.ADMIN
        ),
    ),
)

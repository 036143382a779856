"""How answers come to their readers on Slack: the whole bridge, and beside it a bot that updates from its model loop, every 20 pieces."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from bench.figures import Case, Figure, percentile
from bench.slack_stage import Round, staged


@dataclass(frozen=True, slots=True, kw_only=True)
class Mix:
    """Answers asked at once in one workspace. `compared`: the reference plays too, where it comes to an end."""

    lengths: tuple[int, ...]
    rounds: int
    streams: bool = True
    compared: bool = True
    speed: float = 50.0
    words: str


MIXES = {
    "1": Mix(lengths=(3000,), rounds=3, words="One answer at a time, 3 rounds; 3,000 characters"),
    "4": Mix(lengths=(3000,) * 4, rounds=1, words="4 answers at once; 3,000 characters each"),
    "10": Mix(lengths=(3000,) * 10, rounds=1, words="10 answers at once; 3,000 characters each"),
    "edits": Mix(
        lengths=(10_000,) * 10,
        rounds=1,
        streams=False,
        compared=False,
        words="10 answers at once by edits, in a channel that takes a post a second and no streams; 10,000 characters each",
    ),
    "rollover": Mix(
        lengths=(30_000,),
        rounds=1,
        speed=200.0,
        words="One answer of 30,000 characters, over three messages at least",
    ),
}
METHOD = """{words}, at {speed:.0f} tokens of 4 characters a second. Round trip 80 ms, Slack's documented limits for each method in one
workspace; servers in one process, the bot in another; reference: bench/slack_reference.py. Times are when a write takes effect; final_late
is that of the last write of an answer, footer and buttons included; mean_unseen is the mean number of characters that have come and that
the reader does not see, over the time that the model writes. shrunk counts how often a reader saw less than before, unfinished the
messages that still look as if they were being written when all is over, unbalanced those in which a code fence lacks its other end."""


def case(name: str) -> Callable[[bool], Awaitable[Case]]:
    """The case of this mix."""

    async def measure(quick: bool) -> Case:
        mix = MIXES[name]
        rounds = 1 if quick else mix.rounds
        ours = await _rounds("ours", mix, rounds)
        beside = figures(await _rounds("reference", mix, rounds)) if mix.compared else {}
        found = [
            Figure(
                name=f"slack.{name}.{figure}",
                value=value,
                unit=unit,
                reference=beside[figure][0] if beside else None,
                runs=rounds,
                expected=expected,
            )
            for figure, (value, unit, expected) in figures(ours).items()
        ]
        return Case(method=METHOD.format(words=mix.words, speed=mix.speed), figures=tuple(found))

    return measure


async def _rounds(bot: str, mix: Mix, rounds: int) -> list[Round]:
    """Each round on servers of its own: Slack counts what was written in the last minute."""
    found = []
    for _ in range(rounds):
        async with staged(bot, mix.speed, streams=mix.streams) as stage:
            found.append(await stage.play(mix.lengths))
    return found


def figures(rounds: Sequence[Round]) -> dict[str, tuple[float, str, str]]:
    """Value, unit and expectation of every figure."""
    seen = [answer for each in rounds for answer in each.seen]
    return {
        "first_visible_p95_ms": (_p95([each.first_visible for each in seen]), "ms", "< 500"),
        "mean_unseen_chars": (sum(each.stale for each in seen) / sum(each.seconds for each in seen), "", ""),
        "final_late_p95_ms": (_p95([each.final_late for each in seen]), "ms", "< 2000"),
        "http_429": (float(sum(each.http_429 for each in rounds)), "", "= 0"),
        "identical_writes": (float(sum(each.identical for each in rounds)), "", "= 0"),
        "shrunk": (float(sum(each.shrunk for each in rounds)), "", "= 0"),
        "unfinished": (float(sum(each.unfinished for each in rounds)), "", "= 0"),
        "unbalanced": (float(sum(each.unbalanced for each in rounds)), "", "= 0"),
        "chars_lost": (float(sum(each.lost for each in seen)), "", "= 0"),
        "unanswered": (float(sum(each.unanswered for each in rounds)), "", "= 0"),
    }


def _p95(seconds: Sequence[float]) -> float:
    return percentile(seconds, 95) * 1000

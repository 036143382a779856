"""How answers come to their readers on Discord: the whole bridge, and beside it a bot that edits once a second from its model loop."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from bench.figures import Case, Figure, percentile
from bench.optimal import Window, best, crowding
from bench.reading import Seen
from bench.stage import ROUND_TRIP, Question, Round, staged

WINDOW = Window(writes=5, seconds=5.0)
OVERALL = 50
"""Writes a second for a whole bot."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mix:
    """`alone` answers with a channel for themselves and `together` in one, asked over `seconds`."""

    alone: int
    together: int
    seconds: float
    rounds: int
    words: str

    def questions(self, turn: int) -> list[Question]:
        """Those of the shared channel are as long, so that they also end together: the worst for a shared limit."""
        count = self.alone + self.together
        moments = [self.seconds * number / count for number in range(count)]
        lone = moments[: self.alone // 2] + moments[self.alone // 2 + self.together :]
        shared = moments[self.alone // 2 : self.alone // 2 + self.together]
        return [
            *(
                Question(channel=f"alone{number}", at=at, length=2000 + 400 * ((number + turn) % 5))
                for number, at in enumerate(lone)
            ),
            *(Question(channel="shared", at=at, length=3000) for at in shared),
        ]


MIXES = {
    1: Mix(alone=1, together=0, seconds=0.0, rounds=3, words="one answer at a time, 3 rounds"),
    8: Mix(
        alone=5,
        together=3,
        seconds=0.0,
        rounds=2,
        words="3 in one channel and 5 in channels of their own, all asked at once, 2 rounds",
    ),
    64: Mix(
        alone=60,
        together=4,
        seconds=4.0,
        rounds=1,
        words="4 in one channel and 60 in channels of their own, asked over 4 seconds",
    ),
}
METHOD = """{words}; 50 tokens of 4 characters a second, 2,000 to 3,600 characters of Markdown (those in one channel 3,000 each). Round trip
80 ms, 5 writes per 5 s and channel, 50 a second in all; servers in one process, the bot in another; reference: bench/reference_bot.py.
Times are when a write takes effect. Staleness is divided by the best schedule in hindsight{bound}; *_at_once: by the
best one that also shows every first word when it comes; final_late is that of the last write
of an answer, footer included, for answers alone in their channel (shared_*: those in one channel, where they all end at once and the
bucket is the limit). 429, identical edits and lost characters are sums over all rounds. The simulated model was at most {late:.0f} ms
behind its pace."""


def case(count: int) -> Callable[[bool], Awaitable[Case]]:
    """The case of so many answers at once."""

    async def measure(quick: bool) -> Case:
        mix = MIXES[count]
        rounds = 1 if quick else mix.rounds
        ours, theirs = await _rounds("ours", mix, rounds), await _rounds("reference", mix, rounds)
        figures = [
            Figure(
                name=f"discord.{count}.{name}",
                value=value,
                unit=unit,
                reference=_values(theirs)[name][0],
                runs=rounds,
                expected=expected,
            )
            for name, (value, unit, expected) in _values(ours).items()
        ]
        late = max(each.model_late for each in (*ours, *theirs)) * 1000
        bound = (
            " (and where more than 50 run, an even share of 50 writes a second)" if count > OVERALL else ""
        )
        words = mix.words[0].upper() + mix.words[1:]
        return Case(method=METHOD.format(words=words, bound=bound, late=late), figures=tuple(figures))

    return measure


async def _rounds(bot: str, mix: Mix, rounds: int) -> list[Round]:
    async with staged(bot) as stage:
        return [await stage.play(mix.questions(turn)) for turn in range(rounds)]


def _values(rounds: Sequence[Round]) -> dict[str, tuple[float, str, str]]:
    """Value, unit and expectation of every figure."""
    seen = [answer for each in rounds for answer in each.seen]
    alone = [answer for answer in seen if answer.shared == 1]
    shared = [answer for answer in seen if answer.shared > 1]
    found = {
        "first_visible_p95_ms": (_p95([each.first_visible for each in seen]), "ms", "< 150"),
        "staleness_ratio": (_ratio(rounds), "", "<= 1.25"),
        "staleness_ratio_at_once": (_ratio(rounds, at_once=True), "", ""),
        "final_late_p95_ms": (_p95([each.final_late for each in alone]), "ms", "< 500"),
        "http_429": (float(sum(each.http_429 for each in rounds)), "", "= 0"),
        "identical_edits": (float(sum(each.identical for each in rounds)), "", "= 0"),
        "chars_lost": (float(sum(each.lost for each in seen)), "", "= 0"),
        "unanswered": (float(sum(each.unanswered for each in rounds)), "", "= 0"),
    }
    if shared:
        found["shared_first_visible_p95_ms"] = (_p95([each.first_visible for each in shared]), "ms", "")
        found["shared_staleness_ratio"] = (_stale(shared) / _least(shared), "", "")
        found["shared_final_late_p95_ms"] = (_p95([each.final_late for each in shared]), "ms", "")
    return found


def _p95(seconds: Sequence[float]) -> float:
    return percentile(seconds, 95) * 1000


def _ratio(rounds: Sequence[Round], *, at_once: bool = False) -> float:
    least = sum(_least_of_all(each.seen, at_once=at_once) for each in rounds)
    return sum(_stale(each.seen) for each in rounds) / least


def _stale(seen: Sequence[Seen]) -> float:
    return sum(each.stale for each in seen)


def _least_of_all(seen: Sequence[Seen], *, at_once: bool) -> float:
    """Every channel's best, and what the limit over all channels adds."""
    channels: dict[str, list[Seen]] = defaultdict(list)
    for each in seen:
        channels[each.channel].append(each)
    lone = [(each.began, each.ended) for each in seen if each.shared == 1]
    speed = sum(each.characters for each in seen) / sum(each.seconds for each in seen)
    crowded = crowding(lone, WINDOW.writes / WINDOW.seconds, OVERALL) * speed
    return sum(_least(each, at_once=at_once) for each in channels.values()) + crowded


def _least(seen: Sequence[Seen], *, at_once: bool = False) -> float:
    """The best schedule of one channel's answers, which begin together and are as long."""
    groups: dict[int, list[Seen]] = defaultdict(list)
    for number, each in enumerate(sorted(seen, key=lambda one: one.began)):
        groups[number // each.shared].append(each)
    return sum(_least_together(group, at_once) for group in groups.values())


def _least_together(seen: Sequence[Seen], at_once: bool) -> float:
    seconds = round(sum(each.seconds for each in seen) / len(seen), 2)
    characters = sum(each.characters for each in seen)
    least = best(len(seen), seconds, WINDOW, at_once=at_once)
    return least * characters / len(seen) / seconds + characters * ROUND_TRIP / 2

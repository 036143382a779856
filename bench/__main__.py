"""`python -m bench [--quick] [CASE...]`: measure, print a table, write bench/results.json. A case is named by its beginning:
`poe_stream`, `discord.8`, `store`, `cli.help_ms`; without any, all run.

Only a full run replaces the file; a run of some cases replaces those in it.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

from bench import cli_help, discord_answers, poe_stream, report, slack_answers, store_turns
from bench.figures import Case

RESULTS = Path(__file__).parent / "results.json"
CASES: dict[str, Callable[[bool], Awaitable[Case]]] = {
    "poe_stream.events_per_s": poe_stream.burst,
    "poe_stream.loop_lag_p99_ms": poe_stream.paced,
    **{f"discord.{count}": discord_answers.case(count) for count in discord_answers.MIXES},
    **{f"slack.{name}": slack_answers.case(name) for name in slack_answers.MIXES},
    "store": store_turns.turns,
    "cli.help_ms": cli_help.help_,
}
SIDE_BY_SIDE = {
    "poe_stream.kb_per_stream": "poe_stream.loop_lag_p99_ms",
    "poe_stream.cpu_us_per_event": "poe_stream.loop_lag_p99_ms",
}
"""Figures measured together with another one."""


def chosen(wanted: list[str]) -> list[str]:
    """The cases that any of these names begins, or belongs to; all without a name. Raises ValueError for one that means none."""
    found = []
    for name in wanted:
        name = SIDE_BY_SIDE.get(name, name)
        meant = [
            case
            for case in CASES
            if case == name or case.startswith(f"{name}.") or name.startswith(f"{case}.")
        ]
        if not meant:
            raise ValueError(f"There is no case {name}; there are {', '.join(CASES)}.")
        found += meant
    return [case for case in CASES if case in found or not wanted]


async def measure(cases: list[str], quick: bool) -> None:
    """One case after the other, each told as soon as it is known."""
    print(report.environment(), "\n", sep="")
    print(report.header())
    found: dict[str, dict[str, object]] = {}
    for name in cases:
        case = await CASES[name](quick)
        print(report.table(case), "\n", sep="", flush=True)
        found |= report.results(case.figures)
    if len(cases) < len(CASES) and RESULTS.exists():
        found = json.loads(RESULTS.read_text()) | found
    RESULTS.write_text(json.dumps(found, indent=2) + "\n")
    print(report.environment())
    print(f"Written to {RESULTS.relative_to(Path.cwd()) if RESULTS.is_relative_to(Path.cwd()) else RESULTS}")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Numbers, side by side.")
    parser.add_argument(
        "cases", nargs="*", metavar="CASE", help="the beginning of a case's name; all without"
    )
    parser.add_argument("--quick", action="store_true", help="fewer runs")
    given = parser.parse_args()
    try:
        cases = chosen(given.cases)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    asyncio.run(measure(cases, given.quick))
    return 0


if __name__ == "__main__":
    sys.exit(main())

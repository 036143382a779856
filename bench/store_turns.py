"""What keeping the books of a turn costs."""

from __future__ import annotations

from bench.child import spawned, told
from bench.figures import Case, Figure, median

EXPECTED = {"turns_per_s": ("1/s", "> 150"), "cpu_ms_per_turn": ("ms", "< 5")}


async def turns(quick: bool) -> Case:
    """Whole turns, 64 at once, on a new file in the temporary folder with synchronous=FULL: admit (claim, turn and a hold on two budgets),
    sent, shown, settle, close, delivered; looking_*: with what the engine looks up before (event, budgets, standings). CPU is process_time
    of a process that does nothing else, its threads included. Reference: bench/naive_store.py, aiosqlite with the same facts written one
    statement, one commit at a time, and nothing looked up; median of alternating runs.
    """
    runs = 1 if quick else 5
    amount = {"ours": 1024, "looking": 1024, "naive": 256}
    found: dict[str, list[dict[str, float]]] = {which: [] for which in amount}
    for _ in range(runs):
        for which in found:
            async with spawned("bench.store_client", which, str(amount[which])) as client:
                found[which].append(await told(client))
    figures = tuple(
        Figure(
            name=f"store.{lead}{name}",
            value=median([each[name] for each in found[which]]),
            unit=unit,
            reference=median([each[name] for each in found["naive"]]),
            runs=runs,
            expected=expected,
        )
        for which, lead in (("ours", ""), ("looking", "looking_"))
        for name, (unit, expected) in EXPECTED.items()
    )
    return Case(method=turns.__doc__ or "", figures=figures)

"""What reading a model's stream costs us, beside the vendor's own SDK."""

from __future__ import annotations

from typing import Any

from bench.child import spawned, told
from bench.figures import Case, Figure, median

STREAMS = 200


async def burst(quick: bool) -> Case:
    """Events a second of CPU (process_time of a client alone in its process, on one core) from bytes to AnswerEvents, against
    AsyncOpenAI.responses.create(stream=True): streams of 502 events, 8 at a time, from one server that replays them from another process
    in chunks of 64 events; median of alternating runs.
    """
    runs = 1 if quick else 5
    streams = {"ours": 100 if quick else 300, "openai": 40 if quick else 100}
    found: dict[str, list[float]] = {"ours": [], "openai": []}
    async with spawned("bench.replay_server") as server:
        url = (await told(server))["url"]
        for _ in range(runs):
            for who in found:
                found[who].append((await _client(who, "burst", url, streams[who]))["events_per_s"])
    figure = Figure(
        name="poe_stream.events_per_s",
        value=median(found["ours"]),
        unit="1/s",
        reference=median(found["openai"]),
        runs=runs,
        expected=">= 4 ratio",
    )
    return Case(method=burst.__doc__ or "", figures=(figure,))


async def paced(quick: bool) -> Case:
    """200 streams at once of 50 events a second each for 10 seconds, each event a packet of its own, begun 20 ms apart, read by one loop;
    the reference is the openai SDK under the same load, once. Lag: how much later than asked a sleep of 10 ms ends, over the whole time.
    Memory: resident size with all streams open less that before the first, divided by 200. CPU includes the requests themselves.
    """
    runs = 1 if quick else 3
    found: dict[str, list[dict[str, Any]]] = {"ours": [], "openai": []}
    async with spawned("bench.replay_server") as server:
        url = (await told(server))["url"]
        for _ in range(runs):
            found["ours"].append(await _client("ours", "paced", url, STREAMS))
        found["openai"].append(await _client("openai", "paced", url, STREAMS))
    figures = [
        Figure(
            name=f"poe_stream.{name}",
            value=median([each[name] for each in found["ours"]]),
            unit=unit,
            reference=median([each[name] for each in found["openai"]]),
            runs=runs,
            expected=expected,
        )
        for name, unit, expected in (
            ("loop_lag_p99_ms", "ms", "< 50"),
            ("kb_per_stream", "KB", "< 200"),
            ("cpu_us_per_event", "us", ""),
        )
    ]
    return Case(method=paced.__doc__ or "", figures=tuple(figures))


async def _client(who: str, mode: str, url: str, streams: int) -> dict[str, Any]:
    async with spawned("bench.stream_client", who, mode, url, str(streams)) as client:
        return await told(client)

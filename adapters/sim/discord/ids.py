"""Snowflakes: ids that carry the time they were made at, always growing.

https://docs.discord.com/developers/reference#snowflakes
"""

import time

EPOCH_MS = 1_420_070_400_000
SEED_TICK = 260_000_000_000  # 2023-03-29: where the ids of the seeded world start


class Snowflakes:
    """Hands out ids; every id is greater than the one before it."""

    def __init__(self) -> None:
        self._last = 0

    def next(self) -> int:
        """A new id made now."""
        tick = (int(time.time() * 1000) - EPOCH_MS) << 22
        self._last = max(self._last + 1, tick)
        return self._last


def seeded(number: int) -> int:
    """The same id on every run; two neighbours fall on different shards of two."""
    return (SEED_TICK + number) << 22 | number


def made_at(snowflake: int) -> float:
    """Seconds since 1970 at which the id was made."""
    return ((snowflake >> 22) + EPOCH_MS) / 1000


def shard_of(guild_id: int | None, shards: int) -> int:
    """The shard that hears of this guild; direct messages go to shard 0."""
    return 0 if guild_id is None else (guild_id >> 22) % shards

"""What the address of a database may be."""

from pathlib import Path

import pytest

from adapters.store.place import where
from bridge.values.errors import StoreError


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("sqlite:///poebridge.db", Path("poebridge.db")),
        ("sqlite:////var/lib/poebridge.db", Path("/var/lib/poebridge.db")),
        ("sqlite+aiosqlite:///x.db", Path("x.db")),
        ("sqlite:///with%20space.db", Path("with space.db")),
        ("sqlite://", None),
        ("sqlite:///:memory:", None),
    ],
)
def test_a_file_or_memory(url: str, path: Path | None):
    place = where(url)
    assert (place.path, place.in_memory, place.sqlite) == (path, path is None, True)


def test_postgresql_is_spoken_through_its_third_psycopg():
    place = where("postgresql://bridge:secret@db/bridge")
    assert place.url.drivername == "postgresql+psycopg"
    assert (place.path, place.in_memory, place.sqlite) == (None, False, False)


@pytest.mark.parametrize("url", ["", "poebridge.db", "mysql://db", "sqlite:/x.db"])
def test_anything_else_is_refused_in_words_that_keep_its_password(url: str):
    with pytest.raises(StoreError, match=r"database is not a URL|SQLite or PostgreSQL"):
        where(url)

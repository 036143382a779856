"""Secrets at rest: who can open them, and where the key stands."""

import base64
import os
import stat
from pathlib import Path

import pytest

from adapters.store import seals
from adapters.store.seals import Sealed, Seals
from bridge.values.errors import StoreBusy, StoreError

OLD, NEW = b"o" * 32, b"n" * 32
SECRET = "xoxb-not-a-real-token"


def text(*keys: bytes) -> str:
    return ", ".join(base64.b64encode(key).decode() for key in keys)


def test_what_is_sealed_opens_for_whom_it_was_sealed():
    sealed = Seals([OLD]).seal(SECRET, "slack workspace T1")
    assert SECRET.encode() not in sealed.data
    assert SECRET not in repr(sealed)
    assert Seals([OLD]).open(sealed, "slack workspace T1") == SECRET


def test_nothing_is_sealed_twice_alike():
    assert Seals([OLD]).seal(SECRET, "a").data != Seals([OLD]).seal(SECRET, "a").data


@pytest.mark.parametrize(
    ("about", "spoil"),
    [("slack workspace T2", 0), ("slack workspace T1", 1)],
    ids=["another row", "changed"],
)
def test_what_was_moved_or_changed_does_not_open(about: str, spoil: int):
    sealed = Seals([OLD]).seal(SECRET, "slack workspace T1")
    data = sealed.data[:-1] + bytes([sealed.data[-1] ^ spoil])
    with pytest.raises(StoreError, match=f"{about} does not open") as caught:
        Seals([OLD]).open(Sealed(key=sealed.key, data=data), about)
    assert SECRET not in str(caught.value)


def test_the_first_key_seals_and_every_key_opens():
    old = Seals([OLD]).seal(SECRET, "a")
    both = Seals([NEW, OLD])
    assert both.open(old, "a") == SECRET
    assert both.stale(old.key)
    new = both.seal(SECRET, "a")
    assert not both.stale(new.key)
    with pytest.raises(StoreError, match=r"a key that is not there any more\. Put that key back"):
        Seals([OLD]).open(new, "a")


def test_a_key_s_name_does_not_tell_the_key():
    assert seals.named(OLD) != seals.named(NEW)
    assert OLD.hex()[:8] not in seals.named(OLD)


def test_keys_are_read_from_base64():
    assert seals.read(f"{text(NEW)} ,{text(OLD)},") == (NEW, OLD)


@pytest.mark.parametrize("given", ["", " , ", "short", text(b"x" * 31), f"{text(NEW)},*"])
def test_what_is_no_key_is_refused_without_showing_it(given: str):
    with pytest.raises(StoreError) as caught:
        seals.read(given)
    assert "short" not in caught.value.say


def test_a_key_is_made_beside_the_database_for_its_owner_alone(tmp_path: Path):
    before = os.umask(0)
    try:
        (made,) = seals.keys_for(tmp_path / "bridge.db", "")
    finally:
        os.umask(before)
    path = tmp_path / "bridge.db.key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert len(made) == seals.KEY_BYTES
    assert seals.keys_for(tmp_path / "bridge.db", "") == (made,)


def test_a_key_that_is_given_makes_no_file_and_goes_before_one_that_is_there(tmp_path: Path):
    database = tmp_path / "bridge.db"
    assert seals.keys_for(database, text(NEW)) == (NEW,)
    assert list(tmp_path.iterdir()) == []
    (made,) = seals.keys_for(database, "")
    assert seals.keys_for(database, text(NEW)) == (NEW, made)


def test_without_a_file_a_key_has_to_be_given():
    assert seals.keys_for(None, text(NEW)) == (NEW,)
    with pytest.raises(StoreError, match=r"only be kept with a key under \[store\] secret_key"):
        seals.keys_for(None, "")


def test_a_key_file_that_is_none_is_said_so(tmp_path: Path):
    path = tmp_path / "bridge.db.key"
    path.write_text("hello\n")
    with pytest.raises(StoreError, match=r"bridge\.db\.key holds no key"):
        seals.keys_for(tmp_path / "bridge.db", "")
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(StoreBusy, match="can't be read"):
        seals.keys_for(tmp_path / "bridge.db", "")


def test_a_folder_that_is_not_there_is_said_so(tmp_path: Path):
    with pytest.raises(StoreBusy, match="can't be made"):
        seals.keys_for(tmp_path / "nowhere" / "bridge.db", "")

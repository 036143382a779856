"""Secrets at rest: sealed with AES-GCM, so that what is changed, or moved to another row, can't be opened.

Keys are 32 bytes, written in base64. The first of those given seals, all of them open: a new key is put before the old one, and the old
one may go once everything has been sealed anew. Without a key one is made, in a file of its own beside the SQLite database.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from adapters.store import guard
from bridge.values.errors import StoreBusy, StoreError

KEY_BYTES = 32
_NONCE = 12  # NIST SP 800-38D, 5.2.1.1: https://nvlpubs.nist.gov/nistpubs/Legacy/SP/nistspecialpublication800-38d.pdf
_MENDED = "Put that key back under [store] secret_key, or have the app installed there again."


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """`key` is the name of the key, by which nobody can find the key itself."""

    key: str
    data: bytes = field(repr=False)


class Seals:
    """Seals and opens with some keys."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        self._keys = {named(key): AESGCM(key) for key in keys}
        self._first = named(keys[0])

    def seal(self, secret: str, about: str) -> Sealed:
        """`about` says whose it is, and has to be given again to open it."""
        nonce = os.urandom(_NONCE)
        closed = self._keys[self._first].encrypt(nonce, secret.encode(), about.encode())
        return Sealed(key=self._first, data=nonce + closed)

    def stale(self, key: str) -> bool:
        """Whether what this key sealed should be sealed anew."""
        return key != self._first

    def open(self, sealed: Sealed, about: str) -> str:
        """Raises StoreError with `about` in its sentence."""
        key = self._keys.get(sealed.key)
        if key is None:
            raise StoreError(
                f"The secret of {about} was sealed with a key that is not there any more. {_MENDED}"
            )
        nonce, closed = sealed.data[:_NONCE], sealed.data[_NONCE:]
        try:
            return key.decrypt(nonce, closed, about.encode()).decode()
        except (InvalidTag, ValueError) as error:
            raise StoreError(
                f"The secret of {about} does not open: it was changed, or belongs to somebody else. "
                "Have the app installed there again."
            ) from error


def named(key: bytes) -> str:
    """A key's name, which may be known to everybody."""
    return hashlib.sha256(key).hexdigest()[:16]


def read(text: str) -> tuple[bytes, ...]:
    """Keys, in base64, with commas between them. Raises StoreError."""
    keys = tuple(_key(word.strip()) for word in text.split(",") if word.strip())
    if not keys:
        raise StoreError("There is no key in [store] secret_key.")
    return keys


def _key(word: str) -> bytes:
    try:
        key = base64.b64decode(word, validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        raise StoreError(f"A key that seals secrets has to be {KEY_BYTES} bytes in base64.")
    return key


def keys_for(database: Path | None, given: str) -> tuple[bytes, ...]:
    """The keys given, and the one in the file beside the database, which is made where there would be none. Raises StoreError."""
    keys = read(given) if given else ()
    file = None if database is None else beside(database)
    if file is not None and (not keys or file.exists()):
        keys += _from_file(file)
    if not keys:
        raise StoreError(
            "Without a SQLite file, secrets can only be kept with a key under [store] secret_key."
        )
    return keys


def beside(database: Path) -> Path:
    return database.with_name(database.name + ".key")


def _from_file(path: Path) -> tuple[bytes, ...]:
    try:
        file = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, guard.PRIVATE)
    except FileExistsError:
        return _read_file(path)
    except OSError as error:
        raise StoreBusy(f"The key file {path} can't be made: {error.strerror}.") from error
    key = os.urandom(KEY_BYTES)
    with os.fdopen(file, "wb") as writing:
        writing.write(base64.b64encode(key) + b"\n")
        writing.flush()
        os.fsync(writing.fileno())  # what it seals will be on disk, too
    return (key,)


def _read_file(path: Path) -> tuple[bytes, ...]:
    try:
        return read(path.read_text(encoding="ascii"))
    except (OSError, UnicodeDecodeError) as error:
        raise StoreBusy(f"The key file {path} can't be read.") from error
    except StoreError as error:
        raise StoreError(f"The key file {path} holds no key of {KEY_BYTES} bytes in base64.") from error

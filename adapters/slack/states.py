"""What goes to Slack and comes back with somebody who installs us: a proof that this browser began it here, lately, and only once.

It is signed, holds when it ends, and is worth nothing without the cookie of the browser that got it.
https://docs.slack.dev/authentication/installing-with-oauth
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets

from bridge.ports import Clock

SECONDS = 600.0

_BROWSER = re.compile(r"[0-9a-f]{32}")


class States:
    """Of this process; one that ends between the two visits lets its people begin again."""

    def __init__(self, secret: str, clock: Clock) -> None:
        self._key = hashlib.sha256(b"poebridge: installing in Slack\0" + secret.encode()).digest()
        self._clock = clock
        self._used: dict[str, float] = {}

    def browser(self, known: str) -> str:
        """What tells this browser from others: what it has already, or something new."""
        return known if _BROWSER.fullmatch(known) else secrets.token_hex(16)

    def issue(self, browser: str) -> str:
        nonce, ends = secrets.token_hex(16), int(self._clock.now() + SECONDS)
        return f"{nonce}.{ends}.{self._signature(nonce, ends, browser)}"

    def redeem(self, state: str, browser: str) -> bool:
        """Whether it was issued to this browser, is not over, and was not redeemed before."""
        nonce, _, rest = state.partition(".")
        ends, _, signature = rest.partition(".")
        if not (_BROWSER.fullmatch(browser) and ends.isdecimal() and ends.isascii() and len(ends) < 16):
            return False
        genuine = hmac.compare_digest(signature.encode(), self._signature(nonce, int(ends), browser).encode())
        now = self._clock.now()
        self._used = {used: until for used, until in self._used.items() if until > now}
        if not genuine or int(ends) <= now or nonce in self._used:
            return False
        self._used[nonce] = float(ends)
        return True

    def _signature(self, nonce: str, ends: int, browser: str) -> str:
        return hmac.new(self._key, f"{nonce}.{ends}.{browser}".encode(), hashlib.sha256).hexdigest()

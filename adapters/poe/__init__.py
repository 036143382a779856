"""Poe: requests out, answers in, the catalogue of models and Poe's own books.

`wire`, `faults`, `sse`, `strands`, `bodies`, `responses`, `models`, `usage` and `retries` are pure. `limits` keeps the line, `link` is
the one file that knows which HTTP library carries the bytes, `reading` reads one answer, `fetch` looks things up for `catalog` and
`feed`, and `client` is what the program holds. Nothing here knows a chat platform, a budget or the store.
"""

from adapters.poe.client import PoeClient
from adapters.poe.link import Timeouts

__all__ = ["PoeClient", "Timeouts"]

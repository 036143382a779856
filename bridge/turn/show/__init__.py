"""The fourth room: drafts become messages. One scheduler writes for all answers, and nothing a platform does reaches the readers.

`delivery` holds the scheduler and `queues` who waits for which limit; `showing` is one answer as far as it stands, `standing` its messages
and the one write that each of them needs; `writing` carries out one write and bears its outcome.
What should stand is decided in `rules/pages`, what may leave when in `rules/pacing` and `rules/schedule`.

A page comes to be in one of two ways. It is posted whole and edited as it grows; or, where the chat is `Streams` too and `streams` finds
room for one more, it is begun, appended to and ended. What is sent then is never what should stand but what is missing of it
(`rules/streaming`), and only what the platform acknowledged counts as sent. A stream that the platform ended, or of which nobody knows
what it took, is over: the message it made is edited like any other, and the next page may stream again.
"""

from bridge.turn.show.delivery import Backlog, Delivery
from bridge.turn.show.showing import Showing, Shown

__all__ = ["Backlog", "Delivery", "Showing", "Shown"]

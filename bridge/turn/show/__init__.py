"""The fourth room: drafts become messages. One scheduler writes for all answers, and nothing a platform does reaches the readers.

`delivery` holds the scheduler, `showing` one answer as far as it stands, `writing` carries out one write and bears its outcome.
What should stand is decided in `rules/pages`, what may leave when in `rules/pacing` and `rules/schedule`.

A platform that takes a growing answer natively (Slack's chat.startStream, appendStream, stopStream) fits in as an optional Protocol
beside `Chat`, `Streams(begin, append, end)`, asked for once in `Delivery.__init__`: `showing.next_step` then makes steps whose verb is
"begin", "append" or "end", their text the part not shown yet; `Chat.bucket` names the limit of each verb as it does today, and
`writing.send` is the one place that turns a step into a call. A stream that is refused goes on as post and edit: the message it made is a
standing one. `Delivery` and its callers do not change.
"""

from bridge.turn.show.delivery import Backlog, Delivery
from bridge.turn.show.showing import Showing, Shown

__all__ = ["Backlog", "Delivery", "Showing", "Shown"]

"""An embedded Poe: a server that speaks Poe's own API on a loopback port, charges points, and can misbehave.

``async with PoeServer() as poe`` runs it inside the running event loop; ``serve`` runs it until cancelled.
It answers deterministically and costs nothing; the numbers (prices, parameters, sizes) are the real ones.

**What a prompt can order.**  Directives stand in double brackets anywhere in the last user turn and are not
part of the question.

=========================  ==========================================================================
``[[len=5000]]``           an answer of exactly so many characters: prose, lists, tables and code
``[[speed=200]]``          tokens a second for this answer; ``0`` as fast as possible
``[[first=2.0]]``          seconds before the first token
``[[echo]]TEXT``           TEXT, word for word
``[[refuse]]``             a refusal (on Responses a ``refusal`` part)
``[[filter]]``             the answer ends with ``content_filter``
``[[fail=500]]``           this HTTP status instead of an answer; ``[[fail=503,2]]`` the first two times only
``[[cut=7]]``              the connection is cut after 7 deltas
``[[stall=7]]``            nothing comes after 7 deltas until the caller leaves
``[[end=failed]]``         another ending: failed, incomplete, filtered, error, error_nested, bare_error, none;
                           with ``[[after=7]]`` after 7 deltas, else after the whole text
``[[script=STEPS]]``       steps separated by ``;``: ``say TEXT``, ``think TEXT``, ``wait SECONDS`` and one of
                           the endings, ``cut`` and ``stall`` among them.  ``say Hel; wait 0.5; say lo; failed``
=========================  ==========================================================================

**What it understands in plain words.**  ``in 40 words``; ``200 characters``; ``in rust code``, ``a python
function``; ``a table``, ``compare``; ``a list``, ``top 3``, ``5 ideas``; ``what did I say``; ``my name is
Ada`` and later ``what is my name``; the capital and the population of a few countries; ``17 * 19``.  A
function is called when the question names it or its last word (``get_weather``: "weather").  Attachments are
described: name, type, size, pixels of an image, first line of a text.  Of a system prompt it obeys ``answer
only "X"``, ``You are a …``, ``Always …`` and pirates.  Everything else gets a short article on the subject.

**Counting.**  Four characters are one token and one delta.  A picture weighs 765 tokens, a turn 4 more.
"""

from adapters.sim.poe.faults import Fault, FaultBoard
from adapters.sim.poe.server import PoeServer, serve
from adapters.sim.poe.world import Call, Row, World

__all__ = ["PoeServer", "serve", "World", "Call", "Row", "Fault", "FaultBoard"]

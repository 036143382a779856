"""Long answers as several messages: cut where a reader would, balanced on both sides, live.

`grow` decides cuts while the text arrives and never takes one back; `pieces` renders what they make. Limits
and measures are the platform's and come in as arguments; nothing here is sent or repaired for display
(see `bridge.rules.markdown.display`, which the caller applies to the last piece of a growing answer).
"""

from bridge.rules.split.choice import Measure
from bridge.rules.split.pieces import SMALLEST, Cut, Piece, cut_here, grow, pieces, split

__all__ = ["SMALLEST", "Cut", "Measure", "Piece", "cut_here", "grow", "pieces", "split"]

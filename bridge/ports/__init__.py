"""What the core asks for, and the one door through which it is told something. Adapters implement; `wiring` connects.

Small on purpose: what a platform may or may not be able to do is in `Capabilities`, not in more methods.
"""

from bridge.ports.chat import Chat, Door, Files, Installations, Seen, Streams, Titles, Written
from bridge.ports.model import Model, ModelCatalog, UsageFeed
from bridge.ports.money import Admitted, AuditRow, Budgets, Claimed, Denied, Ledger, Verdict
from bridge.ports.surroundings import Chance, Clock, Notify
from bridge.ports.turns import Live, LiveStanding, Memory, Turns

__all__ = [
    "Admitted",
    "AuditRow",
    "Budgets",
    "Chance",
    "Chat",
    "Claimed",
    "Clock",
    "Denied",
    "Door",
    "Files",
    "Installations",
    "Ledger",
    "Live",
    "LiveStanding",
    "Memory",
    "Model",
    "ModelCatalog",
    "Notify",
    "Seen",
    "Streams",
    "Titles",
    "Turns",
    "UsageFeed",
    "Verdict",
    "Written",
]

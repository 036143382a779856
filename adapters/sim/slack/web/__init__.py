"""The Web API: one door, a table of methods, and what each does."""

from .beside import Beside
from .door import Door

__all__ = ["Beside", "Door"]

"""The Web API: one door, a table of methods, and what each does."""

from .door import Door

__all__ = ["Door"]

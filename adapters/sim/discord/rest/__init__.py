"""The HTTP side of the simulated Discord: routes, and the door every request passes."""

from .door import Door

__all__ = ["Door"]

"""The page of the simulated Discord: what stands in its world, shown as people know it, and written to as one of them."""

from .page import Page

__all__ = ["Page"]

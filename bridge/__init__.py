"""Poebridge in its own words: what a turn, a budget and an answer are, and how they walk."""

__version__ = "0.1.0"

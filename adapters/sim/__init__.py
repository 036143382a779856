"""Embedded servers that speak the vendors' own wire formats; nothing of the house is imported here."""

"""Nouns: frozen values that walk through the house. No verbs that wait, no I/O, no vendor's word."""

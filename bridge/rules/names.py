"""Names in a sentence of ours: those that people gave, and those of our commands."""

from __future__ import annotations

import re

LENGTH = 60
VERBS = ("ask", "budget", "forget", "help", "model", "new", "points", "preset", "status", "stop")
"""What our commands begin with. Platforms have commands of their own, which stay as they are."""
_COMMAND = re.compile(rf"(?<![\w/.:])/({'|'.join(VERBS)})\b(?!/)")
_SIGNS = re.compile(r"([\\*_~`|<>\[\]])")


def escaped(name: str) -> str:
    """Short, on one line, and unable to do anything but be read."""
    return _SIGNS.sub(r"\\\1", " ".join(name.split())[:LENGTH])


def typed(sentence: str, command: str) -> str:
    """A sentence of ours that names commands as "/model", with their names as the platform's people type them: `command` is "/poe {}"."""
    return _COMMAND.sub(lambda found: command.format(found[1]), sentence)

"""`/help`: how to talk with the bridge, and its commands, written from their specs. What somebody may not use is not shown to them."""

from __future__ import annotations

from collections.abc import Sequence

from bridge.values.command import CommandSpec, Needs

TALKING = """**How to talk with me**
- Mention me in a channel, or write to me directly.
{going_on}
- Attach images, or text and code files.
- Under an answer you find buttons to stop it, ask again, or let me continue."""

GOING_ON = """- Reply to any of my answers to go on from there, also to an older one.
- In a thread I opened, just write."""
GOING_ON_BY_MENTIONS = """- Reply to any of my answers to go on from there, also to an older one; leave the @ on, or mention me.
- In a thread I opened, mention me too."""


def manual(specs: Sequence[CommandSpec], *, admin: bool, mentions_only: bool = False) -> str:
    """`mentions_only`: the platform shows us no text of a message that does not mention us."""
    everyone = [_line(spec) for spec in specs if spec.needs is Needs.ANYONE]
    about = [f"- **{spec.about_message}**, in the menu of a message" for spec in specs if spec.about_message]
    talking = TALKING.format(going_on=GOING_ON_BY_MENTIONS if mentions_only else GOING_ON)
    parts = [talking, "\n".join(("**Commands**", *everyone, *about))]
    if admin:
        parts.append(
            "\n".join(("**For admins**", *(_line(spec) for spec in specs if spec.needs is Needs.ADMIN)))
        )
    return "\n\n".join(parts)


def _line(spec: CommandSpec) -> str:
    return f"- `/{spec.name}`: {spec.help[0].lower()}{spec.help[1:]}"

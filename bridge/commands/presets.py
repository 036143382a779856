"""`/preset`: which prepared way to ask is one's own. What a preset is stands in the configuration, which one counts, in `rules`."""

from __future__ import annotations

from bridge.commands.desk import Command, Desk
from bridge.commands.options import text
from bridge.rules.conversation import named_preset
from bridge.rules.names import escaped
from bridge.values.command import CommandSpec, OptionSpec, Reply
from bridge.values.inbound import Commanded
from bridge.values.models import Preset
from bridge.values.points import Scope, ScopeKind

SETTING = "preset"


async def preset(commanded: Commanded, desk: Desk) -> Reply:
    name = text(commanded, "name").lower()
    own = Scope(kind=ScopeKind.PERSON, id=commanded.person.id, workspace=commanded.place.workspace)
    if not name:
        return Reply(text=_told(await desk.memory.setting(own, SETTING), desk))
    chosen = named_preset(name, desk.settings)
    usual = chosen.name == desk.settings.default_preset  # then there is nothing special to remember
    await desk.memory.set_setting(
        own, SETTING, None if usual else chosen.name, commanded.person.id, desk.clock.now()
    )
    return Reply(
        text=f"Your questions are asked with **{escaped(chosen.name)}** from now on ({chosen.model}). "
        "Conversations that have begun stay as they are."
    )


def _told(chosen: str | None, desk: Desk) -> str:
    """Every preset there is, the one that counts marked."""
    presets = desk.settings.presets
    counts = chosen if chosen and chosen in presets else desk.settings.default_preset
    lines = [_line(each, counts) for each in presets.values()]
    return "\n".join(("Prepared ways to ask:", *lines, "Choose yours with /preset and a name."))


def _line(preset: Preset, counts: str) -> str:
    line = f"- **{escaped(preset.name)}** · {preset.model}"
    return f"{line} (yours)" if preset.name == counts else line


COMMANDS = (
    Command(
        act=preset,
        spec=CommandSpec(
            name="preset",
            help="See the prepared ways to ask, or choose yours",
            options=(
                OptionSpec(name="name", help="The preset that your questions are asked with", suggests=True),
            ),
        ),
    ),
)

"""`poebridge budget`: the chat's own verbs, given by the operator. What they mean is in `commands/budgets`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bridge.cli.shell import AsJson, ConfigFile, bare, commanded, configured, opened, waited

if TYPE_CHECKING:
    from bridge.values.inbound import Option

app = typer.Typer(
    help="Who may spend how much. Choose exactly one of --person, --role, --channel, --everyone and --server.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

AS_TYPED = "poebridge {}"
"""How the commands that sentences name are typed here."""
Text = str | None
Person = Annotated[
    Text, typer.Option(help="One person, by id: discord:80351110224678912.", show_default=False)
]
Role = Annotated[Text, typer.Option(help="Everyone with this role, by its id.", show_default=False)]
Channel = Annotated[Text, typer.Option(help="What is asked in this channel.", show_default=False)]
Everyone = Annotated[Text, typer.Option(help="Each person on the server with this id.", show_default=False)]
Server = Annotated[Text, typer.Option(help="The server with this id, all together.", show_default=False)]
On = Annotated[
    Text,
    typer.Option(
        "--on",
        help="The server on which a person, role or channel is meant; all when left out.",
        show_default=False,
    ),
]
Amount = Annotated[str, typer.Option(help="A whole number, such as 5000 or 5k.", show_default=False)]
Period = Annotated[Text, typer.Option(help="day, week, month or never.", show_default=False)]
Zone = Annotated[Text, typer.Option(help="Whose midnight counts: Europe/Berlin.", show_default=False)]
Share = Annotated[Text, typer.Option(help="Of a role or channel: each or pool.", show_default=False)]
Reason = Annotated[Text, typer.Option(help="Kept in the record of changes.", show_default=False)]
Undo = Annotated[bool, typer.Option("--undo", help="Let points be spent again.")]


@app.command()
def show(
    person: Person = None,
    role: Role = None,
    channel: Channel = None,
    everyone: Everyone = None,
    server: Server = None,
    on: On = None,
    json: AsJson = False,
    config: ConfigFile = None,
) -> None:
    """How budgets stand. Without a choice, the ones of the configuration."""
    chosen = _Chosen(person=person, role=role, channel=channel, everyone=everyone, server=server, on=on)
    _perform("show", chosen, {}, json, config)


@app.command("set")
def set_(
    points: Amount,
    person: Person = None,
    role: Role = None,
    channel: Channel = None,
    everyone: Everyone = None,
    server: Server = None,
    on: On = None,
    period: Period = None,
    zone: Zone = None,
    share: Share = None,
    json: AsJson = False,
    config: ConfigFile = None,
) -> None:
    """How many points somebody may spend."""
    chosen = _Chosen(person=person, role=role, channel=channel, everyone=everyone, server=server, on=on)
    more = {"points": points, "period": period, "zone": zone, "share": share}
    _perform("set", chosen, more, json, config)


@app.command()
def grant(
    points: Amount,
    person: Person = None,
    role: Role = None,
    channel: Channel = None,
    server: Server = None,
    on: On = None,
    reason: Reason = None,
    json: AsJson = False,
    config: ConfigFile = None,
) -> None:
    """Add points to a budget in its current period."""
    chosen = _Chosen(person=person, role=role, channel=channel, server=server, on=on)
    _perform("grant", chosen, {"points": points, "reason": reason}, json, config)


@app.command()
def reset(
    person: Person = None,
    role: Role = None,
    channel: Channel = None,
    everyone: Everyone = None,
    server: Server = None,
    on: On = None,
    share: Share = None,
    json: AsJson = False,
    config: ConfigFile = None,
) -> None:
    """Give back what was spent in the current period."""
    chosen = _Chosen(person=person, role=role, channel=channel, everyone=everyone, server=server, on=on)
    _perform("reset", chosen, {"share": share}, json, config)


@app.command()
def freeze(
    person: Person = None,
    role: Role = None,
    channel: Channel = None,
    server: Server = None,
    on: On = None,
    undo: Undo = False,
    json: AsJson = False,
    config: ConfigFile = None,
) -> None:
    """Let nobody there spend points for now."""
    chosen = _Chosen(person=person, role=role, channel=channel, server=server, on=on)
    _perform("freeze", chosen, {"undo": undo or None}, json, config)


@app.command()
def remove(
    person: Person = None,
    role: Role = None,
    channel: Channel = None,
    everyone: Everyone = None,
    server: Server = None,
    on: On = None,
    share: Share = None,
    json: AsJson = False,
    config: ConfigFile = None,
) -> None:
    """Take a rule away, so that the more general ones count."""
    chosen = _Chosen(person=person, role=role, channel=channel, everyone=everyone, server=server, on=on)
    _perform("remove", chosen, {"share": share}, json, config)


class _Chosen(dict[str, str]):
    """The ids given, by option; empty ones are none."""

    def __init__(self, **given: str | None) -> None:
        super().__init__({name: bare(f"--{name}", id_) for name, id_ in given.items() if id_ is not None})

    def options(self) -> dict[str, Option]:
        """As a chat gives them: a server is where one is, and only named."""
        places: dict[str, Option] = {name: True for name in ("everyone", "server") if name in self}
        return places | {name: self[name] for name in ("person", "role", "channel") if name in self}

    @property
    def server(self) -> str:
        return self.get("server") or self.get("everyone") or self.get("on", "")


def _perform(
    verb: str, chosen: _Chosen, more: Mapping[str, str | bool | None], json: bool, file: Path | None
) -> None:
    options = chosen.options() | {name: value for name, value in more.items() if value is not None}
    waited(_performed(verb, chosen, options, json, file))


async def _performed(
    verb: str, chosen: _Chosen, options: dict[str, Option], json: bool, file: Path | None
) -> None:
    from bridge.cli import show as shown
    from bridge.commands import accounts, perform, targets
    from bridge.rules.names import typed
    from bridge.values.errors import Refused

    async with opened(configured(file)) as desk:
        given = commanded(f"budget {verb}", options, desk, server=chosen.server)
        try:
            reply = await perform(given, desk)
        except Refused as refused:
            refused.say = typed(refused.say, AS_TYPED)
            raise
        if json:
            target = targets.given(given)
            shown.as_json([shown.budget(each) for each in await accounts.shown(target, given, desk)])
        else:
            shown.markdown(typed(reply.text, AS_TYPED))

"""Poe's own books, its models, and what is remembered of a person: `usage`, `models`, `forget`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bridge.cli.shell import OPERATOR, AsJson, ConfigFile, bare, configured, opened, waited

if TYPE_CHECKING:
    from bridge.commands import Desk
    from bridge.values.models import ModelCard
    from bridge.values.points import UsageRow

usage = typer.Typer(help="The Poe account behind the bridge.", no_args_is_help=True, rich_markup_mode=None)
HOUR = 3600.0


def add_to(app: typer.Typer) -> None:
    app.command()(models)
    app.command()(forget)


@usage.command()
def balance(json: AsJson = False, config: ConfigFile = None) -> None:
    """How many points the Poe account has."""
    waited(_balance(json, config))


async def _balance(json: bool, file: Path | None) -> None:
    from bridge.cli import show
    from bridge.commands.status import said
    from bridge.config import POE_KEY

    async with opened(configured(file, POE_KEY)) as desk:
        found = await desk.usage.balance(desk.settings.key)
    if json:
        usd = None if found.usd is None else str(found.usd)
        show.as_json({"points": found.points, "plan": found.plan, "addon": found.addon, "usd": usd})
    else:
        print(said(found))


@usage.command()
def history(
    hours: Annotated[float, typer.Option(min=0.01, max=24 * 30, help="How far back.")] = 24.0,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many rows at most.")] = 50,
    json: AsJson = False,
    config: ConfigFile = None,
) -> None:
    """What Poe charged, newest first."""
    waited(_history(hours, limit, json, config))


async def _history(hours: float, limit: int, json: bool, file: Path | None) -> None:
    from bridge.cli import show
    from bridge.config import POE_KEY

    rows: list[UsageRow] = []
    async with opened(configured(file, POE_KEY)) as desk:
        since = desk.clock.now() - hours * HOUR
        async for row in desk.usage.history(desk.settings.key, since):
            rows.append(row)
            if len(rows) == limit:
                break
    if json:
        show.as_json([_row(row) for row in rows])
    elif rows:
        show.table(
            ("when (UTC)", "model", "points", "tokens", "kind"), [_cells(row) for row in rows], numbers=(2, 3)
        )
    else:
        print("Poe has charged nothing in that time.")


def _row(row: UsageRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "at": row.at,
        "model": row.model,
        "points": row.points,
        "usd": None if row.usd is None else str(row.usd),
        "kind": row.kind,
        "input": row.input,
        "output": row.output,
    }


def _cells(row: UsageRow) -> tuple[str, ...]:
    from datetime import UTC, datetime

    when = datetime.fromtimestamp(row.at, UTC).strftime("%Y-%m-%d %H:%M:%S")
    tokens = "" if row.input is None else f"{row.input:,} + {row.output or 0:,}"
    return (when, row.model, f"{row.points:,}", tokens, row.kind)


def models(
    named: Annotated[str, typer.Argument(help="Only those whose name holds this.", show_default=False)] = "",
    json: AsJson = False,
    config: ConfigFile = None,
) -> None:
    """Which models can be asked, and what answers cost."""
    waited(_models(named, json, config))


async def _models(named: str, json: bool, file: Path | None) -> None:
    from bridge.cli import show
    from bridge.rules.access import usable
    from bridge.values.errors import UpstreamError

    async with opened(configured(file)) as desk:
        await desk.catalog.refresh()
        cards = [
            card
            for card in sorted(await desk.catalog.cards(), key=lambda card: card.name.lower())
            if named.lower() in card.name.lower() and usable(card.id, desk.settings)
        ]
        if not cards:
            raise UpstreamError(
                "No model has such a name." if named else "Poe's list of models could not be read."
            )
        if json:
            show.as_json([_model(card, desk) for card in cards])
        else:
            head = ("model", "points an answer", "reads", "writes", "context")
            show.table(head, [_model_cells(card, desk) for card in cards], numbers=(1, 4))


def _model(card: ModelCard, desk: Desk) -> dict[str, Any]:
    from bridge.commands.words import typical

    return {
        "id": card.id,
        "name": card.name,
        "points_an_answer": typical(card, desk.settings, desk.catalog.points_per_usd()),
        "inputs": sorted(card.inputs),
        "outputs": sorted(card.outputs),
        "context": card.context,
        "max_output": card.max_output,
    }


def _model_cells(card: ModelCard, desk: Desk) -> tuple[str, ...]:
    from bridge.commands.words import typical

    cost = typical(card, desk.settings, desk.catalog.points_per_usd())
    return (
        card.name,
        "unknown" if cost is None else f"~{cost:,}",
        ", ".join(sorted(card.inputs)),
        ", ".join(sorted(card.outputs)),
        "" if card.context is None else f"{card.context:,}",
    )


def forget(
    person: Annotated[str, typer.Option(help="Whose words: discord:80351110224678912.", show_default=False)],
    yes: Annotated[bool, typer.Option("--yes", help="Erase without asking back.")] = False,
    config: ConfigFile = None,
) -> None:
    """Erase what a person asked and was answered. The record of points stays."""
    id_ = bare("--person", person)
    if not yes and not typer.confirm(f"Erase everything {person} asked, and the answers?"):
        print("Nothing was erased.")
        raise typer.Exit(1)
    waited(_forget(id_, config))


async def _forget(id_: str, file: Path | None) -> None:
    from bridge.commands.conversation import forgotten
    from bridge.values.ids import PersonId

    async with opened(configured(file)) as desk:
        print(forgotten(await desk.memory.forget(PersonId(id_), OPERATOR, desk.clock.now())))

"""The program itself: run it, try it without any account, look whether all is well, and migrate its database."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from bridge.cli.shell import ConfigFile, configured, waited

sim = typer.Typer(
    name="sim",
    help="Embedded servers for other programs to be tried against.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
Port = Annotated[int, typer.Option(min=0, max=65_535, help="Where to listen; 0 for any free port.")]

SIGNS = {"ok": "ok  ", "warn": "warn", "fail": "FAIL"}


def add_to(app: typer.Typer) -> None:
    for verb in (run, check, migrate, version):
        app.command()(verb)
    app.command("demo")(demonstrate)
    app.command("slack-manifest")(slack_manifest)
    app.add_typer(sim)


def run(config: ConfigFile = None) -> None:
    """Run the bridge until it is stopped."""
    from bridge.config import TO_RUN

    read = configured(config, *TO_RUN)
    from bridge.wiring import serving

    waited(serving.run(read))


def demonstrate(
    once: Annotated[
        bool, typer.Option("--once", help="Play the script, tell what happened, and end.")
    ] = False,
    port: Port = 8787,
) -> None:
    """Try it here and now: no account, no key.

    Everything runs on embedded servers; nothing leaves this machine.
    """
    from bridge.wiring.demo import demo

    raise typer.Exit(waited(demo(once=once, port=0 if once else port, say=_say)))


def _say(line: str) -> None:
    print(line, flush=True)


@sim.command("poe")
def sim_poe(
    port: Port = 0,
    profile: Annotated[
        str, typer.Option(help="documented: as Poe's documents say; observed: as it was seen to behave.")
    ] = "documented",
) -> None:
    """Serve an embedded Poe. Prints its address and key as one line of JSON."""
    if profile not in ("documented", "observed"):
        raise typer.BadParameter("choose documented or observed", param_hint="--profile")
    from bridge.wiring import sims

    waited(sims.sim_poe(port=port, profile=profile))


@sim.command("discord")
def sim_discord(port: Port = 0) -> None:
    """Serve an embedded Discord. Prints its addresses and token as one line of JSON."""
    from bridge.wiring import sims

    waited(sims.sim_discord(port=port))


@sim.command("slack")
def sim_slack(port: Port = 0) -> None:
    """Serve an embedded Slack. Prints its addresses, tokens and ids as one line of JSON."""
    from bridge.wiring import sims

    waited(sims.sim_slack(port=port))


def slack_manifest(
    config: ConfigFile = None,
    http: Annotated[
        str | None,
        typer.Option(
            help="Where Slack reaches the bridge; without it, events come over a socket.", show_default=False
        ),
    ] = None,
) -> None:
    """Print the manifest to create a Slack app from."""
    from bridge.cli import show

    read = configured(config)
    from bridge.wiring import connections

    show.as_json(connections.slack_manifest(read, http))


def check(
    config: ConfigFile = None,
    live: Annotated[
        bool, typer.Option("--live", help="Only ask the bridge that runs here how it is.")
    ] = False,
) -> None:
    """Look whether the bridge has everything it needs. Asks no model and spends nothing."""
    from bridge.config import TO_RUN

    read = configured(config, *(() if live else TO_RUN))
    from bridge.wiring import checking

    findings = (waited(checking.live(read)),) if live else waited(checking.check(read))
    for finding in findings:
        print(f"{SIGNS[finding.verdict.value]}  {finding.about}: {finding.text}")
    if any(finding.verdict is checking.Verdict.FAIL for finding in findings):
        raise typer.Exit(1)


def migrate(
    config: ConfigFile = None,
    to: Annotated[
        str, typer.Option("--to", help="A revision; head is the newest, base is an empty database.")
    ] = "head",
    yes: Annotated[
        bool, typer.Option("--yes", help="Go back to an older revision without asking back.")
    ] = False,
) -> None:
    """Bring the database to this version. The bridge also does so when it starts."""
    read = configured(config)
    from bridge.wiring import shell

    if not yes and waited(shell.goes_back(read, to)):
        _ask_back(to)
    before, after = waited(shell.migrate(read, to))
    print(
        f"The database is at {after or 'base'}" + (f", from {before or 'base'}." if before != after else ".")
    )


def _ask_back(to: str) -> None:
    """Leave, unless a person says that it may be lost."""
    try:
        sure = typer.confirm(f"Tables and everything in them will be dropped to go back to {to}. Go on?")
    except typer.Abort:
        print("\nNobody answered. With --yes it is done without asking.", file=sys.stderr)
        sure = False
    if not sure:
        print("Nothing was changed.", file=sys.stderr)
        raise typer.Exit(1)


def version() -> None:
    """Say which version this is."""
    from bridge import __version__

    print(f"poebridge {__version__}")

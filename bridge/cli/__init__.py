"""Arguments in, exit code out. `poebridge --help` has to be quick, so nothing heavy is imported before it is known what is wanted.

What the verbs do is in `commands`, how the program is built in `wiring`. Every failure ends as a sentence on stderr and an exit code.
"""

from __future__ import annotations

import os
import sys

import typer

from bridge.cli import books, budget, program

app = typer.Typer(
    name="poebridge",
    help="Poe's models in your chat: streamed, threaded, and budgeted.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
program.add_to(app)
app.add_typer(budget.app, name="budget")
app.add_typer(books.usage, name="usage")
books.add_to(app)


def main() -> None:
    """Run, and leave with an exit code: 1 for what failed, 2 for what was asked wrongly, 130 when interrupted."""
    try:
        app()
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        # Whoever read our output has had enough; Python would complain once more while it closes.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except Exception as error:
        if os.environ.get("POEBRIDGE_DEBUG") == "1":
            raise
        sys.exit(_explained(error))


def _explained(error: BaseException) -> int:
    """Say what went wrong, in one sentence or in the list of a configuration's problems; the exit code."""
    from bridge.values.errors import BridgeError, ConfigError

    cause = _cause(error)
    if isinstance(cause, ConfigError):
        print(*cause.problems, sep="\n", file=sys.stderr)
        return 2
    if isinstance(cause, BridgeError):
        print(cause.say, file=sys.stderr)
        return 1
    if isinstance(cause, OSError) and "bind on address" in str(cause):
        print(
            f"I can't listen there: {cause.strerror}. Choose another port: --port, or [web] port for the bridge itself.",
            file=sys.stderr,
        )
        return 1
    print(
        f"Something went wrong that should not ({type(cause).__name__}). With POEBRIDGE_DEBUG=1 you see where.",
        file=sys.stderr,
    )
    return 1


def _cause(error: BaseException) -> BaseException:
    """What is inside the group that a task group makes of everything."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error

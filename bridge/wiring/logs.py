"""Where log records go and what never gets into them: secrets, and people's words.

Libraries are kept to warnings: at lower levels they print addresses and bodies. Even then their arguments, their exceptions' messages and
the variables of a frame may hold anything, so of a library's record its template and the numbers in it are kept, and of any exception
its type and where it passed.
"""

from __future__ import annotations

import logging
import re
import sys
import traceback
from collections.abc import Collection, Iterator
from urllib.parse import quote

import structlog
from structlog.typing import EventDict

OURS = "poebridge"
PATTERNS = (
    r"(?i:(?:bearer|bot)\s+[\w.~+/=-]{8,}"
    r"|[\w-]{23,28}\.[\w-]{6,7}\.[\w-]{27,}"  # a Discord token
    r"|\bsk-[\w-]{8,}"
    r"|\b(?:xox[abeprs]|xapp)[-.][\w.-]+"  # a Slack token
    r"|(?<=hooks\.slack\.com/)[\w/%.~-]+"  # where Slack takes an answer, without asking who gives it
    r"|(?<=/webhooks/)\d+/[\w-]+"
    r"|(?<=/interactions/)\d+/[\w-]+"
    r"|[?&](?:ex|is|hm|token|key|ticket|code|state)=[^&\s\"']+)"
)
NUMBERS = (int, float, bool, type(None))
WITHHELD = "[withheld]"
QUOTING = re.compile(r"[:<(\[{'\"]")
"""Where a text that was put together before it came here may begin to quote: asyncio names a callback with its arguments."""
EXPECTED = ("Attempting a reconnect",)
"""What discord.py logs with its whole stack although it goes on by itself: one line is enough."""
FRAMES = 30
FAILURES = 20


class Scrubbed(structlog.stdlib.ProcessorFormatter):
    """The last net: whatever looks like a secret, or is one of those given, is taken out of a finished line."""

    def __init__(self, renderer: structlog.typing.Processor, secrets: Collection[str]) -> None:
        super().__init__(
            processors=[_failure, structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *_stamps()],
        )
        self._secrets = re.compile("|".join([*_spelled(secrets), PATTERNS]))

    def format(self, record: logging.LogRecord) -> str:
        kept = record if record.name == OURS else _without_words(record)
        return self._secrets.sub("[secret]", super().format(kept))


class Stderr(logging.StreamHandler):  # type: ignore[type-arg]  # its argument exists for type checkers only
    """Standard error, without the habit of printing a record with all its arguments where it could not be written."""

    def __init__(self) -> None:
        super().__init__(sys.stderr)

    def handleError(self, record: logging.LogRecord) -> None:
        """There is nowhere else to say it."""


def set_up(level: str, layout: str, secrets: Collection[str] = ()) -> structlog.typing.FilteringBoundLogger:
    """Records to stderr, as text for people or as JSON lines. `secrets` never appear in them. Returns the logger of the house."""
    handler = Stderr()
    handler.setFormatter(Scrubbed(_renderer(layout), secrets))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger(OURS).setLevel(level.upper())
    structlog.configure(
        processors=[*_stamps(), structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    logger: structlog.typing.FilteringBoundLogger = structlog.get_logger(OURS)
    return logger


def _stamps() -> tuple[structlog.typing.Processor, ...]:
    return (structlog.stdlib.add_log_level, structlog.processors.TimeStamper(fmt="iso", utc=True))


def _renderer(layout: str) -> structlog.typing.Processor:
    if layout == "json":
        return structlog.processors.JSONRenderer()
    # Exceptions come as text already; any other formatter than the plain one would complain about that.
    return structlog.dev.ConsoleRenderer(
        colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
    )


def _spelled(secrets: Collection[str]) -> list[str]:
    """Patterns for every way a secret may be written, the longest first: in an address, or quoted, even several times over."""
    ways = {way for each in secrets for way in (each, quote(each, safe=""))}
    return [
        "".join(rf"\\*{re.escape(sign)}" if sign in "\\\"'" else re.escape(sign) for sign in way)
        for way in sorted(ways - {""}, key=len, reverse=True)
    ]


def _without_words(record: logging.LogRecord) -> logging.LogRecord:
    """A library's record: level, logger, template, numbers, and the exception, whose message is left out later."""
    return logging.LogRecord(
        record.name, record.levelno, record.pathname, record.lineno, _said(record), (), record.exc_info
    )


def _said(record: logging.LogRecord) -> str:
    said = record.msg.get("event") if isinstance(record.msg, dict) else record.msg
    if not isinstance(said, str):
        return type(said).__name__
    if not record.args:
        return QUOTING.split(said.partition("\n")[0])[0].rstrip() or WITHHELD
    try:
        said %= _numbers(record.args)
    except (TypeError, ValueError, KeyError):
        pass  # a number was wanted where there is none: the template has to do
    return said.partition("\n")[0]


def _numbers(args: object) -> tuple[object, ...] | dict[str, object]:
    if isinstance(args, dict):
        return {name: _number(value) for name, value in args.items()}
    assert isinstance(args, tuple)
    return tuple(_number(value) for value in args)


def _number(value: object) -> object:
    return value if type(value) in NUMBERS else WITHHELD


def _failure(logger: object, name: str, event: EventDict) -> EventDict:
    """An exception as types and frames, in place of what any renderer would make of it."""
    event.pop("stack_info", None)
    error = _raised(event.pop("exc_info", None))
    if error is None:
        return event
    if str(event.get("event")).startswith(EXPECTED):
        event["error"] = _named(error)
    else:
        event["exception"] = "\n".join(_told(error, 0, set()))
    return event


def _raised(exc_info: object) -> BaseException | None:
    if isinstance(exc_info, BaseException):
        return exc_info
    found = exc_info if isinstance(exc_info, tuple) else sys.exc_info() if exc_info else (None, None, None)
    return found[1] if isinstance(found[1], BaseException) else None


def _told(error: BaseException, deep: int, seen: set[int]) -> Iterator[str]:
    """Its type and the innermost frames, then what is in its group, then what it came from."""
    if id(error) in seen or len(seen) == FAILURES:
        return
    seen.add(id(error))
    indent = "  " * deep
    yield f"{indent}{_named(error)}"
    for frame, line in list(traceback.walk_tb(error.__traceback__))[-FRAMES:]:
        yield f'{indent}  File "{frame.f_code.co_filename}", line {line}, in {frame.f_code.co_name}'
    if isinstance(error, BaseExceptionGroup):
        for each in error.exceptions:
            yield from _told(each, deep + 1, seen)
    origin = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if origin is not None and id(origin) not in seen:
        yield f"{indent}after"
        yield from _told(origin, deep, seen)


def _named(error: BaseException) -> str:
    kind = type(error)
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"

"""When a budget's period begins and ends, on the calendar of its time zone.

Only spans live here: what is spent in one is the ledger's matter, how a renewal is worded is `rules/budget`'s.
Spans of one period tile time: each ends in the very second the next begins, also where a clock change makes a day of 23 or 25 hours,
skips midnight, repeats it, or (Samoa, 2011) leaves a whole day out.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bridge.values.points import Period, PeriodKind, Span

FOREVER = Span(start=0.0, end=None)


def zone_known(name: str) -> bool:
    """Whether this is the IANA name of a time zone."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: "America" is a folder, not a zone
        return False
    return bool(name)


def span(period: Period, now: float) -> Span:
    """The running of the period that contains `now` (seconds since the epoch).

    Raises ZoneInfoNotFoundError for a zone that `zone_known` does not know.
    """
    if period.kind is PeriodKind.NEVER:
        return FOREVER
    zone = ZoneInfo(period.zone)
    first = _first_day(period.kind, datetime.fromtimestamp(now, zone).date())
    # The local date alone can be off by one where a clock change repeats or skips midnight: the seconds decide.
    while _midnight(first, zone) > now:
        first = _first_day(period.kind, first - timedelta(days=1))
    while (end := _midnight(_following(period.kind, first), zone)) <= now:
        first = _following(period.kind, first)
    return Span(start=_midnight(first, zone), end=end)


def renews(period: Period, current: Span) -> datetime | None:
    """When the span is over, on the clock of the period's zone; None when it never is."""
    if current.end is None:
        return None
    return datetime.fromtimestamp(current.end, ZoneInfo(period.zone))


def _first_day(kind: PeriodKind, day: date) -> date:
    if kind is PeriodKind.WEEK:
        return day - timedelta(days=day.weekday())
    if kind is PeriodKind.MONTH:
        return day.replace(day=1)
    return day


def _following(kind: PeriodKind, first: date) -> date:
    """The first day of the next span."""
    if kind is PeriodKind.WEEK:
        return first + timedelta(days=7)
    if kind is PeriodKind.MONTH:
        return (first + timedelta(days=31)).replace(day=1)
    return first + timedelta(days=1)


def _midnight(day: date, zone: ZoneInfo) -> float:
    local = datetime(day.year, day.month, day.day, tzinfo=zone)
    return local.astimezone(UTC).timestamp()

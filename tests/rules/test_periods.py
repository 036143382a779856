"""Spans of a calendar, on the calendars that bite."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bridge.rules import periods
from bridge.values.points import Period, PeriodKind

HOUR = 3600.0
ZONES = (
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "America/Sao_Paulo",  # skipped and repeated midnight until 2019
    "America/St_Johns",  # set its clocks back at one minute past midnight until 2011
    "Pacific/Apia",  # had no 30 December 2011
    "Asia/Kolkata",
    "Africa/Cairo",
)
RENEWING = (PeriodKind.DAY, PeriodKind.WEEK, PeriodKind.MONTH)


def at(text: str, zone: str = "UTC") -> float:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp()


def hours(kind: PeriodKind, zone: str, moment: str) -> float:
    span = periods.span(Period(kind=kind, zone=zone), at(moment, zone))
    assert span.end is not None
    return (span.end - span.start) / HOUR


def test_a_day_is_23_or_25_hours_when_clocks_change():
    assert hours(PeriodKind.DAY, "Europe/Berlin", "2026-03-28T12:00") == 24
    assert hours(PeriodKind.DAY, "Europe/Berlin", "2026-03-29T12:00") == 23
    assert hours(PeriodKind.DAY, "Europe/Berlin", "2026-10-25T12:00") == 25


def test_a_week_starts_on_monday_and_a_month_on_its_first():
    now = at("2026-11-20T22:00", "Europe/Berlin")  # a Friday
    week = periods.span(Period(kind=PeriodKind.WEEK, zone="Europe/Berlin"), now)
    month = periods.span(Period(kind=PeriodKind.MONTH, zone="Europe/Berlin"), now)
    assert (week.start, week.end) == (
        at("2026-11-16T00:00", "Europe/Berlin"),
        at("2026-11-23T00:00", "Europe/Berlin"),
    )
    assert (month.start, month.end) == (
        at("2026-11-01T00:00", "Europe/Berlin"),
        at("2026-12-01T00:00", "Europe/Berlin"),
    )


def test_never_is_one_span_that_does_not_end():
    period = Period(kind=PeriodKind.NEVER, zone="Europe/Berlin")
    span = periods.span(period, 1e9)
    assert span == periods.span(period, 2e9)
    assert span.end is None
    assert periods.renews(period, span) is None


@pytest.mark.parametrize("kind", RENEWING)
@pytest.mark.parametrize("zone", ZONES)
@given(now=st.floats(min_value=0, max_value=4e9))
@example(now=1162092659.0)  # St. John's, inside the repeated hour around midnight
@example(now=1325239200.0)  # Samoa, as 30 December vanished
def test_spans_tile_time(kind: PeriodKind, zone: str, now: float):
    period = Period(kind=kind, zone=zone)
    span = periods.span(period, now)
    assert span.end is not None
    assert span.start <= now < span.end
    assert periods.span(period, span.start) == span
    assert periods.span(period, span.end).start == span.end
    before = periods.span(period, span.start - 0.001)
    assert before.end == span.start


def test_a_clock_set_back_past_midnight_does_not_bring_back_yesterday():
    period = Period(kind=PeriodKind.DAY, zone="America/St_Johns")
    first_midnight = periods.span(period, at("2006-10-29T12:00", "America/St_Johns")).start
    repeated = first_midnight + 600  # the clock says 23:10 on the 28th again
    assert datetime.fromtimestamp(repeated, ZoneInfo("America/St_Johns")).day == 28
    assert periods.span(period, repeated).start == first_midnight


def test_a_day_that_does_not_exist_has_no_span():
    period = Period(kind=PeriodKind.DAY, zone="Pacific/Apia")
    span = periods.span(period, at("2011-12-29T12:00", "Pacific/Apia"))
    assert span.end == at("2011-12-31T00:00", "Pacific/Apia")
    assert periods.span(period, span.end).start == span.end


def test_a_clock_set_forward_over_midnight_leaves_no_gap_between_days():
    zone = ZoneInfo("America/Toronto")  # 30 March 1919: half past eleven became half past midnight
    period = Period(kind=PeriodKind.DAY, zone=zone.key)
    moment = at("1919-03-31T04:45")
    assert datetime.fromtimestamp(moment, zone).day == 31
    span = periods.span(period, moment)
    assert span.start <= moment
    assert span.end is not None
    assert periods.span(period, span.end).start == span.end


def test_a_renewal_is_on_the_clock_of_its_zone():
    period = Period(kind=PeriodKind.DAY, zone="Asia/Tokyo")
    renews = periods.renews(period, periods.span(period, at("2026-11-20T20:00")))
    assert renews is not None
    assert f"{renews:%Y-%m-%d %H:%M}" == "2026-11-22 00:00"
    assert renews.astimezone(UTC).hour == 15


@pytest.mark.parametrize("name", ["UTC", "Europe/Berlin", "America/Argentina/Ushuaia"])
def test_zones_of_the_world_are_known(name: str):
    assert periods.zone_known(name)


@pytest.mark.parametrize(
    "name", ["", "Mars/Olympus", "America", "../etc/passwd", "/etc/passwd", "a\0b", "x" * 5000, "Zürich"]
)
def test_other_words_are_no_zones(name: str):
    assert not periods.zone_known(name)

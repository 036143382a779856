"""What people write behind a command, and the sentence each mistake gets."""

from __future__ import annotations

import pytest

from bridge.commands.options import check, points
from bridge.values.command import CommandSpec, Kind, OptionSpec
from bridge.values.errors import Refused
from bridge.values.points import MOST_POINTS

NO_DIGITS = "Please write the number with the digits 0 to 9, for example 5000."
TOO_MANY = "That is too many points. The most is 1,000,000,000,000,000."
NEGATIVE = "A number of points can't be negative. The least is 0, which means that nothing may be spent."


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("0", 0),
        ("5000", 5_000),
        (" 5000 ", 5_000),
        ("+7", 7),
        ("007", 7),
        ("1,500", 1_500),
        ("1,000,000", 1_000_000),
        ("1 500", 1_500),
        ("1\u202f500", 1_500),
        ("1_500", 1_500),
        ("1'500", 1_500),
        ("1.5k", 1_500),
        ("2K", 2_000),
        ("0.25m", 250_000),
        ("5000 points", 5_000),
        ("1 point", 1),
        ("1000000000000000", MOST_POINTS),
    ],
)
def test_a_whole_number_may_be_written_as_people_write_it(written: str, meant: int) -> None:
    assert points(written) == meant


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("", "Say how many points: a whole number such as 5000."),
        ("points", "Say how many points: a whole number such as 5000."),
        ("-5", NEGATIVE),
        ("−5", NEGATIVE),
        ("٣", NO_DIGITS),
        ("５０", NO_DIGITS),
        ("5²", NO_DIGITS),
        ("10^30", TOO_MANY),
        ("1e99", TOO_MANY),
        ("10**400", TOO_MANY),
        ("1000000000000001", TOO_MANY),
        ("9" * 5_000, TOO_MANY),
        ("1" + ",000" * 2_000, TOO_MANY),
        ("999999999999999m", TOO_MANY),
        ("10^3", 'Please write "10^3" out in digits, for example 5000.'),
        ("1.5", 'Points are whole numbers, and "1.5" is not one.'),
        ("1,5", 'Points are whole numbers, and "1,5" is not one.'),
        ("1/2", 'Points are whole numbers, and "1/2" is not one.'),
        ("½", 'Points are whole numbers, and "½" is not one.'),
        (".5", 'Points are whole numbers, and ".5" is not one.'),
        ("1.0005k", "Points are whole numbers, and 1.0005k is not one."),
        ("1.500", 'I can\'t tell whether "1.500" is a fraction. If you mean 1,500, write 1500.'),
        ("many", '"many" is not a number of points. Write a whole number such as 5000.'),
        ("1,50,0", '"1,50,0" is not a number of points. Write a whole number such as 5000.'),
        ("1,000 000", '"1,000 000" is not a number of points. Write a whole number such as 5000.'),
        ("nan", '"nan" is not a number of points. Write a whole number such as 5000.'),
        ("0x10", '"0x10" is not a number of points. Write a whole number such as 5000.'),
        (
            'x"`' + "y" * 100,
            f"\"x''{'y' * 37}…\" is not a number of points. Write a whole number such as 5000.",
        ),
    ],
)
def test_what_is_no_number_of_points_is_told_why(written: str, told: str) -> None:
    with pytest.raises(Refused) as caught:
        points(written)
    assert caught.value.say == told


SPEC = CommandSpec(
    name="try",
    help="Try",
    options=(
        OptionSpec(name="words", help="What to say", required=True),
        OptionSpec(name="often", help="How often", kind=Kind.WHOLE),
        OptionSpec(name="loud", help="Loudly", kind=Kind.SWITCH),
        OptionSpec(name="period", help="When", choices=("day", "week", "month")),
    ),
)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, "/try needs words: what to say."),
        ({"words": ""}, "/try needs words: what to say."),
        ({"words": "a", "ofen": 1}, "/try has no option called ofen. Did you mean often?"),
        ({"words": "a", "zzz": 1}, "/try has no option called zzz."),
        ({"words": 5}, "words has to be text."),
        ({"words": "a", "often": True}, "often has to be a whole number."),
        ({"words": "a", "loud": "yes"}, "loud has to be yes or no."),
        ({"words": "a", "period": "yearly"}, 'period has to be day, week or month, not "yearly".'),
    ],
)
def test_an_option_that_does_not_fit_is_named(given: dict[str, str | int | bool], told: str) -> None:
    with pytest.raises(Refused) as caught:
        check(SPEC, given)
    assert caught.value.say == told


def test_options_that_fit_pass() -> None:
    check(SPEC, {"words": "a", "often": 3, "loud": False, "period": "week"})

"""A proof that a browser began an installation here: see also `test_install`, where browsers use it."""

from adapters.slack.states import SECONDS, States
from tests.adapters.slack.outbound import Time


def test_it_holds_for_its_browser_once() -> None:
    states = States("secret", Time())
    browser, other = states.browser(""), states.browser("")
    state = states.issue(browser)

    assert browser != other
    assert not states.redeem(state, other)
    assert states.redeem(state, browser)
    assert not states.redeem(state, browser)


def test_it_ends() -> None:
    time = Time()
    states = States("secret", time)
    browser = states.browser("")
    state = states.issue(browser)

    time.passed += SECONDS + 1

    assert not states.redeem(state, browser)


def test_nobody_else_can_make_one_or_lengthen_it() -> None:
    time = Time()
    browser = States("secret", time).browser("")
    nonce, ends, signature = States("another secret", time).issue(browser).split(".")
    mine = States("secret", time)

    assert not mine.redeem(f"{nonce}.{ends}.{signature}", browser)
    nonce, ends, signature = mine.issue(browser).split(".")
    assert not mine.redeem(f"{nonce}.{int(ends) + 600}.{signature}", browser)
    assert not mine.redeem(f"{nonce}.{ends}.é", browser)
    assert not mine.redeem("", browser)


def test_a_browser_keeps_what_tells_it_from_others() -> None:
    states = States("secret", Time())
    browser = states.browser("")

    assert states.browser(browser) == browser
    assert states.browser("<nonsense>") != "<nonsense>"

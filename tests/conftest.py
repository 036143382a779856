"""Plugins every room's tests may use, and how examples are found: the same on every run, however slow the machine.

`pytest --hypothesis-profile=search` looks for new ones; what it finds becomes an `@example`.
"""

from hypothesis import HealthCheck, settings

pytest_plugins = ["tests.plugins.discord_openapi", "tests.plugins.whole"]

settings.register_profile(
    "search", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.register_profile("same", settings.get_profile("search"), derandomize=True)
settings.load_profile("same")

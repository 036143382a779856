"""Plugins every room's tests may use."""

pytest_plugins = ["tests.plugins.discord_openapi", "tests.plugins.whole"]

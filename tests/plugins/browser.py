"""Chromium for the tests of pages: where it is, how it is started, and how long it may take."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

from tests.plugins.waiting import PATIENCE

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
NEEDED = (
    pytest.mark.browser,
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="there is no Chromium on this machine"),
)

expect.set_options(timeout=PATIENCE * 1000)


@asynccontextmanager
async def browser() -> AsyncIterator[Browser]:
    """Chromium without a window."""
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(
            executable_path=CHROMIUM, args=FLAGS, timeout=PATIENCE * 1000
        )
        yield started
        await started.close()


@asynccontextmanager
async def window(started: Browser, height: int = 800) -> AsyncIterator[tuple[Page, list[str]]]:
    """A window, and what goes wrong in it."""
    troubles: list[str] = []
    page = await started.new_page(viewport={"width": 1280, "height": height})
    page.set_default_timeout(PATIENCE * 1000)
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda said: troubles.extend([said.text] if said.type == "error" else []))
    yield page, troubles
    await page.close()

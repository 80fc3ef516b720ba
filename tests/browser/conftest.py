from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from .chromium import chromium, counting_proxy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

SCREENSHOTS = Path(__file__).parents[2] / "out" / "screenshots"


@pytest.fixture(scope="session")
def proxy() -> Iterator[tuple[str, list[str]]]:
    with counting_proxy() as running:
        yield running


@pytest.fixture(scope="session")
def browser(proxy: tuple[str, list[str]]) -> Iterator[Browser]:
    with chromium(proxy[0]) as running:
        yield running


@pytest.fixture
def asked(proxy: tuple[str, list[str]]) -> list[str]:
    """What anything asked for during the test, but for Chromium's own requests to its maker."""
    proxy[1].clear()
    return proxy[1]


@pytest.fixture(scope="session")
def screenshots() -> Path:
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    return SCREENSHOTS

"""A real Chromium against a real server: pages that log an error or load something from elsewhere fail their test."""

import os
import shutil
from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, sync_playwright
from pytest_django.live_server_helper import LiveServer

from tests.factories.people import UserFactory

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-features=IsolateSandboxedIframes,PaintHolding",  # else pictures of pages with messages wait for ever
]

OpenPage = Callable[..., Page]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Give the browser, started once."""
    # Playwright runs a loop in this thread, in which Django would refuse to ask the database.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def troubles() -> list[str]:
    """Collect what pages complain about; a test that expects a complaint empties it."""
    return []


@pytest.fixture
def open_page(chromium: Browser, live_server: LiveServer, troubles: list[str]) -> Iterator[OpenPage]:
    """Open pages of the back-office: `open_page(language="fr", width=360, theme="dark")`, signed in as a superuser."""
    cache.clear()
    contexts: list[BrowserContext] = []

    def start(*, language: str = "en", width: int = 1400, theme: str = "light", user: object = None) -> Page:
        size = {"width": width, "height": 900}
        context = chromium.new_context(
            viewport=size,  # type: ignore[arg-type]
            locale=language,
            color_scheme=theme,  # type: ignore[arg-type]
            timezone_id=settings.TIME_ZONE,
            base_url=live_server.url,
        )
        contexts.append(context)
        if user is not False:
            context.add_cookies([session_of(user or UserFactory(username=f"jo{len(contexts)}"), live_server.url)])  # type: ignore[list-item]
        context.set_default_timeout(10_000)
        page = context.new_page()
        listen(page, troubles, live_server.url)
        return page

    yield start
    for context in contexts:
        context.close()
    assert troubles == []


def session_of(user: object, url: str) -> dict[str, str]:
    """Return the cookie of a session of a user."""
    client = Client()
    client.force_login(user)  # type: ignore[arg-type]
    name = settings.SESSION_COOKIE_NAME
    return {"name": name, "value": client.cookies[name].value, "url": url}


def listen(page: Page, troubles: list[str], url: str) -> None:
    """Keep what a page complains about, and what it loads from elsewhere than `url`."""
    page.on("console", lambda message: note(troubles, message))
    page.on("pageerror", lambda error: troubles.append(f"script: {error}"))
    page.on("request", lambda request: note_stranger(troubles, request, url))


def note(troubles: list[str], message: ConsoleMessage) -> None:
    """Keep errors of the console; among them is whatever the content security policy forbids."""
    if message.type == "error":
        troubles.append(f"console: {message.text}")


def note_stranger(troubles: list[str], request: Request, url: str) -> None:
    """Keep requests that leave the server."""
    if not request.url.startswith((url, "data:", "blob:", "about:")):
        troubles.append(f"stranger: {request.url}")

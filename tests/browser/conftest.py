"""A real browser against the real server: pages as a clerk sees them. Screenshots go to <PORTAL_HOME>/screenshots."""

import os
import re
import shutil
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.conftest import sign_in

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # the browser's loop runs in the test's thread
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SIZES = {"pc": {"width": 1366, "height": 768}, "phone": {"width": 360, "height": 740}}


def pytest_collection_modifyitems(items):
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser() -> Browser:
    if not CHROMIUM:
        pytest.skip("chromium is not installed; script/test installs it as root")
    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield chromium
        chromium.close()


class Visitor:
    """A browser window of one user."""

    def __init__(self, context: BrowserContext, address: str):
        self.context, self.address = context, address
        self.page: Page = context.new_page()
        self.troubles: list[str] = []
        self.requests: list[str] = []
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.troubles.append(str(error)))
        self.page.on("request", lambda request: self.requests.append(request.url))

    def _console(self, message) -> None:
        if message.type == "error" and "status of 4" not in message.text:
            self.troubles.append(message.text)

    def open(self, path: str) -> Page:
        self.page.goto(self.address + path, wait_until="load")
        return self.page

    def shot(self, name: str) -> None:
        """Keep a picture of the whole page."""
        folder = settings.PORTAL_HOME / "screenshots"
        folder.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=folder / f"{re.sub(r'[^a-z0-9-]+', '-', name)}.png", full_page=True)


@pytest.fixture
def visit(browser, transactional_db, live_server):
    """visit(user, size="phone", **options) → Visitor; options are those of a browser context."""
    contexts = []

    def open_window(user=None, *, size: str = "pc", cookies: dict | None = None, **options) -> Visitor:
        context = browser.new_context(viewport=SIZES[size], locale="zh-CN", **options)
        contexts.append(context)
        jar = dict(cookies or {})
        if user is not None:
            jar["sessionid"] = sign_in(user).cookies["sessionid"].value
        context.add_cookies([{"name": name, "value": value, "url": live_server.url} for name, value in jar.items()])
        return Visitor(context, live_server.url)

    yield open_window
    for context in contexts:
        context.close()

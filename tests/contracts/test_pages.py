"""Every page: its headers, nothing inline, nothing from elsewhere, no English word, units in their official order."""

import re

import pytest

from tests.contracts.lines import LINES, Line, none
from tests.contracts.page import Page
from yiqiao_portal.directory.models import Organisation

pytestmark = pytest.mark.django_db
CSP = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "connect-src 'self'",
    "font-src 'self'",
    "manifest-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "object-src 'none'",
}
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=()",
}
# Files of an activity or project are shut off further: no script, no frame, no form, whatever they hold.
FILES = {"activities:photo", "activities:photo_small", "activities:attachment"}
FILES |= {"alliances:charter", "alliances:progress_photo", "alliances:progress_photo_small"}
SANDBOX = {"sandbox", "default-src 'none'"}
ENGLISH = re.compile(r"[A-Za-z]{4,}")
# Words of four and more Latin letters that people of the town read every day, and names that only look like words.
KNOWN_WORDS = {"Excel", "xlsx", "HTTPS", "https", "TOTP", "Unicode", "Ctrl", "Shift", "Edge", "Chrome", "WCAG"}
# How values look that are no words: codes of organisations, user names, hashes, request numbers, addresses.
CODES = re.compile(
    r"\b[A-Z]{2,}(-[A-Z0-9]+)+\b|[0-9a-f]{8}-[0-9a-f-]{27}|\b[0-9a-f]{16,64}\b|\S+\.(xlsx|pdf|jpg|html)\b"
    r"|https?://\S+|\b[a-z_]+\.[a-z_]+\b"
)
PROBES = {"missing": "/no-such-page/", "bad": "/?q=%00"}


def _csp(response) -> set[str]:
    return {part.strip() for part in response.headers.get("Content-Security-Policy", "").split(";") if part.strip()}


def _header_faults(response, *, signed_in: bool, file: bool = False) -> list[str]:
    """What is missing or different."""
    found = [
        f"{name}: {response.headers.get(name)}"
        for name, value in HEADERS.items()
        if response.headers.get(name) != value
    ]
    found += [f"CSP {sorted(_csp(response) ^ (SANDBOX if file else CSP))}"] * (
        _csp(response) != (SANDBOX if file else CSP)
    )
    kept = signed_in and "no-store" not in response.headers.get("Cache-Control", "")
    return found + [f"Cache-Control: {response.headers.get('Cache-Control')}"] * kept


def _asked(stage, line: Line):
    """The page as one of those sees it for whom it is open, as one for whom it is not, and as a stranger to us."""
    row = line.first(stage)
    may = next((actor for actor in ("town", "branch", "sysadmin", "auditor") if actor in line.rule.may), "town")
    for actor in {may, "grid", "anonymous"}:
        for query in line.rule.queries if actor == may else ("",):
            url = line.url(stage, row, query)
            yield actor, url, stage.get(actor, url)


@pytest.mark.parametrize("line", LINES, ids=str)
def test_a_page_is_safe_and_in_chinese(stage, line: Line):
    wrong = []
    for actor, url, response in _asked(stage, line):
        file = line.name in FILES and response.status_code == 200
        faults = _header_faults(response, signed_in=actor != "anonymous", file=file)
        if response.headers.get("Content-Type", "").startswith("text/html") and response.content:
            faults += _page_faults(Page.of(response), stage)
        wrong += [f"{actor} {url}: {fault}" for fault in faults]

    none(wrong)


def _page_faults(page: Page, stage) -> list[str]:
    elsewhere = [url for url in page.loaded if re.match(r"(https?:)?//", url)]
    twice = sorted({name for name in page.ids if page.ids.count(name) > 1})
    return [
        *[f"inline {found}" for found in page.inline],
        *[f"from elsewhere {url}" for url in elsewhere],
        *[f"id twice {name}" for name in twice],
        *[f"English {word!r} in {text!r}" for text in page.texts for word in _english(text, stage)],
        *_order_faults(page),
    ]


def _english(text: str, stage) -> list[str]:
    for name in sorted((user.username for user in stage.users), key=len, reverse=True):
        text = text.replace(name, "")
    return [word for word in ENGLISH.findall(CODES.sub("", text)) if word not in KNOWN_WORDS]


def _order_faults(page: Page) -> list[str]:
    """Where units are listed (choices, first cells of a table), they stand in their official order."""
    official = list(Organisation.objects.order_by("path").official().values_list("short_name", flat=True))
    place = {name: number for number, name in enumerate(official)}
    first_cells = [row[0] for row in page.rows if row]
    lists = [*page.options, first_cells]
    found = []
    for names in lists:
        numbers = [place[name] for name in names if name in place]
        found += [f"not in official order: {names[:6]}"] if numbers != sorted(numbers) else []
    return found


@pytest.mark.parametrize("url", PROBES.values(), ids=PROBES)
@pytest.mark.parametrize("actor", ["branch", "anonymous"])
def test_error_pages_are_no_exception(stage, url, actor):
    response = stage.get(actor, url)

    faults = _header_faults(response, signed_in=actor != "anonymous" and response.status_code == 404)

    assert response.status_code in {302, 400, 404}
    none(faults + (_page_faults(Page.of(response), stage) if response.content else []))


def test_the_page_of_an_accident_says_nothing_of_the_inside(stage, logged_errors, monkeypatch):
    """A 500 is plain, safe and in Chinese."""
    from yiqiao_portal.core.views.workbench import Workbench

    monkeypatch.setattr(Workbench, "get_lede", lambda self: 1 / 0)

    response = stage.get("branch", "/")

    assert (response.status_code, len(logged_errors)) == (500, 1)
    assert "ZeroDivisionError" not in response.content.decode()
    none([*_header_faults(response, signed_in=True), *_page_faults(Page.of(response), stage)])

"""Every address × every actor × every relation to the row gives exactly the answer of matrix.py (ISO-0, 1, 2, 15)."""

import re
from datetime import timedelta
from uuid import UUID

import pytest
import rules
from django.urls import reverse
from django.utils import timezone

from tests.contracts.lines import LINES, SENT, Line, none
from tests.contracts.matrix import NOT_SENT, RULES
from tests.contracts.page import in_full, readable, said
from tests.contracts.rule import MISSING, Rule
from tests.contracts.sources import HOUSE, python_files, templates
from tests.contracts.stage import ACTORS, SIGNED_IN
from tests.contracts.walker import LEFT_BEHIND, UNSAFE, addresses, changed, fingerprint
from yiqiao_portal.accounts.models import User
from yiqiao_portal.audit.models import Entry
from yiqiao_portal.core.views.edit import TransitionPage

pytestmark = pytest.mark.django_db
NOWHERE = UUID(int=7)


def test_every_address_has_a_rule():
    assert sorted(addresses()) == sorted(RULES)


def test_only_the_listed_addresses_are_open_without_a_sign_in():
    """Closed by default: `login_not_required` stands on these alone."""
    opened = {name for name, address in addresses().items() if not getattr(address.callback, "login_required", True)}
    public = {line.name for line in LINES if line.rule.public}

    assert opened - LIBRARY_DECIDES == public - LIBRARY_DECIDES


# The second step of signing in has no user yet; the library sends everybody else to the first step.
# Who is not signed in is signed out already.
LIBRARY_DECIDES = {"mfa_authenticate", "account_logout"}


CLOSED = [line for line in LINES if not line.rule.public and line.name not in LIBRARY_DECIDES]


def test_every_view_of_ours_names_its_permission():
    """A name that some app has registered; a step of a workflow names its own in the table."""
    unnamed = {
        name
        for name, address in addresses().items()
        if address.view_class
        and address.view_class.__module__.startswith(HOUSE)
        and not any(line.rule.public for line in LINES if line.name == name)
        and not rules.perm_exists(getattr(address.view_class, "permission", ""))
        and not issubclass(address.view_class, TransitionPage)
    }

    assert unnamed == set(LIBRARY_PAGES)


# Pages of the sign-in library that we only extend: any signed-in user, about the own account.
LIBRARY_PAGES = {"account_change_password", "account_logout"}


def test_every_permission_is_asked_by_somebody():
    """One that no view, no workflow and no template asks for is a promise that nothing keeps."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in [*python_files(*HOUSE), *templates()])
    names = [name for name in rules.permissions.permissions if text.count(f'"{name}"') < 2]

    assert [name for name in names if name not in BUILT_NAMES] == []


# Permissions whose name is put together where it is asked → how.
BUILT_NAMES: dict[str, str] = {}


def test_a_right_ends_with_the_next_request(stage):
    """No sign-out is needed: the post and the account are read anew each time."""
    first = stage.get("branch", "/activities/new/").status_code
    stage.branch.assignments.update(until=timezone.localdate() - timedelta(days=1))
    without_post = stage.get("branch", "/activities/new/").status_code
    User.objects.filter(pk=stage.branch.pk).update(is_active=False)

    assert (first, without_post, stage.get("branch", "/activities/new/").status_code) == (200, 403, 302)


# Those who stand in some relation to a row that is not `own`; the others are no nearer to it than to `own`.
NEIGHBOURS = [
    "town",
    "leader",
    "branch",
    "sub_branch",
    "other_branch",
    "grid",
    "unit",
    "liaison",
    "talent",
    "anonymous",
]


def _askers(rule: Rule, case: str, row) -> list[tuple[str, str]]:
    """Everybody asks for the page itself; for its other forms, all for whom it is open and some for whom it is not."""
    actors = ACTORS if row is None or case == "own" or not set(NEIGHBOURS) & rule.may else NEIGHBOURS
    refused = [actor for actor in actors if rule.code(row, actor) != rule.ok]
    some = [actor for actor in actors if actor not in refused[2:]]
    return [(actor, query) for query in rule.queries for actor in (some if query else actors)]


@pytest.mark.parametrize("line", LINES, ids=str)
def test_a_get_is_answered_as_the_matrix_says(stage, line: Line):
    """And no phone number is shown in full, on no page, on no paper, in no workbook (ISO-12)."""
    wrong, phones = [], re.compile("|".join(form for person in stage.people for form in in_full(person.phone)))
    for case, row in line.cases(stage):
        for actor, query in _askers(line.rule, case, row):
            url = line.url(stage, row, query)
            response, expected = stage.get(actor, url), line.rule.code(row, actor)
            answer, shown = response.status_code, phones.findall(readable(response))
            wrong += [f"{actor} GET {url} ({case}): {answer}, not {expected}"] if answer != expected else []
            wrong += [f"{actor} GET {url} ({case}) shows {shown[0]}"] if shown else []

    none(wrong)


@pytest.mark.parametrize("line", LINES, ids=str)
def test_reading_twice_changes_nothing(stage, line: Line):
    before = fingerprint(without=LEFT_BEHIND)

    for _case, row in line.cases(stage)[:1]:
        for query in line.rule.queries:
            for actor in ("town", next(iter(line.rule.may & {"branch", "sysadmin", "auditor"}), "branch"), "anonymous"):
                stage.get(actor, line.url(stage, row, query))
                stage.get(actor, line.url(stage, row, query))

    assert changed(before, fingerprint(without=LEFT_BEHIND)) == []


def _plain(response, url: str) -> str:
    """An error page without what belongs to the request alone."""
    text = response.content.decode().replace(url, "…")
    return re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|(?<=value=\")\w{64}|(?<=content=\")\w{64}", "…", text)


@pytest.mark.parametrize("line", [line for line in LINES if line.rule.rows], ids=str)
def test_out_of_reach_looks_exactly_like_nothing(stage, line: Line):
    wrong = []
    for case, row in line.cases(stage):
        hidden_from = [actor for actor in SIGNED_IN if line.rule.reads and line.rule.code(row, actor) == 404]
        for actor in {*hidden_from[:1], *hidden_from[-1:]}:
            url = line.url(stage, row)
            nothing = _nowhere(line, stage, row)
            hidden, missing = stage.get(actor, url), stage.get(actor, nothing)
            same = _plain(hidden, url) == _plain(missing, nothing)
            headers = {header for header in hidden.headers if header != "X-Request-ID"}
            if not same or headers != {header for header in missing.headers if header != "X-Request-ID"}:
                wrong.append(f"{actor} {url} ({case}) differs from {nothing}: {missing.status_code}")

    none(wrong)


def _nowhere(line, stage, row) -> str:
    """The same address for a row that does not exist."""
    arguments = line.rule.arguments(stage, row.row)
    for argument, value in arguments.items():
        if value in (row.row.pk, getattr(row.row, "token", None)):
            arguments[argument] = NOWHERE if isinstance(value, UUID) else MISSING
    return reverse(line.name, kwargs=arguments)


# --- writing ---


# A GET has shown that these places differ in nothing from those that are kept.
ASKED_ENOUGH = {"above", "office", "unit", "partner", "team", "removed"}


def _refusal(rule: Rule, row, actor: str) -> int | None:
    """The answer to a POST by somebody for whom it is not open; None for whom it is."""
    if rule.public:
        return None
    code = rule.code(row, actor, method="post")
    return {302: rule.lapsed}.get(code, code) if code != rule.ok else None


@pytest.mark.parametrize("line", SENT, ids=str)
def test_outsiders_change_nothing(stage, line: Line):
    wrong, before = [], fingerprint()
    for case, row in line.cases(stage):
        if case in ASKED_ENOUGH:
            continue
        body, url = line.rule.send.body(stage, row and row.row), line.url(stage, row)
        for actor in ACTORS if row is None or case == "own" else NEIGHBOURS:
            expected = _refusal(line.rule, row, actor)
            if expected is None:
                continue
            answer = stage.ask(actor, "post", url, body).status_code
            wrong += [f"{actor} POST {url} ({case}): {answer}, not {expected}"] if answer != expected else []

    none(wrong)
    assert changed(before, fingerprint()) == []


@pytest.mark.parametrize("line", SENT, ids=str)
def test_the_same_body_works_for_whom_it_is_open(stage, line: Line):
    before, logged = fingerprint(), Entry.objects.count()

    response = stage.ask(line.rule.send.by, "post", *line.prepared(stage))

    assert response.status_code == line.rule.send.answer, said(response)
    assert bool(changed(before, fingerprint())) == line.rule.send.changes
    assert (Entry.objects.count() > logged) == line.rule.send.logged


@pytest.mark.parametrize("line", [line for line in LINES if not line.number], ids=str)
def test_no_other_method_does_anything(stage, line: Line):
    """What the view does not take is refused for everybody, and nothing happens."""
    wrong, before = [], fingerprint()
    _case, row = line.cases(stage)[0]
    url = line.url(stage, row)
    for method in sorted(set(UNSAFE) - addresses()[line.name].takes):
        for actor in ("town", "grid", "anonymous"):
            answer = stage.ask(actor, method, url).status_code
            refused = {
                403,
                404,
                405,
                line.rule.ok if line.rule.ok != 200 else 405,
                302 if actor == "anonymous" else 405,
            }
            wrong += [f"{actor} {method.upper()} {url}: {answer}"] if answer not in refused else []

    none(wrong)
    assert changed(before, fingerprint()) == []


def test_every_form_has_a_body_in_the_matrix():
    """A view that takes a POST is sent one above; none is forgotten."""
    taking = {name for name, address in addresses().items() if "post" in address.takes and address.view_class}

    assert sorted(taking - {line.name for line in SENT} - set(NOT_SENT)) == []


TAKING = [line for line in LINES if "post" in addresses()[line.name].takes]


@pytest.mark.parametrize("line", TAKING, ids=str)
def test_without_the_token_nothing_is_taken(stage, line: Line):
    row = line.first(stage)
    body = line.rule.send.body(stage, row and row.row) if line.rule.send else {}
    before = fingerprint()

    answers = {
        method: stage.ask("town", method, line.url(stage, row), body, csrf=True).status_code for method in UNSAFE
    }

    assert (answers, changed(before, fingerprint())) == (dict.fromkeys(UNSAFE, 403), [])


@pytest.mark.parametrize("line", CLOSED, ids=str)
def test_a_fragment_sends_a_lapsed_session_to_the_sign_in(stage, line: Line):
    row = line.first(stage)

    response = stage.get("anonymous", line.url(stage, row), headers={"HX-Request": "true"})

    assert (response.status_code, response.headers.get("HX-Redirect")) == (401, reverse("account_login"))

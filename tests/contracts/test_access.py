"""Every address × every actor × every relation to the row gives exactly the answer of matrix.py (ISO-0, 1, 2, 15)."""

import re
from uuid import UUID

import pytest
from django.urls import reverse

from tests.contracts import lines
from tests.contracts.lines import none
from tests.contracts.matrix import NOT_SENT, RULES
from tests.contracts.page import said
from tests.contracts.rule import MISSING, Rule
from tests.contracts.stage import ACTORS, SIGNED_IN
from tests.contracts.walker import LEFT_BEHIND, UNSAFE, addresses, changed, fingerprint

pytestmark = pytest.mark.django_db
NOWHERE = UUID(int=7)
LINES = [pytest.param(line.name, line.rule, id=str(line)) for line in lines.LINES]
SENT = [line for line in LINES if line.values[1].send]


def test_every_address_has_a_rule():
    assert sorted(addresses()) == sorted(RULES)


def _url(name, rule, stage, row, query="") -> str:
    return rule.url(name, stage, row) + (f"?{query}" if query else "")


def _askers(rule: Rule, row) -> list[tuple[str, str]]:
    """Everybody asks for the page itself; for its other forms, all for whom it is open and some for whom it is not."""
    refused = [actor for actor in ACTORS if rule.code(row, actor) != rule.ok]
    some = [actor for actor in ACTORS if actor not in refused[2:]]
    return [(actor, query) for query in rule.queries for actor in (some if query else ACTORS)]


@pytest.mark.parametrize(("name", "rule"), LINES)
def test_a_get_is_answered_as_the_matrix_says(stage, name, rule: Rule):
    wrong = []
    for case, row in rule.cases(stage):
        for actor, query in _askers(rule, row):
            url = _url(name, rule, stage, row, query)
            answer, expected = stage.get(actor, url).status_code, rule.code(row, actor)
            wrong += [f"{actor} GET {url} ({case}): {answer}, not {expected}"] if answer != expected else []

    none(wrong)


@pytest.mark.parametrize(("name", "rule"), LINES)
def test_reading_twice_changes_nothing(stage, name, rule: Rule):
    before = fingerprint(without=LEFT_BEHIND)

    for _case, row in rule.cases(stage)[:2]:
        for query in rule.queries:
            for actor in ("town", next(iter(rule.may & {"branch", "sysadmin", "auditor"}), "branch"), "anonymous"):
                stage.get(actor, _url(name, rule, stage, row, query))
                stage.get(actor, _url(name, rule, stage, row, query))

    assert changed(before, fingerprint(without=LEFT_BEHIND)) == []


def _plain(response, url: str) -> str:
    """An error page without what belongs to the request alone."""
    text = response.content.decode().replace(url, "…")
    return re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|(?<=value=\")\w{64}|(?<=content=\")\w{64}", "…", text)


@pytest.mark.parametrize(("name", "rule"), [line for line in LINES if line.values[1].rows])
def test_out_of_reach_looks_exactly_like_nothing(stage, name, rule: Rule):
    wrong = []
    for case, row in rule.cases(stage):
        hidden_from = [actor for actor in SIGNED_IN if rule.reads and rule.code(row, actor) == 404]
        for actor in {*hidden_from[:1], *hidden_from[-1:]}:
            url = rule.url(name, stage, row)
            nothing = _nowhere(name, rule, stage, row)
            hidden, missing = stage.get(actor, url), stage.get(actor, nothing)
            same = _plain(hidden, url) == _plain(missing, nothing)
            headers = {header for header in hidden.headers if header != "X-Request-ID"}
            if not same or headers != {header for header in missing.headers if header != "X-Request-ID"}:
                wrong.append(f"{actor} {url} ({case}) differs from {nothing}: {missing.status_code}")

    none(wrong)


def _nowhere(name, rule, stage, row) -> str:
    """The same address for a row that does not exist."""
    arguments = rule.arguments(stage, row.row)
    for argument, value in arguments.items():
        if value in (row.row.pk, getattr(row.row, "token", None)):
            arguments[argument] = NOWHERE if isinstance(value, UUID) else MISSING
    return reverse(name, kwargs=arguments)


# --- writing ---


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


def _refusal(rule: Rule, row, actor: str) -> int | None:
    """The answer to a POST by somebody for whom it is not open; None for whom it is."""
    if rule.public:
        return None
    code = rule.code(row, actor, method="post")
    return {302: 403}.get(code, code) if code != rule.ok else None


@pytest.mark.parametrize(("name", "rule"), SENT)
def test_outsiders_change_nothing(stage, name, rule: Rule):
    wrong, before = [], fingerprint()
    for case, row in rule.cases(stage):
        body, url = rule.send.body(stage, row and row.row), rule.url(name, stage, row)
        for actor in ACTORS if row is None or case == "own" else NEIGHBOURS:
            expected = _refusal(rule, row, actor)
            if expected is None:
                continue
            answer = stage.ask(actor, "post", url, body).status_code
            wrong += [f"{actor} POST {url} ({case}): {answer}, not {expected}"] if answer != expected else []

    none(wrong)
    assert changed(before, fingerprint()) == []


@pytest.mark.parametrize(("name", "rule"), SENT)
def test_the_same_body_works_for_whom_it_is_open(stage, name, rule: Rule):
    row = stage.rows[rule.rows][rule.send.on] if rule.rows else None
    before = fingerprint()

    response = stage.ask(rule.send.by, "post", rule.url(name, stage, row), rule.send.body(stage, row and row.row))

    assert response.status_code == rule.send.answer, said(response)
    assert bool(changed(before, fingerprint())) == rule.send.changes


@pytest.mark.parametrize(("name", "rule"), LINES)
def test_no_other_method_does_anything(stage, name, rule: Rule):
    """What the view does not take is refused for everybody, and nothing happens."""
    wrong, before = [], fingerprint()
    for case, row in rule.cases(stage)[:1]:
        url = rule.url(name, stage, row)
        for method in set(UNSAFE) - addresses()[name].takes:
            for actor in ("town", "branch", "other_branch", "anonymous"):
                answer = stage.ask(actor, method, url).status_code
                if answer not in {403, 404, 405, max(rule.ok, 400), 302 if actor == "anonymous" else 405}:
                    wrong.append(f"{actor} {method.upper()} {url} ({case}): {answer}")

    none(wrong)
    assert changed(before, fingerprint()) == []


def test_every_form_has_a_body_in_the_matrix():
    """A view that takes a POST is sent one above; none is forgotten."""
    taking = {name for name, address in addresses().items() if "post" in address.takes and address.view_class}

    assert sorted(taking - {line.values[0] for line in SENT} - set(NOT_SENT)) == []


@pytest.mark.parametrize(("name", "rule"), [line for line in LINES if "post" in addresses()[line.values[0]].takes])
def test_without_the_token_nothing_is_taken(stage, name, rule: Rule):
    row = next(iter(stage.rows[rule.rows].values())) if rule.rows else None
    body = rule.send.body(stage, row and row.row) if rule.send else {}
    before = fingerprint()

    answers = {
        method: stage.ask("town", method, rule.url(name, stage, row), body, csrf=True).status_code for method in UNSAFE
    }

    assert (answers, changed(before, fingerprint())) == (dict.fromkeys(UNSAFE, 403), [])


@pytest.mark.parametrize(("name", "rule"), [line for line in LINES if not line.values[1].public])
def test_a_fragment_sends_a_lapsed_session_to_the_sign_in(stage, name, rule: Rule):
    row = next(iter(stage.rows[rule.rows].values())) if rule.rows else None

    response = stage.get("anonymous", rule.url(name, stage, row), headers={"HX-Request": "true"})

    assert (response.status_code, response.headers.get("HX-Redirect")) == (401, reverse("account_login"))

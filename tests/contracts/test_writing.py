"""Double taps, stale pages and half-made forms, for every form that writes."""

import pytest

from tests.contracts.lines import SENT, Line
from tests.contracts.stage import undone
from tests.contracts.walker import addresses, changed, fingerprint
from yiqiao_portal.core.views.edit import ConfirmPage, CreatePage, TransitionPage, UpdatePage

pytestmark = pytest.mark.django_db
NEW_KEY = "5f0c7c1e-3f6e-4c43-9d9e-0c2b8f4f2f77"


def _of(base: type) -> list[Line]:
    """The lines whose view is one of these pages."""
    found = [(line, addresses()[line.name].view_class) for line in SENT]
    return [line for line, view in found if view and issubclass(view, base)]


def _post(stage, line: Line, **changes):
    """Send the line's body, changed as told."""
    url, body = line.prepared(stage)
    return stage.ask(line.rule.send.by, "post", url, body | changes)


@pytest.mark.parametrize("line", _of(CreatePage), ids=str)
def test_a_form_that_is_sent_twice_makes_one_row(stage, line: Line):
    first = _post(stage, line)
    before = fingerprint()

    second = _post(stage, line)

    assert first.status_code == line.rule.send.answer
    assert second.status_code == 302
    assert changed(before, fingerprint()) == []


@pytest.mark.parametrize("line", _of(CreatePage), ids=str)
def test_the_same_content_from_a_new_form_makes_no_second_row(stage, line: Line):
    """Back in the browser and sent again: the page asks, or a rule of the record stands in the way."""
    _post(stage, line)
    before = fingerprint()

    second = _post(stage, line, idempotency_key=NEW_KEY)

    assert (second.status_code in {400, 403, 409}, changed(before, fingerprint())) == (True, [])


def test_most_pages_ask_before_they_make_a_second_row(stage):
    asking = set()
    for line in _of(CreatePage):
        with undone():
            _post(stage, line)
            second = _post(stage, line, idempotency_key=NEW_KEY)
            asking |= {line.name} if second.context and second.context.get("repeated") else set()

    assert {"activities:create", "alliances:need_new", "alliances:project_new", "alliances:progress_new",
            "alliances:resource_new", "alliances:patrol_new"} <= asking  # fmt: skip


@pytest.mark.parametrize("line", _of(CreatePage), ids=str)
@pytest.mark.parametrize("key", ["", "not-a-key"])
def test_a_form_without_its_key_is_shown_again(stage, line: Line, key):
    before = fingerprint()

    response = _post(stage, line, idempotency_key=key)

    assert (response.status_code, changed(before, fingerprint())) == (400, [])


@pytest.mark.parametrize("line", _of(UpdatePage), ids=str)
@pytest.mark.parametrize("version", ["0", "7", "", "x", "99999999999"])
def test_a_stale_page_never_overwrites(stage, line: Line, version):
    before = fingerprint()

    response = _post(stage, line, version=version)

    assert (response.status_code, changed(before, fingerprint())) == (409, [])


@pytest.mark.parametrize("line", _of(UpdatePage), ids=str)
def test_a_save_raises_the_version_by_one(stage, line: Line, refetch):
    row = stage.rows[line.rule.rows][line.rule.send.on].row
    before = refetch(row).version

    _post(stage, line)

    assert refetch(row).version == before + 1


@pytest.mark.parametrize("line", [*_of(ConfirmPage), *_of(TransitionPage)], ids=str)
def test_a_step_is_done_once(stage, line: Line):
    """The second tap finds nothing left to do: gone, or in another state."""
    first = _post(stage, line)
    before = fingerprint()

    second = _post(stage, line)

    assert first.status_code == line.rule.send.answer
    assert line.name in AGAIN or second.status_code in {404, 409}
    assert line.name in AGAIN or changed(before, fingerprint()) == []


# Steps that may be repeated → why.
AGAIN = {
    "accounts:reset_password": "each time another random password",
    "accounts:disable": "stays disabled",
    "accounts:enable": "stays enabled",
}

"""What a form is sent beyond what it offers changes nothing (ISO-5, ISO-6)."""

from collections.abc import Iterator

import pytest
from django import forms
from django.db import models

from tests.contracts.forms import form_classes
from tests.contracts.lines import SENT, Line, none
from tests.contracts.stage import Stage, undone
from tests.contracts.walker import addresses, changed, fingerprint
from yiqiao_portal.accounts.models import User
from yiqiao_portal.core.forms import is_free_text
from yiqiao_portal.directory.models import RoleAssignment

pytestmark = pytest.mark.django_db
IDENTITY = {18: "33010919900101123X", 15: "330109900101123"}  # old cards have 15 digits
# Names that a curious hand adds to any form.
EVERYWHERE = {"is_staff": "on", "is_superuser": "on", "is_active": "", "role": "town", "id": "1", "pk": "1"}


def _form(stage: Stage, line: Line) -> forms.BaseForm | None:
    """The form as it is offered to the sender."""
    if not line.rule.reads:
        return None
    response = stage.get(line.rule.send.by, line.prepared(stage)[0])
    form = response.context and response.context.get("form")
    return form if isinstance(form, forms.BaseForm) else None


def _foreign(form: forms.BaseForm) -> Iterator[tuple[str, object]]:
    """For each field that offers rows: a row that exists and is not offered."""
    for name, field in form.fields.items():
        if isinstance(field, forms.ModelChoiceField):
            offered = {row.pk for row in field.queryset}
            other = next((row for row in field.queryset.model._base_manager.all() if row.pk not in offered), None)
            if other is not None:
                yield name, other.pk


@pytest.mark.parametrize("line", SENT, ids=str)
def test_what_was_not_offered_is_refused(stage, line: Line):
    form, wrong = _form(stage, line), []
    for name, key in _foreign(form) if form else ():
        url, body = line.prepared(stage)
        before = fingerprint()
        response = stage.ask(line.rule.send.by, "post", url, body | {name: key})
        errors = response.context["form"].errors if response.status_code == 400 else {}
        if name not in errors or changed(before, fingerprint()):
            wrong.append(f"{url} {name}={key}: {response.status_code}, changed {changed(before, fingerprint())}")

    none(wrong)


def test_some_form_offers_less_than_there_is(stage):
    """Else the test above proves nothing."""
    limited = {f"{line.name}.{name}" for line in SENT for name, _ in _foreign(_form(stage, line) or forms.Form())}

    assert {"activities:create.organisation", "activities:plan.organisation", "directory:person_new.organisation",
            "directory:person_edit.organisation", "places:new.area"} <= limited  # fmt: skip


def _texts(form: forms.BaseForm | None) -> Iterator[tuple[str, str]]:
    """For each field of a form that keeps what is typed: its name, and the number of a card that it has room for."""
    for name, field in form.fields.items() if getattr(form, "keeps_text", False) else ():
        room = is_free_text(field) and not field.disabled and (field.max_length or 200)
        if fits := [number for length, number in IDENTITY.items() if length <= room]:
            yield name, fits[0]


@pytest.mark.parametrize("line", SENT, ids=str)
def test_no_text_takes_the_number_of_an_identity_card(stage, line: Line):
    wrong = []
    for name, number in _texts(_form(stage, line)):
        url, body = line.prepared(stage)
        before = fingerprint()
        response = stage.ask(line.rule.send.by, "post", url, body | {name: number})
        refused = response.status_code == 400 and name in response.context["form"].errors
        if not refused or changed(before, fingerprint()):
            wrong.append(f"{url} {name}={number}: {response.status_code}, changed {changed(before, fingerprint())}")

    none(wrong)


def test_only_what_is_written_nowhere_may_hold_one():
    assert {form.__name__ for form in form_classes() if not form.keeps_text} == {"ImportForm"}


def test_every_part_has_texts_that_are_asked(stage):
    """Else the test above proves nothing."""
    asked = {f"{line.name}.{name}" for line in SENT for name, _ in _texts(_form(stage, line))}

    expected = {
        "activities:create.content",
        "activities:do.reason",
        "alliances:need_new.detail",
        "alliances:project_edit.detail",
        "directory:organisation_edit.note",
        "places:new.name",
    }
    assert expected <= asked


@pytest.mark.parametrize("line", [line for line in SENT if line.rule.send.foreign], ids=str)
def test_rows_of_another_record_stay_as_they_are(stage, line: Line, refetch):
    """The body names a row that belongs to a record out of reach; whatever the answer, it does not change."""
    row = stage.rows[line.rule.rows][line.rule.send.on] if line.rule.rows else None
    for make in line.rule.send.foreign:
        body, theirs = make(stage, row and row.row)
        before = refetch(theirs)

        stage.ask(line.rule.send.by, "post", line.url(stage, row), body)

        after = refetch(theirs)
        assert {field.attname: getattr(after, field.attname) for field in after._meta.concrete_fields} == {
            field.attname: getattr(before, field.attname) for field in before._meta.concrete_fields
        }


def _attack(model: type[models.Model], form: forms.BaseForm | None, stage: Stage) -> dict:
    """A value for every field of the model that the form does not offer."""
    offered = set(form.fields) if form else set()
    values = {}
    for field in model._meta.concrete_fields:
        if field.name not in offered | {"version", "content"} and not field.primary_key:
            values[field.name] = values[field.attname] = _hostile(field, stage)
    return values | EVERYWHERE


def _hostile(field: models.Field, stage: Stage):
    if field.is_relation:
        return {User: stage.sysadmin.pk}.get(field.related_model, stage.other_party.pk)
    if field.choices:
        return field.choices[-1][0]
    if isinstance(field, models.DateTimeField):
        return "2001-01-01T00:00"
    if isinstance(field, models.BooleanField):
        return "on"
    return "2001-01-01" if isinstance(field, models.DateField) else "77"


def _rows(model: type[models.Model]) -> list:
    """All rows of the tables that matter, without what differs from one run to the next."""
    found = []
    for table in (model, User, RoleAssignment):
        names = [field.attname for field in table._meta.concrete_fields if not _varies(field)]
        found += sorted(map(repr, table._base_manager.values_list(*names)))
    return found


def _varies(field: models.Field) -> bool:
    moving = models.DateTimeField | models.UUIDField | models.FileField
    return (
        field.primary_key
        or isinstance(field, moving)
        or field.name in {"serial", "password", "content", "path", "person"}
        or (field.one_to_one and field.remote_field)  # the row's own other half, made with it
    )


@pytest.mark.parametrize("line", [line for line in SENT if addresses()[line.name].view_class], ids=str)
def test_what_is_not_asked_for_is_not_taken(stage, line: Line):
    url, body = line.prepared(stage)
    attack = _attack(_model(line), _form(stage, line), stage)
    plain = _outcome(stage, line, url, body)

    sent = attack | body
    refused = _refused(stage, line, url, sent)
    taken = _outcome(
        stage, line, url, {name: value for name, value in sent.items() if name in body or name not in refused}
    )

    assert taken == plain


def _outcome(stage: Stage, line: Line, url: str, sent: dict) -> tuple[int, list]:
    """The answer and the rows after it; undone at once."""
    with undone():
        answer = stage.ask(line.rule.send.by, "post", url, sent).status_code
        return answer, _rows(_model(line))


def _refused(stage: Stage, line: Line, url: str, sent: dict) -> set[str]:
    """What the form names as wrong: also an answer, as long as nothing is written."""
    before = fingerprint()
    with undone():
        response = stage.ask(line.rule.send.by, "post", url, sent)
        if response.status_code != 400:
            return set()
        assert changed(before, fingerprint()) == []
        return set(response.context["form"].errors)


def _model(line: Line) -> type[models.Model]:
    """The model that the page writes; posts where it names none."""
    return getattr(addresses()[line.name].view_class, "model", None) or RoleAssignment

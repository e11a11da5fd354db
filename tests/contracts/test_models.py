"""Every business model has history, a door, a factory and, where it has a page, an address."""

import pytest
from django.apps import apps
from django.db import connection, models

from tests.contracts.test_architecture import PILLARS
from tests.contracts.walker import addresses
from tests.factories import accounts, activities, alliances, core, directory, places
from yiqiao_portal.core.models import Record
from yiqiao_portal.core.views.detail import DetailPage
from yiqiao_portal.directory.models import RoleAssignment

BUSINESS = [model for model in apps.get_models() if issubclass(model, Record)] + [RoleAssignment]
FACTORIES = {
    value._meta.model: value
    for module in (accounts, activities, alliances, core, directory, places)
    for name, value in vars(module).items()
    if name.endswith("Factory") and getattr(value, "_meta", None) and value._meta.model
}
# Reference data and technical rows: no history, no scope; each with its reason.
OTHER = {
    "accounts.User": "an account; only the system administrator lists it",
    "accounts.Role": "reference data, written after every migrate",
    "directory.Area": "reference data with public names; visible_to asks for a business post",
    "directory.ServiceLine": "reference data",
    "activities.ActivityKind": "reference data",
    "activities.ActivityCount": "derived from the activity by its service; read only together with it",
    "alliances.PatrolRule": "reference data with its source",
    "alliances.PatrolItem": "reference data",
    "directory.ImportBatch": "a file on its way in: what was read, until it is written or thrown away",
    "core.CreateKey": "technical: which form was already sent",
    "core.Handover": "technical: which row was born of which, by label and id",
    "core.Serial": "technical: the last number of a series",
    "core.Message": "what one user was told; nobody else sees it, so there is no history to show",
    "core.MessagePreference": "which kinds of message a user wants; changed by the user alone",
    "core.Outbox": "technical: messages on their way",
    "core.TickRun": "technical: which recurring job was done when",
    "audit.Entry": "the log itself",
    "audit.Link": "the log itself",
    "audit.Head": "the log itself",
}
# model label → why it is asked through something else than visible_to
WITHOUT_DOOR = {"directory.RoleAssignment": "posts are managed by the system administrator, who sees no business rows"}
# rows whose constraints allow only this change in a test
CHANGES = {"directory.RosterMember": {"votes": False}, "activities.Attendance": {"votes": False}}
# rows that are shown on the page of what they hang on
WITHOUT_ADDRESS = {
    "activities.Attendance": "activity",
    "activities.AgendaItem": "activity",
    "activities.Decision": "activity",
    "activities.Photo": "activity",
    "activities.Attachment": "activity",
    "activities.Explanation": "the matrix",
    "alliances.AllianceName": "alliance",
    "alliances.Membership": "alliance",
    "alliances.ChairTurn": "alliance",
    "alliances.Claim": "need",
    "alliances.Match": "need",
    "alliances.Milestone": "programme",
    "alliances.Progress": "project",
    "alliances.ProgressPhoto": "project",
    "alliances.RiverChief": "section",
    "alliances.PatrolProblem": "patrol",
    "directory.RosterMember": "organisation",
    "directory.RoleAssignment": "account",
}
pytestmark = pytest.mark.django_db


def _label(model) -> str:
    return model._meta.label


def test_every_model_is_either_business_or_has_a_reason():
    ours = {
        _label(model)
        for model in apps.get_models()
        if model.__module__.startswith(("yiqiao_portal", *PILLARS)) and not hasattr(model, "pgh_tracked_model")
    }

    assert ours == {_label(model) for model in BUSINESS} | set(OTHER)


@pytest.mark.parametrize("model", BUSINESS, ids=_label)
def test_history_is_written_by_triggers(model):
    events = model.pgh_event_model

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal", [model._meta.db_table]
        )
        triggers = {name.rsplit("_", 1)[0] for (name,) in cursor.fetchall()}

    assert events._meta.app_label == model._meta.app_label
    assert {"pgtrigger_insert_insert", "pgtrigger_update_update", "pgtrigger_delete_delete"} <= triggers


@pytest.mark.parametrize("model", BUSINESS, ids=_label)
def test_a_change_leaves_an_event(model):
    row = FACTORIES[model]()
    before = model.pgh_event_model.objects.filter(pgh_obj_id=row.pk).count()

    model._base_manager.filter(pk=row.pk).update(**CHANGES.get(_label(model)) or _change(model, row))

    assert model.pgh_event_model.objects.filter(pgh_obj_id=row.pk).count() == before + 1


def _change(model, row) -> dict:
    """Another value for the first tracked field that is plain."""
    field = next(field for field in model.pgh_event_model._meta.fields if _is_plain(field))
    return {field.name: _another(field, row)}


def _is_plain(field) -> bool:
    kinds = models.CharField | models.PositiveIntegerField | models.PositiveSmallIntegerField | models.DateField
    return not field.name.startswith("pgh") and isinstance(field, kinds) and not isinstance(field, models.DateTimeField)


def _another(field, row):
    """A value that differs from the row's."""
    value = getattr(row, field.name)
    if field.choices:
        return next(choice for choice, _ in field.choices if choice != value)
    if isinstance(field, models.DateField):
        return "2020-02-02"
    return 7 if isinstance(field, models.IntegerField) else "changed"


def test_every_model_has_a_factory():
    assert {_label(model) for model in BUSINESS} - {_label(model) for model in FACTORIES} == set()


@pytest.mark.parametrize("model", BUSINESS, ids=_label)
def test_rows_have_one_door(model, cast):
    door = getattr(model.objects, "visible_to", None)
    if _label(model) in WITHOUT_DOOR:
        assert door is None
        return

    FACTORIES[model]()

    assert [door(user).count() for user in (cast.stranger, cast.former, cast.sysadmin, cast.auditor)] == [0, 0, 0, 0]


@pytest.mark.parametrize("model", BUSINESS, ids=_label)
def test_what_has_a_page_has_its_address(model):
    with_page = {
        address.view_class.model
        for address in addresses().values()
        if address.view_class and issubclass(address.view_class, DetailPage)
    }

    assert (model in with_page) == (_label(model) not in WITHOUT_ADDRESS)
    assert hasattr(model, "get_absolute_url") or model not in with_page


def test_the_removed_are_seen_by_nobody(cast):
    """Through the door of every model that can be put into the recycle bin."""
    for model in (model for model in BUSINESS if issubclass(model, Record)):
        row = FACTORIES[model]()
        seen = model.objects.visible_to(cast.town).filter(pk=row.pk)
        model._base_manager.filter(pk=row.pk).update(deleted_at="2026-01-01T00:00Z")

        assert seen.count() == 0, model

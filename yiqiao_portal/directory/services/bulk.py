"""The writes of an import: one service per kind, one batch entry in the log."""

from django.db import transaction

from yiqiao_portal.audit.services import record
from yiqiao_portal.core.exceptions import Conflict
from yiqiao_portal.core.locking import save_version

from ..checks import plain
from ..models import Organisation, Person
from ..scope import refresh
from .organisations import add_node, complete, lock_tree, move_node, require_free_names
from .people import new_person, with_derived
from .shared import apply, hold

BATCH = 2000
PERSON_COLUMNS = ["duty", "phone", "phone_index", "phone_tail", "incomplete", "version", "updated_at"]
GONE = "预检之后，有记录被移入回收站或移出了您的管辖范围，请重新检查后再写入。"


@transaction.atomic
def import_people(*, by, new: list[dict], changed: dict[int, dict]) -> None:
    """Write checked people: `new` are values, `changed` values by id. Whoever edits one of them meanwhile is asked."""
    hold(by, *(values["organisation"] for values in new))
    Person.objects.bulk_create([new_person(by=by, **values) for values in new], batch_size=BATCH)
    rows = list(Person.objects.visible_to(by).filter(pk__in=changed).order_by("pk").select_for_update(of=("self",)))
    if len(rows) != len(changed):
        raise Conflict(GONE)
    for row in rows:
        apply(row, with_derived({key: value for key, value in changed[row.pk].items() if key in PERSON_COLUMNS}))
        row.version += 1
    # The library's own bulk update takes minutes for 50,000 rows, the upsert on the primary key seconds.
    Person.objects.bulk_create(
        rows, batch_size=BATCH, update_conflicts=True, unique_fields=["id"], update_fields=PERSON_COLUMNS
    )
    log_batch("directory.person", by=by, new=new, changed=changed)


@transaction.atomic
def import_organisations(*, by, new: list[dict], changed: dict[int, dict]) -> None:
    """Write checked organisations in the order of the file; a parent may be the plain name of an earlier new one."""
    lock_tree()
    made: dict[str, Organisation] = {}
    for values in new:
        facts = {key: value for key, value in values.items() if key != "parent"}
        organisation = add_node(_parent(values["parent"], made), complete(facts), by=by)
        made[plain(organisation.name)] = organisation
    refresh(by)  # the new ones are in reach: known ones may move below them
    known = Organisation.objects.visible_to(by).filter(pk__in=changed)
    rows = list(known.order_by("pk").select_for_update(of=("self",)))
    if len(rows) != len(changed):
        raise Conflict(GONE)
    for row in rows:
        _change(row, changed[row.pk], made, by=by)
    log_batch("directory.organisation", by=by, new=new, changed=changed)


def _parent(parent: Organisation | str, made: dict[str, Organisation]) -> Organisation:
    return made[parent] if isinstance(parent, str) else parent


def _change(organisation: Organisation, values: dict, made: dict[str, Organisation], *, by) -> None:
    facts = {key: value for key, value in values.items() if key != "parent"}
    names = apply(organisation, complete(facts, known=organisation))
    require_free_names(organisation)
    moved = "parent" in values and move_node(organisation, _parent(values["parent"], made), by=by)
    if names or moved:
        save_version(organisation, names)


def log_batch(object_type: str, *, by, new: list[dict], changed: dict[int, dict]) -> None:
    """The one entry that a whole import leaves in the log, of whichever app."""
    fields = {key for values in [*new, *changed.values()] for key in values}
    reason = f"新增 {len(new)} 条，更新 {len(changed)} 条"
    record("records.import", by=by, object_type=object_type, fields=fields, reason=reason)

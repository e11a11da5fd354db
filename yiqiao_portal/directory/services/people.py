"""People: the least that the work needs, phones encrypted and shown only for a reason."""

from django.db import transaction

from yiqiao_portal.audit.services import record
from yiqiao_portal.core import recycle
from yiqiao_portal.core.crypto import blind_index
from yiqiao_portal.core.exceptions import Conflict, DomainError
from yiqiao_portal.core.locking import lock_version, save_version
from yiqiao_portal.core.phones import normalise_phone
from yiqiao_portal.core.pinyin import pinyin_initials, pinyin_key

from ..models import Organisation, Person
from .shared import apply, hold

TAIL = 4
SHORTEST_REASON = 2


@transaction.atomic
def create_person(*, by, organisation: Organisation, name: str, phone: str = "", duty: str = "") -> Person:
    """A new person of an organisation; without a phone it is marked 待完善."""
    hold(by, organisation)
    person = new_person(by=by, organisation=organisation, name=name, phone=phone, duty=duty)
    person.save()
    record("person.create", by=by, obj=person, fields=["name", "organisation", "phone", "duty"])
    return person


def new_person(*, by, organisation: Organisation, name: str, phone: str = "", duty: str = "") -> Person:
    """A person with all that follows from name and phone, not saved."""
    values = {"organisation": organisation, "name": name, "phone": phone, "duty": duty}
    return Person(created_by=by, **with_derived(values))


@transaction.atomic
def update_person(person: Person, *, by, version: int, values: dict) -> Person:
    """Change a person who is still at `version`; `values` may hold name, organisation, duty and phone."""
    person = lock_version(person, version)
    if "organisation" in values and values["organisation"].pk != person.organisation_id:
        hold(by, values["organisation"])
    changed = apply(person, with_derived(values))
    if changed:
        save_version(person, changed)
        record("person.update", by=by, obj=person, fields=changed)
    return person


def with_derived(values: dict) -> dict:
    """Add the columns that a person is found and sorted by."""
    filled = dict(values)
    if "name" in values:
        filled["pinyin"] = pinyin_key(values["name"], person=True)
        filled["initials"] = pinyin_initials(values["name"], person=True)
    if "phone" in values:
        phone = normalise_phone(values["phone"])
        filled |= {"phone": phone, "phone_index": blind_index(phone) if phone else "", "phone_tail": phone[-TAIL:]}
        filled["incomplete"] = not phone
    return filled


@transaction.atomic
def remove_person(person: Person, *, by) -> Person:
    """Into the recycle bin. Raises Conflict while the person is on a roster."""
    person = Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
    rosters = [str(member.organisation) for member in person.memberships.alive().select_related("organisation")]
    if rosters:
        raise Conflict(f"“{person}”还在{'、'.join(rosters)}的名册中，请先移出名册。")
    return recycle.remove(person, by=by, action="person.remove")


@transaction.atomic
def reveal_phone(person: Person, *, by, reason: str) -> str:
    """The whole number, for a reason that the log keeps (promise PRI-2)."""
    if len(reason.strip()) < SHORTEST_REASON:
        raise DomainError("请写明用途，例如“通知参加周五主题党日”。", field="reason")
    if not person.phone:
        raise Conflict("这位同志还没有登记手机号，可在“修改”中补填。")
    record("person.reveal_phone", by=by, obj=person, fields=["phone"], reason=reason)
    return person.phone

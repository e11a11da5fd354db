"""The roster of a Party branch: name, 正式 or 预备, a vote or none; nothing else is kept."""

from django.db import transaction

from yiqiao_portal.audit.services import record
from yiqiao_portal.core import recycle
from yiqiao_portal.core.exceptions import Conflict, DomainError
from yiqiao_portal.core.locking import lock_version, save_version

from ..models import Organisation, Person, RosterMember
from .people import create_person
from .shared import apply, hold, require_reach

NO_VOTE = "预备党员没有表决权（选举工作条例第五条），请去掉“有表决权”。"


@transaction.atomic
def put_on_roster(organisation: Organisation, *, by, person: Person, probationary=False, votes=None) -> RosterMember:
    """Put a person on a branch's roster; one who was taken off before comes back to the old row.

    `votes` None means the rule: 正式党员 vote, 预备党员 do not. Raises Conflict for one who is on it.
    """
    hold(by, organisation)
    person = Person.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=person.pk)
    require_reach(by, person.organisation, field="person")
    votes = not probationary if votes is None else votes
    _check(organisation, probationary=probationary, votes=votes)
    if person.deleted_at:
        raise Conflict(f"“{person}”已移入回收站，请先恢复再加入名册。", field="person")
    known = RosterMember.objects.filter(organisation=organisation, person=person).first()
    if known and not known.deleted_at:
        raise Conflict(f"“{person}”已在名册中，无需再次加入。", field="person")
    member = known or RosterMember(organisation=organisation, person=person, created_by=by)
    values = {"probationary": probationary, "votes": votes, "deleted_at": None, "deleted_by": None}
    changed = apply(member, values)
    if known:
        save_version(member, changed)
    else:
        member.save(force_insert=True)
    record("roster.add", by=by, obj=member, fields=["person", "probationary", "votes"])
    return member


@transaction.atomic
def enrol(organisation: Organisation, *, by, people=(), names=(), probationary=False, votes=None) -> list[RosterMember]:
    """Put several on the roster: known people, and typed names, of which the unknown become people 待完善.

    All or none. Raises DomainError for a name that two people of the branch have: which one is meant must be picked.
    """
    require_reach(by, organisation)
    typed = [_named(organisation, name, by=by) for name in names]
    wanted = {person.pk: person for person in [*people, *typed]}
    return [
        put_on_roster(organisation, by=by, person=person, probationary=probationary, votes=votes)
        for person in wanted.values()
    ]


def _named(organisation: Organisation, name: str, *, by) -> Person:
    found = list(organisation.people.alive().filter(name=name).select_related("organisation")[:2])
    if len(found) > 1:
        raise DomainError(f"本组织有两位“{name}”，请在人员中选择。", field="names")
    return found[0] if found else create_person(by=by, organisation=organisation, name=name)


@transaction.atomic
def update_roster_member(member: RosterMember, *, by, version: int, probationary: bool, votes: bool) -> RosterMember:
    """Change 正式/预备 or the vote of a member who is still at `version`."""
    member = lock_version(member, version)
    _check(member.organisation, probationary=probationary, votes=votes)
    changed = apply(member, {"probationary": probationary, "votes": votes})
    if changed:
        save_version(member, changed)
        record("roster.update", by=by, obj=member, fields=changed)
    return member


@transaction.atomic
def take_off_roster(member: RosterMember, *, by) -> RosterMember:
    """Off the roster; the person stays, past attendance stays, and the way back is open for 30 days."""
    return recycle.remove(member, by=by, action="roster.remove")


def _check(organisation: Organisation, *, probationary: bool, votes: bool) -> None:
    if not organisation.party_form:
        raise DomainError("只有党组织才有党员名册，请选择党组织。", field="organisation")
    if probationary and votes:
        raise DomainError(NO_VOTE, field="votes")

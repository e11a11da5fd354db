"""Writes on activity records."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from yiqiao_portal.audit.services import record
from yiqiao_portal.core import attach, registry
from yiqiao_portal.core import workflow as engine
from yiqiao_portal.core.exceptions import Conflict, DomainError, NotAllowed
from yiqiao_portal.core.images import clean_photo
from yiqiao_portal.core.locking import lock_version, save_version
from yiqiao_portal.core.messages import tell
from yiqiao_portal.core.sandbox import Refused
from yiqiao_portal.core.serials import next_serial
from yiqiao_portal.core.uploads import clean_attachment
from yiqiao_portal.directory.models import RosterMember

from .checks import contradictions, decision_faults
from .choices import EDITABLE, RECORDED, Absence, State
from .counting import set_counts
from .models import Activity, ActivityKind, AgendaItem, Attachment, Attendance, Decision, Photo
from .permissions import is_not_own
from .votes import Ballot
from .workflow import ACTIVITY, NOT_BY_ONESELF, NOT_BY_OTHERS, way_to_change

FURTHEST = timedelta(days=366)
MOST_PHOTOS = 9
MOST_ATTACHMENTS = 9


@dataclass
class Draft:
    """All that a form, a copy or an import says about one activity.

    `absences` maps the id of each absent person (or unit, where units are expected) to an Absence code; None means
    that numbers are typed instead. `shown` are the ids of all whom the form showed as expected; None where no form
    did. `attached` is what other apps offered on the form (core.attach), by name.
    """

    values: dict
    also: list = field(default_factory=list)
    partners: list = field(default_factory=list)
    service_lines: list = field(default_factory=list)
    absences: dict[int, str] | None = None
    shown: set[int] | None = None
    agenda: list[dict] = field(default_factory=list)
    decisions: list[dict] = field(default_factory=list)
    photos: list = field(default_factory=list)
    attachments: list = field(default_factory=list)
    attached: dict = field(default_factory=dict)


@transaction.atomic
def create_activity(draft: Draft, *, by, submit: bool = False) -> Activity:
    """Record an activity as a draft, or hand it in at once.

    Raises DomainError with the field that has to be corrected; nothing is kept then.
    """
    files = clean_files(draft)
    activity = Activity(created_by=by, **draft.values)
    _check_scope(activity, draft, by=by)
    activity.serial = next_serial(f"YQ-HD-{activity.held_on.year}")
    _check_dates(activity, draft.decisions)
    people = expected(activity)
    _fill_numbers(activity, draft, people)
    _validate(activity)
    activity.save()
    _write_parts(activity, draft, people, by=by)
    record("activity.create", by=by, obj=activity, fields=draft.values)
    attach.write(activity, draft.attached, by=by)
    activity = perform(activity, "submit", by=by) if submit else activity
    _keep_files(activity, files, by=by)
    return activity


@transaction.atomic
def update_activity(activity: Activity, draft: Draft, *, by, version: int, submit: bool = False) -> Activity:
    """Change a draft or returned record that is still at `version` (StaleVersion otherwise)."""
    files = clean_files(draft, activity)
    activity = lock_version(activity, version)
    if not by.has_perm("activities.change_activity", activity):
        raise Conflict(
            f"这条记录现在是“{activity.get_state_display()}”，不能修改。如需更正，{way_to_change(by, activity)}。"
        )
    _check_move(activity, draft)
    for name, value in draft.values.items():
        setattr(activity, name, value)
    _check_scope(activity, draft, by=by)
    _check_dates(activity, draft.decisions)
    people = expected(activity)
    _fill_numbers(activity, draft, people)
    _validate(activity)
    save_version(activity, [*draft.values, "expected", "present", "voters_expected", "voters_present"])
    _write_parts(activity, draft, people, by=by)
    record("activity.update", by=by, obj=activity, fields=draft.values)
    attach.write(activity, draft.attached, by=by)
    activity = perform(activity, "submit", by=by) if submit else activity
    _keep_files(activity, files, by=by)
    return activity


@transaction.atomic
def perform(activity: Activity, name: str, *, by, **data) -> Activity:
    """Move a record along its workflow; see workflow.py. NotAllowed says who can do it instead.

    Who recorded one that comes back is told.
    """
    try:
        activity = engine.perform(ACTIVITY, name, activity, by=by, **data)
    except NotAllowed as refusal:
        raise NotAllowed(refused_because(name, activity, by=by) or refusal.message) from None
    if activity.state == State.RETURNED:
        _tell_returned(activity, by=by)
    return activity


def _tell_returned(activity: Activity, *, by) -> None:
    """Who handed it in has something to do; each return is a stage of its own."""
    tell(
        {activity.submitted_by or activity.created_by or by} - {by},
        kind="activities.returned",
        title=f"“{activity}”已退回，请补充",
        text="补充意见见活动记录；补充后请再次提交。",
        url=activity.get_absolute_url(),
        stage=f"activity:{activity.pk}:returned:{activity.version}",
    )


def refused_because(name: str, activity: Activity, *, by) -> str:
    """Why somebody whose post has the function may not do this step on this record; empty for all others."""
    if name == "confirm" and by.has_perm("activities.confirm_activity") and not is_not_own(by, activity):
        return NOT_BY_ONESELF
    if name == "withdraw" and by.has_perm("activities.return_activity", activity):
        return NOT_BY_OTHERS
    return ""


@transaction.atomic
def finish_decision(decision: Decision, *, by, done_on: date) -> Decision:
    """Tick off what was decided at an activity that is handed in."""
    decision = Decision.objects.select_for_update(of=("self",)).select_related("activity").get(pk=decision.pk)
    activity = decision.activity
    if activity.state not in RECORDED:
        raise Conflict(f"这条记录现在是“{activity.get_state_display()}”，请先提交，再办结议定事项。")
    if decision.done_on:
        raise Conflict(f"这件事已在 {decision.done_on:%Y-%m-%d} 办结，无需重复办理。")
    if done_on > timezone.localdate():
        raise DomainError("完成日期不能晚于今天，请核对。", field="done_on")
    if done_on < activity.held_on:
        raise DomainError(f"完成日期不能早于活动日期 {activity.held_on}，请核对。", field="done_on")
    decision.done_on = done_on
    decision.save(update_fields=["done_on", "updated_at"])
    record("decision.finish", by=by, obj=decision, fields=["done_on"])
    return decision


@transaction.atomic
def plan_year(organisation, kind: ActivityKind, *, by, days: list[date], title: str, venue: str) -> list[Activity]:
    """A year's plan in one go: one draft for each day that has none yet, also when two people plan at once."""
    type(organisation).objects.select_for_update(of=("self",)).get(pk=organisation.pk)
    taken = set(
        Activity.objects.alive()
        .filter(organisation=organisation, kind=kind, held_on__in=days)
        .values_list("held_on", flat=True)
    )
    values = {"organisation": organisation, "kind": kind, "title": title, "venue": venue, "planned": True}
    free = [day for day in days if day not in taken]
    return [create_activity(Draft({**values, "held_on": day}), by=by) for day in free]


def expected(activity: Activity) -> dict[int, bool]:
    """Who is expected: id → has a vote; of persons, or of organisations where the kind is `by_unit`.

    What was expected once stays, units until their meeting is moved to another day; a new record takes the roster, or
    whom the owner of the organisation invites on the day.
    """
    if activity.pk and not (activity.kind.by_unit and _is_moved(activity)):
        kept = dict(activity.attendances.values_list(whose(activity), "votes"))
        if kept:
            return kept
    if activity.kind.by_unit:
        return dict.fromkeys(registry.invited_to(activity.organisation, activity.held_on), True)
    if not activity.kind.whole_branch:
        return {}
    roster = RosterMember.objects.alive().filter(organisation=activity.organisation_id, person__deleted_at=None)
    return dict(roster.values_list("person_id", "votes"))


def _is_moved(activity: Activity) -> bool:
    """Whether the day differs from the saved one."""
    return not Activity.objects.filter(pk=activity.pk, held_on=activity.held_on).exists()


def _check_scope(activity: Activity, draft: Draft, *, by) -> None:
    """Everything named must lie within the user's reach."""
    if not by.has_perm("activities.add_activity", activity):
        raise DomainError("这个党组织不在您的管辖范围，请重新选择。", field="organisation")
    theme_day = activity.theme_day
    if theme_day and (theme_day.organisation_id, theme_day.kind.code) != (activity.organisation_id, "theme_day"):
        raise DomainError("所属主题党日要选本党组织的主题党日记录。", field="theme_day")
    if any(partner.pk == activity.organisation_id for partner in draft.partners):
        raise DomainError("合作单位不用选本单位，请去掉。", field="partners")
    allowed = set(activity.kind.combines_with.all())
    if not set(draft.also) <= allowed:
        raise DomainError(f"{activity.kind}不能与所选类型一并召开，请去掉“同时召开”。", field="also")


def _check_move(activity: Activity, draft: Draft) -> None:
    """A roll belongs to the branch whose people are on it."""
    organisation = draft.values.get("organisation", activity.organisation)
    if organisation != activity.organisation and activity.attendances.exists():
        raise DomainError("已有出席名单，不能改换党组织；请为另一个党组织新建记录。", field="organisation")


def _last_day(activity: Activity) -> date:
    """How far ahead a record may lie: a year, or for a year's plan the end of the next one."""
    today = timezone.localdate()
    return date(today.year + 1, 12, 31) if activity.planned else today + FURTHEST


def _check_dates(activity: Activity, decisions: list[dict]) -> None:
    if activity.held_on > _last_day(activity):
        raise DomainError("日期在一年以后，请核对年份。", field="held_on")
    if activity.held_on.year < 1921:
        raise DomainError("日期太早，请核对年份。", field="held_on")
    for decision in decisions:
        for _, sentence in decision_faults(decision, activity.held_on):
            raise DomainError(f"议定事项“{decision['text'][:20]}”：{sentence}", field="decisions")


def _fill_numbers(activity: Activity, draft: Draft, people: dict[int, bool]) -> None:
    """With a roster the numbers follow from the absentees; without, they are as typed."""
    if draft.absences is not None and people:
        strangers = set(draft.absences) - set(people)
        if strangers:
            raise DomainError("缺席人员里有不在应到名单的人，请刷新页面后重新勾选。", field="roll")
        if draft.shown is not None and draft.shown != set(people):
            raise DomainError("应到名单刚才有变化，请核对缺席后再提交。", field="roll")
        if not set(draft.absences.values()) <= set(Absence.values):
            raise DomainError("缺席的同志请选择原因：请假、公出或其他。", field="roll")
        activity.expected, activity.present = len(people), len(people) - len(draft.absences)
        _fill_voters(activity, draft, people)
    for item in draft.agenda:
        _check_vote(activity, item)


def _fill_voters(activity: Activity, draft: Draft, people: dict[int, bool]) -> None:
    """Of persons those entitled to vote; units are no voters, they decide with all that came."""
    if activity.kind.by_unit:
        activity.voters_expected = activity.voters_present = None
        return
    activity.voters_expected = sum(people.values())
    activity.voters_present = activity.voters_expected - sum(people[person] for person in draft.absences)


def _check_vote(activity: Activity, item: dict) -> None:
    """Votes cannot be more than voters present (支部工作条例 第十一条 counts those entitled to vote)."""
    cast = [item.get(name) for name in ("votes_for", "votes_against", "votes_abstain")]
    if all(votes is None for votes in cast):
        return
    voters = activity.voters_expected if activity.voters_expected is not None else activity.expected
    present = activity.voters_present if activity.voters_present is not None else activity.present
    if voters is None or present is None:
        raise DomainError("有表决的议题，请先填写应到和实到有表决权人数。", field="voters_present")
    errors = Ballot(voters, present, *(votes or 0 for votes in cast)).errors()
    if errors:
        raise DomainError(f"议题“{item['title']}”：{errors[0]}", field="agenda")


def _validate(activity: Activity) -> None:
    """What the database would refuse, in words and at the field."""
    for field_name, sentence in contradictions(lambda name: getattr(activity, name)):
        raise DomainError(sentence, field=field_name)
    try:
        activity.validate_constraints()
    except ValidationError as error:
        raise DomainError("；".join(error.messages)) from None


def _write_parts(activity: Activity, draft: Draft, people: dict[int, bool], *, by) -> None:
    """All that hangs on the record."""
    activity.also.set(draft.also)
    activity.partners.set(draft.partners)
    activity.service_lines.set(draft.service_lines)
    if draft.absences is not None:
        _write_attendance(activity, draft.absences, people, by=by)
    _write_rows(activity, AgendaItem, draft.agenda, by=by)
    _write_rows(activity, Decision, draft.decisions, by=by)
    set_counts(activity)


def _write_attendance(activity: Activity, absences: dict[int, str], people: dict[int, bool], *, by) -> None:
    key = whose(activity)
    known = {getattr(row, key): row for row in activity.attendances.all()}
    new = [
        Attendance(activity=activity, votes=votes, created_by=by, **{key: who}, **_presence(absences, who))
        for who, votes in people.items()
        if who not in known
    ]
    Attendance.objects.bulk_create(new)
    changed = [row for who, row in known.items() if who in people and _apply(row, _presence(absences, who))]
    Attendance.objects.bulk_update(changed, ["present", "absence"])
    activity.attendances.exclude(**{f"{key}__in": list(people)}).delete()


def whose(activity: Activity) -> str:
    """Whose ids a roll holds: those of persons or of organisations."""
    return "organisation_id" if activity.kind.by_unit else "person_id"


def _presence(absences: dict[int, str], who: int) -> dict:
    return {"present": who not in absences, "absence": absences.get(who, "")}


def _apply(row, values: dict) -> bool:
    """Set what differs; True when something did."""
    different = {name: value for name, value in values.items() if getattr(row, name) != value}
    for name, value in different.items():
        setattr(row, name, value)
    return bool(different)


def _write_rows(activity: Activity, model, rows: list[dict], *, by) -> None:
    """Agenda or decisions: rows with an id are changed, rows without are new, missing ones go."""
    known = {row.pk: row for row in model.objects.alive().filter(activity=activity)}
    kept = set()
    for order, given in enumerate(rows, start=1):
        values = given | {"order": order}
        row = known.get(values.pop("id", None))
        if row is None:
            model.objects.create(activity=activity, created_by=by, **values)
        else:
            kept.add(row.pk)
            if _apply(row, values):
                row.save(update_fields=[*values, "updated_at"])
    model.objects.filter(pk__in=set(known) - kept).delete()


def clean_files(draft: Draft, activity: Activity | None = None) -> tuple[list, list]:
    """The pictures and papers of a draft, cleaned. It takes seconds, so it is done before anything is locked.

    Raises DomainError when there are too many, and what the cleaning refuses, at the field that brought it.
    """
    photos, papers = (activity.photos.count(), activity.attachments.count()) if activity else (0, 0)
    if photos + len(draft.photos) > MOST_PHOTOS:
        raise DomainError(f"每条记录最多 {MOST_PHOTOS} 张照片，请选出最说明问题的几张。", field="photos")
    if papers + len(draft.attachments) > MOST_ATTACHMENTS:
        raise DomainError(f"每条记录最多 {MOST_ATTACHMENTS} 个附件，请合并后再上传。", field="attachments")
    return (
        _cleaned(draft.photos, clean_photo, field="photos"),
        _cleaned(draft.attachments, lambda file: clean_attachment(file, file.name), field="attachments"),
    )


def _cleaned(files: list, clean: Callable, *, field: str) -> list:
    try:
        return [clean(file) for file in files]
    except Refused as refusal:
        refusal.field = field
        raise


def _keep_files(activity: Activity, files: tuple[list, list], *, by) -> None:
    """Store cleaned pictures and papers under names of our own; the originals are not kept."""
    photos, papers = files
    for clean in photos:
        photo = Photo(activity=activity, created_by=by, width=clean.width, height=clean.height)
        photo.image.save("photo.jpg", ContentFile(clean.jpeg), save=False)
        photo.small.save("small.jpg", ContentFile(clean.thumbnail), save=False)
        photo.save()
    for clean in papers:
        attachment = Attachment(activity=activity, created_by=by, name=clean.label, size=clean.size)
        attachment.file.save(clean.name, ContentFile(clean.content), save=False)
        attachment.save()


@transaction.atomic
def remove_file(row, *, by) -> None:
    """Take a picture or paper off a record that may still be changed."""
    activity = Activity.objects.select_for_update(of=("self",)).get(pk=row.activity_id)
    if activity.state not in EDITABLE:
        raise Conflict(f"这条记录已提交，不能再删文件；如需更正，{way_to_change(by, activity)}。")
    record("activity.remove_file", by=by, obj=activity, fields=[row._meta.model_name])
    files = [row.image, row.small] if isinstance(row, Photo) else [row.file]
    row.delete()
    transaction.on_commit(lambda: [file.storage.delete(file.name) for file in files])

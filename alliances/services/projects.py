"""Writes on projects: started for a need or without one, reported on, inspected; the need follows at once."""

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from yiqiao_portal.activities.choices import EDITABLE
from yiqiao_portal.activities.models import Activity
from yiqiao_portal.audit.services import record
from yiqiao_portal.core import attach
from yiqiao_portal.core import workflow as engine
from yiqiao_portal.core.exceptions import Conflict, DomainError
from yiqiao_portal.core.images import CleanPhoto, clean_photo
from yiqiao_portal.core.locking import lock_version, save_version
from yiqiao_portal.core.sandbox import Refused
from yiqiao_portal.core.serials import next_serial

from ..choices import RUNNING_PROJECTS, AllianceState, NeedState, ProjectState
from ..models import Need, Progress, ProgressPhoto, Project
from ..rotation import later
from ..selectors import projects as selectors
from ..workflow import PROJECT
from . import telling
from .needs import follow

MOST_PHOTOS = 9
MOST_YEARS = (
    10  # the portal's decision: the longest programmes of the town are five-year ones; longer is a slip of a year
)
FOLLOWS = {  # a step of the project → where its need goes
    "hand_in": NeedState.INSPECTING,
    "pass": NeedState.ACCEPTED,
    "return": NeedState.DOING,
    "stop": NeedState.PUBLISHED,
}
NOT_OF_IT = "所选活动里有不属于参与单位的，或早于 {} 的，请去掉后再保存。"
RUNNING = RUNNING_PROJECTS


@transaction.atomic
def start_project(values: dict, *, by, need: Need | None = None) -> Project:
    """Begin a project; for a need, its leading claimant leads, the others help, and the need is 实施中.

    `values`: field names of Project and `helpers`. Raises Conflict when the need is not (or no longer) to be started,
    DomainError with the field that has to be corrected.
    """
    values = dict(values)
    helpers = list(values.pop("helpers", ()))
    if need:
        need, units = _claimed(need)
        helpers = units[1:]
        values |= {"need": need, "alliance": need.alliance, "organisation": units[0]}
    project = Project(created_by=by, **values)
    _check(project, helpers, by=by)
    project.serial = next_serial(f"YQ-XM-{timezone.localdate().year}")
    project.save()
    project.helpers.set(helpers)
    record("project.start", by=by, obj=project, fields=[*values, "helpers"])
    if need:
        follow(need, NeedState.DOING, by=by)
    telling.project_started(project, by=by)
    return project


def _claimed(need: Need) -> tuple[Need, list]:
    """The need, locked: the second of two who start it finds the first one's project. With it the units, lead first."""
    need = Need.objects.select_for_update(of=("self",)).select_related("alliance").get(pk=need.pk)
    return need, units_for(need)


def units_for(need: Need) -> list:
    """Who would do the project of a need, the leading unit first; Conflict says why there can be none."""
    started = Project.objects.filter(need=need).first()
    if started:
        raise Conflict(f"这条需求已立项为“{started}”（{started.serial}），请直接在那个项目中办理。")
    if need.deleted_at or need.state != NeedState.CLAIMED:
        raise Conflict(f"这条需求现在是“{need.get_state_display()}”，确认牵头认领单位之后才能立项。")
    claims = selectors.accepted_claims(need)
    if not claims or not claims[0].lead:
        raise Conflict("这条需求还没有牵头认领单位，请镇党建办先确认牵头单位。")
    return [claim.organisation for claim in claims]


@transaction.atomic
def update_project(project: Project, values: dict, *, by, version: int) -> Project:
    """Change a running project that is still at `version` (StaleVersion otherwise)."""
    values = dict(values)
    project = lock_version(project, version)
    check_running(project)
    before, lead = list(project.helpers.all()), project.organisation
    helpers = list(values.pop("helpers", before))
    changed = [name for name, value in values.items() if getattr(project, name) != value]
    for name in changed:
        setattr(project, name, values[name])
    _check(project, helpers, by=by, known=[*before, lead])
    joined = ["helpers"] if set(helpers) != set(before) else []
    if joined:
        project.helpers.set(helpers)
    if changed or joined:
        save_version(project, changed)
        record("project.update", by=by, obj=project, fields=[*changed, *joined])
    return project


def check_project(
    project: Project, *, by, before: Project | None = None, pairs: set | None = None, helpers: list | None = None
) -> None:
    """What an import asks of a project without need, or of one that it changes; `before` is the row as it was.

    `helpers` are the helping units as they would be; None means that they stay.
    """
    if before is None:
        _check(project, helpers or [], by=by, pairs=pairs)
        return
    check_running(before)
    if project.alliance_id != before.alliance_id:
        raise DomainError("立项之后不能改换联盟，请改回原来的联盟。", field="alliance")
    if before.need_id and project.organisation_id != before.organisation_id:
        raise DomainError("由需求立项的项目，牵头单位就是认领单位，不能改换。", field="organisation")
    known = list(before.helpers.all())
    _check(project, known if helpers is None else helpers, by=by, known=[*known, before.organisation], pairs=pairs)


def check_running(project: Project) -> None:
    """Only what is 实施中 may be changed; Conflict says how to go on."""
    if project.state == ProjectState.INSPECTING:
        raise Conflict("项目正在等待验收，不能修改。如需更正，请验收单位先退回。")
    if project.state != ProjectState.DOING:
        raise Conflict(f"项目现在是“{project.get_state_display()}”，不能再修改。")


def _check(project: Project, helpers: list, *, by, known: list | None = None, pairs: set | None = None) -> None:
    """Within reach, in an alliance that works, among its members, and in the order of the days."""
    if project.alliance.state != AllianceState.ACTIVE:
        raise DomainError("这个联盟已结束，不能再立项；请选择运行中的联盟。", field="alliance")
    if not by.has_perm("alliances.add_project", project):
        raise DomainError("牵头单位不在您的管辖范围，请重新选择。", field="organisation")
    if project.organisation in helpers:
        raise DomainError("配合单位不用选牵头单位，请去掉。", field="helpers")
    if project.due_on < project.starts_on:
        raise DomainError("计划完成日期不能早于开始日期，请核对。", field="due_on")
    _check_span(project)
    claimants = project.need and known is None  # members when they claimed
    for field, units in () if claimants else (("organisation", [project.organisation]), ("helpers", helpers)):
        _check_members(project, [unit for unit in units if unit not in (known or ())], field=field, pairs=pairs)


def _check_span(project: Project) -> None:
    """Not before there was the alliance, and not for longer than a project can last."""
    founded = project.alliance.founded_on
    if project.starts_on < founded:
        raise DomainError(f"开始日期不能早于联盟成立日期 {founded}，请核对。", field="starts_on")
    if project.due_on >= later(project.starts_on, MOST_YEARS * 12):
        raise DomainError(f"一个项目最长 {MOST_YEARS} 年，请核对计划完成日期的年份，或分期立项。", field="due_on")


def _check_members(project: Project, units: list, *, field: str, pairs: set | None = None) -> None:
    """Whoever is newly named belongs to the alliance today."""
    for unit in units:
        if not selectors.is_member(unit, project.alliance, pairs=pairs):
            raise DomainError(f"{unit}不是这个联盟的现有成员，请重新选择。", field=field)


@transaction.atomic
def set_activities(project: Project, activities: list, *, by, version: int) -> Project:
    """Which activities hang on a project. Those that this user may not see stay."""
    locked = _lock_activities(project, activities)
    project = lock_version(project, version)
    _check_reporting(project, by=by)
    allowed = selectors.activities_for(by, project)
    if set(activities) - set(allowed.filter(pk__in=[row.pk for row in activities])):
        raise DomainError(NOT_OF_IT.format(selectors.first_day(project)), field="activities")
    mine = set(project.activities.filter(pk__in=allowed.values("pk")))
    if mine == set(activities):
        return project
    project.activities.remove(*(mine - set(activities)))
    project.activities.add(*activities)
    save_version(project, [])
    record("project.activities", by=by, obj=project, fields=["activities"])
    open_ones = [row for row in locked if row in mine ^ set(activities) and row.state in EDITABLE]
    attach.moved_elsewhere(open_ones, by=by, name="project", action="project.activities")
    return project


def _lock_activities(project: Project, chosen: list) -> list[Activity]:
    """All that may come or go, locked before the project as their own forms do it (`hang`)."""
    named = Q(pk__in=[row.pk for row in chosen]) | Q(pk__in=project.activities.values("pk"))
    return list(Activity.objects.select_for_update(of=("self",)).filter(named).order_by("pk"))


@transaction.atomic
def hang(activity: Activity, project: Project | None, *, by) -> None:
    """The project that an activity belongs to, as its own form names it (core.attach); None for none.

    Takes the place of the first one that the user sees; further ones, chosen on the projects' pages, stay. Conflict
    or DomainError at `project` when one of the two is closed, or nobody involved took part.
    """
    before = selectors.projects_of(by, activity).first()
    if before == project:
        return
    keys = [row.pk for row in (before, project) if row]
    related = ("alliance", "organisation", "need")
    rows = Project.objects.select_for_update(of=("self",)).select_related(*related).filter(pk__in=keys)
    for row in rows.order_by("pk"):
        _check_hanging(row, activity, joins=row == project, by=by)
        (row.activities.add if row == project else row.activities.remove)(activity)
        save_version(row, [])
        record("project.activities", by=by, obj=row, fields=["activities"])


def _check_hanging(project: Project, activity: Activity, *, joins: bool, by) -> None:
    """A project that still runs; and when it is to be chosen, one of the user's that the activity has to do with."""
    if project.state not in RUNNING or project.deleted_at:
        state = project.get_state_display()
        raise Conflict(f"项目“{project}”现在是“{state}”，不能再补充活动；请改回原来的选择。", field="project")
    if not joins:
        return
    if not selectors.open_projects(by).filter(pk=project.pk).exists():
        raise DomainError("这个项目不归您的单位参与，请重新选择。", field="project")
    if activity.held_on < selectors.first_day(project):
        early = f"这次活动早了 {selectors.BEFORE_START.days} 天以上"
        sentence = f"项目“{project}”从 {project.starts_on} 开始，{early}，请核对活动日期或改选项目。"
        raise DomainError(sentence, field="project")
    units = {activity.organisation_id, *activity.partners.values_list("pk", flat=True)}
    if not units & selectors.involved(project):
        sentence = f"{activity.organisation}没有参与项目“{project}”，请改选项目，或在合作单位里勾选参与单位。"
        raise DomainError(sentence, field="project")


@transaction.atomic
def perform_project(project: Project, name: str, *, by, version: int | None = None, **data) -> Project:
    """Move a project along its workflow; its need moves with it, and a stopped project gives its need back.

    Raises Conflict (the state has moved on), NotAllowed, DomainError.
    """
    project = engine.perform(PROJECT, name, project, by=by, version=version, **data)
    telling.project_moved(project, name, by=by)
    if project.need is None:
        return project
    need = follow(project.need, FOLLOWS[name], by=by, accepted_on=project.accepted_on)
    if name == "stop":
        project.need, project.former_need = None, need
        project.save(update_fields=["need", "former_need"])
    return project


@transaction.atomic
def add_progress(project: Project, values: dict, *, by, photos: list | tuple = ()) -> Progress:
    """A short note of what was done on a day; pictures may be added and are never asked for."""
    cleaned = _cleaned(photos)  # takes seconds, so before anything is locked
    project = (
        Project.objects.select_for_update(of=("self",)).select_related("alliance", "organisation").get(pk=project.pk)
    )
    _check_reporting(project, by=by)
    if values["day"] > timezone.localdate():
        raise DomainError("日期不能晚于今天，请核对。", field="day")
    if values["day"] < project.starts_on:
        raise DomainError(f"日期不能早于项目开始日期 {project.starts_on}，请核对。", field="day")
    unit = selectors.reporting_unit(by, project)
    note = Progress.objects.create(project=project, organisation=unit, created_by=by, **values)
    for photo in cleaned:
        _keep(photo, note, by=by)
    record("progress.create", by=by, obj=note, fields=[*values, *(["photos"] if cleaned else [])])
    return note


def check_reportable(project: Project) -> None:
    """Notes and activities belong to what still runs."""
    if project.state not in RUNNING:
        raise Conflict(f"项目现在是“{project.get_state_display()}”，不能再补充。")


def _check_reporting(project: Project, *, by) -> None:
    check_reportable(project)
    if not by.has_perm("alliances.report_progress", project):
        raise DomainError("只有牵头单位、配合单位和镇党建办可以填写这个项目的进展。")


def _cleaned(photos: list | tuple) -> list[CleanPhoto]:
    if len(photos) > MOST_PHOTOS:
        raise DomainError(f"每条进展最多 {MOST_PHOTOS} 张照片，请选出最说明问题的几张。", field="photos")
    try:
        return [clean_photo(file) for file in photos]
    except Refused as refusal:
        refusal.field = "photos"
        raise


def _keep(clean: CleanPhoto, note: Progress, *, by) -> None:
    """Store a cleaned picture under a name of our own; the original is not kept."""
    photo = ProgressPhoto(progress=note, created_by=by, width=clean.width, height=clean.height)
    photo.image.save("photo.jpg", ContentFile(clean.jpeg), save=False)
    photo.small.save("small.jpg", ContentFile(clean.thumbnail), save=False)
    photo.save()

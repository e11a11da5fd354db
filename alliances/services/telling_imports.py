"""Who is told of what came in from a spreadsheet: as of the same rows by form, but once for the whole batch."""

from collections import defaultdict
from collections.abc import Callable, Iterator

from django.db.models import prefetch_related_objects
from django.urls import reverse

from yiqiao_portal.accounts.models import User
from yiqiao_portal.core.messages import tell

from ..choices import NeedState
from ..models import Need, Project
from .telling import CLAIM, LISTS, PROJECTS, but, office, people, stage_of

NAMED = 3  # units in the words of a message


def nobody(_rows: list, *, by) -> None:
    """Of new resources nobody is told by form either: they wait with their unit."""


def needs_brought(needs: list[Need], *, by) -> None:
    """The office reviews them, as after telling.need_raised."""
    for users, rows in _shares(needs, lambda need: (need.alliance.organisation_id,), _offices, by=by):
        tell(
            users,
            kind=LISTS,
            title=_title(rows, f"需求待审核：{rows[0]}", f"导入了 {len(rows)} 条需求，待审核"),
            text=f"{_units(rows)}提出，请审核。",
            url=_url(rows, f"{reverse('alliances:needs')}?state={NeedState.RAISED}"),
            stage=stage_of(rows[0], "brought"),
        )


def projects_brought(projects: list[Project], *, by) -> None:
    """The leading and helping units, as after telling.project_started; an import starts none for a need."""
    prefetch_related_objects(projects, "helpers")
    for users, rows in _shares(projects, _doing, lambda units: people(CLAIM, units), by=by):
        tell(
            users,
            kind=PROJECTS,
            title=_title(rows, f"项目已立项：{rows[0]}", f"导入了 {len(rows)} 个项目，贵单位参与"),
            text=f"{_units(rows)}牵头，计划完成日期见项目页面。",
            url=_url(rows, reverse("alliances:projects")),
            stage=stage_of(rows[0], "brought"),
        )


def _offices(organisations: tuple[int, ...]) -> list[User]:
    return [user for pk in organisations for user in office(pk)]


def _doing(project: Project) -> tuple[int, ...]:
    return (project.organisation_id, *sorted(unit.pk for unit in project.helpers.all()))


def _shares(rows: list, units: Callable, whom: Callable, *, by) -> Iterator[tuple[list[User], list]]:
    """Users who are told of the same rows, with these rows; asks once for rows of the same units."""
    of_units, of_user = defaultdict(list), defaultdict(list)
    for row in rows:
        of_units[units(row)].append(row)
    for key, theirs in of_units.items():
        for user in but(whom(key), by):
            of_user[user] += theirs
    alike = defaultdict(list)
    for user, theirs in of_user.items():
        alike[tuple(sorted(row.pk for row in theirs))].append(user)
    found = {row.pk: row for row in rows}
    for keys, users in alike.items():
        yield users, [found[pk] for pk in keys]


def _title(rows: list, one: str, many: str) -> str:
    return one if len(rows) == 1 else many


def _url(rows: list, many: str) -> str:
    return rows[0].get_absolute_url() if len(rows) == 1 else many


def _units(rows: list) -> str:
    """The first few units behind these rows in the official order."""
    units = {row.organisation_id: row.organisation for row in rows}.values()
    names = [str(unit) for unit in sorted(units, key=lambda unit: (unit.order, unit.code))]
    return "、".join(names[:NAMED]) + (f"等 {len(names)} 家单位" if len(names) > NAMED else "")

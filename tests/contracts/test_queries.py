"""Every list asks the database as often for thirty rows as for one; the numbers are pinned in query_counts.json.

After a wanted change: PORTAL_PIN_QUERIES=1 script/test tests/contracts/test_queries.py, and look at the difference.
"""

import json
import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from alliances.models import Alliance, Need, Programme, Project, Section
from tests.cast import Cast
from tests.conftest import sign_in
from tests.contracts.walker import addresses
from tests.factories import accounts, activities, alliances, core, directory, places
from yiqiao_portal.activities.choices import State
from yiqiao_portal.activities.models import Activity
from yiqiao_portal.audit.services import record
from yiqiao_portal.core import recycle
from yiqiao_portal.core.models import TickRun
from yiqiao_portal.core.views.list import ListPage

PINNED = Path(__file__).parent / "query_counts.json"
MOST = 12  # of a list
MOST_OF_WORKBENCH = 30  # one query for each kind of to-do and figure, of however many apps there are
MOST_OF_PAGE = 25  # more than one list: a record with all that hangs on it, a form, one query for each kind of row
MORE_THAN_A_LIST = {"activities:detail", "activities:create", "alliances:alliance",
                    "alliances:contributions", "alliances:need", "alliances:matching",
                    "alliances:programme", "alliances:project", "alliances:river",
                    "alliances:section", "core:workbench", "core:search", "core:recycle",
                    "directory:organisation"}  # fmt: skip
pytestmark = pytest.mark.django_db


def _activities(cast: Cast, count: int) -> None:
    """Recorded activities of as many branches, half of them with a partner."""
    for number in range(count):
        partners = [cast.partner] if number % 2 else []
        activities.ActivityFactory(organisation=directory.OrganisationFactory(area=cast.area), partners=partners)


WHOLE = "YQ-T-whole"


def _whole() -> Activity | None:
    """The activity on which everything hangs."""
    return Activity.objects.filter(serial=WHOLE).first()


def _parts(cast: Cast, count: int) -> None:
    """One activity with as many people, agenda items, decisions and files."""
    activity = _whole() or activities.ActivityFactory(serial=WHOLE, organisation=cast.party)
    for factory in (activities.AttendanceFactory, activities.AgendaItemFactory, activities.DecisionFactory):
        factory.create_batch(count, activity=activity)
    activities.PhotoFactory.create_batch(count, activity=activity)


def _waiting(cast: Cast, count: int) -> None:
    """Drafts and returned records of one branch, submitted ones for the office."""
    for state in (State.DRAFT, State.RETURNED, State.SUBMITTED):
        activities.ActivityFactory.create_batch(count, organisation=cast.party, state=state)


def _alliance() -> Alliance | None:
    """The alliance on which everything hangs."""
    return Alliance.objects.filter(name=WHOLE).first()


def _alliances(cast: Cast, count: int) -> None:
    """As many alliances, and one with as many members, paired villages, turns, names, meetings and rivers."""
    alliances.MembershipFactory.create_batch(count)
    row = _alliance() or alliances.AllianceFactory(name=WHOLE)
    for number in range(count):
        unit = alliances.MembershipFactory(alliance=row, villages=[cast.party]).organisation
        days = alliances.day(-40 * row.turns.count() - 20), alliances.day(-40 * row.turns.count() + 10)
        alliances.ChairTurnFactory(alliance=row, organisation=unit, starts_on=days[0], ends_on=days[1])
        alliances.ProjectFactory(alliance=row, organisation=unit).helpers.add(unit)
        activities.ActivityFactory(organisation=row.organisation, state=State.CONFIRMED, partners=[unit])
        alliances.AllianceNameFactory(alliance=row, since=alliances.day(-500 - number - row.names.count() * 40))
    alliances.SectionFactory.create_batch(count, river__alliance=row)


def _removed(cast: Cast, count: int) -> None:
    for row in activities.ActivityFactory.create_batch(count, organisation=cast.party):
        recycle.remove(row, by=cast.town, action="activity.remove")


def _people(cast: Cast, count: int) -> None:
    for _ in range(count):
        directory.RosterMemberFactory(organisation=directory.OrganisationFactory(area=cast.area))


def _roster(cast: Cast, count: int) -> None:
    directory.RosterMemberFactory.create_batch(count, organisation=cast.party)


def _places(cast: Cast, count: int) -> None:
    places.PlaceFactory.create_batch(count)


def _messages(cast: Cast, count: int) -> None:
    core.MessageFactory.create_batch(count, user=cast.branch)


def _jobs(cast: Cast, count: int) -> None:
    """Recurring jobs and background jobs that failed."""
    now = timezone.now()
    for number in range(count):
        code = ("core.tidy", "core.outbox")[number % 2]
        period = now - timedelta(minutes=TickRun.objects.count())
        TickRun.objects.create(code=code, period=period, tries=1, error="LookupError", next_try_at=now)
        core.failed_job(f"test.job{DBTaskResult.objects.count()}")


def _users(cast: Cast, count: int) -> None:
    for _ in range(count):
        accounts.RoleAssignmentFactory(organisation=cast.party)


def _entries(cast: Cast, count: int) -> None:
    for _ in range(count):
        record("session.login", by=accounts.UserFactory())


def _needs(cast: Cast, count: int) -> None:
    """Needs with a unit that has taken them on."""
    for _ in range(count):
        alliances.ClaimFactory(state="accepted", lead=True, need__area=cast.area)


def _one_need() -> Need | None:
    """The need on which everything hangs."""
    return Need.objects.filter(serial=WHOLE).first()


def _on_need(cast: Cast, count: int) -> None:
    """One need with as many claims and matches, and as many resources that suit it."""
    need = _one_need() or alliances.NeedFactory(serial=WHOLE, organisation=cast.party, area=cast.area)
    alliances.ClaimFactory.create_batch(count, need=need)
    alliances.MatchFactory.create_batch(count, need=need)
    alliances.ResourceFactory.create_batch(count, alliance=need.alliance, area=cast.area)


def _matched(cast: Cast, count: int) -> None:
    """Resources of an alliance, each asked for."""
    for _ in range(count):
        alliances.MatchFactory(resource__area=cast.area)


def _projects(cast: Cast, count: int) -> None:
    """Projects of as many needs and units."""
    for _ in range(count):
        alliances.ProjectFactory(need=alliances.NeedFactory(state="doing"))


def _one_project() -> Project | None:
    """The project on which everything hangs."""
    return Project.objects.filter(serial=WHOLE).first()


def _on_project(cast: Cast, count: int) -> None:
    """One project with as many helpers, notes with pictures and activities."""
    need = _one_project() or alliances.NeedFactory(state="doing", organisation=cast.party)
    project = _one_project() or alliances.ProjectFactory(serial=WHOLE, need=need, alliance=need.alliance)
    project.helpers.add(*(directory.OrganisationFactory() for _ in range(count)))
    for note in alliances.ProgressFactory.create_batch(count, project=project):
        alliances.ProgressPhotoFactory(progress=note)
    project.activities.add(*activities.ActivityFactory.create_batch(count, organisation=cast.party))


def _programme() -> Programme:
    """One of those that every migrate names."""
    return Programme.objects.get(code="beauty")


def _programmes(cast: Cast, count: int) -> None:
    """Programmes with a step each, and one on which steps and projects hang."""
    for programme in alliances.ProgrammeFactory.create_batch(count):
        alliances.MilestoneFactory(programme=programme)
    alliances.MilestoneFactory.create_batch(count, programme=_programme())
    for _ in range(count):
        alliances.ProjectFactory(programme=_programme())


def _rivers(cast: Cast, count: int) -> None:
    """Rivers with a section, a chief, a patrol with a problem and a sample each; one with as many of all."""
    for _ in range(count):
        _of_section(alliances.SectionFactory(), 1)
    _of_section(_one_section() or alliances.SectionFactory(name=WHOLE), count)
    alliances.SectionFactory.create_batch(count, river=_one_section().river)


def _one_section() -> Section | None:
    """The section on which everything hangs."""
    return Section.objects.filter(name=WHOLE).first()


def _of_section(section: Section, count: int) -> None:
    for _ in range(count):
        back = alliances.day(-3 * section.chiefs.count() - 900)
        alliances.RiverChiefFactory(section=section, since=back, until=back if section.chiefs.exists() else None)
        alliances.PatrolProblemFactory(patrol__section=section)
        alliances.WaterSampleFactory(section=section, taken_on=alliances.day(-section.samples.count()))


Maker = Callable[[Cast, int], None]
# What is measured → who asks, for which address, with which rows. The key is the address's name and, after a
# colon of its own, what is special.
LISTS: dict[str, tuple[str, Callable[[Cast], str], Maker]] = {
    "activities:list": ("town", lambda cast: reverse("activities:list"), _activities),
    "activities:list print": ("town", lambda cast: reverse("activities:list") + "?print=1", _activities),
    "activities:list xlsx": ("town", lambda cast: reverse("activities:list") + "?format=xlsx", _activities),
    "activities:matrix": ("town", lambda cast: reverse("activities:matrix"), _activities),
    "activities:cells": ("town", lambda cast: reverse("activities:cells"), _activities),
    "activities:detail": ("town", lambda cast: _whole().get_absolute_url(), _parts),
    "activities:create": ("branch", lambda cast: reverse("activities:create", args=["theme_day"]), _roster),
    "alliances:list": ("town", lambda cast: reverse("alliances:list"), _alliances),
    "alliances:list xlsx": ("town", lambda cast: reverse("alliances:list") + "?format=xlsx", _alliances),
    "alliances:alliance": ("town", lambda cast: _alliance().get_absolute_url(), _alliances),
    "alliances:members": ("town", lambda cast: reverse("alliances:members", args=[_alliance().pk]), _alliances),
    "alliances:turns": ("town", lambda cast: reverse("alliances:turns", args=[_alliance().pk]), _alliances),
    "alliances:contributions": (
        "town",
        lambda cast: reverse("alliances:contributions", args=[_alliance().pk]),
        _alliances,
    ),
    "alliances:needs": ("town", lambda cast: reverse("alliances:needs"), _needs),
    "alliances:needs xlsx": ("town", lambda cast: reverse("alliances:needs") + "?format=xlsx", _needs),
    "alliances:need": ("town", lambda cast: _one_need().get_absolute_url(), _on_need),
    "alliances:matching": ("town", lambda cast: reverse("alliances:matching", args=[_one_need().pk]), _on_need),
    "alliances:programmes": ("town", lambda cast: reverse("alliances:programmes"), _programmes),
    "alliances:programme": ("town", lambda cast: _programme().get_absolute_url(), _programmes),
    "alliances:projects": ("town", lambda cast: reverse("alliances:projects"), _projects),
    "alliances:projects xlsx": ("town", lambda cast: reverse("alliances:projects") + "?format=xlsx", _projects),
    "alliances:project": ("town", lambda cast: _one_project().get_absolute_url(), _on_project),
    "alliances:resources": ("town", lambda cast: reverse("alliances:resources"), _matched),
    "alliances:rivers": ("town", lambda cast: reverse("alliances:rivers"), _rivers),
    "alliances:rivers xlsx": ("town", lambda cast: reverse("alliances:rivers") + "?format=xlsx", _rivers),
    "alliances:river": ("town", lambda cast: _one_section().river.get_absolute_url(), _rivers),
    "alliances:section": ("town", lambda cast: _one_section().get_absolute_url(), _rivers),
    "alliances:patrols": ("town", lambda cast: reverse("alliances:patrols"), _rivers),
    "alliances:problems": ("town", lambda cast: reverse("alliances:problems"), _rivers),
    "alliances:samples": ("town", lambda cast: reverse("alliances:samples"), _rivers),
    "core:workbench": ("branch", lambda cast: reverse("core:workbench"), _waiting),
    "core:workbench office": ("town", lambda cast: reverse("core:workbench"), _activities),
    "core:recycle": ("town", lambda cast: reverse("core:recycle"), _removed),
    "core:messages": ("branch", lambda cast: reverse("core:messages"), _messages),
    "core:jobs": ("sysadmin", lambda cast: reverse("core:jobs"), _jobs),
    "core:workbench machine": ("sysadmin", lambda cast: reverse("core:workbench"), _jobs),
    "core:search": ("town", lambda cast: reverse("core:search") + "?q=主题", _activities),
    "directory:home": ("town", lambda cast: reverse("directory:home"), _people),
    "directory:areas": ("town", lambda cast: reverse("directory:areas"), _places),
    "directory:organisations": ("town", lambda cast: reverse("directory:organisations"), _people),
    "directory:organisation": ("town", lambda cast: cast.party.get_absolute_url(), _roster),
    "directory:people": ("town", lambda cast: reverse("directory:people"), _people),
    "directory:people xlsx": ("town", lambda cast: reverse("directory:people") + "?format=xlsx", _people),
    "directory:rosters": ("town", lambda cast: reverse("directory:rosters"), _people),
    "directory:roster": ("town", lambda cast: reverse("directory:roster", args=[cast.party.pk]), _roster),
    "places:places": ("town", lambda cast: reverse("places:places"), _places),
    "accounts:list": ("sysadmin", lambda cast: reverse("accounts:list"), _users),
    "audit:list": ("auditor", lambda cast: reverse("audit:list"), _entries),
    "reports:annual": ("town", lambda cast: reverse("reports:annual"), _activities),
}  # fmt: skip


def test_every_list_is_measured():
    lists = {
        name for name, address in addresses().items() if address.view_class and issubclass(address.view_class, ListPage)
    }

    assert lists <= set(LISTS)
    assert {name.split(" ")[0] for name in LISTS} <= set(addresses())


def _queries(client, url: str) -> int:
    """Queries of the second look: the first one may bring the session up to date."""
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        response = client.get(url)
        assert response.status_code == 200, url
        if response.streaming:
            assert b"".join(response)
    return sum(not query["sql"].startswith(("SAVEPOINT", "RELEASE")) for query in captured)


def _pin(name: str, count: int) -> None:
    """Write the number down as the new one."""
    pinned = json.loads(PINNED.read_text()) if PINNED.exists() else {}
    known = {key: value for key, value in (pinned | {name: count}).items() if key in LISTS}
    PINNED.write_text(json.dumps(known, indent=2, sort_keys=True) + "\n")


@pytest.mark.parametrize("name", LISTS)
def test_thirty_rows_cost_what_one_costs(cast, name):
    actor, url_of, make = LISTS[name]
    make(cast, 1)
    url, client = url_of(cast), sign_in(getattr(cast, actor))
    one = _queries(client, url)

    make(cast, 29)
    thirty = _queries(client, url)

    if os.environ.get("PORTAL_PIN_QUERIES"):
        _pin(name, one)
    assert (one, thirty) == (json.loads(PINNED.read_text())[name],) * 2
    page = name.split(" ")[0]
    more = MOST_OF_WORKBENCH if page == "core:workbench" else MOST_OF_PAGE
    assert one <= (more if page in MORE_THAN_A_LIST else MOST)


def test_no_number_is_pinned_for_what_is_gone():
    assert set(json.loads(PINNED.read_text())) == set(LISTS)

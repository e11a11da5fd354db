"""Several at once, committed for real: one hand-in counts, one project answers a need."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import IntegrityError, connections, transaction

from alliances.choices import NeedState, ProjectState
from alliances.models import Need, Project
from alliances.services.projects import perform_project, start_project
from tests.alliances.started import claimed, project_of, values
from tests.factories import alliances as make
from yiqiao_portal.audit.models import Entry
from yiqiao_portal.core.exceptions import Conflict

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*jobs) -> list:
    """Run the jobs in threads that start together; a refusal is their result."""
    barrier = Barrier(len(jobs))

    def run(job):
        try:
            barrier.wait(timeout=30)
            return job()
        except Conflict as conflict:
            return conflict
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


def refusals(results: list) -> list[str]:
    return [result.message for result in results if isinstance(result, Conflict)]


def test_two_hand_ins_are_one(cast):
    project, users = project_of(cast), [cast.liaison, cast.town]
    data = {"result": "修复岸线 1.2 公里。"}

    results = at_once(*[lambda user=user: perform_project(project, "hand_in", by=user, **data) for user in users])

    project.refresh_from_db()
    assert (project.state, project.need.state) == (ProjectState.INSPECTING, NeedState.INSPECTING)
    assert refusals(results) == ["这条记录现在是“待验收”，不能申请验收。请刷新页面查看最新情况。"]
    assert list(Entry.objects.order_by("pk").values_list("action", flat=True)) == ["project.hand_in", "need.follow"]


def test_passing_and_returning_are_one_of_both(cast):
    project, users = project_of(cast, ProjectState.INSPECTING), [cast.branch, cast.town]

    results = at_once(
        lambda: perform_project(project, "pass", by=users[0]),
        lambda: perform_project(project, "return", by=users[1], reason="请补栽。"),
    )

    project.refresh_from_db()
    wanted = {ProjectState.DONE: NeedState.ACCEPTED, ProjectState.DOING: NeedState.DOING}
    assert (len(refusals(results)), wanted[project.state]) == (1, project.need.state)


def test_five_who_start_the_same_need_make_one_project(cast):
    need, users = claimed(cast), [cast.liaison, cast.town, cast.leader, cast.town, cast.liaison]

    results = at_once(*[lambda user=user: start_project(values(), by=user, need=need) for user in users])

    project = Project.objects.get()
    assert Need.objects.get().state == NeedState.DOING
    assert refusals(results) == [f"这条需求已立项为“{project}”（{project.serial}），请直接在那个项目中办理。"] * 4


def test_without_the_lock_the_database_itself_refuses_the_second(cast):
    project = project_of(cast)

    with pytest.raises(IntegrityError, match="need_id"), transaction.atomic():
        make.ProjectFactory(need=project.need, alliance=project.alliance)

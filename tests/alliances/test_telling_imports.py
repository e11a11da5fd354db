"""What comes in from a spreadsheet is told as what is typed: to the same people, once for the whole batch."""

import pytest
import time_machine

from alliances.models import Need, Project
from alliances.services import bulk, needs
from tests.alliances.lists_files import confirm, pasted
from tests.alliances.lists_town import town_of
from tests.alliances.news import News, everybody
from tests.factories import alliances as make
from tests.factories.accounts import user_with_post
from yiqiao_portal.core.exceptions import DomainError
from yiqiao_portal.core.messages.outbox import deliver_due
from yiqiao_portal.core.models import Message, Outbox

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel("2026-11-23 12:00+08:00", tick=False) as traveller:
        yield traveller


@pytest.fixture
def town(cast):
    everybody(cast)
    found = town_of(cast)
    make.MembershipFactory(alliance=found.alliance, organisation=cast.unit_org)
    return found


def bring_needs(user, count: int):
    rows = "".join(f"净水点{number}\t环境联守\t渔浦社区党组织\n" for number in range(count))
    return confirm("needs", pasted("needs", f"需求名称\t九联类别\t提出单位\n{rows}"), user)


def told() -> list[tuple[str, str, str]]:
    return [(row.title, row.text, row.url) for row in Outbox.objects.order_by("title")]


def test_the_office_hears_once_of_a_batch(town, cast):
    news = News()

    bring_needs(cast.branch, 12)

    assert told() == [
        ("导入了 12 条需求，待审核", "渔浦社区党组织提出，请审核。", "/alliances/needs/?state=raised")
    ]  # fmt: skip
    assert news() == {"need:brought": ["town"]}
    deliver_due()
    assert Message.objects.count() == 1


def test_one_alone_is_told_by_its_name(town, cast):
    bring_needs(cast.branch, 1)

    made = Need.objects.get()
    assert told() == [("需求待审核：净水点0", "渔浦社区党组织提出，请审核。", made.get_absolute_url())]


def test_each_batch_is_told_and_the_same_people_as_by_form(town, cast):
    news = News()
    facts = {"alliance": town.alliance, "organisation": cast.party, "service_line": make.line()}
    needs.create_need(facts | {"title": "里河岸线"}, by=cast.branch)
    by_form = news()["need:raised"]

    for title in ("净水点", "清淤"):
        bulk.import_needs(by=cast.branch, new=[facts | {"title": title}], changed={})
        assert news() == {"need:brought": by_form}


def test_who_brings_them_in_is_not_told_and_changes_tell_nobody(town, cast):
    need = town.need(state="raised")

    bulk.import_needs(by=cast.branch, new=[], changed={need.pk: {"title": "净水点二"}})
    facts = {"alliance": town.alliance, "organisation": cast.party, "service_line": make.line(), "title": "清淤"}
    bulk.import_needs(by=cast.town, new=[facts], changed={})

    assert told() == []


def test_two_offices_each_hear_of_their_own(town, cast):
    """Of an alliance below another organisation, that one's office hears too; nobody hears twice."""
    other = make.AllianceFactory(organisation__parent=cast.other_party)
    make.MembershipFactory(alliance=other, organisation=cast.partner, villages=[cast.party])
    local = user_with_post("elsewhere", "town", organisation=cast.other_party)
    line = make.line()
    rows = [{"alliance": alliance, "organisation": cast.party, "service_line": line, "title": f"{alliance.pk}-{n}"}
            for alliance in (town.alliance, other) for n in range(2)]  # fmt: skip

    bulk.import_needs(by=cast.branch, new=rows, changed={})

    found = {row.title: sorted(row.recipients) for row in Outbox.objects.all()}
    assert found == {"导入了 4 条需求，待审核": [cast.town.pk], "导入了 2 条需求，待审核": [local.pk]}


def test_a_refused_batch_tells_nobody(town, cast):
    facts = {"alliance": town.alliance, "service_line": make.line(), "title": "清淤"}
    rows = [facts | {"organisation": unit} for unit in (cast.party, cast.other_party)]

    with pytest.raises(DomainError):
        bulk.import_needs(by=cast.branch, new=rows, changed={})

    assert (told(), Need.objects.count()) == ([], 0)


def test_the_units_of_new_projects_hear_once(town, cast):
    news = News()
    header = "项目名称\t九联类别\t牵头单位\t开始日期\t计划完成\t配合单位"
    dates = "2026-1-1\t2026-12-1"
    rows = f"里河二期\t环境联守\t示例单位一\t{dates}\t综合行政执法队\n里河三期\t环境联守\t示例单位一\t{dates}\t\n"

    confirm("projects", pasted("projects", f"{header}\n{rows}"), cast.town)

    first = Project.objects.get(title="里河二期")
    assert told() == [
        ("导入了 2 个项目，贵单位参与", "示例单位一牵头，计划完成日期见项目页面。", "/alliances/projects/"),
        ("项目已立项：里河二期", "示例单位一牵头，计划完成日期见项目页面。", first.get_absolute_url()),
    ]
    assert news() == {"project:brought": ["liaison", "unit"]}

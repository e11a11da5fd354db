"""Why something was not held: one sentence for each cell, the last one counts."""

import pytest
from django.utils import timezone

from tests.factories.activities import ActivityFactory, ExplanationFactory, kind
from yiqiao_portal.activities.explain_services import explain, retract
from yiqiao_portal.activities.models import Explanation
from yiqiao_portal.activities.rhythm import Period
from yiqiao_portal.activities.selectors import spot_of
from yiqiao_portal.audit.models import Entry
from yiqiao_portal.core.exceptions import Conflict, DomainError

REASON = "防汛期间全员在岗，当月未集中开展。"


def address(organisation, code="theme_day", year=2026, number=6) -> str:
    return f"/activities/matrix/explain/{organisation.pk}/{code}/{year}/{number}/"


def write(cast, reason=REASON, *, by=None, number=6, **more):
    year = more.pop("year", 2026)
    return explain(spot(cast, number, year), kind("theme_day"), by=by or cast.branch, reason=reason, **more)


def spot(cast, number=6, year=2026):
    """The cell as it stands."""
    return spot_of(cast.party, kind("theme_day"), Period("month", year, number))


def test_a_sentence_for_a_period(cast):
    row = write(cast)

    assert (row.organisation, row.kind.code, row.year, row.number, row.reason) == (
        cast.party,
        "theme_day",
        2026,
        6,
        REASON,
    )
    assert (row.created_by, Entry.objects.latest("pk").action) == (cast.branch, "explanation.write")


def test_a_second_one_replaces_the_words(cast):
    first = write(cast)

    second = write(cast, "当月换届，改在七月补开。", by=cast.town)

    assert (second.pk, second.reason, second.version) == (first.pk, "当月换届，改在七月补开。", 2)
    assert Explanation.objects.count() == 1


def test_each_period_has_its_own(cast):
    assert len({write(cast, number=number).pk for number in (5, 6, 7)}) == 3


def test_a_removed_one_makes_room(cast):
    gone = ExplanationFactory(organisation=cast.party, deleted_at="2026-07-01T00:00Z")

    assert write(cast).pk != gone.pk


@pytest.mark.parametrize("role", ["other_branch", "sub_branch", "grid", "sysadmin"])
def test_nobody_explains_for_others(cast, role):
    with pytest.raises(DomainError, match="不在您的管辖范围") as refusal:
        write(cast, by=getattr(cast, role))

    assert (refusal.value.field, Explanation.objects.count()) == ("organisation", 0)


# --- the page ---


def test_the_page_writes_it_and_the_matrix_shows_it(cast, client_for):
    client = client_for(cast.branch)

    answer = client.post(address(cast.party), {"reason": f"  {REASON}\n"}, follow=True)

    assert answer.redirect_chain == [("/activities/matrix/?kind=theme_day&year=2026", 302)]
    assert Explanation.objects.get().reason == REASON
    [row] = [row for row in answer.context["matrix"]["rows"] if row["name"] == "渔浦社区党组织"]
    assert [cell["word"] for cell in row["cells"]] == ["待记"] * 5 + ["说明"] + ["待记"] * 5 + ["未到"]
    assert client.get(row["cells"][5]["url"]).context["form"].initial == {"reason": REASON}


def test_it_leads_to_the_form_with_organisation_and_day(cast, client_for):
    page = client_for(cast.branch).get(address(cast.party)).content.decode()

    assert f"/activities/new/theme_day/?organisation={cast.party.pk}&amp;held_on=2026-06-30" in page


@pytest.mark.parametrize("reason", ["", " \n ", "字" * 201])
def test_it_asks_for_one_sentence(cast, client_for, reason):
    answer = client_for(cast.branch).post(address(cast.party), {"reason": reason})

    assert (answer.status_code, Explanation.objects.count()) == (400, 0)
    assert reason.strip() in answer.content.decode()


@pytest.mark.parametrize(
    ("code", "year", "number"),
    [
        ("theme_day", 2026, 13),
        ("theme_day", 2026, 0),
        ("congress", 2026, 5),
        ("life_meeting", 2026, 2),
        ("other", 2026, 1),
        ("no-such-kind", 2026, 1),
        ("theme_day", 0, 1),
        ("theme_day", 1899, 1),
        ("theme_day", 2028, 1),
        ("theme_day", 99_999, 1),
        ("theme_day", int("9" * 40), 1),
        ("theme_day", 2026, int("9" * 40)),
    ],
)
def test_cells_that_do_not_exist(cast, client_for, code, year, number):
    client, url = client_for(cast.branch), address(cast.party, code, year, number)

    answers = [client.get(url).status_code, client.post(url, {"reason": REASON}).status_code]

    assert (answers, Explanation.objects.count()) == ([404, 404], 0)


@pytest.mark.parametrize(
    ("role", "status"), [("leader", 403), ("other_branch", 404), ("sub_branch", 404), ("grid", 404)]
)
def test_others_and_the_page(cast, client_for, role, status):
    answer = client_for(getattr(cast, role)).post(address(cast.party), {"reason": REASON})

    assert (answer.status_code, Explanation.objects.count()) == (status, 0)


def test_a_cell_with_records_opens_them_instead(cast, client_for):
    ExplanationFactory(organisation=cast.party)
    ActivityFactory(organisation=cast.party, held_on="2026-06-05")

    rows = client_for(cast.branch).get("/activities/matrix/").context["matrix"]["rows"]

    cell = rows[0]["cells"][5]
    assert (cell["word"], cell["url"].split("?")[0]) == ("已记", "/activities/")


@pytest.mark.parametrize(
    ("held_on", "late", "number", "sentence"),
    [
        ("2026-03-05", False, 3, "这一期已有记录，以记录为准，不用再写说明。"),
        ("2026-03-05", True, 3, "这一期已有记录，以记录为准，不用再写说明。"),
        (None, False, 2, "这一期不作要求，不用写说明。"),
        (None, False, 12, "这一期还没有开始，不用写说明；到期确实没有开展时再写。"),
    ],
)
def test_only_what_is_due_and_missing_is_explained(cast, client_for, held_on, late, number, sentence):
    cast.party.founded_on = "2026-02-10"
    cast.party.save()
    if held_on:
        ActivityFactory(organisation=cast.party, held_on=held_on, late_entry=late)
    client, url = client_for(cast.branch), address(cast.party, number=number)

    answers = [client.get(url), client.post(url, {"reason": REASON})]

    assert [answer.status_code for answer in answers] == [409, 409]
    assert [sentence in answer.content.decode() for answer in answers] == [True, True]
    assert REASON in answers[1].content.decode()
    assert not Explanation.objects.exists()


@pytest.mark.parametrize("number", [10, 11])
def test_the_running_period_may_be_explained_too(cast, number):
    assert write(cast, number=number).number == number


def test_it_can_be_taken_back_while_nothing_is_recorded(cast, client_for):
    row, client = write(cast), client_for(cast.branch)

    answer = client.post(address(cast.party), {"do": "retract", "version": "1"}, follow=True)

    assert answer.redirect_chain == [("/activities/matrix/?kind=theme_day&year=2026", 302)]
    assert f"说明已收回：“{REASON}”。" in answer.content.decode()
    assert (list(Explanation.objects.alive()), spot(cast).cell.word) == ([], "待记")
    entry = Entry.objects.latest("pk")
    assert (entry.action, entry.object_id, entry.actor_id) == ("explanation.remove", str(row.pk), cast.branch.pk)
    assert "收回说明" not in client.get(address(cast.party)).content.decode()


def test_nobody_takes_back_words_that_were_not_seen(cast):
    write(cast)
    write(cast, "另一句话。", by=cast.town)

    with pytest.raises(Conflict, match="说明已改为：“另一句话。”"):
        retract(spot(cast), kind("theme_day"), by=cast.branch, version=1)

    assert Explanation.objects.alive().count() == 1


def test_what_is_not_there_is_not_taken_back(cast, client_for):
    answer = client_for(cast.branch).post(address(cast.party), {"do": "retract"})

    assert (answer.status_code, "没有说明" in answer.content.decode()) == (409, True)


@pytest.mark.parametrize("role", ["other_branch", "sub_branch", "grid"])
def test_nobody_takes_back_for_others(cast, role):
    write(cast)

    with pytest.raises(DomainError, match="不在您的管辖范围"):
        retract(spot(cast), kind("theme_day"), by=getattr(cast, role))

    assert Explanation.objects.alive().count() == 1


def test_a_record_wins_and_the_explanation_is_shown_as_moot(cast, client_for):
    write(cast)
    ActivityFactory(organisation=cast.party, held_on="2026-06-05", late_entry=True)
    client = client_for(cast.branch)

    [row] = [
        row for row in client.get("/activities/matrix/").context["matrix"]["rows"] if row["name"] == "渔浦社区党组织"
    ]
    page = client.get(address(cast.party)).content.decode()
    refused = client.post(address(cast.party), {"do": "retract"})

    assert (row["cells"][5]["word"], row["cells"][5]["title"]) == ("补录", f"补录，原说明不再计入：{REASON}")
    assert f"原说明不再计入：“{REASON}”" in page
    assert ("收回说明" in page, "保存说明" in page) == (False, False)
    assert (refused.status_code, Explanation.objects.alive().count()) == (409, 1)


def test_nobody_replaces_words_unseen(cast):
    write(cast, version=0)

    with pytest.raises(Conflict, match="别人已写过说明"):
        write(cast, "另一句话。", by=cast.town, version=0)

    assert Explanation.objects.get().reason == REASON


def test_what_has_not_begun_needs_no_explanation(cast):
    with pytest.raises(DomainError, match="还没有开始"):
        write(cast, year=timezone.localdate().year + 1, number=12)

"""How the directory plugs in: 换届 to-dos of the office, figures that equal their lists, grants, menu."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from tests.factories.directory import PersonFactory
from yiqiao_portal.core import registry
from yiqiao_portal.directory import portal as plug
from yiqiao_portal.directory.models import Organisation
from yiqiao_portal.directory.terms import add_months, expiry


def ends_on(row: Organisation, day: date) -> None:
    """Let the term of five years end on a day."""
    elected = next(d for d in (add_months(day, -60) + timedelta(days=n) for n in range(-1, 3)) if expiry(d, 5) == day)
    Organisation.objects.filter(pk=row.pk).update(elected_on=elected, term_years=5)


@pytest.mark.parametrize(
    ("days", "due"), [(-400, True), (-1, True), (0, True), (100, True), (179, True), (200, False), (2000, False)]
)
def test_the_office_is_told_half_a_year_ahead(cast, days, due):
    day = timezone.localdate() + timedelta(days=days)
    ends_on(cast.party, day)

    todos = list(plug.todos(cast.town))

    assert [(todo.kind, todo.title, todo.due, todo.url) for todo in todos] == [
        ("换届", "渔浦社区党组织支委会届满", day, cast.party.get_absolute_url())
    ] * due


def test_the_soonest_stands_first(cast):
    today = timezone.localdate()
    ends_on(cast.party, today + timedelta(days=60))
    ends_on(cast.other_party, today - timedelta(days=3))

    assert [todo.url for todo in plug.todos(cast.town)] == [
        cast.other_party.get_absolute_url(),
        cast.party.get_absolute_url(),
    ]


def test_an_approved_extension_is_quiet_until_it_ends(cast):
    today = timezone.localdate()
    ends_on(cast.party, today - timedelta(days=30))
    Organisation.objects.filter(pk=cast.party.pk).update(extended_until=today + timedelta(days=10))
    assert list(plug.todos(cast.town)) == []

    Organisation.objects.filter(pk=cast.party.pk).update(extended_until=today - timedelta(days=10))

    assert [todo.due for todo in plug.todos(cast.town)] == [today - timedelta(days=10)]


@pytest.mark.parametrize("name", ["branch", "leader", "unit", "sysadmin", "stranger"])
def test_nobody_else_has_it_on_the_workbench(cast, name):
    ends_on(cast.party, timezone.localdate())

    assert list(plug.todos(getattr(cast, name))) == []


def test_the_branch_sees_it_quietly_on_its_own_page(cast, client_for):
    ends_on(cast.party, timezone.localdate() + timedelta(days=5))
    client = client_for(cast.branch)

    assert "6个月内届满" in client.get(cast.party.get_absolute_url()).content.decode()
    assert "换届" not in client.get("/").content.decode()


@pytest.mark.parametrize("name", ["town", "leader", "branch", "unit"])
def test_every_figure_equals_the_list_that_it_opens(cast, client_for, name):
    assert [cast.party, cast.sub_party, cast.other_party, cast.unit_org]
    for organisation in (cast.party, cast.other_party, cast.unit_org):
        PersonFactory(organisation=organisation)
    user = getattr(cast, name)
    client = client_for(user)

    figures = list(plug.figures(user))

    assert [figure.title for figure in figures] == ["党组织", "人员"]
    assert [client.get(figure.url).context["result"]["total"] for figure in figures] == [f.value for f in figures]


@pytest.mark.parametrize("name", ["sysadmin", "auditor", "stranger", "former", "grid"])
def test_who_sees_no_organisation_has_no_figures(cast, name):
    assert list(plug.figures(getattr(cast, name))) == []


@pytest.mark.parametrize(
    ("role", "codes"),
    [
        ("town", {"view", "manage", "people", "people.manage", "reveal", "roster", "roster.manage", "import"}),
        ("leader", {"view", "people", "reveal", "roster"}),
        ("branch", {"view", "people", "people.manage", "reveal", "roster", "roster.manage", "import"}),
        ("unit", {"view", "people"}),
        ("liaison", {"view", "people"}),
        ("teamlead", {"view", "people"}),
        ("talent", {"view", "people"}),
        ("grid", set()),
        ("sysadmin", set()),
        ("auditor", set()),
    ],
)
def test_what_a_role_may(role, codes):
    found = {code for code in registry.grants_of(role) if code.startswith("directory.")}

    assert found == {f"directory.{code}" for code in codes}


@pytest.mark.parametrize(
    ("name", "titles"),
    [
        ("town", ["组织", "人员", "区域", "名册", "场所"]),
        ("unit", ["组织", "人员", "区域", "场所"]),
        ("grid", ["区域", "场所"]),
    ],
)
def test_the_menu_of_a_role(cast, client_for, name, titles):
    menu = client_for(getattr(cast, name)).get("/").context["frame"]["menu"]

    (entry,) = (item for item in menu if item["title"] == "通讯录")
    assert [child["title"] for child in entry["children"]] == titles


@pytest.mark.parametrize("name", ["sysadmin", "auditor"])
def test_those_without_business_have_no_menu_of_it(cast, client_for, name):
    menu = client_for(getattr(cast, name)).get("/").context["frame"]["menu"]

    assert "通讯录" not in [item["title"] for item in menu]

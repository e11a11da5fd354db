"""Finding: terms in the database as in Python, people by name, initials and phone, and by nothing else."""

from datetime import date, timedelta

import pytest

from tests.factories.directory import OrganisationFactory, PersonFactory
from yiqiao_portal.directory.models import Organisation, Person
from yiqiao_portal.directory.terms import TermState, add_months, term_state

TODAY = date(2026, 11, 23)
ELECTIONS = [
    date(2021, 11, 22),
    date(2021, 11, 23),
    date(2021, 11, 24),
    date(2022, 5, 22),
    date(2022, 5, 23),
    date(2022, 5, 24),
    date(2020, 2, 29),
    date(2024, 2, 29),
    date(2025, 1, 1),
]


def test_the_database_reckons_as_the_rule_does(db):
    for elected in ELECTIONS:
        for years in (3, 5):
            for extended in (None, TODAY - timedelta(days=1), TODAY, add_months(TODAY, 3)):
                OrganisationFactory(elected_on=elected, term_years=years, extended_until=extended)
    rows = list(Organisation.objects.exclude(elected_on=None).with_expiry())

    assert [row.expires_day for row in rows] == [row.expires_on for row in rows]
    for state in TermState:
        expected = {
            row.pk
            for row in rows
            if term_state(row.expires_on, today=TODAY, extended_until=row.extended_until) is state
        }
        found = {row.pk for row in Organisation.objects.in_term(state, today=TODAY)}
        assert found == expected, state
        assert expected


@pytest.mark.parametrize("day", [date(2026, 8, 31), date(2027, 2, 28), date(2028, 2, 29)])
def test_the_warning_begins_on_the_same_day(db, day):
    """Six months before a month's end: both take the last day of a shorter month."""
    row = OrganisationFactory(elected_on=date(day.year - 5, day.month, min(day.day, 28)), term_years=5)
    first = add_months(row.expires_on, -6)

    assert Organisation.objects.in_term(TermState.ENDING, today=first).filter(pk=row.pk).exists()
    assert not Organisation.objects.in_term(TermState.ENDING, today=first - timedelta(days=1)).filter(pk=row.pk)


def test_without_a_date_and_after_the_end_there_is_no_term(db):
    unknown = OrganisationFactory()
    gone = OrganisationFactory(elected_on=date(2010, 1, 1), term_years=5, dissolved_on=date(2020, 1, 1))

    for state in TermState:
        assert not Organisation.objects.in_term(state).filter(pk__in=[unknown.pk, gone.pk]).exists()
    assert (unknown.tag, gone.tag.word) == (None, "已撤销")


@pytest.fixture
def people(cast):
    rows = {
        "单建国": "13800001234",
        "李波": "13900005678",
        "李乙": "",
        "欧阳娜": "0571-82345678",
    }
    return {name: PersonFactory(organisation=cast.party, name=name, phone=phone) for name, phone in rows.items()}


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("单建", {"单建国"}),
        ("李", {"李波", "李乙"}),
        ("波", set()),
        ("sjg", {"单建国"}),
        ("SJ", {"单建国"}),
        ("l", {"李波", "李乙"}),
        ("13800001234", {"单建国"}),
        (" 138-0000-1234", {"单建国"}),
        ("1234", {"单建国"}),
        ("5678", {"李波", "欧阳娜"}),
        ("0571-82345678", {"欧阳娜"}),
        ("138", set()),
        ("1380000", set()),
        ("13800001235", set()),
        ("234", set()),
        ("82345678", set()),
        ("0000", set()),
        ("+86", set()),
        ("%", set()),
        ("'; --", set()),
    ],
)
def test_people_are_found_by_this_and_by_nothing_else(cast, people, words, names):
    found = Person.objects.visible_to(cast.branch).matching(words)

    assert {person.name for person in found} == names


def test_guessing_uncovers_no_masked_digit(cast, people):
    """PRI-4: 200 guesses at the middle of a number whose ends are shown; only the whole number answers."""
    seen = Person.objects.visible_to(cast.branch)

    hits = [guess for guess in range(1, 201) if seen.matching(f"138{guess:04d}").exists()]

    assert hits == []


def test_a_stranger_finds_nobody(cast, people):
    for user in (cast.other_branch, cast.stranger, cast.sysadmin, cast.auditor):
        assert not Person.objects.visible_to(user).matching("13800001234").exists()


def test_organisations_by_name_short_name_and_number(cast):
    OrganisationFactory(name="渔浦社区联合党支部", short_name="渔联", code="YQ-77")
    seen = Organisation.objects.visible_to(cast.town)

    assert [[row.code for row in seen.matching(words)] for words in ("联合党支部", "渔联", "yq-77", "不存在的")] == [
        ["YQ-77"],
        ["YQ-77"],
        ["YQ-77"],
        [],
    ]

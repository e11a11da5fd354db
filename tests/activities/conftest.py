"""What the tests of activities share: a fixed day, and short ways to say what is recorded."""

from datetime import date

import pytest
import time_machine

from tests.factories.activities import kind
from tests.factories.directory import OrganisationFactory
from yiqiao_portal.activities.services import Draft, create_activity
from yiqiao_portal.core import registry
from yiqiao_portal.core.portal import Portal
from yiqiao_portal.directory.choices import OrganisationKind

TODAY = date(2026, 11, 23)  # a Monday; the fourth quarter runs
NOON = "2026-11-23 12:00+08:00"


@pytest.fixture(autouse=True)
def clock():
    """It is Monday, 23 November 2026, noon in the town."""
    with time_machine.travel(NOON) as traveller:
        yield traveller


@pytest.fixture
def draft(cast):
    """draft(values…, also=…, agenda=…): what a form says about last Friday's theme day of 渔浦社区."""
    parts = ("also", "partners", "service_lines", "absences", "agenda", "decisions", "photos", "attachments")

    def build(code="theme_day", **changes) -> Draft:
        given = {name: changes.pop(name) for name in parts if name in changes}
        values = {
            "kind": kind(code),
            "organisation": cast.party,
            "title": "清洁家园",
            "held_on": date(2026, 11, 20),
            "venue": "党群服务中心",
            "host": "王丙",
            "content": "分组清理河道两岸。",
            "expected": 20,
            "present": 18,
        }
        return Draft(values | changes, **given)

    return build


@pytest.fixture
def recorded(cast, draft):
    """recorded(…, by=cast.branch, submit=False): the record that the service makes of a draft."""

    def make(code="theme_day", *, by=None, submit=False, **changes):
        return create_activity(draft(code, **changes), by=by or cast.branch, submit=submit)

    return make


@pytest.fixture
def alliance(cast):
    """An organisation that holds joint meetings."""
    return OrganisationFactory(kind=OrganisationKind.ALLIANCE, party_form="", name="示例联盟", short_name="示例联盟")


@pytest.fixture
def invited(cast, alliance, monkeypatch):
    """An app of the house that says who is expected at the alliance's meetings."""
    units = [cast.partner, cast.unit_org]
    portal = Portal("示例", invited=lambda row, day: [u.pk for u in units] if row.pk == alliance.pk else [])
    monkeypatch.setattr(registry, "_portals", [*registry._portals, portal])
    return units

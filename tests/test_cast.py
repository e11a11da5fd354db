"""The cast and the rules of the run are themselves tested: everything else leans on them."""

import logging

import pytest
from django.template import Context, Engine, Template

from tests.factories import accounts, activities, directory, places
from yiqiao_portal.audit.models import Entry, Head
from yiqiao_portal.directory.models import Organisation
from yiqiao_portal.directory.scope import scope_of

ROLES = ["town", "leader", "branch", "grid", "unit", "liaison", "teamlead", "talent", "sysadmin", "auditor"]


@pytest.mark.parametrize("role", ROLES)
def test_one_user_per_role(cast, role):
    user = getattr(cast, role)

    assert (user.username, scope_of(user).role) == (role, role)


def test_the_branch_reaches_its_own_and_below(cast):
    below = cast.sub_party

    assert scope_of(cast.branch).organisation_ids == {cast.party.pk, below.pk}
    assert scope_of(cast.sub_branch).organisation_ids == {below.pk}


def test_the_town_reaches_all(cast):
    assert cast.other_party.pk
    assert scope_of(cast.town).organisation_ids == set(Organisation.objects.values_list("pk", flat=True))


@pytest.mark.parametrize("name", ["stranger", "former", "inactive", "sysadmin", "auditor"])
def test_these_see_no_business(cast, name):
    assert scope_of(getattr(cast, name)).sees_business is False


def test_the_roster_has_twenty_people_of_whom_eighteen_vote(cast):
    assert (len(cast.roster), sum(row.votes for row in cast.roster)) == (20, 18)


def test_a_client_is_signed_in_and_acts_in_the_chosen_post(cast, client_for):
    post = cast.several.assignments.get(organisation=cast.other_party)

    response = client_for(cast.several, post=post).get("/healthz")

    assert response.wsgi_request.user.post == post


def test_refetch_forgets_the_scope(cast, refetch):
    scope_of(cast.stranger)
    accounts.RoleAssignmentFactory(user=cast.stranger, role="branch", organisation=cast.party)

    assert scope_of(refetch(cast.stranger)).role == "branch"


@pytest.mark.parametrize(
    "factory",
    [
        value
        for module in (accounts, directory, activities, places)
        for name, value in vars(module).items()
        if name.endswith("Factory") and getattr(value, "_meta", None) and not value._meta.abstract
    ],
    ids=lambda factory: factory.__name__,
)
def test_every_factory_makes_a_row(db, factory):
    assert factory().pk


def test_an_undefined_variable_of_our_templates_fails(settings):
    origin = settings.BASE_DIR / "templates" / "made-up.html"
    template = Template("{{ nothing }}", origin=type("Origin", (), {"name": str(origin)})(), name="made-up.html")

    with pytest.raises(pytest.fail.Exception, match=r"variable .nothing. in made-up\.html"):
        template.render(Context())


def test_in_templates_of_packages_it_stays_empty():
    template = Engine.get_default().from_string("[{{ nothing }}{{ nothing|default:'x' }}]")

    assert template.render(Context()) == "[x]"


def test_the_log_can_be_read_by_a_test_that_expects_errors(logged_errors):
    logging.getLogger("yiqiao_portal").error("as expected")

    assert [record.getMessage() for record in logged_errors] == ["as expected"]


@pytest.mark.django_db(transaction=True)
def test_a_transactional_test_may_write_the_log(cast, client_for):
    client_for(cast.branch)

    assert Head.objects.get().count == Entry.objects.count() == 1


def test_after_it_the_reference_data_is_back(cast):
    assert (Entry.objects.count(), cast.root.code, cast.area.name) == (0, "YQ-DW", "渔浦社区")

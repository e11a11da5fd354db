"""The stage of the contract tests: the whole cast signed in, and rows in every relation to them.

Built once per test file, inside a transaction that is rolled back; each test rolls back to it.
"""

import copy

from allauth.mfa.models import Authenticator
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import transaction
from django.http import HttpResponse
from django.test import Client

from tests.cast import Cast
from tests.conftest import sign_in
from tests.contracts import stage_alliances
from tests.contracts.rows import ABOVE, BELOW, NOBODY, OFFICE, OTHER, OWN, TOOK_PART, Row, who
from tests.factories import activities, core, directory, places
from tests.factories.accounts import RoleAssignmentFactory, UserFactory
from yiqiao_portal.accounts.middleware import SEEN
from yiqiao_portal.accounts.models import User
from yiqiao_portal.activities.choices import State
from yiqiao_portal.activities.models import Activity
from yiqiao_portal.audit.services import record
from yiqiao_portal.core import recycle
from yiqiao_portal.core.messages.selectors import KEPT as UNREAD_COUNT
from yiqiao_portal.core.spreadsheets import read_pasted
from yiqiao_portal.core.todos import KEPT as TODO_COUNT
from yiqiao_portal.directory.importing.batches import stage as stage_import
from yiqiao_portal.directory.importing.rows import bring
from yiqiao_portal.directory.resources import wanted as columns_of

BRANCHES = ["branch", "sub_branch", "other_branch"]
OTHERS = ["grid", "unit", "liaison", "teamlead", "talent", "sysadmin", "auditor", "stranger", "former"]
SIGNED_IN = ["town", "leader", *BRANCHES, *OTHERS]
NOT_SIGNED_IN = ["anonymous", "inactive"]
ACTORS = SIGNED_IN + NOT_SIGNED_IN
MISSING_PAGE = "/no-such-page/"
WORKING_DAY = 24 * 60 * 60  # seconds; longer than any run of the tests


class Stage(Cast):
    """Cast, rows and one client that speaks for everybody."""

    def __init__(self):
        self._client = Client(raise_request_exception=False)
        self.rows = {
            "activity": self._activities(State.SUBMITTED),
            "draft": self._activities(State.DRAFT),
            "returned": self._activities(State.RETURNED),
            "confirmed": self._activities(State.CONFIRMED),
        }
        self.rows |= {"handed in": self._handed_in()} | self._parts() | self._directory() | self._accounts()
        self.rows |= self._messages()
        self.rows |= stage_alliances.rows(self)
        self._jars = {name: self._sign_in(name) for name in ACTORS}
        for name in SIGNED_IN:
            self._at_work(name)

    def _sign_in(self, name: str):
        return Client().cookies if name == "anonymous" else sign_in(getattr(self, name)).cookies

    def _at_work(self, name: str) -> None:
        """Opens a first page, which counts what the frame of every page shows; no page need count it again."""
        assert self.get(name, MISSING_PAGE).status_code == 404
        session = Session.objects.get(pk=self._jars[name]["sessionid"].value)
        kept = session.get_decoded()
        for count in (TODO_COUNT, UNREAD_COUNT):
            kept[count] |= {"at": kept[count]["at"] + WORKING_DAY}
        kept[SEEN] += WORKING_DAY
        session.session_data = SessionStore().encode(kept)
        session.save(update_fields=["session_data"])

    @property
    def users(self) -> list:
        """All people of the cast who are on the stage."""
        actors = [getattr(self, name) for name in ACTORS if name != "anonymous"]
        return [*actors, *(row.row for name in ("user", "bound") for row in self.rows[name].values())]

    @property
    def people(self) -> list:
        """Everybody on the stage who has a phone."""
        rows = self.rows
        return [row.row for row in rows["person"].values()] + [row.row.person for row in rows["roster"].values()]

    # --- requests ---

    def ask(self, actor: str, method: str, url: str, data=None, **extra) -> HttpResponse:
        """A request by one of the cast; its cookies do not outlive it."""
        self._client.cookies = copy.deepcopy(self._jars[actor])
        self._client.handler.enforce_csrf_checks = extra.pop("csrf", False)
        return getattr(self._client, method)(url, data, **extra)

    def get(self, actor: str, url: str, **extra) -> HttpResponse:
        """A GET whose streamed body, if any, is read."""
        response = self.ask(actor, "get", url, **extra)
        response.body = b"".join(response) if response.streaming else response.content
        return response

    # --- rows ---

    def _places_in_tree(self) -> dict[str, tuple]:
        """One organisation for each relation to the cast."""
        return {
            "own": (self.party, OWN),
            "below": (self.sub_party, BELOW),
            "other": (self.other_party, OTHER),
            "office": (self.office, OFFICE),
            "above": (self.root, ABOVE),
        }

    def _activities(self, state: str) -> dict[str, Row]:
        rows = {
            name: Row(self._activity(organisation, state), owners)
            for name, (organisation, owners) in self._places_in_tree().items()
        }
        rows["removed"] = Row(self._removed(self.party, state), NOBODY)
        recorded = state in {State.SUBMITTED, State.CONFIRMED}
        shared = self._activity(self.other_party, state, partners=self._partners())
        rows["shared"] = Row(shared, OTHER, TOOK_PART if recorded else NOBODY)
        ended = self._activity(self.other_party, state, partners=self._partners())
        ended.partners.clear()
        rows["no longer shared"] = Row(ended, OTHER)
        return rows

    def _activity(self, organisation, state: str, **facts) -> Activity:
        """A record with all that a submission needs."""
        return activities.ActivityFactory(organisation=organisation, state=state, content="清扫河道两岸。", **facts)

    def _handed_in(self) -> dict[str, Row]:
        """Records that wait: owned by the post of their very organisation, seen by the posts above it."""
        own = {"own": "branch", "below": "sub_branch", "other": "other_branch", "above": "town", "office": ""}
        return {
            name: Row(row.row, who(own[name]), row.seen_by)
            for name, row in self.rows["activity"].items()
            if name in own
        }

    def _removed(self, organisation, state: str) -> Activity:
        """An activity in the recycle bin."""
        return recycle.remove(self._activity(organisation, state), by=self.town, action="activity.remove")

    def _partners(self) -> list:
        return [self.partner, self.party, self.unit_org]

    def _parts(self) -> dict[str, dict[str, Row]]:
        """What hangs on an activity is seen with it."""

        def parts(factory, group: str) -> dict[str, Row]:
            made = {}
            for name, row in self.rows[group].items():
                made[name] = Row(factory(activity=row.row), row.owners, row.participants)
            return made

        return {
            "photo": parts(activities.PhotoFactory, "activity"),
            "attachment": parts(activities.AttachmentFactory, "activity"),
            "draft photo": parts(activities.PhotoFactory, "draft"),
            "draft attachment": parts(activities.AttachmentFactory, "draft"),
            "decision": parts(activities.DecisionFactory, "activity"),
            "removed": {
                name: Row(self._removed(organisation, State.DRAFT), owners)
                for name, (organisation, owners) in self._places_in_tree().items()
            },
        }

    def _directory(self) -> dict[str, dict[str, Row]]:
        """Organisations, people, rosters, places and an import in every relation."""
        tree = self._places_in_tree()
        organisations = {name: Row(organisation, owners) for name, (organisation, owners) in tree.items()}

        def of_each(factory) -> dict[str, Row]:
            return {name: Row(factory(organisation=row.row), row.owners) for name, row in organisations.items()}

        return {
            "organisation": organisations | self._other_organisations(),
            "party": {name: organisations[name] for name in ("own", "below", "other")},
            "person": of_each(directory.PersonFactory),
            "roster": of_each(directory.RosterMemberFactory),
            "import": {
                "own": Row(self._import(self.branch), who("branch")),
                "other": Row(self._import(self.town), who("town")),
            },
            "place": {
                "own": Row(places.PlaceFactory(area=self.area), BELOW | {"grid"}),
                "other": Row(places.PlaceFactory(area=self.other_area), OTHER),
            },
        }

    def _messages(self) -> dict[str, dict[str, Row]]:
        """What somebody was told is nobody else's business, whoever sent it and whoever stands above."""
        told = {"own": "branch", "other": "other_branch", "above": "town", "signed in": "stranger"}
        return {
            "message": {
                case: Row(core.MessageFactory(user=getattr(self, name)), who(name)) for case, name in told.items()
            }
        }

    def _other_organisations(self) -> dict[str, Row]:
        """Those of the posts that are no branch, and one in which nothing has happened yet."""
        return {
            "unit": Row(self.unit_org, ABOVE | {"unit"}),
            "partner": Row(self.partner, ABOVE | {"liaison"}),
            "team": Row(self.team_org, ABOVE | {"teamlead"}),
            "unused": Row(directory.OrganisationFactory(), ABOVE),
        }

    def _import(self, owner):
        """Rows that somebody has brought and not yet confirmed."""
        sheet = read_pasted(f"姓名\t所在组织\n吴导入\t{self.party.short_name}", wanted=columns_of("people"))
        return stage_import("people", bring("people", sheet), by=owner, source="粘贴的内容")

    def _with_second_factor(self) -> User:
        """Has bound an authenticator."""
        user = UserFactory(username="bound")
        Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "not-a-secret"})
        return user

    def _accounts(self) -> dict[str, dict[str, Row]]:
        """Accounts and posts are the system administrator's alone, the log is the auditor's."""
        administrator, auditor = who("sysadmin"), who("auditor")
        given = RoleAssignmentFactory(user=self.several, role="liaison", organisation=self.partner)
        return {
            "user": {
                "self": Row(self.sysadmin, administrator),
                "other": Row(self.several, administrator),
                "disabled": Row(self.inactive, administrator),
            },
            "bound": {"own": Row(self._with_second_factor(), administrator)},
            "post": {"own": Row(given, administrator)},
            "entry": {"own": Row(record("session.login", by=self.branch, obj=self.branch), auditor)},
        }


class Undone:
    """`with undone():` — everything inside is rolled back; the database is as before."""

    def __enter__(self):
        self._atomic = transaction.atomic()
        return self._atomic.__enter__()

    def __exit__(self, kind, error, trace):
        transaction.set_rollback(True)
        return self._atomic.__exit__(kind, error, trace)


undone = Undone

"""Who may see which rows of the directory."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils import timezone
from treebeard.mp_tree import MP_NodeManager, MP_NodeQuerySet

from yiqiao_portal.core.bigrams import containing
from yiqiao_portal.core.crypto import blind_index
from yiqiao_portal.core.exceptions import DomainError
from yiqiao_portal.core.phones import normalise_phone
from yiqiao_portal.core.querysets import RecordQuerySet

from .scope import scope_of
from .terms import TermState

TAIL_DIGITS = 4
PHONE_SIGNS = "0123456789+-() （）－０１２３４５６７８９"


class Later(Func):
    """A date some years or months later, by the calendar as terms.add_months reckons it."""

    template = "(%(expressions)s))::date"
    output_field = models.DateField()

    def __init__(self, day, number, *, unit: str):
        super().__init__(day, number, arg_joiner=f" + make_interval({unit} => ")


class AreaQuerySet(MP_NodeQuerySet):
    """Areas carry public names and official codes: everybody with a business post sees them."""

    def visible_to(self, user):
        return self if scope_of(user).sees_business else self.none()

    def of_level(self, *levels: str):
        """Areas of these levels, the town first, then in the town's official order."""
        return self.filter(level__in=levels).official()

    def official(self):
        """In the town's official order."""
        return self.order_by("depth", "order", "code")


class OrganisationQuerySet(RecordQuerySet, MP_NodeQuerySet):
    """Organisations of the user's scope."""

    def in_scope(self, user):
        return self.filter(pk__in=scope_of(user).organisation_ids)

    def nameable_by(self, user):
        """Organisations whose name the user may choose as a partner: all of the town, names only."""
        return self.alive() if scope_of(user).sees_business else self.none()

    def official(self):
        """In the official order; never by a figure."""
        return self.order_by("order", "code")

    def party(self):
        """Party organisations that keep a rhythm of meetings."""
        return self.exclude(party_form="")

    def existing_in(self, year: int):
        """Organisations that existed at some time of the year."""
        return self.filter(
            Q(founded_on=None) | Q(founded_on__year__lte=year), Q(dissolved_on=None) | Q(dissolved_on__year__gte=year)
        )

    def matching(self, words: str):
        """Found by full name, short name or number."""
        return containing(self, "name", words) | containing(self, "short_name", words) | self.filter(code__iexact=words)

    def below(self, organisation):
        """Those directly below one."""
        return self.filter(path__startswith=organisation.path, depth=organisation.depth + 1)

    def above(self, organisation):
        """Those on the way from the top down to one."""
        step = organisation.steplen
        paths = [organisation.path[:end] for end in range(step, len(organisation.path), step)]
        return self.filter(path__in=paths).order_by("depth")

    def with_expiry(self):
        """Each with `expires_day`, what `Organisation.expires_on` says, so that it can be compared and sorted."""
        return self.annotate(expires_day=Later(F("elected_on"), F("term_years"), unit="years"))

    def in_term(self, state: TermState, *, today: date | None = None):
        """Those that exist and whose term is in `state` today (terms.term_state)."""
        return self.with_expiry().filter(in_term(state, today=today))


def in_term(state: TermState, *, today: date | None = None) -> Q:
    """The condition of a term's state, for a queryset `with_expiry()`. Dissolved organisations have no term."""
    today = today or timezone.localdate()
    months = Value(-settings.TERM_WARNING_MONTHS)
    extended = Q(extended_until__gt=F("expires_day"), extended_until__gte=today)
    near = Q(expires_day__gte=today) & Q(expires_day__isnull=False)
    warned = models.lookups.LessThanOrEqual(Later(F("expires_day"), months, unit="months"), today)
    conditions = {
        TermState.EXTENDED: extended,
        TermState.OVERDUE: Q(expires_day__lt=today) & ~extended,
        TermState.ENDING: near & Q(warned) & ~extended,
        TermState.NORMAL: near & ~Q(warned) & ~extended,
    }
    return conditions[state] & (Q(dissolved_on=None) | Q(dissolved_on__gt=today))


class PersonQuerySet(RecordQuerySet):
    """People of the organisations in the user's scope."""

    def in_scope(self, user):
        return self.filter(organisation__in=scope_of(user).organisation_ids)

    def matching(self, words: str):
        """Found by name, by the initials of its pinyin, or by a phone: whole, or its last four digits.

        No other part of a phone finds anybody: guessing would uncover the masked digits (promise PRI-4).
        """
        words = words.strip()
        if words and all(sign in PHONE_SIGNS for sign in words):
            return self.with_phone(words)
        return containing(self, "name", words) | self.filter(initials__startswith=words.lower())

    def with_phone(self, typed: str):
        """People with this phone, or one that ends in these four digits."""
        try:
            phone = normalise_phone(typed)
        except DomainError:
            digits = typed.strip()
            tail = digits if len(digits) == TAIL_DIGITS and digits.isascii() and digits.isdecimal() else None
            return self.filter(phone_tail=tail) if tail else self.none()
        return self.filter(phone_index=blind_index(phone)) if phone else self.none()


class OfOrganisationQuerySet(RecordQuerySet):
    """Rows that belong to one organisation of the user's scope."""

    def in_scope(self, user):
        return self.filter(organisation__in=scope_of(user).organisation_ids)


class RosterQuerySet(OfOrganisationQuerySet):
    """Rosters; who is in the recycle bin comes back first, then the place on the roster."""

    def in_scope(self, user):
        return super().in_scope(user).filter(person__deleted_at=None)


class ImportBatchQuerySet(models.QuerySet):
    """Staged imports: nobody but their owner sees them, and only until they expire."""

    def visible_to(self, user):
        return self.filter(owner=user, expires_at__gt=timezone.now())

    def expired(self):
        """Those whose time is over; they hold personal data and go."""
        return self.filter(expires_at__lte=timezone.now())


def tree_manager(queryset: type[MP_NodeQuerySet]) -> MP_NodeManager:
    """A treebeard manager whose rows answer to our queryset; the library's own always makes its own."""

    class TreeManager(MP_NodeManager.from_queryset(queryset)):
        def get_queryset(self):
            return queryset(self.model, using=self._db).order_by("path")

    return TreeManager()

"""Filters of the directory's lists."""

import django_filters
from django import forms
from django.conf import settings
from django.db.models import Q

from yiqiao_portal.core.filters import ListFilter, MatchingFilter, WordsFilter

from .choices import AreaLevel, Field, OrganisationKind, PartyForm
from .models import Area, Organisation, Person, RosterMember
from .querysets import in_term
from .terms import TermState

YES_NO = [("yes", "是"), ("no", "否")]
TERMS = {
    "ending": TermState.ENDING,
    "overdue": TermState.OVERDUE,
    "extended": TermState.EXTENDED,
    "normal": TermState.NORMAL,
}


def areas_of(request):
    """The town and its villages, as far as this user may see areas at all."""
    return Area.objects.visible_to(request.user).of_level(AreaLevel.TOWN, AreaLevel.VILLAGE)


def organisations_of(request):
    """The organisations in reach."""
    return Organisation.objects.visible_to(request.user).official()


def party_organisations_of(request):
    """The Party organisations in reach."""
    return organisations_of(request).party()


def tops_of(request):
    """The organisations in reach, at whose top a report may stand."""
    return Organisation.objects.visible_to(request.user)


class OrganisationFilter(ListFilter):
    """Organisations by name, kind, village and term. `within` and `existed_in` come from links of reports alone."""

    q = MatchingFilter(label="名称或编号")
    kind = django_filters.ChoiceFilter(label="类别", choices=OrganisationKind.choices, empty_label="全部类别")
    area = django_filters.ModelChoiceFilter(label="村社", queryset=areas_of, empty_label="全部村社")
    term = django_filters.ChoiceFilter(
        label="任期",
        method="by_term",
        empty_label="全部",
        choices=[(key, state.label(settings.TERM_WARNING_MONTHS)) for key, state in TERMS.items()],
    )
    party = django_filters.ChoiceFilter(label="党组织", method="by_party", choices=YES_NO, empty_label="不限")
    party_form = django_filters.ChoiceFilter(label="党组织形式", choices=PartyForm.choices, empty_label="全部形式")
    field = django_filters.ChoiceFilter(label="领域", choices=Field.choices, empty_label="全部领域")

    within = django_filters.ModelChoiceFilter(
        label="组织及下级", queryset=tops_of, method="below", widget=forms.HiddenInput
    )
    existed_in = django_filters.NumberFilter(
        label="存在于年份", min_value=1921, max_value=2100, method="in_year", widget=forms.HiddenInput
    )

    extra = ("party", "party_form", "field")

    class Meta:
        model = Organisation
        fields = ()

    def below(self, queryset, _name, value):
        return queryset.filter(path__startswith=value.path)

    def in_year(self, queryset, _name, value):
        return queryset.existing_in(int(value))

    def by_term(self, queryset, _name, value):
        return queryset.filter(in_term(TERMS[value]))

    def by_party(self, queryset, _name, value):
        return queryset.exclude(party_form="") if value == "yes" else queryset.filter(party_form="")


class PersonFilter(ListFilter):
    """People by name, initials, phone and organisation."""

    q = MatchingFilter(label="姓名、首字母、手机号或尾号")
    organisation = django_filters.ModelChoiceFilter(label="所在组织", queryset=organisations_of, empty_label="全部组织")
    incomplete = django_filters.ChoiceFilter(label="待完善", choices=YES_NO, empty_label="不限", method="by_state")

    class Meta:
        model = Person
        fields = ()

    def by_state(self, queryset, _name, value):
        return queryset.filter(incomplete=value == "yes")


class RosterFilter(ListFilter):
    """Members of the rosters in reach. `within` comes from links of reports alone."""

    q = WordsFilter(field_name="person__name", label="姓名")
    organisation = django_filters.ModelChoiceFilter(
        label="党组织", queryset=party_organisations_of, empty_label="全部党组织"
    )
    standing = django_filters.ChoiceFilter(
        label="类别",
        choices=[("formal", "正式党员"), ("probationary", "预备党员")],
        empty_label="全部",
        method="by_standing",
    )
    votes = django_filters.ChoiceFilter(label="有表决权", choices=YES_NO, empty_label="不限", method="by_vote")
    within = django_filters.ModelChoiceFilter(
        label="党组织及下级", queryset=tops_of, method="below", widget=forms.HiddenInput
    )

    class Meta:
        model = RosterMember
        fields = ()

    def below(self, queryset, _name, value):
        return queryset.filter(organisation__path__startswith=value.path)

    def by_standing(self, queryset, _name, value):
        return queryset.filter(probationary=value == "probationary")

    def by_vote(self, queryset, _name, value):
        return queryset.filter(Q(votes=value == "yes"))

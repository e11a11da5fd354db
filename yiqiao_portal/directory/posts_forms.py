"""The form that gives a post. The system administrator sees names of places here, and nothing else of them."""

from django import forms

from yiqiao_portal.accounts.models import Role
from yiqiao_portal.core.forms import DateField, PortalForm

from .models import Area, Organisation


def nameable_organisations(role: Role):
    """Names to choose from; a Party branch's keeper needs a Party organisation."""
    rows = Organisation.objects.alive().official().only("pk", "short_name", "depth")
    return rows.party() if role.code == "branch" else rows


def nameable_areas():
    """All areas by name, in tree order."""
    return Area.objects.only("pk", "short_name", "depth").order_by("path")


class PlaceField(forms.ModelChoiceField):
    """A choice of names, indented as in the tree."""

    def label_from_instance(self, obj):
        return "　" * (obj.depth - 1) + obj.short_name


class PostForm(PortalForm):
    """For how long; enough for a post without a place."""

    since = DateField(label="自", required=False, help_text="不填则从今天起")
    until = DateField(label="至", required=False, help_text="不填则长期有效，含当天")

    def __init__(self, *args, role: Role, **kwargs):
        super().__init__(*args, **kwargs)
        self.role = role
        if place := self.fields.get("place"):
            place.error_messages["required"] = f"请选择{place.label}。"


class AtOrganisation(PostForm):
    """Where and for how long, at an organisation."""

    place = PlaceField(Organisation.objects.none(), label="组织", empty_label="请选择组织")
    field_order = ("place", "since", "until")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["place"].queryset = nameable_organisations(self.role)


class AtArea(PostForm):
    """Where and for how long, at an area."""

    place = PlaceField(nameable_areas(), label="区域", empty_label="请选择区域")
    field_order = ("place", "since", "until")


FORMS = {Role.Scope.ORGANISATION: AtOrganisation, Role.Scope.AREA: AtArea, Role.Scope.NONE: PostForm}

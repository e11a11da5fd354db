"""The form of a place."""

from yiqiao_portal.core.forms import PortalModelForm
from yiqiao_portal.directory.choices import AreaLevel
from yiqiao_portal.directory.models import Area
from yiqiao_portal.directory.scope import scope_of

from .models import Place


class PlaceForm(PortalModelForm):
    """Name and village."""

    class Meta(PortalModelForm.Meta):
        model = Place
        fields = ("name", "area")
        help_texts = {"name": "例如“渔浦社区党群服务中心二楼会议室”"}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        areas = Area.objects.filter(pk__in=scope_of(self.user).area_ids)
        self.fields["area"].queryset = areas.of_level(AreaLevel.TOWN, AreaLevel.VILLAGE)
        self.fields["area"].empty_label = "请选择"

    def validate_constraints(self):
        """The service asks for doubles: it knows of those in the recycle bin too."""

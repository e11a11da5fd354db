"""Places."""

import factory

from tests.factories.directory import village
from yiqiao_portal.places.models import Place


class PlaceFactory(factory.django.DjangoModelFactory):
    """A hall in 渔浦社区."""

    class Meta:
        model = Place

    name = factory.Sequence(lambda number: f"示例会议室{number}")
    area = factory.LazyFunction(lambda: village("渔浦社区"))

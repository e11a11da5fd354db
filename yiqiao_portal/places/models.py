"""Where things happen. For now a name and an area; stations, ratings and bookings hang on it later."""

import pghistory
from django.db import models
from django.urls import reverse

from yiqiao_portal.core.models import Record
from yiqiao_portal.directory.models import NOISE, Area

from .querysets import PlaceQuerySet


@pghistory.track(exclude=NOISE)
class Place(Record):
    """A place of the town where activities are held."""

    name = models.CharField("名称", max_length=60)
    area = models.ForeignKey(Area, models.PROTECT, related_name="places", verbose_name="所属村社")

    objects = PlaceQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "场所"
        ordering = ["area__order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["area", "name"],
                condition=models.Q(deleted_at=None),
                name="places_place_once",
                violation_error_message="这个村社已有同名场所，请直接选用。",
            )
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("places:place", args=[self.pk])

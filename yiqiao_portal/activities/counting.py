"""For which rhythm rules a record counts: written once when the record is saved, read everywhere."""

from django.conf import settings

from .models import Activity, ActivityCount, ActivityKind
from .rhythm import counted_kinds


def set_counts(activity: Activity) -> None:
    """Work out the kinds that this record counts for, and store them."""
    codes = counted_kinds(
        activity.kind.code,
        activity.form,
        [kind.code for kind in activity.also.all()],
        activity.agenda.filter(of_congress=True).exists(),
        setting=settings.LIFE_MEETING_COUNTS_AS_CONGRESS,
    )
    wanted = set(ActivityKind.objects.filter(code__in=codes).values_list("pk", flat=True))
    have = set(activity.counts.values_list("kind_id", flat=True))
    activity.counts.filter(kind_id__in=have - wanted).delete()
    ActivityCount.objects.bulk_create(ActivityCount(activity=activity, kind_id=kind) for kind in sorted(wanted - have))

"""What public reports say that happened in the town, with the source in the record."""

from collections.abc import Iterator
from datetime import date

from yiqiao_portal.core.demo import DemoContext, moment
from yiqiao_portal.directory.models import Organisation
from yiqiao_portal.directory.reference import ROOT_CODE
from yiqiao_portal.places.models import Place

from ..choices import State
from ..models import Activity
from .records import Entry, Words

SOURCE = "（来源：{source}。主持人、记录人为演示数据。）"


def entries(context: DemoContext, words: Words) -> Iterator[Entry]:
    """Recorded by the office for the town's own Party committee, confirmed by the leader."""
    root = Organisation.objects.get(code=ROOT_CODE)
    places = {place.name: place for place in Place.objects.all()}
    for fact in words.texts["facts"]:
        held_on = date.fromisoformat(fact["held_on"])
        if context.begins <= held_on < context.yesterday:
            partners = words.partners if fact.get("partners") else []
            activity = _activity(context, fact, held_on, words)
            activity.organisation, activity.place = root, places.get(fact["venue"])
            yield Entry(activity, lines=fact["lines"], partners=partners)


def _activity(context: DemoContext, fact: dict, held_on: date, words: Words) -> Activity:
    office = context.users["town"]
    return Activity(
        kind=words.kinds["other"],
        title=fact["title"],
        held_on=held_on,
        venue=fact["venue"],
        host=context.users["leader"].name,
        recorder=office.name,
        content=fact["content"] + SOURCE.format(source=fact["source"]),
        state=State.CONFIRMED,
        version=3,
        created_at=moment(held_on, 17 * 60),
        created_by=office,
        submitted_at=moment(held_on, 17 * 60 + 10),
        submitted_by=office,
        updated_at=moment(held_on, 20 * 60 + 5),
    )

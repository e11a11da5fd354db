"""Writes on the directory: organisations, people, rosters."""

from .organisations import create_organisation, move_organisation, remove_organisation, update_organisation
from .people import create_person, remove_person, reveal_phone, update_person
from .roster import enrol, put_on_roster, take_off_roster, update_roster_member

__all__ = [
    "create_organisation",
    "create_person",
    "enrol",
    "move_organisation",
    "put_on_roster",
    "remove_organisation",
    "remove_person",
    "reveal_phone",
    "take_off_roster",
    "update_organisation",
    "update_person",
    "update_roster_member",
]

"""Finds every app's portal.py at start-up; the house reads it, never the apps themselves."""

from importlib import import_module
from importlib.util import find_spec

from django.apps import apps

from yiqiao_portal.audit import actions

from .portal import Attach, HandoverGiver, HandoverTarget, ImportSpec, MessageKind, Panel, Portal, Tick

OURS = ("yiqiao_portal.", "alliances", "gridcells", "volunteers", "talent")
_portals: list[Portal] = []


def discover() -> None:
    """Import each installed app's permissions.py (its predicates register themselves) and portal.py."""
    _portals.clear()
    for config in apps.get_app_configs():
        _part(config.name, "permissions")
        if config.name != "yiqiao_portal.core" and (plug := _part(config.name, "portal")):
            _portals.append(plug.portal)
    for portal in _portals:
        actions.register(portal.actions)


def _part(app: str, name: str):
    """A module of one of our apps, or None when it has none."""
    return import_module(f"{app}.{name}") if app.startswith(OURS) and find_spec(f"{app}.{name}") else None


def portals() -> tuple[Portal, ...]:
    """All plugged-in apps, in the order of INSTALLED_APPS."""
    return tuple(_portals)


def grants_of(role: str) -> frozenset[str]:
    """The permission codes that a role has, over all apps."""
    return frozenset(code for portal in _portals for code, roles in portal.grants.items() if role in roles)


def roles_with(code: str) -> tuple[str, ...]:
    """The roles that have a permission code."""
    return tuple(role for portal in _portals for role in portal.grants.get(code, ()))


def sheets() -> list:
    """All sheets of the annual workbook in their official order."""
    return sorted((sheet for portal in _portals for sheet in portal.sheets), key=lambda sheet: sheet.number)


def invited_to(organisation, day) -> list[int]:
    """Ids of the organisations that are expected at a meeting of this organisation on a day, as its owner says."""
    askable = [portal.invited for portal in _portals if portal.invited]
    return [pk for invited in askable for pk in invited(organisation, day)]


def message_kinds() -> dict[str, MessageKind]:
    """Every kind of message by its code, in the order of the apps."""
    return {kind.code: kind for portal in _portals for kind in portal.messages}


def ticks() -> tuple[Tick, ...]:
    """The recurring jobs of all apps (core's own are in core.ticks)."""
    return tuple(tick for portal in _portals for tick in portal.ticks)


def jobs() -> dict[str, str]:
    """The titles of the background jobs of all apps (core's own are in core.background)."""
    return {path: title for portal in _portals for path, title in portal.jobs.items()}


def imports() -> dict[str, ImportSpec]:
    """Every kind of rows that comes in from a spreadsheet, by its code, in the order of the apps."""
    return {spec.code: spec for portal in _portals for spec in portal.imports}


def imports_of(user) -> list[ImportSpec]:
    """The kinds that this user may import."""
    return [spec for spec in imports().values() if user.has_perm(spec.permission)]


def handover_targets() -> dict[str, HandoverTarget]:
    """All that can be received, by code."""
    return {target.code: target for portal in _portals for target in portal.handovers}


def giver_of(label: str) -> HandoverGiver | None:
    """How rows of a model (its label in lower case) are handed over; None where nothing follows at the row."""
    givers = (giver for portal in _portals for giver in portal.givers)
    return next((giver for giver in givers if giver.model.lower() == label), None)


def panels_for(label: str) -> list[Panel]:
    """What other apps show on the page of a model (its label in lower case)."""
    return [panel for portal in _portals for panel in portal.panels if panel.model.lower() == label]


def attaches_for(label: str) -> list[Attach]:
    """What other apps offer on the form of a model (its label in lower case)."""
    return [attach for portal in _portals for attach in portal.attach if attach.model.lower() == label]

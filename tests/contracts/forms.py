"""Every form of the portal."""

import pkgutil
from importlib import import_module

from tests.contracts.sources import HOUSE
from yiqiao_portal.core.forms import PortalForm


def modules(*ends: str) -> list:
    """Our modules whose dotted name has one of the given parts."""
    houses = [import_module(name) for name in HOUSE]
    names = [module.name for house in houses for module in pkgutil.walk_packages(house.__path__, f"{house.__name__}.")]
    return [import_module(name) for name in names if set(ends) & set(name.split("."))]


def form_classes() -> list[type]:
    """Concrete subclasses of PortalForm, wherever they are written."""
    modules("forms", "views")
    found, todo = [], [PortalForm]
    while todo:
        subclasses = todo.pop().__subclasses__()
        found += [
            form
            for form in subclasses
            if form.__module__.startswith(HOUSE) and "core" not in form.__module__.split(".")
        ]
        todo += subclasses
    return sorted(set(found), key=lambda form: (form.__module__, form.__name__))

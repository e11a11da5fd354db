"""Undefined template variables fail where the template is ours; in those of packages they stay empty."""

import sys

import pytest
from django.conf import settings


class UndefinedVariable(str):
    """Stands in for `string_if_invalid`. Django asks its truth first, then whether it wants the name ("%s")."""

    __slots__ = ()

    def __bool__(self):
        return _template_of_ours() is not None

    def __contains__(self, part):
        return part == "%s"

    def __mod__(self, variable):
        pytest.fail(f"undefined template variable {variable.var!r} in {_template_of_ours()}")


def _template_of_ours() -> str | None:
    """Name of the template that is being rendered, when it lies in our own templates folder."""
    frame = sys._getframe(2)
    while frame:
        context = frame.f_locals.get("context")
        rendering = getattr(getattr(context, "render_context", None), "template", None)
        if rendering is not None:
            origin = str(rendering.origin.name)
            return rendering.name if origin.startswith(str(settings.BASE_DIR / "templates")) else None
        frame = frame.f_back
    return None

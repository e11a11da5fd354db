"""Reference data that ships with the portal: read from an app's data folder, written after every migrate."""

import json
from pathlib import Path

from django.apps import apps
from django.db import models


def load_json(app: str, name: str):
    """The content of data/<name>.json of an app, named by its label."""
    return json.loads((Path(apps.get_app_config(app).path) / "data" / f"{name}.json").read_text(encoding="utf-8"))


def upsert(model: type[models.Model], rows: list[dict], *, using: str, key: str = "code") -> None:
    """Insert what is missing and bring the rest up to the data file; rows of the town's own stay."""
    fields = [name for name in rows[0] if name != key]
    model._base_manager.using(using).bulk_create(
        [model(**row) for row in rows], update_conflicts=True, unique_fields=[key], update_fields=fields
    )

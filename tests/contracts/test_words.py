"""What the portal never has (mission: Never built): no ranking, no points, no sign-in by place, no compulsory photo."""

import re

from django import forms
from django.apps import apps
from django.db import models

from tests.contracts.forms import form_classes
from tests.contracts.sources import HOUSE, ROOT, python_files, relative, templates
from tests.contracts.walker import addresses

FORBIDDEN = re.compile("rank|leaderboard|积分|打卡|online_minutes|login_count|geo_checkin|排名|排行", re.IGNORECASE)
# The only sentences that may name it say that it is not there.
ABSENT = re.compile("不计分、不排名|不排名|不积分|不打卡|不设积分|(no|without|never) rank(ing)?")
OURS = [config.label for config in apps.get_app_configs() if config.name.startswith(HOUSE)]
# Where a file is the very thing that a form is for.
FILE_IS_THE_POINT: dict[str, str] = {}


def _breaches(texts: dict[str, str]) -> dict[str, list[str]]:
    found = {where: FORBIDDEN.findall(ABSENT.sub("", text)) for where, text in texts.items()}
    return {where: words for where, words in found.items() if words}


def test_no_field_says_it():
    texts = {
        f"{model._meta.label}.{field.name}": " ".join(
            map(str, (field.name, getattr(field, "verbose_name", ""), getattr(field, "help_text", ""), field.choices))
        )
        for label in OURS
        for model in apps.get_app_config(label).get_models()
        for field in model._meta.get_fields()
        if isinstance(field, models.Field)
    }

    assert _breaches(texts) == {}


def test_no_address_says_it():
    assert _breaches({name: f"{name} {address.route}" for name, address in addresses().items()}) == {}


def test_no_template_no_label_and_no_sentence_says_it():
    files = [*templates(), *python_files(*HOUSE), *(ROOT / "static").rglob("*.js")]
    files += [*(ROOT / "yiqiao_portal").glob("*/data/*"), *(ROOT / "alliances").glob("data/*")]

    assert _breaches({relative(path): path.read_text(encoding="utf-8") for path in files}) == {}


def test_no_form_asks_for_a_file_that_must_be_given():
    """Photos and papers are always optional (X4)."""
    required = {
        f"{form.__module__}.{form.__name__}.{name}"
        for form in form_classes()
        for name, field in form.base_fields.items()
        if isinstance(field, forms.FileField) and field.required
    }

    assert required == set(FILE_IS_THE_POINT)


def test_no_record_needs_a_file():
    """A file stands in a row of its own that hangs on a record; the record is whole without it."""
    holders = {
        model._meta.label
        for label in OURS
        for model in apps.get_app_config(label).get_models()
        if any(isinstance(field, models.FileField) and not field.blank for field in model._meta.fields)
        and not hasattr(model, "pgh_tracked_model")
    }

    assert holders == {"activities.Photo", "activities.Attachment", "alliances.ProgressPhoto"}

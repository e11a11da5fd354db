"""Search in Chinese text: an expression index of character pairs, rechecked by LIKE (docs/adr)."""

import re

from django.contrib.postgres.fields import ArrayField
from django.db import models

FUNCTION = """
CREATE OR REPLACE FUNCTION bigrams(t text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT coalesce(array_agg(DISTINCT x || y), '{}'::text[]) FROM (
    SELECT x, lead(x) OVER (ORDER BY o) y FROM unnest(string_to_array(lower(t), NULL)) WITH ORDINALITY u(x, o)
  ) s WHERE y IS NOT NULL
$$
"""
NUMBER = re.compile(r"[A-Za-z]+(-[A-Za-z0-9]+)+")  # YQ-HD-2026-0001


class Bigrams(models.Func):
    """The character pairs of a text column."""

    function = "bigrams"
    output_field = ArrayField(models.TextField())


def pairs(word: str) -> list[str]:
    """The character pairs of a search word: 组织生活 → 组织, 织生, 生活."""
    word = word.lower()
    return sorted({word[i : i + 2] for i in range(len(word) - 1)})


def containing(queryset: models.QuerySet, field: str, words: str) -> models.QuerySet:
    """Rows whose `field` contains every word; a single character finds only the beginning."""
    for number, word in enumerate(words.split()[:5]):
        if len(word) == 1:
            queryset = queryset.filter(**{f"{field}__istartswith": word})
        else:
            name = f"_pairs{number}"
            queryset = queryset.alias(**{name: Bigrams(field)}).filter(
                **{f"{name}__contains": pairs(word), f"{field}__icontains": word}
            )
    return queryset


def titled_or_numbered(queryset: models.QuerySet, words: str) -> models.QuerySet:
    """Rows whose title contains every word, and the one with this serial number.

    Only what looks like a number is compared with one: all other words are left to the index of the titles.
    """
    if not NUMBER.fullmatch(words.strip()):
        return containing(queryset, "title", words)
    titled = containing(queryset.model._base_manager.all(), "title", words)
    return queryset.filter(models.Q(pk__in=titled.values("pk")) | models.Q(serial__iexact=words.strip()))

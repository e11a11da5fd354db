"""Search in Chinese text finds exactly what LIKE finds."""

import pytest
from django.db import connection

from tests.factories.activities import ActivityFactory
from yiqiao_portal.activities.models import Activity
from yiqiao_portal.core.bigrams import containing, pairs

TITLES = (
    "主题党日：清洁家园",
    "支部党员大会",
    "义家日 Clean Home 2026",
    "100%达标_学习",
    "反斜杠\\与'引号'",
    "𠮷野家座谈会",
    "党课",
)


@pytest.fixture
def titles(db):
    return [ActivityFactory(title=title) for title in TITLES]


def found(words: str) -> set[str]:
    """Titles that the words find."""
    return set(containing(Activity.objects.all(), "title", words).values_list("title", flat=True))


def test_pairs_of_a_word():
    assert pairs("组织生活") == ["生活", "组织", "织生"]
    assert pairs("会") == []
    assert pairs("Clean") == ["an", "cl", "ea", "le"]


def test_python_and_the_database_cut_alike(db):
    with connection.cursor() as cursor:
        for title in TITLES:
            cursor.execute("SELECT bigrams(%s)", [title])
            assert sorted(cursor.fetchone()[0]) == pairs(title)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("党员", {"支部党员大会"}),
        ("主题党日", {"主题党日：清洁家园"}),
        ("家园 主题", {"主题党日：清洁家园"}),
        ("家园 大会", set()),
        ("clean", {"义家日 Clean Home 2026"}),
        ("CLEAN home", {"义家日 Clean Home 2026"}),
        ("2026", {"义家日 Clean Home 2026"}),
        ("0%", {"100%达标_学习"}),
        ("0_", set()),
        ("%", set()),
        ("_", set()),
        ("\\与", {"反斜杠\\与'引号'"}),
        ("'引", {"反斜杠\\与'引号'"}),
        ("𠮷野", {"𠮷野家座谈会"}),
        ("党课", {"党课"}),
        ("党", {"党课"}),
        ("义", {"义家日 Clean Home 2026"}),
        ("家", set()),
        ("清园", set()),
    ],
)
def test_words_find(titles, words, expected):
    assert found(words) == expected


@pytest.mark.parametrize("words", ["", "   ", "\u3000"])
def test_no_words_find_all(titles, words):
    assert found(words) == set(TITLES)


def test_words_after_the_fifth_are_left_aside(titles):
    assert found("主题 党日 清洁 家园 洁家 没有") == {"主题党日：清洁家园"}


def test_nothing_is_lost_against_like(titles):
    """Every piece of two to four characters of every title, and the same pieces turned round."""
    pieces = {title[i : i + n] for title in TITLES for n in (2, 3, 4) for i in range(len(title) - n + 1)}
    words = {
        piece
        for piece in pieces | {piece[::-1] for piece in pieces}
        if len(piece.split()) == len(piece.split(" ")) == 1
    }

    wrong = {word for word in words if found(word) != {title for title in TITLES if word.lower() in title.lower()}}

    assert (len(words) > 100, wrong) == (True, set())


def test_the_index_is_used(titles):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        sql, parameters = containing(Activity.objects.order_by(), "title", "清洁家园").query.sql_with_params()
        cursor.execute(f"EXPLAIN {sql}", parameters)
        plan = "\n".join(row[0] for row in cursor.fetchall())

    assert "activity_title_bigrams" in plan

"""The keyed hash of a typed user name."""

from django.test import override_settings

from yiqiao_portal.audit.names import name_hash


def test_spelling_variants_give_the_same_hash():
    assert len({name_hash(name) for name in ("clerk", " Clerk ", "ｃｌｅｒｋ")}) == 1
    assert name_hash("clerk") != name_hash("clerk2")


def test_the_hash_tells_nothing_without_the_key():
    with override_settings(SECRET_KEY="another key"):
        other = name_hash("clerk")

    assert other != name_hash("clerk")
    assert len(other) == 16


def test_a_lone_surrogate_is_no_accident():
    assert len(name_hash("\ud800")) == 16

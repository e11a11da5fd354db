"""Production does not start with what belongs to a demonstration."""

import pytest
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured

from tests.factories.accounts import UserFactory
from yiqiao_portal.accounts.checks import refuse_unsafe_production

SAFE = {"PORTAL_PRODUCTION": True, "PORTAL_DEMO": False, "DEBUG": False, "SECRET_KEY": "k" * 50, "FIELD_KEY": "f" * 50}
SAFE |= {"ALLOWED_HOSTS": ["portal.example.org"]}


@pytest.fixture
def configure(settings):
    """configure(NAME=value): production as it should be, but for these."""

    def change(**wrong):
        for name, value in (SAFE | wrong).items():
            setattr(settings, name, value)

    return change


def found(**options) -> list[str]:
    """Numbers of our own findings."""
    return sorted(error.id for error in run_checks(**options) if error.id.startswith("accounts.E"))


WRONG = [
    ({"PORTAL_DEMO": True}, "accounts.E001", "请设 PORTAL_DEMO=no"),
    ({"DEBUG": True}, "accounts.E002", "PORTAL_DEBUG"),
    ({"SECRET_KEY": "k" * 49}, "accounts.E003", "50 个字符以上的随机串"),
    ({"FIELD_KEY": "short"}, "accounts.E004", "50 个字符以上的随机串"),
    ({"ALLOWED_HOSTS": ["*"]}, "accounts.E005", "请写明门户的域名"),
]


@pytest.mark.parametrize(("wrong", "number", "remedy"), WRONG)
def test_each_cause_is_named_with_its_remedy(db, configure, wrong, number, remedy):
    configure(**wrong)

    assert found() == [number]
    with pytest.raises(ImproperlyConfigured, match=remedy):
        refuse_unsafe_production()


def test_demo_accounts_in_the_database_are_found(db, configure):
    UserFactory(is_demo=True)
    configure()

    assert found(databases=["default"]) == ["accounts.E006"]
    with pytest.raises(ImproperlyConfigured, match="请另用一个空的数据库"):
        refuse_unsafe_production()


def test_all_causes_are_named_at_once(db, configure):
    configure(PORTAL_DEMO=True, ALLOWED_HOSTS=["*"])

    with pytest.raises(ImproperlyConfigured) as refusal:
        refuse_unsafe_production()

    assert str(refusal.value).splitlines() == [
        "正式环境不能开演示模式。请设 PORTAL_DEMO=no。",
        "PORTAL_HOSTS 不能是星号。请写明门户的域名。",
    ]


def test_production_as_it_should_be_starts(db, configure):
    UserFactory()
    configure()

    assert found(databases=["default"]) == []
    assert refuse_unsafe_production() is None


def test_a_demonstration_may_have_all_that(db, settings):
    UserFactory(is_demo=True)
    settings.SECRET_KEY = "short"
    settings.ALLOWED_HOSTS = ["*"]

    assert found(databases=["default"]) == []
    assert refuse_unsafe_production() is None

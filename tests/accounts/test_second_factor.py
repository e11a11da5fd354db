"""Two-factor sign-in: asked of privileged posts in production, offered to all, each code good for one use."""

import time
from urllib.parse import unquote

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client

from tests.factories.accounts import PASSWORD, user_with_post
from yiqiao_portal.accounts.models import Role, User

ACTIVATE = "/accounts/2fa/totp/activate/"
AUTHENTICATE = "/accounts/2fa/authenticate/"
PRIVILEGED = ["auditor", "sysadmin", "town"]


@pytest.fixture(autouse=True)
def _encrypted(settings):
    settings.MFA_ADAPTER = "yiqiao_portal.accounts.adapter.PortalMfaAdapter"


def code_of(secret: str, *, steps: int = 0) -> str:
    """What the phone shows now, or some steps of 30 s away."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def sign_in(user, client=None):
    """A client after name and password, and the answer."""
    client = client or Client()
    return client, client.post("/accounts/login/", {"login": user.username, "password": PASSWORD})


def bind(user) -> tuple[Client, str]:
    """Sign in and bind a phone; gives the client and the phone's secret."""
    client, _ = sign_in(user)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": ACTIVATE})
    secret = client.get(ACTIVATE).context["form"].secret
    answer = client.post(ACTIVATE, {"code": code_of(secret)})
    assert answer.url == "/accounts/2fa/recovery-codes/"
    return client, secret


@pytest.fixture
def frozen(time_machine):
    """Time stands in the middle of a code's 30 seconds."""
    time_machine.move_to((int(time.time()) // 30) * 30 + 15, tick=False)
    return time_machine


def next_code(frozen, secret: str) -> str:
    """The phone's next code."""
    frozen.shift(30)
    return code_of(secret)


def test_the_privileged_roles_are_these(db):
    assert sorted(Role.objects.filter(privileged=True).values_list("code", flat=True)) == PRIVILEGED


@pytest.mark.parametrize("role", PRIVILEGED)
def test_in_production_a_privileged_post_must_bind_a_phone(cast, client_for, settings, role):
    settings.PORTAL_PRODUCTION = True
    client = client_for(getattr(cast, role))

    found = {path: client.get(path).headers.get("Location") for path in ("/", "/search/", "/accounts/", "/audit/")}

    assert found == dict.fromkeys(found, ACTIVATE)


@pytest.mark.parametrize("role", ["branch", "leader", "unit", "liaison", "grid", "teamlead", "talent"])
def test_in_production_the_others_may_but_need_not(cast, client_for, settings, role):
    settings.PORTAL_PRODUCTION = True
    client = client_for(getattr(cast, role))

    assert [client.get(path).status_code for path in ("/", "/accounts/2fa/")] == [200, 200]


@pytest.mark.parametrize("role", PRIVILEGED)
def test_in_a_demonstration_it_is_offered(cast, client_for, role):
    client = client_for(getattr(cast, role))

    assert client.get("/").status_code == 200
    assert f'href="{ACTIVATE}"' in client.get("/accounts/2fa/").content.decode()


def test_binding_asks_the_password_again(cast):
    client = Client()
    client.force_login(cast.town, backend="yiqiao_portal.accounts.backends.PortalBackend")

    assert unquote(client.get(ACTIVATE).url) == f"/accounts/reauthenticate/?next={ACTIVATE}"


def test_the_page_of_binding_shows_a_picture_and_a_key(cast):
    client, _ = sign_in(cast.town)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": ACTIVATE})

    answer = client.get(ACTIVATE)

    assert answer.context["form"].secret in answer.content.decode()
    assert "data:image/svg+xml;base64," in answer.content.decode()


def test_once_bound_production_lets_in(cast, settings, frozen):
    settings.PORTAL_PRODUCTION = True
    client, _ = bind(cast.town)

    assert client.get("/").status_code == 200


def test_the_next_sign_in_asks_the_code(cast, frozen):
    _, secret = bind(cast.town)

    client, answer = sign_in(cast.town)
    before = client.get("/")
    after = client.post(AUTHENTICATE, {"code": next_code(frozen, secret)})

    assert (answer.url, before.url, after.url) == (AUTHENTICATE, "/accounts/login/?next=/", "/")
    assert client.get("/").status_code == 200


def test_blanks_in_a_code_are_forgiven(cast, frozen):
    _, secret = bind(cast.town)
    client, _ = sign_in(cast.town)
    code = next_code(frozen, secret)

    assert client.post(AUTHENTICATE, {"code": f"{code[:3]} {code[3:]}"}).url == "/"


def test_a_wrong_code_gets_a_sentence(cast, frozen):
    bind(cast.town)
    client, _ = sign_in(cast.town)

    answer = client.post(AUTHENTICATE, {"code": "000000"})

    assert answer.status_code == 200
    assert "验证码不正确，请核对手机上的 6 位数字后再试；每个验证码只能用一次。" in answer.content.decode()


def test_a_code_is_good_once(cast, frozen):
    _, secret = bind(cast.town)
    code = next_code(frozen, secret)
    first, _ = sign_in(cast.town)
    second, _ = sign_in(cast.town)

    assert first.post(AUTHENTICATE, {"code": code}).url == "/"
    assert second.post(AUTHENTICATE, {"code": code}).status_code == 200
    assert second.get("/").status_code == 302


def test_the_code_that_bound_the_phone_does_not_sign_in(cast, frozen):
    _, secret = bind(cast.town)
    client, _ = sign_in(cast.town)

    answer = client.post(AUTHENTICATE, {"code": code_of(secret)})

    assert (answer.status_code, client.get("/").status_code) == (200, 302)
    assert "每个验证码只能用一次" in answer.content.decode()
    assert client.post(AUTHENTICATE, {"code": next_code(frozen, secret)}).url == "/"


def test_a_code_that_is_wrong_binds_nothing(cast, frozen):
    client, _ = sign_in(cast.town)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": ACTIVATE})
    client.get(ACTIVATE)

    answer = client.post(ACTIVATE, {"code": "abc"})

    assert "验证码不正确" in answer.content.decode()
    assert Authenticator.objects.count() == 0


def test_the_page_says_since_when_the_phone_is_bound(cast, time_machine):
    time_machine.move_to("2026-11-23T12:00:10+08:00", tick=False)
    client, _ = bind(cast.town)

    assert "启用于 2026-11-23 12:00。" in client.get("/accounts/2fa/").content.decode()


def test_an_old_code_is_dead(cast, frozen):
    _, secret = bind(cast.town)
    client, _ = sign_in(cast.town)
    frozen.shift(90)

    assert client.post(AUTHENTICATE, {"code": code_of(secret, steps=-2)}).status_code == 200


def test_guessing_codes_is_stopped(cast, frozen):
    """30 tries in five minutes, kept per user: guessing one of a million would take years."""
    _, secret = bind(cast.town)
    client, _ = sign_in(cast.town)
    for number in range(30):
        client.post(AUTHENTICATE, {"code": f"{number:06d}"}, REMOTE_ADDR=f"10.1.0.{number}")

    answer = client.post(AUTHENTICATE, {"code": code_of(secret)}, REMOTE_ADDR="10.1.1.1")

    assert "尝试次数过多" in answer.content.decode()
    assert client.get("/").status_code == 302


def test_ten_recovery_codes_each_good_once(cast, frozen):
    client, _ = bind(cast.town)
    codes = client.get("/accounts/2fa/recovery-codes/").context["unused_codes"]
    first, _ = sign_in(cast.town)
    second, _ = sign_in(cast.town)

    assert len(set(codes)) == 10
    assert first.post(AUTHENTICATE, {"code": codes[0]}).url == "/"
    assert second.post(AUTHENTICATE, {"code": codes[0]}).status_code == 200
    assert second.post(AUTHENTICATE, {"code": codes[1]}).url == "/"


PAGES = [
    "totp/deactivate/",
    "recovery-codes/",
    "recovery-codes/generate/",
    "recovery-codes/download/",
    "reauthenticate/",
]


@pytest.mark.parametrize("path", PAGES)
def test_every_page_of_it_opens_once_bound(cast, frozen, path):
    client, _ = bind(cast.town)

    assert client.get(f"/accounts/2fa/{path}").status_code == 200


def test_secrets_are_stored_encrypted(cast, frozen):
    _, secret = bind(cast.town)

    stored = str(list(Authenticator.objects.values_list("data", flat=True)))

    assert secret not in stored
    assert stored.count("v1:") == 2


def test_taking_it_off_binds_again_in_production(cast, settings, frozen):
    settings.PORTAL_PRODUCTION = True
    client, _ = bind(cast.town)

    client.post("/accounts/2fa/totp/deactivate/")

    assert Authenticator.objects.count() == 0
    assert client.get("/").url == ACTIVATE


def test_a_second_post_that_is_privileged_counts(cast, client_for, settings):
    settings.PORTAL_PRODUCTION = True
    user = user_with_post("two", "branch", organisation=cast.party)
    user.assignments.create(role=Role.objects.get(code="town"), organisation=cast.root)

    assert client_for(User.objects.get(pk=user.pk)).get("/").url == ACTIVATE

"""Sign-in, one's own account, the system administrator's and the auditor's pages."""

from tests.contracts.rule import EVERYBODY, Rule, Send, key, these
from tests.factories.accounts import PASSWORD

SYSADMIN, AUDITOR = these("sysadmin"), these("auditor")
NEW_PASSWORD = "Another-2026-word"
# Pages for whom has just proved the password: everybody else is asked for it first.
PROVED_FIRST = Rule(EVERYBODY, ok=302)
OWN = Rule(EVERYBODY)
# Nobody of the cast has bound an authenticator.
NOT_BOUND = Rule(EVERYBODY, ok=404)


def key_of_user(stage, row) -> dict:
    """URL arguments of the pages that give posts."""
    return {"user_pk": row.pk}


def post(stage, row) -> dict:
    """URL arguments of one post."""
    return {"user_pk": row.user_id, "pk": row.pk}


RULES: dict[str, Rule | tuple[Rule, ...]] = {
    # --- sign-in and one's own account ---
    "account_login": Rule(EVERYBODY, public=True, ok=302, instead={"anonymous": 200, "inactive": 200}),
    "account_logout": Rule(EVERYBODY, lapsed=302, send=Send("branch", changes=False)),
    "account_inactive": Rule(EVERYBODY, public=True),
    "account_change_password": Rule(
        EVERYBODY,
        send=Send(
            "branch",
            lambda stage, row: {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD},
        ),
    ),
    "account_reauthenticate": OWN,
    "usersessions_list": OWN,
    "mfa_index": OWN,
    "mfa_authenticate": PROVED_FIRST,
    "mfa_reauthenticate": PROVED_FIRST,
    "mfa_activate_totp": PROVED_FIRST,
    "mfa_deactivate_totp": NOT_BOUND,
    "mfa_view_recovery_codes": NOT_BOUND,
    "mfa_generate_recovery_codes": PROVED_FIRST,
    "mfa_download_recovery_codes": NOT_BOUND,
    "accounts:own": OWN,
    # --- the system administrator ---
    "accounts:list": Rule(SYSADMIN, queries=("", "format=xlsx", "print=1", "state=unused")),
    "accounts:create": Rule(
        SYSADMIN,
        send=Send(
            "sysadmin",
            lambda stage, row: {
                "name": "周新",
                "username": "zhouxin",
                "idempotency_key": "5f0c7c1e-3f6e-4c43-9d9e-0c2b8f4f2f13",
            },
            answer=200,
        ),
    ),
    "accounts:user": Rule(SYSADMIN, "user", key),
    "accounts:rename": Rule(
        SYSADMIN, "user", key, send=Send("sysadmin", lambda stage, row: {"name": "周改名"}, on="other")
    ),
    "accounts:reset_password": Rule(SYSADMIN, "user", key, send=Send("sysadmin", on="other", answer=200)),
    "accounts:disable": Rule(SYSADMIN, "user", key, send=Send("sysadmin", on="other")),
    "accounts:enable": Rule(SYSADMIN, "user", key, send=Send("sysadmin", on="disabled")),
    "accounts:reset_second_factor": Rule(SYSADMIN, "bound", key, send=Send("sysadmin")),
    "posts:choose": Rule(SYSADMIN, "user", key_of_user),
    "posts:give": Rule(
        SYSADMIN,
        "user",
        lambda stage, row: {"user_pk": row.pk, "role": "branch"},
        send=Send("sysadmin", lambda stage, row: {"place": stage.sub_party.pk}, on="other"),
    ),
    "posts:end": Rule(SYSADMIN, "post", post, send=Send("sysadmin")),
    # --- the auditor ---
    "audit:list": Rule(AUDITOR, queries=("", "format=xlsx", "print=1")),
    "audit:entry": Rule(AUDITOR, "entry", key),
    "audit:verify": Rule(AUDITOR, send=Send("auditor", answer=200, changes=False)),
}

LIBRARY = "a page of the sign-in library: tests/accounts"
NOT_SENT = {
    "account_login": LIBRARY,
    "account_reauthenticate": LIBRARY,
    "usersessions_list": LIBRARY,
    "mfa_authenticate": LIBRARY,
    "mfa_reauthenticate": LIBRARY,
    "mfa_activate_totp": LIBRARY,
    "mfa_deactivate_totp": LIBRARY,
    "mfa_generate_recovery_codes": LIBRARY,
}

"""What production may not start with. Django's check framework asks; the web server's door refuses to open."""

from django.conf import settings
from django.core.checks import Error, Tags, register
from django.core.exceptions import ImproperlyConfigured
from django.db import DEFAULT_DB_ALIAS, connections

from .models import User

SHORTEST_KEY = 50  # promises 8.2, CFG-3


@register(Tags.security)
def production_settings(app_configs=None, **_) -> list[Error]:
    """Demo mode, debug pages, short keys and open host lists do not go together with PORTAL_PRODUCTION."""
    if not settings.PORTAL_PRODUCTION:
        return []
    wrong = (
        ("accounts.E001", settings.PORTAL_DEMO, "正式环境不能开演示模式。", "请设 PORTAL_DEMO=no。"),
        ("accounts.E002", settings.DEBUG, "正式环境不能显示调试页面。", "请去掉 PORTAL_DEBUG，或设为 no。"),
        ("accounts.E003", _short("SECRET_KEY"), "密钥 PORTAL_SECRET_KEY 太短。", _key_hint("secret_key")),
        ("accounts.E004", _short("FIELD_KEY"), "密钥 PORTAL_FIELD_KEY 太短。", _key_hint("field_key")),
        ("accounts.E005", "*" in settings.ALLOWED_HOSTS, "PORTAL_HOSTS 不能是星号。", "请写明门户的域名。"),
    )
    return [Error(message, hint=hint, id=number) for number, bad, message, hint in wrong if bad]


@register(Tags.database)
def demo_accounts(app_configs=None, databases=None, **_) -> list[Error]:
    """A database with demo accounts is a demonstration's, never production's."""
    if not settings.PORTAL_PRODUCTION or not databases:
        return []
    using = min(databases)
    if User._meta.db_table not in connections[using].introspection.table_names():
        return []
    if not User.objects.using(using).filter(is_demo=True).exists():
        return []
    hint = "请另用一个空的数据库（DATABASE_URL）或数据目录（PORTAL_HOME）。"
    return [Error("这个数据库里有演示账号，不能用于正式环境。", hint=hint, id="accounts.E006")]


def refuse_unsafe_production() -> None:
    """Raise ImproperlyConfigured, naming every cause and its remedy, when production may not start."""
    errors = production_settings() + demo_accounts(databases=[DEFAULT_DB_ALIAS])
    if errors:
        raise ImproperlyConfigured("\n".join(f"{error.msg}{error.hint}" for error in errors))


def _short(name: str) -> bool:
    return len(getattr(settings, name)) < SHORTEST_KEY


def _key_hint(file: str) -> str:
    return f"请换成 {SHORTEST_KEY} 个字符以上的随机串，或不设，由门户在数据目录的 secrets/{file} 里生成。"

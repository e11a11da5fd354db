"""All settings of the portal. One file; what differs between places is read from the environment (.env.example)."""

import os
from datetime import time
from pathlib import Path

import pghistory
from csp.constants import NONE, SELF

from . import __version__, env
from .embedded_postgres import PORT, socket_folder

BASE_DIR = Path(__file__).resolve().parent.parent
PORTAL_HOME = Path(os.environ.get("PORTAL_HOME") or BASE_DIR / "var").resolve()
PORTAL_VERSION = __version__
PORTAL_TOWN_CODE = "330109106"  # 义桥镇, statistical division code (domain-rules 0)
PORTAL_OFFICE = os.environ.get("PORTAL_OFFICE", "中共义桥镇委员会党建办公室")
PORTAL_HOTLINE = os.environ.get("PORTAL_HOTLINE", "演示号码")
PORTAL_URL = os.environ.get("PORTAL_URL", "http://127.0.0.1:8000")  # where workbook links point
PORTAL_DEMO = env.flag("PORTAL_DEMO", default=True)
PORTAL_PRODUCTION = env.flag("PORTAL_PRODUCTION")
PORTAL_TESTING = env.flag("PORTAL_TESTING")

DEBUG = env.flag("PORTAL_DEBUG")
SECRET_KEY = env.secret(PORTAL_HOME, "secret_key")
FIELD_KEY = env.secret(PORTAL_HOME, "field_key")  # encrypts phones; lives outside the database
ALLOWED_HOSTS = env.words("PORTAL_HOSTS", "127.0.0.1,localhost,[::1]")
TRUSTED_PROXY_COUNT = env.number("PORTAL_PROXIES", 0)  # whose word about the visitor's address is taken
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXY_COUNT
CSRF_TRUSTED_ORIGINS = env.words("PORTAL_ORIGINS")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",
    "yiqiao_portal.audit",
    "yiqiao_portal.core",
    "yiqiao_portal.accounts",
    "yiqiao_portal.directory",
    "yiqiao_portal.places",
    "yiqiao_portal.activities",
    "yiqiao_portal.reports",
    "alliances",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "axes",
    "csp",
    "rules",
    "pgtrigger",
    "pghistory",
    "treebeard",
    "django_tables2",
    "django_filters",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_htmx",
    "import_export",
    "django_tasks",
    "django_tasks_db",
]

MIDDLEWARE = [
    "yiqiao_portal.audit.middleware.AuditContextMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "yiqiao_portal.core.middleware.BrowserPolicy",
    "yiqiao_portal.core.middleware.PlainAddress",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "yiqiao_portal.accounts.middleware.SessionActivity",
    "yiqiao_portal.core.middleware.LoginRequired",
    "yiqiao_portal.directory.middleware.CurrentPost",
    "yiqiao_portal.core.middleware.NoStore",
    "yiqiao_portal.core.middleware.WordedErrors",
    "pghistory.middleware.HistoryMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "yiqiao_portal.urls"
WSGI_APPLICATION = "yiqiao_portal.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "yiqiao_portal.core.context.frame",
                "yiqiao_portal.accounts.context.own_page",
            ],
            "builtins": ["yiqiao_portal.core.templatetags.portal"],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# --- database: PostgreSQL everywhere; the application's role owns nothing (docs/adr) ---
DATABASE_APP_ROLE = os.environ.get("PORTAL_DB_APP_ROLE", "portal_app")
_url = os.environ.get("DATABASE_URL", "")
_embedded = {"NAME": "portal", "HOST": str(socket_folder(PORTAL_HOME)), "PORT": PORT, "OPTIONS": {}}
_common = {
    "ENGINE": "django.db.backends.postgresql",
    "CONN_MAX_AGE": 0 if PORTAL_TESTING else None,  # a test's server threads leave no connection behind
    "CONN_HEALTH_CHECKS": True,
    "DISABLE_SERVER_SIDE_CURSORS": False,
}
_app = env.database(_url) if _url else _embedded | {"USER": DATABASE_APP_ROLE}
_owner = env.database(os.environ.get("DATABASE_OWNER_URL") or _url) if _url else _embedded | {"USER": "portal_owner"}
if PORTAL_TESTING:
    _app = _owner
_template = os.environ.get("PORTAL_TEST_TEMPLATE")
_test_name = f"test_portal{os.environ.get('PORTAL_TEST_SUFFIX', '')}"
_test = {"NAME": _test_name} | ({"TEMPLATE": _template, "MIGRATE": False} if _template else {})
DATABASES = {
    "default": _common | _app | {"TEST": _test},
    "owner": _common | _owner | {"CONN_MAX_AGE": 0, "TEST": {"MIRROR": "default"}},
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "core_cache",
        "OPTIONS": {"MAX_ENTRIES": 20000},
    }
}

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}  # run by manage.py work
MIGRATION_MODULES = {"django_tasks_database": "yiqiao_portal.queue.migrations"}  # why: its docstring

# --- sign-in ---
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "rules.permissions.ObjectPermissionBackend",
    "yiqiao_portal.accounts.backends.PortalBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "CommonPasswordValidator")
] + [{"NAME": "yiqiao_portal.accounts.passwords.StrengthValidator"}]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "core:workbench"
ACCOUNT_ADAPTER = "yiqiao_portal.accounts.adapter.PortalAccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_SESSION_REMEMBER = False
# pages that these limits close say that a minute is enough (templates/429.html): keep those two per minute
# axes locks (user, address) after 5; allauth's own limit, which also guards the code page, must bite later
# an office shares one address, so the limit by address is wide
ACCOUNT_RATE_LIMITS = {
    "login": "600/m/ip",
    "login_failed": "100/10m/ip,30/300s/key",
    "change_password": "30/m/user",  # a first password takes a slow typist several tries
}
MFA_ADAPTER = "yiqiao_portal.accounts.adapter.PortalMfaAdapter"
MFA_FORMS = {"activate_totp": "yiqiao_portal.accounts.forms.BindPhoneForm"}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "义桥联心桥"
USERSESSIONS_TRACK_ACTIVITY = True
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_CALLABLE = "yiqiao_portal.accounts.lockout.username"
AXES_LOCKOUT_CALLABLE = "yiqiao_portal.accounts.lockout.page"
AXES_CLIENT_IP_CALLABLE = "yiqiao_portal.audit.middleware.client_ip"
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False
SESSION_COOKIE_AGE = env.number("PORTAL_SESSION_MINUTES", 12 * 60) * 60
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "yiqiao_portal.core.views.errors.csrf_failure"

# --- headers ---
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "connect-src": [SELF],
        "font-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
if PORTAL_PRODUCTION:
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = env.number("PORTAL_HSTS_SECONDS", 3600)
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# --- language, files, limits ---
LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
FORMAT_MODULE_PATH = ["yiqiao_portal.formats"]
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = PORTAL_HOME / "static"
MEDIA_ROOT = PORTAL_HOME / "media"
_static = "django.contrib.staticfiles.storage.StaticFilesStorage"
_hashed = "whitenoise.storage.CompressedManifestStaticFilesStorage"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": _static if DEBUG or PORTAL_TESTING else _hashed},
}
WHITENOISE_USE_FINDERS = DEBUG or PORTAL_TESTING
WHITENOISE_AUTOREFRESH = DEBUG or PORTAL_TESTING  # looked up when asked for: each client of a test would list them all
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 3000
FILE_UPLOAD_PERMISSIONS = 0o600

CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "bootstrap5"
DJANGO_TABLES2_TEMPLATE = "components/table.html"
PGHISTORY_DEFAULT_TRACKERS = (pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}

# --- rules of the field that the papers leave open (domain-rules 9) ---
TERM_WARNING_MONTHS = 6  # 届满 is shown to the office this long before
RECYCLE_DAYS = 30
QUIET_FROM, QUIET_UNTIL = time(21), time(7)  # messages wait till the morning, urgent ones do not (town time)
WORKING_HOURS = env.spans("PORTAL_WORKING_HOURS", "09:00-12:00,13:00-17:00")  # 工作时, town time (domain-rules 3.2)
LIFE_MEETING_COUNTS_AS_CONGRESS = True  # 组织生活会 held as 党员大会 with an agenda item of the congress
ALLIANCE_UNCLAIMED_DAYS = 14  # a published need that nobody claims for so long is brought before the unit in the chair

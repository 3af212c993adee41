"""Settings, all from the environment; `.env.example` describes each of them.

Nothing set: SQLite, Valkey and everything else embedded under `var/`.
"""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF, UNSAFE_EVAL, UNSAFE_INLINE
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from config.logs import configure_structlog, logging_settings
from config.places import secret_key, socket_path
from config.unfold import UNFOLD as UNFOLD

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
env.read_env(env.str("DECLIC_ENV_FILE", str(BASE_DIR / ".env")))

VAR_DIR = Path(env.str("DECLIC_VAR", str(BASE_DIR / "var"))).resolve()
DEBUG = env.bool("DECLIC_DEBUG", False)
SECRET_KEY = env.str("SECRET_KEY", "") or secret_key(VAR_DIR)

# Where we are reached. HTTPS switches on everything that needs it; TLS itself ends at a proxy in front.
HOST = env.str("DECLIC_HOST", "127.0.0.1")
PORT = env.int("PORT", 8000)
SITE_URL = env.str("DECLIC_URL", f"http://127.0.0.1:{PORT}").rstrip("/")
IS_HTTPS = SITE_URL.startswith("https://")
# The proxies (networks) whose X-Forwarded-For is believed.
TRUSTED_PROXIES = env.list("DECLIC_TRUSTED_PROXIES", default=["127.0.0.0/8", "::1"] if IS_HTTPS else [])
ALLOWED_HOSTS = env.list("DECLIC_ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
ALLOWED_HOSTS = list(dict.fromkeys([*ALLOWED_HOSTS, urlsplit(SITE_URL).hostname or "localhost"]))
CSRF_TRUSTED_ORIGINS = [SITE_URL]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SECURE_SSL_REDIRECT = IS_HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if IS_HTTPS else None
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^metrics$"]
SECURE_HSTS_SECONDS = 31_536_000 if IS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = IS_HTTPS
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"  # but for messages, see actions.framing

INSTALLED_APPS = [
    "unfold.apps.BasicAppConfig",
    "unfold.contrib.filters",
    "unfold.contrib.forms",
    "unfold.contrib.inlines",
    "unfold.contrib.simple_history",
    "config.apps.DeclicAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "simple_history",
    "axes",
    "csp",
    "ninja",
    "django_rq",
    "anymail",
    "crm",
    "triggers",
    "actions",
    "workflows",
    "config.apps.RoofConfig",
]
MIDDLEWARE = [
    "crm.api.handlers.ProblemMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "config.unreadable.UnreadableMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "crm.admin.middleware.BackOfficeMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "axes.middleware.AxesMiddleware",
]
# What a call of the API passes through: no session, no forms, no back-office (config/wsgi.py).
API_MIDDLEWARE = [
    "crm.api.handlers.ProblemMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "config.unreadable.UnreadableMiddleware",
    "django.middleware.common.CommonMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
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
            ],
        },
    },
]

# People
AUTH_USER_MODEL = "crm.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_CLIENT_IP_CALLABLE = "crm.clients.client_ip"
AXES_RESET_ON_SUCCESS = True
AXES_DISABLE_ACCESS_LOG = True

# Database. What differs between the two stands in crm/db.py; IMMEDIATE and WAL make SQLite's one writer wait its turn.
DATABASES: dict[str, dict[str, Any]] = {
    "default": env.db_url("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'declic.sqlite3'}"),
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["ENGINE"] = "crm.sqlite"
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-20000;"
        " PRAGMA temp_store=MEMORY; PRAGMA wal_autocheckpoint=8000; PRAGMA journal_size_limit=67108864",
    }
else:
    DATABASES["default"]["ENGINE"] = "crm.postgres"
DATABASES["default"].update(CONN_MAX_AGE=env.int("DECLIC_CONN_MAX_AGE", 600), CONN_HEALTH_CHECKS=True)

# Redis carries bells only and may be empty at any moment.
REDIS_URL = env.str("REDIS_URL", "")
VALKEY_SOCKET = None if REDIS_URL else socket_path(VAR_DIR)
REDIS_URL = REDIS_URL or f"unix://{VALKEY_SOCKET}?db=0"
RQ_QUEUES = {
    name: {
        "URL": REDIS_URL,
        "DEFAULT_TIMEOUT": 300,
        "DEFAULT_RESULT_TTL": 0,
        "SERIALIZER": "rq.serializers.JSONSerializer",
    }
    for name in ("engine", "mail", "http")
}
RQ = {"COMMIT_MODE": "auto", "WORKER_CLASS": "config.worker.InProcessWorker"}

# E-mail. Without a server, messages land in the mailbox of the back-office.
EMAIL_URL = env.str("EMAIL_URL", "")
HAS_EMAIL_SERVER = bool(EMAIL_URL)
globals().update(env.email_url_config(EMAIL_URL or "consolemail://"))
# A provider's API by anymail instead: its settings are the variables that begin with ANYMAIL_.
EMAIL_PROVIDER = env.str("DECLIC_EMAIL_PROVIDER", "")
ANYMAIL: dict[str, Any] = {
    "IGNORE_UNSUPPORTED_FEATURES": True,
    "WEBHOOK_SECRET": env.str("DECLIC_EMAIL_WEBHOOK_SECRET", ""),
    **{name.removeprefix("ANYMAIL_"): value for name, value in env.ENVIRON.items() if name.startswith("ANYMAIL_")},
}
if EMAIL_PROVIDER:
    HAS_EMAIL_SERVER, EMAIL_BACKEND = True, f"anymail.backends.{EMAIL_PROVIDER}.EmailBackend"
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.str("DECLIC_FROM_EMAIL", "Declic <declic@localhost>")

# Languages
LANGUAGE_CODE = env.str("DECLIC_LANGUAGE", "en")
LANGUAGES = [("en", _("English")), ("fr", _("French"))]
FORMAT_MODULE_PATH = "config.formats"
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = env.str("DECLIC_TIME_ZONE", "Europe/Paris")
USE_TZ = True

# Static files are served from where they lie: nothing to collect.
STATIC_URL = "static/"
STATICFILES_DIRS = [path for path in [BASE_DIR / "static"] if path.is_dir()]
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 0 if DEBUG else 3600
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000  # a long workflow is one form

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, UNSAFE_EVAL],  # Alpine, as the admin theme bundles it, evaluates expressions
        "style-src": [SELF, UNSAFE_INLINE],  # the admin theme writes its colours into the page
        "img-src": [SELF, "data:"],
        "font-src": [SELF, "data:"],
        "connect-src": [SELF],
        "frame-src": [SELF],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
        "base-uri": [SELF],
        "object-src": [NONE],
    }
}

# Declic
METRICS_TOKEN = env.str("DECLIC_METRICS_TOKEN", "")
IS_BENCHMARK = env.bool("BENCH", False)
DELAY_SCALE = env.float("DECLIC_DELAY_SCALE", 1.0)
if DELAY_SCALE != 1.0 and not (DEBUG or IS_BENCHMARK):
    raise ImproperlyConfigured("DECLIC_DELAY_SCALE shortens every delay: set BENCH=1 or DECLIC_DEBUG=1 to allow it.")
if DELAY_SCALE < 0:
    raise ImproperlyConfigured("DECLIC_DELAY_SCALE must be 0 or more.")
ENGINE_WORKERS = env.int("DECLIC_ENGINE_WORKERS", 1 if "sqlite" in DATABASES["default"]["ENGINE"] else 2)
MAIL_WORKERS = env.int("DECLIC_MAIL_WORKERS", 1 if "sqlite" in DATABASES["default"]["ENGINE"] else 2)
HTTP_WORKERS = env.int("DECLIC_HTTP_WORKERS", 1)
WEB_WORKERS = env.int("DECLIC_WEB_WORKERS", 1 if "sqlite" in DATABASES["default"]["ENGINE"] else 2)
WEB_THREADS = env.int("DECLIC_WEB_THREADS", 8)
FORMS_PER_HOUR = env.int("DECLIC_FORMS_PER_HOUR", 200)
DECLIC_OUTBOUND_ALLOW = env.list("DECLIC_OUTBOUND_ALLOW", default=[])
WORKFLOW_MAX_TRIGGERS = env.int("DECLIC_MAX_TRIGGERS", 2)
WORKFLOW_MAX_ACTIONS = env.int("DECLIC_MAX_ACTIONS", 10)

configure_structlog()
LOGGING = logging_settings(level=env.str("DECLIC_LOG_LEVEL", "INFO"), as_json=env.bool("DECLIC_LOG_JSON", False))

"""All settings, in reading order: mode, parts, database, queue, sign-in, browser, API, logs.

Every value that differs between machines is an environment variable; see .env.example.
"""

import os
from pathlib import Path

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from kombu import Queue

from qingfeng_monitor import keys

BASE_DIR = Path(__file__).resolve().parent.parent


def flag(name: str, default: bool = False) -> bool:
    return os.environ.get(name, str(int(default))) == "1"


def names(name: str, default: str = "") -> list[str]:
    return [part.strip() for part in os.environ.get(name, default).split(",") if part.strip()]


def required(name: str) -> str:
    if not os.environ.get(name):
        raise ImproperlyConfigured(
            f"{name} is not set. Start through manage.py or make run, or configure the service."
        )
    return os.environ[name]


# --- Mode -----------------------------------------------------------------------------------

IS_PRODUCTION = os.environ.get("QF_ENV", "development") == "production"
IS_TEST = flag("QF_TEST")
IS_HTTPS = flag("QF_HTTPS", default=IS_PRODUCTION)
DEBUG = flag("QF_DEBUG")
if DEBUG and IS_PRODUCTION:
    raise ImproperlyConfigured("QF_DEBUG=1 shows secrets to visitors; not in production")

VAR = Path(os.environ.get("QF_VAR") or BASE_DIR / "var").resolve()
KEYS = keys.load(VAR, is_production=IS_PRODUCTION)
SECRET_KEY = KEYS["QF_SECRET_KEY"]
QF_ID_KEY = KEYS["QF_ID_KEY"]  # base64 of 32 bytes: AES-GCM of ID numbers
QF_INDEX_KEY = KEYS["QF_INDEX_KEY"]  # HMAC of the blind indexes
QF_AUDIT_KEY = KEYS["QF_AUDIT_KEY"]  # HMAC of the audit chain

ALLOWED_HOSTS = names("QF_ALLOWED_HOSTS", "" if IS_PRODUCTION else "*")
CSRF_TRUSTED_ORIGINS = names("QF_TRUSTED_ORIGINS")

# --- Parts ----------------------------------------------------------------------------------

INSTALLED_APPS = [
    # ours, highest first
    "demo",
    "portal",
    "supervision",
    "ledgers",
    "screening",
    "assistance",
    "workflow",
    "households",
    "accounts",
    "policy",
    "jobs",
    "areas",
    "audit",
    # theirs
    "whitenoise.runserver_nostatic",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "guardian",
    "pgtrigger",
    "pghistory",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "django_celery_beat",
    "rest_framework",
    "drf_spectacular",
    "django_filters",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_htmx",
    "template_partials",
    "csp",
]

MIDDLEWARE = [
    "audit.middleware.AuditContextMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "pghistory.middleware.HistoryMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
    "portal.middleware.GoToMiddleware",
    "accounts.middleware.SignInRulesMiddleware",
    "accounts.middleware.ClosedByDefaultMiddleware",
]

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
                "portal.navigation.navigation",
            ],
        },
    },
]
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

ROOT_URLCONF = "qingfeng_monitor.urls"
WSGI_APPLICATION = "qingfeng_monitor.wsgi.application"

LANGUAGE_CODE = "zh-hans"
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

# --- Database -------------------------------------------------------------------------------

# A page may not hold a connection for long; a command such as migrate may take its time.
STATEMENT_SECONDS = {"web": 10, "worker": 120, "command": 0}
PROCESS = os.environ.get("QF_PROCESS", "web")

SESSION_PARAMETERS = {
    "statement_timeout": f"{STATEMENT_SECONDS[PROCESS]}s",
    "lock_timeout": "3s",
    "idle_in_transaction_session_timeout": "5min" if IS_TEST else "30s",  # test machines pause
    "synchronous_commit": "off" if IS_TEST else "on",
}

DATABASES = {"default": dj_database_url.parse(required("DATABASE_URL"), conn_max_age=60)}
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DATABASES["default"].setdefault("OPTIONS", {})["options"] = " ".join(
    f"-c {name}={value}" for name, value in SESSION_PARAMETERS.items()
)
# Several people may test in one checkout at the same time.
DATABASES["default"]["TEST"] = {"NAME": f"test_qingfeng_{os.environ.get('QF_TEST_NAME', 'main')}"}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Cache and queue (both may be lost without losing work) ---------------------------------

REDIS_URL = required("REDIS_URL")
if IS_TEST:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
else:
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": REDIS_URL,
            "KEY_PREFIX": "qf",
        }
    }

# Celery spells a unix socket differently from redis-py.
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://").replace(
    "?db=", "?virtual_host="
)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A task of a killed worker comes back after this long; jobs are idempotent, so twice is fine.
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 300}
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_SERIALIZER = "json"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_ALWAYS_EAGER = IS_TEST
CELERY_TASK_EAGER_PROPAGATES = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_DEFAULT_QUEUE = "interactive"
# Each with its own routing key: one key for all would put every task into every queue.
CELERY_TASK_QUEUES = [
    Queue(name, routing_key=name) for name in ("interactive", "import", "export", "periodic")
]
CELERY_TASK_DEFAULT_ROUTING_KEY = "interactive"
CELERY_TASK_CREATE_MISSING_QUEUES = False
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"

# --- Sign-in --------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    "guardian.backends.ObjectPermissionBackend",
]
ANONYMOUS_USER_NAME = None  # nobody has rights without signing in
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "/"

# GB/T 22239 8.1.4.1 a): complexity, no repeats, periodic change; each can be set otherwise.
DJANGO_PASSWORDS = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": f"{DJANGO_PASSWORDS}.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "full_name", "phone", "unit")},
    },
    {
        "NAME": "accounts.passwords.LongEnough",
        "OPTIONS": {"min_length": int(os.environ.get("QF_PASSWORD_LENGTH", "10"))},
    },
    {"NAME": f"{DJANGO_PASSWORDS}.CommonPasswordValidator"},
    {
        "NAME": "accounts.passwords.CharacterKinds",
        "OPTIONS": {"kinds": int(os.environ.get("QF_PASSWORD_KINDS", "3"))},
    },
    {
        "NAME": "accounts.passwords.NotUsedBefore",
        "OPTIONS": {"last": int(os.environ.get("QF_PASSWORD_HISTORY", "5"))},
    },
]
PASSWORD_MAX_DAYS = int(os.environ.get("QF_PASSWORD_MAX_DAYS", "90"))  # 0: passwords do not age
if IS_TEST:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

AXES_ENABLED = not IS_TEST  # a test of the lock-out switches it on
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False
AXES_LOCKOUT_CALLABLE = "accounts.views.sign_in.locked_out"

OTP_TOTP_ISSUER = "清丰县防贫预警监测系统"

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 12 * 3600  # whatever happens; accounts.middleware counts from the sign-in
IDLE_SECONDS = 30 * 60
ADMIN_IDLE_SECONDS = 15 * 60
API_TOKEN_HOURS = 12
SESSION_COOKIE_NAME = "__Host-session" if IS_HTTPS else "session"
SESSION_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "__Host-csrf" if IS_HTTPS else "csrf"
CSRF_COOKIE_SECURE = IS_HTTPS

# --- What a browser may do ------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],  # Bootstrap's icons; a photo before it is sent
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
PERMISSIONS_POLICY = {
    feature: []
    for feature in ("camera", "display-capture", "geolocation", "microphone", "payment", "usb")
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = IS_HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz/$"]  # asked from inside the container, without TLS
SECURE_HSTS_SECONDS = 365 * 86400 if IS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = IS_HTTPS
SILENCED_SYSTEM_CHECKS = ["security.W021"]  # HSTS preload: a county cannot undo that
if flag("QF_BEHIND_PROXY"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    AXES_IPWARE_PROXY_COUNT = 1

# --- Files ----------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = Path(os.environ.get("QF_STATIC_ROOT") or VAR / "static")
STATICFILES_DIRS = [BASE_DIR / "static"]
HASHED_STATIC = "whitenoise.storage.CompressedManifestStaticFilesStorage"
PLAIN_STATIC = "django.contrib.staticfiles.storage.StaticFilesStorage"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": PLAIN_STATIC if DEBUG or IS_TEST else HASHED_STATIC},
}
WHITENOISE_USE_FINDERS = DEBUG or IS_TEST
WHITENOISE_AUTOREFRESH = DEBUG or IS_TEST  # looked up when asked for; each test would list them all
WHITENOISE_MANIFEST_STRICT = False  # a command that draws a page needs no collectstatic first

MEDIA_ROOT = VAR / ("media-test" if IS_TEST else "media")  # never served by URL, only by views
MEDIA_URL = "/media/"
FILE_UPLOAD_PERMISSIONS = 0o600
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
# Where departments put their monthly lists: a folder or any address that fsspec opens.
QF_INBOX = os.environ.get("QF_INBOX") or str(VAR / "inbox")
# Machines that lists may be fetched from: names, addresses, ranges. An inside address only if it
# (or its range) stands here, too.
QF_PULL_HOSTS = names("QF_PULL_HOSTS")

# --- Messages to the outside ----------------------------------------------------------------

# apprise addresses; one holding {phone} is asked per person, the others are groups
QF_REMINDER_CHANNELS = names("QF_REMINDER_CHANNELS")

# --- API ------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.api_tokens.DayToken",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.LimitOffsetPagination",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "qingfeng_monitor.api_refusals.in_words",
    "PAGE_SIZE": 50,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "清丰县防贫预警监测系统",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "ENUM_NAME_OVERRIDES": {
        "CaseStatusEnum": "workflow.states.Status",
        "LevelEnum": "workflow.states.Level",
        "CaseSourceEnum": "workflow.states.Source",
        "HouseholdKindEnum": "households.models.Household.Kind",
        "HouseholdStateEnum": "households.models.Household.State",
        "MatterKindEnum": "screening.duties.kinds.choices",
        "MatterHolderEnum": "screening.duties.kinds.HOLDERS",
    },
}

# --- Logs -----------------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": os.environ.get("QF_LOG_LEVEL", "WARNING")},
    "loggers": {"celery": {"level": "INFO"}},
}

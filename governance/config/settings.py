"""Settings: everything that differs between two installations comes from the environment.

The list with meanings is docs/reference/settings.md; a test keeps the two in step.
"""

from pathlib import Path

from django.utils.translation import gettext_lazy as _

from governance.config import environment as env
from governance.config.places import server_user, state_directory
from governance.config.pool import close_wall

BASE_DIR = Path(__file__).resolve().parents[2]

DEBUG = env.flag("PROBANZA_DEBUG")
PROBANZA_STATE_DIR = state_directory(BASE_DIR, server_user())
PROBANZA_FILES_DIR = Path(env.text("PROBANZA_FILES_DIR") or PROBANZA_STATE_DIR / "files")
PROBANZA_MASTER_KEYS = env.text("PROBANZA_MASTER_KEYS")
PROBANZA_APP_ROLE = env.text("PROBANZA_APP_ROLE", "probanza_app")
PROBANZA_ALLOW_LOOPBACK = env.flag("PROBANZA_ALLOW_LOOPBACK")
PROBANZA_ALLOWED_TARGETS = env.listing("PROBANZA_ALLOWED_TARGETS")
PROBANZA_MAX_UPLOAD = env.whole("PROBANZA_MAX_UPLOAD", 1_000_000_000)
PROBANZA_LINEAGE_MEMORY = env.whole("PROBANZA_LINEAGE_MEMORY", 256_000_000)
PROBANZA_LEASE_S = env.whole("PROBANZA_LEASE_S", 30)
PROBANZA_SWEEP_S = env.whole("PROBANZA_SWEEP_S", 5)
PROBANZA_OIDC_ISSUER = env.text("PROBANZA_OIDC_ISSUER").rstrip("/")
PROBANZA_OIDC_CLIENT_ID = env.text("PROBANZA_OIDC_CLIENT_ID")
PROBANZA_OIDC_CLIENT_SECRET = env.text("PROBANZA_OIDC_CLIENT_SECRET")
PROBANZA_OIDC_NAME = env.text("PROBANZA_OIDC_NAME")
PROBANZA_OIDC_ORGANISATION = env.text("PROBANZA_OIDC_ORGANISATION")
PROBANZA_OIDC_ROLE = env.text("PROBANZA_OIDC_ROLE")
PROBANZA_OIDC_SECOND_FACTOR = env.flag("PROBANZA_OIDC_SECOND_FACTOR")
PROBANZA_RATE_TOKEN = env.whole("PROBANZA_RATE_TOKEN", 6_000)
PROBANZA_RATE_ORGANISATION = env.whole("PROBANZA_RATE_ORGANISATION", 12_000)
PROBANZA_RATE_PERSON = env.whole("PROBANZA_RATE_PERSON", 1_200)
PROBANZA_PROGRESS_S = env.whole("PROBANZA_PROGRESS_S", 600)
PROBANZA_METRICS_TOKEN = env.text("PROBANZA_METRICS_TOKEN")
# Each yields families of metrics; the wing is named as a string only.
PROBANZA_GAUGES = ["governance.notices.gauges.gauges", "audits.runs.gauges.gauges"]
PROBANZA_WAITED = "audits.runs.gauges.oldest_queued_s"
PROBANZA_IDEMPOTENCY_DAYS = env.whole("PROBANZA_IDEMPOTENCY_DAYS", 30)
PROBANZA_WAITING = env.whole("PROBANZA_WAITING", 1)
PROBANZA_SLICE_S = env.whole("PROBANZA_SLICE_S", 60)
PROBANZA_EVIDENCE_DAYS = env.whole("PROBANZA_EVIDENCE_DAYS", 90)
PROBANZA_HEADS_EVERY = env.whole("PROBANZA_HEADS_EVERY", 1000)
PROBANZA_HEADS_HOURS = env.whole("PROBANZA_HEADS_HOURS", 24)
PROBANZA_HEADS_FILE = env.text("PROBANZA_HEADS_FILE")
PROBANZA_HEADS_MAIL = env.text("PROBANZA_HEADS_MAIL")
PROBANZA_STATEMENT_DAYS = env.whole("PROBANZA_STATEMENT_DAYS", 365)
PROBANZA_MAX_DOCUMENT = env.whole("PROBANZA_MAX_DOCUMENT", 10_000_000)
PROBANZA_CALIBRATION_DAYS = env.whole("PROBANZA_CALIBRATION_DAYS", 180)
PROBANZA_DRIFT_PERCENT = env.whole("PROBANZA_DRIFT_PERCENT", 25)
PROBANZA_OVERDUE_S = env.whole("PROBANZA_OVERDUE_S", 3600)
PROBANZA_PUBLIC_URL = env.text("PROBANZA_PUBLIC_URL")
PROBANZA_MAIL_URL = env.text("PROBANZA_MAIL_URL")
_mail = env.mail(PROBANZA_MAIL_URL, "PROBANZA_MAIL_URL")
EMAIL_HOST, EMAIL_PORT = _mail.host, _mail.port
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail.user, _mail.password
EMAIL_USE_SSL, EMAIL_USE_TLS = _mail.tls, _mail.starttls
DEFAULT_FROM_EMAIL = env.text("PROBANZA_MAIL_FROM", "probanza@localhost")
EMAIL_TIMEOUT = 15
# What looks after time: each is called with `now` and tells of what it finds. The wings are named as strings only.
PROBANZA_WATCHERS = [
    "governance.notices.watching.stale_evidence",
    "governance.notices.watching.due_evidence",
    "governance.notices.watching.open_requests",
    "governance.notices.heads.new_heads",
    "governance.notices.watching.tidy",
    "governance.incidents.watching.incident_clocks",
    "governance.monitoring.watching.overdue_lines",
    "audits.runs.overdue.overdue_runs",
]
PROBANZA_LEGAL_DATES = "governance.compliance.dates.legal_dates"  # of a room above the one that asks
PROBANZA_MEASURES = "audits.catalogue.measures"  # governance names the wing as a string only

# Commands that need neither sessions nor signatures run without it; `wsgi` refuses to serve without it.
SECRET_KEY = env.text("PROBANZA_SECRET_KEY", "for-development-only-" + "0" * 40 if DEBUG else "")
ALLOWED_HOSTS = env.listing("PROBANZA_HOSTS") or ["localhost", "127.0.0.1", "[::1]"]
CSRF_TRUSTED_ORIGINS = env.listing("PROBANZA_ORIGINS")

INSTALLED_APPS = [
    "governance",
    "audits",
    "lineage",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "django_filters",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "allauth",
    "governance.config.accounts.AccountConfig",  # allauth.account
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
]
MIDDLEWARE = [
    "governance.config.logs.RequestIds",
    "governance.config.metrics.RequestTimes",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "governance.config.headers.ContentSecurityPolicy",
    "governance.access.rates.RateLimitHeaders",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
ROOT_URLCONF = "governance.config.urls"
WSGI_APPLICATION = "governance.config.wsgi.application"
AUTH_USER_MODEL = "governance.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

_url = env.text("DATABASE_URL")
# A pool for the threads of the web process; a worker forks, and a pool does not survive that.
_size = env.whole("PROBANZA_DATABASE_POOL", 0)
_pool: dict[str, object] = {"pool": {"min_size": 1, "max_size": _size, "timeout": 10, "reset": close_wall}} if _size else {}
# A connection plans a query that comes again only once: planning takes longer than most of our queries.
_prepared = {"server_side_binding": True, "prepare_threshold": 5}
# Commands, workers and the dispatcher begin with the rows of all organisations; `wsgi` takes this away from the web process.
_wall = {"options": "-c probanza.organisation=*"}
DATABASES = {
    "default": env.database(_url, "DATABASE_URL") | {"OPTIONS": _pool | _prepared | _wall},
    # Migrations run as the owner of the tables; the application's role may not change what is sealed.
    "owner": env.database(env.text("DATABASE_OWNER_URL", _url), "DATABASE_OWNER_URL"),
}
MIGRATION_DATABASE = "owner"

SILENCED_SYSTEM_CHECKS = ["auth.E003"]  # e-mail is unique by a constraint that does not tell cases apart
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
AUTHENTICATION_BACKENDS = ["governance.identity.people.People"]
SESSION_ENGINE = "governance.identity.session_store"
LOGIN_URL = "portal:sign_in"
LOGIN_REDIRECT_URL = "portal:systems"
# allauth brings second factors and single sign-on; its own pages are not served, ours call it.
ACCOUNT_ADAPTER = "governance.identity.adapters.SignInAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
MFA_ADAPTER = "governance.identity.adapters.SecondFactorAdapter"
MFA_TOTP_ISSUER = "Probanza"
MFA_TOTP_TOLERANCE = 1  # steps of 30 s: clocks of telephones go wrong
MFA_RECOVERY_CODE_DIGITS = 12
SOCIALACCOUNT_ADAPTER = "governance.identity.adapters.SingleSignOnAdapter"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 60 * 60 * 12
_https = env.flag("PROBANZA_HTTPS")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = _https
SECURE_HSTS_SECONDS = 31_536_000 if _https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = _https
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.flag("PROBANZA_BEHIND_PROXY") else None
SECURE_REDIRECT_EXEMPT = [r"^healthz", r"^readyz$", r"^metrics$"]  # probes come from inside, without TLS
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"  # the portal frames a report's own HTML form

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("es", _("Spanish"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True

STATIC_URL = "static/"
WHITENOISE_USE_FINDERS = True  # no collectstatic step between a checkout and its first page
DATA_UPLOAD_MAX_MEMORY_SIZE = 5_000_000  # of a JSON or form body; files stream under PROBANZA_MAX_UPLOAD
FILE_UPLOAD_MAX_MEMORY_SIZE = 1_000_000

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["governance.access.api.TokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_PARSER_CLASSES": ["governance.access.api.JSONBody"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PAGINATION_CLASS": "governance.access.api.Pages",
    "DEFAULT_FILTER_BACKENDS": ["governance.access.api.Filters"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "governance.access.api.problem_handler",
    "PAGE_SIZE": 25,
    "UNAUTHENTICATED_USER": None,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Probanza",
    "DESCRIPTION": "Register AI systems, audit them, and report on sealed evidence. "
    "A body sent to an operation that documents none is not read.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PUBLIC": True,
    "SERVE_AUTHENTICATION": [],
    "SERVE_PERMISSIONS": [],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
}

REDIS_URL = env.text("REDIS_URL")
# The broker only rings the bell; the run's row is the truth. See docs/decisions.
_lost_after_s = 600
CELERY_BROKER_URL = REDIS_URL
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": _lost_after_s,
    "unacked_restore_interval": 10,
    "unacked_restore_throttle": 1,
    "socket_timeout": 30,
    "socket_connect_timeout": 2,
    "socket_keepalive": True,
    "retry_on_timeout": True,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = PROBANZA_LEASE_S
CELERY_WORKER_MAX_TASKS_PER_CHILD = 200
CELERY_DB_REUSE_MAX = 500  # tasks on one connection: a fresh one is slow at first, whatever is asked of it
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_SERIALIZER = "json"
CELERY_TASK_DEFAULT_QUEUE = "audit"
CELERY_TASK_CREATE_MISSING_QUEUES = True
CELERY_WORKER_SEND_TASK_EVENTS = False

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": f"governance.config.logs.{'Lines' if DEBUG else 'JsonLines'}"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.text("PROBANZA_LOG_LEVEL", "INFO")},
    "loggers": {
        "presidio-analyzer": {"level": "ERROR"},  # its debug lines carry the text it looks at
        "httpx": {"level": "WARNING"},  # its lines carry the URLs of targets
        "django.server": {"level": "WARNING"},
    },
}

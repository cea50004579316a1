"""The Celery application. Messages carry only ids; see `audits.runs.dispatch` for who sends them."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "governance.config.settings")

app = Celery("probanza")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["audits.runs", "governance.notices"])

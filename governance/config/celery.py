"""The Celery application. Messages carry only ids; see `audits.runs.dispatching` for who sends them."""

import os
from typing import Any

from celery import Celery
from celery.signals import task_postrun, task_prerun
from django.db import connection

from governance.marks import mark

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "governance.config.settings")

app = Celery("probanza")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["audits.runs", "governance.notices"])


@task_prerun.connect
def begin(args: Any = (), **_: Any) -> None:
    """Log lines of a task tell the id that its message carries."""
    mark(carries=str(args[0]) if args else "")


@task_postrun.connect
def end(**_: Any) -> None:
    """What follows is about no task."""
    mark(carries="", run="")


@task_prerun.connect
def begin_connected(**_: Any) -> None:
    """A worker keeps its connection from task to task; one that the server has ended meanwhile is taken anew."""
    if connection.connection is not None and not connection.is_usable():
        connection.close()

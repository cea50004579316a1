"""Gunicorn's configuration beside its command line: log lines as everywhere, and a folder where its processes count together."""

import os
import shutil
import tempfile
from typing import Any

FOLDER = "PROMETHEUS_MULTIPROC_DIR"  # prometheus_client reads it when a web process first imports it
_format = "Lines" if os.environ.get("PROBANZA_DEBUG") == "1" else "JsonLines"
logconfig_dict = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": f"governance.config.logs.{_format}"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "gunicorn.error": {"level": "INFO", "handlers": ["console"], "propagate": False},
        "gunicorn.access": {"level": "WARNING", "handlers": ["console"], "propagate": False},
    },
}


def on_starting(server: Any) -> None:
    """Before the first web process: a fresh folder, so that counts of an earlier start do not linger."""
    os.environ[FOLDER] = tempfile.mkdtemp(prefix="probanza-metrics-")


def on_exit(server: Any) -> None:
    """After the last: take the folder away."""
    shutil.rmtree(os.environ.get(FOLDER, ""), ignore_errors=True)

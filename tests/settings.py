"""The product's settings for tests. The engines' addresses are put in by conftest when they are up."""

import os

os.environ.setdefault("PROBANZA_SECRET_KEY", "for-tests-only-" + "0" * 50)
os.environ.setdefault("PROBANZA_MASTER_KEYS", "test:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")
os.environ.setdefault("PROBANZA_ALLOW_LOOPBACK", "1")
os.environ.setdefault("PROBANZA_STATE_DIR", os.environ.get("PROBANZA_TEST_STATE", "/tmp/probanza-tests"))

from governance.config.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # fast; argon2 has its own test

"""The settings of a test process: the real ones, with a data folder of its own that is removed at the end."""

import atexit
import os
import shutil
import tempfile

VAR = tempfile.mkdtemp(prefix="declic-test-")
atexit.register(shutil.rmtree, VAR, ignore_errors=True)
os.environ.update(
    DECLIC_VAR=VAR,
    DECLIC_ENV_FILE=os.devnull,
    SECRET_KEY="tests" * 12,
    DECLIC_LOG_LEVEL="WARNING",
    DECLIC_URL="http://testserver",
    PORT="8000",
)
for name in ("REDIS_URL", "EMAIL_URL", "DECLIC_DELAY_SCALE", "DECLIC_DEBUG", "DECLIC_LANGUAGE", "BENCH"):
    os.environ.pop(name, None)

from config.settings import *  # noqa: E402, F403

if DATABASES["default"]["ENGINE"] == "crm.sqlite":  # noqa: F405
    # A file, so that threads and processes of a test see the same rows.
    DATABASES["default"]["TEST"] = {"NAME": f"{VAR}/test.sqlite3"}  # noqa: F405
    OPTIONS = DATABASES["default"]["OPTIONS"]  # noqa: F405
    OPTIONS["init_command"] = OPTIONS["init_command"].replace("synchronous=NORMAL", "synchronous=OFF")
else:
    # A database of its own, so that several may test on one server.
    DATABASES["default"]["TEST"] = {"NAME": f"test_declic_{os.getpid()}"}  # noqa: F405
DATABASES["default"]["CONN_MAX_AGE"] = 0  # noqa: F405
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.MD5PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",  # what processes of a test write
]
AXES_ENABLED = False

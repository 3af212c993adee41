"""Settings from the environment, as a process of its own reads them."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from django.conf import settings

from config import checks, places

QUESTION = """
import json, sys
from config import settings
print(json.dumps({name: getattr(settings, name) for name in sys.argv[1:]}, default=str))
"""


def ask(*names: str, **env: str) -> dict[str, object]:
    base = {"PATH": os.environ["PATH"], "DECLIC_VAR": str(settings.VAR_DIR), "DECLIC_ENV_FILE": os.devnull}
    done = subprocess.run(
        [sys.executable, "-c", QUESTION, *names],
        env={**base, **env},
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    answer: dict[str, object] = json.loads(done.stdout)
    return answer


def test_with_nothing_set_everything_is_embedded(tmp_path: Path) -> None:
    found = ask(
        "DATABASES", "VALKEY_SOCKET", "HAS_EMAIL_SERVER", "SITE_URL", "DEBUG", "SECRET_KEY", DECLIC_VAR=str(tmp_path)
    )
    assert found["DATABASES"]["default"]["NAME"] == str(tmp_path / "declic.sqlite3")  # type: ignore[index]
    assert found["DATABASES"]["default"]["OPTIONS"]["transaction_mode"] == "IMMEDIATE"  # type: ignore[index]
    assert found["HAS_EMAIL_SERVER"] is False
    assert found["SITE_URL"] == "http://127.0.0.1:8000"
    assert found["DEBUG"] is False
    assert (tmp_path / "secret_key").read_text() == found["SECRET_KEY"]
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600


def test_what_is_set_is_used() -> None:
    found = ask(
        *("DATABASES", "VALKEY_SOCKET", "RQ_QUEUES", "EMAIL_HOST", "HAS_EMAIL_SERVER", "SESSION_COOKIE_SECURE"),
        *("SECURE_SSL_REDIRECT", "ALLOWED_HOSTS", "SECRET_KEY"),
        DATABASE_URL="postgres://declic:pw@db.example/shop",
        REDIS_URL="redis://redis.example:6379/3",
        EMAIL_URL="smtp+tls://u:p@mail.example:587",
        DECLIC_URL="https://declic.example.com",
        SECRET_KEY="given",
    )
    assert found["DATABASES"]["default"]["HOST"] == "db.example"  # type: ignore[index]
    assert found["VALKEY_SOCKET"] is None
    assert found["RQ_QUEUES"]["mail"]["URL"] == "redis://redis.example:6379/3"  # type: ignore[index]
    assert (found["EMAIL_HOST"], found["HAS_EMAIL_SERVER"]) == ("mail.example", True)
    assert found["SESSION_COOKIE_SECURE"] is found["SECURE_SSL_REDIRECT"] is True
    assert "declic.example.com" in found["ALLOWED_HOSTS"]  # type: ignore[operator]
    assert found["SECRET_KEY"] == "given"


def test_delays_are_scaled_in_a_benchmark_only() -> None:
    with pytest.raises(RuntimeError, match="set BENCH=1 or DECLIC_DEBUG=1"):
        ask("DELAY_SCALE", DECLIC_DELAY_SCALE="0.01")
    assert ask("DELAY_SCALE", DECLIC_DELAY_SCALE="0.01", BENCH="1") == {"DELAY_SCALE": 0.01}


def test_a_socket_path_too_long_for_the_kernel_moves_to_the_temp_folder(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 120)
    path = places.socket_path(deep)
    assert len(os.fsencode(path)) <= places.SOCKET_PATH_LIMIT
    assert path.is_relative_to(tempfile.gettempdir())
    assert path == places.socket_path(deep)
    assert path != places.socket_path(tmp_path / ("e" * 120))


def test_a_short_socket_path_stays_in_the_data_folder() -> None:
    assert places.socket_path(Path("/srv/declic/var")) == Path("/srv/declic/var/valkey.sock")


def test_passwords_in_clear_are_warned_about(settings) -> None:  # type: ignore[no-untyped-def]
    settings.SITE_URL, settings.IS_HTTPS = "http://declic.example.com", False
    assert [found.id for found in checks.check_site_url(None)] == ["declic.W001"]
    settings.SITE_URL = "http://127.0.0.1:8000"
    assert checks.check_site_url(None) == []


def test_addresses_and_counts_that_cannot_be_are_refused(settings) -> None:  # type: ignore[no-untyped-def]
    assert checks.check_addresses(None) == []
    assert checks.check_counts(None) == []
    settings.SITE_URL, settings.REDIS_URL, settings.WEB_WORKERS = "declic.example.com", "localhost", 0
    found = [*checks.check_addresses(None), *checks.check_counts(None)]
    assert [error.id for error in found] == ["declic.E001", "declic.E002", "declic.E003"]
    assert all(error.hint for error in found)

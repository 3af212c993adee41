"""The installer says in one sentence what stands in its way, and costs nothing the second time."""

import subprocess
import sys
from pathlib import Path

import pytest

from config import bootstrap

GOOD = {"version": (3, 11, 2), "system": "Linux", "libc": "glibc 2.36", "machine": "x86_64"}


def test_a_common_machine_is_fine() -> None:
    assert bootstrap.machine_problem(**GOOD) is None


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"version": (3, 10, 12)}, "Python 3.11 or newer and this is 3.10"),
        ({"libc": "glibc 2.27"}, "glibc 2.28 or newer and this is glibc 2.27"),
        ({"libc": ""}, "another C library"),
        ({"machine": "armv7l"}, "this is armv7l"),
        ({"system": "Windows"}, "use WSL"),
    ],
)
def test_a_machine_that_does_not_fit_is_told_so_in_one_sentence(change: dict[str, object], words: str) -> None:
    sentence = bootstrap.machine_problem(**{**GOOD, **change})
    assert sentence is not None
    assert words in sentence
    assert "\n" not in sentence


def test_a_mac_has_no_glibc_and_needs_none() -> None:
    assert bootstrap.machine_problem(**{**GOOD, "system": "Darwin", "libc": "", "machine": "arm64"}) is None


def test_a_folder_that_cannot_be_written_to_is_named(tmp_path: Path) -> None:
    sentence = bootstrap.folder_problem(tmp_path / "missing")
    assert sentence is not None
    assert str(tmp_path) in sentence
    assert bootstrap.folder_problem(tmp_path) is None


def test_uv_is_told_what_pip_knows() -> None:
    told = "\n".join(
        [
            "global.index-url='https://mirror.example/simple'",
            "global.extra-index-url='https://a.example/simple\\nhttps://b.example/simple'",
            "install.find-links='/wheels /more'",
            ":env:.cert='/etc/own.pem'",
            "global.cert='/etc/other.pem'",
            "global.timeout='10'",
        ]
    )
    assert bootstrap.uv_settings(told, {}) == {
        "UV_INDEX_STRATEGY": "unsafe-best-match",
        "UV_DEFAULT_INDEX": "https://mirror.example/simple",
        "UV_INDEX": "https://a.example/simple https://b.example/simple",
        "UV_FIND_LINKS": "/wheels,/more",
        "SSL_CERT_FILE": "/etc/own.pem",
    }


def test_what_is_set_for_uv_already_stays() -> None:
    told = "global.index-url='https://mirror.example/simple'"
    assert "UV_DEFAULT_INDEX" not in bootstrap.uv_settings(told, {"UV_DEFAULT_INDEX": "https://own.example"})


def test_a_python_without_venv_is_told_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bare = tmp_path / "python3"
    bare.write_text("#!/bin/sh\nexit 1\n")
    bare.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(bare))
    sentence = bootstrap.make_venv(tmp_path / ".venv")
    assert sentence is not None
    assert "apt-get install python3-venv" in sentence


def test_an_installation_that_fails_says_what_to_look_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    lock = tmp_path / "lock.txt"
    lock.write_text("no-such-thing==1.0 --hash=sha256:" + "0" * 64 + "\n")
    sentence = bootstrap.install(Path(sys.executable), lock, lock)
    assert sentence is not None
    assert "check the network" in sentence


def test_an_installed_lock_is_recognised_by_its_stamp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    (tmp_path / "requirements").mkdir()
    (tmp_path / ".venv").mkdir()
    for name in ("base", "dev", "uv"):
        (tmp_path / "requirements" / f"{name}.txt").write_text(name)
    stamp = tmp_path / ".venv" / ".declic-stamp"
    stamp.write_text(f"dev {bootstrap.stamp_of([tmp_path / 'requirements' / 'dev.txt'])}\n")
    monkeypatch.setattr(bootstrap, "make_venv", lambda venv: pytest.fail("installed again"))
    assert bootstrap.main("base") is None
    assert bootstrap.main("dev") is None


def test_the_script_runs_on_its_own() -> None:
    source = Path(bootstrap.__file__)
    told = subprocess.run(
        [sys.executable, "-I", "-c", f"import ast; ast.parse(open({str(source)!r}).read(), feature_version=(3, 7))"]
    )
    assert told.returncode == 0

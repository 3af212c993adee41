"""Make .venv from the locked requirements: `python3 -I config/bootstrap.py base|dev`.

Standard library only, and old syntax, so that an old Python can read the sentence that tells so.
"""

import ast
import hashlib
import os
import platform
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OLDEST_PYTHON = (3, 11)
OLDEST_GLIBC = (2, 28)
MACHINES = ("x86_64", "amd64", "aarch64", "arm64")
FROM_PIP = {  # what uv calls the settings of pip
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "trusted-host": "UV_INSECURE_HOST",
    "no-index": "UV_NO_INDEX",
    "cert": "SSL_CERT_FILE",
    "proxy": "ALL_PROXY",
}


def machine_problem(version: "tuple[int, ...]", system: str, libc: str, machine: str) -> "str | None":
    """Say in one sentence why Declic cannot run on such a machine, or return None."""
    if version[:2] < OLDEST_PYTHON:
        found_version = ".".join(str(part) for part in version[:2])
        return f"Declic needs Python 3.11 or newer and this is {found_version}: install one, `make PYTHON=…` uses it."
    if machine.lower() not in MACHINES:
        return f"Declic runs on x86_64 and aarch64 only, and this is {machine}: use another machine."
    if system == "Linux":
        found = re.match(r"glibc (\d+)\.(\d+)", libc)
        if not found:
            return (
                "Declic needs glibc 2.28 or newer and this system has another C library: use Debian, Ubuntu or Fedora."
            )
        if (int(found.group(1)), int(found.group(2))) < OLDEST_GLIBC:
            return f"Declic needs glibc 2.28 or newer and this is {libc}: use a newer system, such as Debian 10."
    elif system != "Darwin":
        return f"Declic runs on Linux and macOS, and this is {system}: on Windows, use WSL."
    return None


def libc_version() -> str:
    """Return the C library as glibc names itself ("glibc 2.36"), or "" for another one."""
    try:
        return os.confstr("CS_GNU_LIBC_VERSION") or ""
    except (AttributeError, OSError, ValueError):
        return ""


def folder_problem(root: Path) -> "str | None":
    """Say why nothing can be installed into `root`, or return None."""
    probe = root / f".declic-{os.getpid()}"
    try:
        probe.mkdir()
        probe.rmdir()
    except OSError as error:
        return f"Declic cannot write to {root} ({error.strerror}): clone it into a folder of yours."
    return None


def uv_settings(pip_config: str, env: "dict[str, str]") -> "dict[str, str]":
    """Translate the output of `pip config list` into the variables of uv; what is set for uv already wins."""
    values = {}  # type: dict[str, str]
    for section in ("global", "install", ":env:"):
        for line in pip_config.splitlines():
            name, is_set, value = line.partition("=")
            if is_set and name.startswith(section + "."):
                values[name[len(section) + 1 :]] = str(ast.literal_eval(value))
    found = {"UV_INDEX_STRATEGY": "unsafe-best-match"}  # as pip does; the hashes say which file is meant
    for pip_name, uv_name in FROM_PIP.items():
        if values.get(pip_name):
            separator = "," if pip_name == "find-links" else " "
            found[uv_name] = separator.join(values[pip_name].split())
    return {name: value for name, value in found.items() if name not in env}


def run(*command: "str | Path", env: "dict[str, str] | None" = None, quiet: bool = False) -> bool:
    """Run a command and tell whether it succeeded."""
    output = subprocess.DEVNULL if quiet else None
    words = [str(part) for part in command]
    return subprocess.run(words, check=False, env=env, stdout=output, stderr=output).returncode == 0


def make_venv(venv: Path) -> "str | None":
    """Make a virtual environment that has pip; return the sentence for the user where that cannot be."""
    python = venv / "bin" / "python"
    if python.exists() and run(python, "-m", "pip", "--version", quiet=True):
        return None
    if run(sys.executable, "-m", "venv", "--clear", venv, quiet=True):
        return None
    # Debian without python3-venv has no ensurepip, but perhaps a pip that can install into another environment.
    if run(sys.executable, "-m", "venv", "--clear", "--without-pip", venv, quiet=True) and run(
        sys.executable, "-m", "pip", "--python", python, "install", "-q", "pip", quiet=True
    ):
        return None
    shutil.rmtree(str(venv), ignore_errors=True)
    return "Python cannot make a virtual environment here: run `apt-get install python3-venv` and try again."


def install(python: Path, lock: Path, uv_lock: Path) -> "str | None":
    """Install exactly what the lock names, with uv, else with pip; return the sentence for the user if both fail."""
    pip = [str(python), "-m", "pip", "--disable-pip-version-check", "-q"]
    told = subprocess.run([*pip, "config", "list"], check=False, stdout=subprocess.PIPE)
    env = {**os.environ, **uv_settings(told.stdout.decode(), dict(os.environ))}
    hashed = ["install", "--require-hashes", "-r"]
    sync = [str(python), "-m", "uv", "pip", "sync", "-q", "--compile-bytecode", "--require-hashes"]
    if run(*pip, *hashed, uv_lock) and run(*sync, "--python", python, lock, env=env):
        return None
    print("uv did not work here, trying pip, which takes longer.", file=sys.stderr)
    if run(*pip, *hashed, lock):
        return None
    return (
        "The packages could not be installed (see above): check the network, PIP_INDEX_URL and PIP_CERT, and try again."
    )


def stamp_of(locks: "list[Path]") -> str:
    """Return what the stamp says when these locks are installed for this Python."""
    content = b"".join(lock.read_bytes() for lock in locks)
    return hashlib.sha256(content + sys.version.encode() + str(ROOT).encode()).hexdigest()


def newer_python() -> "str | None":
    """Find a Python that is new enough beside one that is not."""
    names = (f"python3.{minor}" for minor in range(14, OLDEST_PYTHON[1] - 1, -1))
    return next((path for path in map(shutil.which, names) if path), None)


def main(kind: str) -> "str | None":
    """Install `base` (to run) or `dev` (to test as well); return a sentence when that cannot be."""
    if sys.version_info[:2] < OLDEST_PYTHON and newer_python():
        os.execv(str(newer_python()), [str(newer_python()), "-I", *sys.argv])  # noqa: S606
    venv, requirements = ROOT / ".venv", ROOT / "requirements"
    stamps = {name: stamp_of([requirements / f"{name}.txt"]) for name in ("base", "dev")}
    stamp = venv / ".declic-stamp"
    present = stamp.read_text().split() if stamp.exists() else ["", ""]
    if present[1] == stamps.get(present[0], "-") and (kind == "base" or present[0] == "dev"):
        return None
    kind = "dev" if "dev" in (kind, present[0]) else "base"
    problem = machine_problem(sys.version_info[:2], platform.system(), libc_version(), platform.machine())
    problem = problem or folder_problem(ROOT)
    if problem is None:
        print("Installing into .venv …", file=sys.stderr)
        if stamp.exists():
            stamp.unlink()
        problem = make_venv(venv)
    if problem is None:
        problem = install(venv / "bin" / "python", requirements / f"{kind}.txt", requirements / "uv.txt")
    if problem is None:
        stamp.write_text(f"{kind} {stamps[kind]}\n")
    return problem


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "base"))

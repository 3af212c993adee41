"""Where the files of a running Declic lie. Imported by the settings, so it uses the standard library only."""

import hashlib
import os
import secrets
import tempfile
from pathlib import Path

SOCKET_PATH_LIMIT = 107
"""Bytes that the kernel takes as the path of a unix socket."""


def socket_path(folder: Path) -> Path:
    """Return the path of the Valkey socket for the data folder `folder`.

    A path that the kernel would not take is replaced by one under the temp dir that depends on the folder and the user.
    """
    path = folder.resolve() / "valkey.sock"
    if len(os.fsencode(path)) <= SOCKET_PATH_LIMIT:
        return path
    name = hashlib.sha256(f"{os.getuid()}:{path}".encode()).hexdigest()[:16]
    for parent in (Path(tempfile.gettempdir()), Path("/tmp")):  # noqa: S108
        short = parent / f"declic-{name}" / "valkey.sock"
        if len(os.fsencode(short)) <= SOCKET_PATH_LIMIT:
            break
    return short


def secret_key(folder: Path) -> str:
    """Return the key kept in the data folder; make it at the first call, readable by its owner only.

    Exits with one sentence where the folder cannot be written to.
    """
    path = folder / "secret_key"
    try:
        return path.read_text().strip() if path.exists() else _make_secret_key(folder, path)
    except OSError as error:
        raise SystemExit(cannot_write(folder, error)) from error


def cannot_write(folder: Path, error: OSError) -> str:
    """Say in one sentence what to do about a data folder that cannot be written to."""
    return f"Declic cannot write to {folder} ({error.strerror}): make it writable or set DECLIC_VAR to another folder."


def _make_secret_key(folder: Path, path: Path) -> str:
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / f".secret_key.{os.getpid()}"
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(64))
    try:
        os.link(draft, path)  # several processes may start at once: the first one wins
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return path.read_text().strip()

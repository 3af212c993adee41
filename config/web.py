"""The web process."""

from django.conf import settings


def serve() -> None:
    """Serve until SIGTERM: granian, WSGI, threads."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    Granian(
        "config.wsgi:application",
        address=settings.HOST,
        port=settings.PORT,
        interface=Interfaces.WSGI,
        workers=settings.WEB_WORKERS,
        blocking_threads=settings.WEB_THREADS,
        workers_kill_timeout=5,  # without it, SIGTERM during the start is ignored
        respawn_failed_workers=True,
        respawn_interval=1,
        log_level=LogLevels.error,
    ).serve()

"""The scheduler: calls every periodic task, each in a thread of its own, so that a slow one delays no other."""

import signal
import threading

import structlog
from django.db import close_old_connections, connection

from actions.bells import stopping
from crm.periodic import Task, discover

logger = structlog.get_logger(__name__)


class Scheduler:
    """Repeat tasks until `stop`; a task that raises is logged and repeated, whatever it lost."""

    def __init__(self, tasks: list[Task]) -> None:
        self.tasks = tasks
        self._stopping = threading.Event()

    def run(self) -> None:
        """Call the tasks until `stop` is called from a signal handler or another thread."""
        threads = [threading.Thread(target=self._repeat, args=(task,), name=task.name) for task in self.tasks]
        for thread in threads:
            thread.start()
        while not self._stopping.wait(1):
            pass
        for thread in threads:
            thread.join()

    def stop(self) -> None:
        """Let each task end its current call and return from `run`."""
        self._stopping.set()

    def _repeat(self, task: Task) -> None:
        while not self._stopping.is_set():
            close_old_connections()
            try:
                task.run()
            except Exception:
                logger.exception("periodic task failed", task=task.name)
                connection.close()
            self._stopping.wait(task.every)
        connection.close()


def run_scheduler() -> None:
    """Repeat every periodic task that is declared until SIGTERM or SIGINT."""
    scheduler = Scheduler(discover())

    def stop(_signum: int, _frame: object) -> None:
        stopping.set()
        scheduler.stop()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    scheduler.run()

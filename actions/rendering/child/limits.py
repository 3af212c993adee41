"""How much the child process may use."""

import contextlib
import os
import resource
import signal
import sys

#: Memory above what the process holds once it is ready, in bytes.
MEMORY_ABOVE_BASE = 64 * 2**20
#: Processor time for one message, in seconds.
CPU_PER_MESSAGE = 0.5


def limit_process() -> None:
    """Bound memory; forbid writing files and core dumps; live until the parent closes the pipe."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    if sys.platform == "linux":
        with open("/proc/self/statm") as statm:
            base = int(statm.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
        with contextlib.suppress(ValueError, OSError):  # a lower limit is set already
            resource.setrlimit(resource.RLIMIT_AS, (base + MEMORY_ABOVE_BASE,) * 2)


class Stopwatch:
    """Ends the process when one message takes more processor time than it may."""

    def __enter__(self) -> None:
        signal.setitimer(signal.ITIMER_PROF, CPU_PER_MESSAGE)

    def __exit__(self, *_: object) -> None:
        signal.setitimer(signal.ITIMER_PROF, 0)

"""Time on a machine whose cores have other work as well."""

import contextlib
import os
import pathlib
import time


def waited_for_cores(pid):
    """{thread: seconds that it has stood ready to run without a core} (the kernel's scheduler/sched-stats)."""
    waited = {}
    for task in pathlib.Path(f"/proc/{pid}/task").glob("*"):
        with contextlib.suppress(OSError):
            waited[task.name] = int((task / "schedstat").read_text(encoding="ascii").split()[1]) / 1e9
    return waited


class Stopwatch:
    """Seconds that something takes some processes and this test, less those in which they stood ready and other programs had the cores.

    What is taken off is the time of the thread that waited longest, here and there. On an idle machine that is nothing.
    """

    def __init__(self, *pids):
        self.pids = (os.getpid(), *pids)
        self.before = {pid: waited_for_cores(pid) for pid in self.pids}
        self.now = dict(self.before)
        self.begun = time.monotonic()

    def seconds(self):
        """So far; a process that has ended waited as long as it had when it was last looked at."""
        took = time.monotonic() - self.begun
        for pid in self.pids:
            self.now[pid] = self.now[pid] | waited_for_cores(pid)
        here, *there = (max((waited - self.before[pid].get(task, 0.0) for task, waited in self.now[pid].items()), default=0.0)
                        for pid in self.pids)
        return took - here - max(there, default=0.0)

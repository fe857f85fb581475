"""Measures time on a machine that is busy with other programs."""

import contextlib
import os
import pathlib
import time


def waited_for_cores(pid):
    """Returns {thread: seconds that it was runnable but waited for a core} (the kernel's scheduler/sched-stats)."""
    waited = {}
    for task in pathlib.Path(f"/proc/{pid}/task").glob("*"):
        with contextlib.suppress(OSError):
            waited[task.name] = int((task / "schedstat").read_text(encoding="ascii").split()[1]) / 1e9
    return waited


class Stopwatch:
    """Measures elapsed seconds without the time in which some processes or this test were runnable while other programs used the cores.

    This waiting time is that of the thread that has waited longest, among the threads of these processes and of the test. On an idle
    machine it is zero.
    """

    def __init__(self, *pids):
        self.pids = (os.getpid(), *pids)
        self.before = {pid: waited_for_cores(pid) for pid in self.pids}
        self.now = dict(self.before)
        self.begun = time.monotonic()

    def seconds(self):
        """Returns the seconds so far. For a process that has ended, the last known waiting time counts."""
        took = time.monotonic() - self.begun
        for pid in self.pids:
            self.now[pid] = self.now[pid] | waited_for_cores(pid)
        here, *there = (max((waited - self.before[pid].get(task, 0.0) for task, waited in self.now[pid].items()), default=0.0)
                        for pid in self.pids)
        return took - here - max(there, default=0.0)

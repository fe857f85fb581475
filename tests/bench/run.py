#!/usr/bin/python3
"""Compares the speed with other programs and plain libraries for the same work, on the same machine in the same run.

run.py [PART...]: serving, showing, following, searching, keeping, changing, syncing, hostile, mailing, bundling, meeting, matching, sharing or year; all parts by default. Prints
the machine and a table. Goals are ratios, which do not depend on the machine's speed; only memory has goals in bytes.
"""

import os
import pathlib
import platform
import re
import sys
import tempfile

import bundling
import changing
import following
import hostile
import keeping
import mailing
import matching
import meeting
import searching
import serving
import sharing
import showing
import syncing
import year


def machine():
    cpu = re.search(r"model name\s*:\s*(.*)", pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8"))
    memory = int(re.search(r"MemTotal:\s+(\d+)", pathlib.Path("/proc/meminfo").read_text(encoding="ascii"))[1]) / 2**20
    return (f"{cpu[1] if cpu else platform.machine()}, {len(os.sched_getaffinity(0))} cores, {memory:.0f} GiB, "
            f"Linux {platform.release()}")


PARTS = {part.__name__: part for part in (serving, showing, following, searching, keeping, changing, syncing, hostile, mailing, bundling, meeting, matching, sharing, year)}


def main():
    print(machine(), flush=True)
    missed = 0
    parts = [PARTS[name] for name in sys.argv[1:]] or PARTS.values()
    with tempfile.TemporaryDirectory(prefix="convened-bench-") as name:
        directory = pathlib.Path(name)
        directory.chmod(0o755)  # as root, nginx's worker runs as another user
        for part in parts:
            for what, ours, theirs, ratio, reached, goal in part.run(directory):
                missed += not reached
                print(f"{what:52} {ours:>18} {theirs:50} {ratio:>8}  {'' if reached else 'MISSED: '}{goal}", flush=True)
    return 1 if missed else 0


sys.exit(main())

"""Starts Evolution's libraries in a D-Bus session of their own, with their files in a folder."""

import json
import os
import pathlib
import subprocess
import sys
import time

from conftest import PATIENCE
from test_accounts import PASSWORD


class Evolution:
    """program: evolution_book.py or evolution_calendar.py, which reads commands and writes results; path: of the collection."""

    def __init__(self, site, folder, program, path):
        places = {"HOME": folder, "XDG_CONFIG_HOME": folder / "config", "XDG_DATA_HOME": folder / "data", "XDG_CACHE_HOME": folder / "cache", "XDG_RUNTIME_DIR": folder}
        self.process = subprocess.Popen(
            ["dbus-run-session", "--", sys.executable, pathlib.Path(__file__).with_name(program), "127.0.0.1", str(site.port), path, "anna", PASSWORD], text=True,
            env={**os.environ, **{name: str(path) for name, path in places.items()}}, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def ask(self, verb, argument=None):
        print(json.dumps([verb, argument]), file=self.process.stdin, flush=True)
        return json.loads(self.process.stdout.readline())

    def wait_for(self, members):
        """Waits until the copy has these members: a refresh goes on after it has returned."""
        end_of_wait = time.monotonic() + PATIENCE
        while self.ask("refresh") and (found := self.ask("list")) != members:
            assert time.monotonic() < end_of_wait, found
            time.sleep(0.2)

    def end(self):
        self.process.stdin.close()
        assert self.process.wait(PATIENCE) == 0

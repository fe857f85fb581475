#!/usr/bin/python3
"""A PostgreSQL server for tests: in a temporary directory, on a socket there, without fsync, removed at the end.

postgresql.py COMMAND...: runs a command with the URL of the server in CONVENED_POSTGRESQL. Each test makes databases of its own on it.
"""

import os
import pathlib
import pwd
import shutil
import subprocess
import sys
import tempfile
import uuid

BINARIES = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
USER = "postgres"
VARIABLE = "CONVENED_POSTGRESQL"
# Seconds for a command; a busy machine takes many times as long as an idle one.
PATIENCE = 300
SETTINGS = ("listen_addresses=", "fsync=off", "shared_buffers=32MB", "max_connections=300", "log_min_messages=warning", "lc_messages=C")


def as_user(command):
    """Adds a change of user if run as root, since the server refuses to run as root."""
    return ["setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups", "--", *command] if os.getuid() == 0 else command


def run(*command, **options):
    return subprocess.run(as_user([str(word) for word in command]), capture_output=True, text=True, check=False, timeout=PATIENCE, **options)


class Server:
    """A cluster and its server, started by `with`."""

    def __init__(self, *settings, binaries=None):
        self.binaries = binaries or BINARIES[-1]
        self.settings = SETTINGS + settings
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="pg-"))
        self.data = self.directory / "data"

    def __enter__(self):
        if os.getuid() == 0:
            user = pwd.getpwnam(USER)
            os.chown(self.directory, user.pw_uid, user.pw_gid)
        # The programs under test may run as other users.
        self.directory.chmod(0o755)
        made = self.make()
        if made.returncode != 0:
            raise RuntimeError(f"{made.args}: {made.stderr}")
        self.start()
        return self

    def make(self):
        return run(self.binaries / "initdb", "--no-sync", "-A", "trust", "-U", USER, "-E", "UTF8", "--locale=C.UTF-8", self.data, cwd=self.directory)

    def __exit__(self, *_):
        self.stop("immediate")
        shutil.rmtree(self.directory)

    def start(self):
        options = " ".join(f"-c {setting}" for setting in (*self.settings, f"unix_socket_directories={self.directory}"))
        started = run(self.binaries / "pg_ctl", "-D", self.data, "-w", "-l", self.data / "log", "-o", options, "start", cwd=self.directory)
        if started.returncode != 0:
            raise RuntimeError(f"pg_ctl: {started.stdout}{(self.data / 'log').read_text(encoding='utf-8')}")

    def stop(self, how="fast"):
        run(self.binaries / "pg_ctl", "-D", self.data, "-m", how, "-w", "stop", cwd=self.directory)

    def url(self, database="postgres"):
        return f"postgresql://{USER}@/{database}?host={self.directory}"


class Standby(Server):
    """A copy of another server that follows it. Each commit of the other one waits for this one from then on."""

    def __init__(self, primary):
        super().__init__()
        self.primary = primary

    def make(self):
        return run(self.binaries / "pg_basebackup", "-h", self.primary.directory, "-U", USER, "-D", self.data, "-R", "-X", "stream", "-c", "fast", "--no-sync",
                   cwd=self.directory)

    def start(self):
        super().start()
        psql(self.primary.url(), "ALTER SYSTEM SET synchronous_standby_names = '*'")
        psql(self.primary.url(), "SELECT pg_reload_conf()")

    def promote(self):
        promoted = run(self.binaries / "pg_ctl", "-D", self.data, "-w", "promote", cwd=self.directory)
        if promoted.returncode != 0:
            raise RuntimeError(f"promote: {promoted.stdout}{promoted.stderr}")


def psql(url, sql):
    """Runs SQL. Returns the rows as lines, with the columns separated by "|"."""
    result = subprocess.run([BINARIES[-1] / "psql", "-X", "-q", "-At", "-v", "ON_ERROR_STOP=1", "-d", url, "-c", sql], capture_output=True, text=True, check=False, timeout=PATIENCE)
    if result.returncode != 0:
        raise RuntimeError(f"{sql}: {result.stderr}")
    return result.stdout


def make_database(server_url):
    """Makes an empty database on a server. Returns its URL."""
    name = f"t{uuid.uuid4().hex}"
    psql(server_url, f"CREATE DATABASE {name}")
    return server_url.replace("/postgres?", f"/{name}?")


def main():
    with Server() as server:
        sys.exit(subprocess.run(sys.argv[1:], env=dict(os.environ, **{VARIABLE: server.url()}), check=False).returncode)


if __name__ == "__main__":
    main()

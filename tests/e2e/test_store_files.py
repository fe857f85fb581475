"""Tests the store's files: one daemon for each store, whatever other files exist, and reading on a read-only file system."""

import contextlib
import json
import os
import shutil
import sqlite3
import subprocess

import pytest

from conftest import BUILD, ROOT

# Makes the configuration's directory read-only for one command, in its own mount namespace.
READ_ONLY = 'mount --bind "$1" "$1" && mount -o remount,ro,bind "$1" && shift && exec "$@"'
only_root = pytest.mark.skipif(os.getuid() != 0, reason="only root can mount a directory read-only")


def start_another(site):
    return subprocess.run([BUILD / "convened", "--config", site.config], capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.parametrize("name", ["convened.db", "link.db", "hard.db"])
def test_a_second_daemon_is_refused_by_the_file_itself(daemon, name):
    """The lock is on the database file itself, because other files can be deleted and the database may have several names."""
    for beside in daemon.directory.glob("convened.db*"):
        if beside.suffix not in (".db", ".db-wal", ".db-shm"):
            beside.unlink()
    (daemon.directory / "link.db").symlink_to(daemon.database)
    os.link(daemon.database, daemon.directory / "hard.db")
    daemon.write_config(extra="")
    text = daemon.config.read_text(encoding="utf-8")
    daemon.config.write_text(text.replace("/convened.db", f"/{name}"), encoding="utf-8")
    # A command checks for the daemon, reads and ends; the daemon keeps its lock.
    assert "daemon: running" in daemon.convene("status").stdout.lower()
    refused = start_another(daemon)
    assert refused.returncode == 1 and "another convened is at work" in refused.stderr, refused.stderr
    daemon.stop()
    assert "daemon: not running" in daemon.convene("status").stdout.lower()


def read_only(site, *arguments):
    environment = dict(os.environ, LC_ALL="C.UTF-8")
    return subprocess.run(["unshare", "--mount", "--propagation", "private", "bash", "-c", READ_ONLY, "-", site.directory,
                           BUILD / "convene", "--config", site.config, *map(str, arguments)],
                          env=environment, capture_output=True, text=True, timeout=120, check=False)


def rest(site):
    site.convene("list")


def leave_a_log(site):
    """Simulates a power loss: the last commit is in the log, and the shared memory is gone."""
    site.convene("list")
    with contextlib.closing(sqlite3.connect(site.database)) as db:
        db.execute("PRAGMA wal_autocheckpoint = 0")
        db.execute("UPDATE object SET name = 'In the log' WHERE kind = 1 AND id = (SELECT min(id) FROM object WHERE kind = 1)")
        db.commit()
        for end in ("", "-wal"):
            shutil.copy(f"{site.database}{end}", f"{site.database}.kept{end}")
    for end in ("", "-wal"):
        os.replace(f"{site.database}.kept{end}", f"{site.database}{end}")
    assert not (site.directory / "convened.db-shm").exists() and (site.directory / "convened.db-wal").stat().st_size > 0


@only_root
@pytest.mark.parametrize("leave", [rest, leave_a_log])
def test_every_reading_command_on_a_read_only_mount(site, tmp_path_factory, monkeypatch, leave):
    site.convene("import", ROOT / "conf/documents")
    leave(site)
    scratch, exported = tmp_path_factory.mktemp("scratch"), tmp_path_factory.mktemp("exported")
    monkeypatch.setenv("TMPDIR", str(scratch))
    listed = read_only(site, "list", "--json")
    assert listed.returncode == 0, listed.stderr
    rows = [json.loads(line) for line in listed.stdout.splitlines()]
    assert len(rows) == 14
    assert [row["summary"] for row in rows].count("In the log") == (leave is leave_a_log)
    for command in (("show", rows[0]["uid"]), ("status",), ("outbox",), ("check",) if leave is rest else ("list",), ("export", exported)):
        result = read_only(site, *command)
        assert result.returncode == 0, (command, result.stderr)
    assert len(list(exported.rglob("*.ics"))) == len(rows)
    refused = read_only(site, "set", rows[0]["uid"], "LOCATION", "x")
    assert refused.returncode == 1 and "cannot be written" in refused.stderr
    assert list(scratch.iterdir()) == []


@only_root
def test_a_read_only_mount_beside_a_daemon_that_writes(daemon):
    """The daemon's own mount is writable: its commits are visible at once on the read-only mount."""
    daemon.convene("add", "--summary", "Just now", "--start", "2036-05-01", "--uid", "now@files.example")
    result = read_only(daemon, "show", "now@files.example")
    assert result.returncode == 0 and "Just now" in result.stdout
    assert "daemon: running" in read_only(daemon, "status").stdout.lower()


def test_a_link_to_no_file_makes_a_private_file(site):
    target = site.directory / "elsewhere.db"
    site.database.symlink_to(target)
    mask = os.umask(0)
    try:
        site.convene("import", ROOT / "conf/documents")
    finally:
        os.umask(mask)
    assert target.stat().st_mode & 0o777 == 0o600

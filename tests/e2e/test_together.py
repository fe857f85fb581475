"""One store with many writers, one daemon and any number of commands: no command fails because of a lock."""

import concurrent.futures
import contextlib
import os
import sqlite3
import subprocess

import pytest
import requests

from conftest import BUILD, PATIENCE, Site, wait_until
from smtp_server import Server
from test_notices import CALENDAR, CARD, DAY, EVENT

BULK, BATCH = 25_000, 5_000  # events of an import, and of one of its transactions
CONTACTS = 30
WRITERS = 2
HELD_SECONDS = 6  # longer than the daemon's loop may block


def calendar(n):
    return "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//t//EN\r\n" + "".join(
        f"BEGIN:VEVENT\r\nUID:{number}@bulk.example\r\nDTSTAMP:20260101T000000Z\r\nDTSTART;VALUE=DATE:20600101\r\nSUMMARY:{number}\r\n"
        "END:VEVENT\r\n" for number in range(n)) + "END:VCALENDAR\r\n"


def card(number):
    return CARD.format("").replace("v@x.example", f"v{number}@x.example").replace("v@example.org", f"v{number}@example.org")


def told_of_a_lock(text):
    return "lock" in text.lower() or "busy" in text.lower()


@pytest.mark.parametrize("name", ["convened.db", "alias.db"])
def test_a_second_daemon_on_one_store_is_refused(daemon, tmp_path, name):
    """A second daemon on another port is refused, also under another name of the store."""
    path = daemon.directory / name
    if name == "alias.db":
        path.symlink_to(daemon.database)
    (tmp_path / "second").mkdir()
    other = Site(tmp_path / "second")
    other.config.write_text(other.config.read_text(encoding="utf-8").replace(str(other.database), str(path)), encoding="utf-8")
    result = subprocess.run([BUILD / "convened", "--config", other.config], capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert result.returncode == 1 and "another convened is at work" in result.stderr
    assert requests.get(daemon.url + "/all.ics", timeout=PATIENCE).status_code == 200


@pytest.mark.parametrize("source", ["-", "pipe"])
@pytest.mark.parametrize("strict", [(), ("--strict",)])
def test_an_import_that_waits_for_a_pipe_blocks_nobody(site, source, strict):
    site.convene("add", "--summary", "x", "--start", "2027-05-01")
    path = source
    if source == "pipe":
        path = site.directory / "pipe"
        os.mkfifo(path)
    reader = subprocess.Popen([BUILD / "convene", "--config", site.config, "import", *strict, path], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    writer = open(path, "wb") if source == "pipe" else reader.stdin  # blocks until the pipe is read
    try:
        writer.write(calendar(1).encode()[:-20])
        writer.flush()
        # The command's lock timeout of a minute must not be reached.
        site.convene("list")
        subprocess.run([BUILD / "convene", "--config", site.config, "add", "--summary", "x", "--start", "2027-05-01"],
                       capture_output=True, timeout=PATIENCE, check=True)
        writer.write(calendar(1).encode()[-20:])
    finally:
        writer.close()
        reader.stdin.close()
    assert b"1 created" in reader.stdout.read() and reader.wait(timeout=PATIENCE) == 0
    assert len(site.convene("list", "--json").stdout.splitlines()) == 3


def listed(make_site, server):
    site = make_site(mail=f'deliver = true; url = "smtp://127.0.0.1:{server.port}"; starttls = false; rate = 600;')
    site.convene("import", "-", stdin=CALENDAR.encode())
    site.convene("import", "-", stdin="".join(card(number) for number in range(CONTACTS)).encode())
    for number in range(CONTACTS):
        site.convene("subscribe", f"v{number}@example.org", "--event", EVENT, "--lead=-P1D@18:00")
    return site


def keep_writing(site, importer, number):
    """Runs commands, one event after another, until the import ends; returns their output."""
    said, uids = "", []
    while importer.poll() is None:
        uids.append(f"{number}-{len(uids)}@together.example")
        result = site.convene("add", "--summary", "x", "--start", "2051-06-24", "--uid", uids[-1], check=False)
        said += f"{result.stderr}exit {result.returncode}\n" if result.returncode != 0 else result.stderr
    return said, uids


def test_many_commands_write_while_the_daemon_sends(make_site, tmp_path):
    """Between its transactions a long import lets the other writers write, in turn."""
    bulk = tmp_path / "bulk.ics"
    bulk.write_text(calendar(BULK), encoding="utf-8", newline="")
    with Server({}) as server:
        site = listed(make_site, server).start(f"--rehearse={DAY}17:59:58+03:00")
        importer = subprocess.Popen([BUILD / "convene", "--config", site.config, "import", bulk],
                                    stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        with concurrent.futures.ThreadPoolExecutor(WRITERS) as pool:
            written = list(pool.map(lambda number: keep_writing(site, importer, number), range(WRITERS)))
        assert f"{BULK} created" in importer.stdout.read() and importer.returncode == 0
        assert [said for said, _ in written if said] == []
        n_written = sum(len(uids) for _, uids in written)
        assert n_written >= BULK / BATCH * WRITERS / 2
        wait_until(lambda: len(server.messages) == CONTACTS)
        assert not told_of_a_lock(site.log_text()), site.log_text()
        assert site.stop() == 0
        assert len(site.convene("list", "--json").stdout.splitlines()) == BULK + 1 + n_written
        assert site.convene("check").returncode == 0


def test_a_long_lock_is_waited_for(make_site):
    """While a large strict import or a user of sqlite3 holds the lock, no command fails and no mail is given up."""
    with Server({}) as server:
        site = listed(make_site, server).start(f"--rehearse={DAY}17:59:58+03:00")
        wait_until(lambda: len(server.messages) >= 1)
        with contextlib.closing(sqlite3.connect(site.database, isolation_level=None)) as holder:
            holder.execute("BEGIN IMMEDIATE")
            n_sent = len(server.messages)
            writer = subprocess.Popen([BUILD / "convene", "--config", site.config, "add", "--summary", "x", "--start", "2051-06-24"],
                                      stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
            with pytest.raises(subprocess.TimeoutExpired):
                writer.wait(timeout=HELD_SECONDS)
            assert len(server.messages) <= n_sent + 4
            holder.execute("ROLLBACK")
        assert writer.communicate(timeout=PATIENCE)[1] == "" and writer.returncode == 0
        wait_until(lambda: len(server.messages) == CONTACTS)
        assert "nothing more is sent" not in site.log_text()

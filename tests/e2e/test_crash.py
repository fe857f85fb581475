"""Checks that kill -9 at any time loses no acknowledged write of the command or the daemon."""

import json
import random
import re
import signal
import subprocess
import time

import requests

from conftest import BUILD, PATIENCE, wait_until

ROUNDS = 25


def uids(site):
    return {json.loads(line)["uid"] for line in site.convene("list", "--json").stdout.splitlines()}


def test_acknowledged_events_survive_a_killed_writer(site):
    """Kills writers at random times. Every event whose UID was printed is in the store, and the store passes its check."""
    site.convene("list", check=False)
    rng, acknowledged = random.Random(5545), set()
    for number in range(ROUNDS):
        uid = f"event-{number}@crash.example"
        writer = subprocess.Popen(
            [BUILD / "convene", "--config", site.config, "add", "--summary", f"Событие {number}", "--start", "2027-05-01",
             "--uid", uid], stdout=subprocess.PIPE, text=True)
        time.sleep(rng.uniform(0, 0.03))
        writer.send_signal(signal.SIGKILL)
        if uid in writer.communicate(timeout=PATIENCE)[0]:
            acknowledged.add(uid)
    site.convene("add", "--summary", "Последнее", "--start", "2027-05-02", "--uid", "last@crash.example")
    assert acknowledged <= uids(site)
    assert site.convene("check").returncode == 0


def test_a_restarted_daemon_serves_the_same_bytes(daemon):
    before = requests.get(daemon.url + "/all.ics", timeout=PATIENCE)
    for _ in range(5):
        daemon.stop(signal.SIGKILL)
        daemon.start()
        after = requests.get(daemon.url + "/all.ics", timeout=PATIENCE)
        assert after.content == before.content and after.headers["ETag"] == before.headers["ETag"]
    assert daemon.convene("check").returncode == 0


def test_a_killed_import_keeps_only_whole_objects(site, tmp_path):
    body = "".join(
        f"BEGIN:VEVENT\r\nUID:{n}@bulk.example\r\nDTSTAMP:20260101T000000Z\r\nDTSTART;VALUE=DATE:20270101\r\nSUMMARY:{n}\r\n"
        "END:VEVENT\r\n" for n in range(30000))
    path = tmp_path / "bulk.ics"
    path.write_text(f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//t//EN\r\n{body}END:VCALENDAR\r\n", newline="")
    for seconds in (0.05, 0.3, 0.8):
        importer = subprocess.Popen([BUILD / "convene", "--config", site.config, "import", path], stdout=subprocess.DEVNULL)
        time.sleep(seconds)
        importer.send_signal(signal.SIGKILL)
        importer.wait(timeout=PATIENCE)
        # The writer may have been killed before the store was created.
        checked = site.convene("check", check=False)
        assert checked.returncode == 0 or "there is no store" in checked.stderr
    assert "refused" in site.convene("import", path).stdout
    assert len(uids(site)) == 30000


def test_the_daemon_still_serves_when_its_disk_is_read_only_or_gone(daemon):
    before = requests.get(daemon.url + "/all.ics", timeout=PATIENCE).content
    for path in daemon.directory.glob("convened.db*"):
        path.unlink()
    assert requests.get(daemon.url + "/all.ics", timeout=PATIENCE).content == before


def test_a_file_that_is_not_a_database_is_not_changed(site):
    site.database.write_bytes(b"this is no database, but somebody's letter\n" * 100)
    before = site.database.read_bytes()
    result = subprocess.run([BUILD / "convened", "--config", site.config], capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert result.returncode == 1 and str(site.database) in result.stderr
    assert site.database.read_bytes() == before


def test_reload_keeps_the_old_configuration_when_the_new_one_is_bad(daemon):
    good = daemon.config.read_text(encoding="utf-8")
    daemon.config.write_text(good + 'time_zone = "Mars/Olympus";\n', encoding="utf-8")
    daemon.process.send_signal(signal.SIGHUP)
    wait_until(lambda: "the old configuration stays in force" in daemon.log_text())
    assert "time_zone" in daemon.log_text()
    daemon.config.write_text(good + 'feed = { refresh = "PT2H"; };\n', encoding="utf-8")
    daemon.process.send_signal(signal.SIGHUP)
    wait_until(lambda: "REFRESH-INTERVAL;VALUE=DURATION:PT2H" in requests.get(daemon.url + "/all.ics", timeout=PATIENCE).text)


def test_reload_names_each_key_that_takes_a_restart(daemon, tmp_path):
    config = daemon.config.read_text(encoding="utf-8")
    changed = config.replace("convened.db", "other.db").replace("listen = [", 'threads = 2; listen = [ "127.0.0.2:0",')
    assert changed.count("other.db") == 1 and changed.count("127.0.0.2") == 1
    for _ in range(2):
        log = len(daemon.log_text())
        daemon.config.write_text(changed, encoding="utf-8")
        daemon.process.send_signal(signal.SIGHUP)
        wait_until(lambda: "new configuration is in force" in daemon.log_text()[log:] and "threads has" in daemon.log_text()[log:])
        told = re.findall(r"(\S+) has changed: that takes a restart", daemon.log_text()[log:])
        assert told == ["store", "http.listen", "http.threads"]
    daemon.config.write_text(config + 'language = "en";\n', encoding="utf-8")
    log = len(daemon.log_text())
    daemon.process.send_signal(signal.SIGHUP)
    wait_until(lambda: "new configuration is in force" in daemon.log_text()[log:])
    assert "takes a restart" not in daemon.log_text()[log:]


def test_it_stops_cleanly(daemon):
    assert daemon.stop(signal.SIGTERM) == 0 and daemon.ended_in < 2

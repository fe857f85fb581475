"""A store on PostgreSQL: changes reach the daemon, the server may go away and come back, and one daemon is at work."""

import signal
import subprocess

import pytest
import requests

import postgresql
from conftest import BUILD, ROOT, wait_until


@pytest.fixture(scope="module")
def server():
    with postgresql.Server("fsync=off") as started:
        yield started


@pytest.fixture
def at(server, make_site):
    """Returns a function that makes a site with a database of its own, or with that of another site."""
    return lambda other=None, **options: make_site(store=other.store if other else postgresql.make_database(server.url()), **options)


def feed(site):
    reply = requests.get(f"{site.url}/all.ics", timeout=20)
    assert reply.status_code == 200 and "Warning" not in reply.headers
    return reply.text


def test_a_change_by_the_command_is_in_the_feed(at):
    site = at()
    site.convene("import", ROOT / "conf" / "documents")
    site.start()
    before = feed(site)
    assert before.count("BEGIN:VEVENT") > 1
    uid = next(line.partition(":")[2] for line in before.splitlines() if line.startswith("UID:"))
    site.convene("set", uid, "SUMMARY", "Told by PostgreSQL")
    wait_until(lambda: "Told by PostgreSQL" in feed(site))


def test_the_server_goes_away_and_comes_back(server, at):
    site = at()
    site.convene("import", ROOT / "conf" / "documents")
    site.start()
    before = feed(site)
    server.stop()
    try:
        assert feed(site) == before
        refused = site.convene("list", check=False)
        assert refused.returncode == 1 and "cannot be reached" in refused.stderr, refused
    finally:
        server.start()
    uid = next(line.partition(":")[2] for line in before.splitlines() if line.startswith("UID:"))
    site.convene("delete", uid)
    wait_until(lambda: uid not in feed(site))
    assert site.stop() == 0


def test_one_daemon_is_at_work_and_another_takes_over(at):
    first = at()
    second = at(first)
    first.start()
    refused = subprocess.run([BUILD / "convened", "--config", second.config], capture_output=True, text=True, timeout=60, check=False)
    assert refused.returncode == 1 and "another convened is at work" in refused.stderr
    assert "running" in first.convene("status").stdout
    first.stop(signal.SIGKILL)
    second.start()
    assert second.stop() == 0


def test_a_password_is_not_taken_from_the_url(at):
    site = at()
    site.config.write_text('store = "postgresql://convened:secret@127.0.0.1:1/convened";\n', encoding="utf-8")
    refused = site.convene("status", check=False)
    assert refused.returncode == 2 and "secret" not in refused.stdout + refused.stderr

"""Announcements: each recipient gets one mail in its language, and who has refused mail or is not listed gets none."""

import collections
import email
import json
import random
import signal
import subprocess
import time
from email import policy

from conftest import BUILD, PATIENCE, wait_until
from smtp_server import Server

CARD = "BEGIN:VCARD\r\nVERSION:4.0\r\nUID:{0}\r\nFN:{0}\r\nEMAIL:{0}@example.org\r\nLANG:{1}\r\n{2}END:VCARD\r\n"
TEXTS = ["--subject-ru=Смена зала", "--text-ru=Первый абзац.\n\nВторой & последний.", "--subject-en=Another hall", "--text-en=In English."]


def fill(site):
    cards = [CARD.format("anna", "ru", ""), CARD.format("ben", "en", ""), CARD.format("carl", "de", ""), CARD.format("off", "ru", "X-CONVENED-REMINDERS:OFF\r\n"),
             CARD.format("unlisted", "ru", "")]
    site.convene("import", "-", stdin="".join(cards))
    site.convene("add", "--uid=forum", "--summary=Forum", "--kind=session", "--start=2040-01-01T10:00", "--end=2040-01-01T12:00")
    for name in ("anna", "ben", "off"):
        site.convene("subscribe", f"{name}@example.org", "--event=forum")
    site.convene("subscribe", "carl@example.org", "--kind=session")


def announce(site, *options):
    return json.loads(site.convene("announce", "--json", *options, *TEXTS).stdout)


def announcements(site):
    return [row for row in map(json.loads, site.convene("outbox", "--json", "--limit=1000").stdout.splitlines()) if row["kind"] == "announcement"]


def test_those_who_are_listed_get_one_mail_each(make_site):
    with Server() as server:
        site = make_site(mail=f'deliver = true; url = "smtp://127.0.0.1:{server.port}"; starttls = false;')
        fill(site)
        counted = announce(site, "--event=forum", "--dry-run")
        assert counted["recipients"] == 3 and counted["without"] == {"reminders-off": 1} and not counted["uid"]
        shown = site.convene("announce", "--event=forum", "--dry-run", *TEXTS).stdout
        for text in ("3 recipients", "ru: 1 recipient: Смена зала", "en: 2 recipients: Another hall", "Первый абзац.", "Второй & последний.", "In English."):
            assert text in shown
        assert announcements(site) == []
        assert announce(site, "--kind=session")["recipients"] == 1
        assert announce(site, "--contact=unlisted@example.org", "--contact=ben@example.org", "--contact=ben")["recipients"] == 1
        assert announce(site, "--all", "--at=2039-01-01T10:00")["recipients"] == 3
        assert announce(site, "--event=forum")["recipients"] == 3
        site.start()
        wait_until(lambda: len(server.messages) == 5)
        mails = [email.message_from_bytes(message, policy=policy.SMTP) for message in server.messages]
        to_anna = next(mail for mail in mails if "anna@example.org" in mail["To"])
        assert to_anna["Subject"] == "Смена зала"
        text = to_anna.get_body(("plain",)).get_content()
        assert "Первый абзац." in text and "Второй & последний." in text and "English" not in text
        assert sorted(mail["Subject"] for mail in mails) == sorted(["Смена зала", "Another hall", "Another hall"] + [mail["Subject"] for mail in mails if "carl" in mail["To"]])
        assert "List-Unsubscribe" in to_anna
        wait_until(lambda: sorted(row["state"] for row in announcements(site)) == ["PENDING"] * 3 + ["SENT"] * 5)


def test_a_refusal_or_a_stop_before_the_time_ends_the_mail(make_site):
    with Server() as server:
        site = make_site(mail=f'deliver = true; url = "smtp://127.0.0.1:{server.port}"; starttls = false;')
        fill(site)
        soon = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 3))
        first = announce(site, "--event=forum", f"--at={soon}")
        second = announce(site, "--all", f"--at={soon}")
        assert first["uid"] != second["uid"]
        assert site.convene("announce", "stop", second["uid"]).returncode == 0
        assert "3" in site.convene("announce", "list").stdout
        site.convene("unsubscribe", "ben@example.org")
        site.start()
        wait_until(lambda: len(server.messages) == 2)
        reasons = {("anna", first["uid"]): "SENT", ("carl", first["uid"]): "SENT", ("ben", first["uid"]): "SUPPRESSED",
                   **{(name, second["uid"]): "SUPPRESSED" for name in ("anna", "ben", "carl")}}
        wait_until(lambda: {(row["contact"], row["rule"]): row["state"] for row in announcements(site)} == reasons)
        assert not any(b"ben@example.org" in message for message in server.messages)


def test_bad_options_are_refused(site):
    fill(site)
    for options in ([], ["--all", "--kind=session"], ["--kind=none"], ["--all", "--at=soon"], ["--event=none"]):
        assert site.convene("announce", *options, *TEXTS, check=False).returncode != 0, options
    assert site.convene("announce", "--all", "--subject-ru=x", check=False).returncode == 2
    assert site.convene("announce", "stop", "none", check=False).returncode == 1
    assert announcements(site) == []


def test_a_killed_command_announces_to_all_or_to_none(site):
    fill(site)
    rng = random.Random(5321)
    for _ in range(15):
        writer = subprocess.Popen([BUILD / "convene", "--config", site.config, "announce", "--all", *TEXTS], stdout=subprocess.DEVNULL)
        time.sleep(rng.uniform(0, 0.04))
        writer.send_signal(signal.SIGKILL)
        writer.wait(timeout=PATIENCE)
    whole = announce(site, "--all")["uid"]
    site.start()
    wait_until(lambda: len(announcements(site)) == 3 * site.convene("announce", "list").stdout.count("Another hall"))
    by_announcement = collections.defaultdict(list)
    for row in announcements(site):
        by_announcement[row["rule"]].append(row["contact"])
    assert whole in by_announcement and all(sorted(contacts) == sorted(by_announcement[whole]) and len(set(contacts)) == 3
                                            for contacts in by_announcement.values())


def test_each_gets_one_mail_though_the_daemon_is_killed(make_site):
    """What a killed daemon may have sent is UNKNOWN until its second attempt, minutes later, which has the same bytes."""
    names = [f"guest{number}" for number in range(30)]
    with Server(lambda stage, *_: time.sleep(0.01) if stage == "dot" else None) as server:
        site = make_site(mail=f'deliver = true; url = "smtp://127.0.0.1:{server.port}"; starttls = false;')
        site.convene("import", "-", stdin="".join(CARD.format(name, "ru", "") for name in names))
        site.convene("add", "--uid=forum", "--summary=Forum", "--kind=session", "--start=2040-01-01T10:00", "--end=2040-01-01T12:00")
        for name in names:
            site.convene("subscribe", f"{name}@example.org", "--event=forum")
        announce(site, "--event=forum")
        for reached in (1, 10, 20):
            site.start()
            wait_until(lambda: len(server.messages) >= reached, step=0.005)
            site.stop(signal.SIGKILL)
        site.start()
        wait_until(lambda: {row["state"] for row in announcements(site)} <= {"SENT", "UNKNOWN"})
        rows = {row["contact"]: row for row in announcements(site)}
    assert sorted(rows) == sorted(names) and len(announcements(site)) == len(names)
    mails = [email.message_from_bytes(message, policy=policy.SMTP) for message in server.messages]
    received = collections.Counter(mail["To"].addresses[0].username for mail in mails)
    assert set(received.values()) == {1}
    assert {name for name, row in rows.items() if row["state"] == "SENT"} <= set(received)

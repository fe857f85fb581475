"""Announcements: each recipient gets one mail in its language, and who has refused mail or is not listed gets none."""

import email
import json
import time
from email import policy

from conftest import wait_until
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
        soon = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(time.time() + 3 * 3600 + 6))
        first = announce(site, "--event=forum", f"--at={soon}")
        second = announce(site, "--all", f"--at={soon}")
        assert first["uid"] != second["uid"]
        assert site.convene("announce", "stop", second["uid"]).returncode == 0
        assert "3" in site.convene("announce", "list").stdout
        site.convene("unsubscribe", "ben@example.org")
        site.start()
        wait_until(lambda: len(server.messages) == 2)
        wait_until(lambda: sorted((row["state"], row["reason"].split(",")[0] != "") for row in announcements(site)) ==
                   [("SENT", False)] * 2 + [("SUPPRESSED", True)] * 4)
        assert not any(b"ben@example.org" in message for message in server.messages)


def test_bad_options_are_refused(site):
    fill(site)
    for options in ([], ["--all", "--kind=session"], ["--kind=none"], ["--all", "--at=soon"], ["--event=none"]):
        assert site.convene("announce", *options, *TEXTS, check=False).returncode != 0, options
    assert site.convene("announce", "--all", "--subject-ru=x", check=False).returncode == 2
    assert site.convene("announce", "stop", "none", check=False).returncode == 1
    assert announcements(site) == []

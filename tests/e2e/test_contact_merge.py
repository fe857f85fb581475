"""Two contacts that are one person become one: nothing of both is lost, the stricter opt-out wins, and no reminder is mailed twice."""

import contextlib
import json
import sqlite3

from conftest import wait_until
from office_client import Client, add_account
from smtp_server import Server
from test_notices import CALENDAR, EVENT, rows, start

CARD = "BEGIN:VCARD\r\nVERSION:{version}\r\nUID:{uid}\r\nFN:{name}\r\nN:{name};;;;\r\nEMAIL{pref}:{uid}@example.org\r\n{lines}END:VCARD\r\n"


def card(uid, name="Иванова", version="4.0", pref="", lines=""):
    return CARD.format(uid=uid, name=name, version=version, pref=pref, lines=lines)


def person(site, uid):
    return json.loads(site.convene("contact", "export", uid).stdout)


def test_listings_choices_and_lines_of_both_are_kept(site):
    site.convene("import", "-", stdin=CALENDAR)
    site.convene("import", "-", stdin=card("kept", lines="ORG:Завод\r\nTEL:+7 1\r\n") +
                 card("other", "Ivanova", "3.0", ";TYPE=PREF", "ORG:Другой\r\nTITLE:Инженер\r\nTEL:+7 2\r\nX-CONVENED-REMINDERS:OFF\r\n"))
    site.convene("subscribe", "kept", "--kind=session", "--lead=-P1D@18:00")
    site.convene("subscribe", "other", "--kind=session", "--lead=-P3D@18:00")
    site.convene("subscribe", "other", f"--event={EVENT}")
    with contextlib.closing(sqlite3.connect(site.database)) as store, store:
        number, = store.execute("SELECT id FROM object WHERE uid = 'other'").fetchone()
        store.execute("INSERT INTO mute VALUES (?, 'forum', 1)", (number,))
        store.execute("INSERT INTO mute_kind VALUES (?, 'meeting', 1)", (number,))
        store.execute("INSERT INTO stopped VALUES (?, 8, 1)", (number,))
    before = person(site, "kept")
    assert "Ivanova" in site.convene("contact", "merge", "kept", "other", "--dry-run").stdout and person(site, "kept") == before
    site.convene("contact", "merge", "kept", "other")
    merged = person(site, "kept")
    for line in ("UID:kept", "FN:Иванова", "EMAIL:kept@example.org", "EMAIL:other@example.org", "ORG:Завод", "TITLE:Инженер", "TEL:+7 1", "TEL:+7 2", "X-CONVENED-REMINDERS:OFF"):
        assert f"\r\n{line}\r\n" in merged["card"], line
    assert "Другой" not in merged["card"] and "PREF" not in merged["card"]
    assert sorted((row["scope"], row["target"], row["leads"]) for row in merged["listings"]) == [("event", EVENT, ""), ("kind", "session", "-P1D@18:00")]
    assert merged["muted_events"] == ["forum"] and merged["muted_kinds"] == ["meeting"] and merged["stopped"] == "stopped"
    assert site.convene("contact", "export", "other", check=False).returncode == 1
    assert site.convene("contact", "merge", "kept", "kept", check=False).returncode == 1
    assert "other" in site.convene("log", "other").stdout and site.convene("check").returncode == 0


def test_a_host_does_not_go(site):
    site.convene("import", "-", stdin=card("host") + card("guest"))
    site.convene("offer", "add", "host", "--hours=mon-fri 10:00-12:00", "--duration=PT30M")
    assert "host@example.org" not in person(site, "guest")["card"]
    assert site.convene("contact", "merge", "guest", "host", check=False).returncode == 1 and person(site, "host")
    site.convene("contact", "merge", "host", "guest")
    assert "EMAIL:guest@example.org" in person(site, "host")["card"]


def test_a_reminder_that_one_of_both_got_is_not_sent_again(make_site):
    with Server() as server:
        site = make_site(mail=f'deliver = true; url = "smtp://127.0.0.1:{server.port}"; starttls = false;')
        add_account(site)
        site.convene("import", "-", stdin=CALENDAR)
        site.convene("import", "-", stdin=card("kept") + card("other") + card("third", "Третья"))
        site.convene("subscribe", "other", f"--event={EVENT}", "--lead=-P1D@18:00", "--lead=-PT1H")
        start(site, "17:59:56")
        wait_until(lambda: rows(site, kind="reminder", state="SENT"))
        olga = Client(site).sign_in().get("/office/merge-person/kept")
        olga.send(button="other")
        assert "Останется" in olga.page.text and person(site, "other")
        olga.send(button="confirm")
        assert "Карточки объединены." in olga.page.text and "Напоминание" in olga.page.text and "other@example.org" in olga.page.text
        site.convene("subscribe", "third", f"--event={EVENT}", "--lead=-P1D@18:00")
        wait_until(lambda: len(server.messages) == 2)
        assert sorted((row["contact"], row["state"]) for row in rows(site, kind="reminder")) == [("kept", "SENT"), ("third", "SENT")]
        assert b"third@example.org" in server.messages[1]
        assert site.convene("check").returncode == 0


def test_what_waits_for_one_of_both_is_neither_doubled_nor_lost(make_site):
    with Server() as server:
        site = make_site(mail=f'deliver = true; url = "smtp://127.0.0.1:{server.port}"; starttls = false;')
        site.convene("import", "-", stdin=CALENDAR)
        site.convene("import", "-", stdin=card("kept") + card("other") + card("late", "Поздняя") + card("refused", "Поздняя"))
        for uid in ("kept", "other", "refused"):
            site.convene("subscribe", uid, f"--event={EVENT}", "--lead=-P1D@18:00")
        site.convene("announce", "--contact=other", "--at=2051-06-23T18:30:00+03:00", "--subject-ru=Новость", "--text-ru=Текст")
        start(site, "17:59:57")
        wait_until(lambda: len(rows(site, kind="reminder", state="SENT")) == 3)
        site.stop()
        with contextlib.closing(sqlite3.connect(site.database)) as store, store:
            for uid, state in (("kept", "state = 1, attempts = 0, tries = 1, next_attempt = due + 60000000"), ("refused", "state = 5, reason = 0")):
                assert store.execute(f"UPDATE mail SET {state} WHERE kind = 'reminder' AND contact = (SELECT id FROM object WHERE uid = ?)", (uid,)).rowcount == 1
            store.execute("DELETE FROM message WHERE mail IN (SELECT id FROM mail WHERE state <> 4)")
        site.convene("contact", "merge", "kept", "other")
        site.convene("contact", "merge", "late", "refused")
        start(site, "18:30:00")
        wait_until(lambda: not rows(site, state="PENDING") and len(server.messages) == 5)
        assert sorted((row["contact"], row["kind"], row["state"]) for row in rows(site)) == [
            ("kept", "announcement", "SENT"), ("kept", "reminder", "SENT"), ("kept", "reminder", "SUPPRESSED"), ("late", "reminder", "FAILED"), ("late", "reminder", "SENT")]
        assert site.convene("check").returncode == 0

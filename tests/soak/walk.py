#!/usr/bin/python3
"""Runs the reminder engine and the meetings through two years made from a seed, and compares their mails with the models: walk.py [SEED...]."""

import os
import pathlib
import sqlite3
import subprocess
import sys
import tempfile

import meeting_model
import model

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("CONVENED_BUILD", ROOT / "build")).resolve()
CLASSES = {"reminder": "reminders", "change": "notices", "cancel": "notices"}
SCOPES = {"all": 1, "kind": 2, "event": 3}


def write_store(world, meetings, directory):
    """Writes contacts, subscriptions, hosts and offers; the script adds the events."""
    config = directory / "convened.conf"
    config.write_text(f'store = "sqlite:{directory}/convened.db";\n{model.CONFIG}{meeting_model.CONFIG}', encoding="utf-8")
    cards = "".join(f"BEGIN:VCARD\r\nVERSION:4.0\r\nUID:{contact.uid}\r\nFN:{contact.uid}\r\nEMAIL:{contact.uid}@example.org\r\n"
                    f"TZ:{contact.zone}\r\nEND:VCARD\r\n" for contact in world.contacts)
    hosts, offers = meetings.store_text()
    for text in (cards + hosts, *offers):
        subprocess.run([BUILD / "convene", "--config", config, "import", "-"], input=text.encode(), check=True, stdout=subprocess.DEVNULL)
    with sqlite3.connect(directory / "convened.db") as store:
        for number, contact in enumerate(world.contacts):
            store.execute("INSERT INTO subscription (id, contact, scope, target, leads, created)"
                          " SELECT ?, id, ?, ?, ?, 0 FROM object WHERE uid = ?",
                          (number + 1, SCOPES[contact.scope], contact.target, ",".join(contact.leads), contact.uid))
    return config


def write_script(world, meetings, directory):
    lines = meetings.lines + [(moment, verb) for outage in world.outages for moment, verb in zip(outage, ("down", "up"))]
    for number, event in enumerate(world.events):
        for edition, version in enumerate(event.versions):
            path = directory / f"{number}-{edition}.ics"
            path.write_text(event.text(edition), encoding="utf-8")
            lines.append((version.published, f"import {path}"))
    script = directory / "script"
    script.write_text("".join(f"{model.usec(moment)} {what}\n" for moment, what in sorted(lines)), encoding="utf-8")
    return script


TOLD_BOOKED = {"meeting", *("meeting-" + kind for kind in ("invite", "moved", "delegate", "delegated", "represented", "returned", "unrepresented", "outdated",
                                                           "counter", "counter-declined", "counter-taken"))}
TOLD_OFF = {"meeting-" + kind for kind in ("cancel", "withdrawn", "declined", "expired", "released")}


def check_beliefs(meetings, text):
    """Raises an error unless the people of each meeting believe, when it begins, what the booking says; it must be as the model has it."""
    beliefs, booked = {}, {}
    for line in text.splitlines():
        if line.startswith("meeting "):
            _, name, state, start, *people = line.split()
            booked[name] = (state, int(start), people)
            continue
        now, _, kind, address, name, start = line.split(" ", 5)
        if kind in TOLD_BOOKED | TOLD_OFF and int(now) < int(start):
            beliefs.setdefault(name, {})[address] = int(start) if kind in TOLD_BOOKED else None
    wrong = []
    for meeting in meetings.meetings:
        state, start, people = booked[str(meeting.name)]
        if (state, start) != (meeting.state, model.usec(meeting.start)) or (state == "BOOKED" and people != meetings.people(meeting)):
            wrong.append((meeting.name, "stored", state, start, people))
        believed = beliefs.get(str(meeting.name), {})
        for address in [] if meetings.missed(meeting) else people:
            if believed.get(address) != (start if state == "BOOKED" else None):
                wrong.append((meeting.name, state, start, address, believed.get(address)))
        for address, at in meeting.released.items():
            if meetings.when_up(at) < meeting.start and believed.get(address):
                wrong.append((meeting.name, "released", address, believed[address]))
    if wrong:
        raise RuntimeError(f"beliefs: {wrong[:10]}")


def walk(seed, n_asks=300, **size):
    """Returns the mails that were sent and those expected. The reminders that go to a contact at the same time must be one mail, and the notices."""
    world = model.World(seed, **size)
    meetings = meeting_model.Meetings(seed, model, world.when_up, n_asks)
    with tempfile.TemporaryDirectory(prefix="convened-walk-") as name:
        directory = pathlib.Path(name)
        config, script = write_store(world, meetings, directory), write_script(world, meetings, directory)
        ran = subprocess.run([BUILD / "tests/tools/walk", config, str(model.usec(model.BEGIN)), str(model.usec(model.END)), script],
                             check=False, capture_output=True, text=True, timeout=3600)
        if ran.returncode != 0:
            raise RuntimeError(ran.stderr[-2000:])
        check = subprocess.run([BUILD / "convene", "--config", config, "check"], check=False, capture_output=True, text=True)
        if check.returncode != 0:
            raise RuntimeError(check.stdout + check.stderr)
    check_beliefs(meetings, ran.stdout)
    rows = [line.split(" ", 5) for line in ran.stdout.splitlines() if not line.startswith("meeting ")]
    mails = {}
    for now, mail, kind, contact, *_ in rows:
        if kind in CLASSES:
            mails.setdefault((now, contact, CLASSES[kind]), set()).add(mail)
    if any(len(several) > 1 for several in mails.values()):
        raise RuntimeError(f"several mails at once: {[key for key, several in mails.items() if len(several) > 1][:5]}")
    return sorted((int(now), *rest) for now, _, *rest in rows), sorted(world.expected() + meetings.expected())


def main():
    bad = 0
    for seed in map(int, sys.argv[1:] or ["1"]):
        sent, expected = walk(seed)
        missing, extra = sorted(set(expected) - set(sent)), sorted(set(sent) - set(expected))
        twice = len(sent) - len(set(sent))
        print(f"seed {seed}: {len(sent)} mails, {len(missing)} missing, {len(extra)} too many, {twice} twice", flush=True)
        for mark, mails in (("-", missing), ("+", extra)):
            for mail in mails[:10]:
                print(f"  {mark} {mail}")
        bad += bool(missing or extra or twice)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())

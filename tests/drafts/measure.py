"""Measures `convene draft` on annotated texts: which events it finds, and how exact their fields are.

A file has texts of this form; a text without "#! event" lines has no event:

    #@ NAME DATE      the day of the text, as for --date; "-" for none
    ...the text...
    #! event | KIND | START | END | TIME | TOWN | TITLE
    #! part | ...     a part of an event: counted if it is found, never missed
    #! contact URI

A draft and an annotated event are one event if their titles share words and their dates do not contradict.
"""

import json
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
FIELDS = ("kind", "start", "end", "time", "town", "title")


def texts_of(path):
    text = None
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("#@ "):
            if text:
                yield text
            _, name, day = line.split()
            text = {"name": name, "day": None if day == "-" else day, "lines": [], "events": [], "contacts": []}
        elif line.startswith(("#! event", "#! part")):
            kind, *values = [value.strip() for value in line[3:].split("|")]
            event = dict(zip(FIELDS, (None if value == "-" else value for value in values)))
            text["events"].append({**event, "optional": kind == "part"})
        elif line.startswith("#! contact "):
            text["contacts"].append(line.split()[2])
        else:
            text["lines"].append(line)
    yield text


def draft(program, config, text):
    command = [program, "--config", config, "draft", "-", "--json"] + ([f"--date={text['day']}"] if text["day"] else [])
    run = subprocess.run(command, input="\n".join(text["lines"]).strip("\n") + "\n", capture_output=True, text=True, check=True)
    return json.loads(run.stdout)


def words_of(title):
    return {word[:5] for word in re.findall(r"[\w\d]{3,}", (title or "").lower().replace("ё", "е"))}


def value(event, name):
    return event.get(name, {}).get("value")


def likeness(found, known):
    """Returns how well a draft fits an annotated event; 0 if they are not the same event."""
    titles = words_of(value(found, "title")) | words_of(value(found, "other_title"))
    wanted = words_of(known["title"])
    shared = len(titles & wanted) / max(1, min(len(wanted), max(len(titles), 1)))
    start = found.get("dates", {}).get("start")
    same_day = bool(start) and start == known["start"]
    contradicts = bool(start) and bool(known["start"]) and not same_day
    if shared >= 0.5 or (shared > 0 and same_day):
        return shared + same_day - 0.4 * contradicts
    return 0


def pairs_of(found, known):
    """Pairs drafts with annotated events, the likest first, and of two equals a whole before a part."""
    likest = sorted(((likeness(f, k), not k["optional"], i, j) for i, f in enumerate(found) for j, k in enumerate(known)), reverse=True)
    pairs = {}
    for like, _, i, j in likest:
        if like > 0 and i not in pairs and j not in pairs.values():
            pairs[i] = j
    return pairs


class Sums:
    def __init__(self):
        self.found = self.known = self.pairs = 0
        self.right = dict.fromkeys(("dates", "kind", "time", "town"), 0)
        self.asked = dict.fromkeys(self.right, 0)
        self.contacts_right = self.contacts_wrong = self.contacts_missed = 0
        self.empty = self.false_in_empty = 0
        self.faults = []

    def fault(self, text, what):
        self.faults.append(f"{text['name']}: {what}")

    def compare(self, text, found, known):
        dates = found.get("dates", {})
        # A period within which a part lies is no day of its own.
        is_open = known["start"] is None and dates.get("precision") == "window"
        whole = (None, None) if is_open else (dates.get("start"), dates.get("end"))
        values = {"dates": (whole if known["start"] else whole[0], (known["start"], known["end"]) if known["start"] else None),
                  "kind": (value(found, "kind"), known["kind"]), "time": (found.get("time", {}).get("start"), known["time"]),
                  "town": (value(found, "town"), known["town"])}
        for name, (got, wanted) in values.items():
            if wanted is None and name != "dates":
                continue
            self.asked[name] += 1
            self.right[name] += got == wanted
            if got != wanted:
                self.fault(text, f"{name}: {got} instead of {wanted}")

    def add(self, text, answer):
        found, known = answer["events"], text["events"]
        pairs = pairs_of(found, known)
        wanted = [k for k in known if not k["optional"]]
        optional = sum(known[j]["optional"] for j in pairs.values())
        self.found += len(found) - optional
        self.known += len(wanted)
        self.pairs += len(pairs) - optional
        for i, j in pairs.items():
            self.compare(text, found[i], known[j])
        for i, event in enumerate(found):
            if i not in pairs:
                self.fault(text, f"false event: {value(event, 'title')} {event.get('dates', {}).get('start')}")
        for j, event in enumerate(known):
            if j not in pairs.values() and not event["optional"]:
                self.fault(text, f"missed event: {event['title']}")
        if not wanted:
            self.empty += 1
            self.false_in_empty += len(found) > len(pairs)
        self.add_contacts(text, {contact["uri"] or contact["value"] for contact in answer["contacts"] if contact["form"] != "link"})

    def add_contacts(self, text, found):
        wanted = set(text["contacts"])
        self.contacts_right += len(found & wanted)
        self.contacts_wrong += len(found - wanted)
        self.contacts_missed += len(wanted - found)
        if found != wanted:
            self.fault(text, f"contacts: {sorted(found - wanted)} too many, {sorted(wanted - found)} missed")

    def figures(self):
        def share(a, b):
            return a / b if b else 1.0
        precision, recall = share(self.pairs, self.found), share(self.pairs, self.known)
        contacts = 2 * self.contacts_right
        return {"event_f1": share(2 * precision * recall, precision + recall),
                **{name: share(self.right[name], self.asked[name]) for name in self.right},
                "contacts": share(contacts, contacts + self.contacts_wrong + self.contacts_missed),
                "false_per_10": 10 * share(self.false_in_empty, self.empty) if self.empty else 0.0}


def measure(program, path):
    sums = Sums()
    with tempfile.NamedTemporaryFile("w", suffix=".conf") as config:
        config.write('store = "sqlite:/nonexistent/convened.db";\n')
        config.flush()
        for text in texts_of(path):
            sums.add(text, draft(program, config.name, text))
    return sums


def main():
    program, *names = sys.argv[1:]
    verbose = "-v" in names
    for name in [n for n in names if n != "-v"] or ["training", "varied", "held-out", "held-out-2"]:
        sums = measure(program, HERE / f"{name}.txt")
        print(f"{name}: {sums.known} events, {sums.empty} texts without one")
        print("  " + ", ".join(f"{key} {number:.3f}" for key, number in sums.figures().items()))
        if verbose:
            print("\n".join("  " + fault for fault in sums.faults))


if __name__ == "__main__":
    main()

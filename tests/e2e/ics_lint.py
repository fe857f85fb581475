#!/usr/bin/python3
"""A strict lint for the calendars that we publish: `ics_lint.py FILE...`, or lint(bytes) -> list of complaints.

Unlike available validators it rejects bare line feeds, long lines, undefined TZIDs and ends before starts. It shares no
code with the program. It checks RFC 5545 and RFC 7986, and that a public feed has no private properties.
"""

import datetime
import re
import sys

TEXT = {"SUMMARY", "DESCRIPTION", "LOCATION", "COMMENT", "CONTACT", "NAME", "X-WR-CALNAME", "X-WR-CALDESC"}
TEXT_LISTS = {"CATEGORIES", "RESOURCES"}
TIMES = {"DTSTART", "DTEND", "RECURRENCE-ID", "RDATE", "EXDATE", "DTSTAMP", "CREATED", "LAST-MODIFIED"}
ONCE = {
    "UID", "DTSTAMP", "DTSTART", "DTEND", "DURATION", "SUMMARY", "DESCRIPTION", "LOCATION", "GEO", "URL", "CLASS", "STATUS",
    "TRANSP", "SEQUENCE", "CREATED", "LAST-MODIFIED", "RECURRENCE-ID", "PRIORITY", "ORGANIZER", "RRULE",
}
NEVER_PUBLIC = {"ATTENDEE", "ORGANIZER", "REQUEST-STATUS"}
NAME = r"[A-Za-z0-9-]+"
PARAM = NAME + r'=(?:"[^"\x00-\x08\x0a-\x1f\x7f]*"|[^";:,\x00-\x08\x0a-\x1f\x7f]*)(?:,(?:"[^"]*"|[^";:,]*))*'
LINE = re.compile(rf"({NAME})((?:;{PARAM})*):(.*)\Z", re.S)
DATE = re.compile(r"(\d{4})(\d\d)(\d\d)\Z")
TIME = re.compile(r"(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(Z?)\Z")


class Line:
    def __init__(self, number, name, params, value):
        self.number, self.name, self.params, self.value = number, name, params, value


class Component:
    def __init__(self, name, number):
        self.name, self.number, self.lines, self.children = name, number, [], []

    def all(self, name):
        return [line for line in self.lines if line.name == name]

    def first(self, name):
        return next(iter(self.all(name)), None)

    def text(self, name):
        line = self.first(name)
        return line.value if line else ""


class Lint:
    def __init__(self, data, public=True):
        self.faults, self.public = [], public
        self.check(data)

    def fault(self, number, message):
        self.faults.append(f"{number}: {message}")

    def unfold(self, data):
        """Unfolds the lines. Each line gets the number of its first physical line."""
        if data.startswith(b"\xef\xbb\xbf"):
            self.fault(1, "begins with a byte order mark")
        if not data.endswith(b"\r\n"):
            self.fault(0, "does not end with CRLF")
        lines = []
        for number, raw in enumerate(data.split(b"\r\n")[:-1], 1):
            if b"\n" in raw or b"\r" in raw:
                self.fault(number, "a line feed or carriage return that is alone")
            if len(raw) > 75:
                self.fault(number, f"{len(raw)} octets in a line")
            try:
                text = raw.decode()
            except UnicodeDecodeError:
                self.fault(number, "no UTF-8, or a sequence that is cut by a fold")
                text = raw.decode(errors="replace")
            if not text:
                self.fault(number, "an empty line")
            elif text[0] in " \t":
                if not lines:
                    self.fault(number, "a continuation of nothing")
                else:
                    lines[-1][1].append(text[1:])
            else:
                lines.append((number, [text]))
        return [(number, "".join(parts)) for number, parts in lines]

    def parse(self, number, text):
        match = LINE.match(text)
        if not match:
            self.fault(number, "no content line: " + text[:40])
            return None
        if re.search(r"[\x00-\x08\x0a-\x1f\x7f]", text):
            self.fault(number, "a control character")
        params = {}
        for name, value in re.findall(rf";({NAME})=((?:\"[^\"]*\"|[^\";:])*)", match[2]):
            if name.upper() in params:
                self.fault(number, f"the parameter {name} twice")
            params[name.upper()] = value.strip('"')
        return Line(number, match[1].upper(), params, match[3])

    def tree(self, lines):
        root, stack = Component("", 0), []
        stack.append(root)
        for number, text in lines:
            line = self.parse(number, text)
            if line is None:
                continue
            if line.name == "BEGIN":
                child = Component(line.value.upper(), number)
                stack[-1].children.append(child)
                stack.append(child)
            elif line.name == "END":
                if len(stack) == 1 or stack[-1].name != line.value.upper():
                    self.fault(number, f"END:{line.value} does not match BEGIN:{stack[-1].name}")
                else:
                    stack.pop()
            else:
                if stack[-1].children and stack[-1].name in ("VCALENDAR", "VEVENT"):
                    self.fault(number, f"{line.name} stands behind a component")
                stack[-1].lines.append(line)
        for component in stack[1:]:
            self.fault(component.number, f"BEGIN:{component.name} has no END")
        return root

    def form(self, line, value):
        """Returns DATE, UTC, FLOATING or the TZID, and the value as a datetime; None for an invalid date."""
        is_date = line.params.get("VALUE") == "DATE"
        match = (DATE if is_date else TIME).match(value)
        if not match:
            self.fault(line.number, f"{line.name}: {value} is no {'DATE' if is_date else 'DATE-TIME'}")
            return None
        try:
            moment = datetime.datetime(*(int(part) for part in match.groups()[: 3 if is_date else 6]))
        except ValueError:
            self.fault(line.number, f"{line.name}: {value} does not exist")
            return None
        tzid = line.params.get("TZID")
        if tzid and (is_date or value.endswith("Z")):
            self.fault(line.number, f"{line.name}: a TZID on a date or a UTC time")
        return ("DATE" if is_date else "UTC" if value.endswith("Z") else tzid or "FLOATING"), moment

    def check_text(self, line):
        allowed = r"\\[\\;,nN]|[^\\;,]" + ("|," if line.name in TEXT_LISTS else "")
        if not re.fullmatch(f"(?:{allowed})*", line.value, re.S):
            self.fault(line.number, f"{line.name}: bad escape or a bare ; or ,")

    def check_times(self, event):
        forms = {}
        for line in event.lines:
            if line.name in TIMES and line.params.get("VALUE") != "PERIOD":
                values = line.value.split(",") if line.name in ("RDATE", "EXDATE") else [line.value]
                forms.setdefault(line.name, [self.form(line, value) for value in values])
        start, end = forms.get("DTSTART", [None])[0], forms.get("DTEND", [None])[0]
        for name in ("DTSTAMP", "CREATED", "LAST-MODIFIED"):
            for found in forms.get(name, []):
                if found and found[0] != "UTC":
                    self.fault(event.number, f"{name} is not in UTC")
        if start and end:
            kinds = [found[0] if found[0] in ("DATE", "FLOATING") else "ABSOLUTE" for found in (start, end)]
            if kinds[0] != kinds[1]:
                self.fault(event.number, "DTEND is of another form than DTSTART")
            elif start[0] == end[0] and end[1] <= start[1]:
                self.fault(event.number, "DTEND is not after DTSTART")
        if event.first("DTEND") and event.first("DURATION"):
            self.fault(event.number, "both DTEND and DURATION")
        return start, forms.get("RECURRENCE-ID", [None])[0]

    def check_event(self, event):
        for name in ("UID", "DTSTAMP", "DTSTART"):
            if not event.first(name):
                self.fault(event.number, f"no {name}")
        for name in ONCE:
            if len(event.all(name)) > 1:
                self.fault(event.number, f"{name} twice")
        for line in event.lines:
            if line.name in TEXT | TEXT_LISTS:
                self.check_text(line)
            if self.public and line.name in NEVER_PUBLIC:
                self.fault(line.number, f"{line.name} in a public feed")
        if self.public and event.children:
            self.fault(event.number, f"{event.children[0].name} in a public feed")
        if self.public and event.text("CLASS").upper() == "PRIVATE":
            self.fault(event.number, "CLASS:PRIVATE in a public feed")
        if not event.text("UID").isascii():
            self.fault(event.number, "a UID that is not ASCII")
        return self.check_times(event)

    def check_overrides(self, found):
        masters = {uid: start for uid, start, place, _ in found if not place}
        seen = set()
        for uid, _, place, number in found:
            key = (uid, place)
            if key in seen:
                self.fault(number, "the same UID and RECURRENCE-ID twice")
            seen.add(key)
            master = masters.get(uid)
            if place and master and master[0] != place[0]:
                self.fault(number, f"RECURRENCE-ID is of form {place[0]}, its master's DTSTART of {master[0]}")

    def check_zones(self, calendar):
        used, defined = {}, {}
        for zone in (child for child in calendar.children if child.name == "VTIMEZONE"):
            name = zone.text("TZID")
            if not name:
                self.fault(zone.number, "a VTIMEZONE without TZID")
            if name in defined:
                self.fault(zone.number, f"two VTIMEZONEs for {name}")
            if not any(child.name == "STANDARD" for child in zone.children):
                self.fault(zone.number, f"the VTIMEZONE of {name} has no STANDARD")
            for part in zone.children:
                for needed in ("DTSTART", "TZOFFSETFROM", "TZOFFSETTO"):
                    if len(part.all(needed)) != 1:
                        self.fault(part.number, f"not one {needed}")
                for line in part.all("TZOFFSETFROM") + part.all("TZOFFSETTO"):
                    if not re.fullmatch(r"[+-]\d{4}", line.value):
                        self.fault(line.number, f"{line.name}: {line.value} is not in minutes")
            defined[name] = zone.number
        for event in (child for child in calendar.children if child.name == "VEVENT"):
            for line in event.lines:
                if line.params.get("TZID"):
                    used.setdefault(line.params["TZID"], line.number)
        for name in used.keys() - defined.keys():
            self.fault(used[name], f"TZID {name} is not defined")
        for name in defined.keys() - used.keys():
            self.fault(defined[name], f"the VTIMEZONE of {name} is not used")

    def check_order(self, calendar):
        """Checks that masters whose starts have the same form and zone are sorted by start, then by UID."""
        last = {}
        for event in (child for child in calendar.children if child.name == "VEVENT"):
            start = event.first("DTSTART")
            if not start or event.first("RECURRENCE-ID"):
                continue
            form = (start.params.get("VALUE"), start.params.get("TZID"), start.value.endswith("Z"))
            if form[0] == "DATE":
                continue  # a date begins at midnight in a zone that the feed does not name
            key = (start.value, event.text("UID"))
            if form in last and key < last[form]:
                self.fault(event.number, "out of order")
            last[form] = key

    def check(self, data):
        root = self.tree(self.unfold(data))
        if [child.name for child in root.children] != ["VCALENDAR"] or root.lines:
            self.fault(0, "not one VCALENDAR")
        for calendar in (child for child in root.children if child.name == "VCALENDAR"):
            for name in ("PRODID", "VERSION"):
                if len(calendar.all(name)) != 1:
                    self.fault(calendar.number, f"not one {name}")
            for line in calendar.lines:
                if line.name in TEXT:
                    self.check_text(line)
            found = []
            for child in calendar.children:
                if child.name == "VEVENT":
                    start, place = self.check_event(child)
                    found.append((child.text("UID"), start, place, child.number))
                elif child.name != "VTIMEZONE":
                    self.fault(child.number, f"a {child.name} in a feed")
            self.check_overrides(found)
            self.check_zones(calendar)
            self.check_order(calendar)


def lint(data, public=True):
    """Returns the faults of a calendar's bytes as `line: message`."""
    return Lint(data, public).faults


def main(files):
    bad = False
    for name in files:
        with open(name, "rb") as file:
            for fault in lint(file.read()):
                print(f"{name}:{fault}")
                bad = True
    return 1 if bad or not files else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

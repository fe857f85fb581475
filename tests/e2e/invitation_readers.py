"""Reads invitations with GMime, and with libecal and libical of Evolution.

The libraries run in a process of their own: what they do wrong, and objects of theirs that another thread of the tests frees, ends that process
and fails one test with its message, instead of ending pytest with all of its tests. Each line of the input is a command, [NAME, argument] in
JSON; each line of the output is the result.
"""

import atexit
import json
import re
import subprocess
import sys

from conftest import PATIENCE


class Readers:
    process = None

    @classmethod
    def ask(cls, name, argument):
        if cls.process is None or cls.process.poll() is not None:
            cls.process = subprocess.Popen([sys.executable, "-X", "faulthandler", __file__], text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
            atexit.register(cls.end, cls.process)
        print(json.dumps([name, argument]), file=cls.process.stdin, flush=True)
        answer = cls.process.stdout.readline()
        assert answer, f"the program that reads mails has ended: {cls.process.wait(PATIENCE)}"
        return json.loads(answer)

    @staticmethod
    def end(process):
        process.stdin.close()
        process.wait(PATIENCE)


def calendar_by_gmime(raw):
    """Returns the invitation of a mail and its method, as GMime finds them; None if there is none."""
    return Readers.ask("gmime", raw.decode("latin-1"))


def read_by_ecal(text):
    """Returns what Evolution's library reads, after libical's check against the tables of RFC 5546."""
    return Readers.ask("ecal", text)


def serve():
    import gi
    gi.require_version("ECal", "2.0")
    gi.require_version("GMime", "3.0")
    gi.require_version("ICalGLib", "3.0")
    from gi.repository import ECal, GMime, ICalGLib
    GMime.init()

    def gmime(raw):
        found = []
        message = GMime.Parser.new_with_stream(GMime.StreamMem.new_with_buffer(raw.encode("latin-1"))).construct_message(None)

        def on_part(_parent, part):
            kind = part.get_content_type()
            if isinstance(part, GMime.TextPart) and kind.is_type("text", "calendar"):
                found.append((part.get_text(), kind.get_parameter("method")))
        message.foreach(on_part)
        return found[0] if found else None

    def ecal(text):
        # libical allows no SEQUENCE in a DECLINECOUNTER, which the RFC requires above 0.
        whole = ECal.util_parse_ics_string(text)
        checked = ECal.util_parse_ics_string(re.sub(r"SEQUENCE:\d+\r?\n", "", text) if "METHOD:DECLINECOUNTER" in text else text)
        assert ICalGLib.restriction_check(checked) == 1, checked.as_ical_string()
        event = ECal.Component.new_from_icalcomponent(whole.get_first_component(ICalGLib.ComponentKind.VEVENT_COMPONENT).clone())
        start = event.get_dtstart()
        return {
            "method": whole.get_method().value_nick.upper(), "uid": event.get_uid(), "sequence": event.get_sequence(),
            "organizer": event.get_organizer().get_value(), "summary": event.get_summary().get_value() if event.get_summary() else None,
            "start": start.get_value().as_ical_string() if start else None,
            "attendees": [(line.get_value(), line.get_partstat().value_nick, line.get_rsvp(), line.get_delegatedfrom(), line.get_delegatedto())
                          for line in event.get_attendees()],
        }

    for line in sys.stdin:
        name, argument = json.loads(line)
        print(json.dumps({"gmime": gmime, "ecal": ecal}[name](argument)), flush=True)


if __name__ == "__main__":
    serve()

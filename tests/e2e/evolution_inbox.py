"""Takes invitations into a calendar of Evolution's server on this machine, as Evolution does when a person accepts them.

Each line of the input is ["receive", iTIP object] in JSON; each line of the output is the list of the calendar's events.
"""

import json
import sys

import gi

gi.require_version("ECal", "2.0")
gi.require_version("EDataServer", "1.2")
gi.require_version("ICalGLib", "3.0")
from gi.repository import ECal, EDataServer, ICalGLib  # noqa: E402  (the versions must be required first)

SECONDS = 60


def listing(client):
    _, found = client.get_object_list_sync("#t", None)
    return [[event.get_uid(), event.get_dtstart().as_ical_string(), event.get_sequence(), "STATUS:CANCELLED" in event.as_ical_string()] for event in found]


def main():
    registry = EDataServer.SourceRegistry.new_sync(None)
    client = ECal.Client.connect_sync(registry.ref_builtin_calendar(), ECal.ClientSourceType.EVENTS, SECONDS, None)
    for line in sys.stdin:
        _, text = json.loads(line)
        client.receive_objects_sync(ICalGLib.Component.new_from_string(text), ECal.OperationFlags.NONE, None)
        print(json.dumps(listing(client)), flush=True)


main()

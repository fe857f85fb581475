"""Reads and writes a calendar by libecal, Evolution's library (see evolution_session.py)."""

import gi

gi.require_version("ECal", "2.0")
gi.require_version("EDataServer", "1.2")
gi.require_version("ICalGLib", "3.0")
from gi.repository import ECal, EDataServer, ICalGLib  # noqa: E402  (the versions must be required first)

from evolution_session import SECONDS, serve  # noqa: E402


def events(client):
    """Returns the components of the copy; an exception of a series is one of them."""
    _, found = client.get_object_list_sync("#t", None)
    return found


def find(client, title):
    (found,) = (event for event in events(client) if event.get_summary() == title)
    return found


def listing(client, _):
    return {event.get_summary(): event.get_dtstart().as_ical_string() for event in events(client)}


def add(client, text):
    return client.create_object_sync(ICalGLib.Component.new_from_string(text), ECal.OperationFlags.NONE, None)[0]


def rename(client, titles):
    event = find(client, titles[0])
    event.set_summary(titles[1])
    return client.modify_object_sync(event, ECal.ObjModType.ALL, ECal.OperationFlags.NONE, None)


def change_one(client, arguments):
    """Changes the title of one instance of a series, as a person does in Evolution with "this instance only"."""
    title, start, new_title = arguments
    event = find(client, title).clone()
    property = event.get_first_property(ICalGLib.PropertyKind.RRULE_PROPERTY)
    event.remove_property(property)
    moment = ICalGLib.Time.new_from_string(start)
    event.set_recurrenceid(moment)
    event.set_dtstart(moment)
    event.set_summary(new_title)
    return client.modify_object_sync(event, ECal.ObjModType.THIS, ECal.OperationFlags.NONE, None)


def remove(client, title):
    return client.remove_object_sync(find(client, title).get_uid(), None, ECal.ObjModType.ALL, ECal.OperationFlags.NONE, None)


def remove_one(client, arguments):
    title, start = arguments
    return client.remove_object_sync(find(client, title).get_uid(), start, ECal.ObjModType.THIS, ECal.OperationFlags.NONE, None)


VERBS = {"refresh": lambda client, _: client.refresh_sync(None), "list": listing, "add": add, "rename": rename, "change one": change_one,
         "remove": remove, "remove one": remove_one}

serve(EDataServer.SOURCE_EXTENSION_CALENDAR, "caldav",
      lambda source: ECal.Client.connect_sync(source, ECal.ClientSourceType.EVENTS, SECONDS, None), VERBS)

"""Reads and writes an address book by libebook, Evolution's library (see evolution_session.py)."""

import gi

gi.require_version("EBook", "1.2")
gi.require_version("EBookContacts", "1.2")
gi.require_version("EDataServer", "1.2")
from gi.repository import EBook, EBookContacts, EDataServer  # noqa: E402  (the versions must be required first)

from evolution_session import SECONDS, serve  # noqa: E402


def contacts(client):
    _, found = client.get_contacts_sync("#t", None)
    return {contact.get_property("full-name"): contact for contact in found}


def listing(client, _):
    return {name: contact.get_property("email-1") for name, contact in contacts(client).items()}


def add(client, card):
    return client.add_contact_sync(EBookContacts.Contact.new_from_vcard(card), 0, None)[0]


def rename(client, names):
    contact = contacts(client)[names[0]]
    contact.set_property("full-name", names[1])
    return client.modify_contact_sync(contact, 0, None)


def remove(client, name):
    return client.remove_contact_sync(contacts(client)[name], 0, None)


VERBS = {"refresh": lambda client, _: client.refresh_sync(None), "list": listing, "add": add, "rename": rename, "remove": remove}

serve(EDataServer.SOURCE_EXTENSION_ADDRESS_BOOK, "carddav", lambda source: EBook.BookClient.connect_sync(source, SECONDS, None), VERBS)

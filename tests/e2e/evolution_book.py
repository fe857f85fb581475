"""Reads and writes an address book by libebook, Evolution's library, in a D-Bus session of its own (dbus-run-session).

Arguments: host, port, path of the book, account, password. Each line of the input is a command, [VERB, ARGUMENT] in JSON; each line of the output
is the result.
"""

import json
import sys
import threading

import gi

gi.require_version("EBook", "1.2")
gi.require_version("EBookContacts", "1.2")
gi.require_version("EDataServer", "1.2")
from gi.repository import EBook, EBookContacts, EDataServer, GLib  # noqa: E402  (the versions must be required first)

SECONDS = 60


def make_source(registry, host, port, path, user):
    source = EDataServer.Source.new_with_uid("office-book", None)
    source.set_display_name("office")
    source.get_extension(EDataServer.SOURCE_EXTENSION_ADDRESS_BOOK).set_backend_name("carddav")
    authentication = source.get_extension(EDataServer.SOURCE_EXTENSION_AUTHENTICATION)
    authentication.set_host(host)
    authentication.set_port(port)
    authentication.set_user(user)
    authentication.set_method("plain/password")
    source.get_extension(EDataServer.SOURCE_EXTENSION_SECURITY).set_method("none")
    source.get_extension(EDataServer.SOURCE_EXTENSION_WEBDAV_BACKEND).set_resource_path(path)
    source.get_extension(EDataServer.SOURCE_EXTENSION_OFFLINE).set_stay_synchronized(True)
    registry.commit_source_sync(source, None)
    return registry.ref_source("office-book")


def make_credentials(user, password):
    credentials = EDataServer.NamedParameters.new()
    credentials.set(EDataServer.SOURCE_CREDENTIAL_USERNAME, user)
    credentials.set(EDataServer.SOURCE_CREDENTIAL_PASSWORD, password)
    return credentials


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


def main():
    host, port, path, user, password = sys.argv[1:]
    threading.Thread(target=GLib.MainLoop().run, daemon=True).start()
    registry = EDataServer.SourceRegistry.new_sync(None)
    source = make_source(registry, host, int(port), path, user)
    registry.connect("credentials-required", lambda _, asked, *__: asked.invoke_authenticate_sync(make_credentials(user, password), None))
    client = EBook.BookClient.connect_sync(source, SECONDS, None)
    for line in sys.stdin:
        verb, argument = json.loads(line)
        print(json.dumps(VERBS[verb](client, argument)), flush=True)


main()

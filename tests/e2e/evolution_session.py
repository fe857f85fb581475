"""What Evolution's libraries need in their D-Bus session: a source for a collection of the server, its password, and a loop of commands.

A program that uses this has the arguments host, port, path of the collection, account and password. Each line of its input is a command,
[VERB, ARGUMENT] in JSON; each line of the output is the result.
"""

import json
import sys
import threading

import gi

gi.require_version("EDataServer", "1.2")
from gi.repository import EDataServer, GLib  # noqa: E402  (the version must be required first)

SECONDS = 60


def make_source(registry, extension, backend, host, port, path, user):
    source = EDataServer.Source.new_with_uid("office", None)
    source.set_display_name("office")
    source.get_extension(extension).set_backend_name(backend)
    authentication = source.get_extension(EDataServer.SOURCE_EXTENSION_AUTHENTICATION)
    authentication.set_host(host)
    authentication.set_port(port)
    authentication.set_user(user)
    authentication.set_method("plain/password")
    source.get_extension(EDataServer.SOURCE_EXTENSION_SECURITY).set_method("none")
    source.get_extension(EDataServer.SOURCE_EXTENSION_WEBDAV_BACKEND).set_resource_path(path)
    source.get_extension(EDataServer.SOURCE_EXTENSION_OFFLINE).set_stay_synchronized(True)
    registry.commit_source_sync(source, None)
    return registry.ref_source("office")


def make_credentials(user, password):
    credentials = EDataServer.NamedParameters.new()
    credentials.set(EDataServer.SOURCE_CREDENTIAL_USERNAME, user)
    credentials.set(EDataServer.SOURCE_CREDENTIAL_PASSWORD, password)
    return credentials


def serve(extension, backend, connect, verbs):
    """Runs the commands of the input. connect(source) returns the client; each verb is called with the client and the argument."""
    host, port, path, user, password = sys.argv[1:]
    threading.Thread(target=GLib.MainLoop().run, daemon=True).start()
    registry = EDataServer.SourceRegistry.new_sync(None)
    source = make_source(registry, extension, backend, host, int(port), path, user)
    registry.connect("credentials-required", lambda _, asked, *__: asked.invoke_authenticate_sync(make_credentials(user, password), None))
    client = connect(source)
    for line in sys.stdin:
        verb, argument = json.loads(line)
        print(json.dumps(verbs[verb](client, argument)), flush=True)

"""Tests accounts: the command, and who may enter /dav/ through a real daemon."""

import contextlib
import http.client
import itertools
import json
import os
import pty
import pwd
import re
import signal
import socket
import sqlite3
import statistics
import subprocess
import threading
import time
import warnings

import pytest
import requests

from conftest import BUILD, PATIENCE, ROOT, Site, end, wait_until
from smtp_server import make_certificate

PASSWORD, OTHER = "correct horse", "battery staple"
APP_PASSWORD = re.compile(r"[a-z2-7]{5}(-[a-z2-7]{5}){3}-[a-z2-7]{6}\n")


def account(site, *arguments, stdin=None, **options):
    return site.convene("account", *arguments, stdin=stdin, **options)


def add(site, name, role="editor", password=PASSWORD):
    account(site, "add", name, f"--role={role}", stdin=password + "\n")


def listed(site, *names):
    return [json.loads(line) for line in account(site, "list", *names, "--json").stdout.splitlines()]


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """A daemon with a unix socket, on which a proxy may name accounts."""
    site = Site(tmp_path_factory.mktemp("site"), 'auth = { proxy_header = "X-Remote-User"; };\n')
    site.socket = site.directory / "http.sock"
    site.config.write_text(site.config.read_text(encoding="utf-8").replace(
        f'listen = [ "{site.listen}" ]', f'listen = [ "{site.listen}", "unix:{site.socket}" ]'), encoding="utf-8")
    add(site, "Anna")
    yield site.start()
    end(site)


clients = (f"127.7.{number // 250}.{number % 250 + 1}" for number in itertools.count())


def ask(site, name=None, password=PASSWORD, path="/dav/", client=None, **headers):
    """Sends a request; each from an address of its own, unless one is given."""
    session = requests.Session()
    session.trust_env = False
    adapter = requests.adapters.HTTPAdapter()
    adapter.init_poolmanager(1, 1, source_address=(client or next(clients), 0))
    session.mount("http://", adapter)
    credentials = requests.auth.HTTPBasicAuth(name.encode(), password.encode()) if name else None
    return session.get(site.url + path, auth=credentials, timeout=PATIENCE, headers={key.replace("_", "-"): value for key, value in headers.items()})


def test_the_life_of_an_account(site):
    add(site, "Anna.K", "reader")
    assert account(site, "add", "boris", "--no-password", "--mail=b@example.org").stdout == ""
    one, other = listed(site)
    assert (one["mail"], other["mail"]) == ("", "b@example.org")
    assert (one["name"], one["role"], one["password"], one["app_passwords"], one["rights"]) == ("Anna.K", "reader", True, [], {})
    assert (other["name"], other["role"], other["password"]) == ("boris", "reader", False)
    made = account(site, "token", "anna.k", "--label=Телефон Анны", "--read-only").stdout
    assert APP_PASSWORD.fullmatch(made)
    account(site, "grant", "anna.k", "contacts", "read")
    account(site, "grant", "anna.k", "--role=editor")
    assert listed(site, "ANNA.K")[0]["app_passwords"] == [
        {"label": "Телефон Анны", "read_only": True, "created": listed(site)[0]["app_passwords"][0]["created"], "used": None}]
    assert listed(site, "anna.k")[0]["rights"] == {"contacts": "read"} and listed(site, "anna.k")[0]["role"] == "editor"
    text = account(site, "list").stdout
    assert re.search(r"^Anna\.K +editor$", text, re.M) and re.search(r"^boris +reader +b@example\.org, no password$", text, re.M)
    assert "    app password Телефон Анны, last used: never, reads only\n" in text.replace("never yet", "never") and "    right on contacts: read\n" in text
    account(site, "token", "anna.k", "--label=Телефон Анны", "--revoke")
    account(site, "grant", "anna.k", "contacts", "default")
    account(site, "passwd", "boris", stdin=OTHER)
    assert listed(site, "anna.k")[0]["app_passwords"] == [] and listed(site, "anna.k")[0]["rights"] == {} and listed(site, "boris")[0]["password"]
    with contextlib.closing(sqlite3.connect(site.database)) as store:
        dump = "\n".join(store.iterdump())
    assert PASSWORD not in dump and OTHER not in dump and made.strip() not in dump and dump.count("$y$") == 2
    account(site, "remove", "anna.k")
    assert [row["name"] for row in listed(site)] == ["boris"]


@pytest.mark.parametrize(("arguments", "stdin", "code", "words"), [
    (["ad", "x"], None, 2, "did you mean add?"),
    (["add"], None, 2, "NAME is missing"),
    (["add", "anna@example.org"], PASSWORD, 2, "is no name of an account"),
    (["add", "-x"], PASSWORD, 2, "'-x'"),
    (["add", "x", "--role=edtor"], PASSWORD, 2, "did you mean editor?"),
    (["add", "x"], "short", 1, "at least 8 characters"),
    (["add", "x"], "пароль7", 1, "at least 8 characters"),
    (["add", "x"], "a" * 256, 1, "at most 255 bytes"),
    (["add", "x"], "tab\tin the middle", 1, "control characters"),
    (["add", "x"], "", 1, "no password"),
    (["add", "KNOWN"], PASSWORD, 1, "there is an account known already"),
    (["passwd", "nobody"], PASSWORD, 1, "there is no account nobody"),
    (["remove", "nobody"], None, 1, "there is no account nobody"),
    (["list", "nobody"], None, 1, "there is no account nobody"),
    (["token", "known"], None, 2, "--label"),
    (["token", "nobody", "--label=x"], None, 1, "there is no account nobody"),
    (["token", "known", "--label=x", "--revoke"], None, 1, "no app password with the label x"),
    (["add", "x", "--mail=x@"], PASSWORD, 2, "is no mail address"),
    (["add", "x", "--mail=Known@Example.ORG"], PASSWORD, 1, "another account has the mail address"),
    (["mail", "known", "known example.org"], None, 2, "is no mail address"),
    (["mail", "nobody", "x@example.org"], None, 1, "there is no account nobody"),
    (["grant", "known"], None, 2, "COLLECTION"),
    (["grant", "known", "events", "wrte"], None, 2, "did you mean write?"),
    (["grant", "known", "nothing", "read"], None, 1, "no calendar or address book nothing"),
    (["grant", "known", "events", "default"], None, 1, "no right of its own"),
    (["remove", "known", "more"], None, 2, "more"),
])
def test_what_is_wrong_is_said(kept_accounts, arguments, stdin, code, words):
    refused = account(kept_accounts, *arguments, stdin=stdin if stdin is not None else "", check=False)
    assert refused.returncode == code and words in refused.stderr and not refused.stdout, refused
    assert [row["name"] for row in listed(kept_accounts)] == ["known"]


@pytest.fixture(scope="module")
def kept_accounts(tmp_path_factory):
    site = Site(tmp_path_factory.mktemp("kept"))
    add(site, "known")
    account(site, "mail", "known", "known@example.org")
    return site


def type_password(site, *lines, arguments=("account", "passwd", "known")):
    """Runs the command on a terminal of its own and types. Returns what the terminal shows, and the exit code."""
    child, terminal = pty.fork()
    if child == 0:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # a shell ignores it for what it runs in the background
        os.execv(BUILD / "convene", ["convene", "--config", str(site.config), *arguments])
    shown = b""
    for line in lines:
        while not shown.endswith(b": "):
            shown += os.read(terminal, 1000)
        os.write(terminal, line.encode())
        shown += b"|"
    with contextlib.suppress(OSError):
        while more := os.read(terminal, 1000):
            shown += more
    _, status = os.waitpid(child, 0)
    os.close(terminal)
    return shown.decode(), os.waitstatus_to_exitcode(status)


def test_a_password_is_typed_unseen(kept_accounts):
    shown, code = type_password(kept_accounts, "unseen word\n", "unseen word\n")
    assert code == 0 and shown.count(":") == 2 and "unseen" not in shown
    shown, code = type_password(kept_accounts, "unseen word\n", "unseen ward\n")
    assert code == 1 and "not the same" in shown and "unseen" not in shown
    shown, code = type_password(kept_accounts, "unseen\x03")
    assert code == -2 and "unseen" not in shown, shown


def test_the_command_speaks_russian(kept_accounts):
    refused = account(kept_accounts, "add", "x", stdin="коротко", check=False, env=dict(os.environ, LC_ALL="ru_RU.UTF-8"))
    assert refused.returncode == 1 and "не меньше 8 знаков" in refused.stderr.replace("\u00a0", " ")


@pytest.mark.skipif(os.getuid() != 0, reason="only root can act as somebody else")
def test_members_of_the_group_may_read(open_site):
    """The owner, a member of the directory's group, and a stranger: user 65534, group 60, user 1."""
    site = open_site
    state = site.directory / "state"
    state.mkdir()
    os.chown(state, 65534, 60)
    state.chmod(0o750)
    site.config.write_text(site.config.read_text(encoding="utf-8").replace(str(site.database), f"{state}/convened.db"), encoding="utf-8")
    site.convene("add", "--summary=Open day", "--start=2030-01-01")
    add(site, "anna")
    assert {path.stat().st_mode & 0o777 for path in state.glob("convened.db*")} == {0o640}

    def run(*arguments, groups="--groups=60"):
        return subprocess.run(["setpriv", "--reuid=1", "--regid=1", groups, BUILD / "convene", "--config", site.config, *arguments],
                              capture_output=True, text=True, timeout=60, check=False)

    for _ in range(2):
        assert "Open day" in run("list").stdout and "anna" in run("account", "list").stdout
        assert run("offer", "list").returncode == run("meet", "list").returncode == run("status").returncode == 0
        for arguments in (["add", "--summary=x"], ["account", "remove", "anna"], ["offer", "remove", "x"]):
            refused = run(*arguments)
            assert refused.returncode == 1 and "no store" not in refused.stderr, refused
        stranger = run("list", groups="--clear-groups")
        assert stranger.returncode == 1 and "Permission denied" in stranger.stderr and "no store" not in stranger.stderr
        assert "root, nobody and members of the group games" in stranger.stderr
        if not site.process:
            site.start()
            os.chown(state / "mark-convened.db", 65534, 60)  # the daemon of the test is root
    state.chmod(0o700)
    refused = run("list")
    assert refused.returncode == 1 and "only root and nobody may read" in refused.stderr


@pytest.fixture
def shared(open_site):
    """A store of user 65534 that group 60 may read, and the socket where its members hand over their commands."""
    site = open_site
    state = site.directory / "state"
    state.mkdir()
    os.chown(state, 65534, 60)
    state.chmod(0o2750)
    socket_path = site.directory / "command.sock"
    text = site.config.read_text(encoding="utf-8").replace(str(site.database), f"{state}/convened.db")
    site.config.write_text(f'{text}\nauth = {{ command_socket = "{socket_path}"; }};\n', encoding="utf-8")
    site.convene("add", "--summary=Open day", "--start=2030-01-01")
    service = ["setpriv", "--reuid=65534", "--regid=60", "--clear-groups", BUILD / "convene", "--config", site.config, "--serve"]
    listener = subprocess.Popen(["systemd-socket-activate", "--accept", "--inetd", "--seqpacket", "-l", socket_path, *service],
                                stderr=subprocess.PIPE, text=True)
    wait_until(socket_path.exists)
    os.chown(socket_path, 0, 60)
    socket_path.chmod(0o660)
    site.socket = socket_path
    yield site
    listener.terminate()
    site.journal = listener.communicate(timeout=PATIENCE)[1]


def as_member(site, *arguments, user="games", groups="--groups=60", locale="C.UTF-8", **options):
    options["env"] = dict(os.environ, LC_ALL=locale)
    return subprocess.run(["setpriv", f"--reuid={user}", "--regid=nogroup", groups, BUILD / "convene", "--config", site.config, *arguments],
                          capture_output=True, text=True, timeout=60, check=False, **options)


def refusal(result):
    assert result.returncode == 1 and not result.stdout, result
    return result.stderr


@pytest.mark.skipif(os.getuid() != 0, reason="only root can act as somebody else")
def test_an_account_lets_a_user_write_without_root(shared):
    """User games, with an account of this name; the files that games names are those that games may read."""
    site = shared
    event = site.directory / "event.ics"
    event.write_text("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//example.org//x//EN\r\nBEGIN:VEVENT\r\nUID:from-a-file\r\n"
                     "DTSTAMP:20300101T000000Z\r\nDTSTART:20300102T100000Z\r\nSUMMARY:From a file\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
                     encoding="utf-8")
    event.chmod(0o600)
    new = ("add", "--summary=New", "--start=2030-01-03")
    assert "there is no account games" in refusal(as_member(site, *new))
    assert as_member(site, "list").returncode == 0
    site.convene("account", "add", "games", "--role=reader", "--no-password")
    assert "its role is reader" in refusal(as_member(site, *new))
    site.convene("account", "grant", "games", "--role=editor")

    added = as_member(site, *new)
    assert added.returncode == 0, added
    uid = added.stdout.strip()
    assert "New" in as_member(site, "list").stdout and "games" in as_member(site, "log", uid).stdout
    assert as_member(site, "set", uid, "LOCATION", "Казань").returncode == 0
    assert "Казань" in site.convene("show", uid).stdout
    wrong = as_member(site, "date", uid, "never", locale="ru_RU.UTF-8")
    assert wrong.returncode == 2 and re.search("[а-я]{4}", wrong.stderr), wrong

    assert "Permission denied" in refusal(as_member(site, "import", event))
    os.chown(event, pwd.getpwnam("games").pw_uid, 0)
    assert as_member(site, "import", event).returncode == 0
    assert as_member(site, "undo").returncode == 0
    piped = as_member(site, "import", "-", input=event.read_text(encoding="utf-8"))
    assert piped.returncode == 0 and "From a file" in as_member(site, "show", "from-a-file").stdout
    assert "Is a directory" in refusal(as_member(site, "import", site.directory))
    assert "only root" in refusal(as_member(site, "import", "--calendar=own-x-" + "0" * 16, event))
    (site.directory / "store.jsonl").write_text("{}", encoding="utf-8")
    assert "only root" in refusal(as_member(site, "import", site.directory / "store.jsonl"))

    # A version of an object in the collection of another account is not restored, and is as good as none.
    with contextlib.closing(sqlite3.connect(site.directory / "state/convened.db")) as store, store:
        version = store.execute("SELECT max(id) FROM history WHERE uid = ?", [uid]).fetchone()[0]
        assert as_member(site, "restore", uid, f"--version={version}").returncode == 0
        store.execute("UPDATE history SET collection = 'own-x-0000000000000000' WHERE id = ?", [version])
    assert "nothing to bring back" in refusal(as_member(site, "restore", uid, f"--version={version}"))

    assert "its role is editor" in refusal(as_member(site, "account", "grant", "games", "--role=admin"))
    site.convene("account", "grant", "games", "contacts", "read")
    assert "may not write contacts" in refusal(as_member(site, *new))
    site.convene("account", "grant", "games", "--role=admin")
    made = as_member(site, "account", "add", "guest", input="a long password\n")
    assert made.returncode == 0 and "guest" in as_member(site, "account", "list").stdout

    stranger = refusal(as_member(site, *new, user="games", groups="--clear-groups"))
    assert "Permission denied" in stranger and "no store" not in stranger
    assert "there is no account daemon" in refusal(as_member(site, *new, user="daemon"))


@pytest.mark.skipif(os.getuid() != 0, reason="only root can act as somebody else")
def test_a_stranger_packet_is_no_command(shared):
    for packet in (b"", b"x", b"convene\0" * 3000):
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as connection:
            connection.settimeout(PATIENCE)
            connection.connect(str(shared.socket))
            if packet:
                connection.send(packet)
            else:
                connection.shutdown(socket.SHUT_WR)
            assert connection.recv(1) == b""
    shared.convene("account", "add", "root", "--role=editor", "--no-password")
    for words in ((b"export", b"/tmp/x"), (b"backup", b"/tmp/x"), (b"restore", b"./x"), (b"store", b"copy", b"a", b"b"), (b"draft", b"/etc/shadow"),
                  (b"check", b"--repair"), (b"bounce", b"-"), (b"mail", b"test", b"x@example.org"), (b"import", b"/etc/shadow")):
        code, text = hand_over(shared, words)
        assert code in (1, 2, 75) and (b"only root" in text or b"/etc/shadow: Permission denied" in text), text
    # A folder that was handed over, with another file under the name of its state.
    folder = shared.directory / "folder"
    shared.convene("account", "add", "kept", "--role=admin", "--no-password")
    folder.mkdir()
    shared.convene("export", folder)
    shared.convene("account", "remove", "kept")
    code, text = hand_over(shared, (b"import", b"d"), [(b"d", folder), (b"d/store.jsonl", folder / "store.jsonl")])
    assert code == 2 and b"d: Is a directory" in text, text
    assert "kept" not in shared.convene("account", "list").stdout


def hand_over(site, words, files=()):
    """Sends a packet as root, without the check that `convene` makes of its words. `files` are pairs of a name and the path that is opened."""
    version = subprocess.run([BUILD / "convene", "--version"], capture_output=True, check=True).stdout.strip()
    ours, theirs = os.pipe()
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as connection, open(ours, "rb") as output:
        connection.settimeout(PATIENCE)
        connection.connect(str(site.socket))
        null = os.open(os.devnull, os.O_RDONLY)
        store = str(site.directory / "state/convened.db").encode()
        texts = b"".join(text + b"\0" for text in (version, b"en", b"C", store, str(len(files)).encode(), *(name for name, _ in files), *words))
        opened = [os.open(path, os.O_RDONLY) for _, path in files]
        socket.send_fds(connection, [texts], [null, theirs, theirs, *opened])
        for descriptor in opened:
            os.close(descriptor)
        os.close(theirs)
        os.close(null)
        text = output.read()
        return connection.recv(1)[0], text


def test_a_directory_that_is_open_to_all_makes_a_private_store(site, tmp_path):
    tmp_path.chmod(0o755)
    site.convene("add", "--summary=x")
    assert {path.stat().st_mode & 0o777 for path in tmp_path.glob("convened.db*")} == {0o600}


def test_who_may_enter(served):
    anonymous = ask(served)
    assert anonymous.status_code == 401 and anonymous.headers["WWW-Authenticate"] == 'Basic realm="convened", charset="UTF-8"'
    for name in ("anna", "Anna", "ANNA"):
        entered = ask(served, name, Accept_Language="en")
        assert entered.status_code == 200 and entered.text.startswith("You are signed in as Anna (editor).\n")
        assert entered.headers["Cache-Control"] == "private, no-store"
    assert "Вы вошли как Anna (редактор)." in ask(served, "anna", Accept_Language="ru").text
    for name, password in (("anna", "wrong word"), ("anna", PASSWORD.upper()), ("nobody", PASSWORD), ("", PASSWORD), ("anna ", PASSWORD)):
        refused = ask(served, name or ":", password)
        assert refused.status_code == 401 and "WWW-Authenticate" in refused.headers
    for value in ("Basic", "Basic !", "Bearer x", "Basic YW5uYQ==", "Digest username=anna"):
        assert ask(served, Authorization=value).status_code == 401
    assert requests.get(served.url + "/all.ics", timeout=PATIENCE).status_code == 200


def test_a_change_is_noticed_at_once(served):
    add(served, "clara", "admin")
    assert ask(served, "clara").status_code == 200 and ask(served, "clara").status_code == 200
    account(served, "passwd", "clara", stdin=OTHER)
    assert ask(served, "clara").status_code == 401
    assert "administrator" in ask(served, "clara", OTHER, Accept_Language="en").text
    account(served, "grant", "clara", "--role=reader")
    text = ask(served, "clara", OTHER, Accept_Language="en").text
    assert "(reader)" in text and "Calendar events: you may read it.\n" in text and "contacts" not in text
    account(served, "remove", "clara")
    assert ask(served, "clara", OTHER).status_code == 401


def test_app_passwords(served):
    add(served, "dora")
    made = account(served, "token", "dora", "--label=phone", "--read-only").stdout.strip()
    for typed in (made, made.upper(), made.replace("-", ""), made.replace("-", " ")):
        text = ask(served, "dora", typed, Accept_Language="en").text
        assert "This app password may only read.\n" in text and "events: you may read it.\n" in text
    assert "read it and write" in ask(served, "dora", Accept_Language="en").text
    assert ask(served, "anna", made).status_code == 401
    wait_until(lambda: listed(served, "dora")[0]["app_passwords"][0]["used"])
    account(served, "token", "dora", "--label=phone", "--revoke")
    assert ask(served, "dora", made).status_code == 401 and ask(served, "dora").status_code == 200


def test_passwords_need_a_private_connection(served, make_site):
    for scheme, status in (("https", 200), ("HTTPS", 200), ("http", 403), ("https, http", 403), ("http, https", 200)):
        answer = ask(served, "anna", X_Forwarded_Proto=scheme, Accept_Language="en")
        assert answer.status_code == status, scheme
        assert "WWW-Authenticate" not in answer.headers
    assert "https://" in ask(served, "anna", X_Forwarded_Proto="http", Accept_Language="en").text
    lax = make_site(extra="auth = { basic_without_tls = true; realm = \"Office\"; };\n")
    add(lax, "anna")
    lax.start()
    assert ask(lax, "anna", X_Forwarded_Proto="http").status_code == 200
    assert ask(lax, X_Forwarded_Proto="http").headers["WWW-Authenticate"] == 'Basic realm="Office", charset="UTF-8"'


def own_address():
    """Returns an address of this machine that is not a loopback one; packets to it do not leave the machine."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe, contextlib.suppress(OSError):
        probe.connect(("192.0.2.1", 9))
        return probe.getsockname()[0]
    return pytest.skip("this machine has no address besides the loopback ones")


def test_over_the_network_passwords_need_tls(make_site, tmp_path):
    address = own_address()
    certificate, key = make_certificate(tmp_path)

    def statuses(http_settings, scheme="http", header=None):
        site = make_site()
        site.config.write_text(f'store = "sqlite:{site.database}";\nhttp = {{ listen = [ "{address}:{site.port}" ]; {http_settings} }};\n', encoding="utf-8")
        add(site, "anna")
        site.start()
        answers = [requests.get(f"{scheme}://{address}:{site.port}/dav/", auth=("anna", PASSWORD), verify=False, timeout=PATIENCE,
                                headers={"X-Forwarded-Proto": value} if value else {}) for value in (None, "https", "http")]
        site.stop()
        return [answer.status_code for answer in answers]

    assert statuses("") == [403, 403, 403]
    assert statuses(f'trusted_proxies = [ "{address}" ];') == [403, 200, 403]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the certificate is for localhost
        tls = f'tls = {{ certificate = "{certificate}"; key = "{key}"; }};'
        assert statuses(tls, "https") == [200, 200, 200]
        assert statuses(f'{tls} trusted_proxies = [ "{address}" ];', "https") == [200, 200, 403]


def ask_socket(site, *headers):
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(str(site.socket))
        connection.sendall("\r\n".join(["GET /dav/ HTTP/1.1", "Host: x", "Accept-Language: en", "Connection: close", *headers, "", ""]).encode())
        answer = b""
        while more := connection.recv(65536):
            answer += more
    return int(answer.split()[1]), answer.decode()


def test_a_proxy_on_a_unix_socket_names_the_account(served):
    assert ask_socket(served)[0] == 401
    status, answer = ask_socket(served, "X-Remote-User: anna", "X-Forwarded-For: 192.0.2.7")
    assert status == 200 and "You are signed in as Anna (editor)." in answer
    assert ask_socket(served, "X-Remote-User: nobody")[0] == 401
    assert ask_socket(served, "X-Remote-User:")[0] == 401
    assert ask_socket(served, "X-Remote-User: anna", "X-Remote-User: anna")[0] == 401
    assert ask(served, X_Remote_User="anna").status_code == 401


def fail2ban():
    """Returns the manual's expression for fail2ban, whose <ADDR> is an address."""
    manual = (ROOT / "daemon/man/convened.8").read_text(encoding="utf-8")
    expression = re.search(r"^failregex = (.*)$", manual, re.M)[1].replace(r"\e", "\\").replace(r"\-", "-")
    return re.compile(expression.replace("(", "(?:").replace("<ADDR>", "([0-9a-f.:]+)"))


def test_guessing_must_wait_and_the_owner_need_not(served):
    add(served, "emma")
    made = account(served, "token", "emma", "--label=phone").stdout.strip()
    assert ask(served, "emma", client="127.8.0.1").status_code == 200
    # The wait doubles with each failure, so it gets longer than the slowest request.
    statuses = []
    while statuses.count(429) < 2:
        answer = ask(served, "emma", f"wrong word {len(statuses)}", client="127.8.0.1")
        statuses.append(answer.status_code)
        assert len(statuses) < 20, statuses
    assert statuses[:6] == [401] * 6 and set(statuses) == {401, 429}
    assert int(answer.headers["Retry-After"]) >= 1
    # The password that was right before, and the app password, are taken from this address all the same.
    assert ask(served, "emma", client="127.8.0.1").status_code == 200
    assert ask(served, "emma", made, client="127.8.0.1").status_code == 200
    # Another address may try.
    assert ask(served, "emma", "wrong word", client="127.8.0.2").status_code == 401
    log = served.log_text()
    assert "sign-in failed: client 127.8.0.1, account emma\n" in log
    assert ask(served, "no-such-name", "typed password", client="127.8.0.3").status_code == 401
    log = served.log_text()
    assert "sign-in failed: client 127.8.0.3, account -\n" in log
    for line in ("convened: {}", "calendar convened[4711]: {}", "{}"):
        for client, account_name in (("127.8.0.1", "emma"), ("2001:db8::1", "-")):
            assert fail2ban().match(line.format(f"sign-in failed: client {client}, account {account_name}"))[1] == client
    assert not fail2ban().match("convened: sign-in failed: client 192.0.2.1, account x, client 192.0.2.2, account y")
    assert "no-such-name" not in log and "wrong word" not in log and PASSWORD not in log and "typed password" not in log


def cpu_seconds(site):
    fields = open(f"/proc/{site.process.pid}/stat", encoding="utf-8").read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def test_many_requests_cost_one_hash(served):
    """300 hashes would take at least 5 s of a core."""
    add(served, "fred")
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=PATIENCE)
    header = {"Authorization": requests.auth._basic_auth_str("fred", PASSWORD)}
    before = cpu_seconds(served)
    for _ in range(300):
        connection.request("GET", "/dav/", headers=header)
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 200
    assert cpu_seconds(served) - before < 2


def test_ten_thousand_wrong_passwords_leave_the_feeds_alone(served):
    """10,000 hashes would take minutes of a core; the feeds are asked for meanwhile."""
    statuses, times, over = {}, [], threading.Event()

    def guess():
        connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=PATIENCE, source_address=("127.8.1.1", 0))
        for number in range(10000):
            connection.request("GET", "/dav/", headers={"Authorization": requests.auth._basic_auth_str("anna", f"guess {number}")})
            answer = connection.getresponse()
            answer.read()
            statuses[answer.status] = statuses.get(answer.status, 0) + 1
        over.set()

    before = cpu_seconds(served)
    thread = threading.Thread(target=guess)
    thread.start()
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=PATIENCE)
    while not over.is_set():
        begun = time.monotonic()
        connection.request("GET", "/all.ics")
        answer = connection.getresponse()
        answer.read()
        times.append(time.monotonic() - begun)
        assert answer.status == 200
    thread.join()
    assert set(statuses) == {401, 429} and statuses[401] < 20, statuses
    assert cpu_seconds(served) - before < 15
    assert statistics.median(times) < 1


def guess(site, number):
    """Tries a name and a password that no account has, from an address that nobody else has. Returns the status and Retry-After."""
    address = f"127.{10 + number // 62500}.{number // 250 % 250}.{number % 250 + 1}"
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=PATIENCE, source_address=(address, 0))
    with contextlib.closing(connection):
        connection.request("GET", "/dav/", headers={"Authorization": requests.auth._basic_auth_str(f"name{number}", "guessed word")})
        answer = connection.getresponse()
        answer.read()
        return answer.status, answer.headers["Retry-After"]


def guess_until_refused(site, numbers):
    """Returns whether the budget of all checks is used up: a machine that gives the daemon less than a quarter of a core never gets there."""
    begun = time.monotonic()
    while time.monotonic() < begun + PATIENCE:
        status, wait = guess(site, next(numbers))
        if status == 503:
            assert 1 <= int(wait) < 60
            return True
        assert (status, wait) == (401, None)
    return False


def test_guesses_from_thousands_of_addresses_use_a_quarter_of_a_core(tmp_path):
    """Each guess comes from another address and tries another name, so that no limit of an address or an account slows it down."""
    site = Site(tmp_path, 'auth = { remember = "PT1S"; };\n')
    add(site, "anna")
    add(site, "boris")
    site.start()
    try:
        assert ask(site, "anna").status_code == 200
        numbers, begun, before = itertools.count(), time.monotonic(), cpu_seconds(site)
        if guess_until_refused(site, numbers):
            # 1,000 checks would take half a minute of a core; the refusals cost little.
            assert {guess(site, next(numbers))[0] for _ in range(1000)} <= {401, 503}
        used, passed = cpu_seconds(site) - before, time.monotonic() - begun
        assert used < passed / 4 + 10 + 5, (used, passed)
        # The password that was right before is not remembered any more, but checked all the same.
        guess_until_refused(site, numbers)
        assert ask(site, "anna").status_code == 200
        assert requests.get(f"{site.url}/all.ics", timeout=PATIENCE).status_code == 200
        # An old password is checked once more: then it counts as a guess.
        account(site, "passwd", "anna", stdin=OTHER + "\n")
        assert ask(site, "anna").status_code == 401
        wait_until(lambda: ask(site, "anna", OTHER).status_code == 200)
    finally:
        end(site)

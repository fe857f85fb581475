"""Shared parts of the end-to-end tests: the built programs, a daemon on free ports, a directory for each test.

With STORE=postgresql in the environment, each store is a database of its own on a PostgreSQL server: the one of CONVENED_POSTGRESQL
(tests/postgresql.py), or one that the tests start.
"""

import atexit
import contextlib
import fcntl
import json
import os
import pathlib
import queue
import random
import shutil
import signal
import socket
import sqlite3
import struct
import subprocess
import sys
import tempfile
import threading
import time

import psycopg2
import pytest

from stopwatch import Stopwatch

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import postgresql

# The files that take longest, each in one worker. They begin first, so that none of them runs alone at the end.
LONGEST = ("test_systemd.py", "test_power_loss.py", "test_browser.py", "test_crash_points.py", "test_disk.py", "test_faults.py", "test_notices.py",
           "test_mail_faults.py", "test_kinds.py", "test_accounts.py", "test_recurrence.py", "test_meet_pages.py", "test_admission.py", "test_zones.py",
           "test_match.py", "test_two_years.py", "test_languages.py", "test_preferences.py", "test_browser_mail.py")


def pytest_collection_modifyitems(items):
    items.sort(key=lambda item: LONGEST.index(item.path.name) if item.path.name in LONGEST else len(LONGEST))

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("CONVENED_BUILD", ROOT / "build")).resolve()
# The command prints in the language of its environment. The tests expect English unless they set another.
os.environ["LC_ALL"] = "C.UTF-8"
# How many seconds a test waits for an expected event on a busy machine. The programs themselves wait a minute for a lock or a server;
# this is less, so that such a wait fails the test.
PATIENCE = 50
# How long wait_until() looks for a change of the store, as a multiple of its usual pause, before it runs a command again.
UNCHANGED_PAUSES = 8
# The sites whose stores a command has read since wait_until() last cleared this, each with its stamp before the command.
asked = {}


def make_tool(path):
    """Builds a program or a preloaded library of the tests. `make check` has built all of them; a test that runs alone builds its own."""
    if "MAKELEVEL" not in os.environ:
        sanitized = ["CC=clang", "SANITIZE=address,undefined"] if "sanitize" in BUILD.parts else []
        subprocess.run(["make", "-s", "-C", ROOT, *sanitized, path.relative_to(ROOT)], check=True, timeout=600)


def free_port():
    """Returns a port below those that the kernel gives to clients: it stays free while a daemon restarts."""
    while True:
        with socket.socket() as listener, contextlib.suppress(OSError):
            listener.bind(("127.0.0.1", random.randrange(15000, 32000)))
            return listener.getsockname()[1]


def seconds_to_end(*processes):
    """Waits until the processes have ended. Returns the seconds that this took, measured by a Stopwatch."""
    watch = Stopwatch(*(process.pid for process in processes))
    return wait_until(lambda: (seconds := watch.seconds()) and all(process.poll() is not None for process in processes) and seconds, step=0.01)


needs_file = pytest.mark.skipif(os.environ.get("STORE") == "postgresql", reason="about a store in a file")


def server_url():
    """Returns the URL of the PostgreSQL server of all tests of this process."""
    if postgresql.VARIABLE not in os.environ:
        server = postgresql.Server()
        atexit.register(server.__exit__)
        os.environ[postgresql.VARIABLE] = server.__enter__().url()
    return os.environ[postgresql.VARIABLE]


class Manager:
    """A service manager for the daemon. A thread reads all messages, because a full socket would block the daemon's loop."""

    def __init__(self, path):
        path.unlink(missing_ok=True)
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(str(path))
        self.told = queue.SimpleQueue()
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self):
        while text := self.socket.recv(4096).decode():
            self.told.put(text)

    def next(self, seconds=PATIENCE):
        """Returns the next message; raises queue.Empty after some seconds."""
        return self.told.get(timeout=seconds)

    def close(self):
        self.socket.shutdown(socket.SHUT_RD)
        self.reader.join()
        self.socket.close()


class LoadedProgram:
    """A program whose libraries are loaded once: tests/preload/forks.c forks a process for each call. This takes a third of the time."""

    FORKS = BUILD / "tests/preload/forks.so"
    idle = {}  # path -> programs that wait for a call
    MAX_BYTES = 120_000

    def __init__(self, path):
        make_tool(self.FORKS)
        self.socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            environment = dict(os.environ, LD_PRELOAD=str(self.FORKS), FORKS_FD=str(theirs.fileno()))
            self.process = subprocess.Popen([path], env=environment, pass_fds=[theirs.fileno()])
        atexit.register(self.end)

    def end(self):
        self.socket.close()
        self.process.kill()
        self.process.wait()

    @classmethod
    def can_run(cls, words, environment):
        # Variables that the loader and the allocator read, and an allocator that must be loaded first, need a process of its own.
        size = sum(len(os.fsencode(word)) + 1 for word in (*words, *environment, *environment.values()))
        return size <= cls.MAX_BYTES and "sanitize" not in BUILD.parts and \
            not any(name.startswith(("LD_", "MALLOC_", "GLIBC_")) for name in environment)

    @classmethod
    def call(cls, how, words, environment, files, seconds):
        """Runs the program words[0] with three files. Returns the answer to a request as forks.c tells."""
        programs = cls.idle.setdefault(words[0], [])
        program = programs.pop() if programs else cls(words[0])
        texts = [how, os.getcwd(), str(len(words)), *words, *(f"{name}={value}" for name, value in environment.items())]
        try:
            program.socket.settimeout(seconds)
            socket.send_fds(program.socket, [b"".join(os.fsencode(text) + b"\0" for text in texts)], files)
            answer, = struct.unpack("i", program.socket.recv(4))
        except BaseException:
            program.end()
            raise
        programs.append(program)
        return answer


MAX_STDIN_BYTES = 60_000  # fits into a pipe


def run_command(words, stdin, environment, seconds, text):
    """Does what subprocess.run() does with captured output."""
    given = stdin.encode() if isinstance(stdin, str) else stdin or b""
    if len(given) > MAX_STDIN_BYTES or not LoadedProgram.can_run(words, environment):
        return subprocess.run(words, input=stdin, capture_output=True, text=text, timeout=seconds, check=False, env=environment)
    output, errors = (os.memfd_create(name) for name in ("output", "errors"))
    read, write = os.pipe()
    try:
        os.write(write, given)
        os.close(write)
        status = LoadedProgram.call("wait", words, environment, [0 if stdin is None else read, output, errors], seconds)
        outputs = [os.pread(file, os.fstat(file).st_size, 0) for file in (output, errors)]
    finally:
        for file in (output, errors, read):
            os.close(file)
    if text:
        outputs = [output.decode().replace("\r\n", "\n").replace("\r", "\n") for output in outputs]
    return subprocess.CompletedProcess(words, os.waitstatus_to_exitcode(status), *outputs)


class Daemon(subprocess.Popen):
    """A process of the daemon that writes to a log. It is a child of this process, whether it was forked by a loaded program or not."""

    def __init__(self, words, log, environment):
        super().__init__(words, stdout=log, stderr=log, env=environment)

    def _execute_child(self, args, executable, preexec_fn, close_fds, pass_fds, cwd, env, startupinfo, creationflags, shell, *files):
        words = [str(word) for word in args]
        if not LoadedProgram.can_run(words, env):
            super()._execute_child(args, executable, preexec_fn, close_fds, pass_fds, cwd, env, startupinfo, creationflags, shell, *files)
            return
        _, _, _, stdout, _, stderr, *_ = files
        self.pid = LoadedProgram.call("leave", words, env, [0, stdout, stderr], PATIENCE)
        assert self.pid > 0
        self._child_created = True


class Site:
    """A configuration with its store and its daemon."""

    def __init__(self, directory, extra="", mail="", listen=None, environment=None, store=None):
        self.directory = pathlib.Path(directory)
        self.environment = environment or {}
        self.port = free_port()
        self.listen = listen or f"127.0.0.1:{self.port}"
        self.url = f"http://127.0.0.1:{self.port}"
        self.database = self.directory / "convened.db"
        self.mark = self.directory / "mark-convened.db"
        self.store = store or (postgresql.make_database(server_url()) if os.environ.get("STORE") == "postgresql" else f"sqlite:{self.database}")
        self.config = self.directory / "convened.conf"
        self.log = self.directory / "convened.log"
        self.process = None
        self.ended_in = None
        self.write_config(extra, mail)

    def write_config(self, extra="", mail=""):
        # Tests of notices wait for facts, not for the settling time.
        mail += ' settle = "PT0S";' if mail and "settle" not in mail else ""
        self.config.write_text(
            f'store = "{self.store}";\n'
            f'http = {{ listen = [ "{self.listen}" ]; base_url = "{self.url}"; }};\n'
            + (f"mail = {{ {mail} }};\n" if mail else "")
            + extra,
            encoding="utf-8",
        )

    def stamp(self):
        """Returns what changes with each transaction of a store in SQLite. For another store it changes always."""
        found = [] if self.store.startswith("sqlite:") else [time.monotonic()]
        for path in (self.database, self.database.with_name(f"{self.database.name}-wal")):
            with contextlib.suppress(OSError):
                status = path.stat()
                found.append((status.st_ino, status.st_size, status.st_mtime_ns))
        return found

    def convene(self, *arguments, check=True, stdin=None, **options):
        asked.setdefault(self, self.stamp())
        words = [str(word) for word in (BUILD / "convene", "--config", self.config, *arguments)]
        text, seconds = not isinstance(stdin, bytes), 120
        options = {"env": dict(os.environ, **self.environment), **options}
        if options.keys() == {"env"}:
            result = run_command(words, stdin, options["env"], seconds, text)
        else:
            result = subprocess.run(words, input=stdin, capture_output=True, text=text, timeout=seconds, check=False, **options)
        if check and result.returncode != 0:
            raise AssertionError(f"convene {arguments}: exit {result.returncode}\n{result.stdout}{result.stderr}")
        return result

    @contextlib.contextmanager
    def transaction(self, writes=True):
        """Begins a transaction, as the only writer of the store or as a reader, whatever the engine is. Yields a function that runs SQL, with
        ? for each parameter, and returns the rows; commits at the end."""
        if self.store.startswith("sqlite:"):
            with contextlib.closing(sqlite3.connect(self.database, timeout=PATIENCE, isolation_level=None)) as store:
                store.execute("BEGIN IMMEDIATE" if writes else "BEGIN")
                yield lambda statement, *parameters: store.execute(statement, parameters).fetchall()
                store.execute("COMMIT")
            return
        with contextlib.closing(psycopg2.connect(self.store)) as store, store, store.cursor() as cursor:
            def run(statement, *parameters):
                cursor.execute(statement.replace("?", "%s"), parameters or None)
                found = cursor.fetchall() if cursor.description else []
                return [tuple(bytes(value) if isinstance(value, memoryview) else value for value in row) for row in found]

            if writes:
                run("UPDATE store_lock SET version = version + 1 WHERE id = 1")
            yield run
            if writes:
                run("NOTIFY convened")

    def sql(self, statement, *parameters):
        """Runs one statement in a transaction. Returns the rows."""
        with self.transaction(writes=not statement.startswith("SELECT")) as run:
            return run(statement, *parameters)

    def take_store(self, database):
        """Copies a store with its mark, which the daemon would miss. No daemon may run on it."""
        mark = database.with_name(f"mark-{database.name}")
        shutil.copy(database, self.database)
        if mark.exists():
            shutil.copy(mark, self.mark)

    def start(self, *arguments, environment=None):
        """Starts the daemon and waits until it says READY=1 to its service manager."""
        path = self.directory / "notify"
        self.manager = Manager(path)
        environment = dict(os.environ, NOTIFY_SOCKET=str(path), **self.environment, **(environment or {}))
        with open(self.log, "ab") as log:
            self.process = Daemon([BUILD / "convened", "--config", self.config, *arguments], log, environment)
        self.wait_notified("READY=1")
        return self

    def wait_notified(self, text):
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and self.process.poll() is None:
            with contextlib.suppress(queue.Empty):
                if text in self.manager.next(0.2):
                    return
        raise AssertionError(f"no {text} from the daemon:\n{self.log_text()}")

    def reload(self):
        """Reloads the daemon as `systemctl reload` does. Returns when the reload has succeeded or failed."""
        self.process.send_signal(signal.SIGHUP)
        self.wait_notified("READY=1")

    def stop(self, how=signal.SIGTERM):
        if not self.process:
            return None
        self.process.send_signal(how)
        code = self.wait()
        self.process = None
        self.manager.close()
        return code

    def wait(self):
        """Waits until the daemon has ended and sets `ended_in`, the seconds that this took."""
        self.ended_in = seconds_to_end(self.process)
        return self.process.returncode

    def stopwatch(self):
        return Stopwatch(self.process.pid)

    def log_text(self):
        return self.log.read_text(encoding="utf-8")


def end(site):
    if site.process and site.process.poll() is None:
        site.stop(signal.SIGKILL)


@pytest.fixture
def site(tmp_path):
    site = Site(tmp_path)
    yield site
    end(site)


@pytest.fixture
def open_site():
    """A site whose directory other users may enter. Pytest makes its own directories private again whenever another pytest starts."""
    with tempfile.TemporaryDirectory(prefix="convened-") as name:
        pathlib.Path(name).chmod(0o755)
        site = Site(name)
        yield site
        end(site)


@pytest.fixture
def make_site(tmp_path):
    """Returns a function for tests with a special configuration: make_site(extra=..., mail=...)."""
    sites = []

    def make(**options):
        directory = tmp_path / f"site{len(sites)}"
        directory.mkdir()
        sites.append(Site(directory, **options))
        return sites[-1]

    yield make
    for made in sites:
        end(made)


@pytest.fixture
def daemon(site):
    """A site with the documents' events and a running daemon."""
    site.convene("import", ROOT / "conf" / "documents")
    return site.start()


def wait_until(condition, seconds=PATIENCE, step=0.05):
    """Returns the first true value of condition(); fails after some seconds. A slow condition is polled less often. One that runs a command
    is polled when the store has changed, and now and then, because a command costs more than anything else here."""
    deadline = time.monotonic() + seconds
    while True:
        begun = time.monotonic()
        asked.clear()
        value = condition()
        if value:
            return value
        now = time.monotonic()
        assert now < deadline, f"not true within {seconds} s: {condition}"
        pause = max(step, now - begun)
        time.sleep(pause)
        stamps = list(asked.items())
        while stamps and time.monotonic() < now + UNCHANGED_PAUSES * pause and all(site.stamp() == stamp for site, stamp in stamps):
            time.sleep(step / 2)


def wait_within(seconds, site, condition, step=0.02):
    """Returns the first true value of condition(); fails after some seconds by a Stopwatch of the site's daemon."""
    watch = site.stopwatch()
    while True:
        begun = watch.seconds()
        value = condition()
        if value:
            return value
        assert begun < seconds, f"not true within {seconds} s: {condition}"
        time.sleep(step)


def unflowed(text):
    """Joins the lines of a format=flowed text (RFC 3676, 4)."""
    joined = ""
    for line in text.replace("\r\n", "\n").split("\n"):
        line = line.removeprefix(" ")
        joined += line if line.endswith(" ") and line != "-- " else line + "\n"
    return joined.removesuffix("\n")


def plain_text(message):
    """Returns the plain text part of a mail."""
    part = message.get_body(("plain",))
    assert part.get_param("format") == "flowed"
    return unflowed(part.get_content())


def node_package(package):
    """Installs an npm package ("name@version") below the build directory. Returns the directory in which node finds it."""
    home = BUILD / "node"
    name, version = package.rsplit("@", 1)
    manifest = home / "node_modules" / name / "package.json"
    home.mkdir(parents=True, exist_ok=True)
    with open(home / "lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not manifest.is_file() or json.loads(manifest.read_text(encoding="utf-8"))["version"] != version:
            if not (home / "package.json").is_file():
                (home / "package.json").write_text("{}", encoding="utf-8")
            subprocess.run(["npm", "install", "--silent", "--no-audit", "--no-fund", package], cwd=home, check=True, timeout=300)
    return home

"""Shared parts of the benchmarks: programs on one core, a load on the other, and the CPU time of a process."""

import os
import pathlib
import re
import resource
import signal
import socket
import statistics
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("CONVENED_BUILD", ROOT / "build")).resolve()
CORES = sorted(os.sched_getaffinity(0))
SERVER_CORE, LOAD_CORE = CORES[0], CORES[-1]
READY_SECONDS = 30
ROUNDS = 5


def cpu_ns(pid):
    """Returns the CPU time of all threads of a process so far (see clock_getcpuclockid(3))."""
    return time.clock_gettime_ns((~pid << 3) | 2)


def rss_mb(pid):
    text = pathlib.Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(re.search(r"VmRSS:\s+(\d+)", text)[1]) / 1024


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def children_cpu_seconds(run):
    """Returns the CPU seconds of the programs that run() starts and waits for."""
    before = children_cpu_ms()
    run()
    return (children_cpu_ms() - before) / 1000


def wait_for_rest(daemon):
    """Waits until the process is idle."""
    before = -1
    while cpu_ns(daemon.pid) != before:
        before = cpu_ns(daemon.pid)
        time.sleep(0.2)


def wait_for_port(port, seconds=READY_SECONDS):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return
        except OSError:
            time.sleep(0.02)
    raise RuntimeError(f"nothing listens on port {port}")


def pinned(*cores):
    return lambda: os.sched_setaffinity(0, cores)


def yardstick(what, path, n, core=SERVER_CORE):
    """Returns a library's time for the same work: CPU microseconds in the median round, elapsed ones in the median and in the longest
    round."""
    text = subprocess.run([BUILD / "tests/tools/yardstick", what, path, str(n)], check=True, preexec_fn=pinned(core),
                          stdout=subprocess.PIPE, text=True).stdout
    return [int(word) for word in text.split()]


def children_cpu_ms():
    """Returns the CPU time so far of child programs that have ended."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (usage.ru_utime + usage.ru_stime) * 1000


def ratio_of(pairs):
    return statistics.median(one / other for one, other in pairs)


def judged(take, at_most, rounds):
    """Takes `rounds` pairs (ours, theirs) with take(). If their ratio misses the goal, takes up to three times as many, so that a
    disturbance does not fail the benchmark, but a slower program does."""
    pairs = [take() for _ in range(rounds)]
    while ratio_of(pairs) > at_most and len(pairs) < 3 * rounds:
        pairs.append(take())
    return pairs


def compared(pairs, unit, yardstick_name, at_most, digits=1, note=""):
    """Formats a comparison for a line of the table: (ours, theirs, ratio, reached, goal), both values in `unit`."""
    ours, theirs = (statistics.median(column) for column in zip(*pairs))
    ratio = ratio_of(pairs)
    return (f"{ours:.{digits}f} {unit}", f"{yardstick_name} {theirs:.{digits}f} {unit}{note}", f"{ratio:.2f} x", ratio <= at_most,
            f"at most {at_most:.2f} x")


def beside(take, unit, yardstick_name, at_most, rounds=ROUNDS, digits=1, note=lambda: ""):
    """Returns compared() for the pairs of take(); calls note() after all measurements."""
    pairs = judged(take, at_most, rounds)
    return compared(pairs, unit, yardstick_name, at_most, digits, note())


class Program:
    """A process on the server's core unless other cores are given; it is ended at the end of the block."""

    def __init__(self, arguments, cores=(SERVER_CORE,), **options):
        self.process = subprocess.Popen(arguments, preexec_fn=pinned(*cores), **options)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    @property
    def pid(self):
        return self.process.pid

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


class Site:
    """A new store with a default configuration, and the programs of one build."""

    def __init__(self, directory, build=BUILD):
        self.build = pathlib.Path(build)
        self.directory = pathlib.Path(directory)
        self.directory.mkdir(parents=True, exist_ok=True)
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.config = self.directory / "convened.conf"
        self.config.write_text(
            f'store = "sqlite:{self.directory}/convened.db";\n'
            f'http = {{ listen = [ "127.0.0.1:{self.port}" ]; base_url = "{self.url}"; threads = 1; }};\n', encoding="utf-8")

    def convene(self, *arguments):
        return subprocess.run([self.build / "convene", "--config", self.config, *arguments], check=True,
                              stdout=subprocess.PIPE, text=True).stdout


class Daemon(Program):
    """A running convened, after READY=1; `ready_ms` is the time until then. notify: a socket that the caller reads instead."""

    def __init__(self, site, *arguments, notify=None, cores=(SERVER_CORE,)):
        with tempfile.TemporaryDirectory() as directory, socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
            path = f"{directory}/notify"
            manager.bind(path)
            manager.settimeout(READY_SECONDS)
            begun = time.monotonic()
            super().__init__([site.build / "convened", "--config", site.config, *arguments], cores=cores, env=dict(os.environ, NOTIFY_SOCKET=notify or path),
                             stderr=open(site.directory / "log", "w", encoding="utf-8"))
            while not notify and "READY=1" not in manager.recv(4096).decode():
                pass
            self.ready_ms = (time.monotonic() - begun) * 1000


class Nginx(Program):
    """An nginx with one worker that serves a directory with plain and compressed files."""

    CONFIG = """
daemon off; worker_processes 1; pid {directory}/pid; error_log {directory}/error.log;
events {{ worker_connections 1024; use epoll; }}
http {{
    access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000000;
    client_body_temp_path {directory}; proxy_temp_path {directory}; fastcgi_temp_path {directory};
    uwsgi_temp_path {directory}; scgi_temp_path {directory};
    types {{ text/calendar ics; }}
    server {{ listen 127.0.0.1:{port}; root {directory}; gzip_static on; etag on;
              add_header Cache-Control "public, max-age=3600"; }}
}}
"""

    def __init__(self, directory):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        config = directory / "nginx.conf"
        config.write_text(self.CONFIG.format(directory=directory, port=self.port), encoding="ascii")
        super().__init__(["/usr/sbin/nginx", "-e", directory / "error.log", "-c", config])
        wait_for_port(self.port)

    @property
    def pid(self):
        children = pathlib.Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text(encoding="ascii")
        return int(children.split()[0])


class Radicale(Program):
    def __init__(self, directory):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        config = directory / "radicale.conf"
        config.write_text(
            f"[server]\nhosts = 127.0.0.1:{self.port}\n[auth]\ntype = none\n[rights]\ntype = authenticated\n"
            f"[storage]\nfilesystem_folder = {directory}/collections\n[logging]\nlevel = error\n", encoding="ascii")
        super().__init__(["/usr/bin/radicale", "--config", config], stderr=subprocess.DEVNULL)
        wait_for_port(self.port)


def load(url, headers=(), seconds=1, connections=16):
    """Returns the number of requests that a server answered to wrk at full speed, and the seconds."""
    options = [part for header in headers for part in ("-H", header)]
    text = subprocess.run(["wrk", "-t1", f"-c{connections}", f"-d{seconds}", "--timeout", "20s", *options, url], check=True,
                          timeout=seconds + 60, preexec_fn=pinned(LOAD_CORE), stdout=subprocess.PIPE, text=True).stdout
    if "Socket errors" in text:
        raise RuntimeError(text)
    count, took, unit = re.search(r"(\d+) requests in ([\d.]+)(ms|s|m)", text).groups()
    return int(count), float(took) * {"ms": 0.001, "s": 1, "m": 60}[unit]

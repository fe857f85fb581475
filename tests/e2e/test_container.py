"""Tests what units/Containerfile makes, without an engine: its configuration and command, unprivileged, on a read-only root of bubblewrap."""

import json
import os
import pathlib
import re
import shutil
import signal
import subprocess

import pytest
import requests

from conftest import BUILD, PATIENCE, ROOT, free_port, wait_until

ID = "999"
STATE, CONFIG = "var/lib/convened", "etc/convened/convened.conf"
RECIPE = (ROOT / "units/Containerfile").read_text(encoding="utf-8")


class Container:
    """A root with the programs and the shipped configuration. The libraries are those of this machine."""

    def __init__(self, directory):
        self.root, self.state, self.process = directory / "root", directory / "state", None
        for name in ("convened", "convene"):
            (self.root / "usr/bin").mkdir(parents=True, exist_ok=True)
            shutil.copy(BUILD / name, self.root / "usr/bin" / name)
        (self.root / CONFIG).parent.mkdir(parents=True)
        shutil.copy(ROOT / "conf/convened.conf", self.root / CONFIG)
        for name in ("lib", "lib64"):
            (self.root / name).symlink_to(f"usr/{name}")
        (self.root / "etc/passwd").write_text(f"convened:x:{ID}:{ID}::/{STATE}:/usr/sbin/nologin\n", encoding="utf-8")
        self.state.mkdir()
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"

    def configure(self):
        """Runs the recipe's sed, then takes a free port of the loopback instead of the container's own network."""
        script = re.search(r"sed -i '([^']+)' /etc/convened/convened\.conf", RECIPE)[1]
        config = self.root / CONFIG
        subprocess.run(["sed", "-i", script, config], timeout=60, check=True)
        text = config.read_text(encoding="utf-8")
        assert text.count('"0.0.0.0:8080"') == 1
        config.write_text(text.replace('"0.0.0.0:8080"', f'"127.0.0.1:{self.port}"'), encoding="utf-8")

    def command(self, *words):
        libraries = [word for name in ("lib", "lib64", "share/zoneinfo") for word in ("--ro-bind", f"/usr/{name}", f"/usr/{name}")]
        return ["bwrap", "--unshare-all", "--share-net", "--as-pid-1", "--uid", ID, "--gid", ID, "--cap-drop", "ALL", "--die-with-parent", "--clearenv",
                "--setenv", "PATH", "/usr/bin", "--bind", str(self.root), "/", *libraries, "--proc", "/proc", "--dev", "/dev",
                "--bind", str(self.state), f"/{STATE}", "--tmpfs", "/tmp", "--tmpfs", "/run", "--remount-ro", "/", "--", *words]

    def start(self):
        entry = json.loads(re.search(r"^ENTRYPOINT (.*)$", RECIPE, re.M)[1])
        self.process = subprocess.Popen(self.command(*entry), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)

    def stop(self):
        """Ends the daemon, process 1 of its container, as an engine does; returns the exit code."""
        (daemon,) = pathlib.Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text(encoding="utf-8").split()
        os.kill(int(daemon), signal.SIGTERM)
        return self.process.wait(PATIENCE)

    def convene(self, *arguments, **options):
        return subprocess.run(self.command("convene", *arguments), capture_output=True, text=True, timeout=120, check=True, **options)

    def feed(self):
        assert self.process.poll() is None, self.process.stderr.read()
        try:
            return requests.get(f"{self.url}/all.ics", timeout=PATIENCE).text
        except requests.ConnectionError:
            return ""


@pytest.fixture
def container(tmp_path):
    if "sanitize" in BUILD.parts:
        pytest.skip("the runtime of the sanitizers wants more of the machine")
    container = Container(tmp_path)
    yield container
    if container.process:
        container.process.kill()
        container.process.communicate()


def test_smoke(container):
    container.configure()
    container.start()
    wait_until(lambda: container.feed().startswith("BEGIN:VCALENDAR"))
    container.convene("import", "-", input=(ROOT / "conf/documents/events.ics").read_text(encoding="utf-8"))
    wait_until(lambda: "BEGIN:VEVENT" in container.feed())
    assert "SUMMARY" in container.feed() and requests.get(f"{container.url}/", timeout=PATIENCE).status_code == 200
    assert container.stop() == 0 and (container.state / "convened.db").exists()


def test_the_recipe_takes_no_rights():
    last = RECIPE[RECIPE.rindex("\nFROM "):]
    assert re.findall(r"^USER (.*)$", last, re.M) == ["convened"]
    assert re.findall(r"^VOLUME (.*)$", last, re.M) == [f"/{STATE}"]
    assert last.index("\nUSER ") > last.rindex("\nRUN ")
    assert "--read-only" in RECIPE and "--cap-drop=all" in RECIPE

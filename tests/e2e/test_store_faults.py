"""The disk becomes full, then read-only, while the daemon runs. Errors are clear, acknowledged data stays, and the feed is still served."""

import os
import re
import subprocess

import pytest

from conftest import BUILD, free_port

pytestmark = pytest.mark.skipif(os.getuid() != 0, reason="only root can mount a small disk")

# Runs in its own mount namespace, so that no mount remains; prints one line for each step.
SCRIPT = r"""
set -u
mount -t tmpfs -o size=3m none "$DISK"
cat >"$DISK/convened.conf" <<END
store = "sqlite:$DISK/convened.db";
http = { listen = [ "127.0.0.1:$PORT" ]; base_url = "http://127.0.0.1:$PORT"; };
END
convene() { "$BUILD/convene" --config "$DISK/convened.conf" "$@" 2>&1; echo "exit $?"; }
feed() { curl -s --max-time 10 "http://127.0.0.1:$PORT/all.ics"; }
step() { printf '%s: %s\n' "$1" "$(tr '\n' ' ')"; }
add() { convene add --summary "$1" --start 2027-05-01 --uid "$1@disk.example"; }

add first | step first
"$BUILD/convened" --config "$DISK/convened.conf" 2>"$DISK/../log" &
daemon=$!
for _ in $(seq 100); do feed | grep -q first@disk && break; sleep 0.1; done
dd if=/dev/zero of="$DISK/fill" bs=4k 2>/dev/null
for n in 1 2 3 4 5 6 7 8; do add "full$n"; done | step full
feed | grep -c ^UID:first@disk | step served-when-full
rm "$DISK/fill"
add after | step after
for _ in $(seq 100); do feed | grep -q after@disk && break; sleep 0.1; done
feed | grep -c ^UID:after@disk | step served-after
convene check | step check
mkdir "$DISK/../read-only"
mount --bind "$DISK" "$DISK/../read-only" && mount -o remount,ro,bind "$DISK/../read-only"
sed "s|sqlite:.*|sqlite:$DISK/../read-only/convened.db\";|" "$DISK/convened.conf" >"$DISK/../read-only.conf"
"$BUILD/convene" --config "$DISK/../read-only.conf" add --summary x --start 2027-05-01 2>&1 | step readonly
"$BUILD/convened" --config "$DISK/../read-only.conf" 2>&1 | step readonly-daemon
feed | grep -c ^UID:after@disk | step served-when-read-only
convene list --json | step list
kill -TERM $daemon; wait $daemon; echo "stop: $?"
"""


@pytest.fixture(scope="module")
def steps(tmp_path_factory):
    disk = tmp_path_factory.mktemp("faults") / "disk"
    disk.mkdir()
    environment = dict(os.environ, DISK=str(disk), BUILD=str(BUILD), PORT=str(free_port()), LC_ALL="C.UTF-8")
    result = subprocess.run(["unshare", "--mount", "--propagation", "private", "bash", "-c", SCRIPT], env=environment,
                            capture_output=True, text=True, timeout=120, check=False)
    assert result.returncode == 0, result.stderr
    return dict(line.split(": ", 1) for line in result.stdout.splitlines())


def test_a_full_disk_is_reported_and_loses_nothing(steps):
    assert "disk is full" in steps["full"] and "exit 1" in steps["full"]
    acknowledged = set(re.findall(r"(full\d)@disk.example exit 0", steps["full"]))
    kept = set(re.findall(r'"uid": "(full\d)@', steps["list"]))
    assert acknowledged == kept
    assert steps["check"].startswith("everything is in order")


def test_the_feed_is_served_during_and_after_the_failure(steps):
    assert steps["served-when-full"].strip() == "1"
    assert "exit 0" in steps["after"] and steps["served-after"].strip() == "1"


def test_a_read_only_disk_is_reported_and_the_feed_is_served(steps):
    for step in ("readonly", "readonly-daemon"):
        assert re.search("read-only/convened.db: .*(may it be written|cannot be written)", steps[step]), steps[step]
    assert steps["served-when-read-only"].strip() == "1"
    assert steps["stop"] == "0"

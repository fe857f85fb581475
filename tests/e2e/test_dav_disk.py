"""Lets the disk fail under the writes of a calendar program: what was acknowledged is there after a restart, byte for byte, and a full disk
is said to be full."""

import errno

import pytest
import requests
from conftest import BUILD, Site, end, make_tool
from test_accounts import add
from test_dav_members import EVENTS, ask, calendar, event, put

SHIM = BUILD / "tests/preload/disk.so"
WRITES = 40


def try_put(site, number):
    """Returns the status; None if the daemon ends."""
    try:
        return put(site, f"{EVENTS}{number}.ics", calendar(event(f"u{number}", f"DESCRIPTION:{'x' * 2000}"))).status_code
    except requests.ConnectionError:
        return None


@pytest.mark.parametrize(("function", "number", "error", "lasting"), [
    ("pwrite", 150, errno.ENOSPC, False), ("pwrite", 150, errno.ENOSPC, True), ("pwrite", 150, errno.EIO, False),
    ("fdatasync", 20, errno.EIO, False), ("fdatasync", 20, errno.EIO, True)], ids=str)
def test_what_was_acknowledged_is_there(tmp_path, function, number, error, lasting):
    make_tool(SHIM)
    site = Site(tmp_path)
    try:
        add(site, "Anna")
        log = tmp_path / "failed"
        site.start(environment={"LD_PRELOAD": str(SHIM), "DISK_AT": f"{function}:{number}", "DISK_ERROR": str(error), "DISK_LOG": str(log),
                                **({"DISK_LASTING": "1"} if lasting else {})})
        statuses = [try_put(site, number) for number in range(WRITES)]
        assert log.exists()
        assert set(statuses) <= {201, 503, 507, None} and 201 in statuses
        if lasting:
            assert statuses[-1] in ((507,) if error == errno.ENOSPC else (503, None))
        site.stop()
        site.start()
        for number, status in enumerate(statuses):
            got = ask(site, "GET", f"{EVENTS}{number}.ics")
            assert got.status_code == 200 or (got.status_code == 404 and status != 201)
            if got.status_code == 200:
                assert got.content == calendar(event(f"u{number}", f"DESCRIPTION:{'x' * 2000}"))
            assert try_put(site, number) in (201, 204)
        assert site.convene("check", check=False).returncode == 0
    finally:
        end(site)

"""Tests that this server does what RFC 4791, 6352 and 6578 demand of any (see dav_demands.py)."""

import pytest

from conftest import Site, end
from dav_demands import DEMANDS, Client
from test_accounts import PASSWORD, add


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    site = Site(tmp_path_factory.mktemp("site"))
    add(site, "Anna")
    site.start()
    yield Client(site.url, "/dav/calendars/Anna/", "/dav/addressbooks/Anna/", "anna", PASSWORD)
    end(site)


@pytest.mark.parametrize("check", [pytest.param(check, id=f"{section}: {words}") for section, words, check in DEMANDS])
def test_a_demand(client, check):
    check(client)

"""Mail servers as Debian installs them take our mail with the default configuration: TLS on loopback needs no certificate that is known."""

import os
import pathlib
import shutil
import tempfile

import pytest

from conftest import free_port, wait_until
from stock_servers import VISITOR, StockExim, StockPostfix
from test_reminder_mail import EVE, listed, parsed

pytestmark = pytest.mark.skipif(os.getuid() != 0, reason="mail servers start as root only")


@pytest.fixture(params=[(StockPostfix, "internet"), (StockPostfix, "local"), (StockExim, "internet"), (StockExim, "local")],
                ids=lambda param: f"{param[0].__name__}-{param[1]}")
def server(request):
    top = pathlib.Path(tempfile.mkdtemp(prefix="convened-stock-"))
    top.chmod(0o755)
    make, kind = request.param
    made = make(top, free_port(), kind)
    try:
        yield made.start()
    finally:
        made.stop()
        shutil.rmtree(top, ignore_errors=True)


def test_a_stock_server_takes_mail_with_the_default_configuration(make_site, monkeypatch, server):
    monkeypatch.setattr("test_reminder_mail.mail_settings", lambda used: f'deliver = true; url = "smtp://127.0.0.1:{used.port}";')
    site = listed(make_site, server)
    dialogue = site.convene("mail", "test", f"{VISITOR}@example.org").stdout
    assert "> STARTTLS" in dialogue and "< 220 " in dialogue
    site.start(f"--rehearse={EVE}")
    wait_until(lambda: len(server.mails()) == 2)
    for mail in parsed(server.mails()):
        assert mail["To"].addresses[0].addr_spec == f"{VISITOR}@example.org" and mail["From"].addresses[0].addr_spec == "reminders@example.org"
        assert " with esmtps " in mail["Received"].lower()
    assert "Практическая сессия" in parsed(server.mails())[1]["Subject"]

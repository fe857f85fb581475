"""The service as an administrator meets it: enabled, watched, killed, reloaded."""

from conftest import ROOT, systemctl, wait_until


def test_enable_now_serves_the_feeds(service):
    systemctl("enable", "--now", "convened.service")
    assert service.ActiveState == "active" and service.UnitFileState == "enabled"
    reply = service.fetch()
    assert reply.status_code == 200 and reply.text.startswith("BEGIN:VCALENDAR")
    service.convene("import", ROOT / "conf/documents")
    wait_until(lambda: "BEGIN:VEVENT" in service.fetch().text)
    wait_until(lambda: "next reminder" in service.StatusText)
    assert "0 events" not in service.StatusText

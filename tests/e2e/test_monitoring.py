"""The files for fail2ban, Prometheus and Grafana name what the daemon writes."""

import json
import re

import requests

from conftest import ROOT, wait_until

PATIENCE = 30
CONF = ROOT / "conf"


def test_a_failed_sign_in_is_found_by_the_filter(make_site):
    site = make_site(extra="auth = { basic_without_tls = true; };\n")
    site.start()
    assert requests.get(f"{site.url}/dav/", auth=("anna", "wrong"), timeout=PATIENCE).status_code == 401
    pattern = re.search(r"^failregex = (.*)$", (CONF / "fail2ban.conf").read_text(encoding="utf-8"), re.M)[1]
    found = re.compile(pattern.replace("<ADDR>", r"(?P<ip>[0-9a-f.:]+)"))
    wait_until(lambda: "sign-in failed" in site.log.read_text(encoding="utf-8"))
    message = re.search(r"sign-in failed: .*", site.log.read_text(encoding="utf-8"))[0]
    assert found.match(f"host convened[7]: {message}")["ip"] == "127.0.0.1"


def test_rules_and_board_name_metrics_that_there_are():
    source = (ROOT / "daemon/web/status-page.c").read_text(encoding="utf-8")
    board = json.loads((CONF / "grafana.json").read_text(encoding="utf-8"))
    expressions = [target["expr"] for panel in board["panels"] for target in panel["targets"]]
    expressions += re.findall(r"^ +expr: (.*)$", (CONF / "prometheus-rules.yml").read_text(encoding="utf-8"), re.M)
    names = set(re.findall(r"\bconvened_\w+", "\n".join(expressions)))
    assert len(names) >= 12
    assert sorted(name for name in names if f'"{name}"' not in source) == []


def test_the_access_log_holds_no_secrets(make_site):
    """The links of mails have tokens in their paths; forms and searches may send personal data in queries."""
    site = make_site()
    text = site.config.read_text(encoding="utf-8")
    site.config.write_text(text.replace("http = {", "http = { access_log = true;"), encoding="utf-8")
    site.start()
    site.convene("import", "-", stdin="BEGIN:VCARD\r\nVERSION:4.0\r\nUID:guest\r\nFN:Guest\r\nEMAIL:guest@example.org\r\nEND:VCARD\r\n")
    private = site.convene("feed", "guest@example.org").stdout.strip()
    assert requests.get(private, timeout=PATIENCE).status_code == 200
    token = private.rpartition("/")[2].removesuffix(".ics")
    requests.head(f"{site.url}/all.ics?token={token}", timeout=PATIENCE)
    for path in ("/privat/", "/mail/", "/subscribe/confirm/", "/meeting/", "/office/"):
        requests.get(f"{site.url}{path}{token}", timeout=PATIENCE, allow_redirects=False)
    requests.request("BREW", f'{site.url}/week/a%20%22b%0A', timeout=PATIENCE)
    requests.get(f"{site.url}/sites", timeout=PATIENCE)
    wait_until(lambda: "/sites " in site.log_text())
    assert token not in site.log_text()
    lines = re.findall(r'127\.0\.0\.1 - - \[\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d \+0000\] "(.*) HTTP/1\.1" (\d{3}) -$', site.log_text(), re.M)
    assert lines[:3] == [("GET /private/...", "200"), ("HEAD /all.ics", "200"), ("GET /...", "404")]
    assert len(lines) == 9 and lines[-1] == ("GET /sites", "200")
    assert lines[-2][0] == "BREW /..."


def test_no_access_log_is_kept_by_default(daemon):
    assert requests.get(f"{daemon.url}/all.ics", timeout=PATIENCE).status_code == 200
    assert daemon.stop() is not None and "/all.ics" not in daemon.log_text()

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

"""The pages as a browser gets them: language and zone, what HTTP says about them, what they hold."""

import subprocess

import pytest
import requests

PAGES = ["/", "/subscribe"]


def get(daemon, path, session=None, **headers):
    headers = {k.replace("_", "-"): v for k, v in headers.items()}
    answer = (session or requests).get(daemon.url + path, headers={"Accept": "text/html", **headers}, timeout=10)
    answer.encoding = "utf-8"
    return answer


def assert_valid(text):
    """HTML Tidy finds nothing; it does not know a few newer attributes."""
    result = subprocess.run(["tidy", "-quiet", "-errors", "-utf8", "--warn-proprietary-attributes", "no"],
                            input=text, capture_output=True, text=True, timeout=60, check=False)
    assert result.stderr == ""


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["ru", "en"])
def test_each_page_is_valid_and_safe(daemon, path, language):
    page = get(daemon, path, Accept_Language=language)
    assert page.status_code == 200 and page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert f'<html lang="{language}">' in page.text
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert "<script" not in page.text and "style=" not in page.text
    assert_valid(page.text)


def test_a_choice_of_language_stays(daemon):
    session = requests.Session()
    assert 'lang="en"' in get(daemon, "/", session, Accept_Language="en").text.split("\n")[1]
    assert '<html lang="ru">' in get(daemon, "/?lang=ru", session, Accept_Language="en").text
    assert session.cookies["lang"] == "ru"
    assert '<html lang="ru">' in get(daemon, "/subscribe", session, Accept_Language="en").text
    assert '<html lang="en">' in get(daemon, "/?lang=en", session, Accept_Language="ru").text
    assert '<html lang="en">' in get(daemon, "/", session, Accept_Language="ru").text


def test_a_choice_of_zone_stays_and_can_be_taken_back(daemon):
    session = requests.Session()
    assert 'value="Asia/Omsk" selected' in get(daemon, "/?zone=Asia/Omsk", session).text
    assert 'value="Asia/Omsk" selected' in get(daemon, "/subscribe", session).text
    assert 'value="America/Denver" selected' in get(daemon, "/?zone=America/Denver", session).text
    assert " selected" not in get(daemon, "/?zone=", session).text
    assert "zone" not in session.cookies


@pytest.mark.parametrize("query, cookie", [
    ("?lang=xx", "lang=xx"), ("?zone=../../etc/passwd", "zone=../../etc/passwd"), ("?zone=No/Where", "zone=No/Where"),
    ("?zone=%01", 'zone="'), ("?lang=%0d%0aSet-Cookie:x=y", "lang=<script>"), ("?zone=<script>", "zone=<script>"),
])
def test_what_is_no_choice_is_left_alone(daemon, query, cookie):
    plain = get(daemon, "/subscribe").content
    for answer in (get(daemon, "/subscribe" + query), get(daemon, "/subscribe", Cookie=cookie)):
        assert answer.status_code == 200 and answer.content == plain
        assert "Set-Cookie" not in answer.headers

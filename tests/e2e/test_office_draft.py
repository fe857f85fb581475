"""Tests the office's page for a press text: it is read, shown with its words, and kept as drafts."""

import html

import pytest

from conftest import Site, end
from office_client import Client, add_account

PAGE = "/office/draft"
TEXT = "5 июня в Казани пройдет форум «Парки & <дороги>».\n\nКонтакты: forum@example.org"


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    site = Site(tmp_path_factory.mktemp("office"))
    for name, role in (("olga", "editor"), ("roman", "reader")):
        add_account(site, name, role)
    yield site.start()
    end(site)


def test_a_text_is_read_shown_and_kept(office):
    editor = Client(office, address="127.8.1.1").sign_in("olga").get(PAGE)
    editor.send({"text": TEXT, "day": "2051-05-20", "act": "read"}, path=PAGE)
    page = editor.reply.text
    assert "2051-06-05" in page and "INFERRED" in page and "<дороги>" not in page
    assert "<mark>форум «Парки & <дороги>»</mark>" in html.unescape(page)
    assert "draft-" not in office.convene("list", "--undated").stdout
    editor.send({"text": TEXT, "day": "2051-05-20", "act": "keep"}, path=PAGE)
    assert editor.reply.status_code == 200 and editor.reply.url.endswith("done=drafts-kept")
    assert office.convene("list", "--undated").stdout.count("draft-") == 1
    assert "дороги" not in editor.session.get(office.url + "/").text


def test_a_kept_event_is_shown_with_what_the_text_tells_otherwise(office):
    uid = office.convene("add", "--summary", "Форум «Станки»", "--start", "2051-07-05", "--location", "Тула").stdout.strip()
    editor = Client(office, address="127.8.1.4").sign_in("olga").get(PAGE)
    editor.send({"text": "5 июля 2051 года в 10:00 в Туле пройдет форум «Станки».", "act": "read"}, path=PAGE)
    page = editor.reply.text
    assert "/office/event/" + uid.split("@")[0] in page and "/office/edit-event/" in page
    assert "<del>2051-07-05 – 2051-07-05</del>" in page and "<ins>2051-07-05T10:00</ins>" in page and "<ins>Тула" not in page


def test_a_reader_may_not_read_texts(office):
    reader = Client(office, address="127.8.1.2").sign_in("roman").get(PAGE)
    assert reader.reply.status_code == 403


def test_a_text_without_an_event_says_so(office):
    editor = Client(office, address="127.8.1.3").sign_in("olga").get(PAGE)
    editor.send({"text": "Парк создан в 2016 году.", "act": "read"}, path=PAGE)
    assert "<mark>" not in editor.reply.text and editor.reply.status_code == 200

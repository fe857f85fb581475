"""A person's data as one document, and its erasure, after which no byte of the store names the person."""

import json

from conftest import wait_until
from smtp_server import Server
from test_meetings import ask, meet, prepared

CARD = ("BEGIN:VCARD\r\nVERSION:4.0\r\nUID:c-17\r\nFN:{0}\r\nEMAIL:zinaida.qwx@example.org\r\nORG:Vyatkinotrest\r\nEND:VCARD\r\n"
        "BEGIN:VCARD\r\nVERSION:4.0\r\nUID:c-18\r\nFN:Other\r\nEMAIL:other@example.org\r\nEND:VCARD\r\n")
NAMES = ("Zinaida", "Zenobia", "zinaida.qwx", "Vyatkinotrest", "Private words")


def left(site):
    files = [path.read_bytes() for path in site.directory.glob("convened.db*")]
    assert files
    return [name for name in NAMES if any(name.encode() in data for data in files)]


def test_a_host_is_exported_without_the_data_of_visitors(make_site):
    site = prepared(make_site)
    uid = meet(site, "confirm", ask(site)["uid"])["uid"]
    site.convene("import", "-", stdin=CARD.format("Guest").replace("zinaida.qwx@", "Guest@"))
    texts = {contact: site.convene("contact", "export", contact).stdout for contact in ("host-1", "c-17", "c-18")}
    (hosted,), (visited,), none = (json.loads(text)["meetings"] for text in texts.values())
    assert none == [] and hosted["uid"] == visited["uid"] == uid
    assert hosted == {name: visited[name] for name in ("uid", "host", "state", "start", "end", "place")} | {"role": "host"}
    assert (visited["role"], visited["visitor"], visited["address"], visited["topic"]) == ("visitor", "Пётр Гостев", "guest@example.org", "Поставка станков")
    assert not any(word in texts["host-1"] for word in ("Гостев", "guest@", "Гость", "станков"))


def test_a_person_is_exported_and_erased(make_site):
    with Server({"rcpt": b"550 5.1.1 <zinaida.qwx@example.org> unknown\r\n"}) as server:
        site = make_site(mail=f'deliver = true; url = "smtp://127.0.0.1:{server.port}"; starttls = false;')
        for name in ("Zenobia Old", "Zinaida New"):
            site.convene("import", "-", stdin=CARD.format(name))
        site.convene("subscribe", "c-17", "--kind=session")
        site.convene("announce", "--contact=c-17", "--subject-en=Hello", "--text-en=Private words")
        site.start()
        wait_until(lambda: any("zinaida.qwx" in mail["reply"] for mail in json.loads(site.convene("contact", "export", "c-17").stdout)["mails"]))
        person = json.loads(site.convene("contact", "export", "c-17").stdout)
        assert "FN:Zinaida New" in person["card"] and any("FN:Zenobia Old" in change["before"] for change in person["history"])
        assert [(row["scope"], row["target"]) for row in person["listings"]] == [("kind", "session")]
        site.convene("unsubscribe", "c-17", "--all", check=False)
        assert "Zinaida" in site.convene("contact", "erase", "c-17", "--dry-run").stdout
        assert json.loads(site.convene("contact", "export", "c-17").stdout)["card"] == person["card"]
        site.stop()
        assert "Zinaida" in left(site)
        site.convene("contact", "erase", "c-17")
        assert [name for name in left(site) if name != "Private words"] == []
        assert site.convene("contact", "export", "c-17", check=False).returncode == 1
        assert json.loads(site.convene("contact", "export", "c-18").stdout)["card"].count("FN:Other") == 1
        assert len(site.convene("outbox", "--json").stdout.splitlines()) == 1
        assert site.convene("check").returncode == 0


def test_an_erasure_takes_what_the_person_did_with_another_card_or_address(make_site):
    site = prepared(make_site)
    meeting = meet(site, "confirm", ask(site)["uid"])["uid"]
    meet(site, "cancel", meeting)
    site.convene("import", "-", stdin=CARD.format("Guest").replace("zinaida.qwx@", "guest@"))
    site.convene("import", "-", stdin=CARD.format("Guest").replace("zinaida.qwx@", "later@"))
    site.convene("import", "-", stdin=CARD.format("Zenobia").replace("c-17", "c-19").replace("c-18", "c-20"))
    site.convene("contact", "merge", "c-17", "c-19")
    assert "Zenobia" in left(site) and meeting in [found["uid"] for found in json.loads(site.convene("contact", "export", "c-17").stdout)["meetings"]]
    site.convene("contact", "erase", "c-17")
    assert left(site) == []
    assert not any("Гостев".encode() in path.read_bytes() for path in site.directory.glob("convened.db*"))
    assert site.convene("restore", "c-19", check=False).returncode == 1 and "Other" in site.convene("show", "c-18").stdout
    assert site.convene("check").returncode == 0

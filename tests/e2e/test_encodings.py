"""Tests the compressed forms of large feeds, which are joined of parts, with the programs that read them, after random changes."""

import datetime
import gzip
import random
import subprocess

import pytest
import requests

from conftest import PATIENCE, wait_until

EVENTS, CHANGES = 1500, 4
WORDS = "сессия выставка завод парк кластер резидент программа технопарк Саранск доклад станок цех экскурсия регион совет".split()
NODE = """const http = require("http"), zlib = require("zlib");
const readers = {gzip: zlib.gunzipSync, br: zlib.brotliDecompressSync};
const coding = process.argv[2];
http.get(process.argv[1], {headers: {"accept-encoding": coding}}, answer => {
    const parts = [];
    answer.on("data", part => parts.push(part));
    answer.on("end", () => process.stdout.write(readers[answer.headers["content-encoding"]](Buffer.concat(parts))));
});"""


def words(rng, count):
    return " ".join(rng.choice(WORDS) + str(rng.randrange(1000)) for _ in range(count))


def write_calendar(path, rng):
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test//EN"]
    for number in range(EVENTS):
        start = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=number)
        lines += ["BEGIN:VEVENT", f"UID:{number}@example.org", "DTSTAMP:20260101T000000Z", f"DTSTART:{start:%Y%m%dT%H%M%SZ}",
                  f"SUMMARY:{words(rng, 5)}", f"DESCRIPTION:{words(rng, 40)}", "CATEGORIES:SESSION", "END:VEVENT"]
    path.write_text("\r\n".join([*lines, "END:VCALENDAR", ""]), encoding="utf-8", newline="")
    return path


def curl(url, coding):
    return subprocess.run(["curl", "-sS", "--fail", "--compressed", "-H", f"Accept-Encoding: {coding}", url], check=True, stdout=subprocess.PIPE).stdout


def node(url, coding):
    return subprocess.run(["node", "-e", NODE, url, coding], check=True, stdout=subprocess.PIPE).stdout


def python(url, coding):
    answer = requests.get(url, headers={"Accept-Encoding": coding}, timeout=PATIENCE, stream=True)
    assert answer.headers["Content-Encoding"] == coding
    body = answer.raw.read(decode_content=False)
    assert int(answer.headers["Content-Length"]) == len(body)
    return gzip.decompress(body)


def in_coding(url, coding):
    """Returns a reply in a coding that is made after the first request; until then the reply is in another one."""
    def ask():
        answer = requests.get(url, headers={"Accept-Encoding": f"{coding}, gzip;q=0.5"}, timeout=PATIENCE, stream=True)
        body = answer.raw.read(decode_content=False)
        assert answer.headers["Content-Encoding"] in (coding, "gzip") and int(answer.headers["Content-Length"]) == len(body)
        return (answer.headers, body) if answer.headers["Content-Encoding"] == coding else None
    return wait_until(ask)


def plain(url):
    answer = requests.get(url, headers={"Accept-Encoding": "identity"}, timeout=PATIENCE)
    assert "Content-Encoding" not in answer.headers and int(answer.headers["Content-Length"]) == len(answer.content)
    return answer.content


def assert_read(url):
    """Compares what the programs read with the plain bytes. A change that is served meanwhile starts it again."""
    text = None
    while text != plain(url):
        text = plain(url)
        read = {program.__name__: program(url, "gzip") == text for program in (python, curl, node)}
    assert len(text) > 1_000_000 and text.endswith(b"END:VCALENDAR\r\n")
    assert all(read.values()), read


def change(site, rng):
    uid = f"{rng.randrange(EVENTS)}@example.org"
    if rng.random() < 0.2:
        site.convene("delete", uid, check=False)  # it may be deleted already
    else:
        site.convene("set", uid, "LOCATION", words(rng, rng.randrange(1, 9)), check=False)


@pytest.fixture
def large(site, tmp_path):
    site.convene("import", write_calendar(tmp_path / "large.ics", random.Random(5)))
    return site.start()


def test_programs_read_a_feed_of_many_parts(large):
    rng, url = random.Random(6), f"{large.url}/all.ics"
    seen = set()
    for _ in range(CHANGES):
        assert_read(url)
        seen.add(requests.head(url, headers={"Accept-Encoding": "gzip"}, timeout=PATIENCE).headers["ETag"])
        change(large, rng)
    assert len(seen) > 1
    large.convene("add", "--kind=session", "--summary=The last change", "--start=2030-01-01T10:00")
    wait_until(lambda: b"The last change" in plain(url))
    before = [requests.head(url, headers={"Accept-Encoding": coding}, timeout=PATIENCE).headers for coding in ("identity", "gzip")]
    text, packed = plain(url), requests.get(url, headers={"Accept-Encoding": "gzip"}, timeout=PATIENCE, stream=True).raw.read(decode_content=False)
    large.stop()
    large.start()  # all chunks are made anew
    after = [requests.head(url, headers={"Accept-Encoding": coding}, timeout=PATIENCE).headers for coding in ("identity", "gzip")]
    assert plain(url) == text
    assert requests.get(url, headers={"Accept-Encoding": "gzip"}, timeout=PATIENCE, stream=True).raw.read(decode_content=False) == packed
    for one, other in zip(before, after):
        assert {k: v for k, v in one.items() if k != "Date"} == {k: v for k, v in other.items() if k != "Date"}


def test_jcal_of_many_parts(large):
    name, _, components = requests.get(f"{large.url}/events.json", timeout=PATIENCE).json()
    assert name == "vcalendar" and sum(component[0] == "vevent" for component in components) == EVENTS


def test_slow_codings_are_made_after_the_first_request(large):
    rng, url = random.Random(7), f"{large.url}/all.ics"
    packed = requests.get(url, headers={"Accept-Encoding": "gzip"}, timeout=PATIENCE, stream=True).raw.read(decode_content=False)
    tags = set()
    for number in range(2):
        large.convene("set", f"{rng.randrange(EVENTS)}@example.org", "LOCATION", f"Place {number}")
        wait_until(lambda number=number: f"LOCATION:Place {number}".encode() in plain(url))
        text = plain(url)
        for coding, programs in (("br", (curl, node)), ("zstd", (curl,))):
            headers, body = in_coding(url, coding)
            tags.add(headers["ETag"])
            assert len(body) < len(packed) and headers["Vary"].startswith("Accept-Encoding")
            assert [program(url, coding) == text for program in programs] == [True] * len(programs)
            same = requests.get(url, headers={"Accept-Encoding": coding, "If-None-Match": headers["ETag"]}, timeout=PATIENCE)
            assert same.status_code == 304 and same.headers["ETag"] == headers["ETag"]
            # A client that was sent another coding before has the same content.
            for older in (headers["ETag"].replace(f"-{coding}", ""), headers["ETag"].replace(coding, "gzip")):
                same = requests.get(url, headers={"Accept-Encoding": coding, "If-None-Match": older}, timeout=PATIENCE)
                assert same.status_code == 304 and same.headers["ETag"] == older
        better = requests.head(url, headers={"Accept-Encoding": "br, zstd, gzip"}, timeout=PATIENCE)
        assert better.headers["Content-Encoding"] == "br"
        assert requests.head(url, headers={"Accept-Encoding": "br;q=0.1, gzip;q=0.2"}, timeout=PATIENCE).headers["Content-Encoding"] == "gzip"
    assert len(tags) == 4
    large.convene("set", "1@example.org", "LOCATION", "The last place", check=False)
    only = {"Accept-Encoding": "br, identity;q=0"}  # a client that takes no other coding waits until it is made
    assert wait_until(lambda: requests.head(url, headers=only, timeout=PATIENCE).headers.get("Content-Encoding")) == "br"


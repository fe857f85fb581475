"""To add a language, each module with strings needs only one more file strings-LANGUAGE.c. The invented language "xq" is added to a copy
of the tree, built and used. Its strings are the English ones in brackets and with accents, so output in plain letters was not taken from
them."""

import email
import email.policy
import hashlib
import html.parser
import os
import re
import shutil
import subprocess

import pytest
import requests

import conftest
from conftest import ROOT, plain_text, wait_until
from smtp_server import Server
from test_pages import PAGES, assert_valid

EVE = "2021-06-23T17:59:56+03:00"
CARD = """BEGIN:VCARD\r
VERSION:4.0\r
UID:visitor@test.example.org\r
FN:Visitor\r
EMAIL:visitor@example.org\r
LANG:xq\r
END:VCARD\r
"""

# Strings that are parameters for ICU, Open Graph and the search for letters, not text.
NO_WORDS = re.compile(r"[.](locale|day|month|first_letter|last_letter|stemmer|(open|close)_quote|(open|close)_inner_quote|dash) = $")
# The values of the sample data, which are in the language of their documents.
DATA = {line.rpartition(":")[2] for path in (ROOT / "conf" / "documents").glob("*.*")
        for line in path.read_text(encoding="utf-8").replace("\r\n ", "").replace("\n ", "").splitlines()}
LITERAL = re.compile(r'"((?:[^"\\]|\\.)*)"')
ACCENTS = str.maketrans("aeiouyAEIOUYcnsz", "áéíóúýÁÉÍÓÚÝçñšž")
TOKEN = re.compile(r"\\u[0-9a-f]{4}|\\.|%[-+ #0-9.*]*[a-z]+|\{(\w+), plural, |\{\w+\}|\w+ \{|.", re.S)


def pseudo(text):
    """Changes the words of a pattern, but not its arguments, plural forms and escapes."""
    changed, ends = "", []
    at = 0
    while at < len(text):
        token = TOKEN.match(text, at)
        at = token.end()
        part = token.group(0)
        in_plural = bool(ends) and ends[-1] == "plural"
        if token.group(1):
            ends.append("plural")
        elif part.endswith(" {") and in_plural:
            ends.append("form")
        elif part.endswith(" {"):
            at -= len(part) - 1
            part = part[0].translate(ACCENTS)
        elif part == "}" and ends:
            ends.pop()
        elif len(part) == 1 and not in_plural:
            part = part.translate(ACCENTS)
        changed += part
    assert not ends, text
    return f"[{changed}]"


def generate(source):
    """Makes a file of the language xq from the English one."""
    body = "".join(line for line in source.splitlines(True) if not line.startswith("#include"))
    def replace(literal):
        untouched = not literal.group(1) or NO_WORDS.search(body[:literal.start()])
        return literal.group(0) if untouched else f'"{pseudo(literal.group(1))}"'
    lines = LITERAL.sub(replace, body)
    includes = "".join(line for line in source.splitlines(True) if line.startswith("#include"))
    return includes + re.sub(r"\b(\w*(?:strings|phrases))_en\b", r"\1_xq", lines)


LITERALS = r'(?:(?:"(?:[^"\\]|\\.)*"|FORM_LANGUAGES)\s*)+'
PHRASE = re.compile(rf"\{{\s*({LITERALS}),\s*{LITERALS}\}}")


def generate_phrases(source):
    """Makes a file of phrases from the Russian one: each translation is the changed English sentence."""
    def replace(row):
        return f"{{ {row.group(1)}, " + LITERAL.sub(lambda literal: f'"{pseudo(literal.group(1))}"', row.group(1)) + "}"
    return re.sub(r"(_phrases)_ru\b", r"\1_xq", PHRASE.sub(replace, source[source.index("extern const Phrase"):]))


def sums(top):
    """Returns the hash of every source file."""
    return {path.relative_to(top): hashlib.sha256(path.read_bytes()).digest()
            for path in sorted(top.rglob("*")) if path.is_file() and "build" not in path.relative_to(top).parts}


@pytest.fixture(scope="session")
def tree(tmp_path_factory):
    """Builds a copy of the tree with the new language. Objects that do not depend on the list of languages are reused."""
    top = tmp_path_factory.mktemp("languages")
    shutil.copytree(ROOT / "daemon", top / "daemon")
    shutil.copy2(ROOT / "Makefile", top)
    (top / "tests").mkdir()
    shutil.copy2(ROOT / "tests" / "check.mk", top / "tests")
    if (ROOT / "build" / "daemon").is_dir():
        shutil.copytree(ROOT / "build" / "daemon", top / "build" / "daemon")
        for name in ("flags", "languages.h"):
            shutil.copy2(ROOT / "build" / name, top / "build")
    before = sums(top)
    added = []
    for english in top.glob("daemon/*/strings-en.c"):
        added.append(english.with_name("strings-xq.c"))
        text, russian = generate(english.read_text(encoding="utf-8")), english.with_name("strings-ru.c").read_text(encoding="utf-8")
        if "extern const Phrase" in text:
            includes = [line for line in russian.splitlines(True) if line.startswith("#include") and line not in text]
            text = "".join(includes) + text[:text.index("extern const Phrase")] + generate_phrases(russian)
        added[-1].write_text(text, encoding="utf-8")
    flags = top / "build" / "flags"
    compiler = flags.read_text().split(" -std=")[0] if flags.exists() else "cc"
    environment = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL")}
    # Half of all objects depend on the list of languages. Without optimization, which source fortification needs, they take half the time;
    # the copy needs neither warnings nor debug information.
    made = subprocess.run(["make", "-j2", f"CC={compiler}", "LAST_CFLAGS=-O0 -U_FORTIFY_SOURCE -g0 -w", "build/convened", "build/convene"], cwd=top, env=environment,
                          capture_output=True, text=True, timeout=600, check=False)
    assert made.returncode == 0, made.stdout + made.stderr
    after = sums(top)
    assert set(after) - set(before) == {path.relative_to(top) for path in added} and len(added) >= 4
    assert all(after[path] == content for path, content in before.items())
    return top


@pytest.fixture
def speaking(tree, monkeypatch):
    """Uses the programs with the new language from here on."""
    monkeypatch.setattr(conftest, "BUILD", tree / "build")
    return tree


@pytest.fixture
def daemon(speaking, make_site):
    """Starts a daemon whose configuration has the office's title in the office's languages."""
    site = make_site(extra='feed = { title = { ru = "Парк"; en = "Park"; }; };\n')
    site.convene("import", ROOT / "conf" / "documents")
    return site.start()


def words(module, language="en"):
    """Returns {field: text} of a module's strings, with joined literals and without escapes."""
    source = (ROOT / "daemon" / module / f"strings-{language}.c").read_text(encoding="utf-8")
    texts = {}
    for field, literals in re.findall(r'[.](\w+) =\s*((?:"(?:[^"\\]|\\.)*"\s*)+)', source):
        joined = "".join(LITERAL.findall(literals))
        texts[field] = joined.replace("\\n", "\n").replace("\\u00a0", "\u00a0")
    return texts


class Texts(html.parser.HTMLParser):
    """Collects the visible and spoken texts of a page by element, and its `lang` attributes."""

    def __init__(self, text):
        super().__init__()
        self.texts, self.silent, self.links = [], 0, {}
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.silent += tag in ("script", "style")
        self.texts += [attrs[name] for name in ("aria-label", "title", "placeholder", "alt") if attrs.get(name)]
        if "hreflang" in attrs:
            self.links.setdefault(attrs["hreflang"], []).append(attrs["href"])

    def handle_endtag(self, tag):
        self.silent -= tag in ("script", "style")

    def handle_data(self, data):
        if not self.silent and data.strip():
            self.texts.append(data.strip())


def get(daemon, path, **headers):
    answer = requests.get(daemon.url + path, headers={"Accept": "text/html", **headers}, timeout=10)
    answer.encoding = "utf-8"
    return answer


def in_language(path, language="xq"):
    return f"{path}{'&' if '?' in path else '?'}lang={language}"


def test_the_invented_language_keeps_arguments_and_escapes():
    assert pseudo("Once more") == "[Óñçé móré]"
    assert pseudo("at {clock}, “{kind}”") == "[át {clock}, “{kind}”]"
    assert pseudo("and {n, plural, one {# event} other {# events}} more") == "[áñd {n, plural, one {# évéñt} other {# évéñtš}} móré]"
    assert pseudo("line\\none\\u00a0%s %5zu") == "[líñé\\nóñé\\u00a0%s %5zu]"


@pytest.mark.parametrize("path", [*PAGES, "/subscribe/mail", "/no/such/page"])
def test_pages_are_only_in_the_new_language(daemon, path):
    page = get(daemon, in_language(path))
    assert page.status_code == (404 if path in ("/subscribe/mail", "/no/such/page") else 200)
    assert '<html lang="xq">' in page.text
    assert_valid(page.text)
    seen = Texts(page.text)
    for module in ("web", "feed"):
        for language in ("en", "ru"):
            own = {words(module, language)[field] for field in ("name", "short_name") if module == "web"}
            plain = {line for text in words(module, language).values() for line in text.split("\n")} - own
            leaked = plain & set(seen.texts) - DATA
            assert not leaked
    if path.startswith("/embed"):  # a list for a frame, without the site's links
        return
    assert pseudo(words("web")["section_list"]) in seen.texts and pseudo(words("web")["show_times"]) in seen.texts
    assert seen.links.get("xq") and len(seen.links["xq"]) == len(seen.links["ru"]) == len(seen.links["en"])
    assert all(link.endswith("lang=xq") for link in seen.links["xq"])


def test_pages_in_other_languages_are_unchanged(daemon):
    for language, title in (("ru", "Предстоящие события"), ("en", "Upcoming events")):
        page = get(daemon, in_language("/", language))
        assert f'<html lang="{language}">' in page.text and f"<h1>{title}</h1>" in page.text
        assert pseudo("English") in Texts(page.text).texts  # in the language switch


def test_plain_errors_are_in_the_new_language(daemon):
    answer = requests.get(daemon.url + "/no/such/page", headers={"Accept": "text/plain", "Accept-Language": "xq"}, timeout=10)
    answer.encoding = "utf-8"
    assert answer.status_code == 404 and pseudo(words("web")["status_404"]) in answer.text


def test_the_choice_is_kept_in_a_cookie(daemon):
    session = requests.Session()
    session.get(daemon.url + in_language("/sites"), timeout=10)
    assert '<html lang="xq">' in session.get(daemon.url + "/sites", timeout=10).text


def test_an_event_without_a_translated_title_keeps_its_title(daemon):
    """An event without a title in the page's language is shown with its own title, marked with that title's language."""
    page = get(daemon, in_language("/event/innoprom-2025@documents.convened.example")).text
    assert re.search(r'<h1><span lang="ru">[^<]*[а-я][^<]*</span></h1>', page)


def test_mails_are_in_the_new_language(speaking, make_site):
    """Mails use the language in the contact's card; the event's title stays unchanged."""
    with Server() as server:
        site = make_site(mail=f'deliver = true; url = "smtp://127.0.0.1:{server.port}"; starttls = false; from = "office@example.org";')
        site.convene("import", ROOT / "conf" / "documents")
        site.convene("import", "-", stdin=CARD.encode())
        site.convene("subscribe", "visitor@example.org", "--kind", "session")
        site.start(f"--rehearse={EVE}")
        wait_until(lambda: server.messages, 30)
    mail = email.message_from_bytes(server.messages[0], policy=email.policy.default)
    begin, end = pseudo(words("letter")["tomorrow"]).split("{date}: {what}")
    # The subject of an event with parts has the subject of the event within it.
    assert begin in mail["Subject"] and end in mail["Subject"] and "Практическая сессия" in mail["Subject"]
    text = plain_text(mail)
    for language in ("en", "ru"):
        assert not any(sentence in text for sentence in words("letter", language).values() if " " in sentence)
    assert pseudo(words("letter")["why"]).partition("{calendar}")[0] in text.replace("\n", " ")


def test_commands_are_in_the_new_language(speaking, site):
    """Commands use the environment's locale, which need not be installed."""
    english = site.convene("show", "nobody@x", check=False, env=dict(os.environ, LC_ALL="en_GB.UTF-8"))
    other = site.convene("show", "nobody@x", check=False, env=dict(os.environ, LC_ALL="xq_XX.UTF-8"))
    assert other.returncode == english.returncode != 0
    said = [result.stderr.strip().split(": ", 1)[1] for result in (english, other)]
    assert said[0] != said[1] and said[1].startswith("[") and said[1].endswith("]")
    path = ROOT / "tests/corpus/bad-ics/end-before-start.ics"
    refusal = site.convene("import", path, check=False, env=dict(os.environ, LC_ALL="xq_XX.UTF-8")).stderr
    assert f"{path}:8: DTEND: {pseudo('is before DTSTART')}\n" in refusal
    site.write_config(extra='language = "xx";\n')
    refusal = site.convene("status", check=False, env=dict(os.environ, LC_ALL="xq_XX.UTF-8")).stderr
    assert re.search(rf"{site.config}:\d+: language: \[.xx. íš ñót állówéd; állówéd íš \[óñé óf\] en ru xq\]", refusal), refusal
    site.write_config()
    help_text = site.convene("--help", env=dict(os.environ, LC_ALL="xq_XX.UTF-8")).stdout
    assert pseudo("read .ics and .vcf files into the store") in help_text

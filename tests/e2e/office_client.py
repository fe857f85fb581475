"""A browser without scripts for the tests of the office's pages: it keeps cookies, follows links and sends forms as they are shown."""

import html.parser
import urllib.parse

import requests

PASSWORD = "correct horse battery"


class Page(html.parser.HTMLParser):
    """The forms, links and texts of a page."""

    def __init__(self, text):
        super().__init__()
        self.forms, self.links, self.faults, self.words = [], [], {}, []
        self._form = self._area = self._select = self._fault = None
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        if tag == "form":
            self._form = {"action": values.get("action"), "method": values.get("method", "get"), "fields": {}, "buttons": []}
            self.forms.append(self._form)
        elif tag == "a":
            self.links.append(values.get("href"))
        elif tag == "span" and values.get("class") == "fault":
            self._fault = values["id"].removesuffix("-fault")
            self.faults[self._fault] = ""
        elif self._form is not None:
            self._field(tag, values)

    def _field(self, tag, values):
        fields, name = self._form["fields"], values.get("name")
        if tag == "input" and name:
            if values.get("type") not in ("checkbox", "radio") or "checked" in values:
                fields[name] = values.get("value", "")
        elif tag == "textarea":
            self._area = name
            fields[name] = ""
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select:
            if "selected" in values or self._select not in fields:
                fields[self._select] = values.get("value", "")
        elif tag == "button":
            self._form["buttons"].append((name, values.get("value")))

    def handle_endtag(self, tag):
        if tag == "form":
            self._form = None
        elif tag == "textarea":
            fields = self._form["fields"]
            fields[self._area] = fields[self._area].removeprefix("\n")
            self._area = None
        elif tag == "select":
            self._select = None
        elif tag == "span":
            self._fault = None

    def handle_data(self, data):
        self.words.append(data)
        if self._area:
            self._form["fields"][self._area] += data
        if self._fault:
            self.faults[self._fault] += data.strip()

    @property
    def text(self):
        return " ".join(" ".join(self.words).split())

    def form(self, path=None, button=None):
        """Returns the form with an action, or with a button of a name or value; never the logout, unless it is asked for."""
        for form in self.forms:
            if form["action"] == "/office/logout" and path is None and button is None:
                continue
            if (path is None or form["action"] == path) and (button is None or any(button in pair for pair in form["buttons"])):
                return form
        raise AssertionError(f"no form {path} {button}: {[(f['action'], f['buttons']) for f in self.forms]}")


class Client:
    def __init__(self, site, language="ru", address=None):
        self.site = site
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.headers.update({"Accept": "text/html", "Accept-Language": language})
        if address:
            adapter = requests.adapters.HTTPAdapter()
            adapter.init_poolmanager(2, 2, source_address=(address, 0))
            self.session.mount("http://", adapter)
        self.reply = self.page = None

    def _keep(self, reply):
        self.reply = reply
        self.page = Page(reply.text)
        return self

    def get(self, path, **options):
        return self._keep(self.session.get(urllib.parse.urljoin(self.reply.url if self.reply else self.site.url, path), timeout=30, **options))

    def post(self, path, fields, **options):
        return self._keep(self.session.post(urllib.parse.urljoin(self.reply.url if self.reply else self.site.url, path), data=fields, timeout=30, **options))

    def send(self, values=None, path=None, button=None, **options):
        """Sends a form of the page with some values changed; None removes a field."""
        form = self.page.form(path, button)
        fields = dict(form["fields"], **(values or {}))
        for name, value in form["buttons"]:
            if button is not None and button in (name, value) and name:
                fields[name] = value
        return self.post(form["action"] or self.reply.url, {name: value for name, value in fields.items() if value is not None}, **options)

    def sign_in(self, name="olga", password=PASSWORD):
        self.get("/office/login")
        return self.send({"name": name, "password": password}, path="/office/login")


def add_account(site, name="olga", role="editor", password=PASSWORD):
    site.convene("account", "add", name, f"--role={role}", stdin=password + "\n")

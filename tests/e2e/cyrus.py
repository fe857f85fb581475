"""Runs a Cyrus for tests, without the system's: CalDAV on a free loopback port, LMTP on a socket, and one user, whose Sieve script takes invitations
(vnd.cyrus.imip). Its answers to organizers elsewhere go to an SMTP server."""

import os
import pathlib
import pwd
import shutil
import signal
import smtplib
import subprocess
import tempfile

import requests

from conftest import PATIENCE, free_port, wait_until

BIN = pathlib.Path("/usr/lib/cyrus/bin")
USER, DOMAIN, PASSWORD = "guest", "visitors.example.org", "right horse battery"
SCRIPT = 'require ["vnd.cyrus.imip"];\nprocessimip;\n'
OPTIONS = """\
configdirectory: {top}/conf
defaultpartition: default
partition-default: {top}/spool
sievedir: {top}/sieve
temp_path: {top}/tmp
proc_path: {top}/conf/proc
mboxname_lockpath: {top}/conf/lock
admins: cyrus
servername: {domain}
virtdomains: userid
defaultdomain: {domain}
unixhierarchysep: yes
altnamespace: yes
allowplaintext: yes
sasl_pwcheck_method: auxprop
sasl_auxprop_plugin: sasldb
sasl_sasldb_path: {top}/sasldb2
sasl_mech_list: PLAIN
httpmodules: caldav
autocreate_users: anyone
autocreate_quota: 0
autocreate_post: yes
autocreate_sieve_script: {top}/default.sieve
autocreate_sieve_script_compile: yes
sieve_extensions: vnd.cyrus.imip
lmtpsocket: {top}/conf/socket/lmtp
smtp_backend: host
smtp_host: 127.0.0.1:{smtp}
"""
SERVICES = """\
START {{
  recover cmd="{bin}/ctl_cyrusdb -C {top}/imapd.conf -r"
}}
SERVICES {{
  http cmd="{bin}/httpd -C {top}/imapd.conf" listen="127.0.0.1:{http}" prefork=0 maxchild=2
  lmtp cmd="{bin}/lmtpd -C {top}/imapd.conf -a" listen="{top}/conf/socket/lmtp" prefork=0 maxchild=2
}}
"""


class Cyrus:
    def __init__(self, smtp_port):
        self.top, self.http = pathlib.Path(tempfile.mkdtemp(prefix="cyrus-")), free_port()
        for name in ("conf/socket", "conf/proc", "conf/db", "conf/log", "spool", "sieve", "tmp"):
            (self.top / name).mkdir(parents=True)
        places = {"top": self.top, "http": self.http, "smtp": smtp_port, "domain": DOMAIN, "bin": BIN}
        (self.top / "default.sieve").write_text(SCRIPT, encoding="ascii")
        (self.top / "imapd.conf").write_text(OPTIONS.format(**places), encoding="ascii")
        (self.top / "cyrus.conf").write_text(SERVICES.format(**places), encoding="ascii")
        subprocess.run(["/usr/sbin/saslpasswd2", "-c", "-p", "-f", self.top / "sasldb2", "-u", DOMAIN, USER], input=PASSWORD, text=True, check=True, timeout=PATIENCE)
        self.top.chmod(0o755)
        owner = pwd.getpwnam("cyrus")
        for path in (self.top, *self.top.rglob("*")):
            os.chown(path, owner.pw_uid, owner.pw_gid)
        self.url = f"http://127.0.0.1:{self.http}/dav/calendars/user/{USER}@{DOMAIN}/"

    def __enter__(self):
        as_cyrus = ["setpriv", "--reuid=cyrus", "--regid=mail", "--init-groups", "--"]
        with open(self.top / "log", "wb") as log:
            self.process = subprocess.Popen([*as_cyrus, BIN / "master", "-C", self.top / "imapd.conf", "-M", self.top / "cyrus.conf", "-p", self.top / "conf/pid", "-D"],
                                            stdout=log, stderr=log, start_new_session=True)
        # The first mail makes the mailbox, and the first request for it the calendars.
        wait_until(lambda: self.takes_mail() and self.members("Default") == [])
        return self

    def __exit__(self, *_):
        os.killpg(self.process.pid, signal.SIGTERM)
        self.process.wait(timeout=PATIENCE)
        shutil.rmtree(self.top, ignore_errors=True)

    def takes_mail(self):
        try:
            self.deliver(b"Subject: Welcome\r\n\r\n")
        except OSError:  # as all errors of smtplib
            return False
        return True

    def call(self, method, path, content=None, **headers):
        return requests.request(method, self.url + path, data=content, auth=(USER, PASSWORD), timeout=PATIENCE, headers=headers)

    def members(self, calendar):
        """Returns the hrefs of the objects in a calendar; None if it cannot be read."""
        try:
            answer = self.call("PROPFIND", f"{calendar}/", Depth="1")
        except requests.ConnectionError:
            return None
        return [part.partition("</D:href>")[0].rpartition("/")[2] for part in answer.text.split("<D:href>")[1:] if ".ics</D:href>" in part] if answer.status_code == 207 else None

    def deliver(self, message):
        with smtplib.LMTP(str(self.top / "conf/socket/lmtp")) as lmtp:
            lmtp.sendmail("office@example.org", [f"{USER}@{DOMAIN}"], message)

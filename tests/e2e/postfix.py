"""Runs a Postfix for tests: on a free loopback port, STARTTLS and AUTH required, all mail to example.org delivered to one Maildir."""

import os
import pathlib
import pwd
import shutil
import socket
import subprocess
import time

from conftest import PATIENCE

MASTER = """\
127.0.0.1:{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
proxymap unix - - n - - proxymap
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
error unix - - n - - error
discard unix - - n - - discard
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""

MAIN = """\
compatibility_level = 3.6
queue_directory = {top}/queue
data_directory = {top}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
maillog_file_prefixes = {top}
maillog_file = {top}/log
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mail.example.org
mydestination =
mynetworks =
default_transport = error:nothing leaves this machine
virtual_mailbox_domains = example.org
virtual_mailbox_base = {top}/mail
virtual_mailbox_maps = static:inbox/
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
virtual_minimum_uid = 1
smtpd_tls_security_level = encrypt
smtpd_tls_cert_file = {top}/cert.pem
smtpd_tls_key_file = {top}/key.pem
smtpd_sasl_auth_enable = yes
smtpd_tls_auth_only = yes
smtpd_sasl_local_domain = example.org
smtpd_relay_restrictions = permit_sasl_authenticated, reject
smtpd_recipient_restrictions = permit_sasl_authenticated, reject
smtpd_client_connection_rate_limit = 0
"""

USER, PASSWORD = "convened", "right-horse-battery"


def run(*command, **options):
    # The output is not captured, because a daemon that the command starts would keep the pipe open.
    subprocess.run([str(word) for word in command], check=True, timeout=60,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **options)


class Postfix:
    """`main` and `master` are additional configuration lines; a later line overrides an earlier one of the same name."""

    def __init__(self, top, port, main="", master=""):
        self.main, self.master = main, master
        # The postfix user must be able to reach the queue's directories below it.
        self.top, self.port = pathlib.Path(top), port
        self.owner = pwd.getpwnam("postfix")
        self.password_file = self.top / "password"
        self.ca_file = self.top / "cert.pem"

    def prepare(self):
        self.top.chmod(0o755)
        for name in ("queue", "data", "mail", "etc", "etc/sasl"):
            (self.top / name).mkdir()
        shutil.chown(self.top / "data", "postfix")
        shutil.chown(self.top / "mail", "postfix")
        (self.top / "mail").chmod(0o700)
        values = dict(top=self.top, port=self.port, uid=self.owner.pw_uid, gid=self.owner.pw_gid)
        (self.top / "etc" / "main.cf").write_text(MAIN.format(**values) + self.main)
        (self.top / "etc" / "master.cf").write_text(MASTER.format(**values) + self.master)
        self.password_file.write_text(PASSWORD + "\n")
        self.make_certificate()
        self.make_account()

    def make_certificate(self):
        run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
            "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
            "-keyout", self.top / "key.pem", "-out", self.top / "cert.pem")

    def make_account(self):
        (self.top / "etc" / "sasl" / "smtpd.conf").write_text(
            "pwcheck_method: auxprop\nauxprop_plugin: sasldb\nmech_list: PLAIN LOGIN\n"
            f"sasldb_path: {self.top}/sasldb2\n")
        run("saslpasswd2", "-c", "-p", "-f", self.top / "sasldb2", "-u", "example.org", USER,
            input=PASSWORD.encode())
        shutil.chown(self.top / "sasldb2", "postfix")

    def start(self):
        self.prepare()
        run("postfix", "-c", self.top / "etc", "start")
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return self
            except OSError:
                assert time.monotonic() < deadline, (self.top / "log").read_text()
                time.sleep(0.1)

    def stop(self):
        run("postfix", "-c", self.top / "etc", "stop")

    def mails(self):
        """Returns the bytes of each delivered mail, in order of arrival."""
        new = self.top / "mail" / "inbox" / "new"
        files = sorted(new.iterdir(), key=lambda path: path.stat().st_mtime_ns) if new.is_dir() else []
        return [path.read_bytes() for path in files]

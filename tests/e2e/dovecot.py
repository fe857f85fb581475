"""Runs a Dovecot for tests: IMAP and POP3 on free loopback ports, STARTTLS or TLS required, one mailbox for each user name, one
password."""

import os
import pathlib
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile

from conftest import PATIENCE, wait_until
from smtp_server import make_certificate

CONFIG = """\
base_dir = {top}/run
state_dir = {top}/state
log_path = {top}/log
listen = 127.0.0.1
protocols = imap pop3
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
ssl = required
ssl_cert = <{top}/cert.pem
ssl_key = <{top}/key.pem
mail_location = maildir:{top}/mail/%u
mail_max_userip_connections = 100
auth_failure_delay = 0
first_valid_uid = 1
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={top}/mail/%u
}}
service anvil {{
  chroot =
  # After a wrong password each answer would be delayed, otherwise.
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
  }}
}}
service pop3-login {{
  chroot =
  inet_listener pop3 {{
    port = {pop3}
  }}
  inet_listener pop3s {{
    port = {pop3s}
  }}
}}
"""

PASSWORD = "right-horse-battery"


def free_ports(*names):
    # All are open at the same time, so that the ports differ.
    listeners = {name: socket.create_server(("127.0.0.1", 0)) for name in names}
    ports = {name: listener.getsockname()[1] for name, listener in listeners.items()}
    for listener in listeners.values():
        listener.close()
    return ports


class Dovecot:
    def __enter__(self):
        # Dovecot's processes change their user and must be able to reach the directory.
        self.top = pathlib.Path(tempfile.mkdtemp(prefix="convened-dovecot-"))
        self.top.chmod(0o755)
        self.ports = free_ports("imap", "imaps", "pop3", "pop3s")
        self.ca_file, _ = make_certificate(self.top)
        self.owner = pwd.getpwnam("nobody" if os.getuid() == 0 else pwd.getpwuid(os.getuid()).pw_name)
        (self.top / "mail").mkdir()
        shutil.chown(self.top / "mail", self.owner.pw_uid, self.owner.pw_gid)
        config = self.top / "dovecot.conf"
        group = subprocess.run(["id", "-gn", self.owner.pw_name], check=True, capture_output=True, text=True).stdout.strip()
        config.write_text(CONFIG.format(top=self.top, user=self.owner.pw_name, group=group, uid=self.owner.pw_uid, gid=self.owner.pw_gid,
                                        password=PASSWORD, **self.ports))
        self.process = subprocess.Popen(["dovecot", "-F", "-c", config], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for port in self.ports.values():
            self.wait_for(port)
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=PATIENCE)
        shutil.rmtree(self.top)

    def log_text(self):
        log = self.top / "log"
        return log.read_text() if log.exists() else ""

    def wait_for(self, port):
        def listens():
            assert self.process.poll() is None, self.log_text()
            with socket.socket() as connection:
                return connection.connect_ex(("127.0.0.1", port)) == 0

        wait_until(listens)

    def url(self, scheme):
        return f"{scheme}://127.0.0.1:{self.ports[scheme]}"

    def deliver(self, user, *messages):
        deliver(self.top / "mail" / user, *messages, owner=self.owner)

    def kept(self, user):
        return kept(self.top / "mail" / user)


def deliver(maildir, *messages, owner=None):
    """Delivers messages into a Maildir as a mail server does."""
    for name in ("", "new", "cur", "tmp"):
        (maildir / name).mkdir(parents=True, exist_ok=True)
        if owner:
            shutil.chown(maildir / name, owner.pw_uid, owner.pw_gid)
    for message in messages:
        deliver.count += 1
        path = maildir / "tmp" / f"{1700000000 + deliver.count}.{os.getpid()}.example.org"
        path.write_bytes(message)
        if owner:
            shutil.chown(path, owner.pw_uid, owner.pw_gid)
        path.rename(maildir / "new" / path.name)


deliver.count = 0


def look(maildir):
    found = []
    for path in sorted((*(maildir / "new").iterdir(), *(maildir / "cur").iterdir()), key=lambda path: path.name):
        subject = path.read_bytes().split(b"Subject: ", 1)[1].splitlines()[0].decode()
        found.append((subject, path.name.partition(":2,")[2]))
    return found


def kept(maildir):
    """Returns (subject, flags) of each message still in the Maildir, in order of delivery."""
    while True:
        try:
            return look(maildir)
        except FileNotFoundError:
            assert maildir.is_dir()  # a message was moved or removed meanwhile

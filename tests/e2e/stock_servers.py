"""Runs the mail servers of Debian with the configuration that their packages write, in a sandbox: only the port is another.

A sandbox has an /etc, a /run and a /var of its own; bubblewrap has no setuid programs, which Exim needs. The mailbox of VISITOR, a user of the sandbox, is /var/mail/VISITOR in it.
"""

import fcntl
import mailbox
import os
import pathlib
import shutil
import signal
import socket
import subprocess

from conftest import BUILD, wait_until

VISITOR = "visitor"
DOMAIN = "example.org"
FROM_HOST = ("alternatives", "ld.so.cache", "localtime", "services", "protocols", "networks", "postfix")
EXIM_PACKAGES = ("exim4-base", "exim4-config", "exim4-daemon-light")
EXIM_OPTIONS = """\
dc_eximconfig_configtype='{kind}'
dc_other_hostnames='{domain}'
dc_local_interfaces='127.0.0.1.{port}'
dc_readhost=''
dc_relay_domains=''
dc_minimaldns='false'
dc_relay_nets=''
dc_smarthost=''
CFILEMODE='644'
dc_use_split_config='false'
dc_hide_mailname=''
dc_mailname_in_oh='true'
dc_localdelivery='mail_spool'
"""


def unpacked(packages):
    """Unpacks Debian packages below the build directory, since exim4 cannot be installed beside postfix. Returns the directory."""
    home = BUILD / "unpacked"
    home.mkdir(parents=True, exist_ok=True)
    with open(home / "lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for name in packages:
            if not list(home.glob(f"{name}_*.deb")):
                subprocess.run(["apt-get", "-qq", "download", name], cwd=home, check=True, timeout=300, capture_output=True)
                [package] = home.glob(f"{name}_*.deb")
                subprocess.run(["dpkg", "-x", package, home / "root"], check=True, timeout=60)
    return home / "root"


class StockServer:
    """`kind` is the debconf choice: "internet" or "local"."""

    def __init__(self, top, port, kind):
        self.top, self.port, self.kind = pathlib.Path(top), port, kind
        self.process = None

    def prepare(self):
        etc, var = self.top / "etc", self.top / "var"
        etc.mkdir(parents=True)
        (self.top / "run").mkdir()
        for name in ("mail", "spool", "log", "lib", "tmp"):
            (var / name).mkdir(parents=True)
        (var / "mail").chmod(0o3777)
        (var / "tmp").chmod(0o1777)
        for name in FROM_HOST:
            source = pathlib.Path("/etc") / name
            if source.is_dir():
                shutil.copytree(source, etc / name, symlinks=True)
            elif source.exists():
                shutil.copy(source, etc / name)
        users = pathlib.Path("/etc/passwd").read_text(encoding="utf-8")
        groups = pathlib.Path("/etc/group").read_text(encoding="utf-8")
        (etc / "passwd").write_text(f"{users}Debian-exim:x:990:990::/var/spool/exim4:/usr/sbin/nologin\n{VISITOR}:x:2001:2001::/:/bin/sh\n")
        (etc / "group").write_text(f"{groups}Debian-exim:x:990:\n{VISITOR}:x:2001:\n")
        (etc / "nsswitch.conf").write_text("passwd: files\ngroup: files\nhosts: files dns\n")
        (etc / "hosts").write_text(f"127.0.0.1 localhost\n127.0.1.1 mail.{DOMAIN} mail\n")
        (etc / "mailname").write_text(DOMAIN + "\n")
        (etc / "aliases").write_text("postmaster: root\n")
        for name in ("certs", "private"):
            (etc / "ssl" / name).mkdir(parents=True)
        self.run_outside("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "3650", "-subj", f"/CN=mail.{DOMAIN}",
                         "-keyout", etc / "ssl/private/ssl-cert-snakeoil.key", "-out", etc / "ssl/certs/ssl-cert-snakeoil.pem")

    def run_outside(self, *command):
        subprocess.run([str(word) for word in command], check=True, timeout=60, capture_output=True)

    def inside(self, *command):
        """Returns a command that runs in the sandbox. Its mounts are private and end with it, as its processes do."""
        binds = {"/run": self.top / "run", **self.binds(), "/etc": self.top / "etc", "/var": self.top / "var"}
        script = "".join(f"mount --bind '{source}' {target} && " for target, source in binds.items()) + 'hostname mail && exec "$@"'
        return ["unshare", "--mount", "--pid", "--uts", "--fork", "--mount-proc", "sh", "-c", script, "sh", *map(str, command)]

    def binds(self):
        return {}

    def run(self, *command):
        result = subprocess.run(self.inside(*command), timeout=60, capture_output=True, check=False)
        assert result.returncode == 0, (command, result.stdout, result.stderr)
        return result

    def start(self):
        self.prepare()
        with open(self.top / "output", "wb") as output:
            self.process = subprocess.Popen(self.inside(*self.daemon), stdout=output, stderr=output)
        wait_until(self.is_open)
        return self

    def is_open(self):
        assert self.process.poll() is None, (self.top / "output").read_text()
        with socket.socket() as client:
            return client.connect_ex(("127.0.0.1", self.port)) == 0

    def stop(self):
        # The end of the sandbox's first process ends all of them.
        if self.process:
            for child in pathlib.Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split():
                os.kill(int(child), signal.SIGKILL)
            self.process.wait()

    def mails(self):
        path = self.top / "var" / "mail" / VISITOR
        return [message.as_bytes() for message in mailbox.mbox(path, create=False)] if path.exists() and path.stat().st_size else []


class StockPostfix(StockServer):
    """The steps are those of postfix.postinst, with an answer for each debconf question."""

    daemon = ("/usr/sbin/postfix", "start-fg")

    def prepare(self):
        super().prepare()
        etc, share = self.top / "etc" / "postfix", pathlib.Path("/usr/share/postfix")
        for name in ("main.cf", "master.cf"):
            (etc / name).unlink(missing_ok=True)
        master = (share / "master.cf.dist").read_text(encoding="utf-8")
        assert master.count("\nsmtp      inet") == 1
        (etc / "master.cf").write_text(master.replace("\nsmtp      inet", f"\n127.0.0.1:{self.port} inet"))
        (etc / "main.cf").write_text((share / "main.cf.debian").read_text(encoding="utf-8") + (share / "main.cf.tls").read_text(encoding="utf-8"))
        for directory, owner in ("spool", "root"), ("lib", "postfix"):
            (self.top / "var" / directory / "postfix").mkdir()
            shutil.chown(self.top / "var" / directory / "postfix", owner)
        settings = ["smtpd_relay_restrictions=permit_mynetworks permit_sasl_authenticated defer_unauth_destination", f"myhostname=mail.{DOMAIN}",
                    "alias_maps=hash:/etc/aliases", "alias_database=hash:/etc/aliases", "myorigin=/etc/mailname",
                    f"mydestination=$myhostname, {DOMAIN}, mail.{DOMAIN}, localhost.{DOMAIN}, localhost", "relayhost=",
                    "mynetworks=127.0.0.0/8 [::ffff:127.0.0.0]/104 [::1]/128", "mailbox_size_limit=0", "recipient_delimiter=+", "inet_protocols=all"]
        settings += ["inet_interfaces=all"] if self.kind == "internet" else ["default_transport=error", "relay_transport=error", "inet_interfaces=loopback-only"]
        self.run("/usr/sbin/postconf", "-e", *settings)
        self.run("/usr/bin/newaliases")


class StockExim(StockServer):
    daemon = ("/usr/sbin/exim4", "-bdf", "-q30m")

    def binds(self):
        return {"/usr/sbin": self.unpacked / "usr/sbin"}

    def prepare(self):
        self.unpacked = unpacked(EXIM_PACKAGES)
        super().prepare()
        etc, var = self.top / "etc", self.top / "var"
        shutil.copytree(self.unpacked / "etc/exim4", etc / "exim4")
        shutil.copy(self.unpacked / "etc/email-addresses", etc)
        (etc / "exim4" / "update-exim4.conf.conf").write_text(EXIM_OPTIONS.format(kind=self.kind, domain=DOMAIN, port=self.port))
        for path in (var / "lib/exim4", var / "spool/exim4", var / "log/exim4"):
            path.mkdir(parents=True)
            os.chown(path, 990, 990)
        self.run("/usr/sbin/update-exim4.conf")

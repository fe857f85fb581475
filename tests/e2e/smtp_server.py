"""An SMTP server with planned faults. At any stage it can send a bad reply, stall, close or reset the connection, or accept the mail
without a reply.

    with Server({"dot": "4yz"}) as server:
        ...                       # smtp://127.0.0.1:{server.port}
    server.messages               # the bytes of each accepted message, without dot-stuffing
    server.wire                   # the bytes received after each DATA

A stage is one of STAGES, a fault one of FAULTS, or reply lines as bytes (the session continues after them; `CLOSE` at their end closes).
"kept " before a fault at the final dot means that the server keeps the message. A plan is a dict of faults by stage, or a function (stage,
connection, transaction) -> fault or None, with both numbers counted from 0.
"""

import asyncio
import base64
import hashlib
import hmac
import socket
import ssl
import struct
import subprocess
import threading

STAGES = ("banner", "ehlo", "starttls", "auth", "mail", "rcpt", "data", "body", "dot", "quit")
FAULTS = ("4yz", "5yz", "421", "251", "garbage", "long", "stall", "close", "reset", "drop")
KEPT = "kept "
CLOSE = b"\0close"
RESET = b"\0reset"
USER, PASSWORD = "convened", "right horse battery"
LONG = 10_000
LINE_MAX = 4096

GOOD = {
    "banner": b"220 scripted.example.org ESMTP\r\n", "starttls": b"220 2.0.0 go on\r\n", "auth": b"235 2.7.0 welcome\r\n",
    "mail": b"250 2.1.0 Ok\r\n", "rcpt": b"250 2.1.5 Ok\r\n", "data": b"354 end with a dot\r\n", "dot": b"250 2.0.0 Ok: kept\r\n",
    "quit": b"221 2.0.0 Bye\r\n",
}
BAD = {
    "4yz": b"451 4.3.0 not now\r\n",
    "5yz": b"554 5.6.0 never\r\n",
    "421": b"421 4.3.2 going down\r\n" + CLOSE,
    "251": b"251 2.1.5 will forward\r\n",
    "garbage": b"\x00\xff<html>who are you?</html>\r\n+OK\r\n",
    "close": CLOSE,
    "reset": RESET,
}


class Gone(Exception):
    """Raised when the connection has ended."""


def make_certificate(directory, days=2):
    """Makes a self-signed certificate for localhost; returns (certificate, key)."""
    certificate, key = directory / "cert.pem", directory / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", str(days),
         "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", key, "-out", certificate],
        check=True, capture_output=True, timeout=60)
    return certificate, key


def address_in(line):
    """Returns the address of a MAIL or RCPT command."""
    return line.partition(b"<")[2].partition(b">")[0].decode("latin-1")


class Connection:
    def __init__(self, server, number, reader, writer):
        self.server, self.number, self.reader, self.writer = server, number, reader, writer
        self.transaction = 0
        self.sender = self.recipient = ""
        self.secure = server.implicit_tls

    def fault(self, stage):
        return self.server.plan(stage, self.number, self.transaction)

    async def send(self, data):
        """Sends reply lines, then continues or closes the connection."""
        reset, close = data.endswith(RESET), data.endswith(CLOSE)
        self.writer.write(data.removesuffix(RESET).removesuffix(CLOSE))
        await self.writer.drain()
        if reset:
            self.reset()
        if reset or close:
            raise Gone

    def reset(self):
        connection = self.writer.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()

    async def answer(self, stage, good=None):
        """Answers a stage by its plan; returns whether the session proceeds."""
        fault, good = self.fault(stage), good if good is not None else GOOD[stage]
        fault = fault.removeprefix(KEPT) if isinstance(fault, str) else fault
        if fault == "stall":
            await self.server.ended.wait()
            raise Gone
        if fault == "drop":
            raise Gone
        if fault == "long":
            good = good[:3] + b" " + b"x" * LONG + b"\r\n"
        reply = good if fault in (None, "long") else BAD.get(fault, fault)
        await self.send(reply)
        return reply[:1] == good[:1]

    async def line(self):
        line = await self.reader.readline()
        if not line.endswith(b"\n"):
            raise Gone
        return line

    async def run(self):
        if not await self.answer("banner"):
            return await self.until_gone()
        while True:
            line = await self.line()
            self.server.commands.append(line.rstrip(b"\r\n").decode("latin-1"))
            verb = line.split()[0].upper().decode("latin-1") if line.split() else ""
            await getattr(self, f"on_{verb.lower()}", self.on_unknown)(line)

    async def until_gone(self):
        while await self.reader.read(LINE_MAX):
            pass

    async def on_unknown(self, line):
        await self.send(b"502 5.5.1 no such command\r\n")

    async def on_ehlo(self, line):
        words = [b"scripted.example.org", b"8BITMIME", b"ENHANCEDSTATUSCODES"]
        words += [b"SMTPUTF8"] if self.server.smtputf8 else []
        words += [b"PIPELINING"] if self.server.pipelining else []
        words += [b"STARTTLS"] if self.server.tls and self.server.offer_starttls and not self.secure else []
        words += [b"AUTH " + self.server.mechanisms] if self.server.ask_password else []
        lines = b"".join(b"250-%s\r\n" % word for word in words[:-1]) + b"250 %s\r\n" % words[-1]
        await self.answer("ehlo", lines)

    async def on_helo(self, line):
        await self.answer("ehlo", b"250 scripted.example.org\r\n")

    async def on_starttls(self, line):
        if await self.answer("starttls") and self.fault("starttls") != "251":
            await self.writer.start_tls(self.server.tls)
            self.secure = True

    async def on_auth(self, line):
        word = line.split()
        if word[1] not in (b"PLAIN", b"LOGIN"):
            return await self.auth_other(word)
        if word[1] == b"LOGIN":
            return await self.auth_login()
        if len(word) == 2:
            await self.send(b"334 \r\n")
            word.append((await self.line()).strip())
        said = base64.b64decode(word[2]).split(b"\0")
        if said[-2:] != [USER.encode(), PASSWORD.encode()] or b"PLAIN" in self.server.refused_mechanisms:
            await self.send(b"535 5.7.8 who are you?\r\n")
        else:
            await self.answer("auth")

    async def challenge(self, text):
        await self.send(b"334 " + base64.b64encode(text) + b"\r\n")
        return base64.b64decode((await self.line()).strip())

    async def auth_login(self):
        said = [await self.challenge(b"Username:"), await self.challenge(b"Password:")]
        if said == [USER.encode(), PASSWORD.encode()] and b"LOGIN" not in self.server.refused_mechanisms:
            await self.answer("auth")
        else:
            await self.send(b"535 5.7.8 who are you?\r\n")

    async def auth_scram(self, word, digest):
        """SCRAM (RFC 5802). A name in `lies` proves nothing, as a server that does not know the password."""
        first = base64.b64decode(word[2])
        bare = first.split(b",", 2)[2]
        nonce = bare.partition(b",r=")[2] + b"server"
        start = b"r=" + nonce + b",s=" + base64.b64encode(b"salt") + b",i=4096"
        last = await self.challenge(start)
        salted = hashlib.pbkdf2_hmac(digest, PASSWORD.encode(), b"salt", 4096)
        sign = lambda key, text: hmac.digest(key, text, digest)  # noqa: E731
        client = sign(salted, b"Client Key")
        plain, _, proof = last.rpartition(b",p=")
        signed = bare + b"," + start + b"," + plain
        made = bytes(a ^ b for a, b in zip(client, sign(hashlib.new(digest, client).digest(), signed)))
        if base64.b64decode(proof) != made or plain != b"c=biws,r=" + nonce or word[1] in self.server.refused_mechanisms:
            return await self.send(b"535 5.7.8 who are you?\r\n")
        proved = sign(sign(salted, b"Server Key"), b"lie" if word[1] in self.server.lies else signed)
        await self.challenge(b"v=" + base64.b64encode(proved))
        await self.answer("auth")

    async def auth_other(self, word):
        """CRAM-MD5 is always refused, as by a server that keeps hashed passwords only; a bearer token is noted."""
        if word[1].startswith(b"SCRAM-SHA-"):
            return await self.auth_scram(word, "sha256" if word[1] == b"SCRAM-SHA-256" else "sha1")
        if word[1] == b"CRAM-MD5":
            await self.challenge(b"<1.2@scripted.example.org>")
            return await self.send(b"535 5.7.8 no plain secret\r\n")
        self.server.tokens.append(base64.b64decode(word[2]) if len(word) > 2 else await self.challenge(b""))
        await self.answer("auth")

    async def on_mail(self, line):
        self.sender = address_in(line)
        if self.server.together is not None:
            await self.wait_together()
            self.server.together.append(bytes(self.reader._buffer))
        await self.answer("mail")

    async def wait_together(self):
        """Waits briefly for pipelined commands; a client that waits for each reply has sent none."""
        for _ in range(1000 if self.server.pipelining else 1):
            await asyncio.sleep(0.05)
            if b"DATA" in self.reader._buffer:
                return

    async def on_rcpt(self, line):
        self.recipient = address_in(line)
        self.server.envelopes.append((self.sender, self.recipient))
        refusal = self.server.refuses(line)
        await (self.send(refusal) if refusal else self.answer("rcpt"))

    async def on_rset(self, line):
        await self.send(b"250 2.0.0 Ok\r\n")

    async def on_quit(self, line):
        await self.answer("quit")
        raise Gone

    async def on_data(self, line):
        if not await self.answer("data"):
            return
        wire = bytearray()
        self.server.wire.append(wire)
        fault = self.fault("body")
        lines = []
        while True:
            line = await self.reader.readline()
            wire += line
            if not line.endswith(b"\n"):
                raise Gone
            if line == b".\r\n":
                break
            lines.append(line[1:] if line.startswith(b".") else line)
            if fault and len(lines) == 3:
                await self.answer("body", b"")
        await self.keep(b"".join(lines))

    async def keep(self, message):
        fault = self.fault("dot")
        kept = fault in (None, "long", "drop", "251") or fault.startswith(b"2" if isinstance(fault, bytes) else KEPT)
        if kept:
            self.server.messages.append(message)
            self.server.recipients.append(self.recipient)
        await self.answer("dot")
        self.transaction += 1


class Server:
    def __init__(self, plan=None, certificate=None, implicit_tls=False, ask_password=False, offer_starttls=True, pipelining=False):
        plan = plan or {}
        self.pipelining = pipelining
        self.refuses = lambda line: None  # of a RCPT command: the reply to an address that is refused
        self.together = None  # list of the bytes received after each MAIL before its reply
        self.plan = plan if callable(plan) else lambda stage, connection, transaction: plan.get(stage)
        self.implicit_tls, self.ask_password, self.offer_starttls = implicit_tls, ask_password, offer_starttls
        self.tls = None
        self.smtputf8 = False  # offer SMTPUTF8 (RFC 6531)
        if certificate:
            self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.tls.load_cert_chain(*certificate)
        self.mechanisms, self.refused_mechanisms, self.tokens = b"PLAIN LOGIN", (), []
        self.lies = ()  # mechanisms of SCRAM that prove nothing to the client
        self.messages, self.wire, self.commands = [], [], []
        self.recipients = []  # of each message
        self.envelopes = []  # (sender, recipient) of each RCPT command
        self.connections = 0
        self.errors = []
        self.writers = set()
        self.loop = asyncio.new_event_loop()
        self.ended = asyncio.Event()
        self.ready = threading.Event()
        self.thread = threading.Thread(target=self.loop.run_until_complete, args=(self.main(),), daemon=True)

    def __enter__(self):
        self.thread.start()
        assert self.ready.wait(60)
        return self

    def __exit__(self, *_):
        self.loop.call_soon_threadsafe(self.ended.set)
        self.thread.join(60)
        assert not self.thread.is_alive() and not self.errors, self.errors

    async def main(self):
        listener = socket.socket()
        # A small buffer: a server that stops reading blocks the client after some kilobytes.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, LINE_MAX)
        listener.bind(("127.0.0.1", 0))
        server = await asyncio.start_server(
            self.serve, sock=listener, limit=2 * LINE_MAX, ssl=self.tls if self.implicit_tls else None)
        self.port = listener.getsockname()[1]
        self.ready.set()
        async with server:
            await self.ended.wait()
            for writer in self.writers:
                writer.transport.abort()
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        if tasks:
            await asyncio.wait(tasks, timeout=5)

    async def serve(self, reader, writer):
        connection = Connection(self, self.connections, reader, writer)
        self.connections += 1
        self.writers.add(writer)
        try:
            await connection.run()
        except (Gone, ConnectionError, ssl.SSLError, asyncio.IncompleteReadError):
            pass
        except Exception as error:  # noqa: BLE001 - reported at the end of the test
            self.errors.append(error)
        self.writers.discard(writer)
        writer.close()

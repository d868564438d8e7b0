"""A mail server that keeps what it is sent: Odoo sends to it as to any other."""

import email
import email.policy
import socketserver
import threading
from email.message import EmailMessage


class _Handler(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self._say("220 mailbox")
        for line in iter(self.rfile.readline, b""):
            command = line.strip().upper()
            if command == b"DATA":
                self._say("354 go on")
                self._receive()
            elif command == b"QUIT":
                self._say("221 bye")
                return
            self._say("250 mailbox")

    def _receive(self) -> None:
        lines = iter(self.rfile.readline, b".\r\n")
        data = b"".join(line[1:] if line.startswith(b"..") else line for line in lines)
        mail = email.message_from_bytes(data, policy=email.policy.default)
        self.server.mails.append(mail)

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


class Mailbox(socketserver.ThreadingTCPServer):
    """Listens on a free port of this machine while it is used."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.mails: list[EmailMessage] = []
        self.port = self.server_address[1]

    def __enter__(self):
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_error):
        self.shutdown()
        self.server_close()

    def files(self, subject: str) -> dict[str, bytes]:
        """The attachments of the only mail with ``subject``, by name."""
        found = [mail for mail in self.mails if mail["Subject"] == subject]
        assert len(found) == 1, [mail["Subject"] for mail in self.mails]
        return {
            part.get_filename(): part.get_payload(decode=True)
            for part in found[0].iter_attachments()
        }

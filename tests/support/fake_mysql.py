"""A MySQL server that offers no TLS: it greets, keeps what it is told, and lets nobody in."""

import socket
import struct
import threading

GREETING = (b"\x0a5.5.5-10.11.0-MariaDB\0" + struct.pack("<I", 7) + b"12345678\0"
            + struct.pack("<H", 0xF7FF & ~0x0800) + b"\x2d" + struct.pack("<H", 2)
            + struct.pack("<H", 0x0008) + b"\x15" + bytes(10) + b"123456789012\0"
            + b"mysql_native_password\0")
REFUSAL = b"\xff" + struct.pack("<H", 1045) + b"#28000Access denied"


def packet(number, body):
    return struct.pack("<I", len(body))[:3] + bytes([number]) + body


class FakeMysql(threading.Thread):
    """heard: every byte that clients sent. Ends when nobody has come for a second."""

    def __init__(self):
        super().__init__(daemon=True)
        self.heard = b""
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.listener.settimeout(1)
        self.port = self.listener.getsockname()[1]

    def run(self):
        try:
            while True:
                self.serve(self.listener.accept()[0])
        except TimeoutError:
            self.listener.close()

    def serve(self, client):
        with client:
            client.settimeout(1)
            client.sendall(packet(0, GREETING))
            try:
                self.heard += client.recv(65536)
                client.sendall(packet(2, REFUSAL))
                self.heard += client.recv(65536)
            except OSError:
                pass

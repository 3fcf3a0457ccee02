"""A network that can be slow, cut or silent: what lies between the program and a server."""

import select
import socket
import threading
import time


class Proxy:
    """Carries connections to a port of the loopback; `port` is where to connect."""

    def __init__(self, to_port):
        self.to_port = to_port
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.rate = 0            # bytes a second of what goes to the server; 0: as fast as it goes
        self.down = False        # refuses and has closed all connections
        self.silent = False      # carries nothing, and says nothing of it
        self.pairs = set()
        self.ended = threading.Event()
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while not self.ended.is_set():
            try:
                ours, _ = self.listener.accept()
            except OSError:
                return
            try:
                if self.down:
                    raise OSError
                theirs = socket.create_connection(("127.0.0.1", self.to_port), 5)
            except OSError:
                ours.close()
                continue
            pair = (ours, theirs)
            self.pairs.add(pair)
            for a, b, slow in ((ours, theirs, True), (theirs, ours, False)):
                threading.Thread(target=self.carry, args=(a, b, slow, pair), daemon=True).start()

    def carry(self, a, b, slow, pair):
        try:
            while True:
                while self.silent:
                    time.sleep(0.05)
                if not select.select([a], [], [], 0.2)[0]:
                    continue
                if self.silent:
                    continue
                data = a.recv(min(65536, self.rate // 20 + 1) if slow and self.rate else 65536)
                if not data:
                    break
                b.sendall(data)
                if slow and self.rate:
                    time.sleep(len(data) / self.rate)
        except (OSError, ValueError):
            pass
        self.part(pair)

    def part(self, pair):
        self.pairs.discard(pair)
        for end in pair:
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            end.close()

    def cut(self):
        self.down = True
        for pair in list(self.pairs):
            self.part(pair)

    def mend(self):
        self.down = self.silent = False
        self.rate = 0

    def close(self):
        self.ended.set()
        self.mend()
        self.cut()
        self.listener.close()

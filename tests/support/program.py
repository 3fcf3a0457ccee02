"""The program under test, as a user starts it."""

import json
import os
import pathlib
import resource
import subprocess
import sys
import threading
import time

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
DEFAULT = TOP / "build" / "whimbrel"
PEAK = [sys.executable, "-I", "-S", str(pathlib.Path(__file__).parent / "peak.py")]


def fields(text):
    """The fields of a key or a row, which stand in a document as the text of a JSON object."""
    return json.loads(text) if isinstance(text, str) else text


class Outcome:
    """peak_kib: of the memory of a run that was `measured`."""

    def __init__(self, code, out, err, seconds):
        self.code, self.out, self.err = code, out, err
        self.peak_kib, self.seconds = None, seconds

    @property
    def json(self):
        document = json.loads(self.out)
        assert document["whimbrel"] == 1
        return document

    def findings(self, *words):
        """Findings whose rule, object or text hold every word."""
        return [f for f in self.json["findings"]
                if all(w.lower() in f"{f['object']} {f['text']} {f['rule']}".lower()
                       for w in words)]

    def __str__(self):
        return f"exit {self.code}\n--- stdout\n{self.shown()}\n--- stderr\n{self.err[-4000:]}"

    def shown(self):
        """What of a document explains a failure."""
        try:
            document = json.loads(self.out)
        except ValueError:
            return self.out[-4000:]
        told = [f for f in document.get("findings", []) if f["severity"] == "error"]
        return json.dumps({"error": document.get("error"), "findings": told[:10],
                           "differences": document.get("differences", [])[:10]}, indent=1)


class Whimbrel:
    """folder: where it is started. env: added to ours, without the user's own settings."""

    def __init__(self, folder, path=None):
        self.folder = pathlib.Path(folder)
        self.path = str(path or os.environ.get("WHIMBREL") or DEFAULT)
        self.said = []  # every byte that it wrote to a stream

    def start(self, *words, env=None, limits=None, cwd=None, before=()):
        """before: the words of a program that starts this one."""
        def limit():
            for what, most in (limits or {}).items():
                resource.setrlimit(what, (most, most))

        clean = {k: v for k, v in os.environ.items() if not k.startswith(("PG", "MYSQL"))}
        clean.update({"HOME": str(self.folder), "NO_COLOR": "1"}, **(env or {}))
        return subprocess.Popen([*before, self.path, *map(str, words)], cwd=cwd or self.folder,
                                env=clean, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, preexec_fn=limit if limits else None)

    def finish(self, process, timeout=120):
        """Waits for the end, however it comes; more than `timeout` seconds are a failure."""
        began = time.monotonic()
        streams = {}
        readers = [threading.Thread(target=lambda n=n, s=s: streams.update({n: s.read()}))
                   for n, s in (("out", process.stdout), ("err", process.stderr))]
        watch = threading.Timer(timeout, process.kill)
        for thread in (*readers, watch):
            thread.start()
        process.wait()
        expired = not watch.is_alive()
        watch.cancel()
        for reader in readers:
            reader.join()
        process.stdout.close()
        process.stderr.close()
        out, err = (streams[n].decode("utf-8", "replace") for n in ("out", "err"))
        self.said += [out, err]
        done = Outcome(process.returncode, out, err, time.monotonic() - began)
        assert not expired, f"not done after {timeout} s: {done}"
        return done

    def run(self, *words, expect=0, timeout=120, measured=False, **more):
        """Runs one command to its end; expect: exit code or a set of them, None: any."""
        peak = self.folder / "peak"
        before = [*PEAK, str(peak)] if measured else []
        done = self.finish(self.start(*words, before=before, **more), timeout)
        if measured:
            done.peak_kib = int(peak.read_text())
        if expect is not None:
            allowed = expect if isinstance(expect, (set, tuple, list)) else {expect}
            assert done.code in allowed, f"{' '.join(map(str, words))}: wanted {expect}, {done}"
        return done

    def move(self, source, target, *words, workdir="move", expect=0, **more):
        """`run SOURCE TARGET --json`, as the document."""
        return self.run("run", source.url, target.url, "--workdir", workdir, "--json", *words,
                        expect=expect, **more)

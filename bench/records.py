"""Measures as JSON lines, with when and on what they were made."""

import json
import os
import re
import subprocess
import time

PACKAGES = {"pgloader": "pgloader", "pgcopydb": "pgcopydb", "SQLite": "sqlite3"}


def first(path, pattern):
    with open(path, encoding="utf-8") as text:
        found = re.search(pattern, text.read(), re.MULTILINE)
    return found.group(1).strip() if found else "unknown"


def machine():
    memory = int(first("/proc/meminfo", r"^MemTotal:\s*(\d+)")) / 1024 / 1024
    return {"processor": first("/proc/cpuinfo", r"^model name\s*:\s*(.*)$"),
            "cores": os.cpu_count(), "memory": f"{memory:.0f} GiB",
            "system": first("/etc/os-release", r'^PRETTY_NAME="(.*)"'),
            "kernel": os.uname().release}


def version(words):
    try:
        said = subprocess.run(words, capture_output=True, text=True, check=False).stdout
    except FileNotFoundError:
        return "missing"
    found = re.search(r"\d+\.\d\S*", said)
    return found.group(0) if found else "unknown"


def versions(build, top):
    found = {name: version(["dpkg-query", "-W", "-f", "${Version}", package])
             for name, package in PACKAGES.items()}
    found["whimbrel"] = version([build / "whimbrel", "--version"])
    commit = subprocess.run(["git", "-C", top, "describe", "--always", "--dirty"], text=True,
                            capture_output=True, check=False).stdout.strip()
    return found | {"whimbrel": f"{found['whimbrel']} ({commit or 'no commit'})"}


class Records:
    """One session adds to what earlier ones measured."""

    def __init__(self, folder, about):
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / "measures.jsonl"
        self.about = {"session": time.strftime("%Y-%m-%d %H:%M:%S"), **about}

    def add(self, record):
        with open(self.path, "a", encoding="utf-8") as lines:
            lines.write(json.dumps({**self.about, **record}, ensure_ascii=False) + "\n")

    def all(self):
        if not self.path.exists():
            return []
        with open(self.path, encoding="utf-8") as lines:
            return [json.loads(line) for line in lines]

    def latest(self):
        """For each work, the measures of the last session that made any of it."""
        newest, found = {}, self.all()
        for record in found:
            newest[record["work"]] = record["session"]
        return [r for r in found if r["session"] == newest[r["work"]]]

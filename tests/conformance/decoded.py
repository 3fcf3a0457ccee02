"""What tests/conformance/decode prints: tables of rows, and records with what is below them."""

import os
import pathlib
import re
import subprocess
import urllib.parse

from support.program import DEFAULT

ESCAPE = re.compile(r"\\x([0-9A-F]{2})")


class Rejected(str):
    """The reason why a cell could not be."""


def cell(text):
    if text == "~":
        return None
    if text.startswith("!at byte "):
        return Rejected(text[1:])
    return ESCAPE.sub(lambda found: chr(int(found[1], 16)), text)


class Decoded:
    """tables: each a list of rows by column. again: whether the file came back. rest: controls and
    findings, line by line."""

    def __init__(self, options, *files):
        program = pathlib.Path(os.environ.get("WHIMBREL") or DEFAULT).absolute().parent
        program = program / "tests" / "conformance" / "decode"
        words = urllib.parse.urlencode(options, safe=":,/|'", quote_via=urllib.parse.quote)
        done = subprocess.run([program, words, *files], capture_output=True, check=False,
                              encoding="utf-8", timeout=600)
        assert done.returncode == 0, done.stdout[:1000] + done.stderr
        self.tables, self.rest, columns = {}, [], {}
        rows = None
        for line in done.stdout.split("\n"):
            if line.startswith("== "):
                rows = self.tables.get(line[3:])
                names = columns.get(line[3:])
            elif rows is not None:
                if line:
                    rows.append(dict(zip(names, map(cell, line.split("|")))))
            elif not columns or "(file_id " in line:
                name, found = line.split("(", 1)
                self.tables[name] = []
                columns[name] = [c.split()[0] for c in found.split(") key")[0].split(", ")]
            if rows is None:
                self.rest.append(line)
        self.again = next(line for line in self.rest if line.startswith("again: "))[7:]

    def records(self):
        """Records in the order of the file, each with the rows of its tables as lists in it."""
        found = {}
        for name, rows in self.tables.items():
            for row in rows if not name.endswith("_edges") else []:
                if "item" not in row:
                    found[row["record_id"]] = {"table": name, **row}
        for name, rows in sorted(self.tables.items(), key=lambda t: len(items(t[1]))):
            for row in rows:
                if "item" in row:
                    upper = found[row["record_id"]]
                    key = name[len(upper["table"]) + 1:]
                    for item in [row[i] for i in items([row])[:-1]]:
                        upper = next(each for lists in upper.values() if isinstance(lists, list)
                                     for each in lists if own_item(each) == item)
                    upper.setdefault(key, []).append({**row})
        return [found[at] for at in sorted(found, key=int)]

    def trees(self):
        """The same, with the records below one as lists in it."""
        records = self.records()
        by_id = {record["record_id"]: record for record in records}
        for record in records:
            if "parent_id" in record:
                by_id[record["parent_id"]].setdefault(record["table"], []).append(record)
        return [record for record in records if "parent_id" not in record]


def items(rows):
    return [name for name in (rows[0] if rows else {}) if re.fullmatch(r"item(_\d+)?", name)]


def own_item(row):
    return row[items([row])[-1]]

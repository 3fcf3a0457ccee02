"""What came of a run of files: its document, and the target as the engine's own driver has it."""

import decimal
import json

USAGE, GUARD, UNEQUAL, SOURCE, QUARANTINE = 2, 3, 4, 5, 9


class Moved:
    def __init__(self, whimbrel, outcome, target, workdir):
        self.whimbrel, self.outcome, self.target, self.workdir = whimbrel, outcome, target, workdir

    @property
    def json(self):
        return self.outcome.json

    @property
    def error(self):
        return ": ".join(self.json["error"][k] for k in ("place", "text") if self.json["error"][k])

    def rows(self, table, *columns, order="record_id"):
        """Tuples in the order of the file; numbers exact."""
        names = ", ".join(self.target.quote(column) for column in columns)
        return [tuple(exact(value) for value in row) for row in self.target.query(
            f"SELECT {names} FROM {self.target.quote(table)} ORDER BY {order}")]

    def column(self, table, column, order="record_id"):
        return [value for value, in self.rows(table, column, order=order)]

    def amounts(self, table, column, order="record_id"):
        """SQLite has amounts of many digits as text."""
        return [value if value is None else decimal.Decimal(str(value))
                for value in self.column(table, column, order)]

    def rejected(self):
        """The quarantine: each row's reason, and the bytes of its record."""
        lines = self.whimbrel.run("quarantine", "export", self.workdir).out.splitlines()
        return [(row["reason"], next(bytes.fromhex(value["hex"]) for value in row["values"].values()
                                     if isinstance(value, dict)))
                for row in map(json.loads, lines)]

    def controls(self, rule):
        return [c for c in self.json["reconciliation"]["controls"] if c["rule"] == rule]

    def failed(self):
        """(rule, expected, actual) of every control that does not hold."""
        return [(c["rule"], c["expected"], c["actual"])
                for c in self.json["reconciliation"]["controls"] if c["result"] == "failed"]


def exact(value):
    """SQLite has amounts of few digits as REAL: Python prints the shortest that is this one."""
    return decimal.Decimal(str(value)) if isinstance(value, float) else value

"""Compares two databases row by row, with values as two unrelated drivers give them."""

import collections
import datetime
import decimal
import re

UTC = datetime.timezone.utc
MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(?:\.(\d+))?(Z|[+-]\d\d(?::?\d\d)?)?$")


def moment(value):
    if value.tzinfo:
        value = value.astimezone(UTC).replace(tzinfo=None)
    return value.isoformat(" ")


def moment_in_text(text):
    """SQLite has no type for a moment: the same one, in whatever ISO form it was written."""
    found = MOMENT.match(text)
    if not found:
        return None
    day, time, fraction, zone = found.groups()
    zone = {None: "", "Z": "+00:00"}.get(zone, zone)
    if zone and len(zone) == 3:
        zone += ":00"
    whole = f"{day} {time}.{(fraction or '').ljust(6, '0')[:6]}{zone}"
    try:
        return moment(datetime.datetime.fromisoformat(whole))
    except ValueError:
        return None


def number(value):
    value = decimal.Decimal(repr(value)) if isinstance(value, float) else decimal.Decimal(value)
    if not value.is_finite():
        return ("number", str(value))
    sign, digits, exponent = value.as_tuple()
    digits = "".join(map(str, digits)).lstrip("0")
    stripped = digits.rstrip("0")
    return ("number", sign if stripped else 0, stripped,
            exponent + len(digits) - len(stripped) if stripped else 0)


def canonical(value):
    """A form that is equal for equal values, whichever driver gave them."""
    if value is None:
        return None
    if isinstance(value, (bool, int, float, decimal.Decimal)):
        return number(int(value) if isinstance(value, bool) else value)
    if isinstance(value, (bytes, bytearray, memoryview)):
        return ("bytes", bytes(value))
    if isinstance(value, datetime.datetime):
        return ("moment", moment(value))
    if isinstance(value, datetime.date):
        return ("text", value.isoformat())
    if isinstance(value, (list, tuple)):
        return ("list", tuple(canonical(v) for v in value))
    if isinstance(value, str):
        found = moment_in_text(value)
        return ("moment", found) if found else ("text", value)
    return (type(value).__name__, str(value))


def same(source, target):
    """Canonical forms; an exact number may stand as text where an engine has no exact type."""
    if source == target:
        return True
    if source and target and {source[0], target[0]} == {"number", "text"}:
        exact, text = (source, target) if source[0] == "number" else (target, source)
        try:
            return number(text[1]) == exact
        except decimal.InvalidOperation:
            return False
    return False


def canonical_rows(database, table, columns, coerce):
    changes = [coerce.get((table, c)) for c in columns]
    return [tuple(canonical(change(v) if change and v is not None else v)
                  for v, change in zip(row, changes))
            for row in database.rows(table, columns)]


def differences(source, target, table, to=None, columns=None, coerce=None):
    """Texts, one a difference; none: the tables are equal. coerce: (table, column) -> function
    over the source's values, for what the engines hold in different forms."""
    columns = columns or source.columns(table)
    key = [columns.index(c) for c in source.key(table) if c in columns]
    left = canonical_rows(source, table, columns, coerce or {})
    right = canonical_rows(target, to or table, columns, {})
    if not key:
        return unordered(table, left, right)
    left = {tuple(row[k] for k in key): row for row in left}
    found = [] if len(right) == len({tuple(r[k] for k in key) for r in right}) else [
        f"{table}: a key stands twice on the target"]
    right = {tuple(row[k] for k in key): row for row in right}
    found += [f"{table} {k}: missing on the target" for k in left.keys() - right.keys()]
    found += [f"{table} {k}: only on the target" for k in right.keys() - left.keys()]
    for k in left.keys() & right.keys():
        found += [f"{table} {k} {c}: {a} became {b}"
                  for c, a, b in zip(columns, left[k], right[k]) if not same(a, b)]
    return found


def unordered(table, left, right):
    left, right = collections.Counter(left), collections.Counter(right)
    found = [f"{table}: {n} time(s) missing on the target: {row}"
             for row, n in (left - right).items()]
    return found + [f"{table}: {n} time(s) only on the target: {row}"
                    for row, n in (right - left).items()]


def assert_equal(source, target, tables=None, **more):
    """Every table of the source is on the target, and no row differs."""
    tables = tables or source.tables()
    assert tables, "the source has no tables"
    found = [d for table in tables for d in differences(source, target, table, **more)]
    assert not found, f"{len(found)} differences:\n" + "\n".join(found[:20])

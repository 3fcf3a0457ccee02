"""Values that other tools bend, in tables: how a column is declared, what is put in, and what the
target's own driver must give back."""

import datetime
import decimal
import math

D = decimal.Decimal
AT = datetime.datetime
UTC = datetime.timezone.utc
DAY = datetime.date
LONG = "12345678901234567890123456789012345.123456789012345678901234567890"
ALL_BYTES = bytes(range(256))


def hours(h, m=0, s=0, us=0):
    return datetime.timedelta(hours=h, minutes=m, seconds=s, microseconds=us)


MYSQL_TO_POSTGRESQL = {
    # name: (declared, literals, type on the target or None, values on the target)
    "bigint_unsigned": ("bigint unsigned", ["18446744073709551615", "0"], "numeric(20,0)",
                        [2**64 - 1, 0]),
    "tiny_unsigned": ("tinyint unsigned", ["255"], "smallint", [255]),
    "small_unsigned": ("smallint unsigned", ["65535"], "integer", [65535]),
    "medium_unsigned": ("mediumint unsigned", ["16777215"], "integer", [16777215]),
    "int_unsigned": ("int unsigned", ["4294967295"], "bigint", [4294967295]),
    "flags": ("tinyint(1)", ["0", "1", "NULL"], "boolean", [False, True, None]),
    "no_flags": ("tinyint(1)", ["5", "-1", "0"], "smallint", [5, -1, 0]),
    "bit1": ("bit(1)", ["b'1'", "b'0'"], "boolean", [True, False]),
    "bit10": ("bit(10)", ["b'1000000001'"], "bit(10)", ["1000000001"]),
    "labels": ("enum('a,b','it''s','back\\\\slash','ünï')", ["'a,b'", "'it''s'", "3", "4"], None,
               ["a,b", "it's", "back\\slash", "ünï"]),
    "sets": ("set('x','y','z')", ["'z,x'", "''", "NULL"], "text[]", [["x", "z"], [], None]),
    "floats": ("float", ["16777217", "0.1", "-3.4028234e38"], "real",
               [16777216.0, 0.1, -3.4028235e38]),
    "doubles": ("double", ["1.7976931348623157e308", "0.1", "123456789.12345679",
                           "2.2250738585072014e-308"], "double precision",
                [1.7976931348623157e308, 0.1, 123456789.12345679, 2.2250738585072014e-308]),
    "decimals": ("decimal(65,30)", [LONG, "-" + LONG, "0.000000000000000000000000000001"],
                 "numeric(65,30)", [D(LONG), D("-" + LONG), D("1e-30")]),
    "times": ("time", ["'-838:59:59'", "'100:00:00'", "'00:00:00'"], "interval",
              [-hours(838, 59, 59), hours(100), hours(0)]),
    "times6": ("time(6)", ["'-00:00:00.000001'", "'12:34:56.789012'"], "interval",
               [-hours(0, us=1), hours(12, 34, 56, 789012)]),
    "years": ("year", ["2024", "0", "1901"], "smallint", [2024, 0, 1901]),
    "instants": ("timestamp(3) NULL", ["'2024-07-01 12:00:00.125'", "'2037-12-31 23:59:59'"],
                 "timestamp(3) with time zone",
                 [AT(2024, 7, 1, 12, 0, 0, 125000, UTC), AT(2037, 12, 31, 23, 59, 59, 0, UTC)]),
    "moments": ("datetime(6)", ["'1000-01-01 00:00:00'", "'9999-12-31 23:59:59.999999'"], None,
                [AT(1000, 1, 1), AT(9999, 12, 31, 23, 59, 59, 999999)]),
    "days": ("date", ["'1000-01-01'", "'9999-12-31'", "'2024-02-29'"], "date",
             [DAY(1000, 1, 1), DAY(9999, 12, 31), DAY(2024, 2, 29)]),
    "zero_days": ("date NOT NULL", ["'0000-00-00'", "'2024-02-00'", "'2024-02-29'"], "date",
                  [None, None, DAY(2024, 2, 29)]),
    "zero_moments": ("datetime NOT NULL", ["'0000-00-00 00:00:00'", "'2024-01-01 00:00:01'"], None,
                     [None, AT(2024, 1, 1, 0, 0, 1)]),
    "euro": ("varchar(9) CHARACTER SET latin1", ["_latin1 x'80'", "_latin1 x'81'", "_latin1 x'e9'"],
             None, ["€", "\x81", "é"]),
    "gbk": ("varchar(9) CHARACTER SET gbk", ["_gbk x'c4e3bac3'"], None, ["你好"]),
    "sjis": ("varchar(9) CHARACTER SET sjis", ["_sjis x'835c955c'"], None, ["ソ表"]),
    "emoji": ("varchar(9)", ["'🦤'", "'👨‍👩‍👧'"], None, ["🦤", "👨‍👩‍👧"]),
    "spaces": ("varchar(20)", ["'trail  '", "''", "' '", "'tab\\tnew\\nline'"], None,
               ["trail  ", "", " ", "tab\tnew\nline"]),
    "jsons": ("json", ["'{\"a\": 1.10, \"b\": [null, \"ß\", 12345678901234567890123]}'"], None,
              [{"a": D("1.10"), "b": [None, "ß", 12345678901234567890123]}]),
    "binaries": ("binary(16)", ["x'00112233445566778899aabbccdd0000'"], "bytea",
                 [bytes.fromhex("00112233445566778899aabbccdd0000")]),
    "blobs": ("blob", [f"x'{ALL_BYTES.hex()}'", "''"], "bytea", [ALL_BYTES, b""]),
    "uuids": ("uuid", ["'123e4567-e89b-12d3-a456-426655440000'"], "uuid",
              ["123e4567-e89b-12d3-a456-426655440000"]),
    "inets": ("inet6", ["'2001:db8::ff00:42:8329'", "'::ffff:192.0.2.1'"], None,
              ["2001:db8::ff00:42:8329", "::ffff:192.0.2.1"]),
    "inet4s": ("inet4", ["'192.0.2.255'"], None, ["192.0.2.255"]),
    "points": ("point", ["ST_GeomFromText('POINT(1.5 -2)')"], "bytea", [(1.5, -2.0)]),
}

POSTGRESQL_TO_MYSQL = {
    "booleans": ("boolean", ["true", "false", "NULL"], "tinyint(1)", [1, 0, None]),
    "bigints": ("bigint", ["9223372036854775807", "-9223372036854775808"], "bigint(20)",
                [2**63 - 1, -2**63]),
    "numerics": ("numeric(30,10)", ["12345678901234567890.0123456789"], "decimal(30,10)",
                 [D("12345678901234567890.0123456789")]),
    "doubles": ("double precision", ["0.1", "1.7976931348623157e308"], "double",
                [0.1, 1.7976931348623157e308]),
    "reals": ("real", ["0.5", "16777217"], None, [0.5, 16777216.0]),
    "texts": ("text", ["'a'", "'A'", "'a '", "'日本🦤'", "''"], None, ["a", "A", "a ", "日本🦤", ""]),
    "byteas": ("bytea", [f"'\\x{ALL_BYTES.hex()}'", "''"], None, [ALL_BYTES, b""]),
    "uuids": ("uuid", ["'123e4567-e89b-12d3-a456-426655440000'"], None,
              ["123e4567-e89b-12d3-a456-426655440000"]),
    "instants": ("timestamptz", ["'2024-07-01 12:00:00.000001+02'", "'2100-01-01 00:00:00+00'"],
                 "datetime(6)", [AT(2024, 7, 1, 10, 0, 0, 1), AT(2100, 1, 1)]),
    "moments": ("timestamp", ["'2024-07-01 12:00:00.123456'"], "datetime(6)",
                [AT(2024, 7, 1, 12, 0, 0, 123456)]),
    "days": ("date", ["'2024-02-29'"], "date", [DAY(2024, 2, 29)]),
    "clocks": ("time", ["'23:59:59.999999'"], "time(6)", [hours(23, 59, 59, 999999)]),
    "arrays": ("integer[]", ["'{1,2,NULL}'", "'{}'", "'{{1,2},{3,4}}'"], None,
               [[1, 2, None], [], [[1, 2], [3, 4]]]),
    "jsonbs": ("jsonb", ["'{\"a\": [1, 2.50, \"ß\"]}'"], None, [{"a": [1, D("2.50"), "ß"]}]),
    "codes": ("varchar(10) PRIMARY KEY", ["'a'", "'A'", "'ä'"], None, ["A", "a", "ä"]),
}

TO_SQLITE = {
    "numerics": ("numeric(30,10)", ["12345678901234567890.0123456789", "0.5"], None,
                 ["12345678901234567890.0123456789", "0.5000000000"]),
    "cents": ("numeric(12,2)", ["12.50", "-0.01"], None, [12.5, -0.01]),
    "infinite": ("double precision", ["'NaN'", "'Infinity'", "'-Infinity'", "1.5"], None,
                 ["nan", math.inf, -math.inf, 1.5]),
    "booleans": ("boolean", ["true", "false"], None, [1, 0]),
    "texts": ("text", ["'a'", "'日本🦤'", "''", "'123'", "'1e5'"], None,
              ["a", "日本🦤", "", "123", "1e5"]),
    "byteas": ("bytea", [f"'\\x{ALL_BYTES.hex()}'", "''"], None, [ALL_BYTES, b""]),
    "moments": ("timestamp", ["'2024-07-01 12:00:00.123456'"], None,
                ["2024-07-01 12:00:00.123456"]),
    "days": ("date", ["'2024-02-29'"], None, ["2024-02-29"]),
    "bigints": ("bigint", ["9223372036854775807", "-9223372036854775808"], None,
                [2**63 - 1, -2**63]),
    "jsons": ("json", ["'{\"a\": 1.10}'"], None, [{"a": D("1.10")}]),
}

SQLITE_TO_POSTGRESQL = {
    "booleans": ("BOOLEAN", ["1", "0", "NULL"], "boolean", [True, False, None]),
    "numerics": ("NUMERIC(10,2)", ["1.5", "2", "-0.25"], "numeric(10,2)",
                 [D("1.5"), D("2"), D("-0.25")]),
    "varchars": ("VARCHAR(20)", ["'日本'", "''"], "character varying(20)", ["日本", ""]),
    "doubles": ("DOUBLE", ["0.1", "1e300", "9e999"], "double precision", [0.1, 1e300, math.inf]),
    "iso_moments": ("DATETIME", ["'2024-07-01 12:00:00'", "'2024-07-01T12:00:00.5'"], None,
                    [AT(2024, 7, 1, 12), AT(2024, 7, 1, 12, 0, 0, 500000)]),
    "iso_days": ("DATE", ["'2024-02-29'"], "date", [DAY(2024, 2, 29)]),
    "integers": ("INTEGER", ["9223372036854775807", "-9223372036854775808"], "bigint",
                 [2**63 - 1, -2**63]),
    "blobs": ("BLOB", [f"x'{ALL_BYTES.hex()}'", "x''"], "bytea", [ALL_BYTES, b""]),
    "untyped": ("", ["'text'"], None, ["text"]),
}

PAIRS = {"mysql-postgresql": MYSQL_TO_POSTGRESQL, "postgresql-mysql": POSTGRESQL_TO_MYSQL,
         "postgresql-sqlite": TO_SQLITE, "sqlite-postgresql": SQLITE_TO_POSTGRESQL}

# Between servers of one engine every value must come back as the engine itself prints it.
POSTGRESQL_ITSELF = {
    "numeric": ["'NaN'", "1.10", "'1e-20'", "12345678901234567890123456789"],
    "double precision": ["'NaN'", "'Infinity'", "'-Infinity'", "'-0'", "5e-324"],
    "real": ["'NaN'", "0.1"],
    "timestamp": ["'infinity'", "'-infinity'", "'4713-01-01 BC'", "'294276-12-31 23:59:59.999999'"],
    "timestamptz": ["'infinity'", "'0044-03-15 12:00+00 BC'"],
    "date": ["'infinity'", "'0001-01-01 BC'", "'5874897-12-31'"],
    "time": ["'24:00:00'"], "timetz": ["'23:59:59.5+05:30'"],
    "interval": ["'1 mon -2 days 03:04:05.000006'", "'-178000000 years'"],
    "integer[]": ["'{1,NULL,3}'", "'[2:3]={1,2}'", "'{{1,2},{3,4}}'"],
    "text[]": ["'{\"a,b\",\"\\\"q\",NULL,\"NULL\",\"\"}'"], "int4range": ["'[1,5)'", "'empty'"],
    "int8multirange": ["'{[1,3),[7,9)}'"], "inet": ["'::1/64'", "'192.0.2.1'"],
    "cidr": ["'10.0.0.0/8'"], "macaddr": ["'08:00:2b:01:02:03'"], "bit(5)": ["B'10101'"],
    "varbit": ["B'1'", "''"], "money": ["'-12.34'"], "xml": ["'<a>ß</a>'"], "point": ["'(1,2)'"],
    "box": ["'(1,2),(3,4)'"], "polygon": ["'((0,0),(1,1),(1,0))'"], "tsvector": ["'a:1 b:2'"],
    "tsquery": ["'a & !b'"], "pg_lsn": ["'0/16B3748'"], "jsonpath": ["'$.a'"],
    "json": ["'{\"a\":1,  \"a\":2}'", "'\"\\u0000\"'"], "jsonb": ["'{\"a\":[1,2.50]}'"],
    "char(5)": ["'ab'"], '"char"': ["'x'"], "name": ["'pg_class'"], "oid": ["4294967295"],
    "bytea": [f"'\\x{ALL_BYTES.hex()}'"], "uuid": ["'123e4567-e89b-12d3-a456-426655440000'"],
}
MYSQL_ITSELF = {
    "bigint unsigned": ["18446744073709551615"], "tinyint(1)": ["5", "-1"],
    "bit(10)": ["b'1000000001'"],
    "float": ["16777217", "1e-38"], "double": ["0.1", "1.7976931348623157e308"],
    "decimal(65,30)": [LONG], "time(6)": ["'-838:59:59'", "'12:34:56.789012'"],
    "year": ["2024", "0"],
    "date": ["'0000-00-00'", "'2024-02-00'"], "datetime": ["'0000-00-00 00:00:00'"],
    "timestamp(6) NULL": ["'2024-07-01 12:00:00.123456'"],
    "enum('','a,b','it''s')": ["1", "2", "3"],
    "set('x','y')": ["'y,x'", "''"], "varchar(9) CHARACTER SET latin1": ["_latin1 x'8081e9'"],
    "varchar(9) CHARACTER SET gbk": ["_gbk x'c4e3'"], "text": ["'a\\0b'", "'🦤'"],
    "json": ["'{\"a\": 1.10}'"], "binary(4)": ["x'01000000'"], "blob": [f"x'{ALL_BYTES.hex()}'"],
    "uuid": ["'123e4567-e89b-12d3-a456-426655440000'"], "inet6": ["'::1'"], "inet4": ["'1.2.3.4'"],
    "geometry": ["ST_GeomFromText('POLYGON((0 0,1 0,1 1,0 0))', 4326)"],
    "linestring": ["ST_GeomFromText('LINESTRING(0 0,1 1)')"], "char(5)": ["'ab'", "' a'"],
}

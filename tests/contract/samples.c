#include "samples.h"
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define V(text) \
	{ \
		(text), sizeof(text) - 1 \
	}
#define VALUES(...) \
	.values = (const struct value[]){ __VA_ARGS__ }, \
	.nvalues = COUNT(((const struct value[]){ __VA_ARGS__ }))

#define TEN "0123456789"
#define DODO "\xF0\x9F\xA6\xA4"
#define TEN_DODOS DODO DODO DODO DODO DODO DODO DODO DODO DODO DODO
#define FIFTY TEN TEN TEN TEN TEN
#define THOUSAND \
	FIFTY FIFTY FIFTY FIFTY FIFTY FIFTY FIFTY FIFTY FIFTY FIFTY FIFTY FIFTY FIFTY FIFTY FIFTY \
		FIFTY FIFTY FIFTY FIFTY FIFTY
#define FOUR_THOUSAND THOUSAND THOUSAND THOUSAND THOUSAND

#define NASTY_TEXT \
	V("plain"), V(""), V(" "), V("it's"), V("say \"so\""), V("back\\slash"), V("\\"), V("\\N"), \
		V("line\nend\r\n"), V("tab\there"), V("`tick`"), V("$$ ; -- /* */"), V("NULL"), V("0"), \
		V("-0.0"), V("1e5"), V("trailing  "), V("A"), V("a"), V("\xC3\xA9"), V("e\xCC\x81"), \
		V("\xC3\x9F"), V("\xF0\x9F\xA6\xA4"), \
		V("\xEF\xBB\xBF" \
		  "bom"), \
		V("\xEF\xBF\xBD"), V("\x01\x1B\x7F"), \
		V("\xE2\x80\xAE" \
		  "rtl"), \
		V("%s%n"), V("{}"), V("x'00'")
#define NASTY_TEXTS 30

static const char *const labels[] = { "small", "it's", "back\\slash", "gro\xC3\x9F", "Small" };
static const char *const flags[] = { "a", "b", "it's", "\xC3\xA9", "\\" };

const struct sample samples[] = {
	{ "boolean", { .kind = WH_BOOL }, VALUES(V("true"), V("false")), .must = 2, .indexable = true },
	{ "int16", { .kind = WH_INT64, .precision = 16 },
		VALUES(V("0"), V("-32768"), V("32767"), V("1")), .must = 4, .indexable = true },
	{ "int32", { .kind = WH_INT64, .precision = 32 },
		VALUES(V("0"), V("-2147483648"), V("2147483647")), .must = 3, .indexable = true },
	{ "int64", { .kind = WH_INT64, .precision = 64 },
		VALUES(V("0"), V("-9223372036854775808"), V("9223372036854775807"), V("9007199254740993"),
			V("-9007199254740993")),
		.must = 5, .indexable = true },
	{ "uint64", { .kind = WH_UINT64, .precision = 64 },
		VALUES(V("0"), V("1"), V("9223372036854775807"), V("9223372036854775808"),
			V("18446744073709551615"), V("18446744073709551614")),
		.must = 6, .indexable = true },
	{ "float32", { .kind = WH_FLOAT32 },
		VALUES(V("0"), V("1.5"), V("-0.1"), V("16777216"), V("16777215"), V("0.3"),
			V("3.4028235e38"), V("1.17549435e-38"), V("-0"), V("1e-45"), V("NaN"), V("Infinity"),
			V("-Infinity")),
		.must = 7 },
	{ "float64", { .kind = WH_FLOAT64 },
		VALUES(V("0"), V("0.1"), V("-1.5"), V("0.30000000000000004"), V("9007199254740993"),
			V("123456789012345680000"), V("1e22"), V("5e-324"), V("2.2250738585072014e-308"),
			V("1.7976931348623157e308"), V("-1.7976931348623157e308"), V("-0"), V("NaN"),
			V("Infinity"), V("-Infinity")),
		.must = 8 },
	{ "decimal(10,2)", { .kind = WH_DECIMAL, .precision = 10, .scale = 2 },
		VALUES(V("0"), V("0.01"), V("-0.01"), V("99999999.99"), V("-99999999.99"), V("1.50"),
			V("100"), V("NaN"), V("1.005"), V("100000000.00"), V("-0.001")),
		.must = 7, .indexable = true },
	{ "decimal(15,0)", { .kind = WH_DECIMAL, .precision = 15 },
		VALUES(V("0"), V("999999999999999"), V("-999999999999999")), .must = 3, .indexable = true },
	{ "decimal(16,6)", { .kind = WH_DECIMAL, .precision = 16, .scale = 6 },
		VALUES(V("0.000001"), V("9999999999.999999"), V("-9999999999.999999")), .must = 3 },
	{ "decimal(30,0)", { .kind = WH_DECIMAL, .precision = 30 },
		VALUES(V("0"), V("9223372036854775808"), V("123456789012345678901234567890")), .must = 3 },
	{ "decimal(38,20)", { .kind = WH_DECIMAL, .precision = 38, .scale = 20 },
		VALUES(V("0.00000000000000000001"), V("123456789012345678.12345678901234567890"),
			V("-999999999999999999.99999999999999999999")),
		.must = 3 },
	{ "decimal(65,30)", { .kind = WH_DECIMAL, .precision = 65, .scale = 30 },
		VALUES(V("1"), V("12345678901234567890123456789012345.000000000000000000000000000001")),
		.must = 2 },
	{ "decimal", { .kind = WH_DECIMAL },
		VALUES(V("0"), V("1.10"), V("-1"), V("0.000000000000000000000000000001"), V("1" FIFTY),
			V("0." FIFTY "1"), V(FIFTY FIFTY FIFTY "." FIFTY FIFTY), V("NaN"), V("Infinity"),
			V("-Infinity")),
		.must = 4 },
	{ "text", { .kind = WH_TEXT }, VALUES(NASTY_TEXT, V("a\0b"), V("\0"), V(FOUR_THOUSAND)),
		.must = NASTY_TEXTS, .indexable = true },
	{ "varchar(40)", { .kind = WH_TEXT, .length = 40 },
		VALUES(NASTY_TEXT, V(TEN TEN TEN TEN), V(TEN_DODOS TEN_DODOS TEN_DODOS TEN_DODOS),
			V("a\0b"), V(TEN TEN TEN TEN "+"), V(TEN TEN TEN TEN "  ")),
		.must = NASTY_TEXTS + 2, .indexable = true },
	{ "char(5)", { .kind = WH_TEXT, .length = 5, .fixed = true },
		VALUES(V("abcde"), V("ab"), V(""), V("ab   "), V("  ab "), V("abcdef")), .must = 5,
		.indexable = true },
	{ "varchar(2000)", { .kind = WH_TEXT, .length = 2000 }, VALUES(V(""), V(THOUSAND THOUSAND)),
		.must = 2, .indexable = true },
	{ "bytes", { .kind = WH_BYTES },
		VALUES(V(""), V("00"), V("ff00"), V("27225c0a0d"), V("c3"), V("2020"), V("61000000"),
			V("5c7836"), V("2d302e30"), V(FOUR_THOUSAND)),
		.must = 9, .indexable = true },
	{ "varbinary(8)", { .kind = WH_BYTES, .length = 8 },
		VALUES(V(""), V("00"), V("0000000000000000"), V("ffffffffffffffff"), V("6100")), .must = 5,
		.indexable = true },
	{ "binary(4)", { .kind = WH_BYTES, .length = 4, .fixed = true },
		VALUES(V("00000000"), V("61000000"), V("61202020"), V("ffffffff")), .must = 4,
		.indexable = true },
	{ "date", { .kind = WH_DATE },
		VALUES(V("2024-02-29"), V("1970-01-01"), V("1969-12-31"), V("9999-12-31"), V("1582-10-10"),
			V("1000-01-01"), V("0001-01-01"), V("0001-12-31 BC"), V("4713-11-24 BC"),
			V("10000-01-01"), V("5874897-12-31"), V("infinity"), V("-infinity")),
		.must = 6, .indexable = true },
	{ "time", { .kind = WH_TIME, .precision = 6 },
		VALUES(V("00:00:00"), V("23:59:59.999999"), V("12:30:00.5"), V("24:00:00")), .must = 3,
		.indexable = true },
	{ "time(0)", { .kind = WH_TIME, .precision = 0 },
		VALUES(V("00:00:00"), V("23:59:59"), V("23:59:59.5")), .must = 2, .indexable = true },
	{ "timestamp", { .kind = WH_TIMESTAMP, .precision = 6 },
		VALUES(V("2024-02-29 13:05:09.25"), V("1970-01-01 00:00:00"),
			V("1969-12-31 23:59:59.999999"), V("9999-12-31 23:59:59.999999"),
			V("1000-01-01 00:00:00"), V("2024-03-31 02:30:00"), V("0001-01-01 00:00:00"),
			V("0044-03-15 12:00:00 BC"), V("4713-11-24 00:00:00 BC"), V("10000-01-01 00:00:00"),
			V("294276-12-31 23:59:59.999999"), V("infinity"), V("-infinity")),
		.must = 6, .indexable = true },
	{ "timestamp(3)", { .kind = WH_TIMESTAMP, .precision = 3 },
		VALUES(V("2024-02-29 13:05:09.25"), V("9999-12-31 23:59:59.999"),
			V("2024-02-29 13:05:09.1235"), V("9999-12-31 23:59:59.9999"), V("infinity")),
		.must = 2 },
	{ "timestamptz", { .kind = WH_TIMESTAMPTZ, .precision = 6 },
		VALUES(V("2024-02-29 13:05:09.25+00"), V("1970-01-01 00:00:00+00"),
			V("2038-01-19 03:14:08+00"), V("1969-12-31 23:59:59.999999+00"),
			V("9999-12-31 23:59:59.999999+00"), V("2024-03-31 01:30:00+00"),
			V("0001-01-01 00:00:00+00"), V("0044-03-15 12:00:00+00 BC"),
			V("294276-12-31 23:59:59.999999+00"), V("infinity"), V("-infinity")),
		.must = 6, .indexable = true },
	{ "interval", { .kind = WH_INTERVAL },
		VALUES(V("P0D"), V("P1Y2M3DT4H5M6.5S"), V("P-1Y-2M3DT-4H"), V("PT0.000001S"), V("P1D"),
			V("PT24H"), V("P30D"), V("P178000000Y"), V("PT-2562047788H-54.775808S")),
		.must = 7 },
	{ "uuid", { .kind = WH_UUID },
		VALUES(V("00000000-0000-0000-0000-000000000000"), V("ffffffff-ffff-ffff-ffff-ffffffffffff"),
			V("01234567-89ab-cdef-0123-456789abcdef")),
		.must = 3, .indexable = true },
	{ "json", { .kind = WH_JSON },
		VALUES(V("{}"), V("null"), V("\"it's \\\\ \\\" \\n\""), V("[1, 1.10, -0, 1e400]"),
			V("{\"b\": 1, \"a\": [true, null]}"), V("{\"a\": 1, \"a\": 2}"),
			V("\"\xF0\x9F\xA6\xA4\""), V("\"\\ud83e\\udda4\""), V("123456789012345678901234567890"),
			V("0.1000000000000000055511151231257827"), V("\"\\u0000\""), V("\"" THOUSAND "\"")),
		.must = 10 },
	{ "xml", { .kind = WH_XML },
		VALUES(V("<a/>"), V("<a b=\"it's\">\xC3\xA9 &amp; \xF0\x9F\xA6\xA4</a>"), V("plain"), V(""),
			V("<?xml version=\"1.0\"?><a/>"), V("<?xml version=\"1.0\" encoding=\"UTF-8\"?><a/>"),
			V("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a>\xC3\xA9</a>"), V("<a>"),
			V("<!DOCTYPE a><a/>"), V("<a/> ")),
		.must = 2 },
	{ "enum", { .kind = WH_ENUM, .labels = labels, .nlabels = COUNT(labels) },
		VALUES(V("small"), V("it's"), V("back\\slash"), V("gro\xC3\x9F"), V("Small"), V("SMALL"),
			V("none of them"), V("1"), V("")),
		.must = 5, .indexable = true },
	{ "set", { .kind = WH_SET, .labels = flags, .nlabels = COUNT(flags) },
		VALUES(V(""), V("a"), V("a,b"), V("a,b,it's,\xC3\xA9,\\"), V("b,\\"), V("none"), V("A"),
			V("3")),
		.must = 5 },
	{ "bit(1)", { .kind = WH_BITS, .length = 1, .fixed = true }, VALUES(V("0"), V("1")),
		.must = 2 },
	{ "bit(8)", { .kind = WH_BITS, .length = 8, .fixed = true },
		VALUES(V("00000000"), V("11111111"), V("00000001"), V("00101110")), .must = 4,
		.indexable = true },
	{ "bit(64)", { .kind = WH_BITS, .length = 64, .fixed = true },
		VALUES(V("0000000000000000000000000000000000000000000000000000000000000000"),
			V("1000000000000000000000000000000000000000000000000000000000000001"),
			V("1111111111111111111111111111111111111111111111111111111111111111")),
		.must = 3 },
	{ "bit(65)", { .kind = WH_BITS, .length = 65, .fixed = true },
		VALUES(V("10000000000000000000000000000000000000000000000000000000000000001")), .must = 1 },
	{ "varbit(10)", { .kind = WH_BITS, .length = 10 },
		VALUES(V(""), V("0"), V("1"), V("0101"), V("0000000000")), .must = 5 },
	{ "varbit", { .kind = WH_BITS }, VALUES(V(""), V("0"), V("0001000")), .must = 3 },
	{ "array", { .kind = WH_ARRAY, .element = WH_INT64 },
		VALUES(V("[]"), V("[1,null,-3]"), V("[[1,2],[3,4]]"), V("[\"it's\",\"\\\\\",\"\\n\"]"),
			V("[1.10,12345678901234567890]")),
		.must = 5 },
	{ "geometry", { .kind = WH_GEOMETRY },
		VALUES(V("0101000000000000000000f03f0000000000000040"),
			V("010200000002000000000000000000000000000000000000000000000000000840"
			  "0000000000001440"),
			V("00000000013ff00000000000004000000000000000"), V("00"), V("")),
		.must = 2 },
	{ "native", { .kind = WH_NATIVE }, VALUES(NASTY_TEXT, V("192.168.0.1/24"), V("[1,5)")),
		.must = NASTY_TEXTS },
};

const size_t nsamples = COUNT(samples);

static const struct own_types own[] = {
	{ "postgresql",
		(const char *const[]){ "CREATE TYPE public.mood AS ENUM ('sad', 'it''s', 'ok')",
			"CREATE TYPE public.pair AS (a integer, b text)",
			"CREATE DOMAIN public.positive AS integer CHECK (VALUE > 0)",
			"CREATE DOMAIN public.short AS varchar(5)",
			"CREATE TABLE public.t_mood (id bigint PRIMARY KEY, v public.mood)",
			"INSERT INTO public.t_mood VALUES (1, 'sad'), (2, 'it''s'), (3, NULL)",
			"CREATE TABLE public.t_moods (id bigint PRIMARY KEY, v public.mood[])",
			"INSERT INTO public.t_moods VALUES (1, '{sad,\"it''s\",NULL}'), (2, '{}')",
			"CREATE TABLE public.t_pair (id bigint PRIMARY KEY, v public.pair)",
			"INSERT INTO public.t_pair VALUES (1, ROW(1, 'x,\"y\\')), (2, ROW(NULL, '')), "
			"(3, ROW(NULL, NULL))",
			"CREATE TABLE public.t_positive (id bigint PRIMARY KEY, v public.positive)",
			"INSERT INTO public.t_positive VALUES (1, 1), (2, 2147483647), (3, NULL)",
			"CREATE TABLE public.t_short (id bigint PRIMARY KEY, v public.short)",
			"INSERT INTO public.t_short VALUES (1, ''), (2, 'ab  '), (3, E'\\\\N')",
			"CREATE TABLE public.t_char (id bigint PRIMARY KEY, v char(5))",
			"INSERT INTO public.t_char VALUES (1, ''), (2, 'ab'), (3, ' a')",
			"CREATE TABLE public.t_name (id bigint PRIMARY KEY, v name)",
			"INSERT INTO public.t_name VALUES (1, 'x'), (2, '')",
			"CREATE TABLE public.t_tchar (id bigint PRIMARY KEY, v \"char\")",
			"INSERT INTO public.t_tchar VALUES (1, 'x'), (2, '')",
			"CREATE TABLE public.t_oid (id bigint PRIMARY KEY, v oid)",
			"INSERT INTO public.t_oid VALUES (1, 0), (2, 4294967295)",
			"CREATE TABLE public.t_money (id bigint PRIMARY KEY, v money)",
			"INSERT INTO public.t_money VALUES (1, '-92233720368547758.08'), (2, '0.01')",
			"CREATE TABLE public.t_inet (id bigint PRIMARY KEY, v inet)",
			"INSERT INTO public.t_inet VALUES (1, '10.0.0.1/8'), (2, '::ffff:1.2.3.4')",
			"CREATE TABLE public.t_cidr (id bigint PRIMARY KEY, v cidr)",
			"INSERT INTO public.t_cidr VALUES (1, '10.0.0.0/8'), (2, '2001:db8::/32')",
			"CREATE TABLE public.t_macaddr (id bigint PRIMARY KEY, v macaddr)",
			"INSERT INTO public.t_macaddr VALUES (1, '08:00:2b:01:02:03')",
			"CREATE TABLE public.t_range (id bigint PRIMARY KEY, v int4range)",
			"INSERT INTO public.t_range VALUES (1, '[1,5)'), (2, 'empty'), (3, '(,)')",
			"CREATE TABLE public.t_tsrange (id bigint PRIMARY KEY, v tstzmultirange)",
			"INSERT INTO public.t_tsrange VALUES (1, '{[2024-01-01 00:00+00,2024-02-01 "
			"00:00+00)}'), (2, '{}')",
			"CREATE TABLE public.t_tsvector (id bigint PRIMARY KEY, v tsvector)",
			"INSERT INTO public.t_tsvector VALUES (1, '''it''''s'':1A b:2'), (2, '')",
			"CREATE TABLE public.t_timetz (id bigint PRIMARY KEY, v timetz)",
			"INSERT INTO public.t_timetz VALUES (1, '24:00:00-15:59'), (2, '12:00:00.000001+02')",
			"CREATE TABLE public.t_interval (id bigint PRIMARY KEY, v interval)",
			"INSERT INTO public.t_interval VALUES (1, '1 mon -1 day 04:05:06.5'), "
			"(2, '-178000000 years')",
			"CREATE TABLE public.t_jsonb (id bigint PRIMARY KEY, v jsonb)",
			"INSERT INTO public.t_jsonb VALUES (1, '{\"a\": [1.10, null, \"\\\\\"]}'), (2, 'null')",
			"CREATE TABLE public.t_json (id bigint PRIMARY KEY, v json)",
			"INSERT INTO public.t_json VALUES (1, '{\"a\":1,  \"a\":2}'), (2, '1e400')",
			"CREATE TABLE public.t_texts (id bigint PRIMARY KEY, v text[])",
			"INSERT INTO public.t_texts VALUES (1, ARRAY['', NULL, 'NULL', '\"', '\\', ',', "
			"'{}', E'\\n']), "
			"(2, '[5:6]={a,b}'), (3, '{{a,b},{c,d}}')",
			"CREATE TABLE public.t_byteas (id bigint PRIMARY KEY, v bytea[])",
			"INSERT INTO public.t_byteas VALUES (1, ARRAY['\\x00ff'::bytea, ''::bytea])",
			"CREATE TABLE public.t_floats (id bigint PRIMARY KEY, v float8[])",
			"INSERT INTO public.t_floats VALUES (1, '{NaN,-0,Infinity,0.1,5e-324}')",
			"CREATE TABLE public.t_real (id bigint PRIMARY KEY, v real)",
			"INSERT INTO public.t_real VALUES (1, 'NaN'), (2, '-0'), (3, '1e-45'), "
			"(4, '-Infinity')",
			"CREATE TABLE public.t_numeric (id bigint PRIMARY KEY, v numeric)",
			"INSERT INTO public.t_numeric VALUES (1, 'NaN'), (2, '1.000'), (3, '1e-1000'), "
			"(4, '1e1000'), "
			"(5, 'Infinity'), (6, 0.00)",
			"CREATE TABLE public.t_weird (id bigint PRIMARY KEY, v numeric(3,-2))",
			"INSERT INTO public.t_weird VALUES (1, 99949), (2, -100)",
			"CREATE TABLE public.t_date (id bigint PRIMARY KEY, v date)",
			"INSERT INTO public.t_date VALUES (1, '4714-11-24 BC'), (2, '5874897-12-31'), "
			"(3, 'infinity')",
			"CREATE TABLE public.t_stamp (id bigint PRIMARY KEY, v timestamp)",
			"INSERT INTO public.t_stamp VALUES (1, '4714-11-24 00:00 BC'), "
			"(2, '294276-12-31 23:59:59.999999'), "
			"(3, '-infinity')",
			"CREATE TABLE public.t_bits (id bigint PRIMARY KEY, v bit varying)",
			"INSERT INTO public.t_bits VALUES (1, B''), (2, B'0'), (3, B'101010101')",
			"CREATE TABLE public.t_xml (id bigint PRIMARY KEY, v xml)",
			"INSERT INTO public.t_xml VALUES (1, '<a/>'), (2, 'text'), "
			"(3, '<?xml version=\"1.0\"?><a/>'), "
			"(4, '<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a>\xC3\xA9</a>')",
			"CREATE TABLE public.t_point (id bigint PRIMARY KEY, v point)",
			"INSERT INTO public.t_point VALUES (1, '(0.1,-0)'), (2, '(Infinity,NaN)')",
			"CREATE TABLE public.t_lsn (id bigint PRIMARY KEY, v pg_lsn)",
			"INSERT INTO public.t_lsn VALUES (1, '16/B374D848')", NULL } },
	{ "mysql",
		(const char *const[]){ "CREATE TABLE t_year (id bigint PRIMARY KEY, v year)",
			"INSERT INTO t_year VALUES (1, 1901), (2, 2155), (3, 0)",
			"CREATE TABLE t_bool (id bigint PRIMARY KEY, v tinyint(1))",
			"INSERT INTO t_bool VALUES (1, 0), (2, 1), (3, -128), (4, 127)",
			"CREATE TABLE t_bit (id bigint PRIMARY KEY, v bit(9))",
			"INSERT INTO t_bit VALUES (1, b'100000001'), (2, 0)",
			"CREATE TABLE t_time (id bigint PRIMARY KEY, v time(6))",
			"INSERT INTO t_time VALUES (1, '-838:59:59.999999'), (2, '838:59:59.999999'), "
			"(3, '-00:00:00.000001')",
			"CREATE TABLE t_zero (id bigint PRIMARY KEY, v date)",
			"INSERT INTO t_zero VALUES (1, '0000-00-00'), (2, '2024-02-00'), (3, '2024-02-29')",
			"CREATE TABLE t_zeros (id bigint PRIMARY KEY, v datetime(3) NOT NULL)",
			"INSERT INTO t_zeros VALUES (1, '0000-00-00 00:00:00'), (2, '9999-12-31 23:59:59.999')",
			"CREATE TABLE t_stamp (id bigint PRIMARY KEY, v timestamp(6) NULL)",
			"INSERT INTO t_stamp VALUES (1, '1970-01-01 00:00:01'), "
			"(2, '2038-01-19 03:14:07.999999')",
			"CREATE TABLE t_enum (id bigint PRIMARY KEY, v enum('a', 'it''s', '', 'A b')) "
			"COLLATE utf8mb4_bin",
			"INSERT INTO t_enum VALUES (1, 'a'), (2, 'it''s'), (3, ''), (4, NULL)",
			"CREATE TABLE t_set (id bigint PRIMARY KEY, v set('a', 'b', 'it''s'))",
			"INSERT INTO t_set VALUES (1, ''), (2, 'a,it''s'), (3, 'a,b,it''s')",
			"CREATE TABLE t_latin (id bigint PRIMARY KEY, v varchar(10) CHARACTER SET latin1)",
			"INSERT INTO t_latin VALUES (1, _latin1 x'80e9'), (2, 'x ')",
			"CREATE TABLE t_utf16 (id bigint PRIMARY KEY, v varchar(10) CHARACTER SET utf16)",
			"INSERT INTO t_utf16 VALUES (1, _utf8mb4 x'f09fa6a4'), (2, '')",
			"CREATE TABLE t_char (id bigint PRIMARY KEY, v char(5))",
			"INSERT INTO t_char VALUES (1, ''), (2, 'ab'), (3, ' a')",
			"CREATE TABLE t_binary (id bigint PRIMARY KEY, v binary(4))",
			"INSERT INTO t_binary VALUES (1, x'61'), (2, x'ffffffff'), (3, x'20202020')",
			"CREATE TABLE t_float (id bigint PRIMARY KEY, v float)",
			"INSERT INTO t_float VALUES (1, 16777216), (2, 0.1), (3, 3.4028234e38), "
			"(4, -1.17549435e-38)",
			"CREATE TABLE t_float2 (id bigint PRIMARY KEY, v float(7,3))",
			"INSERT INTO t_float2 VALUES (1, 1234.567), (2, -0.001)",
			"CREATE TABLE t_unsigned (id bigint PRIMARY KEY, v bigint unsigned)",
			"INSERT INTO t_unsigned VALUES (1, 18446744073709551615), (2, 0)",
			"CREATE TABLE t_decimal (id bigint PRIMARY KEY, v decimal(65,30))",
			"INSERT INTO t_decimal VALUES (1, "
			"'99999999999999999999999999999999999.000000000000000000000000000001')",
			"CREATE TABLE t_point (id bigint PRIMARY KEY, v geometry)",
			"INSERT INTO t_point VALUES (1, ST_GeomFromText('POINT(1 2)', 4326)), "
			"(2, ST_GeomFromText('LINESTRING(0 0, 1 1)')), (3, NULL)",
			"CREATE TABLE t_json (id bigint PRIMARY KEY, v json)",
			"INSERT INTO t_json VALUES (1, '{\"a\":1,  \"a\":2}'), (2, 'null')",
			"CREATE TABLE t_blob (id bigint PRIMARY KEY, v blob)",
			"INSERT INTO t_blob VALUES (1, ''), (2, x'00ff5c27')",
			"CREATE TABLE t_inet (id bigint PRIMARY KEY, v inet6)",
			"INSERT INTO t_inet VALUES (1, '2001:db8::ff00:42:8329'), (2, '::')",
			"CREATE TABLE t_uuid (id bigint PRIMARY KEY, v uuid)",
			"INSERT INTO t_uuid VALUES (1, '550e8400-e29b-41d4-a716-446655440000')", NULL } },
	{ "sqlite",
		(const char *const[]){ "CREATE TABLE t_any (id INTEGER PRIMARY KEY, v)",
			"INSERT INTO t_any VALUES (1, 1), (2, 1.0), (3, '1'), (4, x'31'), (5, NULL), "
			"(6, ''), (7, x''), "
			"(8, 9223372036854775807), (9, -9223372036854775808), (10, 9e999), (11, -9e999), "
			"(12, 5e-324), "
			"(13, 0.1), (14, 'it''s'), (15, 1e300), (16, char(0)), (17, 'a' || char(0) || 'b')",
			"CREATE TABLE t_int (id INTEGER PRIMARY KEY, v INTEGER)",
			"INSERT INTO t_int VALUES (1, 1), (2, 'text'), (3, 1.5), (4, x'00'), (5, '1e3')",
			"CREATE TABLE t_text (id INTEGER PRIMARY KEY, v VARCHAR(3))",
			"INSERT INTO t_text VALUES (1, 'longer than it says'), (2, 17), (3, x'ff'), (4, 1.5)",
			"CREATE TABLE t_numeric (id INTEGER PRIMARY KEY, v NUMERIC(10,2))",
			"INSERT INTO t_numeric VALUES (1, 1.10), (2, '1.10'), (3, '12345678901234567890'), "
			"(4, 'x')",
			"CREATE TABLE t_real (id INTEGER PRIMARY KEY, v REAL)",
			"INSERT INTO t_real VALUES (1, 1), (2, 'NaN'), (3, 9007199254740993), (4, x'2d302e30')",
			"CREATE TABLE t_date (id INTEGER PRIMARY KEY, v DATETIME)",
			"INSERT INTO t_date VALUES (1, 1700000000), (2, 1700000001), (3, NULL)",
			"CREATE TABLE t_stamp (id INTEGER PRIMARY KEY, v DATETIME)",
			"INSERT INTO t_stamp VALUES (1, '2024-01-01 00:00:00'), (2, 'tomorrow'), "
			"(3, 2460000.5)",
			"CREATE TABLE t_bool (id INTEGER PRIMARY KEY, v BOOLEAN)",
			"INSERT INTO t_bool VALUES (1, 0), (2, 1), (3, 2), (4, 'true')",
			"CREATE TABLE t_strict (id INTEGER PRIMARY KEY, v ANY) STRICT",
			"INSERT INTO t_strict VALUES (1, '1'), (2, 1), (3, 1.0), (4, x'31')", NULL } },
};

const struct own_types *own_types_of(const char *scheme)
{
	for (size_t i = 0; i < COUNT(own); i++)
		if (!strcmp(own[i].scheme, scheme))
			return &own[i];
	return NULL;
}

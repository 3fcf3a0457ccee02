/* Translations of expressions, as a table. A row's letters say what the planner would: b boolean,
 * t text, s time stamp, z instant, a date, c time of day, i integer, d decimal, f float, y bytes,
 * u uuid, j json column; m a date or time of which no more is known; n columns of unknown kinds.
 * With the word "rows" the program writes its rows, for a test that asks the engines. */
#include "check.h"
#include "sql/dialect.h"

enum { P, M, S };
enum {
	DEFAULT = WH_SQL_DEFAULT,
	CHECK = WH_SQL_CHECK,
	GENERATED = WH_SQL_GENERATED,
	INDEX = WH_SQL_INDEX
};

struct row {
	int from, to, use;
	const char *letters, *input;
	const char *output; /* NULL: a doubt */
	const char *why;    /* a part of it */
};

static const struct row rows[] = {
	{ P, M, DEFAULT, "t", "'x''y\\z'::character varying", "'x''y\\\\z'", NULL },
	{ P, S, DEFAULT, "t", "'x''y\\z'::character varying", "'x''y\\z'", NULL },
	{ P, M, DEFAULT, "t", "'x'::text", "'x'", NULL },
	{ P, S, DEFAULT, "t", "'x'::text", "'x'", NULL },
	{ P, M, DEFAULT, "t", "''::bpchar", "''", NULL },
	{ P, S, DEFAULT, "t", "''::bpchar", "''", NULL },
	{ P, M, DEFAULT, "t", "'Y'::bpchar", "'Y'", NULL },
	{ P, S, DEFAULT, "t", "'Y'::bpchar", "'Y'", NULL },
	{ P, M, DEFAULT, "i", "0", "0", NULL },
	{ P, S, DEFAULT, "i", "0", "0", NULL },
	{ P, M, DEFAULT, "d", "(0)::numeric", "0", NULL },
	{ P, S, DEFAULT, "d", "(0)::numeric", "0", NULL },
	{ P, M, DEFAULT, "d", "'-1.5'::numeric", "-1.5", NULL },
	{ P, S, DEFAULT, "d", "'-1.5'::numeric", "-1.5", NULL },
	{ P, M, DEFAULT, "i", "'-5'::integer", "-5", NULL },
	{ P, S, DEFAULT, "i", "'-5'::integer", "-5", NULL },
	{ P, M, DEFAULT, "b", "true", "1", NULL },
	{ P, S, DEFAULT, "b", "true", "1", NULL },
	{ P, M, DEFAULT, "b", "false", "0", NULL },
	{ P, S, DEFAULT, "b", "false", "0", NULL },
	{ P, M, DEFAULT, "b", "'t'::boolean", "1", NULL },
	{ P, S, DEFAULT, "b", "'t'::boolean", "1", NULL },
	{ P, M, DEFAULT, "a", "CURRENT_DATE", "(curdate())", NULL },
	{ P, S, DEFAULT, "a", "('now'::text)::date", "CURRENT_DATE", NULL },
	{ P, M, DEFAULT, "s", "now()", "CURRENT_TIMESTAMP(6)", NULL },
	{ P, S, DEFAULT, "s", "now()", "CURRENT_TIMESTAMP", NULL },
	{ P, M, DEFAULT, "z", "now()", "(utc_timestamp(6))", NULL },
	{ P, S, DEFAULT, "z", "now()", "CURRENT_TIMESTAMP", NULL },
	{ P, M, DEFAULT, "z", "CURRENT_TIMESTAMP(3)", "(utc_timestamp(3))", NULL },
	{ P, M, DEFAULT, "s", "LOCALTIMESTAMP", "CURRENT_TIMESTAMP(6)", NULL },
	{ P, M, DEFAULT, "s", "timezone('utc'::text, now())", "(utc_timestamp(6))", NULL },
	{ P, S, DEFAULT, "s", "timezone('utc'::text, now())", "CURRENT_TIMESTAMP", NULL },
	{ P, S, DEFAULT, "s", "(now() AT TIME ZONE 'utc'::text)", "CURRENT_TIMESTAMP", NULL },
	{ P, M, DEFAULT, "z", "timezone('utc'::text, now())", NULL,
		"a time without a zone becomes an instant" },
	{ P, M, DEFAULT, "c", "LOCALTIME", "(curtime())", NULL },
	{ P, S, DEFAULT, "c", "LOCALTIME", "CURRENT_TIME", NULL },
	{ P, M, DEFAULT, "u", "gen_random_uuid()", "(uuid())", NULL },
	{ P, S, DEFAULT, "u", "gen_random_uuid()", NULL,
		"the function \"uuid\" has no certain counterpart" },
	{ P, M, DEFAULT, "t", "'it''s'::mood", "'it''s'", NULL },
	{ P, S, DEFAULT, "t", "'it''s'::mood", "'it''s'", NULL },
	{ P, M, DEFAULT, "j", "'{\"a\": 1}'::jsonb", "'{\"a\": 1}'", NULL },
	{ P, S, DEFAULT, "j", "'{\"a\": 1}'::jsonb", "'{\"a\": 1}'", NULL },
	{ P, M, DEFAULT, "j", "'{}'::text[]", NULL, "a cast to \"text\" array is not translated" },
	{ P, M, DEFAULT, "j", "ARRAY['a'::text]", NULL, "\"ARRAY\" is no column of this table" },
	{ P, M, DEFAULT, "y", "'\\x00ff'::bytea", "x'00ff'", NULL },
	{ P, S, DEFAULT, "y", "'\\x00ff'::bytea", "x'00ff'", NULL },
	{ P, M, DEFAULT, "", "'00000101'::\"bit\"", "b'00000101'", NULL },
	{ P, M, DEFAULT, "", "'1 day'::interval", NULL, "a cast to \"interval\" is not translated" },
	{ P, M, DEFAULT, "", "EXTRACT(epoch FROM now())", NULL, "seconds with their fraction" },
	{ P, M, DEFAULT, "i", "EXTRACT(epoch FROM now())", "(unix_timestamp())", NULL },
	{ P, S, DEFAULT, "i", "EXTRACT(epoch FROM now())", "(CAST(strftime('%s', 'now') AS INTEGER))",
		NULL },
	{ P, M, DEFAULT, "i", "(EXTRACT(epoch FROM now()))::integer", "(unix_timestamp())", NULL },
	{ P, S, DEFAULT, "i", "(EXTRACT(epoch FROM now()))::integer",
		"(CAST(strftime('%s', 'now') AS INTEGER))", NULL },
	{ P, M, DEFAULT, "i", "floor(date_part('epoch'::text, clock_timestamp()))",
		"(unix_timestamp())", NULL },
	{ P, M, DEFAULT, "a", "'2020-01-01'::date", "'2020-01-01'", NULL },
	{ P, S, DEFAULT, "a", "'2020-01-01'::date", "'2020-01-01'", NULL },
	{ P, M, DEFAULT, "s", "'2020-01-01 10:11:12'::timestamp without time zone",
		"'2020-01-01 10:11:12'", NULL },
	{ P, S, DEFAULT, "s", "'2020-01-01 10:11:12'::timestamp without time zone",
		"'2020-01-01 10:11:12'", NULL },
	{ P, M, DEFAULT, "z", "'2020-01-01 00:00:00+00'::timestamp with time zone", NULL,
		"a cast to \"timestamp with time zone\" is not translated" },
	{ P, M, DEFAULT, "t", "NULL::character varying", "NULL", NULL },
	{ P, S, DEFAULT, "t", "NULL::character varying", "NULL", NULL },
	{ P, M, DEFAULT, "i", "nextval('a_id_seq'::regclass)", NULL,
		"it names a table or a sequence, such as one that several tables share" },
	{ P, S, DEFAULT, "d", "'12345678901234567890.5'::numeric", NULL,
		"the number 12345678901234567890.5 has more digits than SQLite keeps" },
	{ P, S, DEFAULT, "t", "5", "'5'", NULL },
	{ P, M, CHECK, "",
		"((status)::text = ANY ((ARRAY['new'::character varying, 'paid'::character "
		"varying])::text[]))",
		"`status` IN ('new', 'paid')", NULL },
	{ P, S, CHECK, "",
		"((status)::text = ANY ((ARRAY['new'::character varying, 'paid'::character "
		"varying])::text[]))",
		"\"status\" IN ('new', 'paid')", NULL },
	{ P, M, CHECK, "", "(id = ANY (ARRAY[1, 2, '-3'::integer]))", "`id` IN (1, 2, -3)", NULL },
	{ P, S, CHECK, "", "(id = ANY (ARRAY[1, 2, '-3'::integer]))", "\"id\" IN (1, 2, -3)", NULL },
	{ P, M, CHECK, "", "(status <> ALL (ARRAY['a'::text, 'b'::text]))",
		"`status` NOT IN ('a', 'b')", NULL },
	{ P, S, CHECK, "", "(status <> ALL (ARRAY['a'::text, 'b'::text]))",
		"\"status\" NOT IN ('a', 'b')", NULL },
	{ P, M, CHECK, "",
		"((id > 0) AND (price >= (0)::numeric) AND ((n >= 1) AND (n <= 10)) AND (name "
		"IS NOT NULL))",
		"(`id` > 0) AND (`price` >= 0) AND ((`n` >= 1) AND (`n` <= 10)) AND (`name` "
		"IS NOT NULL)",
		NULL },
	{ P, S, CHECK, "",
		"((id > 0) AND (price >= (0)::numeric) AND ((n >= 1) AND (n <= 10)) AND (name "
		"IS NOT NULL))",
		"(\"id\" > 0) AND (\"price\" >= 0) AND ((\"n\" >= 1) AND (\"n\" <= 10)) AND "
		"(\"name\" IS NOT NULL)",
		NULL },
	{ P, M, CHECK, "", "((length((name)::text) > 2) OR (char_length((status)::text) < 1))",
		"(char_length(`name`) > 2) OR (char_length(`status`) < 1)", NULL },
	{ P, S, CHECK, "", "((length((name)::text) > 2) OR (char_length((status)::text) < 1))",
		"(length(\"name\") > 2) OR (length(\"status\") < 1)", NULL },
	{ P, M, CHECK, "",
		"((d > '2020-01-01'::date) AND (ts <= '2020-01-01 00:00:00'::timestamp "
		"without time zone))",
		"(`d` > '2020-01-01') AND (`ts` <= '2020-01-01 00:00:00')", NULL },
	{ P, S, CHECK, "",
		"((d > '2020-01-01'::date) AND (ts <= '2020-01-01 00:00:00'::timestamp "
		"without time zone))",
		"(\"d\" > '2020-01-01') AND (\"ts\" <= '2020-01-01 00:00:00')", NULL },
	{ P, M, CHECK, "", "((ratio > (0)::double precision) AND (price > (id)::numeric))",
		"(`ratio` > 0) AND (`price` > `id`)", NULL },
	{ P, S, CHECK, "", "((ratio > (0)::double precision) AND (price > (id)::numeric))",
		"(\"ratio\" > 0) AND (\"price\" > \"id\")", NULL },
	{ P, M, CHECK, "", "(concat(name, id) <> concat_ws('-'::text, name, 'x'))",
		"concat_ws('', `name`, `id`) <> concat_ws('-', `name`, 'x')", NULL },
	{ P, S, CHECK, "", "(concat(name, id) <> 'x'::text)",
		"('' || coalesce(\"name\", '') || coalesce(\"id\", '')) <> 'x'", NULL },
	{ P, S, CHECK, "", "(concat_ws('-'::text, name, 'x') <> 'x'::text)", NULL,
		"the function \"concat_ws\" has no certain counterpart" },
	{ P, M, CHECK, "", "(((id % 2) = 0) OR (mod(id, (3)::bigint) = 1))",
		"((`id` % 2) = 0) OR ((`id` % 3) = 1)", NULL },
	{ P, S, CHECK, "", "(((id % 2) = 0) OR (mod(id, (3)::bigint) = 1))",
		"((\"id\" % 2) = 0) OR ((\"id\" % 3) = 1)", NULL },
	{ P, M, CHECK, "", "((id % n) = 0)", NULL,
		"a division by zero is an error in one dialect and null in another" },
	{ P, S, CHECK, "", "((id % n) = 0)", NULL,
		"a division by zero is an error in one dialect and null in another" },
	{ P, M, CHECK, "", "(GREATEST(id, n) > LEAST((1)::bigint, id))",
		"greatest(coalesce(`id`, `n`), coalesce(`n`, `id`)) > least(coalesce(1, "
		"`id`), coalesce(`id`, 1))",
		NULL },
	{ P, S, CHECK, "", "(GREATEST(id, n) > LEAST((1)::bigint, id))",
		"max(coalesce(\"id\", \"n\"), coalesce(\"n\", \"id\")) > min(coalesce(1, "
		"\"id\"), coalesce(\"id\", 1))",
		NULL },
	{ P, M, CHECK, "", "((doc ->> 'a'::text) = 'x'::text)", NULL,
		"\"->>\" at byte 7 is not understood" },
	{ P, M, CHECK, "", "((name)::text ~ '^x'::text)", NULL, "\"~\" at byte 15 is not understood" },
	{ P, M, CHECK, "", "(name ~~ 'a%'::text)", NULL,
		"LIKE 'a%' ignores case in one dialect and not in another" },
	{ P, M, CHECK, "", "((name ~~ '%@%'::text) OR (name !~~ '12%'::text))",
		"(`name` LIKE '%@%') OR (`name` NOT LIKE '12%')", NULL },
	{ P, S, CHECK, "", "((name ~~ '%@%'::text) OR (name !~~ '12%'::text))",
		"(\"name\" LIKE '%@%') OR (\"name\" NOT LIKE '12%')", NULL },
	{ P, M, CHECK, "", "(name !~~ '1\\%'::text)", "`name` NOT LIKE '1\\\\%'", NULL },
	{ P, S, CHECK, "", "(name !~~ '1\\%'::text)", NULL,
		"LIKE '1\\%' has an escape that SQLite does not know" },
	{ P, M, CHECK, "", "(NULLIF((name)::text, ''::text) IS NOT NULL)",
		"nullif(`name`, '') IS NOT NULL", NULL },
	{ P, S, CHECK, "", "(NULLIF((name)::text, ''::text) IS NOT NULL)",
		"nullif(\"name\", '') IS NOT NULL", NULL },
	{ P, M, CHECK, "", "((flag IS TRUE) OR (flag = false) OR (NOT flag) OR flag)",
		"(`flag` IS TRUE) OR (`flag` = 0) OR (NOT `flag`) OR `flag`", NULL },
	{ P, S, CHECK, "", "((flag IS TRUE) OR (flag = false) OR (NOT flag) OR flag)",
		"(\"flag\" IS TRUE) OR (\"flag\" = 0) OR (NOT \"flag\") OR \"flag\"", NULL },
	{ P, M, CHECK, "", "((id IS DISTINCT FROM 3) AND (NOT flag))",
		"(NOT (`id` <=> 3)) AND (NOT `flag`)", NULL },
	{ P, S, CHECK, "", "((id IS DISTINCT FROM 3) AND (NOT flag))",
		"(\"id\" IS NOT 3) AND (NOT \"flag\")", NULL },
	{ P, M, CHECK, "", "(\"left\"((name)::text, 2) = 'ab'::text)", "left(`name`, 2) = 'ab'", NULL },
	{ P, S, CHECK, "", "(\"left\"((name)::text, 2) = 'ab'::text)", "substr(\"name\", 1, 2) = 'ab'",
		NULL },
	{ P, M, CHECK, "", "((date(ts) = d) OR ((ts)::date = d))",
		"(date(`ts`) = `d`) OR (date(`ts`) = `d`)", NULL },
	{ P, S, CHECK, "", "((date(ts) = d) OR ((ts)::date = d))",
		"(date(\"ts\") = \"d\") OR (date(\"ts\") = \"d\")", NULL },
	{ P, M, CHECK, "", "(date(tz) = d)", NULL, "the date of an instant depends on the time zone" },
	{ P, M, CHECK, "", "(upper((name)::text) = (name)::text)", "upper(`name`) = `name`", NULL },
	{ P, S, CHECK, "", "(upper((name)::text) = (name)::text)", NULL,
		"SQLite's upper() changes only ASCII letters" },
	{ P, M, CHECK, "", "(created < now())", NULL, "\"created\" is no column of this table" },
	{ P, M, CHECK, "", "(ts < now())", NULL,
		"\"now\" changes by itself and stands outside a default" },
	{ P, M, CHECK, "", "((price)::integer = 3)", NULL, "a cast to \"integer\" is not translated" },
	{ P, M, CHECK, "", "((\"Odd Name\" = 1) OR (x = 2))", "(`odd_name` = 1) OR (`x\"2``` = 2)",
		NULL },
	{ P, M, CHECK, "", "(OddName = 1)", NULL, "\"OddName\" is no column of this table" },
	{ P, M, CHECK, "n", "((amount)::numeric > 1)", NULL, "\"amount\" is no column of this table" },
	{ P, S, CHECK, "n", "((amount)::numeric > 1)", NULL, "\"amount\" is no column of this table" },
	{ P, M, CHECK, "n", "((price)::numeric > (1)::numeric)", "`price` > 1", NULL },
	{ P, S, CHECK, "n", "((price)::numeric > (1)::numeric)", "\"price\" > 1", NULL },
	{ P, M, CHECK, "", "(name > 'm'::text)", NULL, "the order of texts depends on the collation" },
	{ P, S, CHECK, "", "(name > 'm'::text)", NULL, "the order of texts depends on the collation" },
	{ P, M, CHECK, "", "((name)::text COLLATE \"C\" = 'a'::text)", NULL,
		"\"COLLATE\" at byte 15 is not understood" },
	{ P, M, CHECK, "", "(ROW(id, n) = ROW(1, 2))", NULL, "the function \"row\" is not translated" },
	{ P, M, CHECK, "", "(id > ( SELECT 1))", NULL, "\"SELECT\" is no column of this table" },
	{ P, M, CHECK, "", "((status)::text = 'a$$b'::text)", "`status` = 'a$$b'", NULL },
	{ P, M, CHECK, "", "(id = $1)", NULL, "the character \"$\" at byte 7" },
	{ P, M, CHECK, "", "(id @> n)", NULL, "\"@\" at byte 5" },
	{ P, M, CHECK, "", "U&'\\0041' = 'A'", NULL, "a text of the form U&'...' is not translated" },
	{ P, M, GENERATED, "t", "(((name)::text || ' '::text) || (status)::text)",
		"concat(`name`, ' ', `status`)", NULL },
	{ P, S, GENERATED, "t", "(((name)::text || ' '::text) || (status)::text)",
		"\"name\" || ' ' || \"status\"", NULL },
	{ P, M, GENERATED, "t", "(v || y)", NULL, "\"||\" may join arrays or documents" },
	{ P, M, GENERATED, "i", "((id * 2) + 1)", "(`id` * 2) + 1", NULL },
	{ P, S, GENERATED, "i", "((id * 2) + 1)", "(\"id\" * 2) + 1", NULL },
	{ P, M, GENERATED, "t", "SUBSTRING(name FROM 1 FOR 3)", "substr(`name`, 1, 3)", NULL },
	{ P, S, GENERATED, "t", "SUBSTRING(name FROM 1 FOR 3)", "substr(\"name\", 1, 3)", NULL },
	{ P, M, GENERATED, "t", "\"substring\"((name)::text, 2)", "substr(`name`, 2)", NULL },
	{ P, S, GENERATED, "t", "\"substring\"((name)::text, 2)", "substr(\"name\", 2)", NULL },
	{ P, M, GENERATED, "t", "SUBSTRING(name FROM '[0-9]+'::text)", NULL,
		"\"substr\" counts from the end or by a number not known here" },
	{ P, M, GENERATED, "i", "EXTRACT(year FROM d)", "year(`d`)", NULL },
	{ P, S, GENERATED, "i", "EXTRACT(year FROM d)", "CAST(strftime('%Y', \"d\") AS INTEGER)",
		NULL },
	{ P, M, GENERATED, "i", "(date_part('month'::text, ts))::integer", "month(`ts`)", NULL },
	{ P, S, GENERATED, "i", "(date_part('month'::text, ts))::integer",
		"CAST(strftime('%m', \"ts\") AS INTEGER)", NULL },
	{ P, M, GENERATED, "t",
		"((TRIM(BOTH FROM name) || TRIM(BOTH 'x'::text FROM name)) || btrim(name))",
		"concat(trim(`name`), TRIM(BOTH 'x' FROM `name`), trim(`name`))", NULL },
	{ P, S, GENERATED, "t",
		"((TRIM(BOTH FROM name) || TRIM(BOTH 'x'::text FROM name)) || btrim(name))",
		"trim(\"name\") || trim(\"name\", 'x') || trim(\"name\")", NULL },
	{ P, S, GENERATED, "t", "TRIM(BOTH 'xy'::text FROM name)", "trim(\"name\", 'xy')", NULL },
	{ P, M, GENERATED, "t", "TRIM(BOTH 'xy'::text FROM name)", NULL,
		"\"trim\" takes off more than one character" },
	{ P, M, GENERATED, "d", "round((price * 1.2), 2)", "round(`price` * 1.2, 2)", NULL },
	{ P, S, GENERATED, "d", "(price * 1.2)", NULL, "SQLite calculates with decimals as floats" },
	{ P, M, GENERATED, "i", "(id / 2)", "`id` DIV 2", NULL },
	{ P, M, GENERATED, "i", "(id / n)", NULL,
		"a division by zero is an error in one dialect and null in another" },
	{ P, S, GENERATED, "i", "(id / n)", NULL,
		"a division by zero is an error in one dialect and null in another" },
	{ P, M, GENERATED, "d", "(price / (2)::numeric)", NULL,
		"a division gives integers in one dialect and fractions in another" },
	{ P, M, GENERATED, "f", "(ratio / (2)::double precision)", "`ratio` / 2", NULL },
	{ P, S, GENERATED, "f", "(ratio / (2)::double precision)", "\"ratio\" / 2", NULL },
	{ P, M, GENERATED, "i", "CASE WHEN (id > 3) THEN 1 ELSE 0 END",
		"CASE WHEN `id` > 3 THEN 1 ELSE 0 END", NULL },
	{ P, S, GENERATED, "i", "CASE WHEN (id > 3) THEN 1 ELSE 0 END",
		"CASE WHEN \"id\" > 3 THEN 1 ELSE 0 END", NULL },
	{ P, M, GENERATED, "t", "CASE id WHEN 1 THEN 'x'::text ELSE NULL::text END",
		"CASE `id` WHEN 1 THEN 'x' ELSE NULL END", NULL },
	{ P, S, GENERATED, "t", "CASE id WHEN 1 THEN 'x'::text ELSE NULL::text END",
		"CASE \"id\" WHEN 1 THEN 'x' ELSE NULL END", NULL },
	{ P, M, GENERATED, "b", "((id IS DISTINCT FROM 3) AND (NOT flag))",
		"(NOT (`id` <=> 3)) AND (NOT `flag`)", NULL },
	{ P, S, GENERATED, "b", "((id IS DISTINCT FROM 3) AND (NOT flag))",
		"(\"id\" IS NOT 3) AND (NOT \"flag\")", NULL },
	{ P, M, GENERATED, "t", "COALESCE(name, (status)::character varying, 'z'::character varying)",
		"coalesce(`name`, `status`, 'z')", NULL },
	{ P, S, GENERATED, "t", "COALESCE(name, (status)::character varying, 'z'::character varying)",
		"coalesce(\"name\", \"status\", 'z')", NULL },
	{ P, M, GENERATED, "t", "lower(name)", "lower(`name`)", NULL },
	{ P, S, GENERATED, "t", "lower(name)", NULL, "SQLite's lower() changes only ASCII letters" },
	{ P, M, GENERATED, "t", "replace(name, 'a'::text, 'b'::text)", "replace(`name`, 'a', 'b')",
		NULL },
	{ P, S, GENERATED, "t", "replace(name, 'a'::text, 'b'::text)", "replace(\"name\", 'a', 'b')",
		NULL },
	{ P, M, GENERATED, "t", "(flag)::text", NULL, "a cast to \"text\" is not translated" },
	{ P, M, GENERATED, "t", "(id)::text", "CAST(`id` AS char)", NULL },
	{ P, M, GENERATED, "i", "(flag)::integer", "`flag`", NULL },
	{ P, M, INDEX, "", "lower((name)::text)", "lower(`name`)", NULL },
	{ P, S, INDEX, "", "lower((name)::text)", "lower(\"name\")", NULL },
	{ P, M, INDEX, "b", "(((status)::text = 'a'::text) AND flag)", "(`status` = 'a') AND `flag`",
		NULL },
	{ P, S, INDEX, "b", "(((status)::text = 'a'::text) AND flag)",
		"(\"status\" = 'a') AND \"flag\"", NULL },
	{ P, M, INDEX, "", "(doc -> 'a'::text)", NULL, "\"->\" at byte 6 is not understood" },
	{ M, P, DEFAULT, "s", "current_timestamp()", "now()", NULL },
	{ M, S, DEFAULT, "s", "current_timestamp()", "CURRENT_TIMESTAMP", NULL },
	{ M, P, DEFAULT, "z", "current_timestamp()", "now()", NULL },
	{ M, S, DEFAULT, "z", "current_timestamp()", "CURRENT_TIMESTAMP", NULL },
	{ M, P, DEFAULT, "z", "current_timestamp(3)", "CURRENT_TIMESTAMP(3)", NULL },
	{ M, P, DEFAULT, "t", "current_timestamp()", NULL, "\"now\" becomes a text" },
	{ M, P, DEFAULT, "s", "utc_timestamp()", "(now() AT TIME ZONE 'UTC')", NULL },
	{ M, S, DEFAULT, "s", "utc_timestamp()", "CURRENT_TIMESTAMP", NULL },
	{ M, P, DEFAULT, "z", "utc_timestamp()", NULL, "a time without a zone becomes an instant" },
	{ M, P, DEFAULT, "a", "curdate()", "CURRENT_DATE", NULL },
	{ M, S, DEFAULT, "a", "curdate()", "CURRENT_DATE", NULL },
	{ M, P, DEFAULT, "c", "curtime()", "LOCALTIME", NULL },
	{ M, S, DEFAULT, "c", "curtime()", "CURRENT_TIME", NULL },
	{ M, P, DEFAULT, "i", "unix_timestamp()", "CAST(floor(extract(epoch FROM now())) AS bigint)",
		NULL },
	{ M, S, DEFAULT, "i", "unix_timestamp()", "(CAST(strftime('%s', 'now') AS INTEGER))", NULL },
	{ M, P, DEFAULT, "t", "'abc'", "'abc'", NULL },
	{ M, S, DEFAULT, "t", "'abc'", "'abc'", NULL },
	{ M, P, DEFAULT, "t", "'it''s \\\\ \"q\" é\\nx'", "E'it''s \\\\ \"q\" é\nx'", NULL },
	{ M, S, DEFAULT, "t", "'it''s \\\\ \"q\" é\\nx'", "'it''s \\ \"q\" é\nx'", NULL },
	{ M, P, DEFAULT, "t", "'a\\'b\\%c'", "E'a''b\\\\%c'", NULL },
	{ M, S, DEFAULT, "t", "'a\\'b\\%c'", "'a''b\\%c'", NULL },
	{ M, P, DEFAULT, "t", "'nul\\0'", NULL, "the escape \"\\0\" is not translated" },
	{ M, P, DEFAULT, "t", "\"dq\"", "'dq'", NULL },
	{ M, S, DEFAULT, "t", "\"dq\"", "'dq'", NULL },
	{ M, P, DEFAULT, "t", "_utf8mb4'x'", "'x'", NULL },
	{ M, S, DEFAULT, "t", "_utf8mb4'x'", "'x'", NULL },
	{ M, P, DEFAULT, "t", "_utf16'x'", NULL, "\"_utf16\" at byte 1 is not understood" },
	{ M, P, DEFAULT, "t", "'12.50'", "'12.50'", NULL },
	{ M, S, DEFAULT, "t", "'12.50'", "'12.50'", NULL },
	{ M, P, DEFAULT, "t", "5", "'5'", NULL },
	{ M, S, DEFAULT, "t", "5", "'5'", NULL },
	{ M, P, DEFAULT, "j", "json_object()", "'{}'", NULL },
	{ M, S, DEFAULT, "j", "json_object()", "'{}'", NULL },
	{ M, P, DEFAULT, "u", "uuid()", "gen_random_uuid()", NULL },
	{ M, S, DEFAULT, "u", "uuid()", NULL, "the function \"uuid\" has no certain counterpart" },
	{ M, P, DEFAULT, "", "b'101'", NULL, "the bits \"101\" are not translated" },
	{ M, P, DEFAULT, "b", "b'1'", "TRUE", NULL },
	{ M, S, DEFAULT, "b", "b'1'", "1", NULL },
	{ M, P, DEFAULT, "b", "0", "FALSE", NULL },
	{ M, S, DEFAULT, "b", "0", "0", NULL },
	{ M, P, DEFAULT, "b", "'1'", "TRUE", NULL },
	{ M, S, DEFAULT, "b", "'1'", "1", NULL },
	{ M, P, DEFAULT, "b", "2", NULL, "\"2\" is used as a truth value" },
	{ M, P, DEFAULT, "b", "NULL", "NULL", NULL },
	{ M, S, DEFAULT, "b", "NULL", "NULL", NULL },
	{ M, P, DEFAULT, "i", "16", "16", NULL },
	{ M, S, DEFAULT, "i", "16", "16", NULL },
	{ M, P, DEFAULT, "d", "1.50", "1.50", NULL },
	{ M, S, DEFAULT, "d", "1.50", "1.50", NULL },
	{ M, P, DEFAULT, "i", "-1", "-1", NULL },
	{ M, S, DEFAULT, "i", "-1", "-1", NULL },
	{ M, P, DEFAULT, "t", "concat('a','b')", "('a' || 'b')", NULL },
	{ M, S, DEFAULT, "t", "concat('a','b')", "('a' || 'b')", NULL },
	{ M, P, DEFAULT, "", "0x0102", NULL, "0x0102 may be bytes, a text or a number" },
	{ M, P, DEFAULT, "y", "0x0102", "E'\\\\x0102'::bytea", NULL },
	{ M, S, DEFAULT, "y", "0x0102", "x'0102'", NULL },
	{ M, P, DEFAULT, "y", "'ab'", "E'\\\\x6162'::bytea", NULL },
	{ M, S, DEFAULT, "y", "'ab'", "x'6162'", NULL },
	{ M, P, DEFAULT, "i", "(id + 1)", NULL, "the default uses the column \"id\"" },
	{ M, P, DEFAULT, "s", "'0000-00-00 00:00:00'", NULL,
		"\"0000-00-00 00:00:00\" is no date or time" },
	{ M, S, DEFAULT, "s", "'0000-00-00 00:00:00'", NULL,
		"\"0000-00-00 00:00:00\" is no date or time" },
	{ M, P, DEFAULT, "a", "'2020-00-01'", NULL, "\"2020-00-01\" is no date or time" },
	{ M, P, DEFAULT, "s", "0", NULL, "\"0\" is no date or time" },
	{ M, P, DEFAULT, "a", "'2020-01-01'", "'2020-01-01'", NULL },
	{ M, S, DEFAULT, "a", "'2020-01-01'", "'2020-01-01'", NULL },
	{ M, P, DEFAULT, "c", "'10:00:00'", "'10:00:00'", NULL },
	{ M, S, DEFAULT, "c", "'10:00:00'", "'10:00:00'", NULL },
	{ M, P, DEFAULT, "m", "current_timestamp()", "now()", NULL },
	{ M, P, DEFAULT, "", "rand()", NULL, "the function \"rand\" is not translated" },
	{ M, P, DEFAULT, "i", "nextval(`s`)", NULL, "\"s\" is no column of this table" },
	{ M, P, CHECK, "",
		"`status` in ('a','b') and `status` is not null or !(`status` <=> 'q') and "
		"`id` <> 3 and `id` <> 2",
		"((\"status\" IN ('a', 'b')) AND (\"status\" IS NOT NULL)) OR ((NOT "
		"(\"status\" IS NOT DISTINCT FROM 'q')) AND (\"id\" <> 3) AND (\"id\" <> "
		"2))",
		NULL },
	{ M, S, CHECK, "",
		"`status` in ('a','b') and `status` is not null or !(`status` <=> 'q') and "
		"`id` <> 3 and `id` <> 2",
		"((\"status\" IN ('a', 'b')) AND (\"status\" IS NOT NULL)) OR ((NOT "
		"(\"status\" IS 'q')) AND (\"id\" <> 3) AND (\"id\" <> 2))",
		NULL },
	{ M, P, CHECK, "", "`id` > 0 and (`name` <> 'a\\'b\\\\c' or `id` in (1,2))",
		"(\"id\" > 0) AND ((\"name\" <> E'a''b\\\\c') OR (\"id\" IN (1, 2)))", NULL },
	{ M, S, CHECK, "", "`id` > 0 and (`name` <> 'a\\'b\\\\c' or `id` in (1,2))",
		"(\"id\" > 0) AND ((\"name\" <> 'a''b\\c') OR (\"id\" IN (1, 2)))", NULL },
	{ M, P, CHECK, "", "(`status` in (_utf8mb4\\'a\\',_utf8mb4\\'b\\'))",
		"\"status\" IN ('a', 'b')", NULL },
	{ M, S, CHECK, "", "(`status` in (_utf8mb4\\'a\\',_utf8mb4\\'b\\'))",
		"\"status\" IN ('a', 'b')", NULL },
	{ M, P, CHECK, "", "json_valid(`doc`)", "TRUE", NULL },
	{ M, S, CHECK, "", "json_valid(`doc`)",
		"CASE WHEN \"doc\" IS NOT NULL THEN json_valid(\"doc\") END", NULL },
	{ M, P, CHECK, "n", "json_valid(`doc`)", NULL,
		"the function \"json_valid\" is not translated" },
	{ M, P, CHECK, "", "`d` > '2020-01-01' + interval 1 day", NULL,
		"\"interval\" is no column of this table" },
	{ M, P, CHECK, "", "`d` >= '2020-01-01' and `d` > DATE'2020-01-01'",
		"(\"d\" >= '2020-01-01') AND (\"d\" > '2020-01-01')", NULL },
	{ M, S, CHECK, "", "`d` >= '2020-01-01' and `d` > DATE'2020-01-01'",
		"(\"d\" >= '2020-01-01') AND (\"d\" > '2020-01-01')", NULL },
	{ M, P, CHECK, "", "`d` > '0000-00-00'", NULL,
		"a date or time is compared with something else" },
	{ M, P, CHECK, "", "`flag` = 1", "\"flag\" = TRUE", NULL },
	{ M, S, CHECK, "", "`flag` = 1", "\"flag\" = 1", NULL },
	{ M, P, CHECK, "", "`flag` in (0,1)", "\"flag\" IN (FALSE, TRUE)", NULL },
	{ M, S, CHECK, "", "`flag` in (0,1)", "\"flag\" IN (0, 1)", NULL },
	{ M, P, CHECK, "", "`flag` <=> 0 xor `id` > 1",
		"(\"flag\" IS NOT DISTINCT FROM FALSE) <> (\"id\" > 1)", NULL },
	{ M, S, CHECK, "", "`flag` <=> 0 xor `id` > 1", "(\"flag\" IS 0) <> (\"id\" > 1)", NULL },
	{ M, P, CHECK, "", "`flag` <> `n`", NULL, "\"n\" is used as a truth value" },
	{ M, P, CHECK, "", "`n` = true", "\"n\" = 1", NULL },
	{ M, S, CHECK, "", "`n` = true", "\"n\" = 1", NULL },
	{ M, P, CHECK, "", "`flag` + 1 > 1", "(CAST(\"flag\" AS integer) + 1) > 1", NULL },
	{ M, S, CHECK, "", "`flag` + 1 > 1", "(\"flag\" + 1) > 1", NULL },
	{ M, P, CHECK, "", "if(`id`,`flag`,1)", "CASE WHEN \"id\" <> 0 THEN \"flag\" ELSE TRUE END",
		NULL },
	{ M, S, CHECK, "", "if(`id`,`flag`,1)", "CASE WHEN \"id\" THEN \"flag\" ELSE 1 END", NULL },
	{ M, P, CHECK, "", "`id`", "\"id\" <> 0", NULL },
	{ M, S, CHECK, "", "`id`", "\"id\"", NULL },
	{ M, P, CHECK, "", "`x`", NULL, "\"x\" is used as a truth value" },
	{ M, S, CHECK, "", "`x`", "\"x\"\"2`\"", NULL },
	{ M, P, CHECK, "", "`x` <> 0", "\"x\"\"2`\" <> 0", NULL },
	{ M, S, CHECK, "", "`x` <> 0", "\"x\"\"2`\" <> 0", NULL },
	{ M, P, CHECK, "", "1", "TRUE", NULL },
	{ M, P, CHECK, "", "`v` regexp 'x'", NULL, "\"regexp\" at byte 5 is not understood" },
	{ M, P, CHECK, "", "`id` = 1 = 2", NULL, "\"=\" at byte 10 is not understood" },
	{ M, P, CHECK, "", "`v` = 'x' collate utf8mb4_bin", NULL,
		"\"collate\" at byte 11 is not understood" },
	{ M, P, CHECK, "", "`v` || 'x' = 'y'", NULL, "\"||\" at byte 5 is not understood" },
	{ M, P, CHECK, "", "`name` = 5", NULL, "a number is compared with a text" },
	{ M, P, CHECK, "", "`name` like 'a%'", NULL,
		"LIKE 'a%' ignores case in one dialect and not in another" },
	{ M, P, CHECK, "", "`name` like '12%' or `name`  not like '_'",
		"(\"name\" LIKE '12%') OR (\"name\" NOT LIKE '_')", NULL },
	{ M, S, CHECK, "", "`name` like '12%' or `name`  not like '_'",
		"(\"name\" LIKE '12%') OR (\"name\" NOT LIKE '_')", NULL },
	{ M, P, CHECK, "", "`id` not between 1 and 3 and `price` between 0.5 and 10",
		"(\"id\" NOT BETWEEN 1 AND 3) AND (\"price\" BETWEEN 0.5 AND 10)", NULL },
	{ M, S, CHECK, "", "`id` not between 1 and 3 and `price` between 0.5 and 10",
		"(\"id\" NOT BETWEEN 1 AND 3) AND (\"price\" BETWEEN 0.5 AND 10)", NULL },
	{ M, P, CHECK, "", "isnull(`id`) or `id` is not true",
		"(\"id\" IS NULL) OR ((\"id\" <> 0) IS NOT TRUE)", NULL },
	{ M, S, CHECK, "", "isnull(`id`) or `id` is not true",
		"(\"id\" IS NULL) OR (\"id\" IS NOT TRUE)", NULL },
	{ M, P, CHECK, "", "`id` not in (1,2) or not `id` > 5",
		"(\"id\" NOT IN (1, 2)) OR (NOT (\"id\" > 5))", NULL },
	{ M, S, CHECK, "", "`id` not in (1,2) or not `id` > 5",
		"(\"id\" NOT IN (1, 2)) OR (NOT (\"id\" > 5))", NULL },
	{ M, P, CHECK, "", "`id` is unknown", "\"id\" IS NULL", NULL },
	{ M, S, CHECK, "", "`id` is unknown", "\"id\" IS NULL", NULL },
	{ M, P, CHECK, "", "-- all", NULL, "the expression ends too early" },
	{ M, P, CHECK, "", "`id` > 1 # and so on", "\"id\" > 1", NULL },
	{ M, P, CHECK, "", "`id` > /*!50003 1 */ 2", NULL, "a comment that the server executes" },
	{ M, P, CHECK, "", "5--3 = `id`", "(5 - (-3)) = \"id\"", NULL },
	{ M, P, CHECK, "", "`id` > 'unterminated", NULL,
		"the quote ' that opens at byte 8 is never closed" },
	{ M, P, CHECK, "", "`id > 1", NULL, "the quote ` that opens at byte 1 is never closed" },
	{ M, P, CHECK, "", "@a > 1", NULL, "\"@\" at byte 1" },
	{ M, P, GENERATED, "i", "if(`id` > 3,1,0)", "CASE WHEN \"id\" > 3 THEN 1 ELSE 0 END", NULL },
	{ M, S, GENERATED, "i", "if(`id` > 3,1,0)", "CASE WHEN \"id\" > 3 THEN 1 ELSE 0 END", NULL },
	{ M, P, GENERATED, "b", "if(`id` > 3,1,0)", "CASE WHEN \"id\" > 3 THEN 1 ELSE 0 END <> 0",
		NULL },
	{ M, S, GENERATED, "b", "if(`id` > 3,1,0)", "CASE WHEN \"id\" > 3 THEN 1 ELSE 0 END", NULL },
	{ M, P, GENERATED, "t", "concat(`v`,' ',coalesce(`name`,'x'))",
		"\"v\" || ' ' || coalesce(\"name\", 'x')", NULL },
	{ M, S, GENERATED, "t", "concat(`v`,' ',coalesce(`name`,'x'))",
		"\"v\" || ' ' || coalesce(\"name\", 'x')", NULL },
	{ M, P, GENERATED, "t", "concat(`name`,`id`)", "\"name\" || CAST(\"id\" AS text)", NULL },
	{ M, S, GENERATED, "t", "concat(`name`,`id`)", "\"name\" || \"id\"", NULL },
	{ M, P, GENERATED, "t", "concat(`name`,`ratio`)", NULL,
		"a value becomes a text, which each dialect writes its own way" },
	{ M, P, GENERATED, "t", "concat(`name`,`price`)", "\"name\" || CAST(\"price\" AS text)", NULL },
	{ M, P, GENERATED, "t", "concat_ws('-',`v`,`name`)", NULL,
		"PostgreSQL does not store what concat_ws() gives" },
	{ M, P, CHECK, "", "concat_ws('-',`v`,`name`) <> 'x'", "concat_ws('-', \"v\", \"name\") <> 'x'",
		NULL },
	{ M, P, GENERATED, "i",
		"year(`k`) + `id` MOD 3 + `id` DIV 2 + char_length(trim(`v`)) + "
		"octet_length(trim(both 'x' from `v`))",
		"(((extract(year FROM \"k\") + (\"id\" % 3)) + (\"id\" / 2)) + "
		"length(btrim(\"v\"))) + octet_length(btrim(\"v\", 'x'))",
		NULL },
	{ M, S, GENERATED, "i",
		"year(`k`) + `id` MOD 3 + `id` DIV 2 + char_length(trim(`v`)) + "
		"octet_length(trim(both 'x' from `v`))",
		"(((CAST(strftime('%Y', \"k\") AS INTEGER) + (\"id\" % 3)) + (\"id\" / 2)) + "
		"length(trim(\"v\"))) + length(CAST(trim(\"v\", 'x') AS BLOB))",
		NULL },
	{ M, P, GENERATED, "t", "cast(`id` as char charset utf8mb3)", "CAST(\"id\" AS text)", NULL },
	{ M, S, GENERATED, "t", "cast(`id` as char charset utf8mb3)", "CAST(\"id\" AS TEXT)", NULL },
	{ M, P, GENERATED, "i", "extract(year from `k`)", "extract(year FROM \"k\")", NULL },
	{ M, S, GENERATED, "i", "extract(year from `k`)", "CAST(strftime('%Y', \"k\") AS INTEGER)",
		NULL },
	{ M, P, GENERATED, "i", "case `id` when 1 then 2 else 3 end",
		"CASE \"id\" WHEN 1 THEN 2 ELSE 3 END", NULL },
	{ M, S, GENERATED, "i", "case `id` when 1 then 2 else 3 end",
		"CASE \"id\" WHEN 1 THEN 2 ELSE 3 END", NULL },
	{ M, P, GENERATED, "t", "substr(`v`,1,3)", "substr(\"v\", 1, 3)", NULL },
	{ M, S, GENERATED, "t", "substr(`v`,1,3)", "substr(\"v\", 1, 3)", NULL },
	{ M, P, GENERATED, "i", "`id` between 1 and 3 xor `flag`",
		"CAST((\"id\" BETWEEN 1 AND 3) <> \"flag\" AS integer)", NULL },
	{ M, S, GENERATED, "i", "`id` between 1 and 3 xor `flag`",
		"(\"id\" BETWEEN 1 AND 3) <> \"flag\"", NULL },
	{ M, P, GENERATED, "i", "-`id` + -3 - -4", "((-\"id\") + (-3)) - (-4)", NULL },
	{ M, S, GENERATED, "i", "-`id` + -3 - -4", "((-\"id\") + (-3)) - (-4)", NULL },
	{ M, P, GENERATED, "i", "`flag` is true and `flag` is not null and ifnull(`flag`,0) = 1",
		"CAST((\"flag\" IS TRUE) AND (\"flag\" IS NOT NULL) AND (coalesce(\"flag\", "
		"FALSE) = TRUE) AS integer)",
		NULL },
	{ M, S, GENERATED, "i", "`flag` is true and `flag` is not null and ifnull(`flag`,0) = 1",
		"(\"flag\" IS TRUE) AND (\"flag\" IS NOT NULL) AND (coalesce(\"flag\", 0) = "
		"1)",
		NULL },
	{ M, P, GENERATED, "t", "lcase(ucase(`v`))", "lower(upper(\"v\"))", NULL },
	{ M, S, GENERATED, "t", "lcase(ucase(`v`))", NULL,
		"SQLite's lower() changes only ASCII letters" },
	{ M, P, GENERATED, "d", "ceiling(`price`) + floor(`price`) + round(`price`,1)",
		"(ceiling(\"price\") + floor(\"price\")) + round(\"price\", 1)", NULL },
	{ M, P, GENERATED, "d", "round(`ratio`)", NULL, "\"round\" of what may be a float" },
	{ M, P, GENERATED, "i", "greatest(`id`,`n`,3)",
		"CASE WHEN \"id\" IS NULL OR \"n\" IS NULL THEN NULL ELSE greatest(\"id\", "
		"\"n\", 3) END",
		NULL },
	{ M, S, GENERATED, "i", "greatest(`id`,`n`,3)", "max(\"id\", \"n\", 3)", NULL },
	{ M, P, GENERATED, "a", "cast(`k` as date)", "CAST(\"k\" AS date)", NULL },
	{ M, S, GENERATED, "a", "cast(`k` as date)", "date(\"k\")", NULL },
	{ M, P, GENERATED, "i", "`id` & 3 | 4", NULL, "MySQL calculates bits without a sign" },
	{ M, P, GENERATED, "i", "`id` & 3", "\"id\" & 3", NULL },
	{ M, S, GENERATED, "i", "`id` & 3", "\"id\" & 3", NULL },
	{ M, P, GENERATED, "t", "left(`v`,2)", "left(\"v\", 2)", NULL },
	{ M, S, GENERATED, "t", "left(`v`,2)", "substr(\"v\", 1, 2)", NULL },
	{ M, P, GENERATED, "t", "right(`v`,2)", "right(\"v\", 2)", NULL },
	{ M, S, GENERATED, "t", "right(`v`,2)", "substr(\"v\", -2)", NULL },
	{ M, P, GENERATED, "i", "`id` + (`n` > 3)", "\"id\" + CAST(\"n\" > 3 AS integer)", NULL },
	{ M, S, GENERATED, "i", "`id` + (`n` > 3)", "\"id\" + (\"n\" > 3)", NULL },
	{ M, P, GENERATED, "i", "`status` = 'x'", NULL,
		"whether texts are equal depends on the collation" },
	{ M, P, GENERATED, "d", "`price` / 2", NULL,
		"a division gives integers in one dialect and fractions in another" },
	{ M, P, GENERATED, "f", "`ratio` / 2", "\"ratio\" / 2", NULL },
	{ M, S, GENERATED, "f", "`ratio` / 2", "\"ratio\" / 2", NULL },
	{ M, P, GENERATED, "i", "length(`name`)", "octet_length(\"name\")", NULL },
	{ M, S, GENERATED, "i", "length(`name`)", "length(CAST(\"name\" AS BLOB))", NULL },
	{ M, P, GENERATED, "i", "length(`data`)", "octet_length(\"data\")", NULL },
	{ M, S, GENERATED, "i", "length(`data`)", "length(CAST(\"data\" AS BLOB))", NULL },
	{ M, P, GENERATED, "i", "`id` MOD `n`", NULL,
		"a division by zero is an error in one dialect and null in another" },
	{ M, P, GENERATED, "t", "if(`id` > 3,'x',1)", NULL, "a value is a number or a text" },
	{ M, P, GENERATED, "i", "sleep(1)", NULL, "the function \"sleep\" is not translated" },
	{ M, P, GENERATED, "t", "substr(`v`,-1)", NULL,
		"\"substr\" counts from the end or by a number not known here" },
	{ M, P, GENERATED, "t", "json_extract(`doc`,'$.a')", NULL,
		"the function \"json_extract\" is not translated" },
	{ M, P, GENERATED, "t", "json_unquote(json_extract(`doc`,'$.a'))", NULL,
		"the function \"json_extract\" is not translated" },
	{ S, P, DEFAULT, "t", "\"\"", "''", NULL },
	{ S, M, DEFAULT, "t", "\"\"", "''", NULL },
	{ S, P, DEFAULT, "t", "'\"0\"'", "'\"0\"'", NULL },
	{ S, M, DEFAULT, "t", "'\"0\"'", "'\"0\"'", NULL },
	{ S, P, DEFAULT, "t", "\"it\"\"s\"", "'it\"s'", NULL },
	{ S, M, DEFAULT, "t", "\"it\"\"s\"", "'it\"s'", NULL },
	{ S, P, DEFAULT, "t", "abc", "'abc'", NULL },
	{ S, M, DEFAULT, "t", "abc", "'abc'", NULL },
	{ S, P, DEFAULT, "t", "'null'", "'null'", NULL },
	{ S, M, DEFAULT, "t", "'null'", "'null'", NULL },
	{ S, P, DEFAULT, "t", "null", "NULL", NULL },
	{ S, M, DEFAULT, "t", "null", "NULL", NULL },
	{ S, P, DEFAULT, "t", "0", "'0'", NULL },
	{ S, M, DEFAULT, "t", "0", "'0'", NULL },
	{ S, P, DEFAULT, "t", "1.5", "'1.5'", NULL },
	{ S, M, DEFAULT, "t", "1.5", "'1.5'", NULL },
	{ S, P, DEFAULT, "t", "1.50", NULL, "\"1.50\" is no text" },
	{ S, P, DEFAULT, "t", "007", NULL, "\"007\" is no text" },
	{ S, P, DEFAULT, "t", "TRUE", "'1'", NULL },
	{ S, M, DEFAULT, "t", "TRUE", "'1'", NULL },
	{ S, P, DEFAULT, "t", "x'41'", NULL, "\"41\" is no text" },
	{ S, P, DEFAULT, "t", "CURRENT_TIMESTAMP",
		"to_char((now() AT TIME ZONE 'UTC'), 'YYYY-MM-DD HH24:MI:SS')", NULL },
	{ S, M, DEFAULT, "t", "CURRENT_TIMESTAMP", "(utc_timestamp())", NULL },
	{ S, P, DEFAULT, "s", "CURRENT_TIMESTAMP", "(now() AT TIME ZONE 'UTC')", NULL },
	{ S, M, DEFAULT, "s", "CURRENT_TIMESTAMP", "(utc_timestamp())", NULL },
	{ S, P, DEFAULT, "z", "CURRENT_TIMESTAMP", "now()", NULL },
	{ S, M, DEFAULT, "z", "CURRENT_TIMESTAMP", "(utc_timestamp())", NULL },
	{ S, P, DEFAULT, "m", "CURRENT_TIMESTAMP", "(now() AT TIME ZONE 'UTC')", NULL },
	{ S, M, DEFAULT, "m", "CURRENT_TIMESTAMP", "(utc_timestamp())", NULL },
	{ S, P, DEFAULT, "i", "CURRENT_TIMESTAMP", NULL,
		"the default is a date or time, the column is none" },
	{ S, P, DEFAULT, "s", "datetime('now')", "(now() AT TIME ZONE 'UTC')", NULL },
	{ S, M, DEFAULT, "s", "datetime('now')", "(utc_timestamp())", NULL },
	{ S, P, DEFAULT, "s", "(datetime('now'))", "(now() AT TIME ZONE 'UTC')", NULL },
	{ S, M, DEFAULT, "s", "(datetime('now'))", "(utc_timestamp())", NULL },
	{ S, P, DEFAULT, "s", "datetime('now','localtime')", NULL,
		"the function \"datetime\" is not translated with these arguments" },
	{ S, P, DEFAULT, "a", "date('now')", "CAST((now() AT TIME ZONE 'UTC') AS date)", NULL },
	{ S, M, DEFAULT, "a", "date('now')", "(utc_date())", NULL },
	{ S, P, DEFAULT, "a", "CURRENT_DATE", "CAST((now() AT TIME ZONE 'UTC') AS date)", NULL },
	{ S, M, DEFAULT, "a", "CURRENT_DATE", "(utc_date())", NULL },
	{ S, P, DEFAULT, "c", "CURRENT_TIME", "CAST((now() AT TIME ZONE 'UTC') AS time)", NULL },
	{ S, M, DEFAULT, "c", "CURRENT_TIME", "(utc_time())", NULL },
	{ S, P, DEFAULT, "i", "strftime('%s','now')",
		"CAST(floor(extract(epoch FROM now())) AS bigint)", NULL },
	{ S, M, DEFAULT, "i", "strftime('%s','now')", "(unix_timestamp())", NULL },
	{ S, P, DEFAULT, "i", "CAST(strftime('%s','now') AS INTEGER)",
		"CAST(floor(extract(epoch FROM now())) AS bigint)", NULL },
	{ S, M, DEFAULT, "i", "CAST(strftime('%s','now') AS INTEGER)", "(unix_timestamp())", NULL },
	{ S, P, DEFAULT, "i", "unixepoch()", "CAST(floor(extract(epoch FROM now())) AS bigint)", NULL },
	{ S, M, DEFAULT, "i", "unixepoch()", "(unix_timestamp())", NULL },
	{ S, P, DEFAULT, "z", "strftime('%s','now')", "now()", NULL },
	{ S, M, DEFAULT, "z", "strftime('%s','now')", "(utc_timestamp())", NULL },
	{ S, P, DEFAULT, "s", "strftime('%s','now')", NULL,
		"seconds since 1970 become a date or time" },
	{ S, P, DEFAULT, "s", "julianday('now')", NULL,
		"the function \"julianday\" is not translated" },
	{ S, P, DEFAULT, "s", "0", NULL, "\"0\" is no date or time" },
	{ S, P, DEFAULT, "s", "'2020-01-01 10:11:12'", "'2020-01-01 10:11:12'", NULL },
	{ S, M, DEFAULT, "s", "'2020-01-01 10:11:12'", "'2020-01-01 10:11:12'", NULL },
	{ S, P, DEFAULT, "b", "0", "FALSE", NULL },
	{ S, M, DEFAULT, "b", "0", "0", NULL },
	{ S, P, DEFAULT, "b", "'t'", "TRUE", NULL },
	{ S, M, DEFAULT, "b", "'t'", "1", NULL },
	{ S, P, DEFAULT, "b", "\"0\"", "FALSE", NULL },
	{ S, M, DEFAULT, "b", "\"0\"", "0", NULL },
	{ S, P, DEFAULT, "b", "'maybe'", NULL, "\"maybe\" is used as a truth value" },
	{ S, P, DEFAULT, "i", "\"0\"", "0", NULL },
	{ S, M, DEFAULT, "i", "\"0\"", "0", NULL },
	{ S, P, DEFAULT, "i", "''", NULL, "\"\" is no number" },
	{ S, P, DEFAULT, "i", "0x10", "16", NULL },
	{ S, M, DEFAULT, "i", "0x10", "16", NULL },
	{ S, P, DEFAULT, "i", "+5", "5", NULL },
	{ S, M, DEFAULT, "i", "+5", "5", NULL },
	{ S, P, DEFAULT, "i", "(1+1)", "(1 + 1)", NULL },
	{ S, M, DEFAULT, "i", "(1+1)", "(1 + 1)", NULL },
	{ S, P, DEFAULT, "i", "-(5)", "-5", NULL },
	{ S, M, DEFAULT, "i", "-(5)", "-5", NULL },
	{ S, P, DEFAULT, "d", "12345678901234567890", NULL,
		"the number 12345678901234567890 has more digits than SQLite keeps" },
	{ S, P, DEFAULT, "d", "-5.50", "-5.50", NULL },
	{ S, M, DEFAULT, "d", "-5.50", "-5.50", NULL },
	{ S, P, DEFAULT, "y", "x'00ff41'", "E'\\\\x00ff41'::bytea", NULL },
	{ S, M, DEFAULT, "y", "x'00ff41'", "x'00ff41'", NULL },
	{ S, P, DEFAULT, "j", "json_array()", "'[]'", NULL },
	{ S, M, DEFAULT, "j", "json_array()", "(json_array())", NULL },
	{ S, P, DEFAULT, "t", "lower(hex(randomblob(16)))", NULL,
		"the function \"randomblob\" is not translated" },
	{ S, P, DEFAULT, "t", "x + ", NULL, "the expression ends too early" },
	{ S, P, CHECK, "", "status IN (\"a\",\"b\")", "\"status\" IN ('a', 'b')", NULL },
	{ S, M, CHECK, "", "status IN (\"a\",\"b\")", "`status` IN ('a', 'b')", NULL },
	{ S, P, CHECK, "", "[status] in ('a') AND id IS NOT 3 and flag is 1",
		"(\"status\" IN ('a')) AND (\"id\" IS DISTINCT FROM 3) AND (\"flag\" IS NOT "
		"DISTINCT FROM TRUE)",
		NULL },
	{ S, M, CHECK, "", "[status] in ('a') AND id IS NOT 3 and flag is 1",
		"(`status` IN ('a')) AND (NOT (`id` <=> 3)) AND (`flag` <=> 1)", NULL },
	{ S, P, CHECK, "", "`status` <> 'a'", "\"status\" <> 'a'", NULL },
	{ S, M, CHECK, "", "`status` <> 'a'", "`status` <> 'a'", NULL },
	{ S, P, CHECK, "", "typeof(id) = 'integer'", NULL,
		"the function \"typeof\" is not translated" },
	{ S, P, CHECK, "", "length(name) <= 10", "length(\"name\") <= 10", NULL },
	{ S, M, CHECK, "", "length(name) <= 10", "char_length(`name`) <= 10", NULL },
	{ S, P, CHECK, "", "name GLOB 'x'", NULL, "\"GLOB\" at byte 6 is not understood" },
	{ S, P, CHECK, "", "id notnull and n not null", "(\"id\" IS NOT NULL) AND (\"n\" IS NOT NULL)",
		NULL },
	{ S, M, CHECK, "", "id notnull and n not null", "(`id` IS NOT NULL) AND (`n` IS NOT NULL)",
		NULL },
	{ S, P, CHECK, "", "x == 1 AND y != 2", "(\"x\"\"2`\" = 1) AND (\"y\" <> 2)", NULL },
	{ S, M, CHECK, "", "x == 1 AND y != 2", "(`x\"2``` = 1) AND (`y` <> 2)", NULL },
	{ S, P, CHECK, "", "name LIKE '%@%'", "\"name\" LIKE '%@%'", NULL },
	{ S, M, CHECK, "", "name LIKE '%@%'", "`name` LIKE '%@%'", NULL },
	{ S, P, CHECK, "", "name LIKE '%a%'", NULL,
		"LIKE '%a%' ignores case in one dialect and not in another" },
	{ S, P, CHECK, "", "name LIKE '1!%' ESCAPE '!'", NULL,
		"\"ESCAPE\" at byte 17 is not understood" },
	{ S, P, CHECK, "", "flag IN (0,1)", "\"flag\" IN (FALSE, TRUE)", NULL },
	{ S, M, CHECK, "", "flag IN (0,1)", "`flag` IN (0, 1)", NULL },
	{ S, P, CHECK, "", "NOT flag", "NOT \"flag\"", NULL },
	{ S, M, CHECK, "", "NOT flag", "NOT `flag`", NULL },
	{ S, P, CHECK, "", "id % 2 = 0", "(\"id\" % 2) = 0", NULL },
	{ S, M, CHECK, "", "id % 2 = 0", "(`id` % 2) = 0", NULL },
	{ S, P, CHECK, "", "id / 2 > 1", "(\"id\" / 2) > 1", NULL },
	{ S, M, CHECK, "", "id / 2 > 1", "(`id` DIV 2) > 1", NULL },
	{ S, P, CHECK, "", "id / n > 1", NULL,
		"a division by zero is an error in one dialect and null in another" },
	{ S, P, CHECK, "", "max(id, n) > 3",
		"CASE WHEN \"id\" IS NULL OR \"n\" IS NULL THEN NULL ELSE greatest(\"id\", "
		"\"n\") END > 3",
		NULL },
	{ S, M, CHECK, "", "max(id, n) > 3", "greatest(`id`, `n`) > 3", NULL },
	{ S, P, CHECK, "", "CAST(strftime('%Y', ts) AS INTEGER) > 2000",
		"extract(year FROM \"ts\") > 2000", NULL },
	{ S, M, CHECK, "", "CAST(strftime('%Y', ts) AS INTEGER) > 2000", "year(`ts`) > 2000", NULL },
	{ S, P, CHECK, "", "date(ts) = d", "CAST(\"ts\" AS date) = \"d\"", NULL },
	{ S, M, CHECK, "", "date(ts) = d", "date(`ts`) = `d`", NULL },
	{ S, P, CHECK, "", "name = 5", NULL, "a number is compared with a text" },
	{ S, P, CHECK, "", "id = '5'", "\"id\" = '5'", NULL },
	{ S, M, CHECK, "", "id = '5'", "`id` = '5'", NULL },
	{ S, P, CHECK, "", "id > 0 /* all */ -- and more", "\"id\" > 0", NULL },
	{ S, M, CHECK, "", "id > 0 /* all */ -- and more", "`id` > 0", NULL },
	{ S, P, CHECK, "", "name COLLATE NOCASE = 'x'", NULL,
		"\"COLLATE\" at byte 6 is not understood" },
	{ S, P, CHECK, "", "unknown > 1", NULL, "\"unknown\" is no column of this table" },
	{ S, P, CHECK, "", "\"unknown\" > id", NULL, "the order of texts depends on the collation" },
	{ S, P, CHECK, "", "tz is not distinct from ts", "\"tz\" IS NOT DISTINCT FROM \"ts\"", NULL },
	{ S, M, CHECK, "", "tz is not distinct from ts", "`tz` <=> `ts`", NULL },
	{ S, P, CHECK, "", "substr(name, -1) = 'x'", NULL,
		"\"substr\" counts from the end or by a number not known here" },
	{ S, P, CHECK, "", "x > 1 > 2", NULL, "\">\" at byte 7 is not understood" },
	{ S, P, CHECK, "", "id > (select 1)", NULL, "\"select\" is no column of this table" },
	{ S, P, CHECK, "", "iif(id > 1, flag, 0)", "CASE WHEN \"id\" > 1 THEN \"flag\" ELSE FALSE END",
		NULL },
	{ S, M, CHECK, "", "iif(id > 1, flag, 0)", "CASE WHEN `id` > 1 THEN `flag` ELSE 0 END", NULL },
	{ S, P, CHECK, "", "d > '2020-01-01'", "\"d\" > '2020-01-01'", NULL },
	{ S, M, CHECK, "", "d > '2020-01-01'", "`d` > '2020-01-01'", NULL },
	{ S, P, CHECK, "", "name > 'abc'", NULL, "the order of texts depends on the collation" },
	{ S, P, CHECK, "", "d between '2020-01-01' and '2021-01-01'",
		"\"d\" BETWEEN '2020-01-01' AND '2021-01-01'", NULL },
	{ S, M, CHECK, "", "d between '2020-01-01' and '2021-01-01'",
		"`d` BETWEEN '2020-01-01' AND '2021-01-01'", NULL },
	{ S, P, CHECK, "", "id in ()", NULL, "\")\" at byte 8 is not understood" },
	{ S, P, CHECK, "", "(id, n) = (1,2)", NULL, "\",\" at byte 4 is not understood" },
	{ S, P, CHECK, "", "x", NULL, "\"x\" is used as a truth value" },
	{ S, P, CHECK, "", "\"Odd Name\" > 1", "\"odd_name\" > 1", NULL },
	{ S, M, CHECK, "", "\"Odd Name\" > 1", "`odd_name` > 1", NULL },
	{ S, P, CHECK, "", "\"odd name\" > 1", "\"odd_name\" > 1", NULL },
	{ S, M, CHECK, "", "\"odd name\" > 1", "`odd_name` > 1", NULL },
	{ S, P, CHECK, "", "json_valid(doc)", NULL,
		"json_valid() of a null depends on the version of SQLite" },
	{ S, M, CHECK, "", "json_valid(doc)", NULL,
		"json_valid() of a null depends on the version of SQLite" },
	{ S, P, GENERATED, "t", "name || '-' || id", "\"name\" || '-' || CAST(\"id\" AS text)", NULL },
	{ S, M, GENERATED, "t", "name || '-' || id", "concat(`name`, '-', `id`)", NULL },
	{ S, P, GENERATED, "t", "name || ratio", NULL,
		"a value becomes a text, which each dialect writes its own way" },
	{ S, P, GENERATED, "t", "ltrim(rtrim(replace(name, 'a', '')), 'x')",
		"ltrim(rtrim(replace(\"name\", 'a', '')), 'x')", NULL },
	{ S, M, GENERATED, "t", "ltrim(rtrim(replace(name, 'a', '')), 'x')",
		"TRIM(LEADING 'x' FROM rtrim(replace(`name`, 'a', '')))", NULL },
	{ S, M, GENERATED, "t", "trim(name, 'xy')", NULL,
		"\"trim\" takes off more than one character" },
	{ S, P, GENERATED, "i", "id & 6", "\"id\" & 6", NULL },
	{ S, M, GENERATED, "i", "id & 6", "`id` & 6", NULL },
	{ S, P, GENERATED, "i", "id | 6", "\"id\" | 6", NULL },
	{ S, M, GENERATED, "i", "id | 6", NULL, "MySQL calculates bits without a sign" },
	{ S, P, GENERATED, "i", "abs(id) - min(n, 3)",
		"abs(\"id\") - CASE WHEN \"n\" IS NULL THEN NULL ELSE least(\"n\", 3) END", NULL },
	{ S, M, GENERATED, "i", "abs(id) - min(n, 3)", "abs(`id`) - least(`n`, 3)", NULL },
	{ S, P, GENERATED, "d", "price * 2", NULL, "SQLite calculates with decimals as floats" },
	{ S, P, GENERATED, "i", "coalesce(id, 0) + ifnull(n, 1)",
		"coalesce(\"id\", 0) + coalesce(\"n\", 1)", NULL },
	{ S, M, GENERATED, "i", "coalesce(id, 0) + ifnull(n, 1)",
		"coalesce(`id`, 0) + coalesce(`n`, 1)", NULL },
	{ S, P, INDEX, "", "lower(name)", "lower(\"name\")", NULL },
	{ S, M, INDEX, "", "lower(name)", "lower(`name`)", NULL },
	{ S, P, CHECK, "", "lower(name) = 'x'", NULL, "SQLite's lower() changes only ASCII letters" },
	{ S, P, INDEX, "b", "flag = 1", "\"flag\" = TRUE", NULL },
	{ S, M, INDEX, "b", "flag = 1", "`flag` = 1", NULL },
	{ S, P, INDEX, "b", "x", NULL, "\"x\" is used as a truth value" },
	{ P, P, CHECK, "", "((x > 1) AND (\"Odd Name\" = 'x'::text))",
		"((\"x\"\"2`\" > 1) AND (\"odd_name\" = 'x'::text))", NULL },
	{ P, P, CHECK, "", "((x)::x = 'x'::x)", "((\"x\"\"2`\")::x = 'x'::x)", NULL },
	{ P, P, DEFAULT, "", "(now() AT TIME ZONE 'utc'::text)", "(now() AT TIME ZONE 'utc'::text)",
		NULL },
	{ P, P, GENERATED, "", "EXTRACT(year FROM d)", "EXTRACT(year FROM d)", NULL },
	{ P, P, CHECK, "", "(\"X\" > 1)", "(\"X\" > 1)", NULL },
	{ P, P, CHECK, "", "('unterminated", NULL, "the quote ' that opens at byte 2 is never closed" },
	{ S, S, DEFAULT, "i", "1) --", NULL, "the expression is not whole" },
	{ P, P, CHECK, "", ")(", NULL, "the expression is not whole" },
	{ M, M, DEFAULT, "i", "", NULL, "the expression is empty" },
	{ M, M, CHECK, "", "`x` > 1 and `y` = 'x'", "`x\"2``` > 1 and `y` = 'x'", NULL },
	{ M, M, CHECK, "", "json_valid(`doc`) and `X` like '%x%'",
		"json_valid(`doc`) and `x\"2``` like '%x%'", NULL },
	{ M, M, DEFAULT, "s", "current_timestamp(3)", "current_timestamp(3)", NULL },
	{ M, M, DEFAULT, "t", "'it\\'s'", "'it\\'s'", NULL },
	{ M, M, DEFAULT, "u", "uuid()", "(uuid())", NULL },
	{ M, M, DEFAULT, "i", "-1", "-1", NULL },
	{ S, S, CHECK, "", "x > 1 AND \"x\" < 3 AND 'x' <> [x] AND x(1) = `x`",
		"\"x\"\"2`\" > 1 AND \"x\"\"2`\" < 3 AND 'x' <> \"x\"\"2`\" AND x(1) = "
		"\"x\"\"2`\"",
		NULL },
	{ S, S, CHECK, "", "t.x > 1 -- really", "t.\"x\"\"2`\" > 1", NULL },
	{ S, S, DEFAULT, "s", "CURRENT_TIMESTAMP", "CURRENT_TIMESTAMP", NULL },
	{ S, S, DEFAULT, "i", "strftime('%s','now')", "(strftime('%s','now'))", NULL },
	{ S, S, DEFAULT, "t", "\"x y\"", "\"x y\"", NULL },
	{ S, S, DEFAULT, "i", "(1+1)", "(1+1)", NULL },
	{ S, S, DEFAULT, "i", "CAST(x AS x)", "(CAST(\"x\"\"2`\" AS x))", NULL },
};

static const struct wh_dialect *const dialects[] = { &wh_dialect_postgresql, &wh_dialect_mysql,
	&wh_dialect_sqlite };

static const struct wh_sql_column columns[] = {
	{ "id", "id", false, WH_INT64, -1, false, false },
	{ "n", "n", false, WH_INT64, -1, false, false },
	{ "price", "price", false, WH_DECIMAL, -1, false, false },
	{ "ratio", "ratio", false, WH_FLOAT64, -1, false, false },
	{ "name", "name", false, WH_TEXT, -1, false, false },
	{ "status", "status", false, WH_TEXT, -1, false, false },
	{ "flag", "flag", true, WH_NO_KIND, -1, false, false },
	{ "d", "d", false, WH_DATE, -1, false, false },
	{ "ts", "ts", false, WH_TIMESTAMP, -1, false, false },
	{ "tz", "tz", false, WH_TIMESTAMPTZ, -1, false, false },
	{ "doc", "doc", false, WH_JSON, -1, false, false },
	{ "data", "data", false, WH_BYTES, -1, false, false },
	{ "x", "x\"2`", false, WH_NO_KIND, -1, false, false },
	{ "y", "y", false, WH_NO_KIND, -1, false, false },
	{ "v", "v", false, WH_NO_KIND, -1, false, false },
	{ "k", "k", false, WH_NO_KIND, -1, false, false },
	{ "Odd Name", "odd_name", false, WH_NO_KIND, -1, false, false },
};

static enum wh_kind kind_of(const char *letters)
{
	static const struct {
		char letter;
		enum wh_kind kind;
	} kinds[] = {
		{ 't', WH_TEXT },
		{ 's', WH_TIMESTAMP },
		{ 'z', WH_TIMESTAMPTZ },
		{ 'a', WH_DATE },
		{ 'c', WH_TIME },
		{ 'i', WH_INT64 },
		{ 'd', WH_DECIMAL },
		{ 'f', WH_FLOAT64 },
		{ 'y', WH_BYTES },
		{ 'u', WH_UUID },
		{ 'j', WH_JSON },
	};
	for (size_t i = 0; i < COUNT(kinds); i++)
		if (strchr(letters, kinds[i].letter))
			return kinds[i].kind;
	return WH_NO_KIND;
}

static const char *translate(const struct row *r, const char *input, struct wh_arena *arena,
	const char **why)
{
	struct wh_sql_column mine[COUNT(columns)];
	struct wh_sql_context context = { .use = (enum wh_expression_use)r->use,
		.columns = mine,
		.ncolumns = COUNT(columns),
		.boolean = strchr(r->letters, 'b'),
		.textual = strchr(r->letters, 't'),
		.temporal = strpbrk(r->letters, "szacm"),
		.kind = kind_of(r->letters) };
	memcpy(mine, columns, sizeof(columns));
	for (size_t i = 0; strchr(r->letters, 'n') && i < COUNT(mine); i++)
		mine[i].kind = WH_NO_KIND;
	return wh_sql_translate(input, dialects[r->from], dialects[r->to], &context, arena, why);
}

static void each_row(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct row *r = &rows[i];
		struct wh_arena arena = { 0 };
		const char *why = NULL, *got = translate(r, r->input, &arena, &why);
		check(r->input, !got == !!why);
		if (got)
			check_text(r->input, got, r->output ? r->output : "(a doubt)");
		else if (r->output || !strstr(why, r->why))
			fail_msg("case \"%s\": a doubt: %s", r->input, why);
		wh_arena_free(&arena);
	}
}

/* What came out is text of the target's dialect: it can be read there, and stays as it is. */
static void each_output_is_read_again(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct row again = rows[i];
		struct wh_arena arena = { 0 };
		const char *why = NULL;
		if (!again.output)
			continue;
		again.from = again.to;
		const char *got = translate(&again, again.output, &arena, &why);
		check(again.output, got);
		check_text(again.output, got, again.output);
		wh_arena_free(&arena);
	}
}

static void every_direction_is_tested(void **state)
{
	(void)state;
	for (int from = P; from <= S; from++) {
		for (int to = P; to <= S; to++) {
			size_t n = 0;
			for (size_t i = 0; i < COUNT(rows); i++)
				n += rows[i].from == from && rows[i].to == to && rows[i].output;
			assert_true(n >= 4);
		}
	}
}

static const char *repeated(const char *text, size_t n, const char *end)
{
	struct wh_buffer b = { 0 };
	for (size_t i = 0; i < n; i++)
		wh_buffer_text(&b, text);
	wh_buffer_text(&b, end);
	return wh_buffer_string(&b);
}

static void hostile_input(void **state)
{
	static const struct {
		const char *begin;
		size_t n;
		const char *end, *why;
	} cases[] = {
		{ "(", 20000, "1", "nested" },
		{ "- ", 20000, "1", "nested" },
		{ "NOT ", 20000, "1", "nested" },
		{ "abs(", 20000, "1", "nested" },
		{ "1 + ", 20000, "1", "nested" },
		{ "CASE WHEN ", 20000, "1", "nested" },
		{ "x", 1 << 20, "", "too long" },
		{ "CAST(", 20000, "1", "nested" },
		{ "coalesce(coalesce(1, ", 90, "1", "ends too early" },
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const char *input = repeated(cases[i].begin, cases[i].n, cases[i].end);
		for (int from = P; from <= S; from++) {
			struct wh_arena arena = { 0 };
			const char *why = NULL;
			struct row r = { from, (from + 1) % 3, CHECK, "", NULL, NULL, NULL };
			assert_null(translate(&r, input, &arena, &why));
			if (!strstr(why, cases[i].why))
				fail_msg("case \"%s...\": %s", cases[i].begin, why);
			wh_arena_free(&arena);
		}
		free((void *)(uintptr_t)input);
	}
}

/* Long, but flat: a list of a thousand values, a thousand conditions. */
static void long_lists(void **state)
{
	struct wh_arena arena = { 0 };
	const char *why = NULL;
	struct row r = { M, P, CHECK, "", NULL, NULL, NULL };
	(void)state;
	const char *conditions = repeated("id > 1 AND ", 1000, "id > 2");
	assert_non_null(translate(&r, conditions, &arena, &why));
	free((void *)(uintptr_t)conditions);
	const char *values = repeated("1, ", 1000, "2)");
	const char *in = wh_arena_format(&arena, "id IN (%s", values);
	assert_non_null(translate(&r, in, &arena, &why));
	free((void *)(uintptr_t)values);
	wh_arena_free(&arena);
}

static void names_and_texts(void **state)
{
	static const struct {
		int dialect;
		const char *schema, *name, *want, *text, *literal;
	} cases[] = {
		{ P, NULL, "a", "\"a\"", "it's", "'it''s'" },
		{ P, "my\"s", "a.b", "\"my\"\"s\".\"a.b\"", "a\\'b", "E'a\\\\''b'" },
		{ M, "s", "a`b\"", "`s`.`a``b\"`", "a\\'b\"", "'a\\\\''b\"'" },
		{ S, NULL, "a\"b`", "\"a\"\"b`\"", "a\\'b", "'a\\''b'" },
		{ S, NULL, "", "\"\"", "", "''" },
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct wh_buffer b = { 0 };
		wh_sql_qualified(&b, dialects[cases[i].dialect], cases[i].schema, cases[i].name);
		check_text(cases[i].name, wh_buffer_string(&b), cases[i].want);
		wh_buffer_clear(&b);
		wh_sql_text(&b, dialects[cases[i].dialect], cases[i].text, strlen(cases[i].text));
		check_text(cases[i].text, wh_buffer_string(&b), cases[i].literal);
		wh_buffer_free(&b);
	}
}

/* Fields end with 0x1f, rows with 0x1e. */
static int write_rows(void)
{
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct row *r = &rows[i];
		if (r->output)
			printf("%s\x1f%s\x1f%d\x1f%s\x1f%s\x1f%s\x1e", dialects[r->from]->engine,
				dialects[r->to]->engine, r->use, r->letters, r->input, r->output);
	}
	return 0;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_row),
		cmocka_unit_test(each_output_is_read_again),
		cmocka_unit_test(every_direction_is_tested),
		cmocka_unit_test(hostile_input),
		cmocka_unit_test(long_lists),
		cmocka_unit_test(names_and_texts),
	};
	if (argc > 1 && strcmp(argv[1], "rows") == 0)
		return write_rows();
	return cmocka_run_group_tests(tests, NULL, NULL);
}

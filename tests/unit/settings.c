#include "check.h"
#include "base/text.h"
#include "lifecycle/settings/file.h"
#include <sys/stat.h>
#include <unistd.h>

#define ENDS "whimbrel: 1\nsource: { url: \"sqlite:a.db\" }\ntarget: { url: \"sqlite:/b.db\" }\n"

static int parse(struct wh_settings *s, const char *text, size_t n, struct wh_error *error)
{
	wh_settings_init(s);
	wh_error_clear(error);
	return wh_settings_parse(s, "m.yaml", "/folder", text, n, error);
}

/* What is wrong, where, and the word that the message must hold. */
static void wrong_files(void **state)
{
	static const struct {
		const char *text, *place, *says;
	} cases[] = {
		{ "", "m.yaml:1:1", "empty" },
		{ "# nothing\n", "m.yaml:1:1", "empty" },
		{ "[]\n", "m.yaml:1:1", "expected a map" },
		{ "words\n", "m.yaml:1:1", "expected a map" },
		{ "whimbrel: 2\n", "m.yaml:1:11", "expected 1" },
		{ "whimbrel: 1\n", "m.yaml:1:1", "\"source\" is missing" },
		{ "a: &a [*a]\n", "m.yaml:1:5", "anchors" },
		{ "a:\n\tb: 1\n", "m.yaml:2:1", "tab" },
		{ "a: \"\xff\"\n", "m.yaml:1:5", "UTF-8" },
		{ "a: \"\xc3\xa9\xed\xa0\x80\"\n", "m.yaml:1:6", "UTF-8" },
		{ "a: [1\n", "m.yaml:2:1", "not YAML" },
		{ "? [a]\n: 1\n", "m.yaml:1:3", "key" },
		{ "a: [[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]\n", "m.yaml:1:19", "deeply" },
		{ ENDS "polices: {}\n", "m.yaml:4:1", "did you mean \"policies\"" },
		{ ENDS "source: 5\n", "m.yaml:4:1", "twice, first in line 2" },
		{ ENDS "name:\n", "m.yaml:4:1", "found nothing" },
		{ ENDS "name: \"a\\0b\"\n", "m.yaml:4:7", "NUL" },
		{ ENDS "---\na: 1\n", "m.yaml:4:1", "second document" },
		{ ENDS "policies: { bad_row: perhaps }\n", "m.yaml:4:22", "quarantine, stop" },
		{ ENDS "policies: { bad_row: sotp }\n", "m.yaml:4:22", "did you mean \"stop\"" },
		{ ENDS "policies: { bad_wor: stop }\n", "m.yaml:4:13", "did you mean \"bad_row\"" },
		{ ENDS "policies: { bad_row: [] }\n", "m.yaml:4:22", "found a list" },
		{ ENDS "limits: { workers: many }\n", "m.yaml:4:20", "number" },
		{ ENDS "limits: { workers: 65 }\n", "m.yaml:4:20", "1 to 64" },
		{ ENDS "limits: { workers: -1 }\n", "m.yaml:4:20", "1 to 64" },
		{ ENDS "limits: { bad_rows: some }\n", "m.yaml:4:21", "a share such as 1%" },
		{ ENDS "limits: { memory: 12parsecs }\n", "m.yaml:4:19", "512MiB" },
		{ ENDS "limits: { memory: 0 }\n", "m.yaml:4:19", "16MiB or more" },
		{ ENDS "select: { include: 5 }\n", "m.yaml:4:20", "list" },
		{ ENDS "select: { include: [a, [b]] }\n", "m.yaml:4:24", "expected a text" },
		{ ENDS "map:\n  - tabel: t\n", "m.yaml:5:5", "did you mean \"table\"" },
		{ ENDS "map:\n  - to: t\n", "m.yaml:5:5", "\"table\" is missing" },
		{ ENDS "map:\n  - table: t\n  - table: t\n", "m.yaml:6:5", "first at m.yaml:5:5" },
		{ ENDS "map:\n  - table: t\n    columns: { a: { mask: {} } }\n", "m.yaml:6:27",
			"a mask is missing" },
		{ ENDS "map:\n  - table: t\n    columns: { a: { expr: [] } }\n", "m.yaml:6:27",
			"expected a text" },
		{ ENDS "live: { ddl: maybe }\n", "m.yaml:4:14", "stop or apply" },
		{ ENDS "live: { enabled: yes }\n", "m.yaml:4:18", "true or false" },
		{ ENDS "live: { max_lag: 1 }\n", "m.yaml:4:18", "500ms, 30s or 15m" },
		{ ENDS "live: { deadline: 99999d }\n", "m.yaml:4:19", "500ms, 30s or 15m" },
		{ ENDS "live: { fence: hook }\n", "m.yaml:4:1", "needs two commands" },
		{ ENDS "live: { lag: 1s }\n", "m.yaml:4:9", "unknown key" },
		{ ENDS "verify: { max_age: soon }\n", "m.yaml:4:20", "500ms, 30s or 15m" },
		{ ENDS "verify: { mode: count }\n", "m.yaml:4:17", "digest" },
		{ ENDS "verify: { reconcile: perhaps }\n", "m.yaml:4:22", "auto, yes or no" },
		{ ENDS "verify: { recncile: yes }\n", "m.yaml:4:11", "did you mean \"reconcile\"" },
		{ ENDS "reconcile: { sum: a.b }\n", "m.yaml:4:12", "expected a list" },
		{ ENDS "reconcile: [{ smu: a.b }]\n", "m.yaml:4:15", "did you mean \"sum\"" },
		{ ENDS "reconcile: [{ sum: amount }]\n", "m.yaml:4:20", "\"table.column\"" },
		{ ENDS "reconcile:\n  - name: x\n", "m.yaml:5:5", "one of \"sum\"" },
		{ ENDS "reconcile: [{ sum: a.b, count: a }]\n", "m.yaml:4:13", "one of \"sum\"" },
		{ ENDS "reconcile: [{ sum: a.b, equals: many }]\n", "m.yaml:4:33", "12269.00" },
		{ ENDS "reconcile: [{ sum: a.b, equals: { by: c } }]\n", "m.yaml:4:33",
			"\"count: table\"" },
		{ ENDS "reconcile: [{ sum: a.b, by: c, equals: 5 }]\n", "m.yaml:4:13", "\"by\" a column" },
		{ ENDS "reconcile: [{ refers: a.b }]\n", "m.yaml:4:23", "-> table.column" },
		{ ENDS "reconcile: [{ refers: a.b -> c }]\n", "m.yaml:4:23", "-> table.column" },
		{ ENDS "reconcile: [{ refers: a.b -> c.d, equals: 0 }]\n", "m.yaml:4:13", "only \"sum\"" },
		{ ENDS "reconcile: [{ sequence: a }]\n", "m.yaml:4:25", "\"table.column\"" },
		{ ENDS "live: { enabled: true }\nverify: { reconcile: yes }\n", "m.yaml:1:1",
			"cannot be reconciled" },
		{ "whimbrel: 1\nsource: { url: nothing }\n", "m.yaml:2:16", "expected" },
		{ "whimbrel: 1\nsource: { url: \"sqlite:a?busy_timeuot=1\" }\n", "m.yaml:2:16",
			"did you mean \"busy_timeout\"" },
		{ "whimbrel: 1\nsource: { url: \"oracle://h/d\" }\n", "m.yaml:2:16", "oracle" },
		{ "whimbrel: 1\nsource: { password_env: X }\n", "m.yaml:2:1", "\"url\" is missing" },
		{ "whimbrel: 1\nsource: { url: \"mysql://a:b@h/d\", password_env: X }\n", "m.yaml:2:1",
			"more than one password" },
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct wh_settings s;
		struct wh_error error;
		int rc = parse(&s, cases[i].text, strlen(cases[i].text), &error);
		check(cases[i].text, rc == WH_CONFIG);
		check_text(cases[i].text, error.place, cases[i].place);
		if (!strstr(error.text, cases[i].says))
			fail_msg("case \"%s\": \"%s\" is not in \"%s\"", cases[i].text, cases[i].says,
				error.text);
		wh_settings_free(&s);
	}
}

static void nul_and_size(void **state)
{
	struct wh_settings s;
	struct wh_error error;
	(void)state;
	assert_int_equal(parse(&s, "a: 1\nb\0: 1\n", 11, &error), WH_CONFIG);
	assert_string_equal(error.place, "m.yaml:2:2");
	wh_settings_free(&s);
	size_t n = (1 << 20) + 1;
	char *large = calloc(1, n);
	assert_non_null(large);
	memset(large, 'x', n);
	assert_int_equal(parse(&s, large, n, &error), WH_CONFIG);
	assert_non_null(strstr(error.text, "1 MiB"));
	wh_settings_free(&s);
	free(large);
}

static const char whole[] =
	"whimbrel: 1\nname: shop\n"
	"source: { url: \"mysql://shop@db1:3307/shop\", password_file: shop.pw }\n"
	"target: { url: \"sqlite:out.db?busy_timeout=1\" }\n"
	"select: { include: [\"*\", \"a b\"], exclude: [\"tmp_*\"] }\n"
	"policies: { bad_row: stop, zero_date: null, invalid_utf8: cp1252, names: snake }\n"
	"map:\n  - table: orders\n    to: sales.orders\n    columns:\n      id: { to: order_id }\n"
	"      total: { type: \"numeric(14,2)\" }\n"
	"limits: { workers: 4, bad_rows: 0.5%, memory: 128MiB, bytes_per_second: 1MB, unit_bytes: 1MiB }\n"
	"verify: { mode: digest }\n";

static void check_whole(const struct wh_settings *s)
{
	assert_string_equal(s->name, "shop");
	assert_string_equal(s->source.url.host, "db1");
	assert_int_equal(s->source.url.port, 3307);
	assert_string_equal(s->source.password_file, "/folder/shop.pw");
	assert_string_equal(s->target.url.path, "/folder/out.db");
	assert_string_equal(wh_url_param(&s->target.url, "busy_timeout"), "1");
	assert_int_equal(s->ninclude, 2);
	assert_string_equal(s->include[1], "a b");
	assert_string_equal(s->exclude[0], "tmp_*");
	assert_int_equal(s->policies.bad_row, WH_POLICY_STOP);
	assert_int_equal(s->policies.zero_date, WH_POLICY_NULL);
	assert_int_equal(s->policies.nul_byte, WH_POLICY_QUARANTINE);
	assert_int_equal(s->policies.invalid_utf8, WH_POLICY_CP1252);
	assert_int_equal(s->policies.if_exists, WH_POLICY_FAIL);
	assert_int_equal(s->policies.names, WH_POLICY_SNAKE);
	assert_int_equal(s->nmap, 1);
	assert_string_equal(s->map[0].to, "sales.orders");
	assert_int_equal(s->map[0].ncolumns, 2);
	assert_string_equal(s->map[0].columns[0].to, "order_id");
	assert_null(s->map[0].columns[0].type);
	assert_string_equal(s->map[0].columns[1].type, "numeric(14,2)");
	assert_int_equal(s->workers, 4);
	assert_int_equal(s->bad_rows.millionths, 5000);
	assert_int_equal(s->memory, 128 << 20);
	assert_int_equal(s->bytes_per_second, 1000000);
	assert_int_equal(s->unit_bytes, 1 << 20);
}

static void whole_file_reads_writes_and_reads(void **state)
{
	struct wh_settings s, again;
	struct wh_error error = { 0 };
	struct wh_buffer text = { 0 };
	(void)state;
	assert_int_equal(parse(&s, whole, sizeof whole - 1, &error), WH_OK);
	assert_string_equal(s.map[0].place, "m.yaml:8:5");
	check_whole(&s);
	wh_settings_write(&s, &text);
	if (parse(&again, text.data, text.size, &error) != WH_OK)
		fail_msg("%s: %s in:\n%s", error.place, error.text, text.data);
	check_whole(&again);
	wh_settings_free(&s);
	wh_settings_free(&again);
	wh_buffer_free(&text);
}

/* Every way to make a column, as it is written: a second writing says the same. */
static void transforms_survive_writing(void **state)
{
	static const char transforms[] = ENDS
		"map:\n  - table: t\n    where: \"id > 5\"\n    filter: \"row.id > 6\"\n    columns:\n"
		"      a: { drop: true, split: { by: \" \", into: [x, y] } }\n"
		"      b: { values: { F: f, \"\": \"none\" }, else: keep }\n"
		"      c: { else: other, values: { A: b } }\n"
		"      d: { value: \"\" }\n"
		"      e: { mask: { digits: iban, key_env: K } }\n"
		"      f: { mask: { hash: sha256, output: base64, length: 20, key_file: mask.key } }\n"
		"      g: { mask: { date_shift: 30, by: id, domain: people, key_env: K } }\n"
		"      h: { mask: { partial: \"*\", first: 1, last: 2 } }\n"
		"      i: { type: text, mask: { pseudonym: who, length: 12, key_env: K } }\n"
		"      j: { mask: { redact: \"x\" } }\n"
		"      k: { expr: \"value .. 'x'\" }\n"
		"    add:\n      - { name: l, type: integer, value: \"1\" }\n"
		"      - { name: m, type: text, concat: { from: [a, b], by: \"/\" } }\n"
		"      - { name: n, type: text, expr: \"row.a\" }\n";
	static const char *const held[] = { "\"id > 5\"", "row.id > 6", "into: [\"x\", \"y\"]",
		"else: \"keep\"", "else: \"other\"", "digits: \"iban\"", "output: \"base64\"", "length: 20",
		"/folder/mask.key", "date_shift: 30, by: \"id\", domain: \"people\"", "first: 1, last: 2",
		"length: 12", "redact: \"x\"", "value .. 'x'", "by: \"/\"", "row.a" };
	struct wh_settings s, again;
	struct wh_error error = { 0 };
	struct wh_buffer first = { 0 }, second = { 0 };
	(void)state;
	if (parse(&s, transforms, sizeof transforms - 1, &error) != WH_OK)
		fail_msg("%s: %s", error.place, error.text);
	wh_settings_write(&s, &first);
	for (size_t i = 0; i < COUNT(held); i++)
		check(held[i], strstr(first.data, held[i]) != NULL);
	if (parse(&again, first.data, first.size, &error) != WH_OK)
		fail_msg("%s: %s in:\n%s", error.place, error.text, first.data);
	wh_settings_write(&again, &second);
	assert_string_equal(first.data, second.data);
	wh_settings_free(&s);
	wh_settings_free(&again);
	wh_buffer_free(&first);
	wh_buffer_free(&second);
}

/* Controls of one's own, as they are written: a second writing says the same. */
static void controls_survive_writing(void **state)
{
	static const char controls[] = ENDS
		"verify: { reconcile: no }\nreconcile:\n"
		"  - { name: \"all of it\", sum: s.tran.amount, by: type, equals: { sum: tot.amount, by: type } }\n"
		"  - { count: tran, equals: 300 }\n  - { sum: a.b, equals: -12.50 }\n"
		"  - { refers: \"tran.card  ->  x.card\" }\n  - { sequence: tran.id }\n";
	static const char *const held[] = { "name: \"all of it\"", "sum: \"s.tran.amount\"",
		"      by: \"type\"", "equals: \"300\"", "equals: \"-12.50\"",
		"refers: \"tran.card -> x.card\"", "sequence: \"tran.id\"", "reconcile: \"no\"" };
	struct wh_settings s, again;
	struct wh_error error = { 0 };
	struct wh_buffer first = { 0 }, second = { 0 };
	(void)state;
	if (parse(&s, controls, sizeof controls - 1, &error) != WH_OK)
		fail_msg("%s: %s", error.place, error.text);
	assert_int_equal(s.ncontrols, 5);
	assert_string_equal(s.controls[3].refers_to, "x.card");
	wh_settings_write(&s, &first);
	for (size_t i = 0; i < COUNT(held); i++)
		check(held[i], strstr(first.data, held[i]) != NULL);
	if (parse(&again, first.data, first.size, &error) != WH_OK)
		fail_msg("%s: %s in:\n%s", error.place, error.text, first.data);
	wh_settings_write(&again, &second);
	assert_string_equal(first.data, second.data);
	wh_settings_free(&s);
	wh_settings_free(&again);
	wh_buffer_free(&first);
	wh_buffer_free(&second);
}

static void urls_make_name_and_folder(void **state)
{
	static const struct {
		const char *source, *name;
	} cases[] = {
		{ "mysql://shop@db1/shop", "shop" },
		{ "sqlite:/x/y/my.shop.db", "my-shop" },
		{ "postgresql://h/a b", "a-b" },
		{ "sqlite:/x/\xe2\x82\xac", "database" },
		{ "mysql://h/..", "database" },
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct wh_settings s;
		struct wh_error error = { 0 };
		wh_settings_init(&s);
		check(cases[i].source,
			wh_settings_urls(&s, cases[i].source, "sqlite:/t.db", &error) == WH_OK);
		check_text(cases[i].source, s.name, cases[i].name);
		size_t n = strlen("./whimbrel-") + strlen(s.name);
		check(cases[i].source, wh_starts(s.workdir, "./whimbrel-") && strlen(s.workdir) == n + 9);
		wh_settings_free(&s);
	}
}

/* A password in a URL is kept apart, whatever is written, and the file holds it alone. */
static void password_of_a_url(void **state)
{
	struct wh_settings s, again;
	struct wh_error error = { 0 };
	struct wh_buffer text = { 0 };
	char folder[] = "/tmp/whimbrel-unit-XXXXXX", file[64], content[64] = "";
	struct stat st;
	(void)state;
	assert_non_null(mkdtemp(folder));
	wh_settings_init(&s);
	s.workdir = folder;
	assert_int_equal(wh_settings_urls(&s, "mysql://u:s3%40cret@h/d", "sqlite:/t.db", &error),
		WH_OK);
	assert_string_equal(s.source.url.password, "s3@cret");
	assert_string_equal(s.source.url_text, "mysql://u@h/d");
	wh_settings_write(&s, &text);
	assert_null(strstr(text.data, "s3"));
	assert_int_equal(wh_settings_save(&s, &error), WH_OK);
	snprintf(file, sizeof file, "%s/source.password", folder);
	FILE *f = fopen(file, "r");
	assert_non_null(f);
	assert_non_null(fgets(content, sizeof content, f));
	fclose(f);
	assert_string_equal(content, "s3@cret");
	assert_int_equal(stat(file, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	char settings[64];
	snprintf(settings, sizeof settings, "%s/migration.yaml", folder);
	wh_settings_init(&again);
	assert_int_equal(wh_settings_load(&again, settings, &error), WH_OK);
	assert_string_equal(again.workdir, folder);
	assert_int_equal(wh_settings_secrets(&again, &error), WH_OK);
	assert_string_equal(again.source.url.password, "s3@cret");
	wh_settings_free(&again);
	wh_settings_free(&s);
	wh_buffer_free(&text);
	unlink(file);
	unlink(settings);
	rmdir(folder);
}

static void secrets(void **state)
{
	static const struct {
		const char *way, *password, *says;
	} cases[] = {
		{ "password_command: \"echo one; echo two\"", "one", NULL },
		{ "password_command: \"printf 'a b'\"", "a b", NULL },
		{ "password_command: \"exit 3\"", NULL, "exit status 3" },
		{ "password_command: \"true\"", NULL, "is empty" },
		{ "password_env: WH_TEST_SECRET", "from env", NULL },
		{ "password_env: WH_TEST_ABSENT", NULL, "is not set" },
		{ "password_file: /nowhere/pw", NULL, "/nowhere/pw" },
		{ "password_file: /dev/null", NULL, "is empty" },
		{ "password_file: /dev/zero", NULL, "longer than" },
	};
	(void)state;
	setenv("WH_TEST_SECRET", "from env", 1);
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct wh_settings s;
		struct wh_error error = { 0 };
		char text[400];
		int n = snprintf(text, sizeof text,
			"whimbrel: 1\nsource:\n  url: \"mysql://u@h/d\"\n  %s\n"
			"target: { url: \"sqlite:/b\" }\n",
			cases[i].way);
		check(cases[i].way, parse(&s, text, (size_t)n, &error) == WH_OK);
		int rc = wh_settings_secrets(&s, &error);
		check(cases[i].way, rc == (cases[i].password ? WH_OK : WH_CONFIG));
		if (cases[i].password)
			check_text(cases[i].way, s.source.url.password, cases[i].password);
		else
			check(cases[i].way, strstr(error.text, cases[i].says) != NULL);
		wh_settings_free(&s);
	}
}

static void policies(void **state)
{
	struct wh_policies p = { 0 };
	(void)state;
	for (const char *const *name = wh_policies_known(); *name; name++) {
		const char *const *words = wh_policy_words(*name);
		assert_non_null(words);
		for (size_t i = 0; words[i]; i++)
			check(words[i], wh_policy_parse(*name, words[i], &p));
		check(*name, !wh_policy_parse(*name, "nonsense", &p));
	}
	assert_true(wh_policy_parse("if_exists", "drop", &p));
	assert_string_equal(wh_policy_name(p.if_exists), "drop");
	assert_false(wh_policy_parse("nonsense", "drop", &p));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wrong_files),
		cmocka_unit_test(nul_and_size),
		cmocka_unit_test(whole_file_reads_writes_and_reads),
		cmocka_unit_test(transforms_survive_writing),
		cmocka_unit_test(controls_survive_writing),
		cmocka_unit_test(urls_make_name_and_folder),
		cmocka_unit_test(password_of_a_url),
		cmocka_unit_test(secrets),
		cmocka_unit_test(policies),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

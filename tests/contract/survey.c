/* Survey and ask: what an assessment learns beyond the catalog. The tables are made and filled
 * through the target's verbs; the foreign keys and keys that are asked about exist nowhere. */
#include "contract.h"
#include "base/text.h"
#include "base/time.h"

struct asked {
	struct wh_catalog catalog;
	struct wh_answer answer;
	struct wh_conn *conn;
};

static void described(struct place *p, struct asked *a)
{
	needs(p, ask);
	a->conn = reader(p);
	wh_catalog_init(&a->catalog, p->kind->scheme);
	ok(p, p->kind->describe(a->conn, &a->catalog, &p->error));
}

static const struct wh_table *table_of(struct place *p, struct asked *a, const char *name)
{
	for (size_t i = 0; i < a->catalog.ntables; i++)
		if (!strcmp(a->catalog.tables[i].name, name))
			return &a->catalog.tables[i];
	demand(p, false, "there is no table \"%s\"", name);
	return NULL;
}

static void ask(struct place *p, struct asked *a, const struct wh_probe *probe)
{
	ok(p, p->kind->ask(a->conn, probe, &p->arena, &a->answer, &p->error));
	demand(p, a->answer.known, "it does not know: %s", a->answer.why);
}

/* "id=3 name=x|" of every example, sorted by nothing. */
static const char *examples(struct place *p, const struct wh_answer *a)
{
	struct wh_buffer out = { 0 };
	for (size_t i = 0; i < a->nexamples; i++) {
		for (size_t k = 0; k < a->ncolumns; k++) {
			const char *value = a->examples[i * a->ncolumns + k];
			wh_buffer_format(&out, "%s%s=%s", k ? " " : "", a->columns[k], value ? value : "null");
		}
		wh_buffer_char(&out, '|');
	}
	const char *text = wh_arena_text(&p->arena, wh_buffer_string(&out));
	wh_buffer_free(&out);
	return text;
}

/* ---- survey ---- */

static const struct wh_plan_table *filled(struct place *p, const char *name, int64_t rows)
{
	const struct wh_plan_table *t = make_things(p, name);
	struct wh_unit unit = unit_of(&t->to, t->number, 0);
	write_numbers(p, writer(p), &unit, 1, rows);
	return t;
}

static const struct wh_survey_table *surveyed(struct place *p, const struct wh_survey *s,
	const char *name)
{
	for (size_t i = 0; i < s->ntables; i++)
		if (!strcmp(s->tables[i].table->name, name))
			return &s->tables[i];
	demand(p, false, "the survey has no table \"%s\"", name);
	return NULL;
}

static void a_survey_counts_and_measures(struct place *p)
{
	struct asked a = { 0 };
	struct wh_survey s;
	needs(p, survey);
	filled(p, "things", 3000);
	make_things(p, "nothing");
	described(p, &a);
	wh_survey_init(&s, &a.catalog);
	ok(p, p->kind->survey(a.conn, &a.catalog, &s, &p->error));
	const struct wh_survey_table *t = surveyed(p, &s, "things");
	demand(p, t->rows_exact && t->rows == 3000, "it counts %lld rows", (long long)t->rows);
	demand(p, t->widest_exact && t->widest_bytes >= 4 && t->widest_bytes < 80,
		"its widest row has %lld bytes", (long long)t->widest_bytes);
	demand(p, t->data_bytes > 3000, "it takes %lld bytes", (long long)t->data_bytes);
	t = surveyed(p, &s, "nothing");
	demand(p, t->rows_exact && !t->rows && !t->widest_bytes, "the empty one has %lld rows of %lld",
		(long long)t->rows, (long long)t->widest_bytes);
	demand(p, s.nfacts > 2, "it has %zu facts", s.nfacts);
	for (size_t i = 0; i < s.ngaps; i++)
		demand(p, wh_equal(s.gaps[i].what, "change rate"), "it has a gap: %s, %s: %s",
			s.gaps[i].object, s.gaps[i].what, s.gaps[i].why);
	wh_survey_free(&s);
	wh_catalog_free(&a.catalog);
}

static void a_survey_writes_nothing(struct place *p)
{
	struct asked a = { 0 };
	struct wh_survey s;
	needs(p, survey);
	const struct wh_plan_table *t = filled(p, "things", 3);
	const char *before = contents(p, &t->to);
	described(p, &a);
	for (int again = 0; again < 2; again++) {
		wh_survey_init(&s, &a.catalog);
		ok(p, p->kind->survey(a.conn, &a.catalog, &s, &p->error));
		demand(p, s.ntables == a.catalog.ntables, "it found other tables");
		wh_survey_free(&s);
	}
	stands(p, &t->to, before, "after a survey");
	wh_catalog_free(&a.catalog);
}

/* ---- accounts ---- */

/* What makes an account with a password and a right on "things", and takes it away again. */
static const struct accounts {
	const char *scheme;
	const char *make[4], *drop[3]; /* %s: the place's name, which is the account's too */
} accounts[] = {
	{ "postgresql",
		{ "CREATE ROLE %s LOGIN PASSWORD 'sesame-open'", "GRANT SELECT ON public.things TO %s",
			"GRANT UPDATE (name) ON public.things TO %s", "GRANT CREATE ON SCHEMA public TO %s" },
		{ "DROP OWNED BY %s", "DROP ROLE %s" } },
	{ "mysql",
		{ "CREATE USER %s@'%' IDENTIFIED BY 'sesame-open'", "GRANT SELECT ON things TO %s@'%'",
			"GRANT UPDATE (name) ON things TO %s@'%'" },
		{ "DROP USER %s@'%'" } },
};

static int named(struct place *p, struct wh_conn *conn, const char *format)
{
	struct wh_buffer text = { 0 };
	const char *hole = strstr(format, "%s");
	wh_buffer_put(&text, format, (size_t)(hole - format));
	wh_buffer_format(&text, "%s%s", p->name, hole + 2);
	int rc = sql(p, conn, wh_buffer_string(&text));
	wh_buffer_free(&text);
	return rc;
}

/* "table things SELECT|" of every access of the place's account. */
static const char *listed(struct place *p, const struct wh_survey *s)
{
	struct wh_buffer out = { 0 };
	for (size_t i = 0; i < s->naccesses; i++) {
		const struct wh_access *a = &s->accesses[i];
		if (!wh_equal(a->account, p->name))
			continue;
		wh_buffer_format(&out, "%s %s", wh_access_kind_name(a->kind), a->name ? a->name : "-");
		for (size_t k = 0; k < a->nprivileges; k++)
			wh_buffer_format(&out, " %s", a->privileges[k]);
		for (size_t k = 0; k < a->ncolumns; k++)
			wh_buffer_format(&out, " (%s)", a->columns[k]);
		wh_buffer_format(&out, "%s|", a->login ? "" : " no login");
	}
	const char *text = wh_arena_text(&p->arena, wh_buffer_string(&out));
	wh_buffer_free(&out);
	return text;
}

/* Every text that a survey holds. */
static bool holds(const struct wh_survey *s, const char *secret)
{
	bool found = false;
	for (size_t i = 0; i < s->nfacts; i++)
		found = found || strstr(s->facts[i].value, secret);
	for (size_t i = 0; i < s->naccesses; i++)
		for (size_t k = 0; k < s->accesses[i].nprivileges; k++)
			found = found || strstr(s->accesses[i].privileges[k], secret);
	return found;
}

static const struct accounts *accounts_of(struct place *p)
{
	for (size_t i = 0; i < COUNT(accounts); i++)
		if (!strcmp(accounts[i].scheme, p->kind->scheme))
			return &accounts[i];
	print_message("# %s has no accounts\n", p->kind->scheme);
	skip();
	return NULL;
}

static void accounts_and_rights_are_listed(struct place *p)
{
	const struct accounts *of = accounts_of(p);
	struct asked a = { 0 };
	struct wh_survey s;
	make_things(p, "things");
	struct wh_conn *out = plain_writer(p);
	for (size_t i = 0; i < COUNT(of->make) && of->make[i]; i++)
		ok(p, named(p, out, of->make[i]));
	described(p, &a);
	wh_survey_init(&s, &a.catalog);
	int rc = p->kind->survey(a.conn, &a.catalog, &s, &p->error);
	for (size_t i = 0; i < COUNT(of->drop) && of->drop[i]; i++)
		ok(p, named(p, out, of->drop[i]));
	wants(p, WH_OK, rc);
	const char *list = listed(p, &s);
	demand(p, wh_starts(list, "account -|"), "the account is not first, or may not log in: %s",
		list);
	demand(p, strstr(list, "|table things SELECT|"), "the right on the table is not in %s", list);
	demand(p, strstr(list, "|columns things UPDATE (name)|"), "nor that on a column: %s", list);
	demand(p, !holds(&s, "sesame") && !holds(&s, "SCRAM"), "it tells a secret");
	wh_survey_free(&s);
	wh_catalog_free(&a.catalog);
}

/* ---- orphans ---- */

static const struct spec child_specs[] = {
	{ .name = "id", .kind = WH_INT64, .precision = 64, .key = true },
	{ .name = "parent", .kind = WH_INT64, .precision = 64 },
	{ .name = "label", .kind = WH_TEXT, .length = 20 },
};

static void orphans_are_counted_and_shown(struct place *p)
{
	static const char *columns[] = { "parent" }, *to[] = { "id" };
	struct wh_foreign_key f = { .name = "f",
		.columns = columns,
		.to_columns = to,
		.ncolumns = 1,
		.to_table = "things" };
	struct asked a = { 0 };
	filled(p, "things", 10);
	const struct wh_plan_table *child = make_table(p, "child", child_specs, COUNT(child_specs));
	struct wh_unit unit = unit_of(&child->to, 1, 0);
	write_unit(p, writer(p), &unit,
		LINES("1|3|x", "2|\\N|x", "3|77|x", "4|10|x", "5|78|x", "6|1|x"));
	described(p, &a);
	struct wh_probe probe = { WH_PROBE_ORPHANS, .table = table_of(p, &a, "child"),
		.foreign_key = &f };
	f.to_schema = probe.table->schema;
	ask(p, &a, &probe);
	const char *shown = examples(p, &a.answer);
	demand(p, a.answer.count == 2, "it finds %lld orphans", (long long)a.answer.count);
	demand(p,
		a.answer.nexamples == 2 && strstr(shown, "id=3 parent=77|") &&
			strstr(shown, "id=5 parent=78|"),
		"it shows %s", shown);
	f.match_full = true;
	ask(p, &a, &probe);
	demand(p, a.answer.count == 2, "with MATCH FULL %lld", (long long)a.answer.count);
	wh_catalog_free(&a.catalog);
}

static void a_key_that_is_null_in_a_part_is_an_orphan_only_with_match_full(struct place *p)
{
	static const char *columns[] = { "parent", "label" }, *to[] = { "id", "name" };
	struct wh_foreign_key f = { .name = "f",
		.columns = columns,
		.to_columns = to,
		.ncolumns = 2,
		.to_table = "things" };
	struct asked a = { 0 };
	filled(p, "things", 1);
	const struct wh_plan_table *child = make_table(p, "child", child_specs, COUNT(child_specs));
	struct wh_unit unit = unit_of(&child->to, 1, 0);
	write_unit(p, writer(p), &unit, LINES("1|1|\\N", "2|\\N|\\N", "3|\\N|x", "4|1|no"));
	described(p, &a);
	struct wh_probe probe = { WH_PROBE_ORPHANS, .table = table_of(p, &a, "child"),
		.foreign_key = &f };
	f.to_schema = probe.table->schema;
	ask(p, &a, &probe);
	demand(p, a.answer.count == 1, "it finds %lld orphans", (long long)a.answer.count);
	f.match_full = true;
	ask(p, &a, &probe);
	demand(p, a.answer.count == 3, "with MATCH FULL %lld", (long long)a.answer.count);
	wh_catalog_free(&a.catalog);
}

/* ---- collisions ---- */

static int64_t collisions(struct place *p, struct asked *a, unsigned rules)
{
	struct wh_index_part part = { .column = "name" };
	struct wh_index key = { .name = "k", .unique = true, .parts = &part, .nparts = 1 };
	struct wh_probe probe = { WH_PROBE_COLLISIONS, .table = table_of(p, a, "things"), .index = &key,
		.rules = rules };
	ask(p, a, &probe);
	return a->answer.count;
}

static void keys_that_collide_under_other_rules(struct place *p)
{
	struct asked a = { 0 };
	const struct wh_plan_table *t = make_things(p, "things");
	struct wh_unit unit = unit_of(&t->to, 0, 0);
	write_unit(p, writer(p), &unit,
		LINES("1|Ann", "2|ann", "3|ANN", "4|bob ", "5|bob", "6|carol", "7|dave", "8|dave"));
	described(p, &a);
	int64_t exact = collisions(p, &a, WH_COMPARE_BYTES);
	demand(p, exact == 1, "byte by byte %lld collide", (long long)exact);
	demand(p, !strcmp(examples(p, &a.answer), "name=dave|"), "it shows %s", examples(p, &a.answer));
	int64_t letters = collisions(p, &a, WH_IGNORE_CASE);
	demand(p, letters == 3, "without case %lld collide", (long long)letters);
	demand(p, strstr(examples(p, &a.answer), "name=ANN / ann|"), "it shows %s",
		examples(p, &a.answer));
	int64_t ends = collisions(p, &a, WH_IGNORE_END_SPACES);
	demand(p, ends == 2, "without spaces at the end %lld collide", (long long)ends);
	int64_t both = collisions(p, &a, WH_IGNORE_CASE | WH_IGNORE_END_SPACES);
	demand(p, both == 4, "without both %lld collide", (long long)both);
	wh_catalog_free(&a.catalog);
}

static void accents_are_ignored_or_that_is_not_known(struct place *p)
{
	struct asked a = { 0 };
	struct wh_index_part part = { .column = "name" };
	struct wh_index key = { .name = "k", .unique = true, .parts = &part, .nparts = 1 };
	const struct wh_plan_table *t = make_things(p, "things");
	struct wh_unit unit = unit_of(&t->to, 0, 0);
	write_unit(p, writer(p), &unit, LINES("1|r\xC3\xA9sum\xC3\xA9", "2|resume", "3|r\xC3\xB4le"));
	described(p, &a);
	struct wh_probe probe = { WH_PROBE_COLLISIONS, .table = table_of(p, &a, "things"),
		.index = &key, .rules = WH_IGNORE_CASE | WH_IGNORE_ACCENTS };
	ok(p, p->kind->ask(a.conn, &probe, &p->arena, &a.answer, &p->error));
	demand(p, a.answer.known ? a.answer.count == 1 : a.answer.why != NULL, "%lld collide",
		(long long)a.answer.count);
	wh_catalog_free(&a.catalog);
}

/* ---- ranges, limits, refusals ---- */

static void a_range_is_exact(struct place *p)
{
	struct asked a = { 0 };
	const struct wh_plan_table *child = make_table(p, "child", child_specs, COUNT(child_specs));
	struct wh_unit unit = unit_of(&child->to, 0, 0);
	write_unit(p, writer(p), &unit,
		LINES("1|-9000000000|b", "2|\\N|\xC3\xA9\xC3\xA9\xC3\xA9", "3|12|Z", "4|12|b"));
	described(p, &a);
	const struct wh_table *t = table_of(p, &a, "child");
	struct wh_probe probe = { WH_PROBE_RANGE, .table = t, .column = wh_table_column(t, "parent") };
	ask(p, &a, &probe);
	demand(p, a.answer.count == 4 && a.answer.nulls == 1, "%lld rows, %lld nulls",
		(long long)a.answer.count, (long long)a.answer.nulls);
	demand(p, wh_equal(a.answer.least, "-9000000000") && wh_equal(a.answer.greatest, "12"),
		"from %s to %s", a.answer.least, a.answer.greatest);
	probe.column = wh_table_column(t, "label");
	ask(p, &a, &probe);
	demand(p, a.answer.longest == 3, "the longest has %lld characters",
		(long long)a.answer.longest);
	demand(p, wh_equal(a.answer.least, "Z"), "the least is %s", a.answer.least);
	probe.kind = WH_PROBE_DISTINCT;
	ask(p, &a, &probe);
	demand(p, a.answer.count == 3, "%lld different values", (long long)a.answer.count);
	wh_catalog_free(&a.catalog);
}

static void what_takes_too_long_is_not_known(struct place *p)
{
	struct asked a = { 0 };
	filled(p, "things", 2);
	described(p, &a);
	struct wh_index_part part = { .column = "name" };
	struct wh_index key = { .name = "k", .where = p->engine->slow, .parts = &part, .nparts = 1 };
	struct wh_probe probe = { WH_PROBE_COLLISIONS, .table = table_of(p, &a, "things"),
		.index = &key, .limit_ms = 300 };
	int64_t begun = wh_monotonic_usec();
	ok(p, p->kind->ask(a.conn, &probe, &p->arena, &a.answer, &p->error));
	int64_t taken = wh_monotonic_usec() - begun;
	demand(p, !a.answer.known && strstr(a.answer.why, "took longer than 0.3 s"), "known %d, why %s",
		a.answer.known, a.answer.why);
	demand(p, taken < 2000000, "it took %lld us", (long long)taken);
	key.where = NULL;
	ask(p, &a, &probe);
	demand(p, a.answer.count == 0, "after it, %lld collide", (long long)a.answer.count);
	wh_catalog_free(&a.catalog);
}

static void what_is_refused_is_not_known(struct place *p)
{
	struct asked a = { 0 };
	filled(p, "things", 2);
	described(p, &a);
	struct wh_table gone = *table_of(p, &a, "things");
	gone.name = "gone";
	struct wh_probe probe = { WH_PROBE_RANGE, .table = &gone, .column = &gone.columns[0] };
	ok(p, p->kind->ask(a.conn, &probe, &p->arena, &a.answer, &p->error));
	demand(p, !a.answer.known && strstr(a.answer.why, "gone"), "known %d, why %s", a.answer.known,
		a.answer.why);
	probe.table = table_of(p, &a, "things");
	ask(p, &a, &probe);
	wh_catalog_free(&a.catalog);
}

int main(void)
{
	static const struct contract_test tests[] = {
		{ "a survey counts and measures", a_survey_counts_and_measures },
		{ "a survey writes nothing", a_survey_writes_nothing },
		{ "accounts and rights are listed", accounts_and_rights_are_listed },
		{ "orphans are counted and shown", orphans_are_counted_and_shown },
		{ "a key that is null in a part",
			a_key_that_is_null_in_a_part_is_an_orphan_only_with_match_full },
		{ "keys that collide under other rules", keys_that_collide_under_other_rules },
		{ "accents are ignored or that is not known", accents_are_ignored_or_that_is_not_known },
		{ "a range is exact", a_range_is_exact },
		{ "what takes too long is not known", what_takes_too_long_is_not_known },
		{ "what is refused is not known", what_is_refused_is_not_known },
	};
	return contract_run("survey", tests, COUNT(tests));
}

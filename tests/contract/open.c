/* Open, close, cancel, describe, execute: what holds before and beside any rows. */
#include "contract.h"
#include "base/arena.h"
#include "base/text.h"
#include "base/time.h"
#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>

#define SECRET "k7-sesame-open"

/* ---- open ---- */

static void refused(struct place *p, const char *what, const struct wh_url *url, enum wh_side side)
{
	struct wh_conn *conn = NULL;
	wh_error_clear(&p->error);
	int rc = wh_conn_open(p->kind, url, side, side == WH_TARGET, &conn, &p->error);
	if (rc == WH_OK)
		wh_conn_close(conn);
	demand(p, rc == WH_CONFIG || rc == WH_RETRY || rc == WH_STOP, "%s: open gives %d, \"%s\"", what,
		rc, p->error.text);
	demand(p, !conn, "%s: a connection comes with the failure", what);
	demand(p, p->error.text[0], "%s: no text says why", what);
	demand(p, !strstr(p->error.text, SECRET) && !strstr(p->error.place, SECRET),
		"%s: the password is in \"%s\"", what, p->error.text);
}

/* A user whose password is "right", and no other. */
static void wrong_password(struct place *p)
{
	if (!p->engine->make_user[0])
		return;
	for (size_t i = 0; i < COUNT(p->engine->make_user) && p->engine->make_user[i]; i++)
		ok(p, administer(p, p->engine->make_user[i]));
	struct wh_url url = p->url;
	url.user = p->name;
	url.password = SECRET;
	refused(p, "wrong password", &url, WH_SOURCE);
	demand(p, p->error.code == WH_CONFIG, "a wrong password is no fault of the settings");
	ok(p, administer(p, p->engine->drop_user));
}

static void wrong_server(struct place *p)
{
	struct wh_url url = p->url;
	url.password = SECRET;
	url.path = "no_database_of_this_name";
	refused(p, "unknown database", &url, WH_SOURCE);
	demand(p, p->error.code == WH_CONFIG, "an unknown database is no fault of the settings");
	url = p->url;
	url.password = SECRET;
	url.host = "127.0.0.1";
	url.port = 1;
	url.nparams = 0;
	refused(p, "nobody listens", &url, WH_SOURCE);
	url.host = "no-such-host.invalid";
	refused(p, "unknown host", &url, WH_SOURCE);
}

static void write_file(const char *name, const char *bytes, size_t n)
{
	FILE *f = fopen(name, "wb");
	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, n, f), n);
	assert_int_equal(fclose(f), 0);
}

static void wrong_file(struct place *p)
{
	static const char garbage[4096] = "this is no database, whatever its name says";
	const char *mine = wh_arena_format(&p->arena, "%s.garbage", p->name);
	struct wh_url url = p->url;
	url.path = "/no/such/folder/x";
	refused(p, "no folder", &url, WH_TARGET);
	refused(p, "no file", &url, WH_SOURCE);
	url.path = "/tmp";
	refused(p, "a folder", &url, WH_SOURCE);
	refused(p, "a folder as target", &url, WH_TARGET);
	url.path = "/dev/null";
	refused(p, "a device", &url, WH_SOURCE);
	url.path = "";
	refused(p, "nothing", &url, WH_SOURCE);
	url.path = mine;
	write_file(mine, garbage, sizeof garbage);
	refused(p, "garbage", &url, WH_SOURCE);
	refused(p, "garbage as target", &url, WH_TARGET);
	write_file(mine, garbage, 3);
	refused(p, "three bytes", &url, WH_SOURCE);
	remove(mine);
}

static void wrong_places_are_refused_without_secrets(struct place *p)
{
	if (p->kind->facts.file) {
		wrong_file(p);
		return;
	}
	wrong_server(p);
	wrong_password(p);
}

static void a_source_is_read_only(struct place *p)
{
	const struct wh_plan_table *t = make_things(p, "things");
	struct wh_conn *out = writer(p);
	struct wh_unit unit = unit_of(&t->to, 0, 0);
	write_unit(p, out, &unit, LINES("1|one"));
	struct wh_conn *in = reader(p);
	demand(p, sql(p, in, "CREATE TABLE intruder (id int)") < 0, "a reader makes a table");
	demand(p, sql(p, in, "DELETE FROM things") < 0, "a reader deletes rows");
	demand(p, !strcmp(contents(p, &t->to), "1|one\n"), "the rows are gone");
}

/* ---- close ---- */

static struct wh_conn *raw_conn(struct place *p, const struct wh_url *url)
{
	struct wh_conn *c = wh_arena_alloc(&p->arena, sizeof *c);
	*c = (struct wh_conn){ .kind = p->kind,
		.url = url,
		.side = WH_SOURCE,
		.state = wh_arena_alloc(&p->arena, p->kind->state_size) };
	return c;
}

static void close_twice(struct place *p, struct wh_conn *c)
{
	p->kind->close(c);
	p->kind->close(c);
	if (p->kind->cancel)
		p->kind->cancel(c);
}

static void close_works_from_any_state(struct place *p)
{
	const struct wh_plan_table *t = make_things(p, "things");
	struct wh_unit unit = unit_of(&t->to, 0, 0), other = unit_of(&t->to, 0, 1);
	write_numbers(p, writer(p), &unit, 1, 20000);
	close_twice(p, raw_conn(p, &p->url));

	struct wh_url wrong = p->url;
	wrong.path = "/no_such/database";
	struct wh_conn *c = raw_conn(p, &wrong);
	demand(p, p->kind->open(c, &p->error) < 0, "it opens what is not there");
	close_twice(p, c);

	c = raw_conn(p, &p->url);
	ok(p, p->kind->open(c, &p->error));
	close_twice(p, c);

	struct wh_batch b;
	wh_rowset_batch(&t->to, &b);
	c = raw_conn(p, &p->url);
	ok(p, p->kind->open(c, &p->error));
	ok(p, p->kind->seek(c, &unit, &p->error));
	ok(p, p->kind->read(c, &b, &p->error));
	close_twice(p, c);
	wh_batch_finish(&b);

	struct wh_tally tally = { 0 };
	c = raw_conn(p, &p->url);
	c->side = WH_TARGET;
	c->writes = true;
	ok(p, p->kind->open(c, &p->error));
	p->kind->join(c, &p->claim);
	ok(p, p->kind->begin(c, &other, &tally, &p->error));
	ok(p, write_lines(p, c, &other, LINES("-1|minus one")));
	close_twice(p, c);
	ok(p, p->kind->open(c, &p->error));
	close_twice(p, c);
}

/* ---- cancel ---- */

struct alarm {
	struct place *p;
	struct wh_conn *conn;
	int milliseconds;
};

static void *ring(void *context)
{
	struct alarm *a = context;
	usleep((useconds_t)a->milliseconds * 1000);
	a->p->kind->cancel(a->conn);
	return NULL;
}

static void cancel_ends_a_long_read(struct place *p)
{
	needs(p, cancel);
	const struct wh_plan_table *t = make_things(p, "things");
	struct wh_unit unit = unit_of(&t->to, 0, 0), all = unit;
	write_unit(p, writer(p), &unit, LINES("1|one", "2|two"));
	struct wh_rowset slow = t->to;
	slow.where = p->engine->slow;
	unit.rows = &slow;
	struct alarm alarm = { p, reader(p), 300 };
	struct wh_digest digest;
	pthread_t thread;
	int64_t begun = wh_monotonic_usec();
	assert_int_equal(pthread_create(&thread, NULL, ring, &alarm), 0);
	int rc = read_digest(p, alarm.conn, &unit, &digest);
	int64_t taken = wh_monotonic_usec() - begun;
	pthread_join(thread, NULL);
	demand(p, taken >= 250000, "the read was not long: %lld us", (long long)taken);
	demand(p, rc < 0 && p->error.text[0], "a read that was cancelled gives %d, %llu rows", rc,
		(unsigned long long)digest.rows);
	demand(p, taken < 2300000, "it went on for %lld us", (long long)taken - 300000);
	ok(p, p->kind->seek(alarm.conn, NULL, &p->error));
	ok(p, read_digest(p, alarm.conn, &all, &digest));
	demand(p, digest.rows == 2, "after it, %llu rows are read", (unsigned long long)digest.rows);
}

static void cancel_of_nothing_is_harmless(struct place *p)
{
	needs(p, cancel);
	const struct wh_plan_table *t = make_things(p, "things");
	struct wh_unit unit = unit_of(&t->to, 0, 0);
	write_unit(p, writer(p), &unit, LINES("1|one"));
	struct wh_conn *in = reader(p);
	struct wh_digest digest;
	p->kind->cancel(in);
	usleep(50000);
	ok(p, read_digest(p, in, &unit, &digest));
	demand(p, digest.rows == 1, "the row is not read");
}

/* ---- describe ---- */

static void put_text(struct wh_buffer *out, const char *text)
{
	wh_buffer_format(out, "%s;", text ? text : "-");
}

static void put_catalog_table(struct wh_buffer *out, const struct wh_table *t)
{
	wh_buffer_text(out, "\ntable ");
	put_text(out, t->schema);
	put_text(out, t->name);
	put_text(out, t->kind);
	put_text(out, t->options);
	put_text(out, t->definition);
	for (size_t i = 0; i < t->ncolumns; i++) {
		const struct wh_column *c = &t->columns[i];
		put_text(out, c->name);
		put_text(out, c->type.native);
		put_text(out, c->default_text);
		wh_buffer_format(out, "%d %d %d %d;", c->type.kind, c->type.precision, c->not_null,
			c->identity);
	}
	for (size_t i = 0; i < t->nindexes; i++)
		put_text(out, t->indexes[i].name);
}

/* All that is not volatile, in the catalog's order. */
static const char *described(struct place *p, struct wh_conn *conn, bool *sorted)
{
	struct wh_catalog c;
	struct wh_buffer out = { 0 };
	wh_catalog_init(&c, p->kind->scheme);
	ok(p, p->kind->describe(conn, &c, &p->error));
	put_text(&out, c.engine);
	put_text(&out, c.version);
	*sorted = true;
	for (size_t i = 0; i < c.ntables; i++) {
		put_catalog_table(&out, &c.tables[i]);
		if (!i || !wh_equal(c.tables[i - 1].schema, c.tables[i].schema))
			continue;
		*sorted = *sorted && strcmp(c.tables[i - 1].name, c.tables[i].name) < 0;
	}
	for (size_t i = 0; i < c.nobjects; i++)
		put_text(&out, c.objects[i].name);
	for (size_t i = 0; i < c.findings.count; i++)
		put_text(&out, c.findings.items[i].text);
	demand(p, wh_equal(c.engine, p->kind->scheme), "the engine is \"%s\"", c.engine);
	demand(p, c.version && *c.version, "it has no version");
	const char *text = wh_arena_text(&p->arena, wh_buffer_string(&out));
	wh_buffer_free(&out);
	wh_catalog_free(&c);
	return text;
}

static void describe_twice(struct place *p, const char **text)
{
	bool sorted, again;
	struct wh_conn *conn = reader(p);
	*text = described(p, conn, &sorted);
	demand(p, sorted, "the tables are not in order: %s", *text);
	demand(p, !strcmp(*text, described(p, conn, &again)),
		"the same connection tells another story");
	closed(p, conn);
	conn = reader(p);
	demand(p, !strcmp(*text, described(p, conn, &again)), "another connection tells another story");
	closed(p, conn);
}

static void describe_hides_what_is_whimbrels(struct place *p)
{
	static const char *const names[] = { "zebra", "Apple", "apple2", "a b", "quo\"te", "back`tick",
		"O'Brien", "\xC3\xA9t\xC3\xA9" };
	const char *empty, *text;
	needs(p, describe);
	describe_twice(p, &empty);
	demand(p, !strstr(empty, "\ntable"), "an empty database has tables: %s", empty);
	struct wh_unit unit;
	for (size_t i = 0; i < COUNT(names); i++)
		make_things(p, names[i]);
	const struct wh_plan_table *t = make_things(p, "things");
	struct wh_conn *out = writer(p);
	unit = unit_of(&t->to, 0, 0);
	write_unit(p, out, &unit, LINES("1|one"));
	describe_twice(p, &text);
	demand(p, !strstr(text, "whimbrel_"), "it shows whimbrel's own tables: %s", text);
	for (size_t i = 0; i < COUNT(names); i++)
		demand(p, strstr(text, names[i]), "\"%s\" is not in %s", names[i], text);
	ok(p, p->kind->finish(out, &p->claim, &p->error));
}

/* ---- execute ---- */

static void a_statement_that_fails_is_named(struct place *p)
{
	static const char *const bad[] = { "CREATE TABEL x (id int)", "DROP TABLE no_such_table" };
	struct wh_conn *out = plain_writer(p);
	for (size_t i = 0; i < COUNT(bad); i++) {
		int rc = sql(p, out, bad[i]);
		demand(p, rc == WH_CONFIG, "\"%s\" gives %d, \"%s\"", bad[i], rc, p->error.text);
		demand(p,
			strstr(p->error.text, "a test's statement") ||
				strstr(p->error.place, "a test's statement") || strstr(p->error.text, bad[i]),
			"\"%s\" does not name \"%s\"", p->error.text, bad[i]);
	}
	demand(p, sql(p, out, "SELECT 1 WHERE 1 = 0") == WH_OK, "after it nothing goes: \"%s\"",
		p->error.text);
}

static void rows_of_a_statement_are_an_error(struct place *p)
{
	struct wh_conn *out = plain_writer(p);
	int rc = sql(p, out, "SELECT 'found me'");
	demand(p, rc < 0 && strstr(p->error.text, "found me"), "it gives %d, \"%s\"", rc,
		p->error.text);
	demand(p, sql(p, out, "SELECT 1 WHERE 1 = 0") == WH_OK, "no rows are an error: \"%s\"",
		p->error.text);
}

/* Carries out a phase; the worst that its statements answer. */
static int worst_of(struct place *p, struct wh_conn *out, const struct wh_plan *plan,
	enum wh_phase phase, bool again)
{
	struct wh_statements list = { .arena = &p->arena };
	int worst = WH_OK;
	ok(p, p->kind->ddl(plan, phase, &list, &p->error));
	for (size_t i = 0; i < list.count; i++) {
		if (again && list.items[i].repeatable)
			continue;
		int rc = p->kind->execute(out, &list.items[i], &p->error);
		demand(p, !again || rc == WH_EXISTS, "\"%s\" again gives %d, \"%s\"", list.items[i].sql, rc,
			p->error.text);
		worst = rc != WH_OK ? rc : worst;
	}
	return worst;
}

static void what_is_there_already_is_told(struct place *p)
{
	static const struct spec specs[] = {
		{ .name = "id", .kind = WH_INT64, .precision = 64, .key = true },
		{ .name = "name", .kind = WH_TEXT, .length = 40, .unique = true }
	};
	const struct wh_plan *plan = plan_table(p, "things", specs, COUNT(specs));
	struct wh_conn *out = plain_writer(p);
	for (int again = 0; again < 2; again++)
		for (enum wh_phase phase = WH_PHASE_TABLES; phase <= WH_PHASE_INDEXES; phase++)
			worst_of(p, out, plan, phase, again);
}

static void rows_that_break_a_key_are_told(struct place *p)
{
	static const struct spec specs[] = { { .name = "id", .kind = WH_INT64, .precision = 64 },
		{ .name = "name", .kind = WH_TEXT, .length = 40, .required = true, .unique = true } };
	const struct wh_plan *plan = plan_table(p, "things", specs, COUNT(specs));
	struct wh_conn *out = writer(p);
	struct wh_unit unit = unit_of(&plan->tables[0].to, 0, 0);
	wants(p, WH_OK, worst_of(p, out, plan, WH_PHASE_TABLES, false));
	write_unit(p, out, &unit, LINES("1|twice", "2|once", "3|twice"));
	int rc = worst_of(p, out, plan, WH_PHASE_KEYS, false);
	if (rc == WH_OK)
		rc = worst_of(p, out, plan, WH_PHASE_INDEXES, false);
	demand(p, rc == WH_ROW && p->error.text[0], "a unique key over equal rows gives %d, \"%s\"", rc,
		p->error.text);
	demand(p, !strcmp(contents(p, &plan->tables[0].to), "1|twice\n2|once\n3|twice\n"),
		"the rows are not what they were");
}

int main(void)
{
	static const struct contract_test tests[] = {
		{ "wrong places are refused without secrets", wrong_places_are_refused_without_secrets },
		{ "a source is read-only", a_source_is_read_only },
		{ "close works from any state", close_works_from_any_state },
		{ "cancel ends a long read", cancel_ends_a_long_read },
		{ "cancel of nothing is harmless", cancel_of_nothing_is_harmless },
		{ "describe hides what is whimbrel's", describe_hides_what_is_whimbrels },
		{ "a statement that fails is named", a_statement_that_fails_is_named },
		{ "what is there already is told", what_is_there_already_is_told },
		{ "rows that break a key are told", rows_that_break_a_key_are_told },
		{ "rows of a statement are an error", rows_of_a_statement_are_an_error },
	};
	return contract_run("open", tests, COUNT(tests));
}

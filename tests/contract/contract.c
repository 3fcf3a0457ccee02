#include "contract.h"
#include "base/text.h"
#include <sys/stat.h>
#include <unistd.h>

static const struct engine engines[] = {
	{
		.scheme = "postgresql",
		.variable = "WHIMBREL_TEST_POSTGRESQL",
		.make = "CREATE DATABASE %s",
		.drop = "DROP DATABASE %s WITH (FORCE)",
		.make_user = { "CREATE ROLE %s LOGIN PASSWORD 'right'", "GRANT passworded TO %s" },
		.drop_user = "DROP ROLE %s",
		.slow = "(SELECT count(*) FROM generate_series(1, 1000000000)) > 0",
		.ours = "SELECT relname FROM pg_class WHERE relname LIKE 'whimbrel%' UNION ALL "
				"SELECT proname FROM pg_proc WHERE proname LIKE 'whimbrel%' UNION ALL "
				"SELECT tgname FROM pg_trigger WHERE tgname LIKE 'whimbrel%' UNION ALL "
				"SELECT evtname FROM pg_event_trigger WHERE evtname LIKE 'whimbrel%' UNION ALL "
				"SELECT nspname FROM pg_namespace WHERE nspname LIKE 'whimbrel%' UNION ALL "
				"SELECT pubname FROM pg_publication WHERE pubname LIKE 'whimbrel%' UNION ALL "
				"SELECT slot_name FROM pg_replication_slots WHERE database = current_database()",
	},
	{
		.scheme = "mysql",
		.variable = "WHIMBREL_TEST_MYSQL",
		.make = "CREATE DATABASE %s",
		.drop = "DROP DATABASE %s",
		.make_user = { "CREATE USER %s IDENTIFIED BY 'right'" },
		.drop_user = "DROP USER %s",
		.slow = "BENCHMARK(2000000000, MD5(name)) = 0",
		.ours = "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE() "
				"AND table_name LIKE 'whimbrel%' UNION ALL "
				"SELECT trigger_name FROM information_schema.triggers WHERE "
				"trigger_schema = DATABASE() AND trigger_name LIKE 'whimbrel%' UNION ALL "
				"SELECT routine_name FROM information_schema.routines WHERE "
				"routine_schema = DATABASE() AND routine_name LIKE 'whimbrel%'",
	},
	{
		.scheme = "sqlite",
		.slow = "(WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c LIMIT 4000000000) "
				"SELECT count(*) FROM c) > 0",
		.ours = "SELECT name FROM sqlite_schema WHERE name LIKE 'whimbrel%' OR "
				"name LIKE '%autoindex_whimbrel%'",
	},
};

#define JOB_PLACES 8

struct job {
	const struct wh_connector *kind;
	const struct contract_test *test;
	struct place *places[JOB_PLACES];
	size_t nplaces;
};

static struct job *running; /* the test that runs: its places are dropped even where it fails */

static const struct engine *engine_of(const struct wh_connector *kind)
{
	for (size_t i = 0; i < COUNT(engines); i++)
		if (!strcmp(engines[i].scheme, kind->scheme))
			return &engines[i];
	return NULL;
}

static void shown(struct place *p, const char *what)
{
	print_error("%s: %s\n", p->kind->scheme, what);
}

void contract_fail(struct place *p, const char *file, int line, const char *what,
	const char *format, ...)
{
	char text[2000];
	va_list args;
	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	shown(p, text);
	print_error("not so: %s\n", what);
	_fail(file, line);
	abort();
}

void contract_wants(struct place *p, int code, int got, const char *call, const char *file,
	int line)
{
	if (got == code)
		return;
	print_error("%s: %s answers %d, not %d: \"%s\" at \"%s\"\n", p->kind->scheme, call, got, code,
		p->error.text, p->error.place);
	_fail(file, line);
}

void contract_needs(struct place *p, bool there, const char *what)
{
	if (there)
		return;
	print_message("# %s has no %s\n", p->kind->scheme, what);
	skip();
}

int sql(struct place *p, struct wh_conn *conn, const char *statement)
{
	const struct wh_statement st = { .kind = "test",
		.object = "a test's statement",
		.table = -1,
		.sql = statement };
	wh_error_clear(&p->error);
	return p->kind->execute(conn, &st, &p->error);
}

int administer(struct place *p, const char *format)
{
	struct wh_url url;
	struct wh_conn *conn;
	int rc = wh_url_parse(getenv(p->engine->variable), &p->arena, &url, &p->error);
	if (rc == WH_OK)
		rc = wh_conn_open(p->kind, &url, WH_TARGET, true, &conn, &p->error);
	if (rc != WH_OK)
		return rc;
	struct wh_buffer text = { 0 };
	const char *hole = strstr(format, "%s");
	wh_buffer_put(&text, format, (size_t)(hole - format));
	wh_buffer_format(&text, "%s%s", p->name, hole + 2);
	rc = sql(p, conn, wh_buffer_string(&text));
	wh_buffer_free(&text);
	wh_conn_close(conn);
	return rc;
}

static int make_database(struct place *p)
{
	int rc = administer(p, p->engine->make);
	if (rc == WH_OK)
		rc = wh_url_parse(getenv(p->engine->variable), &p->arena, &p->url, &p->error);
	p->url.path = p->name;
	p->made = rc == WH_OK;
	return rc;
}

static struct place *new_place(const struct wh_connector *kind, const struct engine *engine)
{
	static int count;
	struct place *p = wh_alloc(sizeof *p);
	*p = (struct place){ .engine = engine, .kind = kind };
	snprintf(p->name, sizeof p->name, "contract_%ld_%d", (long)getpid(), ++count);
	wh_random_hex(p->claim.migration, 16);
	return p;
}

static int fill_place(struct place *p)
{
	if (p->engine->make)
		return make_database(p);
	const char *text = wh_arena_format(&p->arena, "%s:%s.db", p->kind->scheme, p->name);
	p->made = true;
	return wh_url_parse(text, &p->arena, &p->url, &p->error);
}

/* Without what stands beside it, whatever that is; most of it is not there. */
static void remove_file(struct place *p)
{
	static const char *const suffixes[] = { "", "-wal", "-shm", "-journal" };
	for (size_t i = 0; i < COUNT(suffixes); i++)
		remove(wh_arena_format(&p->arena, "%s%s", p->url.path, suffixes[i]));
}

static void drop_place(struct place *p)
{
	sessions_end(p);
	for (size_t i = 0; i < p->nconns; i++)
		wh_conn_close(p->conns[i]);
	if (p->made && !p->engine->make)
		remove_file(p);
	else if (p->made && administer(p, p->engine->drop) != WH_OK)
		shown(p, p->error.text);
	wh_arena_free(&p->arena);
	free(p);
}

static struct place *add_place(const struct wh_connector *kind, const struct engine *engine)
{
	struct place *p = new_place(kind, engine);
	assert_true(running->nplaces < JOB_PLACES);
	running->places[running->nplaces++] = p;
	ok(p, fill_place(p));
	return p;
}

struct place *place_beside(struct place *p)
{
	return add_place(p->kind, p->engine);
}

static int leave(void **state)
{
	struct job *job = *state;
	while (job->nplaces)
		drop_place(job->places[--job->nplaces]);
	return 0;
}

static void enter(void **state)
{
	struct job *job = running = *state;
	const struct engine *engine = engine_of(job->kind);
	if (!engine)
		fail_msg("connector \"%s\" is not in the table of engines of contract.c",
			job->kind->scheme);
	if (engine->variable && !getenv(engine->variable)) {
		print_message("# %s: no server; %s does not name one\n", engine->scheme, engine->variable);
		skip();
	}
	job->test->run(add_place(job->kind, engine));
}

int contract_run(const char *group, const struct contract_test *tests, size_t n)
{
	struct wh_arena arena = { 0 };
	struct CMUnitTest *units = NULL;
	size_t count = 0;
	for (const struct wh_connector *const *k = wh_connectors; *k; k++) {
		if ((*k)->codec) /* what they are asked stands in tests/unit/files.c and with their codecs */
			continue;
		for (size_t i = 0; i < n; i++) {
			struct job *job = wh_new(&arena, struct job);
			*job = (struct job){ .kind = *k, .test = &tests[i] };
			*wh_push(&arena, &units, &count) = (struct CMUnitTest){
				.name = wh_arena_format(&arena, "%s: %s", (*k)->scheme, tests[i].name),
				.test_func = enter,
				.teardown_func = leave,
				.initial_state = job
			};
		}
	}
	int failed = _cmocka_run_group_tests(group, units, count, NULL, NULL);
	wh_arena_free(&arena);
	return failed;
}

static struct wh_conn *opened(struct place *p, enum wh_side side, bool writes)
{
	struct wh_conn *conn = NULL;
	demand(p, p->nconns < PLACE_CONNS, "more connections than a test may open");
	ok(p, wh_conn_open(p->kind, &p->url, side, writes, &conn, &p->error));
	p->conns[p->nconns++] = conn;
	return conn;
}

/* A file that is not there yet, or empty, is no source; as a target it is an empty database. */
struct wh_conn *reader(struct place *p)
{
	struct stat st;
	bool nothing = p->kind->facts.file && (stat(p->url.path, &st) || !st.st_size);
	return opened(p, nothing ? WH_TARGET : WH_SOURCE, false);
}

struct wh_conn *plain_writer(struct place *p)
{
	return opened(p, WH_TARGET, true);
}

struct wh_conn *writer(struct place *p)
{
	struct wh_conn *conn = opened(p, WH_TARGET, true);
	if (p->claim.epoch)
		p->kind->join(conn, &p->claim);
	else
		ok(p, p->kind->prepare(conn, &p->claim, &p->error));
	return conn;
}

void closed(struct place *p, struct wh_conn *conn)
{
	for (size_t i = 0; i < p->nconns; i++) {
		if (p->conns[i] != conn)
			continue;
		wh_conn_close(conn);
		p->conns[i] = p->conns[--p->nconns];
		return;
	}
}

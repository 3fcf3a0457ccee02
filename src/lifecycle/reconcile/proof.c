/* The reconciliation as rows of the target, where auditors look for it. They stay when the move is
 * complete, and are hidden from whimbrel itself as all of its own tables are. */
#include "base/crash.h"
#include "base/text.h"
#include "base/time.h"
#include "lifecycle/reconcile/parts.h"
#include "sql/dialect.h"

#define TABLE "whimbrel_reconciliation"
#define ROWS_TOGETHER 100

static const char *const columns[] = { "rule", "subject", "unit", "expected", "actual", "result" };
#define COLUMNS (sizeof columns / sizeof *columns)

struct proof {
	struct wh_migration *m;
	struct wh_arena arena;
	const struct wh_dialect *d;
	struct wh_statements list;
	struct wh_buffer sql;
	char moment[40];
};

static void put_table(struct proof *p)
{
	wh_sql_qualified(&p->sql, p->d, p->m->target_kind->facts.default_schema, TABLE);
}

static void add_statement(struct proof *p)
{
	struct wh_statement *s = wh_statements_add(&p->list, WH_PHASE_OPEN, "table", -1, TABLE);
	s->repeatable = true;
	s->sql = wh_arena_text(&p->arena, wh_buffer_string(&p->sql));
	wh_buffer_clear(&p->sql);
}

static void put_name(struct proof *p, const char *name)
{
	wh_sql_name(&p->sql, p->d, name);
}

static void create(struct proof *p)
{
	bool mysql = p->d == &wh_dialect_mysql;
	wh_buffer_text(&p->sql, "CREATE TABLE IF NOT EXISTS ");
	put_table(p);
	wh_buffer_text(&p->sql, " (migration char(32) NOT NULL, number bigint NOT NULL");
	for (size_t i = 0; i < COLUMNS; i++) {
		wh_buffer_text(&p->sql, ", ");
		put_name(p, columns[i]);
		wh_buffer_text(&p->sql, " text");
	}
	wh_buffer_format(&p->sql, ", checked_at %s NOT NULL, PRIMARY KEY (migration, number))%s",
		mysql ? "datetime" : "timestamp", mysql ? " ENGINE=InnoDB DEFAULT CHARSET=utf8mb4" : "");
	add_statement(p);
}

static void clear(struct proof *p)
{
	wh_buffer_text(&p->sql, "DELETE FROM ");
	put_table(p);
	wh_buffer_format(&p->sql, " WHERE migration = '%s'", p->m->claim.migration);
	add_statement(p);
}

/* What a format says may be any bytes; a server takes UTF-8 only. */
static void put_text(struct proof *p, const char *text)
{
	struct wh_buffer shown = { 0 };
	if (!text)
		wh_buffer_text(&p->sql, "NULL");
	else if (wh_utf8_valid(text, strlen(text)))
		wh_sql_text(&p->sql, p->d, text, strlen(text));
	else {
		wh_text_shown(&shown, text, strlen(text));
		wh_sql_text(&p->sql, p->d, wh_buffer_string(&shown), shown.size);
	}
	wh_buffer_free(&shown);
}

static void put_row(struct proof *p, const struct wh_control *c, size_t number)
{
	const char *const values[] = { c->rule, c->subject, c->unit, c->expected, c->actual,
		wh_control_result(c) };
	wh_buffer_format(&p->sql, "('%s', %zu", p->m->claim.migration, number);
	for (size_t i = 0; i < COLUMNS; i++) {
		wh_buffer_text(&p->sql, ", ");
		put_text(p, values[i]);
	}
	wh_buffer_format(&p->sql, ", '%s')", p->moment);
}

static void insert(struct proof *p, const struct wh_controls *controls, size_t first)
{
	wh_buffer_text(&p->sql, "INSERT INTO ");
	put_table(p);
	wh_buffer_text(&p->sql, " VALUES ");
	for (size_t i = first; i < controls->count && i < first + ROWS_TOGETHER; i++) {
		wh_buffer_text(&p->sql, i > first ? ", " : "");
		put_row(p, &controls->items[i], i + 1);
	}
	add_statement(p);
}

static void add_plain(struct proof *p, const char *sql)
{
	wh_buffer_text(&p->sql, sql);
	add_statement(p);
}

/* One transaction, by the connector's own verb where it has one. */
static int replace(struct proof *p, struct wh_conn *conn, const struct wh_controls *controls,
	struct wh_error *error)
{
	bool together = conn->kind->execute_all != NULL;
	if (!together)
		add_plain(p, "START TRANSACTION");
	clear(p);
	for (size_t i = 0; i < controls->count; i += ROWS_TOGETHER)
		insert(p, controls, i);
	if (!together)
		add_plain(p, "COMMIT");
	const struct wh_statement **list = wh_new_array(&p->arena, const struct wh_statement *,
		p->list.count);
	for (size_t i = 0; i < p->list.count; i++)
		list[i] = &p->list.items[i];
	size_t done;
	if (together)
		return conn->kind->execute_all(conn, list, p->list.count, &done, error);
	int rc = WH_OK;
	for (size_t i = 0; rc == WH_OK && i < p->list.count; i++)
		rc = conn->kind->execute(conn, list[i], error);
	return rc;
}

static int write_rows(struct proof *p, struct wh_conn *conn, const struct wh_controls *controls,
	struct wh_error *error)
{
	create(p);
	int rc = conn->kind->execute(conn, &p->list.items[0], error);
	p->list = (struct wh_statements){ .arena = &p->arena };
	wh_crash_point("reconciliation table made");
	if (rc == WH_OK)
		rc = replace(p, conn, controls, error);
	wh_crash_point("reconciliation kept");
	return rc;
}

int wh_proof_write(struct wh_migration *m, const struct wh_controls *controls,
	struct wh_error *error)
{
	struct proof p = { .m = m, .d = m->target_kind->dialect };
	struct wh_conn *conn;
	if (m->target_kind->codec || !p.d || !m->target_kind->execute)
		return WH_OK;
	p.list.arena = &p.arena;
	int64_t second = wh_now_usec() / 1000000 - WH_DAYS_1970_TO_2000 * 86400;
	p.moment[wh_format_timestamp(p.moment, second * 1000000)] = '\0';
	int rc = wh_migration_connect(m, WH_TARGET, true, &conn, error);
	if (rc != WH_OK)
		return rc;
	rc = wh_at(error, conn, write_rows(&p, conn, controls, error));
	wh_conn_close(conn);
	wh_buffer_free(&p.sql);
	wh_arena_free(&p.arena);
	return rc;
}

#include "log.h"
#include "base/hash.h"

#define WAIT_MS 100
#define CALLS_MOST 600

void log_init(struct log *log, struct place *p, const struct wh_rowset *const *tables, size_t n)
{
	static const struct wh_field token = { .name = "token",
		.type = { .kind = WH_TEXT, .length = 80, .native = "varchar(80)" },
		.wire = { .kind = WH_TEXT, .length = 80 },
		.not_null = true };
	static const uint16_t key = 0;
	char hex[13];
	*log = (struct log){ .p = p };
	wh_random_hex(hex, 6);
	snprintf(log->name, sizeof log->name, "whimbrel_%s_f", hex);
	demand(p, n < LOG_TABLES, "more tables than a test may follow");
	for (size_t i = 0; i < n; i++)
		log->tables[i] = tables[i];
	log->signal = (struct wh_rowset){ .schema = p->kind->facts.default_schema,
		.table = "whimbrel_signal",
		.fields = &token,
		.nfields = 1,
		.key = &key,
		.nkey = 1 };
	log->tables[n] = &log->signal;
	log->capture = (struct wh_capture){ .name = log->name,
		.migration = p->claim.migration,
		.tables = log->tables,
		.ntables = n + 1 };
	wh_changes_init(&log->changes, log->tables, n + 1);
}

void log_finish(struct log *log)
{
	wh_changes_finish(&log->changes);
}

static struct wh_position turn(struct log *log, bool on)
{
	struct place *p = log->p;
	struct wh_conn *conn = plain_writer(p);
	struct wh_position at = { .text = "" };
	ok(p, p->kind->capture(conn, &log->capture, on, &at, &p->error));
	closed(p, conn);
	return at;
}

struct wh_position log_on(struct log *log)
{
	return turn(log, true);
}

void log_off(struct log *log)
{
	turn(log, false);
}

struct wh_conn *log_attach(struct log *log, const struct wh_position *from)
{
	struct place *p = log->p;
	struct wh_conn *conn = reader(p);
	ok(p, p->kind->attach(conn, &log->capture, from, &p->error));
	wh_changes_reset(&log->changes);
	return conn;
}

static void show_fields(struct wh_buffer *out, const struct wh_rowset *rows,
	const struct wh_batch *b, uint32_t row, bool key)
{
	size_t n = key ? rows->nkey : rows->nfields;
	for (size_t i = 0; i < n; i++) {
		size_t field = key ? rows->key[i] : i;
		wh_buffer_text(out, i ? "|" : "");
		if (wh_is_null(b, field, row))
			wh_buffer_text(out, "\\N");
		else
			wh_value_text(out, b, field, row);
	}
}

static void show(struct log *log, const struct wh_change *change, struct wh_buffer *out)
{
	static const char signs[] = { '+', ' ', '-', '!', '?' };
	const struct wh_rowset *rows = log->tables[change->table];
	const struct wh_batch *images = &log->changes.images[change->table];
	bool keyed = rows->nkey > 0;
	if (change->op != WH_OP_UPDATE)
		wh_buffer_char(out, signs[change->op]);
	wh_buffer_text(out, rows->table);
	if (change->op == WH_OP_UPDATE || change->op == WH_OP_DELETE) {
		uint32_t named = change->before != WH_NO_ROW ? change->before : change->after;
		demand(log->p, named != WH_NO_ROW, "a change of \"%s\" names no row", rows->table);
		demand(log->p, keyed || change->before_whole, "without a key, a row is named whole");
		wh_buffer_char(out, ' ');
		show_fields(out, rows, images, named, keyed);
	}
	if (change->op == WH_OP_INSERT || change->op == WH_OP_UPDATE) {
		demand(log->p, change->after != WH_NO_ROW, "a change of \"%s\" has no row", rows->table);
		demand(log->p, !change->nholes, "a change of \"%s\" has holes", rows->table);
		wh_buffer_text(out, change->op == WH_OP_UPDATE ? " > " : " ");
		show_fields(out, rows, images, change->after, false);
	}
	wh_buffer_char(out, '\n');
}

/* Whether this is the delete of the token; its own two changes are not shown. */
static bool is_token(struct log *log, const struct wh_change *change, const char *token, bool *end)
{
	if (log->tables[change->table] != &log->signal)
		return false;
	uint32_t row = change->op == WH_OP_DELETE ? change->before : change->after;
	struct wh_buffer text = { 0 };
	demand(log->p, row != WH_NO_ROW, "a signal without a row");
	wh_value_text(&text, &log->changes.images[change->table], 0, row);
	*end = *end || (change->op == WH_OP_DELETE && !strcmp(wh_buffer_string(&text), token));
	wh_buffer_free(&text);
	return true;
}

static void take(struct log *log, struct wh_buffer *out, const char *token, bool *end)
{
	struct wh_changes *c = &log->changes;
	for (size_t i = 0; i < c->ntxns; i++) {
		demand(log->p, wh_position_compare(&c->txns[i].next, &log->next) >= 0,
			"a transaction ends before the one that came before it");
		demand(log->p, i == 0 || c->txns[i].changes >= c->txns[i - 1].changes,
			"a transaction has less than no changes");
		log->behind = log->next;
		log->next = c->txns[i].next;
	}
	log->txns += c->ntxns;
	log->parts += c->count > 0;
	log->most = c->count > log->most ? c->count : log->most;
	for (size_t i = 0; i < c->count; i++)
		if (!is_token(log, &c->items[i], token, end))
			show(log, &c->items[i], out);
}

static void send_token(struct log *log, const char *token)
{
	struct place *p = log->p;
	struct wh_conn *conn = plain_writer(p);
	const char *schema = log->signal.schema, *dot = schema ? "." : "";
	schema = schema ? schema : "";
	ok(p,
		sql(p, conn,
			wh_arena_format(&p->arena, "INSERT INTO %s%swhimbrel_signal (token) VALUES ('%s')",
				schema, dot, token)));
	ok(p,
		sql(p, conn,
			wh_arena_format(&p->arena, "DELETE FROM %s%swhimbrel_signal WHERE token = '%s'", schema,
				dot, token)));
	closed(p, conn);
}

const char *log_read(struct log *log, struct wh_conn *conn)
{
	struct place *p = log->p;
	struct wh_buffer out = { 0 };
	char token[33];
	bool end = false, whole = false;
	wh_random_hex(token, 16);
	send_token(log, token);
	for (int i = 0; i < CALLS_MOST && !(end && whole); i++) {
		size_t txns = log->txns;
		wh_changes_reset(&log->changes);
		ok(p, p->kind->tail(conn, WAIT_MS, &log->changes, &p->error));
		take(log, &out, token, &end);
		whole = log->txns > txns &&
			log->changes.txns[log->changes.ntxns - 1].changes == log->changes.count;
	}
	const char *text = wh_arena_text(&p->arena, wh_buffer_string(&out));
	wh_buffer_free(&out);
	demand(p, end, "the signal does not come; so far: \"%.600s\"", text);
	return text;
}

void log_says(struct log *log, struct wh_conn *conn, const char *want, const char *when)
{
	struct place *p = log->p;
	const char *got = log_read(log, conn);
	demand(p, !strcmp(got, want), "%s, the log says \"%.800s\", not \"%.800s\"", when, got, want);
}

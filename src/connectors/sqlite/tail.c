/* Reading the table of changes.
 *
 * What is committed when a call looks is a whole number of transactions, and is given as one: the
 * table does not tell where each of them ended. `at` of a change is its own number, so that it can be
 * compared with the end that a snapshot saw. */
#include "connectors/sqlite/sqlite.h"
#include "base/text.h"
#include "base/time.h"
#include <string.h>
#include <time.h>

#define ERASED_AT_ONCE 2000 /* rows; the application waits for as long */
#define ERASER_WAITS 200 /* milliseconds for a lock; what could not be erased waits for the next */
#define LOOK_LEAST 1
#define LOOK_MOST 10 /* milliseconds between two looks */

static int read_place(const struct wh_position *from, int64_t *seq, char *identity,
	struct wh_error *error)
{
	const char *at = strchr(from->text, '@');
	if (!at || strlen(at + 1) != 8 || !wh_text_int64(from->text, (size_t)(at - from->text), seq))
		return wh_fail(error, WH_CONFIG, "this is no place in a table of changes: \"%s\"",
			from->text);
	memcpy(identity, at + 1, 9);
	return WH_OK;
}

static int check_place(struct sqlite *s, const struct sqlite_tail *t, int64_t lowest, int64_t next,
	struct wh_error *error)
{
	if (t->at < lowest)
		return wh_fail(error, WH_CONFIG,
			"the changes from %lld on were wanted and are erased up to %lld: \"%s\"; copy again",
			(long long)t->at, (long long)lowest, s->path);
	if (t->at > next)
		return wh_fail(error, WH_CONFIG,
			"the changes end before %lld, at %lld: \"%s\" was put back to an earlier state; copy again",
			(long long)t->at, (long long)next, s->path);
	return WH_OK;
}

static void find_width(struct sqlite_tail *t)
{
	for (size_t i = 0; i < t->capture->ntables; i++)
		if (t->capture->tables[i]->nfields > t->width)
			t->width = t->capture->tables[i]->nfields;
}

int wh_sqlite_attach(struct wh_conn *c, const struct wh_capture *capture,
	const struct wh_position *from, struct wh_error *error)
{
	struct sqlite *s = c->state;
	struct sqlite_tail t = { .capture = capture, .version = -1, .schema = -1 };
	char identity[9];
	int64_t lowest, next;
	int rc = read_place(from, &t.at, t.identity, error);
	if (rc == WH_OK)
		rc = wh_sqlite_log(s, capture->name, &lowest, &next, identity, error);
	if (rc == WH_OK && !wh_equal(identity, t.identity))
		rc = wh_fail(error, WH_CONFIG,
			"the table of changes \"%s\" was made anew: \"%s\"; what was changed before is not known: "
			"copy again",
			capture->name, s->path);
	if (rc == WH_OK)
		rc = check_place(s, &t, lowest, next, error);
	if (rc)
		return rc;
	t.upper = t.at;
	find_width(&t);
	sqlite3_close(s->tail.eraser);
	s->tail = t;
	return WH_OK;
}

/* ---- rows ---- */

static uint32_t read_image(struct sqlite *s, struct wh_changes *out, uint32_t table)
{
	const struct wh_rowset *rows = s->tail.capture->tables[table];
	struct wh_batch *images = wh_changes_image(out, table);
	for (size_t i = 0; i < rows->nfields; i++)
		wh_sqlite_cell_read(s, images, i, &rows->fields[i]);
	return wh_changes_row(out, table);
}

static void add_change(struct sqlite *s, struct wh_changes *out, enum sqlite_logged op,
	uint32_t table)
{
	static const enum wh_op ops[] = { WH_OP_INSERT, WH_OP_DELETE, WH_OP_UPDATE, WH_OP_UPDATE };
	uint32_t row = read_image(s, out, table);
	if (op == SQLITE_LOGGED_BEFORE) {
		s->tail.before = row;
		return;
	}
	struct wh_change *change = wh_changes_add(out, ops[op], table);
	change->at[0] = (uint64_t)s->tail.at;
	if (op != SQLITE_LOGGED_DELETE)
		change->after = row;
	if (op == SQLITE_LOGGED_DELETE)
		change->before = row;
	if (op == SQLITE_LOGGED_AFTER)
		change->before = s->tail.before;
	change->before_whole = change->before != WH_NO_ROW;
}

static int read_row(struct sqlite *s, struct wh_changes *out, bool *half, int64_t *usec,
	struct wh_error *error)
{
	struct sqlite_tail *t = &s->tail;
	int first = (int)t->width;
	int64_t seq = sqlite3_column_int64(s->scan, first);
	int64_t table = sqlite3_column_int64(s->scan, first + 1);
	int op = sqlite3_column_int(s->scan, first + 2);
	*usec = sqlite3_column_int64(s->scan, first + 3);
	bool fits = table >= 0 && (uint64_t)table < t->capture->ntables && op >= SQLITE_LOGGED_INSERT &&
		op <= SQLITE_LOGGED_AFTER && *half == (op == SQLITE_LOGGED_AFTER);
	if (seq != t->at || !fits)
		return wh_fail(error, WH_CONFIG,
			"the table of changes was changed by somebody else: \"%s\" at %lld; copy again",
			t->capture->name, (long long)t->at);
	add_change(s, out, (enum sqlite_logged)op, (uint32_t)table);
	*half = op == SQLITE_LOGGED_BEFORE;
	t->at++;
	return WH_OK;
}

static int prepare_scan(struct sqlite *s, struct wh_error *error)
{
	struct sqlite_tail *t = &s->tail;
	struct wh_buffer sql = { 0 };
	wh_buffer_text(&sql, "SELECT ");
	for (size_t i = 0; i < t->width; i++)
		wh_buffer_format(&sql, "c%zu, ", i);
	wh_buffer_format(&sql, "seq, tbl, op, at FROM %s WHERE seq >= %lld AND seq < %lld ORDER BY seq",
		t->capture->name, (long long)t->at, (long long)t->upper);
	int rc = wh_sqlite_prepare(s, wh_buffer_string(&sql), &s->scan, error);
	wh_buffer_free(&sql);
	return rc;
}

/* Up to the end of the open transaction, or until the list is full. */
static int read_rows(struct sqlite *s, struct wh_changes *out, struct wh_error *error)
{
	struct sqlite_tail *t = &s->tail;
	int64_t usec = 0;
	bool half = false;
	int rc = prepare_scan(s, error), code = SQLITE_ROW;
	while (rc == WH_OK && (half || out->bytes < WH_CHANGES_BYTES) && t->at < t->upper &&
		(code = sqlite3_step(s->scan)) == SQLITE_ROW) {
		rc = read_row(s, out, &half, &usec, error);
		if (rc == WH_OK && sqlite3_errcode(s->db) == SQLITE_NOMEM)
			code = SQLITE_NOMEM;
		if (code != SQLITE_ROW)
			break;
	}
	if (rc == WH_OK && code != SQLITE_ROW && code != SQLITE_DONE)
		rc = wh_sqlite_fail(s, code, error, "reading the changes of \"%s\"", t->capture->name);
	wh_sqlite_finalize(&s->scan);
	if (rc == WH_OK && code == SQLITE_DONE)
		return wh_fail(error, WH_CONFIG,
			"changes were taken away from \"%s\" by somebody else, from %lld on; copy again",
			t->capture->name, (long long)t->at);
	if (rc == WH_OK && t->at == t->upper) {
		struct wh_position next;
		wh_sqlite_place(&next, t->at, t->identity);
		wh_changes_end(out, &next, usec);
	}
	return rc;
}

/* ---- the schema ---- */

static int form_of_then(struct sqlite *s, size_t number, const char **out, struct wh_error *error)
{
	char *sql = sqlite3_mprintf("SELECT value FROM %s_about WHERE item = 'form %d'",
		s->tail.capture->name, (int)number);
	int rc = wh_sqlite_word(s, sql ? sql : "", &s->arena, out, error);
	sqlite3_free(sql);
	return rc < 0 ? rc : WH_OK;
}

static const char *tell_text(struct wh_arena *arena, const char *table, const char *then,
	const char *now)
{
	const char *made = strstr(now, "CREATE TABLE"),
			   *was = then ? strstr(then, "CREATE TABLE") : NULL;
	if (!made)
		return wh_arena_format(arena, "table \"%s\" is dropped or renamed", table);
	if (was && strcspn(made, "\n") == strcspn(was, "\n") &&
		strncmp(made, was, strcspn(made, "\n")) == 0)
		return wh_arena_format(arena,
			"a unique index of table \"%s\", or a trigger that writes its changes down, is another now",
			table);
	return wh_arena_format(arena, "table \"%s\" is another now: %s", table, made);
}

/* Told where the log ends: what a table was like when a row was written is not written down. */
static void tell_change(struct sqlite *s, struct wh_changes *out, size_t number, const char *then,
	const char *now)
{
	const struct sqlite_tail *t = &s->tail;
	struct wh_position next;
	struct wh_change *change = wh_changes_add(out, WH_OP_SCHEMA, (uint32_t)number);
	change->at[0] = (uint64_t)t->at;
	change->text = tell_text(&out->texts, t->capture->tables[number]->table, then, now);
	wh_sqlite_place(&next, t->at, t->identity);
	wh_changes_end(out, &next, wh_now_usec());
}

static int look_at_schema(struct sqlite *s, struct wh_changes *out, struct wh_error *error)
{
	struct sqlite_tail *t = &s->tail;
	int64_t schema = 0;
	int rc = wh_sqlite_number(s, "PRAGMA schema_version", &schema, error);
	if (rc < 0 || schema == t->schema)
		return rc < 0 ? rc : WH_OK;
	rc = WH_OK;
	for (size_t i = 0; i < t->capture->ntables && rc == WH_OK; i++) {
		struct wh_buffer now = { 0 };
		const char *then = NULL;
		rc = wh_sqlite_watch_form(s, t->capture, i, &now, error);
		if (rc == WH_OK)
			rc = form_of_then(s, i, &then, error);
		if (rc == WH_OK && (!then || !wh_equal(then, wh_buffer_string(&now))))
			tell_change(s, out, i, then, wh_buffer_string(&now));
		wh_buffer_free(&now);
	}
	if (rc == WH_OK)
		t->schema = schema;
	return rc;
}

/* ---- tail ---- */

static int look(struct sqlite *s, struct wh_changes *out, struct wh_error *error)
{
	struct sqlite_tail *t = &s->tail;
	int64_t lowest, next;
	char identity[9];
	int rc = wh_sqlite_run(s, "BEGIN", error);
	if (rc)
		return rc;
	if (t->at == t->upper) {
		rc = wh_sqlite_log(s, t->capture->name, &lowest, &next, identity, error);
		if (rc == WH_OK && !wh_equal(identity, t->identity))
			rc = wh_fail(error, WH_CONFIG,
				"the table of changes \"%s\" was made anew: \"%s\"; copy again", t->capture->name,
				s->path);
		if (rc == WH_OK)
			rc = check_place(s, t, lowest, next, error);
		if (rc == WH_OK)
			t->upper = next;
	}
	if (rc == WH_OK && t->at < t->upper)
		rc = read_rows(s, out, error);
	if (rc == WH_OK && t->at == t->upper)
		rc = look_at_schema(s, out, error);
	wh_sqlite_roll_back(s);
	return rc;
}

/* Waits until somebody has committed, or until then. */
static int wait_for_change(struct sqlite *s, int64_t until, struct wh_error *error)
{
	long pause = LOOK_LEAST;
	for (int rc = WH_OK;;) {
		int64_t version = 0;
		rc = wh_sqlite_number(s, "PRAGMA data_version", &version, error);
		if (rc < 0)
			return rc;
		if (version != s->tail.version || wh_now_usec() >= until)
			return WH_OK;
		nanosleep(&(struct timespec){ .tv_nsec = pause * 1000000 }, NULL);
		pause = pause * 2 > LOOK_MOST ? LOOK_MOST : pause * 2;
	}
}

int wh_sqlite_tail(struct wh_conn *c, int wait_ms, struct wh_changes *out, struct wh_error *error)
{
	struct sqlite *s = c->state;
	struct sqlite_tail *t = &s->tail;
	size_t count = out->count;
	int64_t until = wh_now_usec() + (int64_t)wait_ms * 1000;
	if (!t->capture)
		return wh_fail(error, WH_BUG, "a log was read that nobody attached to");
	for (;;) {
		int rc = wh_sqlite_number(s, "PRAGMA data_version", &t->version, error);
		if (rc >= 0)
			rc = look(s, out, error);
		if (rc < 0)
			return rc;
		if (out->count != count || wh_now_usec() >= until)
			break;
		rc = wait_for_change(s, until, error);
		if (rc < 0)
			return rc;
	}
	if (t->at == t->upper)
		wh_sqlite_place(&out->read, t->at, t->identity);
	return WH_OK;
}

/* ---- confirm ---- */

static int open_eraser(struct sqlite *s, struct sqlite *eraser, struct wh_error *error)
{
	if (!s->tail.eraser) {
		int code = sqlite3_open_v2(sqlite3_db_filename(s->db, "main"), &s->tail.eraser,
			SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
		*eraser = (struct sqlite){ .db = s->tail.eraser, .path = s->path };
		if (code != SQLITE_OK)
			return wh_sqlite_fail(eraser, code, error, "opening it to erase changes");
		sqlite3_extended_result_codes(s->tail.eraser, 1);
		sqlite3_busy_timeout(s->tail.eraser, ERASER_WAITS);
	}
	*eraser = (struct sqlite){ .db = s->tail.eraser, .path = s->path };
	return WH_OK;
}

/* One batch of them; *more: there is another one. What was noted for replaced rows goes too: no
 * statement is under way while we may write. */
static int erase_some(struct sqlite *s, const char *name, int64_t below, bool *more,
	struct wh_error *error)
{
	int64_t from = 0, newest = 0;
	int rc = wh_sqlite_run(s, "BEGIN IMMEDIATE", error);
	if (rc)
		return rc;
	rc = wh_sqlite_get(s, &from, error, "SELECT value FROM %s_about WHERE item = 'lowest'", name);
	if (rc == WH_OK)
		rc = wh_sqlite_get(s, &newest, error, "SELECT max(seq) FROM %s", name);
	int64_t to = below - from > ERASED_AT_ONCE ? from + ERASED_AT_ONCE : below;
	*more = to < below;
	if (rc == WH_OK && to > from)
		rc = wh_sqlite_do(s, error,
			"DELETE FROM %s WHERE seq < %lld AND seq < %lld;"
			"UPDATE %s_about SET value = %lld WHERE item = 'lowest'; DELETE FROM %s_old",
			name, (long long)to, (long long)newest, name, (long long)to, name);
	if (rc == WH_OK)
		rc = wh_sqlite_run(s, "COMMIT", error);
	if (rc)
		wh_sqlite_roll_back(s);
	return rc;
}

int wh_sqlite_confirm(struct wh_conn *c, const struct wh_position *durable, struct wh_error *error)
{
	struct sqlite *s = c->state, eraser;
	bool more = true;
	if (!s->tail.capture)
		return wh_fail(error, WH_BUG, "a place was confirmed in a log that nobody attached to");
	if ((int64_t)durable->order[0] > s->tail.at)
		return wh_fail(error, WH_BUG, "a place was confirmed that was not read: \"%s\"",
			durable->text);
	int rc = open_eraser(s, &eraser, error);
	while (rc == WH_OK && more)
		rc = erase_some(&eraser, s->tail.capture->name, (int64_t)durable->order[0], &more, error);
	if (rc == WH_RETRY) { /* the application is at work; the next confirm erases more */
		wh_error_clear(error);
		rc = WH_OK;
	}
	return rc < 0 ? rc : WH_OK;
}

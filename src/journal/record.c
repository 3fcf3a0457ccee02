/* Records: each function hands one work over to the journal's thread and waits for it. */
#include "base/time.h"
#include "journal/inside.h"

struct fact {
	const char *name, *value;
};

static int record_fact(sqlite3 *db, const void *what)
{
	const struct fact *f = what;
	if (!f->value)
		return wh_journal_run(db, "DELETE FROM fact WHERE name = ?", "s", f->name);
	return wh_journal_run(db, "INSERT OR REPLACE INTO fact VALUES(?, ?)", "ss", f->name, f->value);
}

int wh_journal_set(struct wh_journal *j, const char *name, const char *value,
	struct wh_error *error)
{
	return wh_journal_hand(j, record_fact, &(struct fact){ name, value }, error);
}

int wh_journal_record_table(sqlite3 *db, const void *what)
{
	const struct wh_journal_table *t = what;
	char tally[WH_TALLY_TEXT], digest[56];
	wh_tally_text(&t->tally, tally);
	wh_digest_text(&t->target_digest, digest);
	return wh_journal_run(db,
		"INSERT OR REPLACE INTO moved VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", "isssssisisii",
		t->number, t->source, t->target, t->treatment, t->state, t->proof, t->rows_expected, tally,
		(int64_t)t->checked, digest, t->rows_differing, (int64_t)t->source_changed);
}

int wh_journal_table_put(struct wh_journal *j, const struct wh_journal_table *t,
	struct wh_error *error)
{
	return wh_journal_hand(j, wh_journal_record_table, t, error);
}

struct unit_list {
	int64_t table;
	const struct wh_unit *items;
	size_t n;
};

static int record_units(sqlite3 *db, const void *what)
{
	const struct unit_list *list = what;
	sqlite3_stmt *s = NULL;
	int rc = wh_journal_run(db, "DELETE FROM unit WHERE moved = ?", "i", list->table);
	if (rc == SQLITE_OK)
		rc = sqlite3_prepare_v2(db, "INSERT INTO unit VALUES(?, ?, ?, ?, ?, 0, NULL)", -1, &s,
			NULL);
	for (size_t i = 0; i < list->n && rc == SQLITE_OK; i++) {
		const struct wh_unit *u = &list->items[i];
		rc = wh_journal_again(s, "iiiii", list->table, u->number, (int64_t)u->range, u->first,
			u->last);
	}
	return wh_journal_end(s, rc);
}

int wh_journal_units_put(struct wh_journal *j, int64_t table, const struct wh_unit *units, size_t n,
	struct wh_error *error)
{
	return wh_journal_hand(j, record_units, &(struct unit_list){ table, units, n }, error);
}

struct unit_outcome {
	const struct wh_unit *unit;
	const struct wh_tally *tally;
};

/* Writes the whole row: a unit whose intent was forgotten is done all the same. */
static int record_unit_done(sqlite3 *db, const void *what)
{
	const struct unit_outcome *o = what;
	char tally[WH_TALLY_TEXT];
	wh_tally_text(o->tally, tally);
	return wh_journal_run(db, "INSERT OR REPLACE INTO unit VALUES(?, ?, ?, ?, ?, 1, ?)", "iiiiis",
		o->unit->table, o->unit->number, (int64_t)o->unit->range, o->unit->first, o->unit->last,
		tally);
}

int wh_journal_unit_done(struct wh_journal *j, const struct wh_unit *unit,
	const struct wh_tally *tally, struct wh_error *error)
{
	return wh_journal_hand(j, record_unit_done, &(struct unit_outcome){ unit, tally }, error);
}

static int record_statement(sqlite3 *db, const void *what)
{
	const struct wh_journal_statement *s = what;
	return wh_journal_run(db,
		"INSERT INTO statement(phase, kind, object, sql, state, error, usec)"
		" VALUES(?, ?, ?, ?, ?, ?, ?) ON CONFLICT(sql) DO UPDATE SET phase = excluded.phase,"
		" kind = excluded.kind, object = excluded.object, state = excluded.state,"
		" error = excluded.error, usec = excluded.usec",
		"ssssssi", s->phase, s->kind, s->object, s->sql, s->state, s->error, s->usec);
}

int wh_journal_statement_put(struct wh_journal *j, const struct wh_journal_statement *s,
	struct wh_error *error)
{
	return wh_journal_hand(j, record_statement, s, error);
}

struct finding_list {
	const char *origin;
	const struct wh_finding *items;
	size_t n;
	bool replace;
};

static int record_findings(sqlite3 *db, const void *what)
{
	const struct finding_list *list = what;
	sqlite3_stmt *s = NULL;
	int rc = SQLITE_OK;
	if (list->replace)
		rc = wh_journal_run(db, "DELETE FROM finding WHERE origin = ?", "s", list->origin);
	if (rc == SQLITE_OK)
		rc = sqlite3_prepare_v2(db, "INSERT INTO finding VALUES(NULL, ?, ?, ?, ?, ?, ?, ?)", -1, &s,
			NULL);
	for (size_t i = 0; i < list->n && rc == SQLITE_OK; i++) {
		const struct wh_finding *f = &list->items[i];
		rc = wh_journal_again(s, "ssiisss", list->origin, f->rule, (int64_t)f->severity,
			(int64_t)f->effort, f->object, f->text, f->source);
	}
	return wh_journal_end(s, rc);
}

int wh_journal_findings_put(struct wh_journal *j, const char *origin,
	const struct wh_findings *findings, struct wh_error *error)
{
	struct finding_list list = { origin, findings->items, findings->count, true };
	return wh_journal_hand(j, record_findings, &list, error);
}

int wh_journal_finding_add(struct wh_journal *j, const char *origin,
	const struct wh_finding *finding, struct wh_error *error)
{
	struct finding_list list = { origin, finding, 1, false };
	return wh_journal_hand(j, record_findings, &list, error);
}

struct quarantine_range {
	int64_t table, unit;
};

static int record_quarantine_clear(sqlite3 *db, const void *what)
{
	const struct quarantine_range *r = what;
	if (r->unit < 0)
		return wh_journal_run(db, "DELETE FROM quarantine WHERE moved = ?", "i", r->table);
	return wh_journal_run(db, "DELETE FROM quarantine WHERE moved = ? AND unit = ?", "ii", r->table,
		r->unit);
}

int wh_journal_quarantine_clear(struct wh_journal *j, int64_t table, int64_t unit,
	struct wh_error *error)
{
	struct quarantine_range range = { table, unit };
	return wh_journal_hand(j, record_quarantine_clear, &range, error);
}

struct quarantine_list {
	const struct wh_journal_quarantine *items;
	size_t n;
};

static int record_quarantine(sqlite3 *db, const void *what)
{
	const struct quarantine_list *list = what;
	sqlite3_stmt *s = NULL;
	int rc = sqlite3_prepare_v2(db,
		"INSERT INTO quarantine(moved, unit, row, source, key, field, reason, fields, hash, usec)"
		" VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		-1, &s, NULL);
	for (size_t i = 0; i < list->n && rc == SQLITE_OK; i++) {
		const struct wh_journal_quarantine *q = &list->items[i];
		rc = wh_journal_again(s, "iiissssssi", q->table, q->unit, q->row, q->source, q->key,
			q->column, q->reason, q->values, q->hash, q->usec ? q->usec : wh_now_usec());
	}
	return wh_journal_end(s, rc);
}

int wh_journal_quarantine_put(struct wh_journal *j, const struct wh_journal_quarantine *rows,
	size_t n, struct wh_error *error)
{
	return wh_journal_hand(j, record_quarantine, &(struct quarantine_list){ rows, n }, error);
}

struct difference_list {
	int64_t table;
	const struct wh_journal_difference *items;
	size_t n;
};

static int record_differences(sqlite3 *db, const void *what)
{
	const struct difference_list *list = what;
	sqlite3_stmt *s = NULL;
	int rc = wh_journal_run(db, "DELETE FROM difference WHERE moved = ?", "i", list->table);
	if (rc == SQLITE_OK)
		rc = sqlite3_prepare_v2(db,
			"INSERT INTO difference(moved, object, kind, key, field, source, target)"
			" VALUES(?, ?, ?, ?, ?, ?, ?)",
			-1, &s, NULL);
	for (size_t i = 0; i < list->n && rc == SQLITE_OK; i++) {
		const struct wh_journal_difference *d = &list->items[i];
		rc = wh_journal_again(s, "issssss", list->table, d->object, d->kind, d->key, d->column,
			d->source, d->target);
	}
	return wh_journal_end(s, rc);
}

int wh_journal_differences_put(struct wh_journal *j, int64_t table,
	const struct wh_journal_difference *rows, size_t n, struct wh_error *error)
{
	struct difference_list list = { table, rows, n };
	return wh_journal_hand(j, record_differences, &list, error);
}

static int record_event(sqlite3 *db, const void *what)
{
	const struct wh_journal_event *e = what;
	return wh_journal_run(db, "INSERT INTO event(usec, text) VALUES(?, ?)", "is", e->usec, e->text);
}

int wh_journal_event(struct wh_journal *j, const char *text, struct wh_error *error)
{
	struct wh_journal_event event = { wh_now_usec(), text };
	return wh_journal_hand(j, record_event, &event, error);
}

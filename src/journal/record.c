/* Records: each function hands one work over to the journal's thread and waits for it. */
#include "base/time.h"
#include "journal/inside.h"

struct fact_list {
	const struct wh_journal_fact *items;
	size_t n;
};

static int record_facts(sqlite3 *db, const void *what)
{
	const struct fact_list *list = what;
	int rc = SQLITE_OK;
	for (size_t i = 0; i < list->n && rc == SQLITE_OK; i++) {
		const struct wh_journal_fact *f = &list->items[i];
		rc = f->value ? wh_journal_run(db, "INSERT OR REPLACE INTO fact VALUES(?, ?)", "ss",
							f->name, f->value)
					  : wh_journal_run(db, "DELETE FROM fact WHERE name = ?", "s", f->name);
	}
	return rc;
}

int wh_journal_set_all(struct wh_journal *j, const struct wh_journal_fact *facts, size_t n,
	struct wh_error *error)
{
	return wh_journal_hand(j, record_facts, &(struct fact_list){ facts, n }, error);
}

int wh_journal_set(struct wh_journal *j, const char *name, const char *value,
	struct wh_error *error)
{
	return wh_journal_set_all(j, &(struct wh_journal_fact){ name, value }, 1, error);
}

struct table_list {
	const struct wh_journal_table *items;
	size_t n;
};

static int record_table(sqlite3_stmt *s, const struct wh_journal_table *t)
{
	char tally[WH_TALLY_TEXT], digest[56];
	wh_tally_text(&t->tally, tally);
	wh_digest_text(&t->target_digest, digest);
	return wh_journal_again(s, "isssssisisii", t->number, t->source, t->target, t->treatment,
		t->state, t->proof, t->rows_expected, tally, (int64_t)t->checked, digest, t->rows_differing,
		(int64_t)t->source_changed);
}

static int record_tables(sqlite3 *db, const void *what)
{
	const struct table_list *list = what;
	sqlite3_stmt *s = NULL;
	int rc = sqlite3_prepare_v2(db,
		"INSERT OR REPLACE INTO moved VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", -1, &s, NULL);
	for (size_t i = 0; i < list->n && rc == SQLITE_OK; i++)
		rc = record_table(s, &list->items[i]);
	return wh_journal_end(s, rc);
}

int wh_journal_record_table(sqlite3 *db, const void *table)
{
	return record_tables(db, &(struct table_list){ table, 1 });
}

int wh_journal_tables_put(struct wh_journal *j, const struct wh_journal_table *tables, size_t n,
	struct wh_error *error)
{
	return wh_journal_hand(j, record_tables, &(struct table_list){ tables, n }, error);
}

struct unit_list {
	const struct wh_unit *items;
	size_t n;
};

static int forget_units(sqlite3 *db, const struct unit_list *list)
{
	int rc = SQLITE_OK;
	for (size_t i = 0; i < list->n && rc == SQLITE_OK; i++)
		if (i == 0 || list->items[i].table != list->items[i - 1].table)
			rc = wh_journal_run(db, "DELETE FROM unit WHERE moved = ?", "i", list->items[i].table);
	return rc;
}

static int record_units(sqlite3 *db, const void *what)
{
	const struct unit_list *list = what;
	sqlite3_stmt *s = NULL;
	int rc = forget_units(db, list);
	if (rc == SQLITE_OK)
		rc = sqlite3_prepare_v2(db, "INSERT INTO unit VALUES(?, ?, ?, ?, ?, 0, NULL)", -1, &s,
			NULL);
	for (size_t i = 0; i < list->n && rc == SQLITE_OK; i++) {
		const struct wh_unit *u = &list->items[i];
		rc = wh_journal_again(s, "iiiii", u->table, u->number, (int64_t)u->range, u->first,
			u->last);
	}
	return wh_journal_end(s, rc);
}

int wh_journal_units_put(struct wh_journal *j, const struct wh_unit *units, size_t n,
	struct wh_error *error)
{
	return wh_journal_hand(j, record_units, &(struct unit_list){ units, n }, error);
}

struct outcome_list {
	const struct wh_journal_unit *items;
	size_t n;
};

/* Writes the whole row: a unit whose intent was forgotten is done all the same. */
static int record_outcomes(sqlite3 *db, const void *what)
{
	const struct outcome_list *list = what;
	sqlite3_stmt *s = NULL;
	int rc = sqlite3_prepare_v2(db, "INSERT OR REPLACE INTO unit VALUES(?, ?, ?, ?, ?, 1, ?)", -1,
		&s, NULL);
	for (size_t i = 0; i < list->n && rc == SQLITE_OK; i++) {
		const struct wh_journal_unit *u = &list->items[i];
		char tally[WH_TALLY_TEXT];
		wh_tally_text(&u->tally, tally);
		rc = wh_journal_again(s, "iiiiis", u->table, u->number, (int64_t)u->range, u->first,
			u->last, tally);
	}
	return wh_journal_end(s, rc);
}

int wh_journal_units_done(struct wh_journal *j, const struct wh_journal_unit *units, size_t n,
	struct wh_error *error)
{
	return wh_journal_hand(j, record_outcomes, &(struct outcome_list){ units, n }, error);
}

struct statement_list {
	const struct wh_journal_statement *items;
	size_t n;
};

static int record_statements(sqlite3 *db, const void *what)
{
	const struct statement_list *list = what;
	sqlite3_stmt *s = NULL;
	int rc = sqlite3_prepare_v2(db,
		"INSERT INTO statement(phase, kind, object, sql, state, error, usec)"
		" VALUES(?, ?, ?, ?, ?, ?, ?) ON CONFLICT(sql) DO UPDATE SET phase = excluded.phase,"
		" kind = excluded.kind, object = excluded.object, state = excluded.state,"
		" error = excluded.error, usec = excluded.usec",
		-1, &s, NULL);
	for (size_t i = 0; i < list->n && rc == SQLITE_OK; i++) {
		const struct wh_journal_statement *t = &list->items[i];
		rc = wh_journal_again(s, "ssssssi", t->phase, t->kind, t->object, t->sql, t->state,
			t->error, t->usec);
	}
	return wh_journal_end(s, rc);
}

int wh_journal_statements_put(struct wh_journal *j, const struct wh_journal_statement *list,
	size_t n, struct wh_error *error)
{
	return wh_journal_hand(j, record_statements, &(struct statement_list){ list, n }, error);
}

struct key_list {
	int64_t table;
	const char *const *items;
	size_t n;
};

static int record_forgotten(sqlite3 *db, const void *what)
{
	const struct key_list *list = what;
	sqlite3_stmt *s = NULL;
	if (!list->items)
		return wh_journal_run(db, "DELETE FROM quarantine WHERE moved = ?", "i", list->table);
	int rc = sqlite3_prepare_v2(db, "DELETE FROM quarantine WHERE moved = ? AND key = ?", -1, &s,
		NULL);
	for (size_t i = 0; i < list->n && rc == SQLITE_OK; i++)
		rc = wh_journal_again(s, "is", list->table, list->items[i]);
	return wh_journal_end(s, rc);
}

int wh_journal_quarantine_forget(struct wh_journal *j, int64_t table, const char *const *keys,
	size_t n, struct wh_error *error)
{
	return keys && !n
		? WH_OK
		: wh_journal_hand(j, record_forgotten, &(struct key_list){ table, keys, n }, error);
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

static int record_quarantine_clear(sqlite3 *db, const void *what)
{
	const struct outcome_list *list = what;
	sqlite3_stmt *s = NULL;
	int rc = sqlite3_prepare_v2(db,
		"DELETE FROM quarantine WHERE moved = ?1 AND (unit = ?2 OR ?2 = -1)", -1, &s, NULL);
	for (size_t i = 0; i < list->n && rc == SQLITE_OK; i++)
		rc = wh_journal_again(s, "ii", list->items[i].table, list->items[i].number);
	return wh_journal_end(s, rc);
}

int wh_journal_quarantine_clear(struct wh_journal *j, const struct wh_journal_unit *units, size_t n,
	struct wh_error *error)
{
	return wh_journal_hand(j, record_quarantine_clear, &(struct outcome_list){ units, n }, error);
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

static int record_control_rules(sqlite3 *db, const struct wh_controls *c)
{
	int rc = SQLITE_OK;
	for (size_t i = 0; i < c->nrules && rc == SQLITE_OK; i++) {
		const struct wh_control_rule *r = &c->rules[i];
		rc = wh_journal_run(db,
			"INSERT INTO control_rule(name, held, failed, noticed) VALUES(?, ?, ?, ?)", "siii",
			r->name, r->held, r->failed, r->noticed);
	}
	return rc;
}

static int record_controls(sqlite3 *db, const void *what)
{
	const struct wh_controls *list = what;
	sqlite3_stmt *s = NULL;
	int rc = sqlite3_exec(db, "DELETE FROM control; DELETE FROM control_rule", NULL, NULL, NULL);
	if (rc == SQLITE_OK)
		rc = record_control_rules(db, list);
	if (rc == SQLITE_OK)
		rc = sqlite3_prepare_v2(db, "INSERT INTO control VALUES(NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
			-1, &s, NULL);
	for (size_t i = 0; i < list->count && rc == SQLITE_OK; i++) {
		const struct wh_control *c = &list->items[i];
		rc = wh_journal_again(s, "sssssssii", c->rule, c->subject, c->unit, c->expected, c->actual,
			c->expected_is, c->actual_is, (int64_t)c->held, (int64_t)c->notice);
	}
	return wh_journal_end(s, rc);
}

int wh_journal_controls_put(struct wh_journal *j, const struct wh_controls *controls,
	struct wh_error *error)
{
	return wh_journal_hand(j, record_controls, controls, error);
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

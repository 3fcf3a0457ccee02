/* Rows of the quarantine that are tried again. */
#include "journal/inside.h"

struct attempt {
	const int64_t *ids;
	size_t n;
	int64_t number;
};

static int record_attempt(sqlite3 *db, const void *what)
{
	const struct attempt *a = what;
	sqlite3_stmt *s = NULL;
	int rc = sqlite3_prepare_v2(db, "UPDATE quarantine SET attempt = ? WHERE id = ?", -1, &s, NULL);
	for (size_t i = 0; i < a->n && rc == SQLITE_OK; i++)
		rc = wh_journal_again(s, "ii", a->number, a->ids[i]);
	return wh_journal_end(s, rc);
}

int wh_journal_attempt(struct wh_journal *j, const int64_t *ids, size_t n, int64_t attempt,
	struct wh_error *error)
{
	return wh_journal_hand(j, record_attempt, &(struct attempt){ ids, n, attempt }, error);
}

static int record_stays(sqlite3 *db, const struct wh_journal_quarantine *q)
{
	return wh_journal_run(db,
		"UPDATE quarantine SET attempt = 0, field = ?, reason = ?, fields = ?, hash = ?, usec = ?"
		" WHERE id = ?",
		"ssssii", q->column, q->reason, q->values, q->hash, q->usec, q->id);
}

static int record_unit_tally(sqlite3 *db, const struct wh_journal_unit *u)
{
	char tally[WH_TALLY_TEXT];
	wh_tally_text(&u->tally, tally);
	return wh_journal_run(db, "UPDATE unit SET tally = ? WHERE moved = ? AND number = ?", "sii",
		tally, u->table, u->number);
}

static int record_settlement(sqlite3 *db, const void *what)
{
	const struct wh_journal_settlement *s = what;
	int rc = SQLITE_OK;
	if (s->attempt)
		rc = wh_journal_run(db, "DELETE FROM quarantine WHERE attempt = ?", "i", s->attempt);
	if (rc == SQLITE_OK && s->leaves)
		rc = wh_journal_run(db, "DELETE FROM quarantine WHERE id = ?", "i", s->leaves);
	if (rc == SQLITE_OK && s->stays)
		rc = record_stays(db, s->stays);
	if (rc == SQLITE_OK && s->unit)
		rc = record_unit_tally(db, s->unit);
	return rc == SQLITE_OK && s->table ? wh_journal_record_table(db, s->table) : rc;
}

int wh_journal_settle(struct wh_journal *j, const struct wh_journal_settlement *s,
	struct wh_error *error)
{
	return wh_journal_hand(j, record_settlement, s, error);
}

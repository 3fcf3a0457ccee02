#include "lifecycle/report/document.h"
#include "base/text.h"
#include "lifecycle/migration.h"
#include "lifecycle/report/live.h"
#include "lifecycle/report/print.h"
#include "lifecycle/report/report.h"
#include <stdlib.h>
#include <string.h>

json_t *wh_json_words(const char *text)
{
	if (!text)
		return json_null();
	json_t *words = json_string(text);
	if (words)
		return words;
	struct wh_buffer shown = { 0 };
	wh_text_shown(&shown, text, strlen(text));
	words = json_string(wh_buffer_string(&shown));
	wh_buffer_free(&shown);
	return words ? words : json_null();
}

json_t *wh_json_count(uint64_t n)
{
	char digits[24];
	if (n <= INT64_MAX)
		return json_integer((json_int_t)n);
	digits[wh_format_uint64(digits, n)] = '\0';
	return json_string(digits);
}

json_t *wh_json_checked(int64_t n)
{
	return n < 0 ? json_null() : json_integer((json_int_t)n);
}

static json_t *count_if(bool counted, uint64_t n)
{
	return counted ? wh_json_count(n) : json_null();
}

json_t *wh_json_error(const struct wh_error *error, int exit)
{
	if (!error || error->code == WH_OK)
		return json_null();
	return json_pack("{s:i, s:o, s:o}", "code", exit, "text", wh_json_words(error->text), "place",
		wh_json_words(error->place));
}

static json_t *digest_json(bool known, const struct wh_digest *d)
{
	char text[56];
	if (!known)
		return json_null();
	wh_digest_text(d, text);
	return json_string(text);
}

static json_t *table_json(const struct wh_account *a, size_t table)
{
	const struct wh_journal_table *t = &a->tables[table];
	bool counted = wh_account_counted(a, table);
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "source",
		wh_json_words(t->source), "target", wh_json_words(t->target), "rows_read",
		count_if(counted, t->tally.read.rows), "rows_written",
		count_if(counted, t->tally.written.rows), "rows_quarantined",
		count_if(counted, t->tally.quarantined.rows), "rows_filtered",
		count_if(counted && !a->partial[table], t->tally.filtered.rows), "rows_differing",
		t->checked ? wh_json_checked(t->rows_differing) : json_null(), "digest",
		digest_json(counted, &t->tally.written), "digest_target",
		digest_json(t->checked, &t->target_digest), "source_changed",
		t->checked ? json_boolean(t->source_changed) : json_null(), "proof",
		wh_json_words(t->proof), "state", wh_json_words(t->state));
}

static json_t *tables_json(const struct wh_account *a)
{
	json_t *list = json_array();
	for (size_t i = 0; i < a->ntables; i++)
		json_array_append_new(list, table_json(a, i));
	return list;
}

static json_t *differences_json(const struct wh_account *a)
{
	json_t *list = json_array();
	for (size_t i = 0; i < a->ndifferences; i++) {
		const struct wh_journal_difference *d = &a->differences[i];
		json_array_append_new(list,
			json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}", "table", wh_json_words(d->object), "kind",
				wh_json_words(d->kind), "key", wh_json_words(d->key), "column",
				wh_json_words(d->column), "source", wh_json_words(d->source), "target",
				wh_json_words(d->target)));
	}
	return list;
}

static json_t *findings_json(const struct wh_account *a)
{
	json_t *list = json_array();
	for (size_t i = 0; i < a->findings.count; i++) {
		const struct wh_finding *f = &a->findings.items[i];
		json_array_append_new(list,
			json_pack("{s:o, s:s, s:s, s:o, s:o, s:o}", "rule", wh_json_words(f->rule), "severity",
				wh_severity_name(f->severity), "class", wh_effort_name(f->effort), "object",
				wh_json_words(f->object), "text", wh_json_words(f->text), "definition",
				wh_json_words(f->source)));
	}
	return list;
}

json_t *wh_json_quarantine(const struct wh_journal_quarantine *rows, size_t n)
{
	json_t *list = json_array();
	for (size_t i = 0; i < n; i++) {
		const struct wh_journal_quarantine *q = &rows[i];
		json_array_append_new(list,
			json_pack("{s:I, s:o, s:I, s:I, s:o, s:o, s:o, s:o, s:I}", "id", (json_int_t)q->id,
				"table", wh_json_words(q->source), "unit", (json_int_t)q->unit, "row",
				(json_int_t)q->row, "key", wh_json_words(q->key), "column",
				wh_json_words(q->column), "reason", wh_json_words(q->reason), "values",
				wh_json_words(q->values), "usec", (json_int_t)q->usec));
	}
	return list;
}

static json_t *totals_json(const struct wh_account *a)
{
	return json_pack("{s:I, s:o, s:o, s:o, s:o, s:o, s:o}", "tables", (json_int_t)a->ntables,
		"rows_read", count_if(a->counted, a->sum.read.rows), "rows_written",
		count_if(a->counted, a->sum.written.rows), "rows_quarantined",
		count_if(a->counted, a->sum.quarantined.rows), "rows_filtered",
		count_if(a->counted && !a->any_partial, a->sum.filtered.rows), "rows_differing",
		wh_json_checked(a->differing), "bytes", count_if(a->counted, a->sum.bytes));
}

static json_t *seconds_json(struct wh_account *a)
{
	static const char *const phases[][2] = {
		{ "assess", "seconds_inspect" },
		{ "copy", "seconds_copy" },
		{ "build", "seconds_build" },
		{ "verify", "seconds_verify" },
		{ "total", "seconds_total" },
	};
	json_t *all = json_object();
	for (size_t i = 0; i < sizeof phases / sizeof *phases; i++) {
		double seconds;
		json_object_set_new(all, phases[i][0],
			wh_account_seconds(a, phases[i][1], &seconds) ? json_real(seconds) : json_null());
	}
	return all;
}

static void put_facts(json_t *o, struct wh_account *a)
{
	static const char *const names[] = { "state", "plan_id", "source", "target", "source_version",
		"target_version", "snapshot_text", "verified" };
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		json_object_set_new(o, names[i], wh_json_words(wh_account_fact(a, names[i])));
	json_object_set_new(o, "verdict",
		a->journal ? wh_json_words(wh_verdict_word(a->verdict)) : json_null());
}

/* What an assessment had said: to be set beside "seconds". */
static json_t *estimated_json(struct wh_account *a)
{
	static const char *const phases[] = { "copy", "build", "verify" };
	json_t *o = json_object();
	for (size_t i = 0; i < sizeof phases / sizeof *phases; i++) {
		double s[3];
		json_object_set_new(o, phases[i],
			wh_account_estimate(a, phases[i], s)
				? json_pack("{s:f, s:f, s:f}", "low", s[0], "likely", s[1], "high", s[2])
				: json_null());
	}
	return o;
}

static json_t *head_json(struct wh_account *a, const struct wh_error *failure, int exit)
{
	json_t *o = json_object();
	json_object_set_new(o, "whimbrel", json_integer(1));
	json_object_set_new(o, "error", wh_json_error(failure, exit));
	json_object_set_new(o, "exit", json_integer(exit));
	put_facts(o, a);
	json_object_set_new(o, "totals", totals_json(a));
	json_object_set_new(o, "differences_total", wh_json_checked(a->differing));
	json_object_set_new(o, "reconciliation", wh_json_controls(a));
	json_object_set_new(o, "seconds", seconds_json(a));
	json_object_set_new(o, "estimated", estimated_json(a));
	json_object_set_new(o, "serving", wh_json_words(wh_account_fact(a, "serving")));
	json_object_set_new(o, "live", wh_live_json(a));
	return o;
}

static json_t *port_json(struct wh_account *a)
{
	int64_t n = 0;
	bool any = wh_account_moment(a, "port_files", &n);
	return json_pack("{s:I, s:o}", "count", (json_int_t)(any ? n : 0), "folder",
		wh_json_words(any ? wh_account_fact(a, "port_folder") : NULL));
}

json_t *wh_json_account(struct wh_account *a, const struct wh_error *failure, int exit)
{
	json_t *o = head_json(a, failure, exit);
	json_object_set_new(o, "tables", tables_json(a));
	json_object_set_new(o, "differences", differences_json(a));
	json_object_set_new(o, "findings", findings_json(a));
	json_object_set_new(o, "port", port_json(a));
	return o;
}

/* jansson can fail only for want of memory, which ends the process everywhere else too. */
char *wh_json_text(json_t *document)
{
	char *dump = document ? json_dumps(document, JSON_INDENT(2) | JSON_REAL_PRECISION(9)) : NULL;
	json_decref(document);
	size_t n = dump ? strlen(dump) : 0;
	char *text = wh_alloc(n + 2);
	if (n)
		memcpy(text, dump, n);
	text[n] = '\n';
	free(dump);
	return text;
}

/* Reads the journal for a document: its failure becomes the document's where there is none. */
static const struct wh_error *document_read(struct wh_account *a, struct wh_journal *j,
	const struct wh_error *failure, struct wh_error *own)
{
	bool read = wh_account_read(a, j, own) == WH_OK;
	return read || (failure && failure->code != WH_OK) ? failure : own;
}

/* No document says 0 and brings an error. */
static int document_exit(const struct wh_error *error, int exit)
{
	return exit ? exit : wh_outcome_exit(NULL, error);
}

char *wh_document(struct wh_journal *j, const struct wh_error *failure, int exit)
{
	struct wh_account a;
	struct wh_error own = { 0 };
	const struct wh_error *error = document_read(&a, j, failure, &own);
	char *text = wh_json_text(wh_json_account(&a, error, document_exit(error, exit)));
	wh_account_free(&a);
	return text;
}

char *wh_status_document(struct wh_journal *j, const struct wh_error *failure, int exit)
{
	struct wh_account a;
	struct wh_error own = { 0 };
	const struct wh_error *error = document_read(&a, j, failure, &own);
	json_t *o = head_json(&a, error, document_exit(error, exit));
	json_object_set_new(o, "name", wh_json_words(wh_account_fact(&a, "name")));
	json_object_set_new(o, "command", wh_json_words(wh_account_fact(&a, "command")));
	json_object_set_new(o, "holder",
		wh_json_words(j ? wh_journal_holder(j, "copy", &a.arena) : NULL));
	json_object_set_new(o, "tables", tables_json(&a));
	json_object_set_new(o, "quarantined", wh_json_checked(a.quarantined));
	char *text = wh_json_text(o);
	wh_account_free(&a);
	return text;
}

static int quarantine_rows(struct wh_journal *j, int64_t id, struct wh_arena *arena, json_t **out,
	struct wh_error *error)
{
	struct wh_journal_quarantine *rows = NULL;
	size_t n = 1;
	int rc = id ? wh_quarantine_one(j, id, arena, &rows, error)
				: wh_journal_quarantined(j, -1, 0, SIZE_MAX, arena, &rows, &n, error);
	*out = wh_json_quarantine(rows, rc == WH_OK ? n : 0);
	return rc;
}

char *wh_quarantine_document(struct wh_journal *j, int64_t id, const struct wh_error *failure,
	int exit)
{
	struct wh_arena arena = { 0 };
	struct wh_error own = { 0 };
	const struct wh_error *error = failure;
	json_t *rows = NULL;
	if (j && quarantine_rows(j, id, &arena, &rows, &own) != WH_OK && (!error || !error->code))
		error = &own;
	exit = document_exit(error, exit);
	json_t *o = json_pack("{s:i, s:o, s:i, s:o, s:o}", "whimbrel", 1, "error",
		wh_json_error(error, exit), "exit", exit, "quarantined",
		wh_json_checked(j ? wh_journal_quarantine_count(j) : -1), "rows",
		rows ? rows : json_array());
	wh_arena_free(&arena);
	return wh_json_text(o);
}

int wh_document_check(struct wh_journal *j, int64_t id, struct wh_error *error)
{
	struct wh_account a;
	struct wh_journal_quarantine *row;
	int rc = wh_account_read(&a, j, error);
	if (rc == WH_OK && id)
		rc = wh_quarantine_one(j, id, &a.arena, &row, error);
	wh_account_free(&a);
	return rc;
}

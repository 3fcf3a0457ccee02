#include "lifecycle/report/account.h"
#include "base/text.h"
#include "lifecycle/report/figures.h"
#include "lifecycle/report/print.h"
#include <stdlib.h>
#include <string.h>

const char *wh_account_fact(struct wh_account *a, const char *name)
{
	const char *value = a->journal ? wh_journal_get(a->journal, name, &a->arena) : NULL;
	return value && *value ? value : NULL;
}

bool wh_account_moment(struct wh_account *a, const char *name, int64_t *usec)
{
	const char *value = wh_account_fact(a, name);
	return value && wh_text_int64(value, strlen(value), usec);
}

bool wh_account_seconds(struct wh_account *a, const char *name, double *seconds)
{
	const char *value = wh_account_fact(a, name);
	char *end = NULL;
	if (!value)
		return false;
	*seconds = strtod(value, &end);
	return *end == '\0' && *seconds >= 0 && *seconds < 1e12;
}

bool wh_account_took(struct wh_account *a, double *seconds)
{
	static const char *const phases[] = { "seconds_inspect", "seconds_copy", "seconds_build",
		"seconds_verify" };
	double sum = 0, one;
	bool known = wh_account_seconds(a, "seconds_total", seconds);
	for (size_t i = 0; i < sizeof phases / sizeof *phases; i++)
		if (wh_account_seconds(a, phases[i], &one))
			sum += one;
	if (known && *seconds < sum)
		*seconds = sum;
	return known;
}

bool wh_account_estimate(struct wh_account *a, const char *phase, double seconds[3])
{
	const char *at = wh_account_fact(a, wh_arena_format(&a->arena, "estimate_%s", phase));
	char *end = NULL;
	for (size_t i = 0; i < 3; i++) {
		if (!at)
			return false;
		seconds[i] = strtod(at, &end);
		if (end == at || !(seconds[i] >= 0 && seconds[i] < 1e12))
			return false;
		at = end;
	}
	return *at == '\0';
}

bool wh_account_counted(const struct wh_account *a, size_t table)
{
	static const char *const unread[] = { "planned", "skipped", "failed" };
	const struct wh_journal_table *t = &a->tables[table];
	for (size_t i = 0; i < sizeof unread / sizeof *unread; i++)
		if (wh_equal(t->state, unread[i]))
			return t->tally.read.rows > 0;
	return !a->rowless[table];
}

bool wh_account_compared(const struct wh_account *a, size_t table)
{
	return a->tables[table].checked && a->tables[table].rows_differing >= 0;
}

const char *wh_account_state(const struct wh_account *a, size_t table)
{
	if (a->tables[table].source_changed)
		return "source has changed";
	return a->rowless[table] ? "rows are in its partitions" : a->tables[table].state;
}

/* A table as the plan has it, or NULL. */
static const json_t *account_planned(const json_t *plan, int64_t number)
{
	size_t i;
	json_t *table, *at;
	json_array_foreach(json_object_get(plan, "tables"), i, table)
	{
		at = json_object_get(table, "number");
		if (json_is_integer(at) && json_integer_value(at) == number)
			return table;
	}
	return NULL;
}

static void account_tables(struct wh_account *a)
{
	a->rowless = wh_new_array(&a->arena, bool, a->ntables + 1);
	a->partial = wh_new_array(&a->arena, bool, a->ntables + 1);
	for (size_t i = 0; i < a->ntables; i++) {
		const struct wh_journal_table *t = &a->tables[i];
		const json_t *planned = account_planned(a->plan, t->number);
		a->rowless[i] = json_is_false(json_object_get(planned, "rows_copied"));
		a->partial[i] = json_object_get(planned, "where") != NULL;
		a->any_partial = a->any_partial || a->partial[i];
		a->nrowless += a->rowless[i];
		a->counted = a->counted || wh_account_counted(a, i);
		a->checked += t->checked;
		a->failed += wh_equal(t->state, "failed");
		wh_tally_merge(&a->sum, &t->tally);
		if (wh_account_compared(a, i))
			a->differing = (a->differing < 0 ? 0 : a->differing) + t->rows_differing;
	}
	for (size_t i = 0; i < a->findings.count; i++)
		a->severities[a->findings.items[i].severity]++;
}

static void account_controls(struct wh_account *a)
{
	static const char *const order[] = { "failed", "noticed", "held" };
	const struct wh_controls *c = &a->controls;
	size_t n = 0;
	for (size_t i = 0; i < c->nrules; i++) {
		a->held += c->rules[i].held;
		a->unheld += c->rules[i].failed;
		a->noticed += c->rules[i].noticed;
	}
	a->ordered = wh_new_array(&a->arena, const struct wh_control *, c->count + 1);
	for (size_t o = 0; o < sizeof order / sizeof *order; o++)
		for (size_t i = 0; i < c->count; i++)
			if (wh_equal(wh_control_result(&c->items[i]), order[o]))
				a->ordered[n++] = &c->items[i];
}

static size_t account_unproven(const json_t *plan)
{
	size_t i, k, n = 0;
	json_t *table, *column;
	json_array_foreach(json_object_get(plan, "tables"), i, table)
	{
		json_array_foreach(json_object_get(table, "columns"), k, column)
			n += wh_equal(json_string_value(json_object_get(column, "proof")), "none");
	}
	return n;
}

static bool account_differs(const struct wh_account *a)
{
	for (size_t i = 0; i < a->ntables; i++)
		if (wh_equal(a->tables[i].state, "differs"))
			return true;
	return a->differing > 0;
}

bool wh_account_stopped(struct wh_account *a)
{
	int64_t ended, verified;
	if (!wh_account_fact(a, "error_text"))
		return false;
	return !wh_account_moment(a, "ended_usec", &ended) ||
		!wh_account_moment(a, "verified_usec", &verified) || verified <= ended;
}

static bool account_weak(const struct wh_account *a)
{
	size_t n = a->unproven;
	for (size_t i = 0; i < a->ntables; i++)
		n += wh_equal(a->tables[i].proof, "none");
	return n > 0;
}

static enum wh_verdict account_verdict(struct wh_account *a)
{
	const char *verified = wh_account_fact(a, "verified");
	bool weak = account_weak(a);
	if (wh_account_stopped(a))
		return WH_VERDICT_STOPPED;
	if (wh_equal(verified, "differences") || account_differs(a))
		return WH_VERDICT_DIFFERENT;
	if (a->failed || (verified && !wh_equal(verified, "ok") && !weak))
		return WH_VERDICT_INCOMPLETE;
	if (!verified)
		return WH_VERDICT_UNVERIFIED;
	if (a->unheld)
		return WH_VERDICT_UNRECONCILED;
	if (a->severities[WH_ERROR])
		return WH_VERDICT_ERRORS;
	if (a->quarantined != 0)
		return WH_VERDICT_QUARANTINE;
	return weak ? WH_VERDICT_PARTLY : WH_VERDICT_PROVEN;
}

static int account_lists(struct wh_account *a, struct wh_journal *j, struct wh_error *error)
{
	int rc = wh_journal_tables(j, &a->arena, &a->tables, &a->ntables, error);
	if (rc == WH_OK)
		rc = wh_journal_findings(j, &a->findings, error);
	if (rc == WH_OK)
		rc = wh_journal_statements(j, &a->arena, &a->statements, &a->nstatements, error);
	if (rc == WH_OK)
		rc = wh_journal_differences(j, WH_ACCOUNT_SHOWN, &a->arena, &a->differences,
			&a->ndifferences, error);
	if (rc == WH_OK)
		rc = wh_journal_quarantined(j, -1, 0, WH_ACCOUNT_SHOWN, &a->arena, &a->quarantine,
			&a->nquarantine, error);
	for (size_t i = 0; rc == WH_OK && i < a->nquarantine; i++)
		a->quarantine[i].values = wh_values_masked(&a->arena, a->quarantine[i].values);
	if (rc == WH_OK)
		rc = wh_journal_controls(j, &a->controls, error);
	if (rc == WH_OK)
		rc = wh_journal_events(j, &a->arena, &a->events, &a->nevents, error);
	if (rc == WH_OK && (a->quarantined = wh_journal_quarantine_count(j)) < 0)
		rc = wh_fail(error, WH_STOP, "the quarantine cannot be read from the journal");
	return rc;
}

int wh_account_read(struct wh_account *a, struct wh_journal *j, struct wh_error *error)
{
	*a = (struct wh_account){ .journal = j,
		.quarantined = -1,
		.differing = -1,
		.verdict = WH_VERDICT_UNVERIFIED };
	a->findings.arena = &a->arena;
	if (!j)
		return WH_OK;
	int rc = account_lists(a, j, error);
	const char *plan = wh_account_fact(a, "plan");
	a->plan = plan ? json_loads(plan, JSON_ALLOW_NUL, NULL) : NULL;
	a->unproven = account_unproven(a->plan);
	account_tables(a);
	account_controls(a);
	a->verdict = account_verdict(a);
	return rc;
}

void wh_account_free(struct wh_account *a)
{
	json_decref(a->plan);
	wh_controls_free(&a->controls);
	wh_arena_free(&a->arena);
	*a = (struct wh_account){ 0 };
}

static const struct verdict {
	const char *word, *title;
} verdicts[WH_VERDICTS] = {
	[WH_VERDICT_STOPPED] = { "stopped", "Stopped before its end" },
	[WH_VERDICT_DIFFERENT] = { "different", "Differences found" },
	[WH_VERDICT_INCOMPLETE] = { "incomplete", "Incomplete" },
	[WH_VERDICT_UNVERIFIED] = { "unverified", "Not verified" },
	[WH_VERDICT_UNRECONCILED] = { "unreconciled", "Rows equal, figures do not agree" },
	[WH_VERDICT_ERRORS] = { "errors", "Rows equal, errors remain" },
	[WH_VERDICT_QUARANTINE] = { "quarantine", "Equal, with rows in quarantine" },
	[WH_VERDICT_PARTLY] = { "partly", "Equal where it can be compared" },
	[WH_VERDICT_PROVEN] = { "proven", "Proven equal" },
};

const char *wh_verdict_word(enum wh_verdict verdict)
{
	return verdicts[verdict].word;
}

const char *wh_verdict_title(enum wh_verdict verdict)
{
	return verdicts[verdict].title;
}

/* "1 row", "1,234 rows". */
static const char *many(struct wh_account *a, int64_t n, const char *one)
{
	char figure[WH_FIGURE];
	return wh_arena_format(&a->arena, "%s %s%s", wh_figure_count(figure, n < 0 ? 0 : (uint64_t)n),
		one, n == 1 ? "" : "s");
}

static const char *sentence_stopped(struct wh_account *a)
{
	const char *place = wh_account_fact(a, "error_place");
	bool begun = !wh_equal(wh_account_fact(a, "state"), "CREATED");
	return wh_arena_format(&a->arena, "%s%s%s. %s", place ? place : "", place ? ": " : "",
		wh_account_fact(a, "error_text"),
		begun ? "What was done is kept: the same command goes on from there."
			  : "Nothing was written on the target.");
}

static const char *also(struct wh_account *a, const char *before, const char *more)
{
	return *before ? wh_arena_format(&a->arena, "%s, %s", before, more) : more;
}

/* What is wrong beside the verdict itself. */
static const char *sentence_besides(struct wh_account *a)
{
	const char *list = "";
	if (a->failed && a->verdict != WH_VERDICT_INCOMPLETE)
		list = also(a, list,
			wh_arena_format(&a->arena, "%s failed", many(a, (int64_t)a->failed, "table")));
	if (a->quarantined > 0 && a->verdict != WH_VERDICT_QUARANTINE)
		list = also(a, list,
			wh_arena_format(&a->arena, "%s in quarantine", many(a, a->quarantined, "row")));
	if (a->unheld && a->verdict != WH_VERDICT_UNRECONCILED)
		list = also(a, list,
			wh_arena_format(&a->arena, "%s of the reconciliation failed",
				many(a, a->unheld, "control")));
	if (a->severities[WH_ERROR] && a->verdict != WH_VERDICT_ERRORS)
		list = also(a, list,
			wh_arena_format(&a->arena, "%s of severity error",
				many(a, (int64_t)a->severities[WH_ERROR], "finding")));
	if (a->unproven && a->verdict != WH_VERDICT_PARTLY)
		list = also(a, list,
			wh_arena_format(&a->arena, "%s without a proof",
				many(a, (int64_t)a->unproven, "column")));
	return *list ? wh_arena_format(&a->arena, " Also: %s.", list) : "";
}

static const char *sentence_different(struct wh_account *a)
{
	size_t tables = 0, changed = 0;
	for (size_t i = 0; i < a->ntables; i++) {
		changed += a->tables[i].source_changed;
		tables += a->tables[i].rows_differing > 0;
	}
	const char *first = tables
		? wh_arena_format(&a->arena, "%s in %s %s between source and target.",
			  many(a, a->differing, "row"), many(a, (int64_t)tables, "table"),
			  a->differing == 1 ? "differs" : "differ")
		: "";
	if (!changed)
		return tables ? first : "Source and target are not equal.";
	return wh_arena_format(&a->arena,
		"%s%sThe source of %s was written to since it was copied: "
		"those rows can be proven only by another copy.",
		first, tables ? " " : "", many(a, (int64_t)changed, "table"));
}

static const char *sentence_incomplete(struct wh_account *a)
{
	size_t all = a->ntables - a->nrowless, unchecked = all > a->checked ? all - a->checked : 0;
	return wh_arena_format(&a->arena,
		"%s could not be made or copied, and %s not been compared "
		"with the source.",
		many(a, (int64_t)a->failed, "table"),
		unchecked == 1
			? "1 table has"
			: wh_arena_format(&a->arena, "%s have", many(a, (int64_t)unchecked, "table")));
}

static const char *sentence_unverified(struct wh_account *a)
{
	(void)a;
	return "Nothing on the target has been compared with the source yet: \"whimbrel verify\" "
		   "does that.";
}

static const char *sentence_unreconciled(struct wh_account *a)
{
	return wh_arena_format(&a->arena,
		"Every row that was written equals its source, but %s of the reconciliation %s not hold.",
		many(a, a->unheld, "control"), a->unheld == 1 ? "does" : "do");
}

static const char *sentence_errors(struct wh_account *a)
{
	return wh_arena_format(&a->arena,
		"Every row that was written equals its source. %s of "
		"severity error %s somebody's attention.",
		many(a, (int64_t)a->severities[WH_ERROR], "finding"),
		a->severities[WH_ERROR] == 1 ? "needs" : "need");
}

static const char *sentence_quarantine(struct wh_account *a)
{
	return wh_arena_format(&a->arena,
		"Every row that was written equals its source. %s could not "
		"be written and %s whole in the quarantine, with the reason.",
		many(a, a->quarantined, "row"), a->quarantined == 1 ? "is kept" : "are kept");
}

static const char *sentence_partly(struct wh_account *a)
{
	return wh_arena_format(&a->arena,
		"Every row was read back and is equal, but %s could not be "
		"compared and count%s as not proven.",
		a->unproven ? many(a, (int64_t)a->unproven, "column") : "some columns",
		a->unproven == 1 ? "s" : "");
}

static const char *sentence_proven(struct wh_account *a)
{
	char figure[WH_FIGURE];
	size_t mapped = 0;
	for (size_t i = 0; i < a->ntables; i++)
		mapped += wh_equal(a->tables[i].proof, "mapped");
	const char *how = mapped
		? wh_arena_format(&a->arena,
			  " %s compared by the plan's mapping, with the losses named below.",
			  mapped == 1
				  ? "1 table was"
				  : wh_arena_format(&a->arena, "%s were", many(a, (int64_t)mapped, "table")))
		: "";
	return wh_arena_format(&a->arena,
		"All %s rows of %s were read back from the target and equal "
		"the source.%s",
		wh_figure_count(figure, a->sum.written.rows), many(a, (int64_t)a->ntables, "table"), how);
}

const char *wh_account_sentence(struct wh_account *a)
{
	static const char *(*const sentences[WH_VERDICTS])(struct wh_account *) = {
		[WH_VERDICT_STOPPED] = sentence_stopped,
		[WH_VERDICT_DIFFERENT] = sentence_different,
		[WH_VERDICT_INCOMPLETE] = sentence_incomplete,
		[WH_VERDICT_UNVERIFIED] = sentence_unverified,
		[WH_VERDICT_UNRECONCILED] = sentence_unreconciled,
		[WH_VERDICT_ERRORS] = sentence_errors,
		[WH_VERDICT_QUARANTINE] = sentence_quarantine,
		[WH_VERDICT_PARTLY] = sentence_partly,
		[WH_VERDICT_PROVEN] = sentence_proven,
	};
	return wh_arena_format(&a->arena, "%s%s", sentences[a->verdict](a), sentence_besides(a));
}

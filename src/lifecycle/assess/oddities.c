/* What the sample showed, as findings: what is there, in how many rows, and what becomes of it. */
#include "base/text.h"
#include "lifecycle/assess/parts.h"
#include "lifecycle/plan/plan.h"
#include "lifecycle/report/figures.h"
#include <stdio.h>

/* What the user's policies make of it. */
static const char *becomes(const struct wh_assessment *a, const char *rule)
{
	const struct wh_policies *p = &a->m->settings->policies;
	enum wh_policy_value how = WH_POLICY_QUARANTINE;
	if (wh_equal(rule, "text-twice-encoded"))
		return "it arrives exactly so";
	if (wh_equal(rule, "zero-date"))
		how = p->zero_date;
	else if (wh_equal(rule, "invalid-utf8"))
		how = p->invalid_utf8;
	else if (wh_equal(rule, "nul-in-text"))
		how = p->nul_byte;
	switch (how) {
	case WH_POLICY_NULL:
		return "it becomes NULL, as the policy zero_date says";
	case WH_POLICY_STRIP:
		return "the character is left out, as the policy nul_byte says";
	case WH_POLICY_REPLACE:
		return "what is at fault is replaced by U+FFFD, as the policy says";
	case WH_POLICY_CP1252:
		return "it is read as Windows-1252, as the policy invalid_utf8 says";
	default:
		return p->bad_row == WH_POLICY_STOP
			? "the run stops at the first of them, as the policy bad_row says"
			: "such rows are kept whole in the quarantine";
	}
}

static bool stops(const struct wh_assessment *a, const char *rule)
{
	return wh_starts(becomes(a, rule), "the run stops");
}

static const char *what(const struct wh_oddity *o)
{
	static const char *const words[][2] = {
		{ "value-not-of-type", "hold a value that is not of the column's type" },
		{ "invalid-utf8", "hold text that is not valid UTF-8" },
		{ "zero-date", "hold a date that does not exist" },
		{ "value-out-of-range", "hold a value that does not fit the column on the target" },
		{ "nul-in-text", "hold text with U+0000, which the target cannot store" },
		{ "text-too-long", "hold text that is longer than the column on the target" },
		{ "text-twice-encoded",
			"hold text that looks encoded twice (UTF-8 read as Latin-1), such as \xc3\x83\xc2\xa9 "
			"for \xc3\xa9" },
	};
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (wh_equal(words[i][0], o->rule))
			return words[i][1];
	return "are not as the column says";
}

static void note_oddity(struct wh_assessment *a, const struct wh_sample_table *t,
	const struct wh_oddity *o)
{
	char rows[WH_FIGURE], looked[WH_FIGURE];
	const struct wh_rowset *from = &t->table->from;
	const char *object = wh_arena_format(&a->arena, "%s.%s",
		wh_shown_name(&a->arena, from->schema, from->table), from->fields[o->column].name);
	struct wh_assessed *f = wh_assess_note(a, o->rule, stops(a, o->rule) ? WH_ERROR : WH_WARNING,
		WH_ASSISTED, object, "%s of %s rows that were read %s; %s",
		wh_figure_count(rows, (uint64_t)o->rows), wh_figure_count(looked, (uint64_t)t->rows),
		what(o), becomes(a, o->rule));
	f->rows = o->rows;
	f->looked = t->rows;
	f->nexamples = o->nexamples;
	for (size_t i = 0; i < o->nexamples; i++)
		f->examples[i] = o->examples[i];
}

void wh_assess_oddities(struct wh_assessment *a)
{
	for (size_t i = 0; i < a->sample.ntables; i++) {
		const struct wh_sample_table *t = &a->sample.tables[i];
		for (size_t k = 0; k < t->noddities; k++)
			note_oddity(a, t, &t->oddities[k]);
		if (t->failure)
			wh_assess_gap(a,
				wh_arena_format(&a->arena, "rows of %s",
					wh_shown_name(&a->arena, t->table->from.schema, t->table->from.table)),
				t->failure);
	}
}

/* What the sample showed, as findings: what is there, in how many rows, and what becomes of it. */
#include "base/text.h"
#include "lifecycle/assess/parts.h"
#include "lifecycle/plan/plan.h"
#include "lifecycle/report/figures.h"
#include "lifecycle/scan.h"
#include <stdio.h>

static bool may_wait(const struct wh_assessment *a)
{
	return a->m->settings->policies.bad_row == WH_POLICY_QUARANTINE;
}

/* What the user's policies answer; own rules are not asked about. */
static enum wh_stray_answer answer(const struct wh_assessment *a, const struct wh_oddity *o)
{
	const struct wh_stage_rules rules = wh_stage_rules(a->m);
	if (wh_equal(o->rule, "double-encoded"))
		return WH_STRAY_KEEP;
	return o->why ? wh_stray_answer(&rules.policies, o->why) : WH_STRAY_REJECT;
}

static const char *becomes(const struct wh_assessment *a, enum wh_stray_answer how)
{
	static const char *const words[] = {
		[WH_STRAY_NULL] = "the policy makes it NULL",
		[WH_STRAY_STRIP] = "the policy leaves the character out",
		[WH_STRAY_REPLACE] = "the policy replaces what is at fault by U+FFFD",
		[WH_STRAY_CP1252] = "the policy reads it as Windows-1252",
		[WH_STRAY_KEEP] = "it arrives as it stands",
	};
	if (how != WH_STRAY_REJECT)
		return words[how];
	return may_wait(a) ? "such rows are kept whole in the quarantine"
					   : "the run stops at the first of them";
}

static const char *what(const struct wh_oddity *o)
{
	static const char *const words[][2] = {
		{ "value-not-of-type", "hold a value that is not of the column's type" },
		{ "invalid-utf8", "hold text that is not valid UTF-8" },
		{ "zero-date", "hold a date that does not exist" },
		{ "value-out-of-range", "hold a value that does not fit the column on the target" },
		{ "nul-in-text", "hold text with U+0000, which the target cannot store" },
		{ "empty-enum", "hold an empty value that is none of the column's labels" },
		{ "json-keys-twice", "hold JSON with a key twice, of which the target would keep one" },
		{ "bytes-of-no-character", "hold bytes that are no character of its character set" },
		{ "array-bounds", "hold an array that does not begin at index 1, which JSON cannot say" },
		{ "value-not-made", "hold what the transform of the settings can make nothing of" },
		{ "text-too-long", "hold text that is longer than the column on the target" },
		{ "double-encoded",
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
	enum wh_stray_answer how = answer(a, o);
	bool stops = how == WH_STRAY_REJECT && !may_wait(a);
	struct wh_assessed *f = wh_assess_note(a, o->rule, stops ? WH_ERROR : WH_WARNING, WH_ASSISTED,
		object, "%s of %s rows that were read %s; %s", wh_figure_count(rows, (uint64_t)o->rows),
		wh_figure_count(looked, (uint64_t)t->rows), what(o), becomes(a, how));
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

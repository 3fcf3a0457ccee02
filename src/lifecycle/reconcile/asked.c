/* Controls of the user's own: figures that must come out, references, runs of numbers. */
#include "base/text.h"
#include "lifecycle/plan/plan.h"
#include "lifecycle/reconcile/parts.h"

struct asking {
	const struct wh_migration *m;
	const struct wh_control_asked *asked;
	struct wh_arena *arena;
	struct wh_conn *source, *target; /* NULL: only to be looked at */
	struct wh_controls *out;
};

/* A figure as it can be taken. */
struct figure {
	struct wh_resolved of;
	struct wh_totals totals;
	uint16_t field; /* the wish's only one */
	const char *shown;
};

/* What a figure is compared with may stand in a table that is not moved: what the target has of it is
 * only known once it is asked. */
static int find_there(const struct asking *a, const struct wh_figure_asked *asked,
	struct wh_resolved *out, struct wh_error *error)
{
	const char *dot = asked->sum ? strrchr(asked->sum, '.') : NULL;
	const char *table = asked->sum
		? wh_arena_bytes(a->arena, asked->sum, (size_t)(dot - asked->sum))
		: asked->count;
	wh_error_clear(error);
	int rc = wh_resolve_there(a->target, table, a->arena, out, error);
	return rc == WH_OK && dot ? wh_resolve_field(dot + 1, out, error) : rc;
}

static int find_figure(const struct asking *a, const struct wh_figure_asked *asked,
	struct figure *out, struct wh_error *error)
{
	int rc = asked->sum ? wh_resolve_column(&a->m->plan, asked->sum, a->arena, &out->of, error)
						: wh_resolve_table(&a->m->plan, asked->count, &out->of, error);
	if (rc == WH_CONFIG && !out->of.table && asked == &a->asked->equals) {
		if (!a->target)
			return WH_OK;
		rc = find_there(a, asked, &out->of, error);
	}
	uint16_t field = out->of.field;
	if (rc == WH_OK && asked->sum && !wh_totals_kind(&out->of.table->to.fields[field]))
		rc = wh_fail(error, WH_CONFIG, "\"%s\" is not exact numbers and cannot be added up",
			asked->sum);
	out->totals.wish = (struct wh_totals_wish){ .table = out->of.table,
		.nfields = asked->sum ? 1 : 0,
		.by = WH_NO_FIELD };
	out->field = field;
	if (rc == WH_OK && asked->by) {
		rc = wh_resolve_field(asked->by, &out->of, error);
		out->totals.wish.by = out->of.field;
	}
	out->shown = wh_arena_format(a->arena, "%s of %s%s%s", asked->sum ? "sum" : "rows",
		asked->sum ? asked->sum : asked->count, asked->by ? " by " : "",
		asked->by ? asked->by : "");
	return rc;
}

static bool compares_with_source(const struct wh_control_asked *asked)
{
	return !asked->equals_number && !asked->equals.sum && !asked->equals.count;
}

/* Whether the source has the same figure. */
static int check_source(const struct figure *f, struct wh_error *error)
{
	const struct wh_plan_table *t = f->of.table;
	uint16_t by = f->totals.wish.by;
	const struct wh_field *twin = f->totals.wish.nfields ? wh_totals_twin(t, f->field) : NULL;
	bool same = !t->filter && t->treatment != WH_APPEND &&
		(!f->totals.wish.nfields || (twin && wh_totals_kind(twin))) &&
		(by == WH_NO_FIELD || wh_totals_twin(t, by));
	return same
		? WH_OK
		: wh_fail(error, WH_CONFIG,
			  "the source has no such figure as the %s: rows or values are made or left out on "
			  "the way; add \"equals\"",
			  f->shown);
}

static int check_figures(const struct asking *a, struct wh_error *error)
{
	struct figure figure = { 0 }, other = { 0 };
	const struct wh_control_asked *asked = a->asked;
	int rc = find_figure(a, &asked->figure, &figure, error);
	if (rc == WH_OK && (asked->equals.sum || asked->equals.count))
		rc = find_figure(a, &asked->equals, &other, error);
	if (rc == WH_OK)
		wh_error_clear(error); /* a table that only the target knows */
	return rc == WH_OK && compares_with_source(asked) ? check_source(&figure, error) : rc;
}

static int find_sequence(const struct asking *a, struct wh_resolved *out, struct wh_error *error)
{
	const char *text = a->asked->sequence;
	int rc = wh_resolve_column(&a->m->plan, text, a->arena, out, error);
	if (rc == WH_OK && !wh_totals_kind(&out->table->to.fields[out->field]))
		rc = wh_fail(error, WH_CONFIG, "\"%s\" holds no numbers that could follow one another",
			text);
	return rc;
}

/* What it points at may be any table of the target. */
static int find_reference(const struct asking *a, struct wh_resolved *from, struct wh_resolved *to,
	struct wh_error *error)
{
	const struct wh_plan *plan = &a->m->plan;
	int rc = wh_resolve_column(plan, a->asked->refers, a->arena, from, error);
	return rc == WH_OK ? wh_resolve_any(plan, a->asked->refers_to, a->arena, to, error) : rc;
}

int wh_asked_check(struct wh_migration *m, const struct wh_control_asked *asked,
	struct wh_error *error)
{
	const struct asking a = { .m = m, .asked = asked, .arena = &m->arena };
	struct wh_resolved from, to;
	int rc = asked->sequence ? find_sequence(&a, &from, error)
		: asked->refers      ? find_reference(&a, &from, &to, error)
							 : check_figures(&a, error);
	return rc == WH_OK ? rc : wh_fail_place(error, "%s", asked->place);
}

/* ---- figures ---- */

static int take_figure(const struct asking *a, struct wh_conn *conn, struct figure *f,
	struct wh_error *error)
{
	f->totals.wish.fields = &f->field;
	int rc = wh_totals_of(a->m, conn, &f->totals, error);
	if (rc == WH_OK && f->totals.wish.by == WH_NO_FIELD)
		wh_totals_join(&f->totals); /* also of no rows */
	return rc;
}

static const char *figure_text(const struct figure *f, const char *value, struct wh_arena *arena)
{
	const struct wh_totals *t = &f->totals;
	int places = t->wish.nfields ? f->of.table->to.fields[f->field].type.scale : 0;
	for (size_t g = 0; g < t->ngroups; g++)
		if (wh_equal(t->groups[g].value, value))
			return t->wish.nfields
				? wh_sum_text(&t->groups[g].totals[0].all, places > 0 ? places : 0, arena)
				: wh_arena_format(arena, "%lld", (long long)t->groups[g].rows);
	return wh_arena_text(arena, "0");
}

static bool has_value(const struct figure *f, const char *value)
{
	for (size_t g = 0; g < f->totals.ngroups; g++)
		if (wh_equal(f->totals.groups[g].value, value))
			return true;
	return false;
}

/* Of each value that one of the two has. */
static void compare(const struct wh_control *control, const struct figure *expected,
	const struct figure *actual, struct wh_controls *out)
{
	const struct figure *const sides[] = { expected, actual };
	for (size_t side = 0; side < 2; side++) {
		for (size_t g = 0; g < sides[side]->totals.ngroups; g++) {
			struct wh_arena scratch = { 0 };
			struct wh_control this = *control;
			const char *value = sides[side]->totals.groups[g].value;
			if (actual->totals.wish.by != WH_NO_FIELD)
				this.subject = wh_arena_format(&scratch, "%s: %s", control->subject,
					value ? value : "null");
			this.expected = figure_text(expected, value, &scratch);
			this.actual = figure_text(actual, value, &scratch);
			if (side == 0 || !has_value(expected, value))
				wh_control_add(out, &this);
			wh_arena_free(&scratch);
		}
	}
}

static void compare_number(const struct wh_control *control, const struct figure *actual,
	const char *number, struct wh_controls *out)
{
	struct wh_arena scratch = { 0 };
	struct wh_control this = *control;
	this.expected = number;
	this.expected_is = "the figure given";
	this.actual = figure_text(actual, NULL, &scratch);
	wh_control_add(out, &this);
	wh_arena_free(&scratch);
}

/* What it is compared with: another figure of the target, or the same one of the source, of which
 * a part may be in the quarantine. */
static int take_figures(const struct asking *a, struct figure *expected, struct figure *actual,
	struct wh_error *error)
{
	const struct wh_control_asked *asked = a->asked;
	bool with_source = compares_with_source(asked);
	int rc = find_figure(a, &asked->figure, actual, error);
	if (rc == WH_OK)
		rc = take_figure(a, a->target, actual, error);
	if (rc == WH_OK && !asked->equals_number)
		rc = find_figure(a, with_source ? &asked->figure : &asked->equals, expected, error);
	if (rc == WH_OK && !asked->equals_number)
		rc = take_figure(a, with_source ? a->source : a->target, expected, error);
	return rc == WH_OK && with_source ? wh_totals_set_apart(a->m, &actual->totals, error) : rc;
}

static int figures(const struct asking *a, struct wh_error *error)
{
	struct figure expected = { 0 }, actual = { 0 };
	const struct wh_control_asked *asked = a->asked;
	bool with_source = compares_with_source(asked);
	int rc = take_figures(a, &expected, &actual, error);
	const struct wh_control control = { .rule = asked->name ? asked->name : "figure",
		.subject = actual.shown,
		.expected = "a figure",
		.expected_is = with_source ? "the source" : expected.shown,
		.actual_is = with_source ? "the target and the quarantine" : "the target" };
	const char *why = expected.totals.why ? expected.totals.why : actual.totals.why;
	if (rc == WH_OK && why)
		wh_control_unknown(a->out, &control, why);
	else if (rc == WH_OK && asked->equals_number)
		compare_number(&control, &actual, asked->equals_number, a->out);
	else if (rc == WH_OK)
		compare(&control, &expected, &actual, a->out);
	wh_totals_free(&expected.totals);
	wh_totals_free(&actual.totals);
	return rc;
}

/* ---- references ---- */

static int refers(const struct asking *a, struct wh_error *error)
{
	struct wh_resolved from, to;
	const struct wh_control_asked *asked = a->asked;
	int rc = find_reference(a, &from, &to, error);
	if (rc != WH_OK)
		return rc;
	const struct wh_table table = wh_totals_table(from.table);
	const struct wh_foreign_key key = { .columns = &from.column,
		.to_columns = &to.column,
		.ncolumns = 1,
		.to_schema = to.schema,
		.to_table = to.name };
	const struct wh_control control = { .rule = asked->name ? asked->name : "orphans",
		.subject = wh_arena_format(a->arena, "%s -> %s", asked->refers, asked->refers_to) };
	return wh_orphans_control(a->target, &table, &key, &control, a->out, error);
}

/* ---- runs of numbers ---- */

static void note_gaps(const struct wh_control *control, const struct wh_answer *a,
	struct wh_controls *out)
{
	for (size_t i = 0; i < a->nexamples; i++) {
		struct wh_control gap = *control;
		struct wh_arena scratch = { 0 };
		struct wh_sum next = { 0 };
		const char *before = a->examples[2 * i], *behind = a->examples[2 * i + 1];
		gap.subject = wh_arena_format(&scratch, "%s, behind %s", control->subject, before);
		wh_sum_add_int64(&next, 1);
		if (wh_sum_add(&next, before, strlen(before)))
			gap.expected = wh_sum_text(&next, 0, &scratch);
		gap.actual = behind;
		wh_control_add(out, &gap);
		wh_sum_free(&next);
		wh_arena_free(&scratch);
	}
}

static int ask(const struct asking *a, const struct wh_probe *probe, struct wh_answer *out,
	struct wh_error *error)
{
	return wh_at(error, a->target, a->target->kind->ask(a->target, probe, a->arena, out, error));
}

/* None are missing, or none come twice; else how many. */
static void count_control(const struct asking *a, const struct wh_control *control,
	const struct wh_answer *answer)
{
	struct wh_control this = *control;
	char count[24];
	count[wh_format_int64(count, answer->count)] = '\0';
	this.expected = "0";
	this.actual = count;
	if (answer->known)
		wh_control_add(a->out, &this);
	else
		wh_control_unknown(a->out, &this, answer->why);
}

static int gaps(const struct asking *a, const struct wh_probe *probe,
	const struct wh_control *control, struct wh_error *error)
{
	struct wh_answer answer = { 0 };
	struct wh_control this = *control;
	int rc = ask(a, probe, &answer, error);
	this.actual_is = "gaps";
	if (rc == WH_OK && (!answer.known || !answer.count))
		count_control(a, &this, &answer);
	this.expected_is = "the number that would follow";
	this.actual_is = "the next one there is";
	if (rc == WH_OK && answer.known)
		note_gaps(&this, &answer, a->out);
	return rc;
}

static int repeats(const struct asking *a, const struct wh_probe *probe,
	const struct wh_control *control, struct wh_error *error)
{
	struct wh_answer answer = { 0 };
	struct wh_control this = *control;
	int rc = ask(a, probe, &answer, error);
	this.actual_is = "rows that repeat a number";
	if (rc == WH_OK)
		count_control(a, &this, &answer);
	return rc;
}

static int sequence(const struct asking *a, struct wh_error *error)
{
	struct wh_resolved of;
	int rc = find_sequence(a, &of, error);
	if (rc != WH_OK)
		return rc;
	const struct wh_table table = wh_totals_table(of.table);
	const struct wh_column column = { .name = of.column,
		.type = of.table->to.fields[of.field].type };
	struct wh_index_part part = { .column = of.column };
	const struct wh_index unique = { .parts = &part, .nparts = 1 };
	struct wh_probe probe = { .kind = WH_PROBE_GAPS,
		.table = &table,
		.column = &column,
		.index = &unique,
		.limit_ms = WH_RECONCILE_LIMIT_MS };
	const struct wh_control control = { .rule = a->asked->name ? a->asked->name : "sequence",
		.subject = a->asked->sequence,
		.notice = true };
	rc = gaps(a, &probe, &control, error);
	probe.kind = WH_PROBE_COLLISIONS;
	return rc == WH_OK ? repeats(a, &probe, &control, error) : rc;
}

int wh_asked_control(const struct wh_migration *m, const struct wh_control_asked *asked,
	struct wh_conn *source, struct wh_conn *target, struct wh_controls *out, struct wh_error *error)
{
	const struct asking a = { m, asked, &out->arena, source, target, out };
	if (!asked->refers && !asked->sequence)
		return figures(&a, error);
	if (!target->kind->ask)
		return WH_OK;
	return asked->refers ? refers(&a, error) : sequence(&a, error);
}

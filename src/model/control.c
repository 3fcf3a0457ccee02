#include "model/control.h"
#include "base/decimal.h"
#include <string.h>

static bool figures_equal(const char *a, const char *b)
{
	struct wh_decimal_view left, right;
	if (strcmp(a, b) == 0)
		return true;
	return wh_decimal_canonical(a, strlen(a), &left) &&
		wh_decimal_canonical(b, strlen(b), &right) && left.negative == right.negative &&
		left.n == right.n && memcmp(left.digits, right.digits, left.n) == 0;
}

static struct wh_control_rule *rule_named(struct wh_controls *c, const char *name)
{
	for (size_t i = 0; i < c->nrules; i++)
		if (strcmp(c->rules[i].name, name) == 0)
			return &c->rules[i];
	struct wh_control_rule *rule = wh_push(&c->arena, &c->rules, &c->nrules);
	rule->name = wh_arena_text(&c->arena, name);
	return rule;
}

static void keep(struct wh_controls *c, const struct wh_control *control)
{
	struct wh_arena *arena = &c->arena;
	*wh_push(arena, &c->items,
		&c->count) = (struct wh_control){ .rule = wh_arena_text(arena, control->rule),
		.subject = wh_arena_text(arena, control->subject),
		.unit = wh_arena_text(arena, control->unit),
		.expected = wh_arena_text(arena, control->expected),
		.actual = wh_arena_text(arena, control->actual),
		.expected_is = wh_arena_text(arena, control->expected_is),
		.actual_is = wh_arena_text(arena, control->actual_is),
		.held = control->held,
		.notice = control->notice };
}

void wh_control_add(struct wh_controls *c, const struct wh_control *control)
{
	struct wh_control this = *control;
	struct wh_control_rule *rule = rule_named(c, this.rule);
	this.held = figures_equal(this.expected, this.actual);
	size_t *kept = this.held ? &rule->kept_held : &rule->kept_failed;
	if (this.held)
		rule->held++;
	else if (this.notice)
		rule->noticed++;
	else
		rule->failed++;
	if (*kept < WH_CONTROLS_KEPT) {
		++*kept;
		keep(c, &this);
	}
}

void wh_controls_merge(struct wh_controls *c, const struct wh_controls *from)
{
	for (size_t i = 0; i < from->nrules; i++) {
		const struct wh_control_rule *theirs = &from->rules[i];
		struct wh_control_rule *ours = rule_named(c, theirs->name);
		ours->held += theirs->held;
		ours->failed += theirs->failed;
		ours->noticed += theirs->noticed;
	}
	for (size_t i = 0; i < from->count; i++) {
		struct wh_control_rule *rule = rule_named(c, from->items[i].rule);
		size_t *kept = from->items[i].held ? &rule->kept_held : &rule->kept_failed;
		if (*kept < WH_CONTROLS_KEPT) {
			++*kept;
			keep(c, &from->items[i]);
		}
	}
}

const char *wh_control_result(const struct wh_control *control)
{
	return control->held ? "held" : control->notice ? "noticed" : "failed";
}

int64_t wh_controls_failed(const struct wh_controls *c)
{
	int64_t failed = 0;
	for (size_t i = 0; i < c->nrules; i++)
		failed += c->rules[i].failed;
	return failed;
}

void wh_controls_free(struct wh_controls *c)
{
	wh_arena_free(&c->arena);
	*c = (struct wh_controls){ 0 };
}

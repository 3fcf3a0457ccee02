/* Rules for types: which one is a column's, and what it makes of it. */
#include "lifecycle/plan/parts.h"
#include "base/text.h"
#include <ctype.h>

/* Lower case, one space between words; without what stands in parentheses, where asked. */
static const char *plain_type(struct wh_arena *arena, const char *type, bool bare)
{
	char *out = wh_arena_text(arena, type);
	size_t n = 0;
	int depth = 0;
	for (const char *c = type; *c; c++) {
		depth += bare && *c == '(';
		bool space = isspace((unsigned char)*c);
		if (!depth && !(space && (!n || out[n - 1] == ' ')))
			out[n++] = space ? ' ' : (char)tolower((unsigned char)*c);
		depth -= depth && *c == ')';
	}
	while (n && out[n - 1] == ' ')
		n--;
	out[n] = 0;
	return out;
}

static bool type_matches(const struct wh_planner *p, const char *pattern, const char *native)
{
	const char *wanted = plain_type(p->arena, pattern, false);
	return wh_pattern_match(wanted, plain_type(p->arena, native, false)) ||
		wh_pattern_match(wanted, plain_type(p->arena, native, true));
}

static bool name_matches(const struct wh_planner *p, const char *pattern, const struct wh_table *t,
	const char *column)
{
	const char *whole = wh_arena_format(p->arena, "%s.%s", t->name, column);
	return wh_pattern_match(pattern, column) || wh_pattern_match(pattern, whole) ||
		(t->schema && wh_pattern_match(pattern, wh_shown_name(p->arena, t->schema, whole)));
}

/* The number in parentheses of an integer is the one that people mean: int(10). */
static bool precision_of(const struct wh_type *t, int64_t *out)
{
	const char *open = strchr(t->native, '(');
	bool printed = open && isdigit((unsigned char)open[1]);
	*out = t->precision;
	if (wh_kind_is_number(t->kind) && t->kind != WH_DECIMAL)
		return printed && wh_text_int64(open + 1, strspn(open + 1, "0123456789"), out);
	return t->kind == WH_DECIMAL ? t->precision > 0
								 : t->kind == WH_TIME || t->kind == WH_TIMESTAMP ||
			t->kind == WH_TIMESTAMPTZ || t->kind == WH_INTERVAL;
}

static bool number_holds(const struct wh_number_guard *guard, bool known, int64_t number)
{
	return guard->is == WH_ANY_NUMBER || (known && wh_number_guard_holds(guard, number));
}

static bool numbers_hold(const struct wh_type_rule *rule, const struct wh_type *t)
{
	int64_t precision;
	bool known = precision_of(t, &precision);
	return number_holds(&rule->precision, known, precision) &&
		number_holds(&rule->length, t->length > 0, t->length) &&
		number_holds(&rule->scale, t->kind == WH_DECIMAL && t->precision > 0, t->scale);
}

static bool answer_holds(enum wh_asked asked, bool is)
{
	return asked == WH_EITHER || (asked == WH_YES) == is;
}

static bool in_unique_key(const struct wh_table *t, const char *column)
{
	for (size_t i = 0; i < t->nindexes; i++)
		for (size_t k = 0; k < t->indexes[i].nparts; k++)
			if ((t->indexes[i].primary || t->indexes[i].unique) &&
				wh_equal(t->indexes[i].parts[k].column, column))
				return true;
	return false;
}

static bool rule_matches(const struct wh_planner *p, const struct wh_type_rule *rule,
	const struct wh_table *t, const struct wh_column *c)
{
	return (!rule->from || type_matches(p, rule->from, c->type.native)) &&
		(!rule->column || name_matches(p, rule->column, t, c->name)) &&
		numbers_hold(rule, &c->type) && answer_holds(rule->nullable, !c->not_null) &&
		answer_holds(rule->key, in_unique_key(t, c->name)) &&
		answer_holds(rule->auto_increment, c->identity != WH_NO_IDENTITY) &&
		(!rule->default_like ||
			(c->default_text && wh_pattern_match(rule->default_like, c->default_text)));
}

const struct wh_type_rule *wh_planner_rule(const struct wh_planner *p, const struct wh_table *t,
	const struct wh_column *c)
{
	for (size_t i = 0; i < p->settings->nrules; i++)
		if (rule_matches(p, &p->settings->rules[i], t, c)) {
			p->rules_used[i] = true;
			return &p->settings->rules[i];
		}
	return NULL;
}

/* A number of the source's type that the rule's own repeats: "{length}". */
static bool number_named(const struct wh_type *t, const char *name, size_t n, int64_t *out)
{
	if (n == 9 && !strncmp(name, "precision", n))
		return precision_of(t, out);
	bool scale = n == 5 && !strncmp(name, "scale", n);
	*out = scale ? t->scale : t->length;
	return scale ? t->kind == WH_DECIMAL && t->precision > 0
				 : n == 6 && !strncmp(name, "length", n) && t->length > 0;
}

int wh_planner_rule_type(const struct wh_planner *p, const struct wh_type_rule *rule,
	const struct wh_type *from, const char **out)
{
	struct wh_buffer text = { 0 };
	int rc = WH_OK;
	for (const char *at = rule->to; *at && rc == WH_OK; at++) {
		int64_t number = 0;
		size_t n = *at == '{' ? strcspn(at, "}") : 0;
		if (!n || !at[n])
			wh_buffer_char(&text, *at);
		else if (number_named(from, at + 1, n - 1, &number))
			wh_buffer_format(&text, "%lld", (long long)number);
		else
			rc = wh_fail(p->error, WH_CONFIG,
				"\"%s\" cannot be filled in: the source's %s has no such number; "
				"{precision}, {scale} and {length} stand for those of its type",
				rule->to, from->native);
		at += n && at[n] ? n : 0;
	}
	*out = wh_arena_text(p->arena, wh_buffer_string(&text));
	wh_buffer_free(&text);
	return rc;
}

/* The word of the target's types that is nearest to one that is none. */
static const char *nearest_type(const struct wh_planner *p, const char *wanted)
{
	const char *words[256] = { 0 };
	size_t n = 0;
	for (const char *word; n < 255 && (word = p->target->type_word(n)); n++)
		words[n] = word;
	return wh_text_nearest(plain_type(p->arena, wanted, true), words);
}

void wh_planner_suggest_type(const struct wh_planner *p, const char *wanted)
{
	const char *near = nearest_type(p, wanted);
	char *said = wh_arena_text(p->arena, p->error->text);
	if (near)
		wh_fail(p->error, WH_CONFIG, "%s; did you mean \"%s\"?", said, near);
}

void wh_planner_apply_rule(const struct wh_type_rule *rule, struct wh_plan_column *c)
{
	if (rule)
		c->not_null = (c->not_null || rule->not_null) && !rule->drop_not_null;
}

void wh_planner_note_unused(const struct wh_planner *p)
{
	for (size_t i = 0; i < p->settings->nrules; i++) {
		const struct wh_type_rule *rule = &p->settings->rules[i];
		if (p->rules_used[i])
			continue;
		wh_findings_add(&p->plan->findings, "type-rule-unused", WH_WARNING, WH_ASSISTED,
			wh_arena_format(p->arena, "types, rule %zu", i + 1),
			"%s: this rule is no column's: none matches %s%s%s%s%s, or an earlier rule or `map` "
			"takes them; types are compared as `whimbrel plan` shows them",
			rule->place, rule->from ? "the type \"" : "", rule->from ? rule->from : "",
			rule->from ? "\"" : "", rule->column ? " the column " : "",
			rule->column ? rule->column : "");
	}
}

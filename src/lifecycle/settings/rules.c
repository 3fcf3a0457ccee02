/* Rules for types: read from migration.yaml. */
#include "base/text.h"
#include "lifecycle/settings/reader.h"
#include <string.h>

/* Longer words first: "<" begins "<=". */
static const struct {
	const char *word;
	enum wh_comparison is;
} comparisons[] = {
	{ "<=", WH_AT_MOST },
	{ ">=", WH_AT_LEAST },
	{ "!=", WH_DIFFERS },
	{ "<", WH_LESS },
	{ ">", WH_MORE },
	{ "=", WH_EQUALS },
	{ "", WH_EQUALS },
};

bool wh_number_guard_parse(const char *text, struct wh_number_guard *out)
{
	size_t i = 0;
	while (!wh_starts(text, comparisons[i].word))
		i++;
	const char *number = text + strlen(comparisons[i].word);
	number += strspn(number, " ");
	out->is = comparisons[i].is;
	return wh_text_int64(number, strlen(number), &out->than);
}

void wh_number_guard_text(struct wh_buffer *out, const struct wh_number_guard *guard)
{
	size_t i = 0;
	while (comparisons[i].is != guard->is)
		i++;
	wh_buffer_format(out, "%s %lld", comparisons[i].word, (long long)guard->than);
}

bool wh_number_guard_holds(const struct wh_number_guard *guard, int64_t number)
{
	switch (guard->is) {
	case WH_LESS:
		return number < guard->than;
	case WH_AT_MOST:
		return number <= guard->than;
	case WH_EQUALS:
		return number == guard->than;
	case WH_DIFFERS:
		return number != guard->than;
	case WH_AT_LEAST:
		return number >= guard->than;
	case WH_MORE:
		return number > guard->than;
	case WH_ANY_NUMBER:
		break;
	}
	return true;
}

static int read_number_guard(struct wh_reader *r, const struct wh_yaml *node, void *field)
{
	bool good = node->kind == WH_YAML_TEXT && wh_number_guard_parse(node->text, field);
	return good ? WH_OK : wh_reader_wrong(r, node, "a comparison such as \"<= 10\"");
}

static int read_asked(struct wh_reader *r, const struct wh_yaml *node, void *field)
{
	enum wh_asked *out = field;
	bool yes = node->kind == WH_YAML_TEXT && wh_equal(node->text, "true");
	bool no = node->kind == WH_YAML_TEXT && wh_equal(node->text, "false");
	*out = yes ? WH_YES : WH_NO;
	return yes || no ? WH_OK : wh_reader_wrong(r, node, "true or false");
}

static int read_when(struct wh_reader *r, const struct wh_yaml *node, void *rule)
{
	static const struct wh_reader_key keys[] = {
		{ "precision", read_number_guard, offsetof(struct wh_type_rule, precision) },
		{ "length", read_number_guard, offsetof(struct wh_type_rule, length) },
		{ "scale", read_number_guard, offsetof(struct wh_type_rule, scale) },
		{ "nullable", read_asked, offsetof(struct wh_type_rule, nullable) },
		{ "key", read_asked, offsetof(struct wh_type_rule, key) },
		{ "auto_increment", read_asked, offsetof(struct wh_type_rule, auto_increment) },
		{ "default", wh_reader_text, offsetof(struct wh_type_rule, default_like) }, { 0 }
	};
	return wh_reader_map(r, keys, node, rule);
}

static int read_drop(struct wh_reader *r, const struct wh_yaml *node, void *field)
{
	static const char *const words[] = { "default", "not_null", NULL };
	struct wh_type_rule *rule = field;
	if (node->kind != WH_YAML_LIST)
		return wh_reader_wrong(r, node, "a list of default, not_null");
	for (const struct wh_yaml *child = node->first; child; child = child->next) {
		const char *word = child->kind == WH_YAML_TEXT ? child->text : "";
		rule->drop_default = rule->drop_default || wh_equal(word, words[0]);
		rule->drop_not_null = rule->drop_not_null || wh_equal(word, words[1]);
		if (wh_equal(word, words[0]) || wh_equal(word, words[1]))
			continue;
		wh_reader_unknown(r, "word in \"drop\":", word, words);
		return wh_reader_place(r, child->line, child->column);
	}
	return WH_OK;
}

static int read_not_null(struct wh_reader *r, const struct wh_yaml *node, void *field)
{
	bool *out = field;
	*out = node->kind == WH_YAML_TEXT && wh_equal(node->text, "true");
	return *out ? WH_OK
				: wh_reader_wrong(r, node, "true; \"drop: [not_null]\" takes the condition away");
}

/* What makes no sense as a whole; NULL: it does. */
static const char *rule_fault(const struct wh_type_rule *rule)
{
	if (!rule->from && !rule->column)
		return "the rule says of no columns that they are meant; add \"from\", a type of the source, or "
			   "\"column\"";
	if (!rule->to && !rule->default_text && !rule->drop_default && !rule->drop_not_null &&
		!rule->not_null)
		return "the rule changes nothing; add \"to\", a type of the target, or \"drop\", \"default\", "
			   "\"not_null\"";
	if (rule->default_text && rule->drop_default)
		return "the rule sets a default and drops it; keep one of the two";
	if (rule->not_null && rule->drop_not_null)
		return "the rule sets NOT NULL and drops it; keep one of the two";
	return NULL;
}

static int read_rule(struct wh_reader *r, const struct wh_yaml *node, struct wh_type_rule *rule)
{
	static const struct wh_reader_key keys[] = {
		{ "from", wh_reader_text, offsetof(struct wh_type_rule, from) },
		{ "column", wh_reader_text, offsetof(struct wh_type_rule, column) },
		{ "when", read_when, 0 }, { "to", wh_reader_text, offsetof(struct wh_type_rule, to) },
		{ "drop", read_drop, 0 },
		{ "default", wh_reader_text, offsetof(struct wh_type_rule, default_text) },
		{ "not_null", read_not_null, offsetof(struct wh_type_rule, not_null) }, { 0 }
	};
	rule->place = wh_yaml_place(&r->s->arena, r->label, node->line, node->column);
	int rc = wh_reader_map(r, keys, node, rule);
	const char *fault = rc == WH_OK ? rule_fault(rule) : NULL;
	if (!fault)
		return rc;
	wh_fail(r->error, WH_CONFIG, "%s", fault);
	return wh_reader_place(r, node->line, node->column);
}

int wh_reader_rules(struct wh_reader *r, const struct wh_yaml *node, void *settings)
{
	struct wh_settings *s = settings;
	if (node->kind != WH_YAML_LIST)
		return wh_reader_wrong(r, node, "a list of \"- from: TYPE\"");
	s->rules = wh_new_array(&r->s->arena, struct wh_type_rule, node->count + 1);
	for (const struct wh_yaml *child = node->first; child; child = child->next) {
		int rc = read_rule(r, child, &s->rules[s->nrules]);
		if (rc != WH_OK)
			return rc;
		s->nrules++;
	}
	return WH_OK;
}

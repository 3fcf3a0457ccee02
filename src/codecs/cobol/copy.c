/* COPY name [OF library] [SUPPRESS] [REPLACING ...]: other texts put where they are named. */
#include "base/text.h"
#include "codecs/cobol/parts.h"
#include <string.h>

struct expansion {
	const struct wh_cobol_options *options;
	struct wh_arena *arena;
	struct wh_error *error;
	enum wh_cobol_format format; /* of the first text */
	size_t bytes;                /* of all texts */
	unsigned depth;
};

struct copy {
	const char *name, *library;
	struct wh_cobol_place place;
	struct wh_cobol_rules rules;
};

static int expand_text(struct expansion *x, const struct wh_cobol_text *text,
	struct wh_cobol_tokens *out);

/* The token at `i`, or one of kind END at the last one's place. */
static struct wh_cobol_token token_at(const struct wh_cobol_tokens *tokens, size_t i)
{
	if (i < tokens->count)
		return tokens->items[i];
	return (struct wh_cobol_token){ .text = "the end",
		.place = tokens->items[tokens->count - 1].place };
}

/* One side of BY. */
static int read_operand(struct expansion *x, const struct wh_cobol_tokens *in, size_t *i,
	struct wh_cobol_tokens *out)
{
	struct wh_cobol_token token = token_at(in, *i);
	++*i;
	if (token.kind == WH_COBOL_PSEUDO)
		return wh_cobol_tokens_of(out, token.text, token.n, token.place, x->arena, x->error);
	if (token.kind == WH_COBOL_WORD || token.kind == WH_COBOL_LITERAL)
		return wh_cobol_token_add(out, &token, x->arena, x->error);
	return wh_cobol_fail(x->error, token.place,
		"REPLACING expects ==text==, a word or a literal, not \"%.60s\"", token.text);
}

static int read_rule(struct expansion *x, const struct wh_cobol_tokens *in, size_t *i,
	struct copy *copy)
{
	struct wh_cobol_rule rule = { 0 };
	struct wh_cobol_token first = token_at(in, *i);
	if (wh_cobol_is(&first, "LEADING") || wh_cobol_is(&first, "TRAILING")) {
		rule.match = wh_cobol_is(&first, "LEADING") ? WH_COBOL_LEADING : WH_COBOL_TRAILING;
		++*i;
	}
	int rc = read_operand(x, in, i, &rule.from);
	if (rc != WH_OK)
		return rc;
	struct wh_cobol_token by = token_at(in, *i);
	if (!wh_cobol_is(&by, "BY"))
		return wh_cobol_fail(x->error, by.place, "REPLACING expects BY, not \"%.60s\"", by.text);
	++*i;
	rc = read_operand(x, in, i, &rule.to);
	return rc == WH_OK ? wh_cobol_rule_add(&copy->rules, rule, first.place, x->arena, x->error)
					   : rc;
}

static int read_rules(struct expansion *x, const struct wh_cobol_tokens *in, size_t *i,
	struct copy *copy)
{
	int rc = WH_OK;
	do
		rc = read_rule(x, in, i, copy);
	while (rc == WH_OK && *i < in->count && in->items[*i].kind != WH_COBOL_PERIOD);
	return rc;
}

static int read_library(struct expansion *x, const struct wh_cobol_tokens *in, size_t *i,
	struct copy *copy)
{
	struct wh_cobol_token token = token_at(in, *i);
	if (!wh_cobol_is(&token, "OF") && !wh_cobol_is(&token, "IN"))
		return WH_OK;
	token = token_at(in, ++*i);
	if (token.kind != WH_COBOL_WORD && token.kind != WH_COBOL_LITERAL)
		return wh_cobol_fail(x->error, token.place, "COPY expects a library, not \"%.60s\"",
			token.text);
	copy->library = token.text;
	++*i;
	return WH_OK;
}

/* From behind the word COPY to behind the period. */
static int read_copy(struct expansion *x, const struct wh_cobol_tokens *in, size_t *i,
	struct copy *copy)
{
	struct wh_cobol_token token = token_at(in, *i);
	if (token.kind != WH_COBOL_WORD && token.kind != WH_COBOL_LITERAL)
		return wh_cobol_fail(x->error, token.place,
			"COPY expects the name of a copybook, not \"%.60s\"", token.text);
	copy->name = token.text;
	copy->place = token.place;
	++*i;
	int rc = read_library(x, in, i, copy);
	if (rc != WH_OK)
		return rc;
	token = token_at(in, *i);
	*i += wh_cobol_is(&token, "SUPPRESS");
	token = token_at(in, *i);
	if (wh_cobol_is(&token, "REPLACING")) {
		++*i;
		rc = read_rules(x, in, i, copy);
	}
	if (rc != WH_OK || *i >= in->count)
		return rc;
	if (in->items[*i].kind != WH_COBOL_PERIOD)
		return wh_cobol_fail(x->error, in->items[*i].place,
			"COPY \"%.60s\" expects a period at its end, not \"%.60s\"", copy->name,
			in->items[*i].text);
	++*i;
	return WH_OK;
}

static int fetch(struct expansion *x, const struct copy *copy, struct wh_cobol_text *text)
{
	if (!x->options->copy)
		return wh_cobol_fail(x->error, copy->place,
			"the copybook \"%.60s\" cannot be read from here; put its text in COPY's place",
			copy->name);
	if (x->depth >= WH_COBOL_COPY_DEPTH)
		return wh_cobol_fail(x->error, copy->place,
			"COPY \"%.60s\" stands more than %d texts deep; does it copy itself?", copy->name,
			WH_COBOL_COPY_DEPTH);
	int rc = x->options->copy(x->options->context, copy->name, copy->library, x->arena, text,
		x->error);
	return rc == WH_OK ? WH_OK : wh_cobol_at(x->error, copy->place);
}

static int expand_copy(struct expansion *x, const struct copy *copy, struct wh_cobol_tokens *out)
{
	struct wh_cobol_text text = { 0 };
	struct wh_cobol_tokens inner = { 0 };
	int rc = fetch(x, copy, &text);
	if (rc != WH_OK)
		return rc;
	x->depth++;
	rc = expand_text(x, &text, &inner);
	x->depth--;
	return rc == WH_OK ? wh_cobol_rules_apply(&copy->rules, &inner, out, x->arena, x->error) : rc;
}

static int expand_tokens(struct expansion *x, const struct wh_cobol_tokens *in,
	struct wh_cobol_tokens *out)
{
	int rc = WH_OK;
	for (size_t i = 0; rc == WH_OK && i < in->count;) {
		struct copy copy = { 0 };
		if (!wh_cobol_is(&in->items[i], "COPY")) {
			rc = wh_cobol_token_add(out, &in->items[i++], x->arena, x->error);
			continue;
		}
		i++;
		rc = read_copy(x, in, &i, &copy);
		if (rc == WH_OK)
			rc = expand_copy(x, &copy, out);
	}
	return rc;
}

static int expand_text(struct expansion *x, const struct wh_cobol_text *text,
	struct wh_cobol_tokens *out)
{
	struct wh_cobol_lines lines = { .format = x->depth ? WH_COBOL_AUTO : x->options->format };
	struct wh_cobol_tokens tokens = { 0 };
	struct wh_cobol_place top = { wh_arena_text(x->arena, text->name), 1, 1 };
	if (text->n > WH_COBOL_TEXT_MOST - x->bytes)
		return wh_cobol_fail(x->error, top, "the copybook \"%s\" makes more than %zu MiB of text",
			text->name, WH_COBOL_TEXT_MOST >> 20);
	x->bytes += text->n;
	int rc = wh_cobol_lines_read(&lines, text, x->arena, x->error);
	if (rc == WH_OK)
		rc = wh_cobol_tokens_read(&tokens, &lines, x->arena, x->error);
	if (!x->depth)
		x->format = lines.format;
	wh_cobol_lines_free(&lines);
	return rc == WH_OK ? expand_tokens(x, &tokens, out) : rc;
}

/* "FROM=TO" of the options. */
static int option_rule(struct expansion *x, const char *text, struct wh_cobol_rules *rules)
{
	struct wh_cobol_rule rule = { 0 };
	struct wh_cobol_place place = { "replacing", 1, 1 };
	const char *equals = strchr(text, '=');
	if (!equals || equals == text)
		return wh_cobol_fail(x->error, place,
			"\"%.60s\" is no replacement; write FROM=TO, such as "
			":TAG:=WS",
			text);
	int rc = wh_cobol_tokens_of(&rule.from, text, (size_t)(equals - text), place, x->arena,
		x->error);
	if (rc == WH_OK)
		rc = wh_cobol_tokens_of(&rule.to, equals + 1, strlen(equals + 1), place, x->arena,
			x->error);
	return rc == WH_OK ? wh_cobol_rule_add(rules, rule, place, x->arena, x->error) : rc;
}

int wh_cobol_expand(struct wh_cobol_tokens *out, const struct wh_cobol_text *text,
	const struct wh_cobol_options *options, enum wh_cobol_format *format, struct wh_arena *arena,
	struct wh_error *error)
{
	struct expansion x = { .options = options, .arena = arena, .error = error };
	struct wh_cobol_tokens tokens = { 0 };
	struct wh_cobol_rules rules = { 0 };
	int rc = WH_OK;
	for (size_t i = 0; rc == WH_OK && i < options->nreplacing; i++)
		rc = option_rule(&x, options->replacing[i], &rules);
	if (rc == WH_OK)
		rc = expand_text(&x, text, &tokens);
	*format = x.format;
	return rc == WH_OK ? wh_cobol_rules_apply(&rules, &tokens, out, arena, error) : rc;
}

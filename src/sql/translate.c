#include "base/text.h"
#include "sql/expression.h"
#include <string.h>

#define TRANSLATION_LONGEST ((size_t)4 << 20)

/* --- the same dialect: only names change --- */

static bool word_is_any(const struct wh_token *t, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (t->kind == WH_TOKEN_WORD && wh_equal_nocase(t->text, words[i]))
			return true;
	return false;
}

static bool token_is_symbol(const struct wh_token *t, const char *symbol)
{
	return t->kind == WH_TOKEN_SYMBOL && strcmp(t->text, symbol) == 0;
}

/* Words that are no column unless they are quoted. */
static bool token_is_keyword(const struct wh_token *t)
{
	static const char *const words[] = { "and", "or", "not", "null", "is", "in", "like", "between",
		"case", "when", "then", "else", "end", "true", "false", "any", "all", "array", "escape",
		"collate", "from", "as", "current_timestamp", "current_date", "current_time", "localtime",
		"localtimestamp" };
	return word_is_any(t, words, sizeof(words) / sizeof(words[0]));
}

/* How many tokens from here are something else than columns: a type, a collation, a field. */
static size_t tokens_to_skip(const struct wh_tokens *tokens, size_t i)
{
	static const char *const types[] = { "as", "collate" }, *const fields[] = { "extract" };
	const struct wh_token *t = &tokens->items[i];
	size_t n = 1;
	if (word_is_any(t, fields, 1) && token_is_symbol(t + 1, "("))
		return t[2].kind == WH_TOKEN_END ? 2 : 3;
	if (!token_is_symbol(t, "::") && !word_is_any(t, types, 2))
		return 0;
	while (!token_is_keyword(t + n) &&
		(t[n].kind == WH_TOKEN_WORD || t[n].kind == WH_TOKEN_NAME || token_is_symbol(t + n, ".")))
		n++;
	return n;
}

static const struct wh_sql_column *token_column(const struct wh_sql_work *w,
	const struct wh_token *t)
{
	bool exact = w->from == &wh_dialect_postgresql && t->kind == WH_TOKEN_NAME;
	bool name = t->kind == WH_TOKEN_NAME || (t->kind == WH_TOKEN_WORD && !token_is_keyword(t));
	if (!name || token_is_symbol(t + 1, "(") || token_is_symbol(t + 1, "."))
		return NULL;
	for (size_t i = 0; i < w->context->ncolumns; i++) {
		const struct wh_sql_column *c = &w->context->columns[i];
		if (exact ? wh_equal(c->from, t->text) : wh_equal_nocase(c->from, t->text))
			return c;
	}
	return NULL;
}

static void rename_columns(struct wh_sql_work *w, const char *sql, const struct wh_tokens *tokens,
	struct wh_buffer *out)
{
	size_t at = tokens->items[0].start, end = tokens->items[tokens->count - 2].end;
	for (size_t i = 0; i + 1 < tokens->count; i++) {
		size_t skip = tokens_to_skip(tokens, i);
		const struct wh_token *t = &tokens->items[i];
		const struct wh_sql_column *c = skip ? NULL : token_column(w, t);
		i += skip ? skip - 1 : 0;
		if (!c || wh_equal(c->from, c->to))
			continue;
		if (!c->to) {
			wh_sql_doubt(w, "the target has no column \"%s\"", c->from);
			return;
		}
		wh_buffer_put(out, sql + at, t->start - at);
		wh_sql_name(out, w->to, c->to);
		at = t->end;
	}
	wh_buffer_put(out, sql + at, end - at);
}

static bool tokens_are_enclosed(const struct wh_tokens *tokens)
{
	int open = 0;
	size_t last = tokens->count - 2;
	for (size_t i = 0; i < last; i++) {
		open += token_is_symbol(&tokens->items[i], "(");
		open -= token_is_symbol(&tokens->items[i], ")");
		if (!open)
			return false;
	}
	return open == 1 && token_is_symbol(&tokens->items[last], ")");
}

/* Not more than a glance: an expression that would run into what stands around it. */
static bool tokens_are_whole(const struct wh_tokens *tokens)
{
	const struct wh_token *last = &tokens->items[tokens->count - 2];
	int open = 0;
	if (last->kind == WH_TOKEN_SYMBOL && !token_is_symbol(last, ")") && !token_is_symbol(last, "]"))
		return false;
	for (size_t i = 0; i < tokens->count && open >= 0; i++) {
		open += token_is_symbol(&tokens->items[i], "(");
		open -= token_is_symbol(&tokens->items[i], ")");
	}
	return open == 0;
}

/* What a server says of a default is not always what it takes behind DEFAULT: SQLite and MariaDB
 * leave the parentheses out. */
static bool default_stands(const struct wh_sql_work *w, const struct wh_tokens *tokens)
{
	static const char *const clocks[] = { "current_timestamp", "now", "localtime",
		"localtimestamp" };
	const struct wh_token *t = tokens->items;
	size_t n = tokens->count - 1;
	bool sign = n == 2 && (token_is_symbol(t, "-") || token_is_symbol(t, "+"));
	bool clock = w->from == &wh_dialect_mysql && word_is_any(t, clocks, 4);
	bool introduced = n == 2 && t[0].kind == WH_TOKEN_WORD && t[1].kind == WH_TOKEN_TEXT;
	return w->from == &wh_dialect_postgresql || n == 1 || sign || clock || introduced ||
		tokens_are_enclosed(tokens);
}

/* A partitioning names columns only in its keys: (SUB)PARTITION BY ... (key). */
static void hide_all_but_keys(struct wh_tokens *tokens)
{
	bool key = false;
	int open = 0;
	for (size_t i = 0; i + 1 < tokens->count; i++) {
		struct wh_token *t = &tokens->items[i];
		open -= token_is_symbol(t, ")");
		if (!open)
			key = word_is_any(t, (const char *const[]){ "by" }, 1) ||
				(key && !token_is_symbol(t, ")") &&
					!word_is_any(t, (const char *const[]){ "system_time" }, 1));
		open += token_is_symbol(t, "(");
		if (!open || !key)
			*t = (struct wh_token){ .kind = WH_TOKEN_SYMBOL,
				.text = "",
				.start = t->start,
				.end = t->end };
	}
}

static bool translate_names(struct wh_sql_work *w, const char *sql, struct wh_buffer *out)
{
	struct wh_tokens tokens;
	if (!wh_sql_tokens(w, sql, &tokens))
		return false;
	if (tokens.count < 2)
		return wh_sql_doubt(w, "the expression is empty");
	if (!tokens_are_whole(&tokens))
		return wh_sql_doubt(w, "the expression is not whole");
	bool wrap = w->context->use == WH_SQL_DEFAULT && !default_stands(w, &tokens);
	if (w->context->use == WH_SQL_PARTITION)
		hide_all_but_keys(&tokens);
	wh_buffer_text(out, wrap ? "(" : "");
	rename_columns(w, sql, &tokens, out);
	wh_buffer_text(out, wrap ? ")" : "");
	return true;
}

/* --- another dialect --- */

static bool translate_tree(struct wh_sql_work *w, const char *sql, struct wh_buffer *out)
{
	struct wh_node *root = wh_expression_parse(w, sql);
	root = root ? wh_truth_apply(w, root) : NULL;
	if (!root)
		return false;
	return w->context->use == WH_SQL_DEFAULT
		? wh_default_print(w, root, out)
		: wh_expression_print(w, root, out);
}

/* MySQL 8 shows checks and generated columns with their quotes escaped once more: \'a\'. */
static const char *mysql_unescaped(struct wh_arena *arena, const char *sql)
{
	char quote = '\0', *out, *text;
	const char *c = sql;
	for (; *c && !(*c == '\\' && c[1] == '\'' && !quote); c++) {
		if (quote && *c == '\\' && c[1] && quote != '`')
			c++;
		else if (quote ? *c == quote : *c == '\'' || *c == '"' || *c == '`')
			quote = quote ? '\0' : *c;
	}
	if (!*c)
		return sql;
	text = out = wh_arena_alloc(arena, strlen(sql) + 1);
	for (c = sql; *c; c++) {
		c += *c == '\\' && c[1];
		*out++ = *c;
	}
	return text;
}

const char *wh_sql_translate(const char *expression, const struct wh_dialect *from,
	const struct wh_dialect *to, const struct wh_sql_context *context, struct wh_arena *arena,
	const char **why)
{
	struct wh_arena scratch = { 0 };
	struct wh_buffer out = { .max = TRANSLATION_LONGEST };
	struct wh_sql_work w = { .from = from,
		.to = to,
		.context = context,
		.scratch = &scratch,
		.keep = arena,
		.condition = context->use == WH_SQL_CHECK ||
			(context->use == WH_SQL_INDEX && context->boolean) };
	const char *result = NULL;
	if (from == &wh_dialect_mysql)
		expression = mysql_unescaped(&scratch, expression);
	if (from == to)
		translate_names(&w, expression, &out);
	else
		translate_tree(&w, expression, &out);
	if (out.full)
		wh_sql_doubt(&w, "the translation is longer than %zu bytes", TRANSLATION_LONGEST);
	if (!w.why)
		result = wh_arena_bytes(arena, wh_buffer_string(&out), out.size);
	*why = w.why;
	wh_buffer_free(&out);
	wh_arena_free(&scratch);
	return result;
}

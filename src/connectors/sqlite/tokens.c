/* The words of SQLite's schema texts. The text may be hostile: nothing is read beyond its NUL. */
#include "connectors/sqlite/sqlite.h"
#include "base/text.h"
#include <string.h>

#define TEXT_MAX (1u << 20)

static bool word_byte(char c)
{
	unsigned char u = (unsigned char)c;
	return u >= 0x80 || u == '_' || u == '$' || (u >= '0' && u <= '9') ||
		((u | 0x20) >= 'a' && (u | 0x20) <= 'z');
}

static bool space_byte(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Behind white space and comments; NULL: a comment does not end. */
static const char *skip_blank(const char *at)
{
	for (;;) {
		if (space_byte(*at)) {
			at++;
		} else if (at[0] == '-' && at[1] == '-') {
			at += strcspn(at, "\n");
		} else if (at[0] == '/' && at[1] == '*') {
			at = strstr(at + 2, "*/");
			if (!at)
				return NULL;
			at += 2;
		} else {
			return at;
		}
	}
}

/* Behind the closing quote, doubled ones skipped; NULL: there is none. */
static const char *skip_quoted(const char *at)
{
	char close = *at == '[' ? ']' : *at;
	for (at++; *at; at++) {
		if (*at != close)
			continue;
		if (close == ']' || at[1] != close)
			return at + 1;
		at++;
	}
	return NULL;
}

static const char *skip_number(const char *at)
{
	while (word_byte(*at) || *at == '.' ||
		((*at == '+' || *at == '-') && (at[-1] == 'e' || at[-1] == 'E')))
		at++;
	return at;
}

static const char *skip_word(const char *at)
{
	while (word_byte(*at))
		at++;
	return at;
}

static const char *token_end(const char *at, enum sqlite_token_kind *kind)
{
	if (*at == '\'' || ((*at == 'x' || *at == 'X') && at[1] == '\'')) {
		*kind = SQLITE_TOKEN_STRING;
		return skip_quoted(*at == '\'' ? at : at + 1);
	}
	if (*at == '"' || *at == '[' || *at == '`') {
		*kind = SQLITE_TOKEN_QUOTED;
		return skip_quoted(at);
	}
	if ((*at >= '0' && *at <= '9') || (*at == '.' && at[1] >= '0' && at[1] <= '9')) {
		*kind = SQLITE_TOKEN_NUMBER;
		return skip_number(at + 1);
	}
	*kind = word_byte(*at) ? SQLITE_TOKEN_WORD : SQLITE_TOKEN_SIGN;
	return *kind == SQLITE_TOKEN_WORD ? skip_word(at) : at + 1;
}

bool wh_sqlite_tokens_read(struct wh_arena *arena, const char *text, struct sqlite_tokens *out)
{
	*out = (struct sqlite_tokens){ 0 };
	if (strnlen(text, TEXT_MAX) == TEXT_MAX)
		return false;
	for (const char *at = skip_blank(text); at && *at; at = skip_blank(at)) {
		struct sqlite_token token = { .at = at };
		const char *end = token_end(at, &token.kind);
		if (!end)
			return false;
		token.n = (size_t)(end - at);
		*wh_push(arena, &out->items, &out->count) = token;
		at = end;
		if (!skip_blank(at))
			return false;
	}
	return out->count > 0;
}

const char *wh_sqlite_token_text(struct wh_arena *arena, const struct sqlite_token *t)
{
	bool bare = t->kind != SQLITE_TOKEN_QUOTED &&
		!(t->kind == SQLITE_TOKEN_STRING && *t->at == '\'');
	if (bare || t->n < 2)
		return wh_arena_bytes(arena, t->at, t->n);
	char close = t->at[t->n - 1];
	char *text = wh_arena_alloc(arena, t->n), *to = text;
	for (const char *at = t->at + 1; at < t->at + t->n - 1; at++) {
		*to++ = *at;
		if (*at == close && close != ']')
			at++;
	}
	return text;
}

bool wh_sqlite_token_is(const struct sqlite_token *t, const char *word)
{
	size_t n = strlen(word);
	if (t->n != n || t->kind == SQLITE_TOKEN_QUOTED || t->kind == SQLITE_TOKEN_STRING)
		return false;
	return sqlite3_strnicmp(t->at, word, (int)n) == 0;
}

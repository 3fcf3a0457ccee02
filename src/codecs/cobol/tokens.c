#include "base/text.h"
#include "codecs/cobol/parts.h"
#include <string.h>

#define TOKENS_MOST ((size_t)1 << 20)

struct lexer {
	const char *text;
	size_t n, at;
	const struct wh_cobol_lines *lines; /* NULL: all of it stands at `place` */
	size_t piece;
	struct wh_cobol_place place;
	struct wh_cobol_tokens *out;
	struct wh_arena *arena;
	struct wh_error *error;
};

bool wh_cobol_is(const struct wh_cobol_token *token, const char *word)
{
	return token->kind == WH_COBOL_WORD && wh_equal_nocase(token->text, word);
}

int wh_cobol_token_add(struct wh_cobol_tokens *out, const struct wh_cobol_token *token,
	struct wh_arena *arena, struct wh_error *error)
{
	if (out->count >= TOKENS_MOST)
		return wh_cobol_fail(error, token->place, "more than %zu words; does COPY repeat itself?",
			TOKENS_MOST);
	*wh_push(arena, &out->items, &out->count) = *token;
	return WH_OK;
}

static struct wh_cobol_place place_of(struct lexer *l, size_t at)
{
	if (!l->lines || !l->lines->npieces)
		return l->place;
	const struct wh_cobol_piece *pieces = l->lines->pieces;
	while (l->piece + 1 < l->lines->npieces && pieces[l->piece + 1].at <= at)
		l->piece++;
	const struct wh_cobol_piece *p = &pieces[l->piece];
	return (struct wh_cobol_place){ l->lines->file, p->line, p->column + (unsigned)(at - p->at) };
}

static bool is_space(char c)
{
	return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f';
}

static bool space_at(const struct lexer *l, size_t at)
{
	return at >= l->n || is_space(l->text[at]);
}

static bool has(const struct lexer *l, size_t at, const char *text)
{
	size_t n = strlen(text);
	return at + n <= l->n && memcmp(l->text + at, text, n) == 0;
}

static bool is_quote(const struct lexer *l, size_t at)
{
	return at < l->n && (l->text[at] == '"' || l->text[at] == '\'');
}

/* A separator needs a blank behind it; else it belongs to a picture or a number. */
static bool ends_word(const struct lexer *l, size_t at)
{
	return space_at(l, at) || is_quote(l, at) || has(l, at, "==") ||
		(strchr(".,;", l->text[at]) && space_at(l, at + 1));
}

static int add(struct lexer *l, struct wh_cobol_token token, const char *text, size_t n)
{
	token.text = wh_arena_bytes(l->arena, text, n);
	token.n = n;
	return wh_cobol_token_add(l->out, &token, l->arena, l->error);
}

/* Up to its quote; two of them stand for one. */
static int read_literal(struct lexer *l, struct wh_cobol_token token)
{
	struct wh_buffer text = { 0 };
	char quote = l->text[l->at++];
	for (; l->at < l->n && l->text[l->at] != '\n'; l->at++) {
		if (l->text[l->at] == quote) {
			l->at++;
			if (l->at == l->n || l->text[l->at] != quote) {
				int rc = add(l, token, wh_buffer_string(&text), text.size);
				wh_buffer_free(&text);
				return rc;
			}
		}
		wh_buffer_char(&text, l->text[l->at]);
	}
	wh_buffer_free(&text);
	return wh_cobol_fail(l->error, token.place,
		"a literal is not closed on its line; end it with %c, or go on with - in column 7", quote);
}

static int read_pseudo(struct lexer *l, struct wh_cobol_token token)
{
	size_t from = l->at += 2;
	while (l->at < l->n && !has(l, l->at, "=="))
		l->at++;
	if (l->at == l->n)
		return wh_cobol_fail(l->error, token.place,
			"pseudo-text is not closed; end it with \"==\"");
	l->at += 2;
	token.kind = WH_COBOL_PSEUDO;
	return add(l, token, l->text + from, l->at - 2 - from);
}

static int read_word(struct lexer *l, struct wh_cobol_token token)
{
	size_t from = l->at++;
	while (!ends_word(l, l->at))
		l->at++;
	token.kind = WH_COBOL_WORD;
	return add(l, token, l->text + from, l->at - from);
}

/* How many letters stand in front of a quote and say what the literal is: X'0D', NX'0041'. */
static size_t prefix_length(const struct lexer *l)
{
	static const char *const prefixes[] = { "NX", "BX", "X", "N", "G", "Z", "B", "H", "U" };
	for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
		size_t n = strlen(prefixes[i]);
		if (l->at + n < l->n && is_quote(l, l->at + n) &&
			wh_starts_nocase(l->text + l->at, prefixes[i]))
			return n;
	}
	return 0;
}

static int read_token(struct lexer *l)
{
	struct wh_cobol_token token = { .place = place_of(l, l->at) };
	size_t prefix = prefix_length(l);
	if (prefix || is_quote(l, l->at)) {
		char letter = prefix ? l->text[l->at + prefix - 1] : 0;
		token.kind = WH_COBOL_LITERAL;
		token.prefix = letter >= 'a' ? (char)(letter - 'a' + 'A') : letter;
		l->at += prefix;
		return read_literal(l, token);
	}
	if (has(l, l->at, "=="))
		return read_pseudo(l, token);
	if (l->text[l->at] == '.' && space_at(l, l->at + 1)) {
		l->at++;
		token.kind = WH_COBOL_PERIOD;
		return add(l, token, ".", 1);
	}
	return read_word(l, token);
}

static int read_all(struct lexer *l)
{
	int rc = WH_OK;
	while (rc == WH_OK) {
		while (l->at < l->n && (is_space(l->text[l->at]) || strchr(",;", l->text[l->at])))
			l->at++;
		if (l->at == l->n)
			break;
		rc = read_token(l);
	}
	return rc;
}

int wh_cobol_tokens_read(struct wh_cobol_tokens *out, const struct wh_cobol_lines *lines,
	struct wh_arena *arena, struct wh_error *error)
{
	struct lexer l = { .text = lines->text.data,
		.n = lines->text.size,
		.lines = lines,
		.place = { lines->file, 1, 1 },
		.out = out,
		.arena = arena,
		.error = error };
	return read_all(&l);
}

int wh_cobol_tokens_of(struct wh_cobol_tokens *out, const char *text, size_t n,
	struct wh_cobol_place place, struct wh_arena *arena, struct wh_error *error)
{
	struct lexer
		l = { .text = text, .n = n, .place = place, .out = out, .arena = arena, .error = error };
	return read_all(&l);
}

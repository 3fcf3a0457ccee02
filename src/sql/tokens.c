#include "sql/tokens.h"
#include "base/text.h"
#include <stdio.h>
#include <string.h>

enum escapes { ESCAPES_NONE, ESCAPES_MYSQL, ESCAPES_POSTGRESQL };

struct scanner {
	struct wh_sql_work *w;
	const char *sql;
	size_t at, size;
	struct wh_tokens *out;
};

/* Longest first where one begins another. */
static const char *const symbols[] = {
	"!~~*",
	"!~~",
	"!~*",
	"~~*",
	"->>",
	"<=>",
	"::",
	"<=",
	">=",
	"<>",
	"!=",
	"==",
	"||",
	"&&",
	"->",
	"<<",
	">>",
	"!~",
	"~*",
	"~~",
	"+",
	"-",
	"*",
	"/",
	"%",
	"=",
	"<",
	">",
	"(",
	")",
	",",
	".",
	"&",
	"|",
	"~",
	"!",
	"[",
	"]",
	"^",
	";",
	"@",
};

unsigned wh_dialect_index(const struct wh_dialect *d)
{
	return d == &wh_dialect_mysql ? 1 : d == &wh_dialect_sqlite ? 2 : 0;
}

bool wh_sql_doubt(struct wh_sql_work *w, const char *format, ...)
{
	if (w->why)
		return false;
	char text[400];
	va_list args;
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	struct wh_buffer shown = { 0 };
	wh_text_shown(&shown, text, strlen(text));
	w->why = wh_arena_text(w->keep, wh_buffer_string(&shown));
	wh_buffer_free(&shown);
	return false;
}

void wh_sql_note(struct wh_sql_work *w, const char *format, ...)
{
	char text[400];
	va_list args;
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	for (size_t i = 0; i < w->nnotes; i++)
		if (strcmp(w->notes[i], text) == 0)
			return;
	*wh_push(w->keep, &w->notes, &w->nnotes) = wh_arena_text(w->keep, text);
}

static bool scanner_is(const struct scanner *s, const struct wh_dialect *d)
{
	return s->w->from == d;
}

static char scanner_peek(const struct scanner *s, size_t ahead)
{
	return s->at + ahead < s->size ? s->sql[s->at + ahead] : '\0';
}

static bool byte_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool byte_begins_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (unsigned char)c >= 128;
}

static bool byte_is_word(char c)
{
	return byte_begins_word(c) || byte_is_digit(c) || c == '$';
}

static struct wh_token *scanner_add(struct scanner *s, enum wh_token_kind kind, size_t start,
	const char *text, size_t n)
{
	struct wh_token *t = wh_push(s->w->scratch, &s->out->items, &s->out->count);
	*t = (struct wh_token){ .kind = kind, .text = text, .size = n, .start = start, .end = s->at };
	return t;
}

static void scanner_add_raw(struct scanner *s, enum wh_token_kind kind, size_t start)
{
	size_t n = s->at - start;
	scanner_add(s, kind, start, wh_arena_bytes(s->w->scratch, s->sql + start, n), n);
}

/* Returns false at an escape that is not of everyday. */
static bool escape_postgresql(char c, char **out)
{
	static const char from[] = "bfnrt", to[] = "\b\f\n\r\t";
	const char *known = strchr(from, c);
	if (byte_is_digit(c) || c == 'x' || c == 'u' || c == 'U' || !c)
		return false;
	*(*out)++ = known ? to[known - from] : c;
	return true;
}

static bool escape_mysql(char c, char **out)
{
	static const char from[] = "bnrtZ", to[] = "\b\n\r\t\032";
	const char *known = strchr(from, c);
	if (c == '0' || !c)
		return false;
	if (c == '%' || c == '_')
		*(*out)++ = '\\';
	*(*out)++ = known ? to[known - from] : c;
	return true;
}

static size_t scanner_closing(const struct scanner *s, size_t open, bool escaped)
{
	char quote = s->sql[open] == '[' ? ']' : s->sql[open];
	for (size_t i = open + 1; i < s->size; i++) {
		if (escaped && s->sql[i] == '\\')
			i++;
		else if (s->sql[i] == quote && i + 1 < s->size && s->sql[i + 1] == quote && quote != ']')
			i++;
		else if (s->sql[i] == quote)
			return i;
	}
	return 0;
}

/* The quoted run whose quote stands at s->at, decoded; NULL: a doubt. */
static char *scanner_quoted(struct scanner *s, enum escapes escapes, size_t *n)
{
	size_t i = s->at + 1, end = scanner_closing(s, s->at, escapes != ESCAPES_NONE);
	if (!end) {
		wh_sql_doubt(s->w, "the quote %c that opens at byte %zu is never closed", s->sql[s->at],
			s->at + 1);
		return NULL;
	}
	char quote = s->sql[end], *text = wh_arena_alloc(s->w->scratch, end - i + 1), *out = text;
	for (; i < end; i++) {
		bool known = true;
		if (escapes != ESCAPES_NONE && s->sql[i] == '\\') {
			i++;
			known = escapes == ESCAPES_MYSQL
				? escape_mysql(s->sql[i], &out)
				: escape_postgresql(s->sql[i], &out);
		} else {
			*out++ = s->sql[i];
			i += s->sql[i] == quote;
		}
		if (!known) {
			wh_sql_doubt(s->w, "the escape \"\\%c\" is not translated", s->sql[i]);
			return NULL;
		}
	}
	*n = (size_t)(out - text);
	s->at = end + 1;
	return text;
}

static bool scan_text(struct scanner *s, size_t start, enum escapes escapes)
{
	size_t n;
	char *text = scanner_quoted(s, escapes, &n);
	return text && scanner_add(s, WH_TOKEN_TEXT, start, text, n);
}

static bool scan_name(struct scanner *s)
{
	size_t start = s->at, n;
	bool double_quote = s->sql[start] == '"';
	char *text = scanner_quoted(s, ESCAPES_NONE, &n);
	if (!text)
		return false;
	scanner_add(s, WH_TOKEN_NAME, start, text, n)->maybe_text = double_quote &&
		s->w->from->double_quoted_text;
	return true;
}

/* X'..' and B'..'; s->at stands at the letter. */
static bool scan_digits(struct scanner *s, enum wh_token_kind kind, const char *allowed)
{
	size_t start = s->at++, n;
	char *text = scanner_quoted(s, ESCAPES_NONE, &n);
	if (!text)
		return false;
	bool odd = kind == WH_TOKEN_BYTES && n % 2;
	if (strspn(text, allowed) != n || odd)
		return wh_sql_doubt(s->w, "\"%s\" is no literal of bytes or bits", text);
	scanner_add(s, kind, start, text, n);
	return true;
}

static bool scan_hexadecimal(struct scanner *s)
{
	static const char digits[] = "0123456789abcdefABCDEF";
	size_t start = s->at, n = strspn(s->sql + start + 2, digits);
	const char *text = wh_arena_bytes(s->w->scratch, s->sql + start + 2, n);
	s->at += 2 + n;
	if (!n || byte_is_word(scanner_peek(s, 0)))
		return wh_sql_doubt(s->w, "a malformed hexadecimal number");
	if (scanner_is(s, &wh_dialect_mysql)) {
		if (n % 2)
			text = wh_arena_format(s->w->scratch, "0%s", text);
		scanner_add(s, WH_TOKEN_BYTES, start, text, n + n % 2);
		return true;
	}
	unsigned long long value;
	if (n > 15 || sscanf(text, "%llx", &value) != 1)
		return wh_sql_doubt(s->w, "the hexadecimal number 0x%s is too large", text);
	text = wh_arena_format(s->w->scratch, "%llu", value);
	scanner_add(s, WH_TOKEN_NUMBER, start, text, strlen(text));
	return true;
}

static bool scan_number(struct scanner *s)
{
	static const char digits[] = "0123456789";
	size_t start = s->at;
	if (s->sql[start] == '0' && (scanner_peek(s, 1) | 32) == 'x' &&
		!scanner_is(s, &wh_dialect_postgresql))
		return scan_hexadecimal(s);
	s->at += strspn(s->sql + s->at, digits);
	if (scanner_peek(s, 0) == '.')
		s->at += 1 + strspn(s->sql + s->at + 1, digits);
	if ((scanner_peek(s, 0) | 32) == 'e') {
		size_t sign = scanner_peek(s, 1) == '-' || scanner_peek(s, 1) == '+';
		size_t n = strspn(s->sql + s->at + 1 + sign, digits);
		s->at += n ? 1 + sign + n : 0;
	}
	if (byte_is_word(scanner_peek(s, 0)) || scanner_peek(s, 0) == '.')
		return wh_sql_doubt(s->w, "a malformed number at byte %zu", start + 1);
	scanner_add_raw(s, WH_TOKEN_NUMBER, start);
	return true;
}

/* E'..', N'..', X'..', B'..' and U&'..': a letter and a quote with nothing between. */
static bool scan_prefixed(struct scanner *s, bool *found)
{
	static const char hexadecimal[] = "0123456789abcdefABCDEF";
	bool postgresql = scanner_is(s, &wh_dialect_postgresql);
	bool sqlite = scanner_is(s, &wh_dialect_sqlite);
	size_t start = s->at;
	char letter = (char)(s->sql[start] | 32);
	*found = scanner_peek(s, 1) == '\'' &&
		strchr(sqlite        ? "x"
				: postgresql ? "enxb"
							 : "nxb",
			letter);
	if (postgresql && letter == 'u' && scanner_peek(s, 1) == '&')
		return wh_sql_doubt(s->w, "a text of the form U&'...' is not translated");
	if (!*found)
		return true;
	if (letter == 'x' && postgresql)
		return wh_sql_doubt(s->w, "a bit string of the form X'...' is not translated");
	if (letter == 'x')
		return scan_digits(s, WH_TOKEN_BYTES, hexadecimal);
	if (letter == 'b')
		return scan_digits(s, WH_TOKEN_BITS, "01");
	s->at++;
	return scan_text(s, start,
		!postgresql         ? ESCAPES_MYSQL
			: letter == 'e' ? ESCAPES_POSTGRESQL
							: ESCAPES_NONE);
}

static bool scan_word(struct scanner *s)
{
	bool found;
	size_t start = s->at;
	if (!scan_prefixed(s, &found) || found)
		return found && !s->w->why;
	while (byte_is_word(scanner_peek(s, 0)))
		s->at++;
	scanner_add_raw(s, WH_TOKEN_WORD, start);
	return true;
}

static bool scan_symbol(struct scanner *s)
{
	size_t start = s->at;
	for (size_t i = 0; i < sizeof(symbols) / sizeof(symbols[0]); i++) {
		if (wh_starts(s->sql + start, symbols[i])) {
			s->at += strlen(symbols[i]);
			scanner_add(s, WH_TOKEN_SYMBOL, start, symbols[i], strlen(symbols[i]));
			return true;
		}
	}
	return wh_sql_doubt(s->w, "the character \"%c\" at byte %zu", s->sql[start], start + 1);
}

static bool scan_block_comment(struct scanner *s)
{
	int depth = 0;
	if (scanner_peek(s, 2) == '!' || scanner_peek(s, 3) == '!')
		return wh_sql_doubt(s->w, "a comment that the server executes");
	while (s->at < s->size) {
		bool opens = wh_starts(s->sql + s->at, "/*"), closes = wh_starts(s->sql + s->at, "*/");
		bool nests = scanner_is(s, &wh_dialect_postgresql);
		depth += opens && (nests || !depth) ? 1 : closes ? -1 : 0;
		s->at += opens || closes ? 2 : 1;
		if (!depth)
			return true;
	}
	return wh_sql_doubt(s->w, "a comment that is never closed");
}

/* Spaces and comments. MySQL's -- needs a space behind it: 5--3 is 8. */
static bool scan_space(struct scanner *s)
{
	while (s->at < s->size) {
		bool mysql = scanner_is(s, &wh_dialect_mysql);
		bool line = wh_starts(s->sql + s->at, "--") &&
			(!mysql || !scanner_peek(s, 2) || strchr(" \t\n\r", scanner_peek(s, 2)));
		line = line || (mysql && s->sql[s->at] == '#');
		if (strchr(" \t\r\n\f\v", s->sql[s->at]))
			s->at++;
		else if (line)
			s->at += strcspn(s->sql + s->at, "\n");
		else if (!wh_starts(s->sql + s->at, "/*"))
			return true;
		else if (!scan_block_comment(s))
			return false;
	}
	return true;
}

static bool scan_token(struct scanner *s)
{
	const struct wh_dialect *d = s->w->from;
	char c = s->sql[s->at];
	bool sqlite = scanner_is(s, &wh_dialect_sqlite);
	if (c == '\'' || (c == '"' && d->quote != '"'))
		return scan_text(s, s->at, d->backslash ? ESCAPES_MYSQL : ESCAPES_NONE);
	if (c == d->quote || (sqlite && (c == '`' || c == '[')))
		return scan_name(s);
	if (byte_is_digit(c) || (c == '.' && byte_is_digit(scanner_peek(s, 1))))
		return scan_number(s);
	return byte_begins_word(c) ? scan_word(s) : scan_symbol(s);
}

bool wh_sql_tokens(struct wh_sql_work *w, const char *sql, struct wh_tokens *out)
{
	struct scanner s = { .w = w, .sql = sql, .size = strlen(sql), .out = out };
	*out = (struct wh_tokens){ 0 };
	if (s.size > WH_SQL_LONGEST)
		return wh_sql_doubt(w, "the expression has %zu bytes, which is too long", s.size);
	if (!wh_utf8_valid(sql, s.size))
		return wh_sql_doubt(w, "the expression is not UTF-8");
	while (scan_space(&s) && s.at < s.size)
		if (!scan_token(&s))
			return false;
	for (size_t i = 0; i < 2; i++) /* a parser at the end may look one token ahead */
		scanner_add(&s, WH_TOKEN_END, s.at, "", 0);
	out->count--;
	return !w->why;
}

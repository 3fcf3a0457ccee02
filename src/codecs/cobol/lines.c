/* Reference format: which columns of a line are text. Fixed: 1-6 a sequence number, 7 an
 * indicator, 8-72 text, the rest an identification. Free: all of it. Real copybooks mix both. */
#include "codecs/cobol/parts.h"
#include <string.h>

#define LINE_MOST 4096 /* columns */
#define TEXT_FIRST 6   /* of column 7, counted from 0 */
#define TEXT_END 72
#define TAB 8
#define DOS_END 0x1a

struct reader {
	struct wh_cobol_lines *out;
	struct wh_arena *arena;
	struct wh_error *error;
	const char *at, *end;
	unsigned number;
	bool detected;        /* fixed was found, not asked for: levels may stand before column 7 */
	char open;            /* the quote of a literal that the line before left open, or 0 */
	size_t open_column;   /* where that line's text ended */
	size_t n;             /* columns of the line */
	char line[LINE_MOST]; /* with tabs expanded, without blanks at the end */
};

static struct wh_cobol_place line_place(const struct reader *r, size_t column)
{
	return (struct wh_cobol_place){ r->out->file, r->number, (unsigned)column + 1 };
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\f';
}

static int line_put(struct reader *r, char c)
{
	if (r->n == LINE_MOST && c != ' ')
		return wh_cobol_fail(r->error, line_place(r, r->n),
			"the line is longer than %d columns; is \"%s\" a copybook?", LINE_MOST, r->out->file);
	if (r->n < LINE_MOST)
		r->line[r->n++] = c;
	return WH_OK;
}

static int line_byte(struct reader *r, char c)
{
	if (c == '\t') {
		size_t stop = (r->n / TAB + 1) * TAB;
		while (r->n < stop && r->n < LINE_MOST)
			r->line[r->n++] = ' ';
		return WH_OK;
	}
	if (is_blank(c))
		return line_put(r, ' ');
	if ((unsigned char)c < ' ' || c == 0x7f)
		return wh_cobol_fail(r->error, line_place(r, r->n),
			"no text: \"%s\" holds the byte 0x%02x; is it a copybook in ASCII or UTF-8?",
			r->out->file, (unsigned char)c);
	return line_put(r, c);
}

/* WH_DONE: there is none. A DOS end of file ends the text. */
static int line_next(struct reader *r)
{
	r->n = 0;
	if (r->at == r->end || *r->at == DOS_END)
		return WH_DONE;
	r->number++;
	int rc = WH_OK;
	while (rc == WH_OK && r->at < r->end && *r->at != '\n' && *r->at != DOS_END)
		rc = line_byte(r, *r->at++);
	if (r->at < r->end && *r->at == '\n')
		r->at++;
	while (r->n && r->line[r->n - 1] == ' ')
		r->n--;
	return rc;
}

static size_t line_first(const struct reader *r)
{
	size_t i = 0;
	while (i < r->n && r->line[i] == ' ')
		i++;
	return i;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static bool line_has(const struct reader *r, size_t at, const char *text)
{
	size_t n = strlen(text);
	return at + n <= r->n && memcmp(r->line + at, text, n) == 0;
}

/* "05 NAME" with the 05 in front of column 7: no sequence number, but an entry. */
static bool level_early(const struct reader *r, size_t first)
{
	size_t i = first, digits;
	while (i < r->n && is_digit(r->line[i]))
		i++;
	digits = i - first;
	if (first >= TEXT_FIRST || digits < 1 || digits > 2 || i == r->n || r->line[i] != ' ')
		return false;
	while (r->line[i] == ' ')
		i++;
	return is_letter(r->line[i]) || r->line[i] == ':';
}

/* Six letters and digits, or "000100", with an indicator behind. */
static bool has_sequence(const struct reader *r)
{
	bool digit = false;
	if (r->n < TEXT_FIRST || (r->n > TEXT_FIRST && !strchr(" */-dD$", r->line[TEXT_FIRST])))
		return false;
	for (size_t i = 0; i < TEXT_FIRST; i++) {
		if (!is_digit(r->line[i]) && !is_letter(r->line[i]))
			return false;
		digit |= is_digit(r->line[i]);
	}
	return digit;
}

/* A word that begins in front of column 7 and goes on behind: fixed format would cut it. */
static bool word_across(const struct reader *r)
{
	return r->n > TEXT_FIRST && is_letter(r->line[TEXT_FIRST - 1]) &&
		is_letter(r->line[TEXT_FIRST]);
}

static bool copies_early(const struct reader *r, size_t first)
{
	return first < TEXT_FIRST && (line_has(r, first, "COPY ") || line_has(r, first, "copy "));
}

/* Above 0: the line looks fixed; below: free. */
static int line_leans(const struct reader *r)
{
	size_t first = line_first(r);
	if (!r->n)
		return 0;
	if (level_early(r, first) || (first < TEXT_FIRST && line_has(r, first, "*>")))
		return -1;
	if (has_sequence(r))
		return 1;
	if (word_across(r) || copies_early(r, first))
		return -1;
	return first == TEXT_FIRST && strchr("*/-", r->line[first]) ? 1 : 0;
}

static int format_detect(struct reader *r)
{
	struct reader ahead = *r;
	long leaning = 0;
	int rc;
	while ((rc = line_next(&ahead)) == WH_OK)
		leaning += line_leans(&ahead);
	r->out->format = leaning < 0 ? WH_COBOL_FREE : WH_COBOL_FIXED;
	r->detected = true;
	return rc == WH_DONE ? WH_OK : rc;
}

/* Follows the literals of what is added; returns where a comment at the line's end begins. */
static size_t follow_quotes(struct reader *r, size_t from, size_t end)
{
	for (size_t i = from; i < end; i++) {
		char c = r->line[i];
		if (r->open)
			r->open = c == r->open ? 0 : r->open;
		else if (c == '"' || c == '\'')
			r->open = c;
		else if (line_has(r, i, "*>") && (i == from || strchr(" .", r->line[i - 1])))
			return i;
	}
	return end;
}

static void add_piece(struct reader *r, size_t from, size_t end)
{
	struct wh_cobol_lines *out = r->out;
	while (!r->open && from < end && r->line[from] == ' ')
		from++;
	size_t stop = follow_quotes(r, from, end);
	if (stop > from) {
		*wh_push(r->arena, &out->pieces, &out->npieces) = (struct wh_cobol_piece){ out->text.size,
			r->number, (unsigned)from + 1 };
		wh_buffer_put(&out->text, r->line + from, stop - from);
	}
	wh_buffer_char(&out->text, '\n');
	r->open_column = end;
}

static void add_line(struct reader *r, size_t from, size_t end)
{
	r->open = 0;
	add_piece(r, from, end);
}

/* What a continued line had at its end is taken back: its line break and, but for a literal's,
 * its blanks. */
static void join_before(struct reader *r)
{
	struct wh_buffer *text = &r->out->text;
	text->size -= text->size > 0;
	while (!r->open && text->size && strchr(" \n", text->data[text->size - 1]))
		text->size--;
	for (size_t i = r->open_column; r->open && i < TEXT_END; i++)
		wh_buffer_char(text, ' ');
}

static int continue_line(struct reader *r, size_t end)
{
	size_t from = TEXT_FIRST + 1;
	while (from < end && r->line[from] == ' ')
		from++;
	if (from >= end)
		return WH_OK;
	if (r->open && r->line[from] != r->open)
		return wh_cobol_fail(r->error, line_place(r, from),
			"a literal that goes on begins with its quote, %c, again; found \"%c\"", r->open,
			r->line[from]);
	join_before(r);
	add_piece(r, from + (r->open != 0), end);
	return WH_OK;
}

/* Rulers of asterisks begin anywhere in real copybooks; a picture has none with a blank behind. */
static bool is_comment(const struct reader *r, size_t first)
{
	size_t i = first;
	while (i < r->n && r->line[i] == '*')
		i++;
	size_t stars = i - first;
	if (!stars)
		return line_has(r, first, ">>");
	return i == r->n || r->line[i] == ' ' || r->line[i] == '>' || (first < TEXT_FIRST && stars > 1);
}

static int add_fixed(struct reader *r, size_t first)
{
	size_t end = r->n < TEXT_END ? r->n : TEXT_END;
	if (r->detected && level_early(r, first)) {
		add_line(r, first, end);
		return WH_OK;
	}
	if (r->n <= TEXT_FIRST)
		return WH_OK;
	char indicator = r->line[TEXT_FIRST];
	bool debug = (indicator == 'D' || indicator == 'd') &&
		(r->n == TEXT_FIRST + 1 || r->line[TEXT_FIRST + 1] == ' ');
	if (strchr("*/$", indicator) || debug)
		return WH_OK;
	if (indicator == '-')
		return continue_line(r, end);
	if (end > TEXT_FIRST)
		add_line(r, TEXT_FIRST + (indicator == ' '), end);
	return WH_OK;
}

static int add_free(struct reader *r, size_t first)
{
	bool comment = r->line[first] == '*' || r->line[first] == '$' ||
		(first == TEXT_FIRST && r->line[first] == '/');
	if (!comment)
		add_line(r, first, r->n);
	return WH_OK;
}

static int lines_add(struct reader *r)
{
	int rc;
	while ((rc = line_next(r)) == WH_OK) {
		size_t first = line_first(r);
		if (!r->n || is_comment(r, first))
			continue;
		rc = r->out->format == WH_COBOL_FREE ? add_free(r, first) : add_fixed(r, first);
		if (rc != WH_OK)
			return rc;
	}
	return rc == WH_DONE ? WH_OK : rc;
}

int wh_cobol_lines_read(struct wh_cobol_lines *out, const struct wh_cobol_text *text,
	struct wh_arena *arena, struct wh_error *error)
{
	static const char mark[] = "\xef\xbb\xbf"; /* UTF-8's byte order mark */
	struct reader r = { .out = out,
		.arena = arena,
		.error = error,
		.at = text->bytes,
		.end = text->bytes + text->n };
	out->file = wh_arena_text(arena, text->name);
	if (text->n >= sizeof mark - 1 && memcmp(text->bytes, mark, sizeof mark - 1) == 0)
		r.at += sizeof mark - 1;
	int rc = out->format == WH_COBOL_AUTO ? format_detect(&r) : WH_OK;
	return rc == WH_OK ? lines_add(&r) : rc;
}

void wh_cobol_lines_free(struct wh_cobol_lines *lines)
{
	wh_buffer_free(&lines->text);
}

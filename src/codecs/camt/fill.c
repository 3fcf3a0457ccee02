#include "codecs/camt/fill.h"
#include <inttypes.h>

int wh_camt_fill_fails(const struct wh_camt_fill *f, const struct wh_camt_origin *from,
	const char *path, const char *why)
{
	return wh_fail(f->error, WH_STOP,
		"a value cannot stand in %s, for %s: column \"%s\", path \"%s\" of the %s with file_id "
		"%" PRId64 ", record_id %" PRId64,
		f->version, why, from->column, path, from->table->name, from->file, from->record);
}

static bool is_role(const struct wh_camt_part *part, const char *role, size_t n)
{
	return strlen(part->role) == n && memcmp(part->role, role, n) == 0;
}

/* The part of a detail that a path of `party` means for the row's role. */
static const struct wh_camt_part *part_of(const struct wh_camt_row *row, const char *path)
{
	size_t n;
	const char *role = wh_camt_row_cell(row, wh_camt_column(row->table, "role"), &n);
	for (const struct wh_camt_part *part = wh_camt_parts; role && part->element; part++)
		if (wh_camt_below(path, part->as) && is_role(part, role, n))
			return part;
	return NULL;
}

/* The path below the open element, in f->path; "": none. */
static const char *path_of(struct wh_camt_fill *f, const struct wh_camt_row *row, const char *path,
	size_t nth)
{
	bool party = row->table == &wh_camt_party;
	const struct wh_camt_part *part = party ? part_of(row, path) : NULL;
	wh_buffer_clear(&f->path);
	if (part)
		wh_buffer_format(&f->path, "%s/%s", part->element, wh_camt_below(path, part->as));
	else if (!party)
		wh_buffer_text(&f->path, path);
	if (f->path.size && nth > 1)
		wh_buffer_format(&f->path, "[%zu]", nth);
	return wh_buffer_string(&f->path);
}

static bool ends_with(const char *path, const char *name)
{
	size_t n = strlen(path), end = strlen(name);
	return n >= end && strcmp(path + n - end, name) == 0;
}

/* Into the first of the column's elements that this version has and that may hold it. */
static int add_value(struct wh_camt_fill *f, struct wh_camt_content *c,
	const struct wh_camt_source *s, size_t column, size_t nth)
{
	const struct wh_camt_column *of = &s->table->columns[column];
	const struct wh_camt_origin from = { s->table, s->file, s->row.record, of->name };
	const char *why = NULL, *text = wh_buffer_string(&f->text);
	bool clock = of->form == &wh_camt_date && memchr(text, 'T', f->text.size);
	for (size_t i = 0; of->paths[i]; i++) {
		const char *path = path_of(f, &s->row, of->paths[i], nth);
		if (of->form == &wh_camt_date && clock != ends_with(path, "DtTm"))
			continue;
		const char *no = *path ? wh_camt_content_refuses(c, path, text, f->text.size)
							   : "its role has no such element";
		if (!no)
			no = wh_camt_content_add(c, &from, path, text, f->text.size);
		if (!no)
			return WH_OK;
		struct wh_camt_place place;
		if (!why || wh_camt_place(c->type, path, &place))
			why = no;
	}
	return wh_camt_fill_fails(f, &from, of->paths[0], why ? why : "a time of day belongs to it");
}

/* A date with the time that stands in the next column. */
static int add_moment(struct wh_camt_fill *f, struct wh_camt_content *c,
	const struct wh_camt_source *s, size_t column)
{
	size_t n;
	struct wh_buffer taken = { 0 };
	const char *clock = wh_camt_row_cell(&s->row, column + 1, &n);
	if (!clock)
		return add_value(f, c, s, column, 1);
	if (*clock >= '0' && *clock <= '9')
		wh_buffer_char(&f->text, 'T');
	wh_buffer_put(&f->text, clock, n);
	bool valid = wh_camt_date.take(&taken, wh_buffer_string(&f->text), f->text.size);
	wh_buffer_free(&taken);
	if (!valid)
		return wh_camt_source_fail(s, f->error, "\"%s\" holds \"%.*s\", where a time is expected",
			s->table->columns[column + 1].name, (int)n, clock);
	return add_value(f, c, s, column, 1);
}

static int add_lines(struct wh_camt_fill *f, struct wh_camt_content *c,
	const struct wh_camt_source *s, size_t column)
{
	size_t n, nth = 1;
	int rc = WH_OK;
	const char *at = wh_camt_row_cell(&s->row, column, &n), *end = at + n;
	for (bool more = true; rc == WH_OK && more; nth++) {
		const char *line = memchr(at, '\n', (size_t)(end - at));
		more = line;
		wh_buffer_clear(&f->text);
		wh_buffer_put(&f->text, at, (size_t)((line ? line : end) - at));
		rc = add_value(f, c, s, column, nth);
		at = line ? line + 1 : end;
	}
	return rc;
}

static int add_column(struct wh_camt_fill *f, struct wh_camt_content *c,
	const struct wh_camt_source *s, size_t column)
{
	size_t n;
	const struct wh_camt_column *of = &s->table->columns[column];
	const char *text = wh_camt_row_cell(&s->row, column, &n);
	if (!text || strchr("@^", *of->paths[0]))
		return WH_OK;
	if (of->form == &wh_camt_clock)
		return s->row.cells[column - 1].set
			? WH_OK
			: wh_camt_source_fail(s, f->error, "\"%s\" has no date before it", of->name);
	if (of->form->many)
		return add_lines(f, c, s, column);
	size_t minus = of->form->is_signed && *text == '-';
	wh_buffer_clear(&f->text);
	wh_buffer_put(&f->text, text + minus, n - minus);
	return of->form == &wh_camt_date ? add_moment(f, c, s, column) : add_value(f, c, s, column, 1);
}

int wh_camt_fill_columns(struct wh_camt_fill *f, struct wh_camt_content *c,
	const struct wh_camt_source *s)
{
	int rc = WH_OK;
	for (size_t i = 0; rc == WH_OK && s->table->columns[i].name; i++)
		rc = add_column(f, c, s, i);
	return rc;
}

int wh_camt_fill_other(struct wh_camt_fill *f, struct wh_camt_content *c,
	const struct wh_camt_source *s)
{
	size_t n, size;
	const struct wh_camt_origin from = { s->table, s->file, s->row.record, "value" };
	const char *path = wh_camt_row_cell(&s->row, wh_camt_column(s->table, "path"), &n);
	const char *value = wh_camt_row_cell(&s->row, wh_camt_column(s->table, "value"), &size);
	wh_buffer_clear(&f->path);
	wh_buffer_put(&f->path, path, n);
	path = wh_buffer_string(&f->path);
	const char *why = strlen(path) == n
		? wh_camt_content_add(c, &from, path, value, size)
		: "a path has no zero byte in it";
	return why ? wh_camt_fill_fails(f, &from, path, why) : WH_OK;
}

/* A role without a value would be no element, and so no row. */
static int check_party(const struct wh_camt_fill *f, const struct wh_camt_content *c,
	const struct wh_camt_source *s)
{
	size_t n;
	const char *role = wh_camt_row_cell(&s->row, wh_camt_column(s->table, "role"), &n);
	for (const struct wh_camt_part *part = wh_camt_parts; part->element; part++)
		if (is_role(part, role, n) && wh_camt_content_has(c, part->element))
			return WH_OK;
	return wh_camt_source_fail(s, f->error, "\"role\" is \"%.*s\", of which nothing is said",
		(int)n, role);
}

int wh_camt_fill_party(struct wh_camt_fill *f, struct wh_camt_content *c,
	const struct wh_camt_source *s)
{
	int rc = wh_camt_fill_columns(f, c, s);
	return rc == WH_OK ? check_party(f, c, s) : rc;
}

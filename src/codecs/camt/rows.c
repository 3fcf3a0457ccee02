#include "codecs/camt/rows.h"
#include "base/text.h"
#include <inttypes.h>
#include <stdio.h>

#define NUMBERED_MOST (WH_CAMT_PATH_MOST + 12 * WH_CAMT_DEPTH_MOST) /* with "[4294967295]" */
#define VERSION_LENGTH 15                                           /* "camt.053.001.02" */

/* Asked for each value and column: most differ at once. */
static bool is_path(const char *const *paths, const char *path)
{
	for (; *paths; paths++)
		if (**paths == *path && strcmp(*paths, path) == 0)
			return true;
	return false;
}

static struct wh_camt_row *innermost(struct wh_camt_rows *r)
{
	return r->nopen ? &r->open[r->nopen - 1] : NULL;
}

/* ---- cells ---- */

const char *wh_camt_row_cell(const struct wh_camt_row *row, size_t column, size_t *n)
{
	const struct wh_camt_cell *cell = &row->cells[column];
	*n = cell->n;
	return cell->set ? row->text.data + cell->at : NULL;
}

/* A value that comes again goes behind the earlier ones, which then stand at the text's end. */
static size_t cell_begin(struct wh_camt_row *row, const struct wh_camt_cell *cell)
{
	size_t begin = row->text.size;
	if (!cell->set)
		return begin;
	if (cell->at + cell->n == begin)
		begin = cell->at;
	else if (wh_buffer_reserve(&row->text, cell->n))
		wh_buffer_put(&row->text, row->text.data + cell->at, cell->n);
	wh_buffer_char(&row->text, '\n');
	return begin;
}

static int put(struct wh_camt_rows *r, struct wh_camt_row *row, size_t c, const char *text,
	size_t n)
{
	const struct wh_camt_column *column = &row->table->columns[c];
	struct wh_camt_cell *cell = &row->cells[c];
	size_t begin = cell_begin(row, cell);
	if (!column->form->take(&row->text, text, n))
		return wh_camt_xml_fail(&r->xml, "\"%s\" holds \"%.*s\", where %s is expected", r->xml.path,
			(int)wh_utf8_cut(text, n, 60), text, column->form->is);
	if (row->text.full)
		return wh_camt_xml_fail(&r->xml, "\"%s\" has more than %zu bytes of values", r->xml.path,
			WH_CAMT_ROW_MOST);
	size_t size = row->text.size - begin;
	*cell = (struct wh_camt_cell){ (uint32_t)begin, (uint32_t)size, true,
		size || !column->form->none };
	return WH_OK;
}

/* What belongs together is not mixed: below the second of several elements no column is filled. */
static bool is_first(const struct wh_camt_rows *r, const struct wh_camt_row *row,
	const struct wh_camt_column *column)
{
	for (size_t i = row->depth; i + column->form->many < r->xml.depth; i++)
		if (r->xml.steps[i].nth > 1)
			return false;
	return true;
}

/* *found: a column has it. One that has a value already takes no second. */
static int offer(struct wh_camt_rows *r, struct wh_camt_row *row, const char *path,
	const char *text, size_t n, bool *found)
{
	int rc = WH_OK;
	for (size_t c = 0; row->table->columns[c].name && rc == WH_OK; c++) {
		const struct wh_camt_column *column = &row->table->columns[c];
		if (!is_path(column->paths, path) || (row->cells[c].taken && !column->form->many) ||
			!is_first(r, row, column))
			continue;
		*found = true;
		rc = put(r, row, c, text, n);
	}
	return rc;
}

static int say(struct wh_camt_rows *r, struct wh_camt_row *row, const char *path, const char *text)
{
	bool found = false;
	return offer(r, row, path, text, strlen(text), &found);
}

/* The records of the rows above. */
static int refer(struct wh_camt_rows *r, struct wh_camt_row *row)
{
	int rc = WH_OK;
	for (const struct wh_camt_row *up = row->above; up && rc == WH_OK; up = up->above) {
		char path[64] = "^", record[24];
		snprintf(path, sizeof path, "^%s", up->table->name);
		snprintf(record, sizeof record, "%" PRId64, up->record);
		rc = say(r, row, path, record);
	}
	return rc;
}

static int row_begin(struct wh_camt_rows *r, struct wh_camt_row *row,
	const struct wh_camt_table *table, const struct wh_camt_row *above, int64_t record)
{
	struct wh_buffer text = row->text;
	wh_buffer_clear(&text);
	text.max = WH_CAMT_ROW_MOST;
	*row = (struct wh_camt_row){ .table = table,
		.kind = r->kind,
		.above = above,
		.record = record,
		.path_n = r->xml.path_n,
		.depth = r->xml.depth,
		.text = text };
	return refer(r, row);
}

/* ---- the end of a row ---- */

const char *wh_camt_row_direction(const struct wh_camt_row *row, size_t *n)
{
	for (; row; row = row->above)
		for (size_t c = 0; row->table->columns[c].name; c++)
			if (row->table->columns[c].form == &wh_camt_direction && row->cells[c].set)
				return wh_camt_row_cell(row, c, n);
	return NULL;
}

static bool is_zero(const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (text[i] >= '1' && text[i] <= '9')
			return false;
	return true;
}

/* The indicator says which way an amount goes; that of a reversal has it turned round already. */
static void sign(struct wh_camt_row *row, size_t c)
{
	size_t n, size;
	const char *direction = wh_camt_row_direction(row, &n), *text = wh_camt_row_cell(row, c, &size);
	if (!text || !direction || *direction != 'D' || *text == '-' || is_zero(text, size))
		return;
	size_t begin = row->text.size;
	wh_buffer_char(&row->text, '-');
	if (wh_buffer_reserve(&row->text, size))
		wh_buffer_put(&row->text, row->text.data + row->cells[c].at, size);
	row->cells[c] = (struct wh_camt_cell){ (uint32_t)begin, (uint32_t)(size + 1), true, true };
}

static int missing(struct wh_camt_rows *r, const struct wh_camt_row *row, const char *path)
{
	return wh_camt_xml_fail(&r->xml, "\"%.*s\" has no \"%s\", which it must have", (int)row->path_n,
		r->xml.path, path);
}

static int check_columns(struct wh_camt_rows *r, const struct wh_camt_row *row)
{
	for (size_t c = 0; row->table->columns[c].name; c++) {
		const struct wh_camt_column *column = &row->table->columns[c];
		bool there = row->cells[c].set || (column->or_next && row->cells[c + 1].set);
		if ((column->needed || column->or_next) && !there)
			return missing(r, row, column->paths[0]);
	}
	return WH_OK;
}

static const char *last_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash ? slash + 1 : path;
}

static int check_parts(struct wh_camt_rows *r, const struct wh_camt_row *row)
{
	for (size_t i = 0; r->kind->family->tables[i]; i++) {
		const struct wh_camt_table *t = r->kind->family->tables[i];
		if (t->above && strcmp(t->above, row->table->name) == 0 &&
			is_path(t->needed_in, last_name(r->xml.path)) && !(row->has & 1u << i))
			return missing(r, row, t->elements[0]);
	}
	return WH_OK;
}

static int row_end(struct wh_camt_rows *r, struct wh_camt_row *row)
{
	for (size_t c = 0; row->table->columns[c].name; c++)
		if (row->table->columns[c].form->is_signed)
			sign(row, c);
	int rc = check_columns(r, row);
	if (rc == WH_OK)
		rc = r->taker.take(r->taker.context, row, r->xml.error);
	return rc;
}

/* ---- events ---- */

/* "camt.053.001.02" of a namespace; its length in *n. NULL: it names another message. */
static const char *version_in(const char *namespace, const struct wh_camt_kind *kind, int *n)
{
	const char *at = strstr(namespace, kind->name);
	*n = at ? (int)strspn(at, "abcdefghijklmnopqrstuvwxyz.0123456789") : 0;
	if (*n > VERSION_LENGTH)
		*n = VERSION_LENGTH;
	return at;
}

static int message_begin(struct wh_camt_rows *r, const char *path, int64_t place)
{
	int n = 0;
	const char *version = NULL, *element = wh_camt_below(path, "Document");
	if (r->kind)
		return wh_camt_xml_fail(&r->xml, "there is \"%s\" behind the message", path);
	for (const struct wh_camt_kind *k = wh_camt_kinds; element && k->name && !version; k++) {
		if (strcmp(element, k->element) == 0)
			version = version_in(r->xml.namespace, k, &n);
		if (version)
			r->kind = k;
	}
	if (!version)
		return wh_camt_xml_fail(&r->xml,
			"\"%s\" of the namespace \"%s\" is no message that is read: camt.052, camt.053, camt.054 "
			"or pain.001 is expected",
			path, r->xml.namespace);
	struct wh_camt_row *row = &r->open[r->nopen++];
	int rc = row_begin(r, row, r->kind->family->tables[0], NULL, place);
	char text[VERSION_LENGTH + 1];
	snprintf(text, sizeof text, "%.*s", n, version);
	return rc == WH_OK ? say(r, row, "@kind", text) : rc;
}

/* A role's row begins with the first of its parts. */
static struct wh_camt_row *party_of(struct wh_camt_rows *r, const struct wh_camt_part *part)
{
	for (size_t i = 0; i < r->nparties; i++) {
		size_t n, role = wh_camt_column(&wh_camt_party, "role");
		const char *text = wh_camt_row_cell(&r->parties[i], role, &n);
		if (text && n == strlen(part->role) && memcmp(text, part->role, n) == 0)
			return &r->parties[i];
	}
	return NULL;
}

static int party_begin(struct wh_camt_rows *r, const char *element, int64_t place)
{
	for (const struct wh_camt_part *part = wh_camt_parts; part->element; part++) {
		if (strcmp(part->element, element) != 0 || party_of(r, part))
			continue;
		struct wh_camt_row *row = &r->parties[r->nparties++];
		int rc = row_begin(r, row, &wh_camt_party, innermost(r), place);
		row->depth = innermost(r)->depth;
		return rc == WH_OK ? say(r, row, "@role", part->role) : rc;
	}
	return WH_OK;
}

static int part_begin(struct wh_camt_rows *r, const struct wh_camt_table *table, int64_t place)
{
	struct wh_camt_row *above = innermost(r), *row = &r->open[r->nopen++];
	if (table == &wh_camt_detail)
		r->nparties = 0;
	int rc = row_begin(r, row, table, above, place);
	return rc == WH_OK ? say(r, row, "@kind", r->kind->part) : rc;
}

static int on_begin(void *context, const char *path, int64_t place)
{
	struct wh_camt_rows *r = context;
	struct wh_camt_row *row = innermost(r);
	if (!row)
		return r->xml.depth > 1 ? message_begin(r, path, place) : WH_OK;
	const char *element = path + row->path_n + 1;
	for (size_t i = 0; r->kind->family->tables[i]; i++) {
		const struct wh_camt_table *t = r->kind->family->tables[i];
		if (!t->above || strcmp(t->above, row->table->name) != 0 || !is_path(t->elements, element))
			continue;
		row->has |= 1u << i;
		return part_begin(r, t, place);
	}
	return row->table == &wh_camt_detail ? party_begin(r, element, place) : WH_OK;
}

static int party_offer(struct wh_camt_rows *r, const char *path, const char *text, size_t n,
	bool *found)
{
	for (const struct wh_camt_part *part = wh_camt_parts; part->element; part++) {
		char as[WH_CAMT_PATH_MOST];
		const char *rest = wh_camt_below(path, part->element);
		if (!rest)
			continue;
		snprintf(as, sizeof as, "%s/%s", part->as, rest);
		return offer(r, party_of(r, part), as, text, n, found);
	}
	return WH_OK;
}

/* "Strd[2]/Ref": where elements of one name follow each other, all but the first have a number. */
static void put_path(const struct wh_camt_rows *r, size_t depth, const char *path,
	char out[NUMBERED_MOST])
{
	for (size_t i = depth; *path; i++) {
		size_t n = strcspn(path, "/");
		memcpy(out, path, n);
		out += n;
		if (i < r->xml.depth && r->xml.steps[i].nth > 1)
			out += sprintf(out, "[%" PRIu32 "]", r->xml.steps[i].nth);
		path += n;
		if (*path)
			*out++ = *path++;
	}
	*out = '\0';
}

static int other_value(struct wh_camt_rows *r, const struct wh_camt_row *of, const char *path,
	const char *text, size_t n, int64_t place)
{
	char record[24], numbered[NUMBERED_MOST];
	bool found = false;
	snprintf(record, sizeof record, "%" PRId64, of->record);
	put_path(r, of->depth, path, numbered);
	int rc = row_begin(r, &r->other, &wh_camt_other, NULL, place);
	if (rc == WH_OK)
		rc = say(r, &r->other, "@table", of->table->name);
	if (rc == WH_OK)
		rc = say(r, &r->other, "@record", record);
	if (rc == WH_OK)
		rc = say(r, &r->other, "@path", numbered);
	if (rc == WH_OK)
		rc = offer(r, &r->other, "@value", text, n, &found);
	return rc == WH_OK ? row_end(r, &r->other) : rc;
}

static int on_value(void *context, const char *path, const char *text, size_t n, int64_t place)
{
	struct wh_camt_rows *r = context;
	struct wh_camt_row *row = innermost(r);
	bool found = false;
	int rc = WH_OK;
	if (!row)
		return n ? wh_camt_xml_fail(&r->xml, "\"%s\" stands outside of the message", path) : WH_OK;
	/* An empty element that is a row itself. */
	if (!path[row->path_n])
		return n ? other_value(r, row, ".", text, n, place) : WH_OK;
	const char *element = path + row->path_n + 1;
	if (row->table == &wh_camt_detail)
		rc = party_offer(r, element, text, n, &found);
	if (rc == WH_OK && !found)
		rc = offer(r, row, element, text, n, &found);
	return rc == WH_OK && !found ? other_value(r, row, element, text, n, place) : rc;
}

static int on_end(void *context, const char *path)
{
	struct wh_camt_rows *r = context;
	struct wh_camt_row *row = innermost(r);
	if (!row || path[row->path_n])
		return WH_OK;
	int rc = check_parts(r, row);
	if (rc == WH_OK)
		rc = row_end(r, row);
	for (size_t i = 0; rc == WH_OK && row->table == &wh_camt_detail && i < r->nparties; i++)
		rc = row_end(r, &r->parties[i]);
	r->nopen--;
	return rc;
}

/* ---- a file ---- */

int wh_camt_rows_open(struct wh_camt_rows *r, const char *file, struct wh_camt_taker taker,
	const struct wh_camt_xsd *xsd, struct wh_error *error)
{
	const struct wh_camt_listener listener = { r, on_begin, on_value, on_end };
	r->taker = taker;
	return wh_camt_xml_open(&r->xml, file, listener, xsd, error);
}

int wh_camt_rows_feed(struct wh_camt_rows *r, const char *bytes, size_t n, bool last,
	struct wh_error *error)
{
	int rc = wh_camt_xml_feed(&r->xml, bytes, n, last, error);
	if (rc == WH_OK && last && !r->kind)
		return wh_camt_xml_fail(&r->xml, "there is no message in the document");
	return rc;
}

void wh_camt_rows_close(struct wh_camt_rows *r)
{
	wh_camt_xml_close(&r->xml);
	for (size_t i = 0; i < WH_CAMT_OPEN_MOST; i++)
		wh_buffer_free(&r->open[i].text);
	for (size_t i = 0; i < WH_CAMT_ROLES_MOST; i++)
		wh_buffer_free(&r->parties[i].text);
	wh_buffer_free(&r->other.text);
	*r = (struct wh_camt_rows){ 0 };
}

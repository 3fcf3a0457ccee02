/* Units are ranges of places; their rows come from the codec. */
#include "connectors/files/files.h"
#include "base/text.h"
#include "base/time.h"

#define UNIT_BYTES (INT64_C(32) << 20)
#define BYTE_OF(place) ((place) & ((INT64_C(1) << WH_FILES_PLACE_BITS) - 1))
#define FILE_OF(place) ((size_t)((place) >> WH_FILES_PLACE_BITS))

static int64_t place_of(size_t file, int64_t byte)
{
	return ((int64_t)file << WH_FILES_PLACE_BITS) + byte;
}

/* ---- cutting ---- */

struct cutting {
	const struct wh_rowset *rows;
	struct wh_units *out;
	int64_t wished, since; /* bytes of a unit; of the one that is open */
	int64_t first;         /* where that one begins */
};

static void end_unit(struct cutting *c, int64_t last)
{
	int64_t number = (int64_t)c->out->count;
	struct wh_unit *u = wh_push(c->out->arena, &c->out->items, &c->out->count);
	*u = (struct wh_unit){ .rows = c->rows,
		.number = number,
		.range = WH_RANGE_PAGE,
		.first = c->first,
		.last = last };
	c->first = last;
	c->since = 0;
}

static void cut_file(struct cutting *c, size_t file, const struct wh_files_fact *fact)
{
	int64_t at = 0;
	if (c->since >= c->wished)
		end_unit(c, place_of(file, 0));
	for (size_t i = 0; i < fact->ncuts; i++) {
		c->since += fact->cuts[i] - at;
		at = fact->cuts[i];
		if (c->since >= c->wished && at < fact->bytes)
			end_unit(c, place_of(file, at));
	}
	c->since += fact->bytes - at;
}

int wh_files_split(struct wh_conn *c, const struct wh_rowset *rows,
	const struct wh_split_hint *hint, struct wh_units *out, struct wh_error *error)
{
	struct wh_files *s = c->state;
	struct cutting cut = { rows, out, UNIT_BYTES, 0, INT64_MIN };
	int64_t bytes = 0;
	int rc = wh_files_list(s, error);
	const struct wh_files_group *g = rc == WH_OK ? wh_files_group_of(s, rows) : NULL;
	for (size_t i = 0; g && rc == WH_OK && i < g->count; i++) {
		rc = wh_files_know(s, &s->files[g->first + i], error);
		if (rc == WH_OK)
			bytes += s->files[g->first + i].fact->bytes;
	}
	if (hint->unit_bytes > 0)
		cut.wished = hint->unit_bytes;
	if (hint->most > 0 && bytes / hint->most > cut.wished)
		cut.wished = bytes / hint->most + WH_FILES_CUT;
	for (size_t i = 0; g && rc == WH_OK && i < g->count; i++)
		cut_file(&cut, g->first + i, s->files[g->first + i].fact);
	if (rc == WH_OK)
		end_unit(&cut, INT64_MAX);
	return rc;
}

/* ---- reading ---- */

static size_t end_of_group(const struct wh_files *s)
{
	return s->group ? s->group->first + s->group->count : s->nfiles;
}

int wh_files_seek(struct wh_conn *c, const struct wh_unit *unit, struct wh_error *error)
{
	struct wh_files *s = c->state;
	wh_stream_close(&s->stream);
	wh_batch_finish(&s->all);
	s->unit = unit;
	s->open = false;
	s->looked = 0;
	if (!unit)
		return WH_OK;
	if (unit->rows->where)
		return wh_fail(error, WH_CONFIG,
			"files know no SQL: leave rows of \"%s\" out with `filter:`, a line of Lua",
			unit->rows->table);
	int rc = wh_files_list(s, error);
	if (rc != WH_OK)
		return rc;
	if (unit->range == WH_RANGE_KEY)
		wh_rowset_batch(unit->rows, &s->all);
	s->group = wh_files_group_of(s, unit->rows);
	if (!s->group && !wh_files_is_source_table(unit->rows))
		return wh_fail(error, WH_CONFIG, "there is no file for table \"%s\" any more",
			unit->rows->table);
	s->file = s->group ? s->group->first : 0;
	if (unit->range == WH_RANGE_PAGE && unit->first != INT64_MIN)
		s->file = FILE_OF(unit->first);
	rc = s->group ? wh_files_group_open(s, s->group, error) : WH_OK;
	return rc == WH_OK && s->group ? s->codec->aim(s->group->codec, unit->rows, error) : rc;
}

/* The next file of the unit, from where the unit begins in it. WH_DONE: there is none. */
static int open_next(struct wh_files *s, struct wh_error *error)
{
	const struct wh_unit *u = s->unit;
	bool ranged = u->range == WH_RANGE_PAGE;
	if (s->file >= end_of_group(s) ||
		(ranged && u->last != INT64_MAX && place_of(s->file, 0) >= u->last))
		return WH_DONE;
	struct wh_files_file *f = &s->files[s->file];
	bool inside = ranged && u->first != INT64_MIN && FILE_OF(u->first) == s->file;
	int64_t offset = inside ? BYTE_OF(u->first) : 0;
	int rc = wh_files_know(s, f, error);
	if (rc == WH_OK)
		rc = wh_files_stream(s, f, offset, error);
	if (rc != WH_OK)
		return rc;
	if (ranged && u->last != INT64_MAX && FILE_OF(u->last) == s->file)
		s->stream.limit = BYTE_OF(u->last);
	s->open = s->starved = true;
	const struct wh_codec_file file = { f->shown, f->fact->id, f->fact->bytes };
	return s->codec->start(s->group->codec, &file, offset, error);
}

/* What the window holds, into the batch. WH_DONE: the batch is full. */
static int decode(struct wh_files *s, struct wh_batch *out, struct wh_error *error)
{
	size_t n, consumed = 0;
	int rc = s->starved ? wh_stream_fill(&s->stream, error) : WH_OK;
	if (rc != WH_OK)
		return rc;
	const char *bytes = wh_stream_bytes(&s->stream, &n);
	rc = s->codec->decode(s->group->codec, bytes, n, s->stream.ended, &consumed, out, error);
	wh_stream_take(&s->stream, consumed);
	s->starved = rc == WH_OK;
	if (rc == WH_OK && s->stream.ended) {
		if (consumed != n)
			return wh_fail(error, WH_BUG, "the codec left bytes of \"%s\" behind", s->stream.name);
		wh_stream_close(&s->stream);
		s->open = false;
		s->file++;
	}
	return rc;
}

static void put_file(const struct wh_files_file *f, const struct wh_field *field,
	struct wh_batch *out, size_t column)
{
	const struct wh_files_fact *fact = f->fact;
	if (wh_equal(field->name, "name"))
		wh_batch_bytes(out, column, f->object.name, strlen(f->object.name));
	else if (wh_equal(field->name, WH_FILES_DIGEST))
		wh_batch_bytes(out, column, fact->digest, strlen(fact->digest));
	else if (wh_equal(field->name, "modified"))
		wh_batch_word(out, column,
			f->object.modified_usec - WH_DAYS_1970_TO_2000 * INT64_C(86400000000));
	else
		wh_batch_word(out, column, wh_equal(field->name, "bytes") ? fact->bytes : fact->id);
}

/* The rows of the table of files. */
static int read_files(struct wh_files *s, struct wh_batch *out, struct wh_error *error)
{
	int rc = WH_OK;
	while (rc == WH_OK && s->file < s->nfiles && !wh_batch_full(out)) {
		struct wh_files_file *f = &s->files[s->file++];
		rc = wh_files_know(s, f, error);
		for (size_t i = 0; rc == WH_OK && i < s->unit->rows->nfields; i++)
			put_file(f, &s->unit->rows->fields[i], out, i);
		if (rc == WH_OK)
			wh_batch_row(out);
	}
	return rc == WH_OK && s->file == s->nfiles ? WH_DONE : rc;
}

static int read_rows(struct wh_files *s, struct wh_batch *out, struct wh_error *error)
{
	int rc = WH_OK;
	while (rc == WH_OK && !wh_batch_full(out)) {
		if (!s->open)
			rc = open_next(s, error);
		if (rc == WH_DONE)
			return WH_DONE;
		if (rc == WH_OK)
			rc = decode(s, out, error);
	}
	if (rc < 0 && !error->place[0] && s->open)
		wh_fail_place(error, "%s", s->files[s->file].object.name);
	return rc < 0 ? rc : WH_OK;
}

static bool in_range(const struct wh_files *s, uint32_t row)
{
	const struct wh_unit *u = s->unit;
	size_t key = u->rows->key[0];
	int64_t value = wh_word(&s->all, key, row);
	return !wh_is_null(&s->all, key, row) && value >= u->first &&
		(u->last == INT64_MAX || value < u->last);
}

/* Files are in no order of keys: all rows are looked at, and those of the range are taken. */
static int read_range(struct wh_files *s, struct wh_batch *out, struct wh_error *error)
{
	while (!wh_batch_full(out)) {
		if (s->looked == s->all.rows) {
			wh_batch_reset(&s->all);
			s->looked = 0;
			int rc = read_rows(s, &s->all, error);
			if (rc < 0 || (rc == WH_DONE && !s->all.rows))
				return rc;
		}
		for (; s->looked < s->all.rows && !wh_batch_full(out); s->looked++)
			if (in_range(s, s->looked))
				wh_batch_copy_row(out, &s->all, s->looked);
	}
	return WH_OK;
}

int wh_files_read(struct wh_conn *c, struct wh_batch *out, struct wh_error *error)
{
	struct wh_files *s = c->state;
	if (!s->group)
		return read_files(s, out, error);
	return s->all.lanes ? read_range(s, out, error) : read_rows(s, out, error);
}

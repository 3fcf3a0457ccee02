/* Tables and rows for the tests, through the same plan, ddl and stage that a move takes. */
#include "contract.h"
#include "base/text.h"

const struct wh_connector *other_engine(const struct place *p)
{
	for (const struct wh_connector *const *k = wh_connectors; *k; k++)
		if (*k != p->kind)
			return *k;
	return p->kind;
}

void make_plan(struct place *p, struct wh_plan *plan, const struct wh_connector *source,
	const struct wh_catalog *catalog)
{
	struct wh_settings settings;
	wh_settings_init(&settings);
	int rc = wh_plan_make(plan, &settings, &(struct wh_plan_ends){ source, p->kind, { NULL } },
		catalog, &p->arena, &p->error);
	wh_settings_free(&settings);
	ok(p, rc);
}

void run_phase(struct place *p, struct wh_conn *conn, const struct wh_plan *plan,
	enum wh_phase phase)
{
	struct wh_statements list = { .arena = &p->arena };
	ok(p, p->kind->ddl(plan, phase, &list, &p->error));
	for (size_t i = 0; i < list.count; i++) {
		int rc = p->kind->execute(conn, &list.items[i], &p->error);
		demand(p, rc == WH_OK, "\"%s\" for \"%s\"", p->error.text, list.items[i].sql);
	}
}

static struct wh_column column_of(struct place *p, const struct spec *s)
{
	return (struct wh_column){ .name = s->name,
		.not_null = s->required || s->key,
		.identity = s->identity ? WH_IDENTITY_DEFAULT : WH_NO_IDENTITY,
		.type = { .kind = s->kind,
			.length = s->length,
			.precision = s->precision,
			.scale = s->scale,
			.native = wh_arena_format(&p->arena, "some %s", wh_kind_name(s->kind)) } };
}

static void add_key(struct place *p, struct wh_table *t, const struct spec *specs, size_t n)
{
	struct wh_index key = { .primary = true,
		.unique = true,
		.constraint = true,
		.method = "btree" };
	key.name = wh_arena_format(&p->arena, "pk_%s", t->name);
	for (size_t i = 0; i < n; i++)
		if (specs[i].key)
			wh_push(&p->arena, &key.parts, &key.nparts)->column = specs[i].name;
	if (key.nparts)
		*wh_push(&p->arena, &t->indexes, &t->nindexes) = key;
	for (size_t i = 0; i < n; i++) {
		if (!specs[i].unique)
			continue;
		struct wh_index *index = wh_push(&p->arena, &t->indexes, &t->nindexes);
		*index = (struct wh_index){ .unique = true,
			.method = "btree",
			.name = wh_arena_format(&p->arena, "one_%s", specs[i].name) };
		wh_push(&p->arena, &index->parts, &index->nparts)->column = specs[i].name;
	}
}

const struct wh_plan *plan_table(struct place *p, const char *name, const struct spec *specs,
	size_t n)
{
	const struct wh_connector *source = other_engine(p);
	struct wh_catalog *catalog = wh_new(&p->arena, struct wh_catalog);
	struct wh_plan *plan = wh_new(&p->arena, struct wh_plan);
	*catalog = (struct wh_catalog){ .engine = source->scheme,
		.default_schema = source->facts.default_schema,
		.findings = { .arena = &p->arena } };
	struct wh_table *t = wh_push(&p->arena, &catalog->tables, &catalog->ntables);
	*t = (struct wh_table){ .schema = catalog->default_schema,
		.name = name,
		.kind = "table",
		.rows = -1,
		.bytes = -1 };
	for (size_t i = 0; i < n; i++)
		*wh_push(&p->arena, &t->columns, &t->ncolumns) = column_of(p, &specs[i]);
	add_key(p, t, specs, n);
	make_plan(p, plan, source, catalog);
	return plan;
}

const struct wh_plan_table *make_table(struct place *p, const char *name, const struct spec *specs,
	size_t n)
{
	const struct wh_plan *plan = plan_table(p, name, specs, n);
	struct wh_conn *conn = plain_writer(p);
	for (enum wh_phase phase = WH_PHASE_TABLES; phase <= WH_PHASE_KEYS; phase++)
		run_phase(p, conn, plan, phase);
	closed(p, conn);
	return &plan->tables[0];
}

const struct wh_plan_table *make_things(struct place *p, const char *name)
{
	static const struct spec specs[] = {
		{ .name = "id", .kind = WH_INT64, .precision = 64, .key = true },
		{ .name = "name", .kind = WH_TEXT, .length = 40, .required = true },
	};
	return make_table(p, name, specs, COUNT(specs));
}

struct wh_unit unit_of(const struct wh_rowset *rows, int64_t table, int64_t number)
{
	return (struct wh_unit){ .rows = rows,
		.table = table,
		.number = number,
		.range = WH_RANGE_ALL,
		.first = INT64_MIN,
		.last = INT64_MAX };
}

struct wh_unit range_of(const struct wh_rowset *rows, int64_t number, int64_t first, int64_t last)
{
	return (struct wh_unit){ .rows = rows,
		.number = number,
		.range = WH_RANGE_KEY,
		.first = first,
		.last = last };
}

void put_row(struct place *p, const struct wh_rowset *rows, struct wh_batch *b, const char *line)
{
	for (size_t i = 0; i < rows->nfields; i++) {
		size_t n = i + 1 < rows->nfields ? strcspn(line, "|") : strlen(line);
		if (n == 2 && !memcmp(line, "\\N", 2))
			wh_batch_null(b, i);
		else
			demand(p, wh_value_parse(b, i, line, n), "\"%s\" is no value of column %s", line,
				rows->fields[i].name);
		line += n + (line[n] == '|');
	}
	wh_batch_row(b);
}

int write_lines(struct place *p, struct wh_conn *conn, const struct wh_unit *unit,
	const char *const *lines)
{
	struct wh_batch b;
	wh_rowset_batch(unit->rows, &b);
	for (; *lines; lines++)
		put_row(p, unit->rows, &b, *lines);
	wh_error_clear(&p->error);
	int rc = p->kind->write(conn, &b, &p->error);
	wh_batch_finish(&b);
	return rc;
}

void write_unit(struct place *p, struct wh_conn *conn, const struct wh_unit *unit,
	const char *const *lines)
{
	struct wh_tally tally = { 0 };
	ok(p, p->kind->begin(conn, unit, &tally, &p->error));
	ok(p, write_lines(p, conn, unit, lines));
	ok(p, p->kind->commit(conn, &tally, &p->error));
}

void write_numbers(struct place *p, struct wh_conn *conn, const struct wh_unit *unit, int64_t from,
	int64_t n)
{
	struct wh_batch b;
	struct wh_tally tally = { 0 };
	wh_rowset_batch(unit->rows, &b);
	ok(p, p->kind->begin(conn, unit, &tally, &p->error));
	for (int64_t i = 0; i < n; i++) {
		char line[80];
		snprintf(line, sizeof line, "%lld|name %lld", (long long)(from + i), (long long)(from + i));
		put_row(p, unit->rows, &b, line);
		if (!wh_batch_full(&b) && i + 1 < n)
			continue;
		ok(p, p->kind->write(conn, &b, &p->error));
		wh_batch_reset(&b);
	}
	wh_batch_finish(&b);
	ok(p, p->kind->commit(conn, &tally, &p->error));
}

int read_digest(struct place *p, struct wh_conn *conn, const struct wh_unit *unit,
	struct wh_digest *out)
{
	struct wh_batch b;
	struct wh_buffer scratch = { 0 };
	*out = (struct wh_digest){ 0 };
	wh_rowset_batch(unit->rows, &b);
	int rc = p->kind->seek(conn, unit, &p->error);
	while (rc == WH_OK) {
		wh_batch_reset(&b);
		rc = p->kind->read(conn, &b, &p->error);
		demand(p, rc < 0 || !b.nstrays, "%zu strays in rows that a writer wrote", b.nstrays);
		if (rc < 0)
			break;
		wh_digest_batch(&b, NULL, SEED, &scratch);
		wh_digest_add_rows(out, &b, 0, b.rows);
	}
	wh_buffer_free(&scratch);
	wh_batch_finish(&b);
	return rc == WH_DONE ? WH_OK : rc;
}

struct wh_digest digest_of(struct place *p, const struct wh_rowset *rows)
{
	struct wh_conn *conn = reader(p);
	struct wh_unit all = unit_of(rows, 0, 0);
	struct wh_digest digest;
	ok(p, read_digest(p, conn, &all, &digest));
	closed(p, conn);
	return digest;
}

static const char *line_of(struct place *p, const struct wh_batch *b, uint32_t row)
{
	struct wh_buffer line = { 0 };
	for (size_t c = 0; c < b->ncolumns; c++) {
		wh_buffer_text(&line, c ? "|" : "");
		if (wh_is_null(b, c, row))
			wh_buffer_text(&line, "\\N");
		else
			wh_value_text(&line, b, c, row);
	}
	const char *text = wh_arena_text(&p->arena, wh_buffer_string(&line));
	wh_buffer_free(&line);
	return text;
}

static int by_text(const void *a, const void *b)
{
	const char *const *left = a, *const *right = b;
	return strcmp(*left, *right);
}

const char *contents(struct place *p, const struct wh_rowset *rows)
{
	struct wh_conn *conn = reader(p);
	struct wh_unit all = unit_of(rows, 0, 0);
	struct wh_batch b;
	const char **lines = NULL;
	size_t n = 0;
	wh_rowset_batch(rows, &b);
	ok(p, p->kind->seek(conn, &all, &p->error));
	for (int rc = WH_OK; rc == WH_OK;) {
		wh_batch_reset(&b);
		rc = p->kind->read(conn, &b, &p->error);
		demand(p, rc >= 0, "reading \"%s\": %s", rows->table, p->error.text);
		for (uint32_t row = 0; row < b.rows; row++)
			*wh_push(&p->arena, &lines, &n) = line_of(p, &b, row);
	}
	wh_batch_finish(&b);
	closed(p, conn);
	struct wh_buffer text = { 0 };
	if (n)
		qsort(lines, n, sizeof *lines, by_text);
	for (size_t i = 0; i < n; i++)
		wh_buffer_format(&text, "%s\n", lines[i]);
	const char *out = wh_arena_text(&p->arena, wh_buffer_string(&text));
	wh_buffer_free(&text);
	return out;
}

void stands(struct place *p, const struct wh_rowset *rows, const char *want, const char *when)
{
	const char *got = contents(p, rows);
	demand(p, !strcmp(got, want), "%s, \"%s\" holds \"%s\", not \"%s\"", when, rows->table, got,
		want);
}

int begin(struct place *p, struct wh_conn *out, const struct wh_unit *unit)
{
	struct wh_tally done = { 0 };
	wh_error_clear(&p->error);
	return p->kind->begin(out, unit, &done, &p->error);
}

int commit(struct place *p, struct wh_conn *out)
{
	struct wh_tally tally = { 0 };
	wh_error_clear(&p->error);
	return p->kind->commit(out, &tally, &p->error);
}

int abandon(struct place *p, struct wh_conn *out)
{
	wh_error_clear(&p->error);
	return p->kind->abandon(out, &p->error);
}

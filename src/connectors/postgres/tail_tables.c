/* The layouts of the tables that are followed: the catalog's at first, then what the log says. */
#include "connectors/postgres/tail.h"
#include "base/text.h"
#include <stdlib.h>

static int broken(struct wh_error *error, const char *what)
{
	return wh_fail(error, WH_STOP, "the server sent %s that is not in pgoutput's form", what);
}

struct tail_table *postgres_tail_table(struct postgres_tail *t, uint32_t relation)
{
	for (size_t i = 0; i < t->capture->ntables; i++) {
		size_t at = (t->last + i) % t->capture->ntables;
		if (t->tables[at].relation == relation) {
			t->last = (uint32_t)at;
			return &t->tables[at];
		}
	}
	return NULL;
}

static int32_t column_named(const struct tail_layout *l, const char *name)
{
	for (uint16_t i = 0; i < l->ncolumns; i++)
		if (!strcmp(l->columns[i].name, name))
			return i;
	return -1;
}

static bool is_key(const struct wh_rowset *rows, size_t field)
{
	bool is = false;
	for (size_t k = 0; k < rows->nkey; k++)
		is = is || rows->key[k] == field;
	return is;
}

/* XML loses its declaration on the way into the log. */
static bool looks(const struct tail_table *table)
{
	const struct wh_rowset *rows = table->rows;
	bool xml = false, key = rows->nkey > 0;
	for (size_t f = 0; f < rows->nfields; f++)
		xml = xml || (rows->fields[f].type.kind == WH_XML && !postgres_bare(&rows->fields[f]));
	for (size_t k = 0; k < rows->nkey; k++)
		key = key && column_named(&table->layout, rows->fields[rows->key[k]].name) >= 0;
	return xml && key;
}

/* Which column holds which field, and whether its bytes are what a copy would have read. */
static void map_fields(struct postgres_tail *t, struct tail_table *table)
{
	bool binary = PQserverVersion(t->asks->pg) >= 140000;
	table->nindirect = 0;
	table->looks = looks(table);
	for (size_t f = 0; f < table->rows->nfields; f++) {
		const struct wh_field *field = &table->rows->fields[f];
		int32_t c = column_named(&table->layout, field->name);
		table->column_of[f] = c;
		table->direct[f] = c < 0 ||
			(binary && postgres_bare(field) && table->layout.columns[c].type == table->types[f] &&
				!(table->looks && is_key(table->rows, f)));
		table->nindirect += !table->direct[f];
	}
}

static int read_layout(struct postgres_tail *t, struct tail_table *table, struct wh_error *error)
{
	const struct wh_rowset *rows = table->rows;
	const char *const values[] = { rows->schema, rows->table };
	bool generated = PQserverVersion(t->asks->pg) >= 120000;
	PGresult *r;
	int rc = postgres_query(t->asks,
		generated
			? "SELECT a.attrelid, a.attname, a.atttypid, a.atttypmod "
			  "FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid "
			  "JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1 "
			  "AND c.relname = $2 AND a.attnum > 0 AND NOT a.attisdropped "
			  "AND a.attgenerated = '' ORDER BY a.attnum"
			: "SELECT a.attrelid, a.attname, a.atttypid, a.atttypmod "
			  "FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid "
			  "JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1 "
			  "AND c.relname = $2 AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum",
		2, values, &r, error);
	if (rc != WH_OK)
		return rc;
	struct tail_layout *l = &table->layout;
	*l = (struct tail_layout){ .schema = rows->schema,
		.table = rows->table,
		.ncolumns = (uint16_t)PQntuples(r) };
	l->columns = wh_new_array(&t->arena, struct tail_column, l->ncolumns + 1u);
	for (int i = 0; i < PQntuples(r); i++) {
		table->relation = (uint32_t)strtoul(PQgetvalue(r, i, 0), NULL, 10);
		l->columns[i] = (struct tail_column){ .name = wh_arena_text(&t->arena, PQgetvalue(r, i, 1)),
			.type = (uint32_t)strtoul(PQgetvalue(r, i, 2), NULL, 10),
			.modifier = (int32_t)strtol(PQgetvalue(r, i, 3), NULL, 10) };
	}
	PQclear(r);
	return WH_OK;
}

static int read_types(struct postgres_tail *t, struct tail_table *table, struct wh_error *error)
{
	const struct wh_rowset *rows = table->rows;
	struct wh_buffer sql = { 0 };
	PGresult *r;
	wh_buffer_text(&sql, "SELECT pg_catalog.to_regtype(v)::pg_catalog.oid FROM (VALUES ");
	for (size_t f = 0; f < rows->nfields; f++) {
		const char *native = rows->fields[f].type.native ? rows->fields[f].type.native : "text";
		wh_buffer_format(&sql, "%s(%zu, ", f ? ", " : "", f);
		wh_sql_text(&sql, &wh_dialect_postgresql, native, strlen(native));
		wh_buffer_char(&sql, ')');
	}
	wh_buffer_text(&sql, ") AS t(i, v) ORDER BY i");
	int rc = rows->nfields ? postgres_query(t->asks, wh_buffer_string(&sql), 0, NULL, &r, error)
						   : WH_DONE;
	wh_buffer_free(&sql);
	if (rc != WH_OK)
		return rc == WH_DONE ? WH_OK : rc;
	for (int f = 0; f < PQntuples(r) && (size_t)f < rows->nfields; f++)
		table->types[f] = (uint32_t)strtoul(PQgetvalue(r, f, 0), NULL, 10);
	PQclear(r);
	return WH_OK;
}

static int open_table(struct postgres_tail *t, struct tail_table *table, struct wh_error *error)
{
	size_t n = table->rows->nfields + 1;
	table->types = wh_new_array(&t->arena, uint32_t, n);
	table->column_of = wh_new_array(&t->arena, int32_t, n);
	table->direct = wh_new_array(&t->arena, bool, n);
	table->decoders = wh_new_array(&t->arena, postgres_decoder *, n);
	for (size_t f = 0; f < table->rows->nfields; f++)
		table->decoders[f] = postgres_decoder_of(&table->rows->fields[f]);
	int rc = read_layout(t, table, error);
	if (rc == WH_OK)
		rc = read_types(t, table, error);
	if (rc == WH_OK)
		map_fields(t, table);
	return rc;
}

int postgres_tail_tables(struct postgres_tail *t, struct wh_error *error)
{
	int rc = WH_OK;
	t->tables = wh_new_array(&t->arena, struct tail_table, t->capture->ntables + 1);
	for (size_t i = 0; i < t->capture->ntables && rc == WH_OK; i++) {
		t->tables[i].rows = t->capture->tables[i];
		rc = open_table(t, &t->tables[i], error);
	}
	return rc;
}

/* By its number, for it may have a new name; else by its name. */
static struct tail_table *table_of(struct postgres_tail *t, const struct pgoutput *m)
{
	struct tail_table *known = postgres_tail_table(t, m->relation);
	for (size_t i = 0; i < t->capture->ntables && !known; i++)
		if (!strcmp(t->tables[i].rows->table, m->table) &&
			!strcmp(t->tables[i].rows->schema, m->schema))
			known = &t->tables[i];
	return known;
}

static void told(struct wh_buffer *text, const char *column, const char *what)
{
	wh_buffer_format(text, "%scolumn \"%s\" %s", text->size ? ", " : "", column, what);
}

static bool same_place(const struct tail_layout *a, const struct tail_layout *b, uint16_t i)
{
	return a->ncolumns == b->ncolumns && a->columns[i].type == b->columns[i].type &&
		column_named(a, b->columns[i].name) < 0;
}

static void compare_layouts(struct wh_buffer *text, const struct tail_layout *old,
	const struct tail_layout *now)
{
	for (uint16_t i = 0; i < old->ncolumns; i++) {
		const struct tail_column *c = &old->columns[i];
		int32_t at = column_named(now, c->name);
		if (at < 0 && same_place(old, now, i))
			wh_buffer_format(text, "%scolumn \"%s\" was renamed to \"%s\"", text->size ? ", " : "",
				c->name, now->columns[i].name);
		else if (at < 0)
			told(text, c->name, "was dropped");
		else if (now->columns[at].type != c->type || now->columns[at].modifier != c->modifier)
			told(text, c->name, "changed its type");
	}
	for (uint16_t i = 0; i < now->ncolumns; i++)
		if (column_named(old, now->columns[i].name) < 0 && !same_place(old, now, i))
			told(text, now->columns[i].name, "was added");
}

static void copy_layout(struct postgres_tail *t, const struct pgoutput *m, struct tail_layout *out)
{
	*out = (struct tail_layout){ .schema = wh_arena_text(&t->arena, m->schema),
		.table = wh_arena_text(&t->arena, m->table),
		.ncolumns = m->ncolumns };
	out->columns = wh_new_array(&t->arena, struct tail_column, m->ncolumns + 1u);
	for (uint16_t i = 0; i < m->ncolumns; i++)
		out->columns[i] =
			(struct tail_column){ .name = wh_arena_text(&t->arena, m->columns[i].name),
				.type = m->columns[i].type,
				.modifier = m->columns[i].modifier };
}

/* Whether old rows can still be told by the log. */
static bool identified(const struct wh_rowset *rows, const struct pgoutput *m)
{
	size_t found = 0;
	for (size_t k = 0; k < rows->nkey; k++)
		for (uint16_t i = 0; i < m->ncolumns; i++)
			found += m->columns[i].key &&
				!strcmp(m->columns[i].name, rows->fields[rows->key[k]].name);
	return rows->nkey ? found == rows->nkey : m->identity == 'f';
}

static bool same_layout(const struct tail_layout *l, const struct pgoutput *m)
{
	bool same = l->ncolumns == m->ncolumns && !strcmp(l->schema, m->schema) &&
		!strcmp(l->table, m->table);
	for (uint16_t i = 0; same && i < l->ncolumns; i++)
		same = !strcmp(l->columns[i].name, m->columns[i].name) &&
			l->columns[i].type == m->columns[i].type &&
			l->columns[i].modifier == m->columns[i].modifier;
	return same;
}

static void tell(struct postgres_tail *t, struct tail_table *table, struct wh_buffer *what)
{
	if (!what->size)
		return;
	table->news = wh_arena_format(&t->arena, "%s%stable \"%s.%s\": %s",
		table->news ? table->news : "", table->news ? "; " : "", table->rows->schema,
		table->rows->table, wh_buffer_string(what));
}

/* Against the catalog, which is newer than the log's first word of a table, the change lies ahead. */
int postgres_tail_relation(struct postgres_tail *t, struct wh_error *error)
{
	const struct pgoutput *m = &t->message;
	struct tail_table *table = table_of(t, m);
	struct wh_buffer what = { 0 };
	if (!strcmp(m->table, "whimbrel_position") && !strcmp(m->schema, "public"))
		t->position = m->relation;
	if (!table)
		return WH_OK;
	if (m->ncolumns && !m->columns)
		return broken(error, "a table");
	if (!same_layout(&table->layout, m)) {
		struct tail_layout now;
		copy_layout(t, m, &now);
		compare_layouts(&what, table->met ? &table->layout : &now,
			table->met ? &now : &table->layout);
		if (strcmp(now.table, table->layout.table) || strcmp(now.schema, table->layout.schema))
			wh_buffer_format(&what, "%sits name became \"%s.%s\"", what.size ? ", " : "",
				table->met ? now.schema : table->layout.schema,
				table->met ? now.table : table->layout.table);
		table->layout = now;
	}
	if (!identified(table->rows, m))
		wh_buffer_format(&what, "%sits replica identity does not tell its rows any more",
			what.size ? ", " : "");
	table->relation = m->relation;
	table->met = true;
	map_fields(t, table);
	tell(t, table, &what);
	wh_buffer_free(&what);
	return WH_OK;
}

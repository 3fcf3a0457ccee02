/* Describe: the system catalogs, read as a whole, in a few queries. */
#include "connectors/postgres/catalog.h"
#include "base/text.h"
#include <stdlib.h>
#include <string.h>

#define OLDEST 120000

const char *postgres_text(struct postgres_describe *d, int column)
{
	if (PQgetisnull(d->result, d->row, column))
		return NULL;
	return wh_arena_bytes(d->arena, PQgetvalue(d->result, d->row, column),
		(size_t)PQgetlength(d->result, d->row, column));
}

bool postgres_true(const struct postgres_describe *d, int column)
{
	return *PQgetvalue(d->result, d->row, column) == 't';
}

Oid postgres_oid(const struct postgres_describe *d, int column)
{
	return (Oid)strtoul(PQgetvalue(d->result, d->row, column), NULL, 10);
}

int64_t postgres_number(const struct postgres_describe *d, int column, int64_t otherwise)
{
	int64_t value;
	const char *text = PQgetvalue(d->result, d->row, column);
	return wh_text_int64(text, strlen(text), &value) ? value : otherwise;
}

char postgres_letter(const struct postgres_describe *d, int column)
{
	return *PQgetvalue(d->result, d->row, column);
}

static int relation_compare(const void *key, const void *item)
{
	Oid a = *(const Oid *)key, b = ((const struct postgres_relation *)item)->oid;
	return (a > b) - (a < b);
}

struct wh_table *postgres_table(const struct postgres_describe *d, Oid oid)
{
	const struct postgres_relation *r = d->nrelations
		? bsearch(&oid, d->relations, d->nrelations, sizeof *d->relations, relation_compare)
		: NULL;
	return r ? &d->catalog->tables[r->table] : NULL;
}

static int own_compare(const void *key, const void *item)
{
	Oid a = *(const Oid *)key, b = ((const struct postgres_own_type *)item)->oid;
	return (a > b) - (a < b);
}

const struct postgres_own_type *postgres_own(const struct postgres_describe *d, Oid oid)
{
	return d->ntypes ? bsearch(&oid, d->types, d->ntypes, sizeof *d->types, own_compare) : NULL;
}

/* Kinds that share names, and kinds of which one that is there already serves as well. */
static void place(struct wh_object *o)
{
	static const struct {
		const char *kind, *space;
		bool shared;
	} kinds[] = {
		{ "view", WH_SPACE_RELATION, false },
		{ "materialized view", WH_SPACE_RELATION, false },
		{ "type", WH_SPACE_RELATION, false },
		{ "domain", WH_SPACE_RELATION, false },
		{ "function", "routine", false },
		{ "procedure", "routine", false },
		{ "aggregate", "routine", false },
		{ "schema", NULL, true },
		{ "extension", NULL, true },
	};
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (!strcmp(o->kind, kinds[i].kind)) {
			o->space = kinds[i].space;
			o->shared = kinds[i].shared;
		}
}

/* "OPERATOR CLASS public.x USING btree" without the words of its kind. */
static const char *address(struct postgres_describe *d, const char *kind)
{
	int column = PQfnumber(d->result, "address");
	const char *whole = column < 0 ? NULL : postgres_text(d, column);
	if (!whole)
		return NULL;
	size_t n = wh_starts_nocase(whole, kind) ? strlen(kind) : strcspn(whole, " ");
	return whole + n + (whole[n] == ' ');
}

int postgres_object(struct postgres_describe *d)
{
	struct wh_object *o = wh_push(d->arena, &d->catalog->objects, &d->catalog->nobjects);
	o->kind = postgres_text(d, 0);
	o->schema = postgres_text(d, 1);
	o->name = postgres_text(d, 2);
	o->table = postgres_text(d, 3);
	o->definition = postgres_text(d, 4);
	o->comment = postgres_text(d, PQnfields(d->result) - 1);
	o->address = address(d, o->kind);
	place(o);
	return WH_OK;
}

int postgres_finding(struct postgres_describe *d)
{
	char letter = postgres_letter(d, 1);
	enum wh_severity severity = letter == 'e' ? WH_ERROR : letter == 'w' ? WH_WARNING : WH_INFO;
	const char *source = postgres_text(d, 4);
	struct wh_finding *f = wh_findings_add(&d->catalog->findings, PQgetvalue(d->result, d->row, 0),
		severity, severity == WH_INFO ? WH_AUTOMATIC : WH_MANUAL, PQgetvalue(d->result, d->row, 2),
		"%s", PQgetvalue(d->result, d->row, 3));
	f->source = source;
	return WH_OK;
}

static bool applies(const struct postgres_describe *d, const struct postgres_reading *r)
{
	int version = PQserverVersion(d->s->pg);
	return version >= r->least && (!r->most || version <= r->most);
}

static int take_rows(struct postgres_describe *d, const struct postgres_reading *r)
{
	int rc = WH_OK;
	if (PQresultStatus(d->result) != PGRES_TUPLES_OK)
		return postgres_fail(d->s, d->result, "reading the catalog", d->error);
	for (d->row = 0; rc == WH_OK && d->row < PQntuples(d->result); d->row++)
		rc = r->each(d);
	return rc;
}

/* After a fault the other answers are only taken off the line. */
static int take_answer(struct postgres_describe *d, const struct postgres_reading *r, int rc)
{
	while ((d->result = PQgetResult(d->s->pg))) {
		if (rc == WH_OK)
			rc = take_rows(d, r);
		PQclear(d->result);
	}
	return rc;
}

static int each_database(struct postgres_describe *d)
{
	d->catalog->version = postgres_text(d, 0);
	d->catalog->database = postgres_text(d, 1);
	d->catalog->charset = postgres_text(d, 2);
	d->catalog->collation = postgres_text(d, 3);
	d->catalog->identity = postgres_text(d, 4);
	d->catalog->default_schema = "public";
	return WH_OK;
}

static const struct postgres_reading database[] = {
	{ "SELECT 'PostgreSQL ' || split_part(current_setting('server_version'), ' ', 1), "
	  "datname, pg_encoding_to_char(encoding), datcollate, "
	  "(SELECT system_identifier FROM pg_control_system()) || '/' || oid "
	  "FROM pg_database WHERE datname = current_database()",
		each_database },
	{ NULL },
};

static const struct postgres_reading *const lists[] = { database, postgres_type_readings,
	postgres_table_readings, postgres_key_readings, postgres_large_readings,
	postgres_operator_readings, postgres_code_readings, postgres_dependent_readings,
	postgres_rest_readings, postgres_right_readings };
#define LISTS (sizeof lists / sizeof *lists)

static bool send_all(const struct postgres_describe *d)
{
	PGconn *pg = d->s->pg;
	bool sent = PQenterPipelineMode(pg) == 1;
	for (size_t i = 0; i < LISTS; i++)
		for (const struct postgres_reading *r = lists[i]; r->sql && sent; r++)
			if (applies(d, r))
				sent = PQsendQueryParams(pg, r->sql, 0, NULL, NULL, NULL, NULL, 0) == 1;
	return sent && PQpipelineSync(pg) == 1;
}

/* All questions are on their way before the first answer is read: the line is waited for once, not
 * once a question. */
static int read_lists(struct postgres_describe *d)
{
	int rc = send_all(d) ? WH_OK : postgres_fail(d->s, NULL, "reading the catalog", d->error);
	for (size_t i = 0; i < LISTS; i++)
		for (const struct postgres_reading *r = lists[i]; r->sql; r++)
			if (applies(d, r))
				rc = take_answer(d, r, rc);
	PQclear(PQgetResult(d->s->pg)); /* the end of the pipeline */
	PQexitPipelineMode(d->s->pg);
	return rc;
}

static int old_server(const struct postgres *s, struct wh_error *error)
{
	return wh_fail(error, WH_CONFIG,
		"PostgreSQL \"%s\" is too old: version 12 is the first that is "
		"understood",
		PQparameterStatus(s->pg, "server_version"));
}

/* One view of all catalogs, whatever is changed meanwhile. */
int postgres_describe(struct wh_conn *c, struct wh_catalog *out, struct wh_error *error)
{
	struct postgres *s = c->state;
	struct postgres_describe d = { .s = s, .catalog = out, .arena = &out->arena, .error = error };
	if (PQserverVersion(s->pg) < OLDEST)
		return old_server(s, error);
	bool own = PQtransactionStatus(s->pg) == PQTRANS_IDLE;
	int rc = own ? postgres_do(s, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", error) : WH_OK;
	if (rc == WH_OK)
		rc = read_lists(&d);
	if (rc == WH_OK && own)
		rc = postgres_do(s, "COMMIT", error);
	else if (own)
		PQclear(PQexec(s->pg, "ROLLBACK"));
	wh_arena_free(&d.scratch);
	if (rc == WH_OK)
		wh_catalog_sort(out);
	return rc;
}

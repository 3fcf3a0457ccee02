/* DDL: keys, indexes, foreign keys, checks. */
#include "connectors/mysql/ddl.h"
#include "base/text.h"
#include <string.h>

#define KEY_BYTES 3072 /* of an InnoDB key, over all its parts */
#define POINTER_BYTES 12

static bool has_characters(const struct wh_type *type)
{
	return wh_mysql_class(type->native) == WH_MYSQL_TEXT;
}

static int64_t character_bytes(const struct wh_type *type)
{
	static const struct {
		const char *charset;
		int64_t bytes;
	} widths[] = {
		{ "latin", 1 },
		{ "ascii", 1 },
		{ "cp", 1 },
		{ "koi8", 1 },
		{ "binary", 1 },
		{ "utf8mb4", 4 },
		{ "utf8", 3 },
		{ "ucs2", 2 },
		{ "gb", 2 },
		{ "big5", 2 },
		{ "sjis", 2 },
	};
	const char *charset = type->charset ? type->charset
		: strstr(type->native, "CHARACTER SET ascii")
		? "ascii"
		: "utf8mb4";
	for (size_t i = 0; i < sizeof widths / sizeof *widths; i++)
		if (wh_starts(charset, widths[i].charset))
			return widths[i].bytes;
	return 4;
}

int64_t wh_mysql_key_bytes(const struct wh_type *type)
{
	switch (wh_mysql_class(type->native)) {
	case WH_MYSQL_TEXT:
		return type->length ? type->length * character_bytes(type) : POINTER_BYTES;
	case WH_MYSQL_BINARY:
		return type->length ? type->length : POINTER_BYTES;
	case WH_MYSQL_DECIMAL:
		return type->precision / 2 + 4;
	case WH_MYSQL_UUID:
	case WH_MYSQL_OTHER:
		return 16;
	case WH_MYSQL_JSON:
	case WH_MYSQL_GEOMETRY:
		return POINTER_BYTES;
	default:
		return 8;
	}
}

static const struct wh_plan_column *column_named(const struct wh_plan_table *t, const char *name)
{
	for (size_t i = 0; name && i < t->ncolumns; i++)
		if (wh_equal(t->columns[i].name, name))
			return &t->columns[i];
	return NULL;
}

static bool is_long(const struct wh_plan_column *c)
{
	enum wh_mysql_class class = wh_mysql_class(c->fit.native);
	return class == WH_MYSQL_TEXT || class == WH_MYSQL_BINARY;
}

/* Bytes for each of the long parts, where all of them together are too long; 0: they fit. */
static int64_t long_share(const struct wh_plan_table *t, const struct wh_plan_index *index)
{
	int64_t sum = 0, others = 0, n = 0;
	for (size_t i = 0; i < index->source->nparts; i++) {
		const struct wh_plan_column *c = column_named(t, index->columns[i]);
		int64_t bytes = c ? wh_mysql_key_bytes(&c->fit.type) : 8;
		bool lengthless = c && is_long(c) && !c->fit.type.length;
		if (index->source->parts[i].prefix)
			return 0;
		sum += lengthless ? KEY_BYTES + 1 : bytes;
		others += c && is_long(c) ? 0 : bytes;
		n += c && is_long(c);
	}
	return sum > KEY_BYTES && n ? (KEY_BYTES - others) / n : 0;
}

/* A key that must be whole is never cut: MariaDB then keeps a hash of it. */
static bool too_long(const struct wh_plan_table *t, const struct wh_plan_index *index)
{
	return long_share(t, index) != 0;
}

static void put_prefix(struct wh_buffer *out, const struct wh_plan_column *c, int64_t share)
{
	int64_t width = has_characters(&c->fit.type) ? character_bytes(&c->fit.type) : 1;
	int64_t length = c->fit.type.length;
	if (is_long(c) && (!length || length * width > share))
		wh_buffer_format(out, "(%lld)", (long long)(share / width));
}

static void put_part(struct wh_buffer *out, const struct wh_plan_table *t,
	const struct wh_plan_index *index, size_t i, int64_t share)
{
	const struct wh_index_part *part = &index->source->parts[i];
	const struct wh_plan_column *c = column_named(t, index->columns[i]);
	if (c)
		wh_mysql_name(out, c->name);
	else
		wh_buffer_format(out, "(%s)", index->expressions[i] ? index->expressions[i] : "");
	if (c && part->prefix)
		wh_buffer_format(out, "(%lld)", (long long)part->prefix);
	else if (c && share)
		put_prefix(out, c, share);
	if (part->descending)
		wh_buffer_text(out, " DESC");
}

static bool is_method(const struct wh_plan_index *index, const char *method)
{
	return wh_equal(index->source->method, method);
}

void wh_mysql_index_text(struct wh_buffer *out, const struct wh_plan_table *t,
	const struct wh_plan_index *index)
{
	bool unique = index->source->unique || index->source->primary;
	bool primary = index->source->primary && !too_long(t, index);
	wh_buffer_text(out,
		primary                            ? "PRIMARY KEY"
			: unique                       ? "UNIQUE KEY "
			: is_method(index, "fulltext") ? "FULLTEXT KEY "
			: is_method(index, "spatial")  ? "SPATIAL KEY "
										   : "KEY ");
	if (!primary)
		wh_mysql_name(out, wh_equal(index->name, "PRIMARY") ? "primary_key" : index->name);
	wh_buffer_text(out, " (");
	for (size_t i = 0; i < index->source->nparts; i++) {
		wh_buffer_text(out, i ? ", " : "");
		put_part(out, t, index, i, unique ? 0 : long_share(t, index));
	}
	wh_buffer_char(out, ')');
	if (index->source->comment) {
		wh_buffer_text(out, " COMMENT ");
		wh_mysql_text(out, index->source->comment);
	}
	if (index->source->invisible)
		wh_buffer_text(out, " /*M!100600 IGNORED*//*!80000 INVISIBLE*/");
}

/* What the keys' limit of length makes of them. */
static void review_index(const struct wh_plan_table *t, const struct wh_plan_index *index,
	struct wh_findings *out)
{
	bool unique = index->source->unique || index->source->primary;
	if (!too_long(t, index))
		return;
	const char *object = wh_arena_format(out->arena, "%s %s on %s",
		index->source->primary ? "primary key"
			: unique           ? "unique key"
							   : "index",
		index->name, t->name);
	if (unique)
		wh_findings_add(out, "key-by-hash", WH_WARNING, WH_AUTOMATIC, object,
			"its values may be longer than the %d bytes of a key: MariaDB keeps them unique by a hash "
			"of the whole values%s, and does not search by it; MySQL refuses such a key",
			KEY_BYTES, index->source->primary ? "; the table has no primary key there" : "");
	else
		wh_findings_add(out, "index-of-prefixes", WH_INFO, WH_AUTOMATIC, object,
			"its values may be longer than the %d bytes of a key: it is made over the first %lld bytes "
			"of each long column",
			KEY_BYTES, (long long)long_share(t, index));
}

/* A table counts in one column, which is a number. */
static void review_counters(const struct wh_plan_table *t, struct wh_findings *out)
{
	const struct wh_plan_column *counts = wh_mysql_identity(t);
	for (size_t i = 0; i < t->ncolumns; i++)
		if (t->columns[i].identity != WH_NO_IDENTITY && &t->columns[i] != counts)
			wh_findings_add(out, "counter-not-carried", WH_WARNING, WH_MANUAL,
				wh_arena_format(out->arena, "%s.%s", t->name, t->columns[i].name),
				"counts by itself on the source; on the target only one column of a table does");
}

void wh_mysql_review(const struct wh_plan *plan, struct wh_findings *out)
{
	for (size_t i = 0; !plan->same_engine && i < plan->ntables; i++) {
		review_counters(&plan->tables[i], out);
		for (size_t k = 0; k < plan->tables[i].nindexes; k++)
			review_index(&plan->tables[i], &plan->tables[i].indexes[k], out);
	}
}

bool wh_mysql_index_inline(const struct wh_plan_table *t, const struct wh_plan_index *index)
{
	const struct wh_plan_column *identity = wh_mysql_identity(t);
	if (index->source->primary)
		return true;
	if (!identity || !wh_equal(index->columns[0], identity->name))
		return false;
	for (const struct wh_plan_index *i = t->indexes; i < index; i++)
		if (wh_equal(i->columns[0], identity->name))
			return false;
	return true;
}

static void add_index(const struct wh_plan_table *t, const struct wh_plan_index *index,
	enum wh_phase phase, struct wh_statements *out)
{
	struct wh_buffer sql = { 0 };
	wh_buffer_text(&sql, "ALTER TABLE ");
	wh_mysql_name(&sql, t->name);
	wh_buffer_text(&sql, " ADD ");
	wh_mysql_index_text(&sql, t, index);
	wh_mysql_statement(out, phase, index->source->unique ? "unique key" : "index", t, index->name)
		->sql = wh_mysql_taken(out, &sql);
}

void wh_mysql_ddl_keys(const struct wh_plan *plan, enum wh_phase phase, struct wh_statements *out)
{
	for (size_t i = 0; i < plan->ntables; i++) {
		const struct wh_plan_table *t = &plan->tables[i];
		if (t->treatment != WH_CREATE && t->treatment != WH_DROP)
			continue;
		for (size_t k = 0; k < t->nindexes; k++) {
			const struct wh_plan_index *index = &t->indexes[k];
			bool key = index->source->unique || index->source->primary;
			if (key == (phase == WH_PHASE_KEYS) && !wh_mysql_index_inline(t, index))
				add_index(t, index, phase, out);
		}
	}
}

static void put_names(struct wh_buffer *sql, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		wh_buffer_text(sql, i ? ", " : " (");
		wh_mysql_name(sql, names[i]);
	}
	wh_buffer_char(sql, ')');
}

/* InnoDB takes SET DEFAULT for a word that it does not carry out, or refuses it. */
static void put_action(struct wh_buffer *sql, const char *when, const char *action)
{
	if (!wh_equal(action, "RESTRICT") && !wh_equal(action, "SET DEFAULT"))
		wh_buffer_format(sql, " ON %s %s", when, action);
}

static void alter_foreign_key(struct wh_buffer *sql, const struct wh_plan_table *t,
	const struct wh_plan_foreign_key *f, int checks)
{
	wh_buffer_format(sql, "SET foreign_key_checks = %d;\nALTER TABLE ", checks);
	wh_mysql_name(sql, t->name);
	wh_buffer_text(sql, " ADD CONSTRAINT ");
	wh_mysql_name(sql, f->name);
	wh_buffer_text(sql, " FOREIGN KEY");
	put_names(sql, f->columns, f->source->ncolumns);
	wh_buffer_text(sql, " REFERENCES ");
	wh_mysql_name(sql, f->to_table);
	put_names(sql, f->to_columns, f->source->ncolumns);
	put_action(sql, "DELETE", f->source->on_delete);
	put_action(sql, "UPDATE", f->source->on_update);
}

/* Orphans make the first fail; the second lets them stay. */
static void add_foreign_key(const struct wh_plan_table *t, const struct wh_plan_foreign_key *f,
	struct wh_statements *out)
{
	struct wh_buffer sql = { 0 }, weaker = { 0 };
	struct wh_statement *st = wh_mysql_statement(out, WH_PHASE_CONSTRAINTS, "foreign key", t,
		f->name);
	alter_foreign_key(&sql, t, f, 1);
	alter_foreign_key(&weaker, t, f, 0);
	st->sql = wh_mysql_taken(out, &sql);
	st->fallback = wh_mysql_taken(out, &weaker);
}

static struct wh_statement *add_check(const struct wh_plan_table *t,
	const struct wh_plan_check *check, enum wh_phase phase, struct wh_statements *out)
{
	struct wh_buffer sql = { 0 };
	wh_buffer_text(&sql, "ALTER TABLE ");
	wh_mysql_name(&sql, t->name);
	wh_buffer_text(&sql, " ADD ");
	if (check->name) {
		wh_buffer_text(&sql, "CONSTRAINT ");
		wh_mysql_name(&sql, check->name);
	}
	wh_buffer_format(&sql, " CHECK (%s)", check->text);
	struct wh_statement *st = wh_mysql_statement(out, phase, "check", t, check->name);
	st->sql = wh_mysql_taken(out, &sql);
	return st;
}

void wh_mysql_ddl_early_checks(const struct wh_plan_table *t, struct wh_statements *out)
{
	for (size_t k = 0; k < t->nchecks; k++) {
		if (t->checks[k].not_valid)
			continue;
		struct wh_statement *st = add_check(t, &t->checks[k], WH_PHASE_TABLES, out);
		st->wished = true;
		st->table = -1; /* the table stands without it */
	}
}

void wh_mysql_ddl_constraints(const struct wh_plan *plan, struct wh_statements *out)
{
	for (size_t i = 0; i < plan->ntables; i++) {
		const struct wh_plan_table *t = &plan->tables[i];
		if (t->treatment != WH_CREATE && t->treatment != WH_DROP)
			continue;
		for (size_t k = 0; k < t->nchecks; k++)
			add_check(t, &t->checks[k], WH_PHASE_CONSTRAINTS, out);
		for (size_t k = 0; k < t->nforeign_keys; k++)
			add_foreign_key(t, &t->foreign_keys[k], out);
	}
}

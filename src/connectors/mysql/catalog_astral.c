/* Describe: characters beyond the BMP (emoji) and bytes that are no text, for which the server's
 * catalog shows question marks.
 *
 * Expressions stand whole in SHOW CREATE TABLE; a literal default answers to DEFAULT(); a label of
 * an ENUM or SET shows itself only in rows that hold it. */
#define _GNU_SOURCE
#include "connectors/mysql/mysql.h"
#include "base/text.h"
#include <stdio.h>
#include <string.h>

static bool doubtful(const char *text)
{
	return text && strchr(text, '?');
}

/* How much of the definition is the text, with one character for each four question marks; 0: it is
 * another. */
static size_t matches(const char *definition, const char *text)
{
	const char *at = definition;
	for (; *text; text++, at++) {
		if (*text == *at)
			continue;
		if (!wh_starts(text, "????") || (unsigned char)*at < 0xF0 || strnlen(at, 4) < 4)
			return 0;
		text += 3;
		at += 3;
	}
	return (size_t)(at - definition);
}

static void mend_expression(struct wh_mysql_describe *d, const struct wh_table *t,
	const char **text)
{
	for (const char *at = t->definition; doubtful(*text) && at && *at; at++) {
		size_t n = matches(at, *text);
		if (n && !strncmp(at, *text, n))
			return; /* these are question marks */
		if (n)
			*text = wh_arena_bytes(d->arena, at, n);
	}
}

/* DEFAULT() of a column, from a row of `from`; bytes as hexadecimal. */
static int ask_default(struct wh_mysql_describe *d, const struct wh_table *t,
	const struct wh_column *c, const char *from, const char **out)
{
	bool bytes = c->type.kind == WH_BYTES;
	wh_buffer_clear(&d->sql);
	wh_buffer_text(&d->sql, bytes ? "SELECT HEX(DEFAULT(" : "SELECT CONVERT(DEFAULT(");
	wh_mysql_name(&d->sql, c->name);
	wh_buffer_format(&d->sql, "%s FROM %s", bytes ? "))" : ") USING utf8mb4)", from);
	wh_mysql_name(&d->sql, t->name);
	wh_buffer_text(&d->sql, *from ? " ON FALSE" : " LIMIT 1");
	return wh_mysql_value(d->s->link, wh_buffer_string(&d->sql), d->arena, out, d->error);
}

/* The row that an outer join makes up answers too, but not where the column is NOT NULL. */
static int mend_literal(struct wh_mysql_describe *d, const struct wh_table *t, struct wh_column *c)
{
	const char *value = NULL;
	int rc = ask_default(d, t, c, "", &value);
	if (rc == WH_OK && !value)
		rc = ask_default(d, t, c, "(SELECT 1 AS one) AS one_row LEFT JOIN ", &value);
	if (value && c->type.kind == WH_BYTES)
		c->default_text = wh_arena_format(d->arena, "x'%s'", value);
	else if (value)
		c->default_text = wh_mysql_quoted(d, value);
	else if (rc == WH_OK)
		wh_findings_add(&d->catalog->findings, "default-not-readable", WH_WARNING, WH_ASSISTED,
			wh_arena_format(d->arena, "%s.%s", t->name, c->name),
			"the default reads %s: the server shows a question mark for each character beyond the "
			"BMP and for bytes that are no text, and the table has no row that could tell; set it "
			"yourself if it is not one",
			c->default_text);
	return rc;
}

static int mend_default(struct wh_mysql_describe *d, const struct wh_table *t, struct wh_column *c)
{
	if (doubtful(c->default_text) && *c->default_text == '\'')
		return mend_literal(d, t, c);
	mend_expression(d, t, &c->default_text);
	return WH_OK;
}

/* The name of the label's `part`th among those of a SET's value. */
static const char *part_of(struct wh_mysql_describe *d, const char *value, int part)
{
	for (const char *comma; part > 0 && (comma = strchr(value, ',')); part--)
		value = comma + 1;
	return wh_arena_bytes(d->arena, value, strcspn(value, ","));
}

/* 0 the value's number, 1 its text, from a row that holds the label. */
static const char *label_in(struct wh_mysql_describe *d, const struct wh_column *c, size_t label,
	MYSQL_ROW row)
{
	uint64_t bits, lower = (UINT64_C(1) << label) - 1;
	if (!row || !row[0] || !row[1] || !wh_text_uint64(row[0], strlen(row[0]), &bits))
		return NULL;
	return c->type.kind == WH_ENUM ? wh_arena_text(d->arena, row[1])
								   : part_of(d, row[1], __builtin_popcountll(bits & lower));
}

static int find_label(struct wh_mysql_describe *d, const struct wh_table *t,
	const struct wh_column *c, size_t label, const char **out)
{
	WH_MYSQL_RESULT res = NULL;
	struct wh_buffer name = { 0 };
	wh_mysql_name(&name, c->name);
	const char *column = wh_buffer_string(&name);
	wh_buffer_clear(&d->sql);
	wh_buffer_format(&d->sql, "SELECT %s + 0, CONVERT(%s USING utf8mb4) FROM ", column, column);
	wh_mysql_name(&d->sql, t->name);
	if (c->type.kind == WH_ENUM)
		wh_buffer_format(&d->sql, " WHERE %s + 0 = %zu LIMIT 1", column, label + 1);
	else
		wh_buffer_format(&d->sql, " WHERE (%s + 0) & %llu LIMIT 1", column, 1ULL << (label & 63));
	wh_buffer_free(&name);
	int rc = wh_mysql_rows(d->s->link, wh_buffer_string(&d->sql), &res, d->error);
	*out = rc == WH_OK ? label_in(d, c, label, mysql_fetch_row(res)) : NULL;
	return rc;
}

static const char *spelling(struct wh_mysql_describe *d, const struct wh_type *type)
{
	struct wh_buffer out = { 0 };
	wh_buffer_text(&out, type->kind == WH_ENUM ? "enum(" : "set(");
	for (size_t i = 0; i < type->nlabels; i++) {
		wh_buffer_text(&out, i ? "," : "");
		wh_mysql_text(&out, type->labels[i]);
	}
	wh_buffer_char(&out, ')');
	const char *text = wh_arena_text(d->arena, wh_buffer_string(&out));
	wh_buffer_free(&out);
	return text;
}

static int mend_labels(struct wh_mysql_describe *d, const struct wh_table *t, struct wh_column *c)
{
	struct wh_type *type = &c->type;
	if (!doubtful(type->native) || (type->kind != WH_ENUM && type->kind != WH_SET))
		return WH_OK;
	const char **labels = wh_new_array(d->arena, const char *, type->nlabels + 1);
	for (size_t i = 0; i < type->nlabels; i++) {
		const char *found = NULL;
		labels[i] = type->labels[i];
		int rc = doubtful(labels[i]) ? find_label(d, t, c, i, &found) : WH_OK;
		if (rc != WH_OK)
			return rc;
		if (found)
			labels[i] = found;
		else if (doubtful(labels[i]))
			wh_findings_add(&d->catalog->findings, "label-not-readable", WH_WARNING, WH_ASSISTED,
				wh_arena_format(d->arena, "%s.%s", t->name, c->name),
				"label %zu reads \"%s\": the server shows a question mark for each character beyond "
				"the BMP, and no row holds the label to tell which; give the type yourself if it is "
				"not one",
				i + 1, labels[i]);
	}
	type->labels = labels;
	type->native = spelling(d, type);
	return WH_OK;
}

static int mend_column(struct wh_mysql_describe *d, const struct wh_table *t, struct wh_column *c)
{
	mend_expression(d, t, &c->generated);
	int rc = mend_default(d, t, c);
	return rc == WH_OK ? mend_labels(d, t, c) : rc;
}

static int mend_table(struct wh_mysql_describe *d, struct wh_table *t)
{
	int rc = WH_OK;
	for (size_t i = 0; i < t->nchecks; i++)
		mend_expression(d, t, &t->checks[i].text);
	for (size_t i = 0; rc == WH_OK && i < t->ncolumns; i++)
		rc = mend_column(d, t, &t->columns[i]);
	return rc;
}

/* What cannot be asked stays as the catalog shows it: its finding comes with the rows'. */
int wh_mysql_describe_astral(struct wh_mysql_describe *d)
{
	for (size_t i = 0; d->conn->side != WH_TARGET && i < d->catalog->ntables; i++) {
		int rc = mend_table(d, &d->catalog->tables[i]);
		if (rc == WH_RETRY)
			return rc;
		if (rc != WH_OK)
			wh_findings_add(&d->catalog->findings, "not-readable", WH_WARNING, WH_MANUAL,
				d->catalog->tables[i].name,
				"characters beyond the BMP in its labels and defaults cannot be read: %s",
				d->error->text);
		wh_error_clear(d->error);
	}
	return WH_OK;
}

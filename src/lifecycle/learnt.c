#include "lifecycle/learnt.h"
#include "base/text.h"
#include <jansson.h>
#include <stdlib.h>

/* A name that is not UTF-8 is simply looked at again. */
static json_t *column_json(const struct wh_column *c)
{
	const struct wh_type *t = &c->type;
	return json_pack("{s:s, s:s?, s:s?, s:s, s:i, s:i, s:I, s:b, s:i, s:s?, s:b, s:b, s:b}", "name",
		c->name, "declared", c->declared, "native", t->native, "kind", wh_kind_name(t->kind),
		"precision", (int)t->precision, "scale", (int)t->scale, "length", (json_int_t)t->length,
		"fixed", t->fixed, "srid", (int)t->srid, "wider",
		t->wider == WH_NO_KIND ? NULL : wh_kind_name(t->wider), "zero_dates", t->zero_dates,
		"empty_label", t->empty_label, "double_encoded", t->double_encoded);
}

static json_t *table_json(const struct wh_table *t)
{
	json_t *columns = json_array();
	for (size_t i = 0; i < t->ncolumns; i++)
		json_array_append_new(columns, column_json(&t->columns[i]));
	return json_pack("{s:s?, s:s, s:I, s:o}", "schema", t->schema, "name", t->name, "bytes",
		(json_int_t)t->bytes, "columns", columns);
}

static json_t *finding_json(const struct wh_finding *f)
{
	return json_pack("{s:s, s:i, s:i, s:s?, s:s, s:s?}", "rule", f->rule, "severity",
		(int)f->severity, "effort", (int)f->effort, "object", f->object, "text", f->text, "source",
		f->source);
}

const char *wh_learnt_text(const struct wh_catalog *c, struct wh_arena *arena)
{
	json_t *tables = json_array(), *findings = json_array();
	for (size_t i = 0; i < c->ntables; i++)
		json_array_append_new(tables, table_json(&c->tables[i]));
	for (size_t i = 0; i < c->findings.count; i++)
		json_array_append_new(findings, finding_json(&c->findings.items[i]));
	json_t *all = json_pack("{s:o, s:o}", "tables", tables, "findings", findings);
	char *text = json_dumps(all, JSON_COMPACT);
	const char *copy = wh_arena_text(arena, text ? text : "");
	free(text);
	json_decref(all);
	return copy;
}

static const char *word(struct wh_catalog *out, const json_t *from, const char *name)
{
	return wh_arena_text(&out->arena, json_string_value(json_object_get(from, name)));
}

static int number(const json_t *from, const char *name)
{
	return (int)json_integer_value(json_object_get(from, name));
}

static bool yes(const json_t *from, const char *name)
{
	return json_is_true(json_object_get(from, name));
}

static enum wh_kind kind(const json_t *from, const char *name)
{
	const char *value = json_string_value(json_object_get(from, name));
	return value ? wh_kind_named(value) : WH_NO_KIND;
}

static void read_column(struct wh_catalog *out, struct wh_table *t, const json_t *from)
{
	*wh_push(&out->arena, &t->columns,
		&t->ncolumns) = (struct wh_column){ .name = word(out, from, "name"),
		.declared = word(out, from, "declared"),
		.type = { .native = word(out, from, "native"),
			.kind = kind(from, "kind"),
			.precision = number(from, "precision"),
			.scale = number(from, "scale"),
			.length = json_integer_value(json_object_get(from, "length")),
			.fixed = yes(from, "fixed"),
			.srid = number(from, "srid"),
			.wider = kind(from, "wider"),
			.zero_dates = yes(from, "zero_dates"),
			.empty_label = yes(from, "empty_label"),
			.double_encoded = yes(from, "double_encoded") } };
}

static void read_table(struct wh_catalog *out, const json_t *from)
{
	struct wh_table *t = wh_push(&out->arena, &out->tables, &out->ntables);
	*t = (struct wh_table){ .schema = word(out, from, "schema"),
		.name = word(out, from, "name"),
		.bytes = json_integer_value(json_object_get(from, "bytes")) };
	size_t i;
	json_t *column;
	json_array_foreach(json_object_get(from, "columns"), i, column) read_column(out, t, column);
}

static void read_finding(struct wh_catalog *out, const json_t *from)
{
	const char *rule = word(out, from, "rule"), *text = word(out, from, "text");
	const char *object = word(out, from, "object"), *source = word(out, from, "source");
	enum wh_severity severity = (enum wh_severity)number(from, "severity");
	enum wh_effort effort = (enum wh_effort)number(from, "effort");
	if (rule && text)
		wh_findings_add(&out->findings, rule, severity, effort, object, "%s", text)->source =
			source;
}

bool wh_learnt_read(const char *text, struct wh_catalog *out)
{
	json_t *all = text ? json_loads(text, 0, NULL) : NULL, *item;
	size_t i;
	json_array_foreach(json_object_get(all, "tables"), i, item) if (json_object_get(item, "name"))
		read_table(out, item);
	json_array_foreach(json_object_get(all, "findings"), i, item) read_finding(out, item);
	json_decref(all);
	return out->ntables;
}

/* assess.json, and what --json prints: the same document. */
#include "base/text.h"
#include "lifecycle/assess/parts.h"
#include "lifecycle/plan/plan.h"
#include "lifecycle/report/document.h"
#include <math.h>
#include <stdlib.h>

static json_t *number(double value)
{
	return value < 0 ? json_null() : json_real(round(value * 1000) / 1000);
}

static json_t *examples_json(const struct wh_assessed *f)
{
	json_t *list = json_array();
	for (size_t i = 0; i < f->nexamples; i++)
		json_array_append_new(list,
			json_pack("{s:o, s:o}", "key", wh_json_words(f->examples[i].key), "value",
				wh_json_words(f->examples[i].value)));
	return list;
}

static json_t *fix_json(const struct wh_assessed *f)
{
	return f->fix ? json_pack("{s:s, s:o}", "place", f->place, "text", wh_json_words(f->fix))
				  : json_null();
}

static json_t *finding_json(const struct wh_assessed *f)
{
	return json_pack("{s:o, s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "rule",
		wh_json_words(f->finding.rule), "severity", wh_severity_name(f->finding.severity), "class",
		wh_effort_name(f->finding.effort), "object", wh_json_words(f->finding.object), "text",
		wh_json_words(f->finding.text), "definition", wh_json_words(f->finding.source), "minutes",
		number(f->minutes), "rows", wh_json_checked(f->rows), "looked_at",
		wh_json_checked(f->looked), "examples", examples_json(f), "fix", fix_json(f));
}

static json_t *findings_json(const struct wh_assessment *a)
{
	json_t *list = json_array();
	for (size_t i = 0; i < a->nfindings; i++)
		json_array_append_new(list, finding_json(&a->findings[i]));
	return list;
}

static json_t *rules_json(const struct wh_assessment *a)
{
	json_t *list = json_array();
	for (size_t i = 0; i < a->ngroups; i++) {
		const struct wh_assessed_group *g = &a->groups[i];
		json_array_append_new(list,
			json_pack("{s:o, s:s, s:s, s:i, s:o, s:s}", "rule",
				wh_json_words(g->first->finding.rule), "title", g->rule->title, "severity",
				wh_severity_name(g->severity), "count", (int)g->count, "minutes",
				number(g->minutes), "advice", g->rule->advice));
	}
	return list;
}

static json_t *span_json(const struct wh_span *s)
{
	return s->known ? json_pack("{s:o, s:o, s:o}", "low", number(s->low), "likely",
						  number(s->likely), "high", number(s->high))
					: json_null();
}

static json_t *estimate_json(const struct wh_assessment *a)
{
	const struct wh_estimate *e = &a->estimate;
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "read", span_json(&e->read),
		"copy", span_json(&e->copy), "build", span_json(&e->build), "verify", span_json(&e->verify),
		"rows", wh_json_checked(e->load.rows), "bytes", wh_json_checked(e->load.bytes), "basis",
		wh_json_words(e->basis), "unknown_because", wh_json_words(e->why));
}

static json_t *changes_json(const struct wh_change_rate *c)
{
	return c->seconds > 0
		? json_pack("{s:o, s:o, s:o, s:o}", "inserts", wh_json_checked(c->inserts), "updates",
			  wh_json_checked(c->updates), "deletes", wh_json_checked(c->deletes), "seconds",
			  wh_json_checked(c->seconds))
		: json_null();
}

static json_t *table_json(const struct wh_assessment *a, const struct wh_sample_table *t)
{
	struct wh_arena names = { 0 };
	const struct wh_rowset *from = &t->table->from;
	const struct wh_survey_table *s = wh_assess_survey(a, t->table->source);
	json_t *o = json_pack("{s:o, s:o, s:b, s:o, s:o, s:o, s:o, s:o, s:b, s:o, s:o}", "table",
		wh_json_words(wh_shown_name(&names, from->schema, from->table)), "rows",
		wh_json_checked(wh_assess_rows(a, t)), "rows_exact",
		t->whole || (s && s->rows_exact && s->rows >= 0), "bytes",
		wh_json_checked(wh_assess_bytes(a, t)), "data_bytes",
		wh_json_checked(s ? s->data_bytes : -1), "index_bytes",
		wh_json_checked(s ? s->index_bytes : -1), "widest_row_bytes",
		wh_json_checked(wh_assess_widest(a, t)), "rows_read",
		wh_json_checked(t->failure && !t->rows ? -1 : t->rows), "keyed", from->nkey > 0, "failure",
		wh_json_words(t->failure), "changes", s ? changes_json(&s->changes) : json_null());
	wh_arena_free(&names);
	return o;
}

static json_t *tables_json(const struct wh_assessment *a)
{
	json_t *list = json_array();
	for (size_t i = 0; i < a->sample.ntables; i++)
		json_array_append_new(list, table_json(a, &a->sample.tables[i]));
	return list;
}

static json_t *survey_json(const struct wh_assessment *a)
{
	const struct wh_survey *s = &a->survey;
	json_t *facts = json_object();
	if (!a->surveyed) {
		json_decref(facts);
		return json_null();
	}
	for (size_t i = 0; i < s->nfacts; i++)
		json_object_set_new(facts, s->facts[i].name, wh_json_words(s->facts[i].value));
	return json_pack("{s:o, s:o, s:o, s:o, s:o}", "changes", changes_json(&s->changes),
		"changes_scope", wh_json_words(s->changes_scope), "large_objects",
		wh_json_checked(s->large_objects), "large_object_bytes",
		wh_json_checked(s->large_object_bytes), "facts", facts);
}

static json_t *gaps_json(const struct wh_assessment *a)
{
	json_t *list = json_array();
	for (size_t i = 0; i < a->ngaps; i++)
		json_array_append_new(list,
			json_pack("{s:o, s:o}", "object", wh_json_words(a->gaps[i].object), "why",
				wh_json_words(a->gaps[i].why)));
	return list;
}

static json_t *grants_json(const struct wh_assessment *a)
{
	json_t *list = json_array();
	for (size_t i = 0; i < a->ngrants; i++) {
		const struct wh_grant *g = &a->grants[i];
		const struct wh_access *x = g->access;
		json_t *rights = json_array();
		for (size_t k = 0; k < x->nprivileges; k++)
			json_array_append_new(rights, wh_json_words(x->privileges[k]));
		json_array_append_new(list,
			json_pack("{s:o, s:o, s:s, s:o, s:o, s:o, s:o, s:s, s:o}", "account",
				wh_json_words(x->account), "host", wh_json_words(x->host), "kind",
				wh_access_kind_name(x->kind), "schema", wh_json_words(x->schema), "name",
				wh_json_words(x->name), "privileges", rights, "statement",
				wh_json_words(g->statement), "class", wh_effort_name(g->effort), "note",
				wh_json_words(g->note)));
	}
	return list;
}

static json_t *costs_json(const struct wh_costs *c)
{
	json_t *list = json_array();
	for (size_t i = 0; i < c->nlines; i++)
		json_array_append_new(list,
			json_pack("{s:s, s:s, s:o, s:o, s:o}", "what", c->lines[i].what, "unit",
				c->lines[i].unit, "amount", number(c->lines[i].amount), "price",
				number(c->lines[i].price), "cost", number(c->lines[i].cost)));
	json_t *o = json_pack("{s:o, s:o, s:o, s:b}", "currency", wh_json_words(c->currency), "lines",
		list, "total", number(c->total), "whole", c->whole);
	if (c->currency)
		return o;
	json_decref(o);
	return json_null();
}

static json_t *reasons_json(const struct wh_assessment *a)
{
	json_t *list = json_array();
	for (size_t i = 0; i < a->nreasons; i++)
		json_array_append_new(list, wh_json_words(a->reasons[i]));
	return list;
}

static void put_all(struct wh_assessment *a, json_t *o)
{
	struct wh_migration *m = a->m;
	const struct wh_url *target = &m->settings->target.url;
	const struct {
		const char *name;
		json_t *value;
	} fields[] = {
		{ "source", wh_json_words(wh_url_shown(&m->settings->source.url, &a->arena)) },
		{ "target", wh_json_words(a->target ? wh_url_shown(target, &a->arena) : NULL) },
		{ "source_version", wh_json_words(m->catalog.version) },
		{ "target_kind", wh_json_words(m->target_kind->scheme) },
		{ "plan_id", wh_json_words(a->planned ? m->plan.id : NULL) },
		{ "verdict", wh_json_words(wh_readiness_word(a->verdict)) },
		{ "reasons", reasons_json(a) },
		{ "minutes",
			json_pack("{s:o, s:o, s:o}", "automatic", number(a->minutes[WH_AUTOMATIC]), "assisted",
				number(a->minutes[WH_ASSISTED]), "manual", number(a->minutes[WH_MANUAL])) },
		{ "rules", rules_json(a) },
		{ "findings", findings_json(a) },
		{ "tables", tables_json(a) },
		{ "server", survey_json(a) },
		{ "grants", grants_json(a) },
		{ "coverage",
			json_pack("{s:o, s:o}", "gaps", gaps_json(a), "sample",
				a->options.sample == INT64_MAX ? json_string("all")
											   : json_integer((json_int_t)a->options.sample)) },
		{ "estimate", estimate_json(a) },
		{ "costs", costs_json(&a->costs) },
	};
	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
		json_object_set_new(o, fields[i].name, fields[i].value);
}

char *wh_assessment_document(struct wh_assessment *a, const struct wh_error *failure, int exit)
{
	json_t *o = json_pack("{s:i, s:o, s:i}", "whimbrel", 1, "error", wh_json_error(failure, exit),
		"exit", exit);
	if (a && a->m && (!failure || failure->code == WH_OK))
		put_all(a, o);
	return wh_json_text(o);
}

/* Values that are longer than what the target takes in one message, found before rows are copied. */
#include "lifecycle/steps.h"
#include "base/time.h"
#include "lifecycle/plan/plan.h"
#include "model/survey.h"

#define LOOK_MS 20000 /* at all columns together */
#define CHARACTER_BYTES 4

struct widest {
	struct wh_migration *m;
	struct wh_conn *source;
	uint64_t most; /* bytes that the target takes */
	int64_t until; /* monotonic microseconds */
};

static bool may_be_long(const struct wh_plan_column *c, uint64_t most)
{
	const struct wh_type *t = &c->source->type;
	bool sized = t->kind == WH_TEXT || t->kind == WH_BYTES || t->kind == WH_JSON ||
		t->kind == WH_XML;
	return c->copied && !c->recipe && sized &&
		(!t->length || (uint64_t)t->length * CHARACTER_BYTES > most);
}

static const char *object_of(const struct widest *w, const struct wh_plan_table *t,
	const struct wh_plan_column *c)
{
	return wh_arena_format(&w->m->arena, "%s.%s",
		wh_shown_name(&w->m->arena, t->source->schema, t->source->name), c->source->name);
}

static void note(const struct widest *w, const struct wh_plan_table *t,
	const struct wh_plan_column *c, const struct wh_answer *a)
{
	bool text = c->source->type.kind != WH_BYTES;
	uint64_t bytes = a->longest > 0 ? (uint64_t)a->longest : 0;
	if (!a->known)
		wh_findings_add(&w->m->plan.findings, "row-size-not-known", WH_INFO, WH_ASSISTED,
			object_of(w, t, c),
			"whether it holds values longer than the target's max_allowed_packet of %llu bytes was not "
			"found out in time: rows with one would go to quarantine",
			(unsigned long long)w->most);
	else if (bytes * (text ? CHARACTER_BYTES : 1) > w->most)
		wh_findings_add(&w->m->plan.findings, "row-beyond-packet", WH_WARNING, WH_ASSISTED,
			object_of(w, t, c),
			"its longest value has %lld %s, the target takes rows of at most %llu bytes: longer ones go "
			"to quarantine; first SET GLOBAL max_allowed_packet = %llu on the target to take them along",
			(long long)a->longest, text ? "characters" : "bytes", (unsigned long long)w->most,
			2 * (unsigned long long)bytes * (text ? CHARACTER_BYTES : 1));
}

static int look(const struct widest *w, const struct wh_plan_table *t, struct wh_error *error)
{
	int rc = WH_OK;
	for (size_t i = 0; i < t->ncolumns && rc == WH_OK; i++) {
		const struct wh_plan_column *c = &t->columns[i];
		struct wh_answer a = { .longest = -1 };
		int64_t left = (w->until - wh_monotonic_usec()) / 1000;
		struct wh_probe probe = { .kind = WH_PROBE_RANGE,
			.table = t->source,
			.column = wh_table_column(t->source, c->source->name),
			.limit_ms = (int)left };
		if (!may_be_long(c, w->most))
			continue;
		if (left > 0)
			rc = wh_at(error, w->source,
				w->source->kind->ask(w->source, &probe, &w->m->arena, &a, error));
		note(w, t, c, &a);
	}
	return rc;
}

int wh_note_wide_rows(struct wh_migration *m, const struct wh_catalog *target,
	struct wh_error *error)
{
	struct widest w = { .m = m,
		.most = target->row_most,
		.until = wh_monotonic_usec() + (int64_t)LOOK_MS * 1000 };
	if (!w.most || !m->source_kind->ask)
		return WH_OK;
	int rc = wh_migration_connect(m, WH_SOURCE, false, &w.source, error);
	if (rc != WH_OK)
		return rc;
	for (size_t i = 0; i < m->plan.ntables && rc == WH_OK; i++)
		if (!m->plan.tables[i].no_rows)
			rc = look(&w, &m->plan.tables[i], error);
	wh_conn_close(w.source);
	return rc;
}

/* DDL: sequences, counters, and what comes whole: views, routines, triggers, events. */
#include "connectors/mysql/ddl.h"
#include "base/text.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static struct wh_statement *object_statement(struct wh_statements *out, enum wh_phase phase,
	const char *kind, const char *name)
{
	struct wh_statement *st = wh_statements_add(out, phase, kind, -1, name);
	st->object = wh_arena_format(out->arena, "%s %s", kind, name);
	return st;
}

/* The ends of the number range are other engines' way to say "no limit". */
static bool is_limit(const char *text)
{
	return !text || wh_equal(text, "9223372036854775807") || wh_equal(text, "-9223372036854775808");
}

void wh_mysql_ddl_sequences(const struct wh_plan *plan, struct wh_statements *out)
{
	for (size_t i = 0; i < plan->nsequences; i++) {
		const struct wh_sequence *q = plan->sequences[i].source;
		struct wh_buffer sql = { 0 };
		if (!wh_treatment_makes(plan->sequences[i].treatment))
			continue;
		wh_buffer_text(&sql, "CREATE SEQUENCE ");
		wh_mysql_name(&sql, plan->sequences[i].name);
		if (q->start)
			wh_buffer_format(&sql, " START WITH %s", q->start);
		if (!is_limit(q->minimum))
			wh_buffer_format(&sql, " MINVALUE %s", q->minimum);
		if (!is_limit(q->maximum))
			wh_buffer_format(&sql, " MAXVALUE %s", q->maximum);
		if (q->increment)
			wh_buffer_format(&sql, " INCREMENT BY %s", q->increment);
		if (q->cache)
			wh_buffer_format(&sql, " CACHE %s", q->cache);
		wh_buffer_text(&sql, q->cycle ? " CYCLE ENGINE=InnoDB" : " NOCYCLE ENGINE=InnoDB");
		if (q->comment) {
			wh_buffer_text(&sql, " COMMENT=");
			wh_mysql_text(&sql, q->comment);
		}
		object_statement(out, WH_PHASE_TABLES, "sequence", plan->sequences[i].name)->sql =
			wh_mysql_taken(out, &sql);
	}
}

static void table_counter(const struct wh_plan_table *t, struct wh_statements *out)
{
	const struct wh_plan_column *c = wh_mysql_identity(t);
	uint64_t next;
	if (!c || !c->source->next_value ||
		!wh_text_uint64(c->source->next_value, strlen(c->source->next_value), &next) || !next)
		return;
	struct wh_buffer sql = { 0 };
	wh_buffer_text(&sql, "ALTER TABLE ");
	wh_mysql_name(&sql, t->name);
	wh_buffer_format(&sql, " AUTO_INCREMENT = %llu", (unsigned long long)next);
	struct wh_statement *st = wh_mysql_statement(out, WH_PHASE_COUNTERS, "counter", t, c->name);
	st->sql = wh_mysql_taken(out, &sql);
	st->repeatable = true;
}

void wh_mysql_ddl_counters(const struct wh_plan *plan, struct wh_statements *out)
{
	for (size_t i = 0; i < plan->ntables; i++)
		table_counter(&plan->tables[i], out);
	for (size_t i = 0; i < plan->nsequences; i++) {
		const char *next = plan->sequences[i].source->next_value;
		bool kept = !wh_treatment_makes(plan->sequences[i].treatment);
		struct wh_buffer sql = { 0 };
		if (!next)
			continue;
		wh_buffer_text(&sql, kept ? "DO SETVAL(" : "ALTER SEQUENCE "); /* SETVAL never goes back */
		wh_mysql_name(&sql, plan->sequences[i].name);
		wh_buffer_format(&sql, kept ? ", %s, 0)" : " RESTART WITH %s", next);
		struct wh_statement *st = object_statement(out, WH_PHASE_COUNTERS, "counter",
			plan->sequences[i].name);
		st->sql = wh_mysql_taken(out, &sql);
		st->repeatable = true;
	}
}

/* NULL: it names none. */
static const char *without_definer(struct wh_statements *out, const char *sql)
{
	size_t n = 0;
	const char *at = wh_mysql_definer(sql, &n);
	if (!at)
		return NULL;
	struct wh_buffer text = { 0 };
	wh_buffer_put(&text, sql, (size_t)(at - sql));
	wh_buffer_text(&text, at + n);
	return wh_mysql_taken(out, &text);
}

/* What others stand on comes first. */
static int kind_order(const char *kind)
{
	static const char *const kinds[] = { "period", "period key", "package", "package body",
		"function", "procedure", "view", "trigger", "event", "grant", NULL };
	int i = 0;
	while (kinds[i] && !wh_equal(kinds[i], kind))
		i++;
	return i;
}

static bool mentions(const char *sql, const char *name)
{
	struct wh_buffer quoted = { 0 };
	wh_mysql_name(&quoted, name);
	bool found = strstr(sql, wh_buffer_string(&quoted));
	wh_buffer_free(&quoted);
	return found;
}

/* Another of the same kind that is not there yet and that this one speaks of. */
static bool waits(const struct wh_plan *plan, const bool *done, size_t at)
{
	const struct wh_plan_object *o = &plan->objects[at];
	for (size_t i = 0; i < plan->nobjects; i++) {
		const struct wh_plan_object *other = &plan->objects[i];
		if (i != at && !done[i] && wh_equal(other->source->kind, o->source->kind) &&
			mentions(o->statement, other->name))
			return true;
	}
	return false;
}

static void add_object(const struct wh_plan_object *o, struct wh_statements *out)
{
	struct wh_statement *st = object_statement(out, WH_PHASE_OPEN, o->source->kind, o->name);
	st->sql = wh_arena_text(out->arena, o->statement);
	st->fallback = without_definer(out, st->sql);
	st->weakness = "the account that created it takes its definer's place";
	st->wished = st->repeatable = wh_equal(o->source->kind, "grant");
}

static void drop(struct wh_statements *out, const char *kind, const char *name)
{
	struct wh_buffer sql = { 0 };
	wh_buffer_text(&sql, "DROP ");
	for (const char *at = kind; *at; at++)
		wh_buffer_char(&sql, (char)toupper((unsigned char)*at));
	wh_buffer_text(&sql, " IF EXISTS ");
	wh_mysql_name(&sql, name);
	struct wh_statement *st = object_statement(out, WH_PHASE_CLEAR, "drop", name);
	st->object = wh_arena_format(out->arena, "old %s %s", kind, name);
	st->sql = wh_mysql_taken(out, &sql);
	st->repeatable = true;
}

void wh_mysql_ddl_drops(const struct wh_plan *plan, struct wh_statements *out)
{
	for (size_t i = 0; i < plan->nobjects; i++)
		if (plan->objects[i].treatment == WH_DROP)
			drop(out, plan->objects[i].source->kind, plan->objects[i].name);
	for (size_t i = 0; i < plan->nsequences; i++)
		if (plan->sequences[i].treatment == WH_DROP)
			drop(out, "sequence", plan->sequences[i].name);
}

/* Rounds over one kind until nothing moves; a circle then goes as it stands. */
static void add_kind(const struct wh_plan *plan, int kind, bool *done, struct wh_statements *out)
{
	bool moved = true, forced = false;
	while (moved || !forced) {
		forced = !moved;
		moved = false;
		for (size_t i = 0; i < plan->nobjects; i++) {
			const struct wh_plan_object *o = &plan->objects[i];
			if (done[i] || kind_order(o->source->kind) != kind || (!forced && waits(plan, done, i)))
				continue;
			add_object(o, out);
			done[i] = moved = true;
		}
	}
}

void wh_mysql_ddl_objects(const struct wh_plan *plan, struct wh_statements *out)
{
	bool *done = wh_alloc((plan->nobjects + 1) * sizeof *done);
	for (size_t i = 0; i < plan->nobjects; i++)
		done[i] = !wh_plan_object_made(&plan->objects[i]);
	for (int kind = 0; kind <= kind_order(""); kind++)
		add_kind(plan, kind, done, out);
	free(done);
}

#include "model/survey.h"
#include "base/text.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct wh_change_rate unknown_changes = { -1, -1, -1, -1 };

void wh_survey_init(struct wh_survey *s, const struct wh_catalog *catalog)
{
	*s = (struct wh_survey){ .limit_ms = WH_SURVEY_LIMIT_MS,
		.changes = unknown_changes,
		.log_bytes = -1,
		.log_seconds = -1,
		.ntables = catalog->ntables };
	s->tables = wh_new_array(&s->arena, struct wh_survey_table, catalog->ntables);
	for (size_t i = 0; i < catalog->ntables; i++)
		s->tables[i] = (struct wh_survey_table){ .table = &catalog->tables[i],
			.rows = catalog->tables[i].rows,
			.data_bytes = -1,
			.index_bytes = -1,
			.widest_bytes = -1,
			.changes = unknown_changes };
}

void wh_survey_free(struct wh_survey *s)
{
	wh_arena_free(&s->arena);
	*s = (struct wh_survey){ 0 };
}

void wh_survey_fact(struct wh_survey *s, const char *name, const char *value)
{
	if (!value)
		return;
	struct wh_survey_fact *f = wh_push(&s->arena, &s->facts, &s->nfacts);
	f->name = wh_arena_text(&s->arena, name);
	f->value = wh_arena_text(&s->arena, value);
}

void wh_survey_gap(struct wh_survey *s, const char *object, const char *what, const char *format,
	...)
{
	char why[1600];
	va_list args;
	va_start(args, format);
	vsnprintf(why, sizeof why, format, args);
	va_end(args);
	struct wh_survey_gap *g = wh_push(&s->arena, &s->gaps, &s->ngaps);
	g->object = wh_arena_text(&s->arena, object);
	g->what = wh_arena_text(&s->arena, what);
	g->why = wh_arena_text(&s->arena, why);
}

struct wh_survey_table *wh_survey_table_named(const struct wh_survey *s, const char *schema,
	const char *name)
{
	for (size_t i = 0; i < s->ntables; i++)
		if (wh_equal(s->tables[i].table->name, name) &&
			wh_equal(s->tables[i].table->schema, schema))
			return &s->tables[i];
	return NULL;
}

struct wh_access *wh_survey_access(struct wh_survey *s, enum wh_access_kind kind,
	const char *account, const char *privileges)
{
	struct wh_access *a = wh_push(&s->arena, &s->accesses, &s->naccesses);
	a->kind = kind;
	a->account = wh_arena_text(&s->arena, account);
	for (const char *at = privileges; at && *at;) {
		at += strspn(at, ", ");
		size_t n = strcspn(at, ",");
		if (n)
			*wh_push(&s->arena, &a->privileges, &a->nprivileges) = wh_arena_bytes(&s->arena, at, n);
		at += n;
	}
	return a;
}

static int compare_texts(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "");
}

static int compare_accesses(const void *left, const void *right)
{
	const struct wh_access *a = left, *b = right;
	int order = (a->kind != WH_ACCESS_ACCOUNT) - (b->kind != WH_ACCESS_ACCOUNT);
	order = order ? order : compare_texts(a->account, b->account);
	order = order ? order : compare_texts(a->host, b->host);
	order = order ? order : (int)a->kind - (int)b->kind;
	order = order ? order : compare_texts(a->schema, b->schema);
	order = order ? order : compare_texts(a->name, b->name);
	order = order ? order : compare_texts(a->arguments, b->arguments);
	return order ? order : (int)a->grantable - (int)b->grantable;
}

static bool is_let_in(const struct wh_survey *s, const struct wh_access *a)
{
	for (size_t i = 0; i < s->naccesses && s->accesses[i].kind == WH_ACCESS_ACCOUNT; i++)
		if (wh_equal(s->accesses[i].account, a->account) && wh_equal(s->accesses[i].host, a->host))
			return s->accesses[i].login;
	return false;
}

void wh_survey_finish(struct wh_survey *s)
{
	if (s->naccesses)
		qsort(s->accesses, s->naccesses, sizeof *s->accesses, compare_accesses);
	for (size_t i = 0; i < s->naccesses; i++)
		s->accesses[i].login = is_let_in(s, &s->accesses[i]);
}

const char *wh_survey_value(const struct wh_survey *s, const char *name)
{
	for (size_t i = 0; i < s->nfacts; i++)
		if (wh_equal(s->facts[i].name, name))
			return s->facts[i].value;
	return NULL;
}

static const char *const access_names[WH_ACCESS_KINDS] = {
	[WH_ACCESS_ACCOUNT] = "account",
	[WH_ACCESS_MEMBER] = "member",
	[WH_ACCESS_OWNER] = "owner",
	[WH_ACCESS_SERVER] = "server",
	[WH_ACCESS_DATABASE] = "database",
	[WH_ACCESS_SCHEMA] = "schema",
	[WH_ACCESS_TABLE] = "table",
	[WH_ACCESS_COLUMNS] = "columns",
	[WH_ACCESS_SEQUENCE] = "sequence",
	[WH_ACCESS_ROUTINE] = "routine",
};

const char *wh_access_kind_name(enum wh_access_kind kind)
{
	return access_names[kind];
}

enum wh_access_kind wh_access_kind_named(const char *name)
{
	enum wh_access_kind kind = WH_ACCESS_ACCOUNT;
	while (kind < WH_ACCESS_KINDS && !wh_equal(access_names[kind], name))
		kind++;
	return kind < WH_ACCESS_KINDS ? kind : WH_ACCESS_ACCOUNT;
}

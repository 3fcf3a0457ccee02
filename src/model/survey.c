#include "model/survey.h"
#include "base/text.h"
#include <stdio.h>

static const struct wh_changes unknown_changes = { -1, -1, -1, -1 };

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

const char *wh_survey_value(const struct wh_survey *s, const char *name)
{
	for (size_t i = 0; i < s->nfacts; i++)
		if (wh_equal(s->facts[i].name, name))
			return s->facts[i].value;
	return NULL;
}

const char *wh_access_kind_name(enum wh_access_kind kind)
{
	static const char *const names[] = {
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
	return names[kind];
}

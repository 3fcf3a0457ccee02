/* Describe: views, triggers, routines, events and sequences, each with its whole statement.
 *
 * Such a text means what the settings of its creation make of it; they stand in a line before the
 * statement: "SET sql_mode = '...';" (wh_mysql_execute takes it apart again). */
#define _GNU_SOURCE
#include "connectors/mysql/mysql.h"
#include "base/text.h"
#include <ctype.h>
#include <string.h>

/* SHOW CREATE answers with columns whose order differs by kind and server. */
static const char *named(MYSQL_RES *res, MYSQL_ROW row, const char *column)
{
	MYSQL_FIELD *fields = mysql_fetch_fields(res);
	for (unsigned i = 0; i < mysql_num_fields(res); i++)
		if (wh_starts_nocase(fields[i].name, column))
			return row[i];
	return NULL;
}

static void note_definer(struct wh_mysql_describe *d, const char *definition)
{
	const char *at = strstr(definition, "DEFINER=");
	size_t n = at ? strcspn(at + 8, " \n") : 0;
	if (!n)
		return;
	const char *definer = wh_arena_bytes(d->arena, at + 8, n);
	for (size_t i = 0; i < d->ndefiners; i++)
		if (wh_equal(d->definers[i], definer))
			return;
	*wh_push(d->arena, &d->definers, &d->ndefiners) = definer;
	wh_findings_add(&d->catalog->findings, "definer-needed", WH_INFO, WH_ASSISTED, definer,
		"defined views, triggers, routines or events, which run with this account's rights; on a "
		"MySQL or MariaDB target that does not have it, the account that creates them takes its "
		"place");
}

static const char *settings_line(struct wh_mysql_describe *d, MYSQL_RES *res, MYSQL_ROW row)
{
	static const struct {
		const char *column, *variable;
	} settings[] = {
		{ "sql_mode", "sql_mode" },
		{ "time_zone", "time_zone" },
		{ "collation_connection", "collation_connection" },
	};
	struct wh_buffer line = { 0 };
	for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
		const char *value = named(res, row, settings[i].column);
		if (!value)
			continue;
		wh_buffer_format(&line, "%s%s = ", line.size ? ", " : "SET ", settings[i].variable);
		wh_mysql_text(&line, value);
	}
	if (line.size)
		wh_buffer_text(&line, ";\n");
	const char *text = wh_arena_text(d->arena, wh_buffer_string(&line));
	wh_buffer_free(&line);
	return text;
}

static void unread(struct wh_mysql_describe *d, struct wh_object *o, const char *why)
{
	wh_findings_add(&d->catalog->findings, "not-readable", WH_WARNING, WH_MANUAL,
		wh_arena_format(d->arena, "%s %s", o->kind, o->name),
		"its definition is not shown to this user: %s", why);
}

/* Fills the definition: SHOW CREATE `kind` `name`, column `column`. */
static int show(struct wh_mysql_describe *d, struct wh_object *o, const char *column)
{
	WH_MYSQL_RESULT res = NULL;
	wh_buffer_clear(&d->sql);
	wh_buffer_format(&d->sql, "SHOW CREATE %s ", o->kind);
	wh_mysql_name(&d->sql, o->name);
	int rc = wh_mysql_rows(d->s->link, wh_buffer_string(&d->sql), &res, d->error);
	MYSQL_ROW row = rc == WH_OK ? mysql_fetch_row(res) : NULL;
	const char *text = row ? named(res, row, column) : NULL;
	if (rc == WH_RETRY)
		return rc;
	if (!text) {
		unread(d, o, rc == WH_OK ? "grant the privilege to see it" : d->error->text);
		wh_error_clear(d->error);
		return WH_OK;
	}
	note_definer(d, text);
	if (wh_equal(o->kind, "view"))
		text = wh_mysql_unqualified(d, text);
	o->definition = wh_arena_format(d->arena, "%s%s", settings_line(d, res, row), text);
	return WH_OK;
}

/* Names of views and triggers are those of files; all others' have no case. */
static const char *address(struct wh_mysql_describe *d, const char *kind, const char *name)
{
	static const struct {
		const char *kind;
		bool nocase;
	} kinds[] = {
		{ "view", false },
		{ "trigger", false },
		{ "function", true },
		{ "procedure", true },
		{ "package", true },
		{ "package body", true },
		{ "event", true },
	};
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		if (!wh_equal(kind, kinds[i].kind))
			continue;
		wh_buffer_clear(&d->sql);
		wh_mysql_name(&d->sql, name);
		char *quoted = wh_arena_text(d->arena, wh_buffer_string(&d->sql));
		for (char *at = quoted; kinds[i].nocase && *at; at++)
			*at = (char)tolower((unsigned char)*at);
		return quoted;
	}
	return NULL;
}

struct wh_object *wh_mysql_add_object(struct wh_mysql_describe *d, const char *kind,
	const char *name, const char *table, const char *comment)
{
	struct wh_object *o = wh_push(d->arena, &d->catalog->objects, &d->catalog->nobjects);
	char *word = wh_arena_text(d->arena, kind);
	for (char *at = word; *at; at++)
		*at = (char)tolower((unsigned char)*at);
	o->kind = word;
	o->name = wh_arena_text(d->arena, name);
	o->table = wh_arena_text(d->arena, table);
	o->comment = comment && *comment ? wh_arena_text(d->arena, comment) : NULL;
	o->space = wh_equal(word, "view") ? WH_SPACE_RELATION : NULL;
	o->address = address(d, word, o->name);
	return o;
}

/* 0 kind, 1 name, 2 table, 3 comment */
static int take_object(struct wh_mysql_describe *d, MYSQL_ROW row)
{
	if (row[0] && row[1])
		wh_mysql_add_object(d, row[0], row[1], row[2], row[3]);
	return WH_OK;
}

/* Several triggers of one table and event act in an order that only FOLLOWS can say. */
static int take_trigger(struct wh_mysql_describe *d, MYSQL_ROW row)
{
	static const char each[] = "FOR EACH ROW";
	if (!row[0] || !row[1])
		return WH_OK;
	struct wh_object *o = wh_mysql_add_object(d, "trigger", row[0], row[1], NULL);
	int rc = show(d, o, "SQL Original Statement");
	const char *at = o->definition && row[2] ? strcasestr(o->definition, each) : NULL;
	if (!at)
		return rc;
	struct wh_buffer text = { 0 };
	at += sizeof each - 1;
	wh_buffer_put(&text, o->definition, (size_t)(at - o->definition));
	wh_buffer_text(&text, " FOLLOWS ");
	wh_mysql_name(&text, row[2]);
	wh_buffer_char(&text, ' ');
	wh_buffer_text(&text, at + strspn(at, " "));
	o->definition = wh_arena_text(d->arena, wh_buffer_string(&text));
	wh_buffer_free(&text);
	return rc;
}

static int show_all(struct wh_mysql_describe *d, size_t first, const char *column)
{
	int rc = WH_OK;
	for (size_t i = first; rc == WH_OK && i < d->catalog->nobjects; i++)
		rc = show(d, &d->catalog->objects[i], column);
	return rc;
}

static int describe_views(struct wh_mysql_describe *d)
{
	size_t first = d->catalog->nobjects;
	wh_mysql_ask(d, "SELECT 'view', TABLE_NAME, NULL, NULL FROM information_schema.VIEWS",
		"TABLE_SCHEMA", "");
	int rc = wh_mysql_for_each(d, take_object);
	return rc == WH_OK ? show_all(d, first, "Create View") : rc;
}

static int describe_triggers(struct wh_mysql_describe *d)
{
	wh_mysql_ask(d,
		"SELECT TRIGGER_NAME, EVENT_OBJECT_TABLE, LAG(TRIGGER_NAME) OVER (PARTITION BY "
		"EVENT_OBJECT_TABLE, EVENT_MANIPULATION, ACTION_TIMING ORDER BY ACTION_ORDER) "
		"FROM information_schema.TRIGGERS",
		"TRIGGER_NAME NOT LIKE 'whimbrel\\_%' AND TRIGGER_SCHEMA", "");
	return wh_mysql_for_each(d, take_trigger);
}

static int describe_routines(struct wh_mysql_describe *d)
{
	size_t first = d->catalog->nobjects;
	wh_mysql_ask(d,
		"SELECT ROUTINE_TYPE, ROUTINE_NAME, NULL, ROUTINE_COMMENT "
		"FROM information_schema.ROUTINES",
		"ROUTINE_SCHEMA", "");
	int rc = wh_mysql_for_each(d, take_object);
	return rc == WH_OK ? show_all(d, first, "Create ") : rc;
}

static int describe_events(struct wh_mysql_describe *d)
{
	size_t first = d->catalog->nobjects;
	wh_mysql_ask(d,
		"SELECT 'event', EVENT_NAME, NULL, EVENT_COMMENT "
		"FROM information_schema.EVENTS",
		"EVENT_SCHEMA", "");
	int rc = wh_mysql_for_each(d, take_object);
	return rc == WH_OK ? show_all(d, first, "Create Event") : rc;
}

/* 0 name, 1 comment */
static int take_sequence(struct wh_mysql_describe *d, MYSQL_ROW row)
{
	struct wh_sequence *q = wh_push(d->arena, &d->catalog->sequences, &d->catalog->nsequences);
	q->name = wh_arena_text(d->arena, row[0]);
	q->comment = row[1] && *row[1] ? wh_arena_text(d->arena, row[1]) : NULL;
	q->type = "bigint";
	return WH_OK;
}

/* The stored counter is the first value that no cache holds: safe, if not the very next. */
static int read_sequence(struct wh_mysql_describe *d, struct wh_sequence *q)
{
	WH_MYSQL_RESULT res = NULL;
	wh_buffer_clear(&d->sql);
	wh_buffer_text(&d->sql,
		"SELECT next_not_cached_value, minimum_value, maximum_value, "
		"start_value, increment, cache_size, cycle_option FROM ");
	wh_mysql_name(&d->sql, q->name);
	int rc = wh_mysql_rows(d->s->link, wh_buffer_string(&d->sql), &res, d->error);
	MYSQL_ROW row = rc == WH_OK ? mysql_fetch_row(res) : NULL;
	const char **fields[] = { &q->next_value, &q->minimum, &q->maximum, &q->start, &q->increment,
		&q->cache };
	for (size_t i = 0; row && i < sizeof fields / sizeof *fields; i++)
		*fields[i] = wh_arena_text(d->arena, row[i]);
	q->cycle = row && wh_equal(row[6], "1");
	if (row || rc == WH_RETRY)
		return rc;
	wh_findings_add(&d->catalog->findings, "not-readable", WH_WARNING, WH_MANUAL,
		wh_arena_format(d->arena, "sequence %s", q->name), "its state cannot be read: %s",
		rc == WH_OK ? "it shows no row" : d->error->text);
	wh_error_clear(d->error);
	return WH_OK;
}

static int describe_sequences(struct wh_mysql_describe *d)
{
	wh_mysql_ask(d, "SELECT TABLE_NAME, TABLE_COMMENT FROM information_schema.TABLES",
		"TABLE_SCHEMA", " AND TABLE_TYPE = 'SEQUENCE'");
	int rc = wh_mysql_for_each(d, take_sequence);
	for (size_t i = 0; rc == WH_OK && i < d->catalog->nsequences; i++)
		rc = read_sequence(d, &d->catalog->sequences[i]);
	return rc;
}

int wh_mysql_describe_objects(struct wh_mysql_describe *d)
{
	static int (*const steps[])(struct wh_mysql_describe *) = { describe_views, describe_triggers,
		describe_routines, describe_events, describe_sequences };
	int rc = WH_OK;
	for (size_t i = 0; rc == WH_OK && i < sizeof steps / sizeof *steps; i++)
		rc = steps[i](d);
	return rc;
}

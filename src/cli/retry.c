/* quarantine retry: rows that could not be moved, once more. */
#include "base/text.h"
#include "cli/commands.h"
#include "cli/session.h"
#include "cli/terminal.h"
#include "lifecycle/retry.h"
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#define ROWS_TOLD 10000 /* in a document; the sums count all */

struct told {
	struct wh_session *session;
	long long sums[3];
	json_t *rows;
};

static const char *const outcomes[] = { "written", "refused", "gone" };

static void told_print(const struct wh_retried *r)
{
	struct wh_arena arena = { 0 };
	const struct wh_journal_quarantine *q = r->row;
	printf("row %lld  %s %s: %s%s%s\n", (long long)q->id,
		wh_terminal_shown(&arena, q->source ? q->source : ""),
		wh_terminal_shown(&arena, q->key ? q->key : "without a key"),
		r->outcome == WH_RETRY_GONE ? "gone from the source" : outcomes[r->outcome],
		r->reason ? ": " : "", r->reason ? wh_terminal_shown(&arena, r->reason) : "");
	wh_arena_free(&arena);
}

static void told_row(void *context, const struct wh_retried *r)
{
	struct told *t = context;
	const struct wh_arguments *args = t->session->args;
	t->sums[r->outcome]++;
	if (args->json && json_array_size(t->rows) < ROWS_TOLD)
		json_array_append_new(t->rows,
			json_pack("{s:I, s:s?, s:s?, s:s, s:s?}", "id", (json_int_t)r->row->id, "table",
				r->row->source, "key", r->row->key, "outcome", outcomes[r->outcome], "reason",
				r->reason));
	if (!args->json && !args->quiet) {
		wh_display_end(&t->session->display);
		told_print(r);
	}
}

static char *told_document(struct wh_session *s, char *whole)
{
	struct told *t = s->context;
	json_t *o = json_loads(whole, 0, NULL);
	if (!o)
		return whole;
	json_object_set(o, "retried", t->rows);
	for (size_t i = 0; i < 3; i++)
		json_object_set_new(o, outcomes[i], json_integer(t->sums[i]));
	char *text = json_dumps(o, JSON_INDENT(2));
	json_decref(o);
	if (!text)
		return whole;
	free(whole);
	return text;
}

static int retry_id(const struct wh_arguments *args, int64_t *out, struct wh_error *error)
{
	const char *word = args->id;
	*out = 0;
	if (!word || (wh_text_int64(word, strlen(word), out) && *out > 0))
		return WH_OK;
	return wh_fail(error, WH_CONFIG,
		"\"%s\" is no row's number; `whimbrel quarantine list` shows them", word);
}

int wh_command_quarantine_retry(const struct wh_arguments *args)
{
	struct wh_session s;
	struct told told = { .session = &s, .rows = json_array() };
	struct wh_retry_options options = { .context = &told, .told = told_row };
	struct wh_error error = { 0 };
	int rc = retry_id(args, &options.id, &error);
	if (rc != WH_OK) {
		json_decref(told.rows);
		return wh_terminal_fail(args, &error);
	}
	rc = wh_session_open(&s, args, false);
	s.context = &told;
	s.document = told_document;
	if (rc == WH_OK)
		rc = wh_migration_retry(&s.migration, &options, &s.error);
	if (rc == WH_OK)
		wh_error_clear(&s.error);
	int exit = wh_session_end(&s);
	json_decref(told.rows);
	return exit;
}

#include "lifecycle/report/report.h"
#include "lifecycle/report/document.h"
#include "lifecycle/migration.h"
#include "lifecycle/report/live.h"
#include "lifecycle/report/page.h"
#include "base/file.h"
#include <stdlib.h>
#include <string.h>

static void report_page(struct wh_account *a, struct wh_buffer *out)
{
	static void (*const parts[])(struct wh_account *, struct wh_buffer *) = {
		wh_page_head,
		wh_page_facts,
		wh_live_page,
		wh_page_tables,
		wh_page_controls,
		wh_page_differences,
		wh_page_quarantine,
		wh_page_findings,
		wh_page_left,
		wh_page_mapping,
		wh_page_digests,
		wh_page_statements,
		wh_page_history,
		wh_page_reading,
	};
	const char *name = wh_account_fact(a, "name");
	wh_page_begin(out, name ? name : "Migration", wh_verdict_title(a->verdict));
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		parts[i](a, out);
		wh_buffer_char(out, '\n');
	}
	wh_page_end(out);
}

/* The last command's error as the journal has it. */
static void report_failure(struct wh_account *a, struct wh_error *failure, int *exit)
{
	const char *text = wh_account_fact(a, "error_text"), *place = wh_account_fact(a, "error_place");
	int64_t code = 0;
	bool told = wh_account_moment(a, "exit", &code) && code >= 0 && code <= 255;
	if (!wh_account_stopped(a)) {
		*exit = wh_outcome_exit(a->journal, NULL);
		return;
	}
	if (text)
		wh_fail(failure, WH_STOP, "%s", text);
	if (text && place)
		(void)wh_fail_place(failure, "%s", place);
	*exit = told ? (int)code : wh_outcome_exit(a->journal, failure);
}

static json_t *statements_json(const struct wh_account *a)
{
	json_t *list = json_array();
	for (size_t i = 0; i < a->nstatements; i++) {
		const struct wh_journal_statement *s = &a->statements[i];
		json_array_append_new(list,
			json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "phase", wh_json_words(s->phase),
				"kind", wh_json_words(s->kind), "object", wh_json_words(s->object), "sql",
				wh_json_words(s->sql), "state", wh_json_words(s->state), "error",
				wh_json_words(s->error), "seconds",
				s->usec ? json_real((double)s->usec / 1e6) : json_null()));
	}
	return list;
}

static json_t *events_json(const struct wh_account *a)
{
	json_t *list = json_array();
	for (size_t i = 0; i < a->nevents; i++)
		json_array_append_new(list,
			json_pack("{s:I, s:o}", "usec", (json_int_t)a->events[i].usec, "text",
				wh_json_words(a->events[i].text)));
	return list;
}

static char *report_json(struct wh_account *a)
{
	struct wh_error failure = { 0 };
	int exit;
	report_failure(a, &failure, &exit);
	json_t *o = wh_json_account(a, &failure, exit);
	json_object_set_new(o, "statements", statements_json(a));
	json_object_set_new(o, "quarantined", wh_json_checked(a->quarantined));
	json_object_set_new(o, "quarantine", wh_json_quarantine(a->quarantine, a->nquarantine));
	json_object_set_new(o, "events", events_json(a));
	json_object_set(o, "plan", a->plan ? a->plan : json_null());
	return wh_json_text(o);
}

/* Quarantined values stand in it. */
static int report_file(const char *path, const char *text, size_t n, struct wh_error *error)
{
	return wh_file_write(path, "the report", text, n, error);
}

static int report_html(struct wh_account *a, const char *path, struct wh_error *error)
{
	struct wh_buffer page = { 0 };
	report_page(a, &page);
	int rc = page.full
		? wh_fail(error, WH_STOP,
			  "report too large: \"%s\" would exceed 1 GiB; "
			  "the JSON report is not cut",
			  path)
		: report_file(path, wh_buffer_string(&page), page.size, error);
	wh_buffer_free(&page);
	return rc;
}

int wh_report_write(struct wh_journal *j, const char *html_path, const char *json_path,
	struct wh_error *error)
{
	struct wh_account a;
	int rc = wh_account_read(&a, j, error);
	if (rc == WH_OK && html_path)
		rc = report_html(&a, html_path, error);
	if (rc == WH_OK && json_path) {
		char *text = report_json(&a);
		rc = report_file(json_path, text, strlen(text), error);
		free(text);
	}
	wh_account_free(&a);
	return rc;
}

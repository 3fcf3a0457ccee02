/* What `status` says: who works on the migration now, how far it is, every table. */
#include "base/text.h"
#include "lifecycle/report/account.h"
#include "lifecycle/report/figures.h"
#include "lifecycle/report/grid.h"
#include "lifecycle/report/live.h"
#include "lifecycle/report/print.h"
#include "lifecycle/report/report.h"
#include <string.h>

static void status_line(struct wh_account *a, const char *label, const char *text,
	struct wh_buffer *out)
{
	if (text)
		wh_buffer_format(out, "  %-9s %s\n", label,
			wh_grid_shown(&a->arena, text, strlen(text), 400));
}

static const char *status_moment(struct wh_account *a, const char *name)
{
	char figure[WH_FIGURE];
	int64_t usec;
	if (!wh_account_moment(a, name, &usec))
		return NULL;
	return wh_arena_text(&a->arena, wh_figure_moment(figure, usec));
}

static void status_facts(struct wh_account *a, struct wh_buffer *out)
{
	const char *holder = wh_journal_holder(a->journal, "copy", &a->arena);
	wh_buffer_char(out, '\n');
	status_line(a, "state", wh_account_fact(a, "state"), out);
	status_line(a, "now", holder ? holder : "nobody works on it", out);
	status_line(a, "command", wh_account_fact(a, "command"), out);
	status_line(a, "began", status_moment(a, "started_usec"), out);
	status_line(a, "ended", status_moment(a, "ended_usec"), out);
	status_line(a, "verified", status_moment(a, "verified_usec"), out);
	status_line(a, "plan", wh_account_fact(a, "plan_id"), out);
	wh_live_print(a, out);
}

int wh_status_print(struct wh_journal *j, FILE *out, struct wh_error *error)
{
	struct wh_account a;
	struct wh_buffer text = { 0 };
	int rc = wh_account_read(&a, j, error);
	if (rc == WH_OK) {
		wh_print_head(&a, &text);
		status_facts(&a, &text);
		wh_print_tables(&a, true, &text);
		wh_print_controls(&a, &text);
		rc = wh_print_out(&text, out, error);
	}
	wh_account_free(&a);
	return rc;
}

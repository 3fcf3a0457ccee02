#include "lifecycle/report/live.h"
#include "base/text.h"
#include "base/time.h"
#include "lifecycle/report/document.h"
#include "lifecycle/report/figures.h"
#include "lifecycle/report/grid.h"
#include "lifecycle/report/page.h"
#include <stdlib.h>
#include <string.h>

#define NOT_KNOWN INT64_MIN
#define GUARDS_MOST 4

static int64_t number(struct wh_account *a, const char *name)
{
	const char *text = wh_account_fact(a, name);
	int64_t value;
	return text && wh_text_int64(text, strlen(text), &value) ? value : NOT_KNOWN;
}

#define STALE_USEC 3000000

/* A look that is old says how far it was then; who follows and does not look is held up. */
static int64_t lag_now(struct wh_account *a)
{
	int64_t lag = number(a, "live_lag_usec"), when = number(a, "live_usec");
	int64_t age = when == NOT_KNOWN ? 0 : wh_now_usec() - when;
	return lag >= 0 && age > STALE_USEC ? lag + age : lag;
}

bool wh_account_live(struct wh_account *a)
{
	return wh_account_fact(a, "snapshot_place") != NULL;
}

/* ---- guards that the journal alone can judge ---- */

struct guard {
	const char *name, *value, *limit;
	bool ok;
};

static struct guard guard_lag(struct wh_account *a)
{
	int64_t lag = lag_now(a), most = number(a, "live_max_lag");
	return (struct guard){ "lag",
		lag < 0 ? NULL : wh_arena_format(&a->arena, "%lld ms", (long long)(lag / 1000)),
		wh_arena_format(&a->arena, "%lld ms", (long long)most), lag >= 0 && lag / 1000 <= most };
}

static struct guard guard_verify(struct wh_account *a)
{
	const char *verified = wh_account_fact(a, "verified");
	int64_t when = number(a, "verified_usec"), most = number(a, "live_max_age");
	int64_t age = when == NOT_KNOWN ? -1 : (wh_now_usec() - when) / 1000;
	return (struct guard){ "verify",
		verified && age >= 0
			? wh_arena_format(&a->arena, "%s, %lld s ago", verified, (long long)(age / 1000))
			: NULL,
		wh_arena_format(&a->arena, "ok, not older than %lld s", (long long)(most / 1000)),
		wh_equal(verified, "ok") && age >= 0 && age <= most };
}

static struct guard guard_quarantine(struct wh_account *a)
{
	return (struct guard){ "quarantine",
		a->quarantined < 0 ? NULL
						   : wh_arena_format(&a->arena, "%lld rows", (long long)a->quarantined),
		"0 rows", a->quarantined == 0 };
}

static size_t guards(struct wh_account *a, struct guard out[GUARDS_MOST])
{
	out[0] = guard_lag(a);
	out[1] = guard_verify(a);
	out[2] = guard_quarantine(a);
	return 3;
}

/* ---- for programs ---- */

static json_t *scaled(int64_t value, double by)
{
	return value == NOT_KNOWN || value < 0 ? json_null() : json_real((double)value * by);
}

static json_t *whole(int64_t value)
{
	return value == NOT_KNOWN || value < 0 ? json_null() : json_integer((json_int_t)value);
}

static json_t *guards_json(struct wh_account *a)
{
	struct guard list[GUARDS_MOST];
	size_t n = guards(a, list);
	json_t *out = json_array();
	for (size_t i = 0; i < n; i++)
		json_array_append_new(out,
			json_pack("{s:s, s:o, s:o, s:b}", "name", list[i].name, "value",
				wh_json_words(list[i].value), "limit", wh_json_words(list[i].limit), "ok",
				(int)list[i].ok));
	return out;
}

static json_t *changes_json(struct wh_account *a)
{
	const char *text = wh_account_fact(a, "live_changes");
	json_t *out = json_object();
	char *end = NULL;
	for (size_t i = 0; text && i < a->ntables; i++, text = end)
		json_object_set_new(out, a->tables[i].source,
			json_integer((json_int_t)strtoull(text, &end, 10)));
	return out;
}

json_t *wh_live_json(struct wh_account *a)
{
	if (!a->journal || !wh_account_live(a))
		return json_null();
	int64_t usec = number(a, "live_usec"), catch_up = number(a, "live_catch_up");
	if (lag_now(a) != number(a, "live_lag_usec"))
		catch_up = NOT_KNOWN;
	json_t *o = json_object();
	json_object_set_new(o, "follower",
		wh_json_words(wh_journal_holder(a->journal, "follow", &a->arena)));
	json_object_set_new(o, "lag_seconds", scaled(lag_now(a), 1e-6));
	json_object_set_new(o, "lag_bytes", whole(number(a, "live_behind")));
	json_object_set_new(o, "retained_bytes", whole(number(a, "live_retained")));
	json_object_set_new(o, "rate", whole(number(a, "live_rate")));
	json_object_set_new(o, "catch_up_seconds", whole(catch_up));
	json_object_set_new(o, "never_catches_up",
		catch_up == NOT_KNOWN || catch_up == -2 ? json_null() : json_boolean(catch_up == -1));
	json_object_set_new(o, "rows", whole(number(a, "live_rows")));
	json_object_set_new(o, "transactions", whole(number(a, "live_txns")));
	json_object_set_new(o, "changes", changes_json(a));
	json_object_set_new(o, "place", wh_json_words(wh_account_fact(a, "live_place")));
	json_object_set_new(o, "note", wh_json_words(wh_account_fact(a, "live_note")));
	json_object_set_new(o, "age_seconds",
		usec == NOT_KNOWN ? json_null() : json_real((double)(wh_now_usec() - usec) / 1e6));
	json_object_set_new(o, "pause_ms", scaled(number(a, "pause_usec"), 1e-3));
	json_object_set_new(o, "guards", guards_json(a));
	return o;
}

/* ---- for people ---- */

static const char *lag_words(struct wh_account *a)
{
	char seconds[WH_FIGURE], bytes[WH_FIGURE];
	int64_t lag = lag_now(a), behind = number(a, "live_behind");
	if (behind < 0)
		return NULL;
	return wh_arena_format(&a->arena, "%s, %s of log",
		lag < 0 ? "not known" : wh_figure_seconds(seconds, (double)lag / 1e6),
		wh_figure_bytes(bytes, (uint64_t)behind));
}

static const char *catch_up_words(struct wh_account *a)
{
	char figure[WH_FIGURE];
	int64_t seconds = number(a, "live_catch_up");
	if (seconds == NOT_KNOWN || seconds == -2)
		return NULL;
	return seconds == 0 ? "caught up"
		: seconds < 0
		? "never, at this rate"
		: wh_arena_format(&a->arena, "in about %s", wh_figure_seconds(figure, (double)seconds));
}

static const char *rate_words(struct wh_account *a)
{
	char rate[WH_FIGURE], rows[WH_FIGURE];
	if (number(a, "live_rate") < 0)
		return NULL;
	return wh_arena_format(&a->arena, "%s rows/s, %s rows in all since it began",
		wh_figure_count(rate, (uint64_t)number(a, "live_rate")),
		wh_figure_count(rows, (uint64_t)number(a, "live_rows")));
}

static const char *retained_words(struct wh_account *a)
{
	char figure[WH_FIGURE];
	int64_t retained = number(a, "live_retained");
	return retained < 0 ? NULL
						: wh_arena_text(&a->arena, wh_figure_bytes(figure, (uint64_t)retained));
}

static const char *pause_words(struct wh_account *a)
{
	int64_t usec = number(a, "pause_usec");
	return usec < 0 ? NULL : wh_arena_format(&a->arena, "%lld ms", (long long)(usec / 1000));
}

struct line {
	const char *label, *text;
};

static size_t lines(struct wh_account *a, struct line out[8])
{
	const char *holder = a->journal ? wh_journal_holder(a->journal, "follow", &a->arena) : NULL;
	const struct line all[] = {
		{ "serves", wh_account_fact(a, "serving") },
		{ "follower", holder ? holder : "nobody: whimbrel sync follows" },
		{ "lag", lag_words(a) },
		{ "rate", rate_words(a) },
		{ "caught up", catch_up_words(a) },
		{ "retained", retained_words(a) },
		{ "pause", pause_words(a) },
		{ "note", wh_account_fact(a, "live_note") },
	};
	memcpy(out, all, sizeof all);
	return sizeof all / sizeof *all;
}

void wh_live_print(struct wh_account *a, struct wh_buffer *out)
{
	struct line list[8];
	struct guard checks[GUARDS_MOST];
	if (!wh_account_live(a))
		return;
	size_t n = lines(a, list);
	wh_buffer_char(out, '\n');
	for (size_t i = 0; i < n; i++)
		if (list[i].text)
			wh_buffer_format(out, "  %-9s %s\n", list[i].label,
				wh_grid_shown(&a->arena, list[i].text, strlen(list[i].text), 400));
	n = guards(a, checks);
	for (size_t i = 0; i < n; i++)
		wh_buffer_format(out, "  %-9s %-3s %s: %s (wanted: %s)\n", i ? "" : "guards",
			checks[i].ok ? "ok" : "NO", checks[i].name,
			checks[i].value ? checks[i].value : "not known", checks[i].limit);
}

void wh_live_page(struct wh_account *a, struct wh_buffer *out)
{
	struct line list[8];
	struct guard checks[GUARDS_MOST];
	if (!wh_account_live(a))
		return;
	size_t n = lines(a, list);
	wh_html(out, "<h2 id=\"live\">Live</h2><dl class=\"facts\">");
	for (size_t i = 0; i < n; i++)
		wh_html(out, "<dt>%s</dt><dd>%s</dd>", list[i].label, list[i].text);
	wh_html(out,
		"</dl><table><thead><tr><th>guard</th><th>value</th><th>wanted</th><th>holds</th>"
		"</tr></thead><tbody>");
	n = guards(a, checks);
	for (size_t i = 0; i < n; i++)
		wh_html(out, "<tr><td>%s</td><td>%s</td><td>%s</td><td>%s</td></tr>", checks[i].name,
			checks[i].value, checks[i].limit, checks[i].ok ? "yes" : "no");
	wh_html(out, "</tbody></table>");
}

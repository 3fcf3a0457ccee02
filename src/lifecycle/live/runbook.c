#include "lifecycle/live/runbook.h"
#include "base/text.h"
#include "lifecycle/report/figures.h"
#include "model/connector.h"

struct step {
	const char *title, *command, *expect, *limit, *back;
};

struct book {
	const struct wh_settings *s;
	struct wh_arena *arena;
	struct wh_buffer *out;
	int number;
};

static void put_step(struct book *b, const struct step *s)
{
	wh_buffer_format(b->out, "\n## %d. %s\n\n", ++b->number, s->title);
	if (s->command)
		wh_buffer_format(b->out, "```\n%s %s\n```\n\n", s->command, b->s->workdir);
	wh_buffer_format(b->out, "- Expect: %s\n- At most: %s\n- Way back: %s\n", s->expect, s->limit,
		s->back);
}

static const char *seconds(const struct book *b, int64_t milliseconds)
{
	char figure[WH_FIGURE];
	return wh_arena_text(b->arena, wh_figure_seconds(figure, (double)milliseconds / 1000));
}

static void put_head(const struct book *b, struct wh_journal *j)
{
	char count[WH_FIGURE];
	const struct wh_settings *s = b->s;
	struct wh_journal_table *tables = NULL;
	struct wh_error ignored = { 0 };
	uint64_t rows = 0;
	size_t n = 0;
	const char *plan = j ? wh_journal_get(j, "plan_id", b->arena) : NULL;
	if (j && wh_journal_tables(j, b->arena, &tables, &n, &ignored) != WH_OK)
		n = 0;
	for (size_t i = 0; i < n; i++)
		rows += tables[i].tally.written.rows;
	wh_buffer_format(b->out, "# Runbook: %s\n\n- From: `%s`\n- To: `%s`\n- Work folder: `%s`\n",
		s->name ? s->name : "migration", wh_url_shown(&s->source.url, b->arena),
		wh_url_shown(&s->target.url, b->arena), s->workdir);
	if (plan)
		wh_buffer_format(b->out, "- Plan: `%s`\n", plan);
	if (n)
		wh_buffer_format(b->out, "- Tables: %zu, rows copied: %s\n", n,
			wh_figure_count(count, rows));
	wh_buffer_text(b->out,
		"\nEach step can be repeated; killed in the middle, the same command goes on. `whimbrel status "
		"--watch` beside it shows where the move stands.\n");
}

/* What the source's server must have before anything else. */
static const char *needs_of(const char *scheme)
{
	static const char *const needs[][2] = {
		{ "postgresql",
			"`SHOW wal_level` says `logical`; the account has REPLICATION; a table without a primary "
			"key has REPLICA IDENTITY FULL" },
		{ "mysql",
			"`log_bin` is ON, `binlog_format` ROW, `binlog_row_image` FULL; the account has REPLICATION "
			"SLAVE and BINLOG MONITOR (REPLICATION CLIENT on MySQL)" },
		{ "sqlite", "the file and its folder can be written, and it is in WAL mode" },
	};
	const struct wh_connector *kind = NULL;
	struct wh_error ignored = { 0 };
	if (wh_connector_find(scheme, &kind, &ignored) != WH_OK)
		return "see docs/grants.md";
	for (size_t i = 0; i < sizeof needs / sizeof *needs; i++)
		if (wh_equal(needs[i][0], kind->scheme))
			return needs[i][1];
	return "see docs/grants.md";
}

static void put_needs(struct book *b)
{
	const struct wh_settings *s = b->s;
	bool back = s->live.way_back;
	put_step(b,
		&(struct step){ .title = "Look at both servers",
			.expect = wh_arena_format(b->arena, "on the source: %s%s%s.",
				needs_of(s->source.url.scheme), back ? "; on the target, for the way back: " : "",
				back ? needs_of(s->target.url.scheme) : ""),
			.limit = "a minute",
			.back = "nothing was changed." });
}

static void put_copy(struct book *b)
{
	put_step(b,
		&(struct step){ .title = "Copy",
			.command = "whimbrel copy",
			.expect =
				"exit code 0 (9: rows wait in the quarantine; `whimbrel quarantine list`), state "
				"SYNCING. The source keeps taking writes.",
			.limit = "as long as the rows take; the source keeps its log from the beginning on",
			.back = "`whimbrel abort` removes what was made on either side." });
	put_step(b,
		&(struct step){ .title = "Follow, in a terminal or service of its own",
			.command = "whimbrel sync",
			.expect = wh_arena_format(b->arena,
				"`whimbrel status` shows a lag that falls below %s and `caught up`. Left running, it "
				"survives restarts of either server.",
				seconds(b, b->s->live.max_lag)),
			.limit = b->s->live.max_retained
				? "it stops by itself where the source keeps more log than max_retained"
				: "watch `retained`: the source keeps its log until the target has it",
			.back = "stop it at any time (Ctrl-C); the same command goes on." });
}

static void put_cutover(struct book *b)
{
	const char *deadline = seconds(b, b->s->live.deadline);
	put_step(b,
		&(struct step){ .title = "Verify, while both are in use",
			.command = "whimbrel verify",
			.expect = "`Proven equal`, exit code 0. Exit code 4: rows differ; do not cut over.",
			.limit = wh_arena_format(b->arena, "the cutover trusts it for %s",
				seconds(b, b->s->live.max_age)),
			.back = "it changes nothing." });
	put_step(b,
		&(struct step){ .title = "Try the cutover",
			.command = "whimbrel cutover --dry-run",
			.expect =
				"`ok` before every guard, exit code 0. Exit code 3: the guard with `NO` says what "
				"it wants.",
			.limit = "half a minute",
			.back = "it changes nothing." });
	put_step(b,
		&(struct step){ .title = "Cut over",
			.command = "whimbrel cutover",
			.expect =
				"`State LIVE, serving the target`, exit code 0, and how long writes paused. Point the "
				"application at the target now (or let the switch hook do it).",
			.limit = wh_arena_format(b->arena,
				"%s from the fence on; then it backs out by itself (exit code 10) and the source serves. "
				"Were whimbrel to die in the middle, the fence falls by itself within that time",
				deadline),
			.back = b->s->live.way_back ? "the next step but one." : "none: way_back is false." });
}

static void put_end(struct book *b)
{
	if (b->s->live.way_back) {
		put_step(b,
			&(struct step){ .title = "Keep the way back open",
				.command = "whimbrel sync",
				.expect =
					"writes on the target arrive on the old source; `whimbrel status` shows the lag. "
					"(The sync of step 3 goes on by itself.)",
				.limit = "for as long as you want to be able to come back",
				.back = "the next step." });
		put_step(b,
			&(struct step){ .title = "Only if you must: roll back",
				.command = "whimbrel rollback",
				.expect =
					"`State SYNCING, serving the source`, exit code 0; all that was written since the "
					"cutover is there. Verify first: it asks for a fresh one.",
				.limit = wh_arena_format(b->arena, "%s from the fence on, then it backs out",
					seconds(b, b->s->live.deadline)),
				.back = "a second cutover; no new copy is needed." });
	}
	put_step(b,
		&(struct step){ .title = "Commit",
			.command = "whimbrel commit",
			.expect =
				"`State COMMITTED`. Nothing whose name begins with whimbrel is left on either side; "
				"the old source takes writes again, so see that nobody uses it.",
			.limit = "a minute",
			.back = "none: this is the end of it." });
}

int wh_runbook(const struct wh_settings *s, struct wh_journal *j, struct wh_buffer *out,
	struct wh_error *error)
{
	struct wh_arena arena = { 0 };
	struct book b = { .s = s, .arena = &arena, .out = out };
	if (!s->live.enabled)
		return wh_fail(error, WH_CONFIG,
			"a runbook is made for a live move, and this is none: whimbrel init --live");
	put_head(&b, j);
	put_needs(&b);
	put_copy(&b);
	put_cutover(&b);
	put_end(&b);
	wh_arena_free(&arena);
	return WH_OK;
}

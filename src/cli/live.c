/* sync, cutover, rollback, commit, abort: a move whose source stays in use. */
#include "cli/commands.h"
#include "cli/session.h"
#include "cli/terminal.h"
#include "lifecycle/live/live.h"
#include "lifecycle/report/document.h"
#include "lifecycle/report/report.h"
#include <stdlib.h>
#include <string.h>

enum { EXIT_BACKED_OUT = 10 };

struct live_session {
	struct wh_session session;
	struct wh_switch_report report;
	int (*verb)(struct live_session *);
};

static struct live_session *of(struct wh_session *s)
{
	return s->context;
}

/* ---- what is told ---- */

static json_t *guards_json(const struct wh_switch_report *r)
{
	json_t *list = json_array();
	for (size_t i = 0; i < r->nguards; i++)
		json_array_append_new(list,
			json_pack("{s:s, s:o, s:o, s:b}", "name", r->guards[i].name, "value",
				wh_json_words(r->guards[i].value), "limit", wh_json_words(r->guards[i].limit), "ok",
				(int)r->guards[i].ok));
	return list;
}

static const char *fact(struct wh_session *s, const char *name)
{
	struct wh_journal *j = s->migration.journal;
	return j ? wh_journal_get(j, name, &s->settings.arena) : NULL;
}

static char *live_document(struct wh_session *s, char *whole)
{
	struct live_session *l = of(s);
	int exit = s->judge(s, wh_outcome_exit(s->migration.journal, &s->error));
	json_t *o = json_pack("{s:i, s:o, s:o, s:o, s:i, s:o, s:o}", "whimbrel", 1, "error",
		wh_json_error(&s->error, exit), "state", wh_json_words(fact(s, "state")), "serving",
		wh_json_words(fact(s, "serving")), "exit", exit, "pause_ms",
		l->report.pause_usec >= 0 ? json_real((double)l->report.pause_usec / 1000) : json_null(),
		"guards", guards_json(&l->report));
	free(whole);
	return wh_json_text(o);
}

static void print_guards(struct live_session *l)
{
	struct wh_arena *arena = &l->session.settings.arena;
	for (size_t i = 0; i < l->report.nguards; i++) {
		const struct wh_guard *g = &l->report.guards[i];
		printf("  %-4s  %-11s  %s  (wanted: %s)\n", g->ok ? "ok" : "NO", g->name,
			wh_terminal_shown(arena, g->value), wh_terminal_shown(arena, g->limit));
	}
}

static bool live_tell(struct wh_session *s)
{
	struct live_session *l = of(s);
	print_guards(l);
	if (l->report.backed_out)
		printf("Backed out: the %s serves as before.\n", fact(s, "serving"));
	if (l->report.pause_usec >= 0)
		printf("Writes paused for %.0f ms.\n", (double)l->report.pause_usec / 1000);
	if (s->args->dry_run)
		printf(s->error.code == WH_OK ? "Nothing was changed: every guard holds.\n"
									  : "Nothing was changed.\n");
	printf("State %s, serving the %s.\n", fact(s, "state") ? fact(s, "state") : "?",
		fact(s, "serving") ? fact(s, "serving") : "source");
	return true;
}

static int live_judge(struct wh_session *s, int exit)
{
	if (s->error.code == WH_OK)
		return 0;
	return of(s)->report.backed_out ? EXIT_BACKED_OUT : exit;
}

/* ---- the commands ---- */

static int command_live(const struct wh_arguments *args, int (*verb)(struct live_session *))
{
	struct live_session *l = calloc(1, sizeof *l);
	if (!l)
		return 1;
	l->verb = verb;
	int rc = wh_session_open(&l->session, args, false);
	l->session.context = l;
	l->session.judge = live_judge;
	l->session.document = live_document;
	l->session.tell = live_tell;
	l->report.pause_usec = -1;
	if (rc == WH_OK)
		rc = verb(l);
	if (rc == WH_OK)
		wh_error_clear(&l->session.error);
	int exit = wh_session_end(&l->session);
	wh_arena_free(&l->report.arena);
	free(l);
	return exit;
}

static int do_sync(struct live_session *l)
{
	const struct wh_sync_options options = { .until_synced = l->session.args->until_synced };
	return wh_migration_sync(&l->session.migration, &options, &l->session.error);
}

static int do_cutover(struct live_session *l)
{
	return wh_migration_cutover(&l->session.migration, l->session.args->dry_run, &l->report,
		&l->session.error);
}

static int do_rollback(struct live_session *l)
{
	return wh_migration_rollback(&l->session.migration, l->session.args->dry_run, &l->report,
		&l->session.error);
}

static int do_commit(struct live_session *l)
{
	return wh_migration_commit(&l->session.migration, &l->session.error);
}

static int do_abort(struct live_session *l)
{
	return wh_migration_abort(&l->session.migration, &l->session.error);
}

int wh_command_sync(const struct wh_arguments *args)
{
	return command_live(args, do_sync);
}

int wh_command_cutover(const struct wh_arguments *args)
{
	return command_live(args, do_cutover);
}

int wh_command_rollback(const struct wh_arguments *args)
{
	return command_live(args, do_rollback);
}

int wh_command_commit(const struct wh_arguments *args)
{
	return command_live(args, do_commit);
}

int wh_command_abort(const struct wh_arguments *args)
{
	return command_live(args, do_abort);
}

#include "cli/session.h"
#include "base/file.h"
#include "base/text.h"
#include "cli/interrupt.h"
#include "cli/terminal.h"
#include "lifecycle/report/report.h"
#include "lifecycle/settings/file.h"
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool is_folder(const char *path)
{
	struct stat st;
	return !stat(path, &st) && S_ISDIR(st.st_mode);
}

const char *wh_session_folder(const struct wh_arguments *args, size_t at, struct wh_arena *arena)
{
	if (args->workdir)
		return args->workdir;
	if (args->operands.count <= at)
		return ".";
	const char *path = args->operands.items[at], *slash = strrchr(path, '/');
	if (is_folder(path) || access(path, F_OK))
		return path;
	return !slash ? "." : slash == path ? "/" : wh_arena_bytes(arena, path, (size_t)(slash - path));
}

/* What stands in the arguments wins over what stands in the file. */
static int settings_overlay(struct wh_settings *s, const struct wh_arguments *args,
	struct wh_error *error)
{
	if (args->include.count) {
		s->include = args->include.items;
		s->ninclude = args->include.count;
	}
	if (args->exclude.count) {
		s->exclude = args->exclude.items;
		s->nexclude = args->exclude.count;
	}
	s->live.enabled = s->live.enabled || args->live;
	s->workers = args->workers ? args->workers : s->workers;
	s->memory = args->memory ? args->memory : s->memory;
	if (args->bad_row && !wh_policy_parse("bad_row", args->bad_row, &s->policies))
		return wh_fail(error, WH_BUG, "--bad-row %s is no policy", args->bad_row);
	if (args->bad_rows && !wh_bad_rows_parse(args->bad_rows, &s->bad_rows))
		return wh_fail(error, WH_CONFIG,
			"--bad-rows takes no \"%s\"; expected a count such as 1000, or a share such as 1%%",
			args->bad_rows);
	if (args->if_exists && !wh_policy_parse("if_exists", args->if_exists, &s->policies))
		return wh_fail(error, WH_BUG, "--if-exists %s is no policy", args->if_exists);
	return WH_OK;
}

static bool same_end(struct wh_settings *s, const struct wh_endpoint *a,
	const struct wh_endpoint *b)
{
	return wh_equal(wh_url_shown(&a->url, &s->arena), wh_url_shown(&b->url, &s->arena));
}

/* A password from a URL holds for this run; where the work folder keeps it, it is kept anew. */
static void take_password(struct wh_settings *kept, struct wh_endpoint *to,
	struct wh_endpoint *from, const char *name)
{
	const char *slash = to->password_file ? strrchr(to->password_file, '/') : NULL;
	if (!from->url.password)
		return;
	to->url.password = wh_arena_text(&kept->arena, from->url.password);
	from->url.password_in_text = slash && wh_equal(slash + 1, name);
}

/* Only a run that has a plan may have written on a target. */
static bool is_begun(const char *workdir, struct wh_arena *arena)
{
	struct wh_journal *j = NULL;
	struct wh_error none = { 0 };
	const char *state = NULL;
	if (wh_journal_open(workdir, false, &j, &none) == WH_OK)
		state = wh_journal_get(j, "state", arena);
	else if (access(wh_arena_format(arena, "%s/journal.db", workdir), F_OK) == 0)
		return true;
	wh_journal_close(j);
	return state && !wh_equal(state, "CREATED");
}

/* The file names a password beside it as such, not by its whole path. */
static void name_beside(struct wh_settings *s, struct wh_endpoint *e, const char *name)
{
	if (wh_equal(e->password_file, wh_path_from(&s->arena, s->workdir, name)))
		e->password_file = name;
}

/* Whether writing the settings anew would lose nothing that somebody wrote into the file. */
static bool is_as_written(struct wh_settings *s)
{
	struct wh_buffer text = { 0 };
	name_beside(s, &s->source, "source.password");
	name_beside(s, &s->target, "target.password");
	wh_settings_write(s, &text);
	bool same = wh_file_holds(s->file, text.data, text.size);
	wh_buffer_free(&text);
	return same;
}

/* A URL that was mistyped must not keep its folder: nothing has come of it yet. */
static int settings_mended(struct wh_settings *out, const struct wh_arguments *args, bool keep,
	struct wh_error *error)
{
	const char *source = wh_url_shown(&out->source.url, &out->arena);
	const char *target = wh_url_shown(&out->target.url, &out->arena);
	if (is_begun(out->workdir, &out->arena))
		return wh_fail(error, WH_LOST,
			"the folder \"%s\" holds another migration, from %s to %s; "
			"choose another one with --workdir",
			out->workdir, source, target);
	if (!is_as_written(out))
		return wh_fail(error, WH_LOST,
			"\"%s\" is for another move, from %s to %s, and has been edited; "
			"put the URLs in there, or choose another folder with --workdir",
			out->file, source, target);
	out->name = NULL;
	out->source = out->target = (struct wh_endpoint){ 0 };
	const char *to = args->operands.count > 1 ? args->operands.items[1] : NULL;
	int rc = wh_settings_urls(out, args->operands.items[0], to, error);
	return rc == WH_OK && keep && to ? wh_settings_save(out, error) : rc;
}

/* The work folder was there: its migration.yaml, which the user may have edited, holds. */
static int settings_again(struct wh_settings *urls, const struct wh_arguments *args,
	struct wh_settings *out, bool keep, struct wh_error *error)
{
	wh_settings_init(out);
	out->workdir = wh_arena_text(&out->arena, urls->workdir);
	const char *file = wh_arena_format(&out->arena, "%s/%s", out->workdir, WH_SETTINGS_FILE);
	int rc = wh_settings_load(out, file, error);
	if (rc != WH_OK)
		return rc;
	if (!same_end(out, &out->source, &urls->source) || !same_end(out, &out->target, &urls->target))
		return settings_mended(out, args, keep, error);
	take_password(out, &out->source, &urls->source, "source.password");
	take_password(out, &out->target, &urls->target, "target.password");
	return keep ? wh_settings_save_passwords(urls, error) : WH_OK;
}

static void warn_visible(const struct wh_settings *urls)
{
	const struct wh_endpoint *const ends[] = { &urls->source, &urls->target };
	static const char *const sides[] = { "source", "target" };
	for (size_t i = 0; i < 2; i++)
		if (ends[i]->url.password_in_text)
			wh_terminal_warn(
				"the password of the %s stood in an argument, which other users can "
				"see in `ps`; password_file, password_env or password_command in a %s avoid "
				"that",
				sides[i], WH_SETTINGS_FILE);
}

int wh_session_urls(struct wh_settings *out, const struct wh_arguments *args,
	struct wh_error *error)
{
	wh_settings_init(out);
	out->workdir = args->workdir ? wh_arena_text(&out->arena, args->workdir) : NULL;
	const char *target = args->operands.count > 1 ? args->operands.items[1] : NULL;
	int rc = wh_settings_urls(out, args->operands.items[0], target, error);
	return rc == WH_OK ? settings_overlay(out, args, error) : rc;
}

/* A selection that an earlier command left must not make a move silently smaller. */
static void warn_selection(const struct wh_settings *s, const struct wh_arguments *args)
{
	if ((s->ninclude || s->nexclude) && !args->include.count && !args->exclude.count)
		wh_terminal_warn(
			"only the tables that \"%s\" selects are moved; edit it, or choose another "
			"--workdir, to move others",
			s->file);
}

static int settings_urls(struct wh_settings *out, const struct wh_arguments *args, bool keep,
	struct wh_error *error)
{
	struct wh_settings urls;
	int rc = wh_session_urls(&urls, args, error);
	if (rc == WH_OK)
		warn_visible(&urls);
	const char *file = rc == WH_OK
		? wh_arena_format(&urls.arena, "%s/%s", urls.workdir, WH_SETTINGS_FILE)
		: NULL;
	if (rc == WH_OK && !access(file, F_OK)) {
		rc = settings_again(&urls, args, out, keep, error);
		if (rc == WH_OK)
			warn_selection(out, args);
		wh_settings_free(&urls);
		return rc == WH_OK ? settings_overlay(out, args, error) : rc;
	}
	*out = urls;
	keep = keep && rc == WH_OK && out->target.url.scheme;
	return keep ? wh_settings_save(out, error) : rc;
}

static const char *migration_file(const struct wh_arguments *args, struct wh_arena *arena)
{
	const char *path = args->operands.count ? args->operands.items[0] : ".";
	if (!args->operands.count && args->workdir) {
		const char *file = wh_arena_format(arena, "%s/%s", args->workdir, WH_SETTINGS_FILE);
		if (!access(file, F_OK) || access(WH_SETTINGS_FILE, F_OK))
			return file;
	}
	if (!is_folder(path))
		return path;
	return wh_equal(path, ".") ? WH_SETTINGS_FILE
							   : wh_arena_format(arena, "%s/%s", path, WH_SETTINGS_FILE);
}

static bool is_database(const char *path)
{
	static const char first[] = "SQLite format 3";
	char found[sizeof first] = { 0 };
	FILE *file = fopen(path, "rbe");
	bool is = file && fread(found, sizeof first, 1, file) && !memcmp(found, first, sizeof first);
	if (file)
		fclose(file);
	return is;
}

static int settings_migration(struct wh_settings *out, const struct wh_arguments *args,
	struct wh_error *error)
{
	wh_settings_init(out);
	const char *file = migration_file(args, &out->arena);
	if (args->workdir)
		out->workdir = wh_arena_text(&out->arena, args->workdir);
	bool two = args->command->most == 2;
	if (access(file, F_OK)) {
		bool url = args->operands.count && strchr(args->operands.items[0], ':');
		return url && two
			? wh_fail(error, WH_CONFIG, "the target is missing; write whimbrel %s SOURCE TARGET",
				  args->command->name)
			: wh_fail(error, WH_CONFIG, "no migration here: there is no \"%s\"; name its folder%s",
				  file, two ? ", or SOURCE and TARGET" : "");
	}
	if (is_database(file))
		return wh_fail(error, WH_CONFIG,
			"\"%s\" is an SQLite database, no migration; write whimbrel %s sqlite:%s TARGET", file,
			two ? args->command->name : "run", file);
	int rc = wh_settings_load(out, file, error);
	return rc == WH_OK ? settings_overlay(out, args, error) : rc;
}

static bool source_alone(const struct wh_arguments *args)
{
	return args->command->source_alone && args->operands.count == 1 &&
		strchr(args->operands.items[0], ':') && access(args->operands.items[0], F_OK);
}

int wh_session_settings(struct wh_settings *out, const struct wh_arguments *args, bool keep,
	struct wh_error *error)
{
	return args->operands.count == 2 || source_alone(args)
		? settings_urls(out, args, keep, error)
		: settings_migration(out, args, error);
}

static void warn_file(const struct wh_endpoint *e)
{
	struct stat st;
	if (e->password_file && !stat(e->password_file, &st) && st.st_mode & (S_IRGRP | S_IROTH))
		wh_terminal_warn("others can read the password in \"%s\"; chmod 600 it", e->password_file);
}

static void warn_settings(const struct wh_settings *s)
{
	warn_file(&s->source);
	warn_file(&s->target);
	if (s->file && (s->source.url.password_in_text || s->target.url.password_in_text))
		wh_terminal_warn("a password stands in \"%s\" itself; put it into a file that only you can "
						 "read and name that as password_file",
			s->file);
}

static void session_tell(struct wh_session *s)
{
	struct wh_settings *set = &s->settings;
	wh_terminal_note("source: %s\ntarget: %s\nwork folder: %s\nworkers: %d, memory: %llu MiB\n",
		wh_terminal_shown(&set->arena, wh_url_shown(&set->source.url, &set->arena)),
		wh_terminal_shown(&set->arena, wh_url_shown(&set->target.url, &set->arena)),
		wh_terminal_shown(&set->arena, set->workdir), s->migration.workers,
		(unsigned long long)(set->memory >> 20));
}

int wh_session_open(struct wh_session *s, const struct wh_arguments *args, bool keep)
{
	*s = (struct wh_session){ .args = args };
	int rc = wh_session_settings(&s->settings, args, keep, &s->error);
	if (rc == WH_OK)
		warn_settings(&s->settings);
	if (rc == WH_OK)
		rc = wh_settings_secrets(&s->settings, &s->error);
	if (rc == WH_OK)
		rc = wh_migration_open(&s->migration, &s->settings, &s->progress, &s->error);
	if (rc != WH_OK)
		return rc;
	if (args->verbose)
		session_tell(s);
	wh_display_start(&s->display, &s->progress, args, stderr);
	wh_interrupt_begin(&s->progress);
	return WH_OK;
}

void wh_session_close(struct wh_session *s)
{
	wh_display_end(&s->display);
	wh_interrupt_end();
	wh_migration_close(&s->migration);
	wh_settings_free(&s->settings);
}

/* The page's path, or NULL. Whoever lost the migration to another process leaves it alone. */
static const char *session_report(struct wh_session *s)
{
	struct wh_error error = { 0 };
	struct wh_arena *arena = &s->settings.arena;
	struct wh_journal *j = s->migration.journal;
	if (!j || s->error.code == WH_LOST)
		return NULL;
	const char *html = wh_arena_format(arena, "%s/report.html", s->settings.workdir);
	const char *json = wh_arena_format(arena, "%s/report.json", s->settings.workdir);
	int rc = wh_report_write(j, html, json, &error);
	if (rc == WH_OK)
		return html;
	if (s->error.code == WH_OK)
		s->error = error;
	else
		wh_terminal_error(&error);
	return NULL;
}

int wh_session_end(struct wh_session *s)
{
	struct wh_journal *j = s->migration.journal;
	wh_display_end(&s->display);
	wh_interrupt_end();
	const char *report = session_report(s);
	int exit = wh_outcome_exit(j, &s->error);
	if (s->judge)
		exit = s->judge(s, exit);
	if (s->args->json) {
		char *whole = wh_document(j, &s->error, exit);
		wh_terminal_document(s->document ? s->document(s, whole) : whole);
	} else if (s->tell && j && !s->args->quiet) {
		s->tell(s);
		fflush(stdout);
	} else if (report && !s->args->quiet) {
		struct wh_error error = { 0 };
		if (wh_summary_print(j, report, stdout, &error) != WH_OK)
			wh_terminal_error(&error);
		fflush(stdout);
	}
	if (s->error.code != WH_OK)
		wh_terminal_error(&s->error);
	if (s->error.interrupted)
		wh_terminal_note("whimbrel: go on with: whimbrel %s %s\n", s->args->command->name,
			wh_terminal_shown(&s->settings.arena, s->settings.workdir));
	wh_session_close(s);
	return wh_terminal_flush(exit);
}

/* status, report and quarantine: what stands in the journal; no endpoint is asked. */
#include "base/text.h"
#include "cli/commands.h"
#include "cli/session.h"
#include "cli/terminal.h"
#include "lifecycle/live/runbook.h"
#include "lifecycle/report/report.h"
#include <fcntl.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int status_once(const struct wh_arguments *args, const char *folder)
{
	struct wh_error error = { 0 };
	struct wh_journal *j = NULL;
	int rc = wh_journal_open(folder, false, &j, &error);
	if (rc == WH_OK)
		rc = args->json ? wh_document_check(j, 0, &error) : wh_status_print(j, stdout, &error);
	int exit = rc == WH_OK ? 0 : wh_outcome_exit(NULL, &error);
	if (rc != WH_OK)
		wh_terminal_error(&error);
	if (args->json)
		wh_terminal_document(wh_status_document(j, rc == WH_OK ? NULL : &error, exit));
	wh_journal_close(j);
	fflush(stdout);
	return exit;
}

/* On a terminal each time in the place of the last; a pipe gets one behind the other. */
static int status_watch(const struct wh_arguments *args, const char *folder)
{
	int exit = 0;
	while (!exit && !ferror(stdout)) {
		if (isatty(STDOUT_FILENO))
			fputs("\033[H\033[2J", stdout);
		exit = status_once(args, folder);
		sleep(1);
	}
	return exit;
}

int wh_command_status(const struct wh_arguments *args)
{
	struct wh_arena arena = { 0 };
	const char *folder = wh_session_folder(args, 0, &arena);
	int exit = args->watch ? status_watch(args, folder) : status_once(args, folder);
	wh_arena_free(&arena);
	return wh_terminal_flush(exit);
}

/* From the settings, and from the journal where there is one. */
static int report_runbook(const struct wh_arguments *args)
{
	struct wh_settings s;
	struct wh_error error = { 0 }, none = { 0 };
	struct wh_buffer text = { 0 };
	struct wh_journal *j = NULL;
	int rc = wh_session_settings(&s, args, false, &error);
	if (rc == WH_OK && wh_journal_open(s.workdir, false, &j, &none) != WH_OK)
		j = NULL;
	if (rc == WH_OK)
		rc = wh_runbook(&s, j, &text, &error);
	if (rc == WH_OK)
		fputs(wh_buffer_string(&text), stdout);
	wh_buffer_free(&text);
	wh_journal_close(j);
	wh_settings_free(&s);
	return rc == WH_OK ? wh_terminal_flush(0) : wh_terminal_fail(args, &error);
}

static void report_told(const struct wh_arguments *args, const char *html, const char *json)
{
	struct wh_arena arena = { 0 };
	if (args->json) {
		json_t *o = json_pack("{s:i, s:n, s:i, s:s, s:s}", "whimbrel", 1, "error", "exit", 0,
			"html", html, "json", json);
		char *text = o ? json_dumps(o, JSON_INDENT(2)) : NULL;
		printf("%s\n", text ? text : "null");
		free(text);
		json_decref(o);
	} else {
		printf("%s\n%s\n", wh_terminal_shown(&arena, html), wh_terminal_shown(&arena, json));
	}
	wh_arena_free(&arena);
}

int wh_command_report(const struct wh_arguments *args)
{
	if (args->runbook)
		return report_runbook(args);
	struct wh_arena arena = { 0 };
	struct wh_error error = { 0 };
	struct wh_journal *j = NULL;
	const char *folder = wh_session_folder(args, 0, &arena);
	const char *into = args->output ? args->output : folder;
	const char *html = wh_arena_format(&arena, "%s/report.html", into);
	const char *json = wh_arena_format(&arena, "%s/report.json", into);
	int rc = wh_journal_open(folder, false, &j, &error);
	if (rc == WH_OK)
		rc = wh_report_write(j, html, json, &error);
	if (rc == WH_OK)
		report_told(args, html, json);
	wh_journal_close(j);
	wh_arena_free(&arena);
	return rc == WH_OK ? wh_terminal_flush(0) : wh_terminal_fail(args, &error);
}

/* id 0: the list. */
static int quarantine(const struct wh_arguments *args, const char *folder, int64_t id,
	struct wh_error *error)
{
	struct wh_journal *j = NULL;
	int rc = error->code == WH_OK ? wh_journal_open(folder, false, &j, error) : (int)error->code;
	if (rc == WH_OK && args->json)
		rc = wh_document_check(j, id, error);
	else if (rc == WH_OK)
		rc = id ? wh_quarantine_show(j, id, stdout, error) : wh_quarantine_list(j, stdout, error);
	int exit = rc == WH_OK ? 0 : wh_outcome_exit(NULL, error);
	if (rc != WH_OK)
		wh_terminal_error(error);
	if (args->json)
		wh_terminal_document(wh_quarantine_document(j, id, rc == WH_OK ? NULL : error, exit));
	wh_journal_close(j);
	return wh_terminal_flush(exit);
}

int wh_command_quarantine_list(const struct wh_arguments *args)
{
	struct wh_arena arena = { 0 };
	struct wh_error error = { 0 };
	int exit = quarantine(args, wh_session_folder(args, 0, &arena), 0, &error);
	wh_arena_free(&arena);
	return exit;
}

int wh_command_quarantine_show(const struct wh_arguments *args)
{
	struct wh_arena arena = { 0 };
	struct wh_error error = { 0 };
	int64_t id = 0;
	const char *word = args->operands.items[0];
	if (!wh_text_int64(word, strlen(word), &id) || id < 1) {
		wh_fail(&error, WH_CONFIG,
			"\"%s\" is no row's number; `whimbrel quarantine list` shows "
			"them",
			word);
		return wh_terminal_fail(args, &error);
	}
	int exit = quarantine(args, wh_session_folder(args, 1, &arena), id, &error);
	wh_arena_free(&arena);
	return exit;
}

/* The rows of a table may be anybody's data: the file is its owner's alone. */
static FILE *export_open(const char *path, struct wh_error *error)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	FILE *out = fd >= 0 && !fchmod(fd, 0600) ? fdopen(fd, "w") : NULL;
	if (!out) {
		wh_fail_errno(error, WH_CONFIG, "cannot write \"%s\"", path);
		if (fd >= 0)
			close(fd);
	}
	return out;
}

static int export_to(struct wh_journal *j, const char *path, struct wh_error *error)
{
	FILE *out = path ? export_open(path, error) : stdout;
	if (!out)
		return (int)error->code;
	int rc = wh_quarantine_export(j, out, error);
	if (!path)
		return rc;
	bool kept = !fflush(out) && !fsync(fileno(out));
	if (rc == WH_OK && !kept)
		rc = wh_fail_errno(error, WH_STOP, "cannot write \"%s\"", path);
	fclose(out);
	return rc;
}

int wh_command_quarantine_export(const struct wh_arguments *args)
{
	struct wh_arena arena = { 0 };
	struct wh_error error = { 0 };
	struct wh_journal *j = NULL;
	int rc = wh_journal_open(wh_session_folder(args, 0, &arena), false, &j, &error);
	if (rc == WH_OK)
		rc = export_to(j, args->output, &error);
	wh_journal_close(j);
	wh_arena_free(&arena);
	return rc == WH_OK ? wh_terminal_flush(0) : wh_terminal_fail(args, &error);
}

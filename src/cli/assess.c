/* assess: what a move will meet, as a page, a document and a short summary. */
#include "base/text.h"
#include "cli/commands.h"
#include "cli/session.h"
#include "cli/terminal.h"
#include "lifecycle/assess/assess.h"
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

static int take_options(const struct wh_arguments *args, struct wh_assess_options *out,
	struct wh_error *error)
{
	*out = (struct wh_assess_options){ .sample = WH_SAMPLE_ROWS,
		.read_only = args->read_only,
		.prices = args->prices };
	if (wh_equal(args->sample, "all"))
		out->sample = INT64_MAX;
	else if (args->sample &&
		(!wh_text_int64(args->sample, strlen(args->sample), &out->sample) || out->sample < 1))
		return wh_fail(error, WH_CONFIG,
			"--sample takes no \"%s\"; expected a number of rows, or all", args->sample);
	return WH_OK;
}

static int make_folder(const char *path, struct wh_error *error)
{
	if (!mkdir(path, 0700) || errno == EEXIST)
		return WH_OK;
	return wh_fail_errno(error, WH_CONFIG, "cannot make the work folder \"%s\"", path);
}

static int write_pages(struct wh_session *s, struct wh_assessment *a, const char **html)
{
	struct wh_arena *arena = &s->settings.arena;
	const char *folder = s->settings.workdir;
	*html = wh_arena_format(arena, "%s/assess.html", folder);
	int rc = make_folder(folder, &s->error);
	if (rc == WH_OK)
		rc = wh_assessment_write(a, *html, wh_arena_format(arena, "%s/assess.json", folder),
			&s->error);
	return rc;
}

static int tell(struct wh_session *s, struct wh_assessment *a, const char *html, int rc)
{
	int exit = rc == WH_OK ? wh_assessment_exit(a) : wh_outcome_exit(NULL, &s->error);
	if (s->args->json)
		wh_terminal_document(wh_assessment_document(a, rc == WH_OK ? NULL : &s->error, exit));
	else if (rc == WH_OK && !s->args->quiet)
		rc = wh_assessment_print(a, html, stdout, &s->error);
	if (rc != WH_OK)
		wh_terminal_error(&s->error);
	return exit;
}

int wh_command_assess(const struct wh_arguments *args)
{
	struct wh_session s;
	struct wh_assessment a = { 0 };
	struct wh_assess_options options;
	struct wh_error error = { 0 };
	const char *html = NULL;
	if (take_options(args, &options, &error) != WH_OK)
		return wh_terminal_fail(args, &error);
	int rc = wh_session_open(&s, args, true);
	if (rc == WH_OK)
		rc = wh_assess(&a, &s.migration, &options, &s.error);
	if (rc == WH_OK)
		rc = write_pages(&s, &a, &html);
	wh_display_end(&s.display);
	int exit = tell(&s, &a, html, rc);
	wh_assessment_free(&a);
	wh_session_close(&s);
	return wh_terminal_flush(exit);
}

/* session: what commands on a migration share: from arguments to settings, to an open migration,
 * and from its end to a summary and an exit code. One at a time; one thread. */
#ifndef WH_CLI_SESSION_H
#define WH_CLI_SESSION_H

#include "cli/options.h"
#include "cli/progress.h"
#include "lifecycle/migration.h"

struct wh_session {
	const struct wh_arguments *args;
	struct wh_settings settings;
	struct wh_progress progress;
	struct wh_display display;
	struct wh_migration migration;
	struct wh_error error;                               /* code WH_OK: none */
	int (*judge)(struct wh_session *, int exit);         /* the exit code instead, or NULL */
	char *(*document)(struct wh_session *, char *whole); /* what --json prints instead, or NULL */
	bool (*tell)(struct wh_session *); /* prints instead of the summary, or NULL */
	void *context;                     /* the command's own */
};

/* Settings (from two URLs or a MIGRATION), passwords, display, signals, and the migration opened.
 * keep: with two URLs, write the settings into the work folder. wh_session_close in any case. */
int wh_session_open(struct wh_session *s, const struct wh_arguments *args, bool keep) WH_MUST_USE;
void wh_session_close(struct wh_session *s);

/* Writes the report, prints error, summary or document, closes; returns the exit code. */
int wh_session_end(struct wh_session *s);

/* Settings alone, as wh_session_open finds them. */
int wh_session_settings(struct wh_settings *out, const struct wh_arguments *args, bool keep,
	struct wh_error *error) WH_MUST_USE;
/* Settings from the two URLs and the options alone. */
int wh_session_urls(struct wh_settings *out, const struct wh_arguments *args,
	struct wh_error *error) WH_MUST_USE;
/* The folder of a MIGRATION (operand number `at`, --workdir, or the current folder). */
const char *wh_session_folder(const struct wh_arguments *args, size_t at, struct wh_arena *arena);

#endif

/* report: what a migration did and proved, for people and for programs.
 *
 * Everything is read from the journal; nothing is asked of an endpoint and nothing is changed.
 * Any thread. Texts that are returned are the heap's, end with a newline, are never NULL and are
 * released with free(). What was not checked is null (or an em dash), never 0. The JSON documents
 * take the verb's error (NULL, or one whose code is WH_OK: none) and the exit code; a journal that
 * cannot be read becomes the document's error where the verb had none. */
#ifndef WH_LIFECYCLE_REPORT_H
#define WH_LIFECYCLE_REPORT_H

#include "journal/journal.h"
#include <stdio.h>

/* One self-contained page and the same as JSON; either path may be NULL. Written beside and
 * renamed, so that a half-written report is never seen. WH_STOP names the file. */
int wh_report_write(struct wh_journal *j, const char *html_path, const char *json_path,
	struct wh_error *error) WH_MUST_USE;

/* The --json document of run, copy and verify. j NULL: the migration was never opened. */
char *wh_document(struct wh_journal *j, const struct wh_error *failure, int exit);
/* The --json document of status: state, facts, totals, no rows. */
char *wh_status_document(struct wh_journal *j, const struct wh_error *failure, int exit);
/* The --json document of quarantine list and show: every row in it, whole. id 0: all. */
char *wh_quarantine_document(struct wh_journal *j, int64_t id, const struct wh_error *failure,
	int exit);

/* Whether those documents can be made: the journal can be read, and with an id that row of the
 * quarantine is there (WH_CONFIG). With --json this comes first, for the exit code. */
int wh_document_check(struct wh_journal *j, int64_t id, struct wh_error *error) WH_MUST_USE;

/* For terminals and pipes; every foreign byte goes through wh_text_shown(). WH_STOP: the stream
 * or the journal failed. */
int wh_status_print(struct wh_journal *j, FILE *out, struct wh_error *error) WH_MUST_USE;
/* What run, copy and verify say at their end. `report`: the page's path, or NULL. */
int wh_summary_print(struct wh_journal *j, const char *report, FILE *out,
	struct wh_error *error) WH_MUST_USE;
int wh_quarantine_list(struct wh_journal *j, FILE *out, struct wh_error *error) WH_MUST_USE;
/* JSON lines: one object a row, whole, as docs/quarantine.md describes it. */
int wh_quarantine_export(struct wh_journal *j, FILE *out, struct wh_error *error) WH_MUST_USE;
/* WH_CONFIG: there is no such row. */
int wh_quarantine_show(struct wh_journal *j, int64_t id, FILE *out,
	struct wh_error *error) WH_MUST_USE;

#endif

/* document: parts of the JSON documents; only lifecycle's own files include it.
 *
 * Counts beyond int64 are strings, what was not checked is null, bytes that are not UTF-8 are
 * shown as \xNN. */
#ifndef WH_LIFECYCLE_DOCUMENT_H
#define WH_LIFECYCLE_DOCUMENT_H

#include "lifecycle/report/account.h"

json_t *wh_json_words(const char *text); /* NULL: null */
json_t *wh_json_count(uint64_t n);
json_t *wh_json_checked(int64_t n); /* below 0: null */
/* {"code": exit, "text", "place"}, or null. */
json_t *wh_json_error(const struct wh_error *error, int exit);
json_t *wh_json_quarantine(const struct wh_journal_quarantine *rows, size_t n);
/* controls.c: null where nothing was reconciled. */
json_t *wh_json_controls(const struct wh_account *a);
/* The whole document of run, copy and verify. */
json_t *wh_json_account(struct wh_account *a, const struct wh_error *failure, int exit);
/* The text of a document, ended by a newline; releases it. Heap, never NULL. */
char *wh_json_text(json_t *document);

#endif

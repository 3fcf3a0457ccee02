/* print: what the summary and the status have in common; only lifecycle's own files include it. */
#ifndef WH_LIFECYCLE_PRINT_H
#define WH_LIFECYCLE_PRINT_H

#include "base/buffer.h"
#include "lifecycle/report/account.h"
#include <stdio.h>

/* The verdict, its sentence, the two ends, the sums and the time. */
void wh_print_head(struct wh_account *a, struct wh_buffer *out);
/* The tables, or only those that need a look. */
void wh_print_tables(struct wh_account *a, bool all, struct wh_buffer *out);
/* The rules of the reconciliation, and what did not hold; nothing where there was none. */
void wh_print_controls(struct wh_account *a, struct wh_buffer *out);
/* In the account's arena; NULL: not known. */
const char *wh_print_count(struct wh_account *a, bool known, uint64_t n);
/* The row of that id; WH_CONFIG: there is none. */
int wh_quarantine_one(struct wh_journal *j, int64_t id, struct wh_arena *arena,
	struct wh_journal_quarantine **out, struct wh_error *error) WH_MUST_USE;
/* The values of a row in quarantine, without those of masked columns. */
const char *wh_values_masked(struct wh_arena *arena, const char *values);
/* Writes and frees the text. */
int wh_print_out(struct wh_buffer *text, FILE *out, struct wh_error *error) WH_MUST_USE;

#endif

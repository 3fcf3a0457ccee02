/* page: the parts of the HTML report; only lifecycle's own files include it.
 *
 * Foreign text reaches the page through wh_html() alone, which escapes every argument. */
#ifndef WH_LIFECYCLE_PAGE_H
#define WH_LIFECYCLE_PAGE_H

#include "base/buffer.h"
#include "lifecycle/report/account.h"

/* Knows %s and %% only; each %s is escaped; NULL becomes an em dash. */
void wh_html(struct wh_buffer *out, const char *format, ...) WH_FORMAT(2, 3);
/* The same, of at most `most` bytes, with the whole length named where it was cut. */
void wh_html_cut(struct wh_buffer *out, const char *bytes, size_t n, size_t most);
/* "1,234", in the account's arena; NULL where it is not known. */
const char *wh_page_count(struct wh_account *a, bool known, uint64_t n);
/* "ok", "warn" or "bad": the colour of a state, a proof, a severity; "" for all others. */
const char *wh_page_colour(const char *word);

extern const char wh_page_style[];
/* Everything before and behind a page's own parts. */
void wh_page_begin(struct wh_buffer *out, const char *name, const char *title);
void wh_page_end(struct wh_buffer *out);
/* One figure of the line under a verdict; value NULL: an em dash. */
void wh_page_figure(struct wh_buffer *out, const char *label, const char *value,
	const char *colour);

void wh_page_head(struct wh_account *a, struct wh_buffer *out);
void wh_page_facts(struct wh_account *a, struct wh_buffer *out);
void wh_page_tables(struct wh_account *a, struct wh_buffer *out);
void wh_page_controls(struct wh_account *a, struct wh_buffer *out); /* the reconciliation */
void wh_page_differences(struct wh_account *a, struct wh_buffer *out);
void wh_page_quarantine(struct wh_account *a, struct wh_buffer *out);
/* A text that opens under its label; NULL or empty: nothing. */
void wh_page_definition(struct wh_buffer *out, const char *label, const char *text);
void wh_page_findings(struct wh_account *a, struct wh_buffer *out);
void wh_page_left(struct wh_account *a, struct wh_buffer *out); /* objects that are not carried */
void wh_page_mapping(struct wh_account *a, struct wh_buffer *out);
void wh_page_digests(struct wh_account *a, struct wh_buffer *out);
void wh_page_statements(struct wh_account *a, struct wh_buffer *out);
void wh_page_history(struct wh_account *a, struct wh_buffer *out);
void wh_page_reading(struct wh_account *a, struct wh_buffer *out); /* how to read it */

#endif

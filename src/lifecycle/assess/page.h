/* page: the parts of assess.html; only assess's own files include it. */
#ifndef WH_LIFECYCLE_ASSESS_PAGE_H
#define WH_LIFECYCLE_ASSESS_PAGE_H

#include "lifecycle/assess/parts.h"
#include "lifecycle/report/page.h"

/* In the assessment's arena; NULL below 0: not known. */
const char *wh_assess_count(struct wh_assessment *a, int64_t n);
const char *wh_assess_bytes_shown(struct wh_assessment *a, int64_t n);
const char *wh_assess_minutes_shown(struct wh_assessment *a, double minutes);

void wh_assess_page_findings(struct wh_assessment *a, struct wh_buffer *out);
void wh_assess_page_shape(struct wh_assessment *a, struct wh_buffer *out);
void wh_assess_page_estimate(struct wh_assessment *a, struct wh_buffer *out);
void wh_assess_page_accounts(struct wh_assessment *a, struct wh_buffer *out);
void wh_assess_page_costs(struct wh_assessment *a, struct wh_buffer *out);

#endif

/* live: what the journal says of a move whose source stays in use, for status, the report and
 * programs. Only lifecycle's own files include it. */
#ifndef WH_LIFECYCLE_REPORT_LIVE_H
#define WH_LIFECYCLE_REPORT_LIVE_H

#include "base/buffer.h"
#include "lifecycle/report/account.h"

/* Whether the journal is of such a move at all. */
bool wh_account_live(struct wh_account *a);
/* The object "live" of the documents; null where the move is none. */
json_t *wh_live_json(struct wh_account *a);
/* Lines of status. */
void wh_live_print(struct wh_account *a, struct wh_buffer *out);
/* A section of the page. */
void wh_live_page(struct wh_account *a, struct wh_buffer *out);

#endif

/* learnt: what the source's rows said when the plan was made, as a text for the journal. A later
 * process takes it from there: rows that came since change no plan. */
#ifndef WH_LIFECYCLE_LEARNT_H
#define WH_LIFECYCLE_LEARNT_H

#include "model/catalog.h"

/* The text is the arena's. */
const char *wh_learnt_text(const struct wh_catalog *c, struct wh_arena *arena);
/* Fills an initialised catalog with as much as wh_catalog_recall asks for. False: it is no such
 * text; the catalog then knows nothing. */
bool wh_learnt_read(const char *text, struct wh_catalog *out);

#endif

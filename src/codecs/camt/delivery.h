/* delivery: what is remembered across files: which messages came, and the numbers of statements, so
 * that one that came twice and one that never came are seen. */
#ifndef WH_CODECS_CAMT_DELIVERY_H
#define WH_CODECS_CAMT_DELIVERY_H

#include "codecs/camt/rows.h"
#include "model/control.h"

#define WH_CAMT_DELIVERIES_MOST 65536

struct wh_camt_delivered {
	const char *what; /* "camt.053.001.02 MSG1", "statement of account NL01... of 2015" */
	int64_t number;   /* of a statement */
	const char *file;
};

struct wh_camt_list {
	struct wh_camt_delivered *items;
	size_t count;
	bool full;
};

struct wh_camt_delivery {
	struct wh_arena arena;
	struct wh_camt_list messages, statements;
};

void wh_camt_delivery_take(struct wh_camt_delivery *d, const struct wh_camt_row *row,
	const char *file);
/* WH_CONFIG: a message came twice. */
int wh_camt_delivery_check(struct wh_camt_delivery *d, struct wh_error *error) WH_MUST_USE;
void wh_camt_delivery_report(struct wh_camt_delivery *d, struct wh_controls *out);
void wh_camt_delivery_free(struct wh_camt_delivery *d);

#endif

/* sums: what statements and orders say of themselves, beside what their rows come to. Exact. */
#ifndef WH_CODECS_CAMT_SUMS_H
#define WH_CODECS_CAMT_SUMS_H

#include "codecs/camt/rows.h"
#include "model/control.h"

#define WH_CAMT_FIGURE 80
#define WH_CAMT_POTS_MOST 16

/* A number of rows and the sum of their amounts. */
struct wh_camt_tally {
	int64_t count;
	char sum[WH_CAMT_FIGURE]; /* "": 0 */
};

/* A statement's balances and booked entries of one currency; "": there is none. */
struct wh_camt_pot {
	char currency[4];
	char opening[WH_CAMT_FIGURE], closing[WH_CAMT_FIGURE];
	char first_interim[WH_CAMT_FIGURE], last_interim[WH_CAMT_FIGURE];
	int interims;
	struct wh_camt_tally booked;
};

struct wh_camt_sums {
	struct wh_controls *out;
	const char *file;
	struct wh_camt_pot pots[WH_CAMT_POTS_MOST]; /* of the open statement */
	size_t npots;
	bool too_many; /* currencies */
	struct wh_camt_tally entries, net, credits, debits;
	int64_t in_batch;             /* details of the open batch */
	struct wh_camt_tally details; /* of the open entry, those with an amount in its currency */
	int64_t ndetails;             /* of the open entry, all */
	struct wh_camt_tally transfers, ordered; /* of the open payment, of the message */
	struct wh_buffer scratch;
};

/* A row of a file, in the order of wh_camt_rows. */
void wh_camt_sums_take(struct wh_camt_sums *s, const struct wh_camt_row *row);
void wh_camt_sums_begin(struct wh_camt_sums *s, const char *file, struct wh_controls *out);
void wh_camt_sums_free(struct wh_camt_sums *s);

#endif

/* details: what :86: and :NS: say in structured form, whatever the bank's dialect. Pure.
 *
 *   105?00TEXT?20SVWZ+..?32NAME   code GVC, 00, 20, 32; and SVWZ from 20 to 29 and 60 to 63 joined
 *   /EREF/..//REMI/..             code EREF, REMI
 *   ..IBAN: ..  NAAM: ..          code IBAN, NAAM
 *   22NAME (a line of :NS:)       code 22 */
#ifndef WH_CODECS_MT940_DETAILS_H
#define WH_CODECS_MT940_DETAILS_H

#include "base/buffer.h"

#define WH_MT_CODE_MOST 16

struct wh_mt_detail {
	char code[WH_MT_CODE_MOST];
	size_t first, n; /* in `values` */
};

/* All-zero is empty. Items are as many as the text of one field gives. */
struct wh_mt_details {
	struct wh_mt_detail *items;
	size_t count, capacity;
	struct wh_buffer values, joined;
};

/* Each replaces what was there. Lines are parted by '\n'. */
void wh_mt_details_86(struct wh_mt_details *d, const char *text, size_t n);
void wh_mt_details_ns(struct wh_mt_details *d, const char *text, size_t n);
void wh_mt_details_free(struct wh_mt_details *d);

#endif

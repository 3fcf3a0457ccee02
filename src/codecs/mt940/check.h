/* check: what a file and its statements say of themselves, held against the rows that came of
 * them. Rows go through in the order in which the reader gives them. */
#ifndef WH_CODECS_MT940_CHECK_H
#define WH_CODECS_MT940_CHECK_H

#include "codecs/mt940/chain.h"
#include "codecs/mt940/scan.h"

/* All-zero is valid. */
struct wh_mt_check {
	struct wh_controls controls;
	struct wh_mt_chain chain;
	struct wh_codec_file file;
	/* Of the statement that is open. */
	struct wh_buffer sum, debit, credit;
	int64_t debits, credits, rejected;
	char currency[4];
	/* Of the file. */
	int64_t bytes, headers;
	int64_t found[WH_MT_TABLES], taken[WH_MT_TABLES], refused[WH_MT_TABLES];
};

void wh_mt_check_piece(struct wh_mt_check *c, const struct wh_mt_piece *piece);
void wh_mt_check_row(struct wh_mt_check *c, enum wh_mt_table table, struct wh_mt_row *row);
/* The file ends; `latin`: some text was taken for ISO 8859-1. */
void wh_mt_check_file(struct wh_mt_check *c, bool latin);
void wh_mt_check_free(struct wh_mt_check *c);

#endif

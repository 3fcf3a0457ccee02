/* reader: pieces become rows. A statement's row comes when it ends, an entry's when what belongs to
 * it ends; a piece completes at most one row of each table, besides the details, which are asked
 * for one by one. */
#ifndef WH_CODECS_MT940_READER_H
#define WH_CODECS_MT940_READER_H

#include "codecs/mt940/charset.h"
#include "codecs/mt940/details.h"
#include "codecs/mt940/scan.h"

struct wh_mt_reader {
	int pivot; /* two-digit years from here on are of the 20th century */
	struct wh_mt_charset charset;
	bool wants_details;
	/* Gets each row once it is complete; it is valid during the call. */
	void (*take)(void *context, enum wh_mt_table table, struct wh_mt_row *row);
	void *context;

	struct wh_codec_file file;
	int64_t at;   /* where the piece in hand, or the next one, begins */
	bool inside;  /* a statement is open */
	bool entered; /* an entry is open */
	bool latin;   /* some text was taken for ISO 8859-1 */
	int64_t headers, items;
	const struct wh_mt_piece *piece;
	struct wh_buffer lines; /* the value of the field in hand, its lines parted by '\n' */
	struct wh_mt_row rows[WH_MT_TABLES];
	struct wh_mt_details details;
	size_t next_detail;
	int64_t details_at; /* of the field that has them */
	const struct wh_mt_tag *details_tag;
};

void wh_mt_reader_init(struct wh_mt_reader *r);
void wh_mt_reader_free(struct wh_mt_reader *r);
/* What follows begins at a byte at which reading may begin. */
void wh_mt_reader_start(struct wh_mt_reader *r, const struct wh_codec_file *file, int64_t offset);
/* Whether it may at this piece, which comes next. */
bool wh_mt_reader_begins(const struct wh_mt_reader *r, const struct wh_mt_piece *piece);
/* WH_STOP: more text for one row than a row may have. */
int wh_mt_reader_piece(struct wh_mt_reader *r, const struct wh_mt_piece *piece, struct wh_error *);
/* Gives the next detail of the last piece; false: there is none left. */
bool wh_mt_reader_detail(struct wh_mt_reader *r);
/* The statement ends, or nothing comes behind. */
void wh_mt_reader_finish(struct wh_mt_reader *r);

/* ---- for those that take fields ---- */

/* The row is complete. */
void wh_mt_reader_give(struct wh_mt_reader *r, enum wh_mt_table table);
/* A row's file, record and, where one is open, statement. */
void wh_mt_reader_place(struct wh_mt_reader *r, enum wh_mt_table table, size_t statement);
/* Appends text of the file to a cell. */
void wh_mt_reader_text(struct wh_mt_reader *r, struct wh_mt_row *row, size_t column,
	struct wh_codec_text text);
/* The record in hand cannot be decoded. */
void wh_mt_reader_fault(struct wh_mt_reader *r, struct wh_mt_row *row, size_t column,
	const char *why);
bool wh_mt_take_entry(struct wh_mt_reader *r, const struct wh_mt_tag *tag);

bool wh_mt_take_text(struct wh_mt_reader *r, const struct wh_mt_tag *tag);

#endif

/* stray: what a policy makes of a value that its column's kind cannot hold. Pure; any thread. */
#ifndef WH_TRANSFORM_STRAY_H
#define WH_TRANSFORM_STRAY_H

#include "model/batch.h"

enum wh_stray_answer {
	WH_STRAY_REJECT,
	WH_STRAY_NULL,
	WH_STRAY_STRIP,
	WH_STRAY_REPLACE,
	WH_STRAY_CP1252,
	WH_STRAY_KEEP
};

/* What the user's policies say of each reason for a stray. */
struct wh_stray_policies {
	enum wh_stray_answer zero_date, nul_byte, invalid_utf8, empty_enum;
	bool undouble; /* columns that hold text which was made UTF-8 twice are mended */
};

const char *wh_stray_words(enum wh_stray_reason reason);
enum wh_stray_answer wh_stray_answer(const struct wh_stray_policies *policies,
	enum wh_stray_reason reason);
/* The text that an answer, which is neither to reject nor null, makes of the raw bytes. */
void wh_stray_mend(struct wh_buffer *out, enum wh_stray_reason reason, enum wh_stray_answer how,
	const char *raw, size_t n);
/* The kinds whose lane holds text in which U+0000 may stand. */
bool wh_kind_is_textual(enum wh_kind kind);
/* The stray of a cell, or NULL. *first is a cursor over rows in their order, from 0. */
const struct wh_stray *wh_stray_at(const struct wh_batch *b, size_t column, uint32_t row,
	size_t *first);

#endif

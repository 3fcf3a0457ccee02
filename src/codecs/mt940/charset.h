/* charset: texts of a file as UTF-8. */
#ifndef WH_CODECS_MT940_CHARSET_H
#define WH_CODECS_MT940_CHARSET_H

#include "codecs/mt940/rows.h"
#include <iconv.h>

/* Without a name: UTF-8, and ISO 8859-1 where a text is not. All-zero is that. */
struct wh_mt_charset {
	const char *name;
	iconv_t convert;
};

/* WH_CONFIG: not known, or its bytes cannot be cut at ASCII characters. */
int wh_mt_charset_open(struct wh_mt_charset *set, const char *name, struct wh_error *error);
void wh_mt_charset_close(struct wh_mt_charset *set);
/* Appends to the cell. True: no name was given, and the bytes were no UTF-8. */
bool wh_mt_charset_put(struct wh_mt_charset *set, struct wh_mt_cell *cell, const char *bytes,
	size_t n);

#endif

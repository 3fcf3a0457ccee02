/* form: what stands where in each kind of record. Data; only the codec's own files include it. */
#ifndef WH_CODECS_NACHA_FORM_H
#define WH_CODECS_NACHA_FORM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WH_NACHA_RECORD ((size_t)94)
#define WH_NACHA_BLOCK 10 /* records */

enum wh_nacha_table {
	WH_NACHA_FILE,
	WH_NACHA_FILE_CONTROL,
	WH_NACHA_BATCH,
	WH_NACHA_ENTRY,
	WH_NACHA_ADDENDA,
	WH_NACHA_TABLES
};

/* How a value stands in its field. A blank field is null. */
enum wh_nacha_kind {
	WH_NACHA_TEXT,   /* to the left, blanks behind */
	WH_NACHA_RIGHT,  /* text to the right, blanks before */
	WH_NACHA_NUMBER, /* digits, zeros before */
	WH_NACHA_CENTS,  /* the same, the last two stand behind the point */
	WH_NACHA_DATE,   /* YYMMDD, 1970 to 2069; what is none is kept as it is written */
};

/* What a control record says of the records before it. */
enum wh_nacha_figure {
	WH_NACHA_NOTHING,
	WH_NACHA_COUNT, /* of entries and addenda */
	WH_NACHA_HASH,
	WH_NACHA_DEBIT,
	WH_NACHA_CREDIT,
	WH_NACHA_BATCHES,
	WH_NACHA_BLOCKS,
	WH_NACHA_HEADER, /* the batch header's field `same` */
	WH_NACHA_FIGURES
};

struct wh_nacha_field {
	const char *name;      /* of the column */
	uint8_t first, length; /* counted from 1, as the rules do */
	enum wh_nacha_kind kind;
	enum wh_nacha_figure figure;
	const char *same;
};

struct wh_nacha_form {
	const char *name; /* for people: "IAT batch header" */
	enum wh_nacha_table table;
	char record;       /* the record's first character */
	const char *of;    /* classes of its batch, or types of addenda, between blanks; NULL: any */
	const char *codes; /* addenda: one of these follows the type; NULL: any */
	bool counted;      /* entries: only where digits count the addenda */
	const struct wh_nacha_field *fields;
	size_t nfields;
};

extern const struct wh_nacha_form wh_nacha_forms[];
extern const size_t wh_nacha_nforms;
extern const char *const wh_nacha_table_names[WH_NACHA_TABLES];

/* The form of a record in a batch of this class ("PPD", or "" where there is none); NULL: none. */
const struct wh_nacha_form *wh_nacha_form(const char *record, const char *class);
/* Whether the form is one of the record's kind, and of its class or type. */
bool wh_nacha_form_of(const struct wh_nacha_form *form, const char *record, const char *class);
/* NULL: the form has none. */
const struct wh_nacha_field *wh_nacha_field(const struct wh_nacha_form *form, const char *name);

/* '-' debit, '+' credit, ' ' where the transaction code says neither. */
char wh_nacha_direction(const char *entry, const char *class);
/* A record of nines fills a block. */
bool wh_nacha_filler(const char *record);

#endif

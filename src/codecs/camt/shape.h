/* shape: the elements of a statement as its schema has them, in their order. Pure.
 *
 * A version is a list of types. Each is one text: names of elements, behind them '!' where there
 * must be one, '*' where there may be several ("*7": at most so many), then what stands inside:
 * ":Type", "$" an amount with its currency, "=35" a text of 1 to 35 characters, "=CRDT/DBIT" one of
 * these words; else a text of any form. '|' before the first name: exactly one of the elements. */
#ifndef WH_CODECS_CAMT_SHAPE_H
#define WH_CODECS_CAMT_SHAPE_H

#include "base/arena.h"
#include <stdint.h>

#define WH_CAMT_DEEPEST 20 /* elements in each other below a row's */

struct wh_camt_type_text {
	const char *name, *elements; /* the first one is the document; ends with a NULL name */
};

extern const struct wh_camt_type_text wh_camt_shape_02[], wh_camt_shape_08[];

struct wh_camt_version {
	const char *name; /* "08" */
	const struct wh_camt_type_text *types;
};

/* NULL: it is not known. */
const struct wh_camt_version *wh_camt_version(const char *name);

struct wh_camt_type;

struct wh_camt_element {
	const char *name;
	const struct wh_camt_type *inside; /* NULL: a text */
	const char *words;                 /* all that the text may be; NULL: any */
	size_t nwords;                     /* bytes of them */
	uint32_t most;                     /* characters of the text; 0: any number, or none */
	uint32_t times;                    /* 0: any number */
	bool needed;
	bool money; /* has Ccy, its only attribute */
};

struct wh_camt_type {
	const struct wh_camt_element *elements;
	size_t n;    /* at most 64 */
	bool either; /* one of them, not all */
};

/* Where a value stands, by its path below an element. */
struct wh_camt_step {
	uint16_t element; /* of its type */
	uint32_t nth;     /* from 1 */
};

struct wh_camt_place {
	const struct wh_camt_element *last;
	struct wh_camt_step steps[WH_CAMT_DEEPEST];
	size_t n;
	bool currency; /* of the last element, not its text */
};

/* The document's type, the arena's. */
const struct wh_camt_type *wh_camt_shape(struct wh_arena *arena,
	const struct wh_camt_type_text *text);
/* The element of this name; the type's n: there is none. */
size_t wh_camt_element(const struct wh_camt_type *type, const char *name, size_t n);
/* "RmtInf/Strd[2]/CdtrRefInf/Ref", "Amt/@Ccy". False: there is no such place. */
bool wh_camt_place(const struct wh_camt_type *type, const char *path, struct wh_camt_place *out);
/* Whether the element may have this text. */
bool wh_camt_takes(const struct wh_camt_element *element, const char *text, size_t n);

#endif

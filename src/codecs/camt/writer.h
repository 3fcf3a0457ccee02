/* writer: elements as XML, each where its schema allows it. What the schema does not allow is not
 * written. Pure; the bytes wait in `out` until somebody takes them. */
#ifndef WH_CODECS_CAMT_WRITER_H
#define WH_CODECS_CAMT_WRITER_H

#include "base/buffer.h"
#include "codecs/camt/shape.h"

#define WH_CAMT_WRITER_DEEPEST (WH_CAMT_DEEPEST + 8)

struct wh_camt_open {
	const struct wh_camt_element *element; /* NULL: the document */
	struct wh_camt_step step;              /* of the one above */
	const struct wh_camt_type *type;       /* what stands inside; NULL: a text */
	uint64_t seen;                         /* its elements that are there, as bits */
	struct wh_camt_step last;              /* of them */
	bool tag;                              /* it may still have an attribute */
	bool text, currency;                   /* it has them */
};

struct wh_camt_writer {
	struct wh_buffer out;
	struct wh_camt_open open[WH_CAMT_WRITER_DEEPEST];
	size_t depth;
	char why[400];       /* what was refused last */
	const char *missing; /* an element that the innermost one lacked; NULL: that was not it */
};

/* All-zero before; `out` is the caller's to free. "camt.053.001.08". */
void wh_camt_writer_start(struct wh_camt_writer *w, const struct wh_camt_type *document,
	const char *version);
void wh_camt_writer_finish(struct wh_camt_writer *w);
/* False: it may not stand there, or not like this; `why` says so. */
bool wh_camt_writer_begin(struct wh_camt_writer *w, struct wh_camt_step step) WH_MUST_USE;
bool wh_camt_writer_currency(struct wh_camt_writer *w, const char *text, size_t n) WH_MUST_USE;
bool wh_camt_writer_text(struct wh_camt_writer *w, const char *text, size_t n) WH_MUST_USE;
bool wh_camt_writer_end(struct wh_camt_writer *w) WH_MUST_USE;
/* The innermost open element's elements. */
const struct wh_camt_type *wh_camt_writer_inside(const struct wh_camt_writer *w);

#endif

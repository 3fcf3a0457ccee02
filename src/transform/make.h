/* make: what the files that carry out recipes share; nobody else includes it. */
#ifndef WH_TRANSFORM_MAKE_H
#define WH_TRANSFORM_MAKE_H

#include "transform/maker.h"

/* A value on its way: null, or text in the form that wh_value_parse reads. */
struct wh_made {
	bool null;
	bool raw;     /* `text` is bytes as they stand, not their hexadecimal form */
	int64_t days; /* to be added to the date that the text is */
	struct wh_buffer text;
};

/* The row that is being made, as it was read; and what its makers share. */
struct wh_input {
	const struct wh_plan_table *table;
	const struct wh_stray_policies *policies;
	const struct wh_batch *in;
	uint32_t row;
	size_t stray;               /* cursor over the batch's strays */
	struct wh_buffer text;      /* scratch */
	struct wh_made shown;       /* scratch of expressions */
	struct wh_sandbox *sandbox; /* NULL: there are no expressions */
	int row_table;              /* its place in Lua's registry */
};

/* A field of the source as text; strays as their policy says. NULL, or the reason. */
const char *wh_input_text(struct wh_input *input, size_t field, struct wh_made *out);

/* One way to make a value. `state` is the kind's own, of one field; NULL where it has none. */
struct wh_make {
	int (*open)(struct wh_input *, const struct wh_recipe *, void **state, struct wh_error *);
	void (*close)(void *state);
	const char *(*make)(void *state, const struct wh_recipe *, struct wh_input *, struct wh_made *);
};

extern const struct wh_make wh_make_constant, wh_make_values, wh_make_concat, wh_make_part;
extern const struct wh_make wh_make_hash, wh_make_redact, wh_make_partial, wh_make_pseudonym,
	wh_make_digits, wh_make_date_shift, wh_make_script;

#endif

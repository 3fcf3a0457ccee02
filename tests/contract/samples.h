/* samples: values that tell, for every kind, and what each engine has that no other has. */
#ifndef WH_TESTS_CONTRACT_SAMPLES_H
#define WH_TESTS_CONTRACT_SAMPLES_H

#include "model/type.h"

struct value {
	const char *text; /* as in model/value.h */
	size_t n;
};

/* Every engine must take the first `must` values; the rest it takes or refuses, but keeps exact. */
struct sample {
	const char *label;
	struct wh_type type;
	const struct value *values;
	size_t nvalues, must;
	bool indexable;
};

struct own_types {
	const char *scheme;
	const char *const *statements; /* tables (id, v); NULL-terminated */
};

extern const struct sample samples[];
extern const size_t nsamples;
const struct own_types *own_types_of(const char *scheme);

#endif

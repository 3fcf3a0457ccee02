/* recipe: how one field of a row on the target is made from the row that was read. Pure data: made
 * from the settings, frozen in the plan, carried out by transform/. */
#ifndef WH_MODEL_RECIPE_H
#define WH_MODEL_RECIPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum wh_recipe_kind {
	WH_COPY, /* the field as it was read, cast and guarded */
	WH_CONSTANT,
	WH_VALUES, /* one text for another, from a list */
	WH_CONCAT,
	WH_PART, /* one part of a text that is cut at a separator */
	WH_SCRIPT,
	WH_HASH,
	WH_REDACT,
	WH_PARTIAL,
	WH_PSEUDONYM,
	WH_DIGITS,
	WH_DATE_SHIFT,
	WH_RECIPES
};

/* What becomes of a value that the list does not hold. */
enum wh_otherwise { WH_ELSE_QUARANTINE, WH_ELSE_KEEP, WH_ELSE_NULL, WH_ELSE_TEXT };

struct wh_recipe_pair {
	const char *from, *to;
};

/* A secret. Only `source`, which says where it comes from, may ever be shown. */
struct wh_mask_key {
	const char *source; /* "key_env MASK_KEY" */
	const char *env, *file;
	const char *bytes; /* NULL until wh_settings_secrets has read it */
	size_t size;
};

struct wh_recipe {
	enum wh_recipe_kind kind;
	const char **names; /* the source's columns that it reads, in its order */
	size_t nnames;
	uint16_t *fields; /* the same as fields of the source's rowset, once there is a plan */
	const char *text; /* CONSTANT, REDACT: the value; CONCAT, PART: the separator; SCRIPT: Lua */
	bool valued;      /* SCRIPT: the first name is what it calls `value` */
	struct wh_recipe_pair *pairs; /* VALUES: sorted by `from` */
	size_t npairs;
	enum wh_otherwise otherwise;
	const char *otherwise_text;
	size_t part, parts;  /* PART: which of how many; the last takes the rest */
	int64_t first, last; /* PARTIAL: characters that stay */
	int64_t length;      /* HASH, PSEUDONYM: characters of the output; 0: chosen */
	bool base64;         /* HASH: not hexadecimal */
	int64_t days;        /* DATE_SHIFT: at most so many, to either side */
	const char *domain;  /* keyed masks: other domains give other outputs; never NULL */
	struct wh_mask_key *key;
};

struct wh_recipe_facts {
	const char *name;
	bool mask;     /* its input must not be shown anywhere */
	bool keyed;    /* needs a key */
	bool distinct; /* distinct values stay distinct, but for collisions of a hash */
};

const struct wh_recipe_facts *wh_recipe_facts(enum wh_recipe_kind kind);
/* The same input gives the same output under both. */
bool wh_recipe_same(const struct wh_recipe *a, const struct wh_recipe *b);

#endif

/* parts: what the files of the copybook parser share: a text becomes lines, those tokens, those
 * entries, those a layout. All memory is the arena's; each step fails as copybook.h says. */
#ifndef WH_CODECS_COBOL_PARTS_H
#define WH_CODECS_COBOL_PARTS_H

#include "base/buffer.h"
#include "codecs/cobol/copybook.h"

/* Sets the place and returns the code. */
int wh_cobol_at(struct wh_error *error, struct wh_cobol_place place);
#define wh_cobol_fail(error, place, ...) \
	(wh_fail((error), WH_CONFIG, __VA_ARGS__), wh_cobol_at((error), (place)))

/* A text without what the reference format adds: sequence areas, comments, indicators. Pieces say
 * where what begins at `at` came from; they ascend. */
struct wh_cobol_piece {
	size_t at;
	unsigned line, column;
};

struct wh_cobol_lines {
	const char *file;
	struct wh_buffer text;
	struct wh_cobol_piece *pieces;
	size_t npieces;
	enum wh_cobol_format format; /* AUTO is settled by reading */
};

int wh_cobol_lines_read(struct wh_cobol_lines *out, const struct wh_cobol_text *text,
	struct wh_arena *arena, struct wh_error *error) WH_MUST_USE;
void wh_cobol_lines_free(struct wh_cobol_lines *lines);

enum wh_cobol_token_kind {
	WH_COBOL_END, /* behind the last one */
	WH_COBOL_WORD,
	WH_COBOL_LITERAL,
	WH_COBOL_PSEUDO, /* ==text== */
	WH_COBOL_PERIOD,
};

struct wh_cobol_token {
	enum wh_cobol_token_kind kind;
	char prefix; /* of a literal: 'X' and the like, upper case; or 0 */
	const char *text;
	size_t n;
	struct wh_cobol_place place;
};

struct wh_cobol_tokens {
	struct wh_cobol_token *items;
	size_t count;
};

/* Appends; WH_CONFIG: more tokens than any honest copybook has. */
int wh_cobol_token_add(struct wh_cobol_tokens *out, const struct wh_cobol_token *token,
	struct wh_arena *arena, struct wh_error *error) WH_MUST_USE;
int wh_cobol_tokens_read(struct wh_cobol_tokens *out, const struct wh_cobol_lines *lines,
	struct wh_arena *arena, struct wh_error *error) WH_MUST_USE;
/* The tokens of a text that stands at one place: pseudo-text, an option. */
int wh_cobol_tokens_of(struct wh_cobol_tokens *out, const char *text, size_t n,
	struct wh_cobol_place place, struct wh_arena *arena, struct wh_error *error) WH_MUST_USE;
bool wh_cobol_is(const struct wh_cobol_token *token, const char *word); /* case is ignored */

enum wh_cobol_match { WH_COBOL_WHOLE, WH_COBOL_LEADING, WH_COBOL_TRAILING, WH_COBOL_INSIDE };

struct wh_cobol_rule {
	enum wh_cobol_match match;
	struct wh_cobol_tokens from, to;
};

struct wh_cobol_rules {
	struct wh_cobol_rule *items;
	size_t count;
};

/* FROM and TO; a single word between colons or parentheses becomes a rule for parts of words. */
int wh_cobol_rule_add(struct wh_cobol_rules *rules, struct wh_cobol_rule rule,
	struct wh_cobol_place place, struct wh_arena *arena, struct wh_error *error) WH_MUST_USE;
int wh_cobol_rules_apply(const struct wh_cobol_rules *rules, const struct wh_cobol_tokens *in,
	struct wh_cobol_tokens *out, struct wh_arena *arena, struct wh_error *error) WH_MUST_USE;

/* The whole text with every COPY carried out and the options' words replaced. */
int wh_cobol_expand(struct wh_cobol_tokens *out, const struct wh_cobol_text *text,
	const struct wh_cobol_options *options, enum wh_cobol_format *format, struct wh_arena *arena,
	struct wh_error *error) WH_MUST_USE;

/* Reads a picture of upper-case letters; place: of its first character. */
int wh_cobol_picture_read(struct wh_cobol_picture *out, const char *text,
	struct wh_cobol_place place, struct wh_error *error) WH_MUST_USE;

/* A name with those it is OF: "A OF B OF C" is { "A", "B", "C" }. */
struct wh_cobol_name {
	const char **words;
	size_t count;
	struct wh_cobol_place place;
};

/* What a field's entry said that only the parser needs. */
struct wh_cobol_entry {
	const struct wh_cobol_token *redefines;
	struct wh_cobol_name depending;
	bool has_usage, has_sign;
	uint32_t child;        /* its first */
	uint32_t next, before; /* its siblings */
	uint32_t base;         /* what it and those in front of it redefine in the end */
};

struct wh_cobol_rename_entry {
	struct wh_cobol_name first, last; /* last without words: no THRU */
	uint32_t record;
	size_t index; /* in the record's renames */
};

struct wh_cobol_parse {
	const struct wh_cobol_options *options;
	struct wh_arena *arena;
	struct wh_error *error;
	const struct wh_cobol_token *at; /* the last token has the kind END */
	struct wh_copybook *out;
	struct wh_cobol_entry *entries; /* one a field */
	size_t nentries;
	struct wh_cobol_rename_entry *renames;
	size_t nrenames;
	uint32_t last; /* the item read last, in its record; or WH_COBOL_NONE */
};

bool wh_cobol_take(struct wh_cobol_parse *p, const char *word);    /* steps over that word */
int wh_cobol_expected(struct wh_cobol_parse *p, const char *what); /* fails at the next token */
int wh_cobol_word(struct wh_cobol_parse *p, const char *what, const char **out) WH_MUST_USE;
int wh_cobol_name_read(struct wh_cobol_parse *p, struct wh_cobol_name *out) WH_MUST_USE;
void wh_cobol_note(struct wh_cobol_parse *p, const struct wh_cobol_field *about, const char *rule,
	const char *format, ...) WH_FORMAT(4, 5);

int wh_cobol_entries_read(struct wh_cobol_parse *p) WH_MUST_USE;
bool wh_cobol_clause_begins(const struct wh_cobol_token *token);
/* The clauses of the item that was added last, up to its period. */
int wh_cobol_clauses_read(struct wh_cobol_parse *p) WH_MUST_USE;
bool wh_cobol_usage_find(const char *word, enum wh_cobol_usage *out);
/* VALUE, VALUES, IS, ARE are behind; at least one value. */
int wh_cobol_ranges_read(struct wh_cobol_parse *p, struct wh_cobol_range **ranges,
	size_t *n) WH_MUST_USE;

/* Usage, sign and synchronization come down from groups; kinds and lengths of what has no items
 * below it. */
int wh_cobol_types_set(struct wh_cobol_parse *p) WH_MUST_USE;
/* Bytes of a field; its kind is set as well. */
int wh_cobol_measure(struct wh_cobol_parse *p, struct wh_cobol_field *field,
	uint64_t *length) WH_MUST_USE;
/* The boundary that SYNCHRONIZED gives a field; 1: none. */
uint32_t wh_cobol_boundary(enum wh_cobol_dialect dialect, const struct wh_cobol_field *field);

/* REDEFINES, DEPENDING ON and RENAMES: names become indexes. */
int wh_cobol_names_resolve(struct wh_cobol_parse *p) WH_MUST_USE;
int wh_cobol_layout_make(struct wh_cobol_parse *p) WH_MUST_USE;
/* After the layout: the places of level 66. */
int wh_cobol_renames_place(struct wh_cobol_parse *p) WH_MUST_USE;

#endif

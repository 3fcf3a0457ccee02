/* records: the state of the codec of COBOL files, and what its files share. */
#ifndef WH_CODECS_COBOL_RECORDS_H
#define WH_CODECS_COBOL_RECORDS_H

#include "codecs/cobol/build.h"

#define WH_COBOL_KNOWN 32

/* What the bytes of a record type field say; those seen before are not decoded again. */
struct wh_cobol_types {
	unsigned char *bytes[WH_COBOL_KNOWN];
	struct wh_cobol_segment *segment[WH_COBOL_KNOWN]; /* NULL: of none */
	size_t count;
	struct wh_batch cell;
	struct wh_buffer text, scratch;
};

enum wh_cobol_source {
	WH_COBOL_OF_FILE,
	WH_COBOL_OF_RECORD,
	WH_COBOL_OF_PARENT,
	WH_COBOL_OF_ITEM,
	WH_COBOL_OF_LEAF,
	WH_COBOL_OF_OCCURS,
	WH_COBOL_OF_RAW,
};

/* A column that is wanted. */
struct wh_cobol_want {
	enum wh_cobol_source source;
	struct wh_cobol_leaf *leaf;
	struct wh_cobol_block *block;
	unsigned item;
	struct wh_batch *cell; /* where the leaf's kind is another; NULL: it is the same */
};

struct wh_cobol_aim {
	const struct wh_cobol_table *table;
	struct wh_cobol_want *wants;
	size_t nwants, room;
	uint32_t done; /* rows of the record that is at hand that are in a batch already */
	struct wh_buffer says, json;
};

struct wh_cobol {
	struct wh_arena *arena;
	struct wh_cobol_choices choices;
	const char *name;
	struct wh_copybook *books;
	size_t nbooks;
	struct wh_cobol_charset *charset;
	struct wh_cobol_framing framing;
	struct wh_cobol_framer framer;
	struct wh_cobol_shape shape;
	struct wh_cobol_types types;
	struct wh_cobol_view view;
	struct wh_cobol_aim aim;
	struct wh_cobol_store store;
	struct wh_cobol_builder builder;
	const char *file; /* the one at hand */
	int64_t file_id;
	struct wh_cobol_learnt {
		struct wh_controls controls;
		bool inside; /* of a file */
		int64_t records, unknown, edges, orphans;
		bool counting;
		int64_t count; /* of the sequence */
	} learnt;
};

/* The segment of a record; NULL: its type is none that is known. */
struct wh_cobol_segment *wh_cobol_type_of(struct wh_cobol *c, const unsigned char *record,
	size_t n);
void wh_cobol_types_finish(struct wh_cobol_types *t);

/* A file begins, or goes on at a cut. */
void wh_cobol_begin(struct wh_cobol *c, const struct wh_codec_file *file, int64_t offset);
/* The record has been gone past: those below it may follow. */
void wh_cobol_past(struct wh_cobol *c, struct wh_cobol_segment *s,
	const struct wh_cobol_frame *frame);
/* The record it stands below; -1: there is none. */
static inline int64_t wh_cobol_parent_of(const struct wh_cobol_segment *s)
{
	return s && s->parent ? s->parent->latest : 0;
}

/* Appends the leaf's value, or NULL where the record ends before it. NULL: fine; else why not, as
 * what follows the field's name. */
const char *wh_cobol_leaf_decode(struct wh_cobol *c, const struct wh_cobol_leaf *leaf, size_t at,
	struct wh_batch *to, size_t column);

/* With occurs=json: the block's occurrences as an array; its elements are objects, or values where
 * the field is no group. NULL: fine; else why not, and which of its fields it is. */
const char *wh_cobol_occurs_put(struct wh_cobol *c, struct wh_cobol_block *b, struct wh_buffer *out,
	const struct wh_cobol_leaf **fault);
/* And back: rows of the store. NULL: fine; else what is wrong with the text. */
const char *wh_cobol_occurs_take(struct wh_cobol *c, const struct wh_cobol_block *b,
	const char *text, size_t n);

int wh_cobol_learn(void *state, const struct wh_codec_file *file, const char *bytes, size_t n,
	bool last, size_t *consumed, int64_t *cut, struct wh_error *error);
int wh_cobol_describe(void *state, struct wh_catalog *out, struct wh_error *error);
int wh_cobol_aim_at(void *state, const struct wh_rowset *rows, struct wh_error *error);
int wh_cobol_decode(void *state, const char *bytes, size_t n, bool last, size_t *consumed,
	struct wh_batch *out, struct wh_error *error);
int wh_cobol_encode(void *state, struct wh_codec_rows *rows, struct wh_codec_sink *sink,
	struct wh_error *error);

#endif

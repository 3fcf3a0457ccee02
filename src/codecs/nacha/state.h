/* state: what the codec keeps between its calls. Only the codec's own files include it. */
#ifndef WH_CODECS_NACHA_STATE_H
#define WH_CODECS_NACHA_STATE_H

#include "codecs/nacha/check.h"
#include "codecs/nacha/nacha.h"

#define WH_NACHA_NAME 256
#define WH_NACHA_FORMS_MOST 40

enum wh_nacha_cell {
	WH_NACHA_CELL_NONE,
	WH_NACHA_CELL_FILE,
	WH_NACHA_CELL_RECORD,
	WH_NACHA_CELL_PARENT,
	WH_NACHA_CELL_DIRECTION,
	WH_NACHA_CELL_FIELD,
	WH_NACHA_CELL_DATE, /* a date's field as it is written, where that is no date */
};

/* Where a column's values come from: in each form that has it, its field. */
struct wh_nacha_source {
	enum wh_nacha_cell cell;
	const struct wh_nacha_field *fields[WH_NACHA_FORMS_MOST];
};

struct wh_nacha_learning {
	bool begun; /* a file, of which there is more to come */
	char name[WH_NACHA_NAME];
	struct wh_nacha_reader reader;
	struct wh_nacha_check check;
	struct wh_controls controls;
};

struct wh_nacha_decoding {
	const struct wh_rowset *rows;
	struct wh_nacha_source *sources; /* one a field of the rowset */
	enum wh_nacha_table table;
	char name[WH_NACHA_NAME];
	int64_t file_id;
	struct wh_nacha_reader reader;
	struct wh_nacha_place place;
	/* A batch header whose control has not come yet. */
	bool held;
	char header[WH_NACHA_RECORD];
	int64_t header_at, header_parent;
	struct wh_buffer raw; /* of the row's records */
	struct wh_buffer text, why;
};

struct wh_nacha {
	const struct wh_codec_setup *setup;
	struct wh_nacha_charset charset;
	const char *encoding;
	bool lines;          /* of what is read */
	const char *newline; /* of what is written */
	bool last_newline;
	struct wh_nacha_learning learning;
	struct wh_nacha_decoding decoding;
};

/* Which values a column of a table has, by its name. */
void wh_nacha_source(struct wh_nacha_source *out, enum wh_nacha_table table, const char *column);
enum wh_nacha_table wh_nacha_table_of(const char *record);

int wh_nacha_describe(void *state, struct wh_catalog *out, struct wh_error *error);
int wh_nacha_aim(void *state, const struct wh_rowset *rows, struct wh_error *error);
int wh_nacha_start(void *state, const struct wh_codec_file *file, int64_t offset,
	struct wh_error *error);
int wh_nacha_decode(void *state, const char *bytes, size_t n, bool last, size_t *consumed,
	struct wh_batch *out, struct wh_error *error);
int wh_nacha_encode(void *state, struct wh_codec_rows *rows, struct wh_codec_sink *sink,
	struct wh_error *error);

#endif

/* codec: runs a codec over bytes in memory, as a connector would, and says what came out.
 *
 * Rows are lines of texts with '|' between them; a null is "~", a text in which '|', '~', '\' or a
 * control character stands has it as \xHH; bytes are X'..'; what was rejected is "!reason [raw hex]"
 * in its column. */
#ifndef TESTS_SUPPORT_CODEC_H
#define TESTS_SUPPORT_CODEC_H

#include "base/buffer.h"
#include "model/codec.h"

struct codec_file {
	const char *name, *bytes;
	size_t n;
};

struct codec_run {
	const struct wh_codec *codec;
	struct wh_arena arena;
	struct wh_url url;
	struct wh_codec_setup setup;
	void *state;
	const struct codec_file *files;
	size_t nfiles;
	size_t piece; /* bytes that come at once; 0: all of them */
	struct wh_catalog catalog;
	struct wh_controls controls;
	int64_t cuts[64]; /* of the first file, in order */
	size_t ncuts;
	struct wh_error error; /* of what failed */
};

/* Opens, learns every file, describes. `options` are those of a URL: "copybook=a.cpy&format=V".
 * Texts that options name are read from disk. The code of what failed, or WH_OK. */
int codec_begin(struct codec_run *run, const struct wh_codec *codec, const char *options,
	const struct codec_file *files, size_t nfiles, size_t piece);
/* All rows of a table of all files, each file from its begin. The arena's. NULL: run->error. */
const char *codec_rows(struct codec_run *run, const char *table);
/* The same from one cut to the next. */
const char *codec_rows_by_cuts(struct codec_run *run, const char *table);
/* "table(column type not null, ...) key (..)" line by line. The arena's. */
const char *codec_tables(struct codec_run *run);
/* "rule: held N, failed N, noticed N", then "rule | subject | unit | expected | actual" of those that
 * did not hold. The arena's. */
const char *codec_controls(struct codec_run *run);
/* Decodes all tables and encodes them again; "== name" goes before each file's bytes where `names`. */
int codec_again(struct codec_run *run, bool names, struct wh_buffer *out);
void codec_end(struct codec_run *run);

#endif

/* codec: turns bytes into rows and back, without any I/O; pure, and therefore fuzzed.
 *
 * One state serves files of one layout, which fill one or several tables. The caller allocates
 * `state_size` zeroed bytes; close works from any half-open state and twice. A state belongs to one
 * thread. Reading, in this order:
 *
 *   open                        options are looked at, the sample is inspected
 *   learn (each file, whole)    only where `describe` or `controls` follows
 *   describe, controls
 *   aim, start, decode ...      rows of one table from one range of one file; again and again
 *
 * A record that cannot be decoded is never dropped nor bent: it is a row of its table (where it
 * cannot be said of which: of the first one) with its key and wh_batch_reject() in the column at
 * fault; the other columns may be null. The reason names file, byte and field: "at byte 350 of
 * X.PS: TRAN-AMT holds X'12F3', where F stands in the place of a digit"; raw is the whole record.
 * What makes all that follows unreadable (a length of 0, a remainder) is WH_STOP with the place.
 *
 * Errors: WH_CONFIG for options and layouts that the user must mend, WH_STOP for broken files. */
#ifndef WH_MODEL_CODEC_H
#define WH_MODEL_CODEC_H

#include "model/catalog.h"
#include "model/control.h"
#include "model/option.h"
#include "model/unit.h"
#include "model/url.h"

#define WH_CODEC_RECORD_MOST ((size_t)64 << 20) /* more bytes than this never wait for their end */
#define WH_CODEC_SAMPLE ((size_t)256 << 10)

/* Of every table that has a key: the file by its content, and the record's first byte in it. */
#define WH_CODEC_FILE "file_id"
#define WH_CODEC_RECORD "record_id"

/* The option of the files themselves, which every codec lists. */
#define WH_CODEC_PACKED \
	{ \
		"packed", "text", "auto", \
			"gzip, zstd, bzip2 and xz are unpacked; no: bytes are as they are" \
	}

struct wh_codec_text {
	const char *bytes;
	size_t n;
};

/* What a codec is opened with. All of it lives until close. */
struct wh_codec_setup {
	const struct wh_url *url; /* its parameters are the options, known by name and type already */
	const char *name;         /* what the files are called, without folder and extensions */
	const char *sample;       /* the first bytes of the first file; none where there is no file */
	size_t nsample;
	bool sample_whole; /* the file ends with it */
	bool ours;         /* files that this codec wrote: nothing about their form is guessed */
	/* The text of a file that an option names, or that one of those names: a copybook. */
	int (*text)(void *context, const char *path, struct wh_arena *, struct wh_codec_text *out,
		struct wh_error *);
	void *context;
	struct wh_arena *arena;
};

struct wh_codec_file {
	const char *name; /* as messages show it: "DALYTRAN.PS" */
	int64_t id;       /* goes into WH_CODEC_FILE; 0 while learning */
	int64_t size;     /* bytes, unpacked; -1: not known */
};

/* Rows of tables on their way out, each table in the order of its key. */
struct wh_codec_rows {
	const struct wh_rowset *tables;
	size_t ntables;
	void *context;
	/* The next rows of a table, valid until the next call for it. WH_DONE: there are no more. */
	int (*next)(struct wh_codec_rows *, size_t table, struct wh_batch **out, struct wh_error *);
};

/* Where bytes go. */
struct wh_codec_sink {
	void *context;
	/* What follows belongs to this file; a name comes once. */
	int (*file)(struct wh_codec_sink *, const char *name, struct wh_error *);
	int (*put)(struct wh_codec_sink *, const void *bytes, size_t n, struct wh_error *);
};

struct wh_codec {
	size_t state_size;
	bool
		apart; /* each file is a table of its own, with a state of its own, unless `table` is given */

	int (*open)(void *state, const struct wh_codec_setup *, struct wh_error *);
	void (*close)(void *state);

	/* Sees a file in pieces, in order; consumes from the front, and what it leaves comes again with
	 * more behind it. *cut: the last of the bytes consumed so far, this call's and earlier ones',
	 * counted from the file's begin, at which `start` may begin; unchanged where there is none.
	 * `last`: nothing comes behind. NULL: files are never cut, and nothing needs to be learnt. */
	int (*learn)(void *state, const struct wh_codec_file *, const char *bytes, size_t n, bool last,
		size_t *consumed, int64_t *cut, struct wh_error *);
	/* Adds tables, columns, keys, findings. */
	int (*describe)(void *state, struct wh_catalog *out, struct wh_error *);
	/* What the files say of themselves and do or do not keep. NULL: nothing. */
	void (*controls)(void *state, struct wh_controls *out);

	/* Rows of this table are wanted from now on, with these fields, each as its wire kind. The
	 * rowset stays until the next aim. */
	int (*aim)(void *state, const struct wh_rowset *, struct wh_error *);
	/* What follows begins at this byte of the file: 0, or a cut. */
	int (*start)(void *state, const struct wh_codec_file *, int64_t offset, struct wh_error *);
	/* Consumes from the front, appends rows of the aimed table. WH_DONE: the batch is full and wants
	 * to be taken first. `last`: nothing comes behind; then WH_OK means that all is decoded. */
	int (*decode)(void *state, const char *bytes, size_t n, bool last, size_t *consumed,
		struct wh_batch *out, struct wh_error *);

	/* Writes all rows as files, in one pass. NULL: the format is only read. */
	int (*encode)(void *state, struct wh_codec_rows *, struct wh_codec_sink *, struct wh_error *);
};

#endif

/* files: records in files: any codec over any store. The URL's scheme chooses the codec, its path the
 * files: one, a folder, or a pattern (* ? [..]).
 *
 * A file is read in ranges; its rows come one table at a time. A place in the files is one number:
 * which file in the order of their names, and which of its unpacked bytes. */
#ifndef WH_CONNECTORS_FILES_FILES_H
#define WH_CONNECTORS_FILES_FILES_H

#include "connectors/files/stream.h"
#include "model/connector.h"

#define WH_FILES_PLACE_BITS 44 /* of a place, for the byte: 16 TiB a file, half a million files */
/* Where rows name their file, a table says which one it was: of the first table's name and this. It is
 * the same for all deliveries of one layout, and another one for each layout. */
#define WH_FILES_SOURCE_TABLE "_source"
#define WH_FILES_DIGEST "xxh3_128" /* its column */
#define WH_FILES_WRITE "files"     /* the kind of the statement that writes them */

/* What one pass over a file says. Kept for the whole process, which may open many connections;
 * read-only once it is known. */
struct wh_files_fact {
	int64_t id;      /* of its content: 53 bits, so that any system's numbers hold it */
	char digest[33]; /* XXH3-128 of its unpacked bytes */
	int64_t bytes;   /* unpacked */
	int64_t *cuts;   /* where a unit may begin, about every WH_FILES_CUT bytes */
	size_t ncuts;
};

#define WH_FILES_CUT (INT64_C(1) << 20)

struct wh_files_file {
	struct wh_object_info object;
	const char *shown; /* its name without folders */
	size_t group;
	const struct wh_files_fact *fact; /* NULL: not asked for yet */
};

/* Files that share one state of the codec, and so their tables. */
struct wh_files_group {
	const char *name;    /* without folder and extensions */
	size_t first, count; /* of files */
	void *codec;         /* its state; NULL: not opened yet */
	struct wh_codec_setup setup;
	bool learnt;
};

struct wh_files {
	struct wh_arena arena;
	const struct wh_codec *codec;
	const struct wh_url *url;
	struct wh_url store_url;
	struct wh_store_conn store;
	const char *prefix, *pattern; /* of names in the store */
	struct wh_files_file *files;
	size_t nfiles;
	struct wh_files_group *groups;
	size_t ngroups;
	struct wh_stream stream; /* of the file that is being read */
	struct wh_conn *stage;   /* target: where rows wait for their files; NULL: not opened yet */
	struct wh_url stage_url;
	/* What is being read. */
	const struct wh_unit *unit;   /* NULL: nothing */
	struct wh_files_group *group; /* NULL: the table of files */
	size_t file;                  /* the next one to open */
	struct wh_batch all;          /* of a range of keys: what was decoded, */
	uint32_t looked;              /* and how many of its rows were looked at */
	bool open, starved;           /* a file is open; the codec wants more of it */
};

int wh_files_open(struct wh_conn *c, struct wh_error *error) WH_MUST_USE;
void wh_files_close(struct wh_conn *c);
int wh_files_describe(struct wh_conn *c, struct wh_catalog *out,
	struct wh_error *error) WH_MUST_USE;
int wh_files_controls(struct wh_conn *c, struct wh_controls *out,
	struct wh_error *error) WH_MUST_USE;
int wh_files_snapshot(struct wh_conn **conns, size_t *n, struct wh_snapshot *out,
	struct wh_error *error) WH_MUST_USE;
int wh_files_split(struct wh_conn *c, const struct wh_rowset *rows,
	const struct wh_split_hint *hint, struct wh_units *out, struct wh_error *error) WH_MUST_USE;
int wh_files_seek(struct wh_conn *c, const struct wh_unit *unit,
	struct wh_error *error) WH_MUST_USE;
int wh_files_read(struct wh_conn *c, struct wh_batch *out, struct wh_error *error) WH_MUST_USE;
/* ---- a target ---- */
int wh_files_fit(const struct wh_fit_request *request, struct wh_fit *out,
	struct wh_error *error) WH_MUST_USE;
bool wh_files_says(const struct wh_connector *kind, const struct wh_table *t,
	const struct wh_column *c);
bool wh_files_fills(const struct wh_connector *kind, const struct wh_table *t);
void wh_files_review(const struct wh_plan *plan, struct wh_findings *out);
int wh_files_ddl(const struct wh_plan *plan, enum wh_phase phase, struct wh_statements *out,
	struct wh_error *error) WH_MUST_USE;
int wh_files_execute(struct wh_conn *c, const struct wh_statement *st,
	struct wh_error *error) WH_MUST_USE;
int wh_files_execute_all(struct wh_conn *c, const struct wh_statement *const *list, size_t n,
	size_t *done, struct wh_error *error) WH_MUST_USE;
int wh_files_prepare(struct wh_conn *c, struct wh_claim *claim, struct wh_error *error) WH_MUST_USE;
void wh_files_join(struct wh_conn *c, const struct wh_claim *claim);
int wh_files_marks(struct wh_conn *c, const struct wh_claim *claim, struct wh_arena *arena,
	struct wh_mark **out, size_t *n, struct wh_error *error) WH_MUST_USE;
int wh_files_begin(struct wh_conn *c, const struct wh_unit *unit, struct wh_tally *done,
	struct wh_error *error) WH_MUST_USE;
int wh_files_write(struct wh_conn *c, const struct wh_batch *b, struct wh_error *error) WH_MUST_USE;
int wh_files_commit(struct wh_conn *c, const struct wh_tally *t,
	struct wh_error *error) WH_MUST_USE;
int wh_files_abandon(struct wh_conn *c, struct wh_error *error) WH_MUST_USE;
int wh_files_mark(struct wh_conn *c, const struct wh_mark *marks, size_t n,
	struct wh_error *error) WH_MUST_USE;
int wh_files_erase(struct wh_conn *c, const struct wh_batch *keys,
	struct wh_error *error) WH_MUST_USE;
int wh_files_empty(struct wh_conn *c, int64_t table, const struct wh_rowset *rows,
	struct wh_error *error) WH_MUST_USE;
int wh_files_finish(struct wh_conn *c, const struct wh_claim *claim,
	struct wh_error *error) WH_MUST_USE;

extern const struct wh_type_entry wh_files_types[];
const char *wh_files_type_word(size_t number);
bool wh_files_type(struct wh_arena *arena, const char *native, struct wh_type *out);

/* ---- inside ---- */

/* Looks which files there are, and groups them, where that was not done yet. */
int wh_files_list(struct wh_files *s, struct wh_error *error) WH_MUST_USE;
/* Reads a file that an option names: of struct wh_codec_setup. */
int wh_files_text(void *context, const char *path, struct wh_arena *arena,
	struct wh_codec_text *out, struct wh_error *error) WH_MUST_USE;
/* The catalog of what waits to be written. */
int wh_files_stage_describe(struct wh_conn *c, struct wh_catalog *out,
	struct wh_error *error) WH_MUST_USE;
/* Writes what the stage holds as files, each visible only when it is complete. */
int wh_files_encode(struct wh_files *s, struct wh_error *error) WH_MUST_USE;

/* The codec's state of a group, opened where it is not yet. */
int wh_files_group_open(struct wh_files *s, struct wh_files_group *g,
	struct wh_error *error) WH_MUST_USE;
/* The group whose tables have this one; NULL: it is the table of files, or unknown. */
struct wh_files_group *wh_files_group_of(struct wh_files *s, const struct wh_rowset *rows);
bool wh_files_is_source_table(const struct wh_rowset *rows);
/* Opens the file's bytes from an unpacked offset. */
int wh_files_stream(struct wh_files *s, const struct wh_files_file *f, int64_t offset,
	struct wh_error *error) WH_MUST_USE;
/* The facts of a file, by a pass over it where nobody has made one. */
int wh_files_know(struct wh_files *s, struct wh_files_file *f, struct wh_error *error) WH_MUST_USE;
/* Feeds all files of the group to its codec, and keeps their facts. */
int wh_files_learn(struct wh_files *s, struct wh_files_group *g,
	struct wh_error *error) WH_MUST_USE;

/* Facts of the process, by what names a file in one state. Any thread. NULL: not known. */
const struct wh_files_fact *wh_files_recall(const char *key);
/* Keeps them; where the key is there already, what is there is given. Takes over the cuts. */
const struct wh_files_fact *wh_files_keep(const char *key, struct wh_files_fact *fact);

/* One line of registry.c: a codec that only reads, and one that writes too. What waits to be written
 * waits in an SQLite database, so a target's facts are that one's. */
#define WH_FILES_SOURCE(NAME, SUMMARY) \
	.scheme = #NAME, .summary = SUMMARY, .url_form = #NAME ":PATH[?option=value&...]", \
	.state_size = sizeof(struct wh_files), .options = wh_##NAME##_options, .codec = &wh_##NAME, \
	.facts = { .writers = 1, \
		.names_nocase = true, \
		.names_empty = true, \
		.index_names_shared = true, \
		.constraints_in_table = true, \
		.file = true, \
\
		.ddl_atomic = true, \
		.nul_in_text = true, \
		.pages = true, \
		.pages_stay = true }, \
	.dialect = &wh_dialect_sqlite, .open = wh_files_open, .close = wh_files_close, \
	.describe = wh_files_describe, .controls = wh_files_controls, .types = wh_files_types, \
	.type_word = wh_files_type_word, .type = wh_files_type, .snapshot = wh_files_snapshot, \
	.split = wh_files_split, .seek = wh_files_seek, .read = wh_files_read

#define WH_FILES_BOTH(NAME, SUMMARY) \
	WH_FILES_SOURCE(NAME, SUMMARY), \
		.fills = wh_files_fills, .says = wh_files_says, .fit = wh_files_fit, \
		.review = wh_files_review, .ddl = wh_files_ddl, .execute = wh_files_execute, \
		.execute_all = wh_files_execute_all, .prepare = wh_files_prepare, .join = wh_files_join, \
		.marks = wh_files_marks, .begin = wh_files_begin, .write = wh_files_write, \
		.commit = wh_files_commit, .abandon = wh_files_abandon, .mark = wh_files_mark, \
		.erase = wh_files_erase, .empty = wh_files_empty, .finish = wh_files_finish

#endif

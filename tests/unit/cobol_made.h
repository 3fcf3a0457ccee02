/* cobol_made: what tests of COBOL files share: a copybook of some lines, records of ASCII text. */
#ifndef WH_TESTS_UNIT_COBOL_MADE_H
#define WH_TESTS_UNIT_COBOL_MADE_H

#include "check.h"
#include "codecs/cobol/cobol.h"
#include "support/codec.h"

#define PIECES \
	(size_t[]) \
	{ \
		0, 1, 7 \
	}

/* The lines are free format: "01 R. 05 A PIC X." */
static inline void made_book(const char *lines)
{
	FILE *f = fopen("made.cpy", "w");
	assert_non_null(f);
	fputs(lines, f);
	fputs("\n", f);
	assert_int_equal(fclose(f), 0);
}

static inline int made_begin(struct codec_run *run, const char *options,
	const struct codec_file *file, size_t piece)
{
	char all[1000];
	snprintf(all, sizeof all, "copybook=made.cpy&copybook_format=free%s%s%s",
		strstr(options, "code_page=") ? "" : "&code_page=ascii", *options ? "&" : "", options);
	return codec_begin(run, &wh_cobol, all, file, file->bytes ? 1 : 0, piece);
}

/* What the file of n bytes becomes, whatever pieces it comes in; then whether it comes back. */
struct made {
	const char *book, *options;
	const char *bytes;
	size_t n; /* 0: a text */
	const char *table, *rows;
};

static inline void made_check(const struct made *m)
{
	made_book(m->book);
	for (size_t i = 0; i < 3; i++) {
		struct codec_run run;
		const struct codec_file file = { "A.DAT", m->bytes, m->n ? m->n : strlen(m->bytes) };
		int rc = made_begin(&run, m->options, &file, PIECES[i]);
		check_text(m->options, rc == WH_OK ? "" : run.error.text, "");
		const char *rows = codec_rows(&run, m->table);
		check_text(m->options, rows ? rows : run.error.text, m->rows);
		check_text(m->options, codec_rows_by_cuts(&run, m->table), m->rows);
		codec_end(&run);
	}
}

/* The very bytes come back. */
static inline void made_again(const struct made *m)
{
	struct codec_run run;
	struct wh_buffer again = { 0 };
	const struct codec_file file = { "A.DAT", m->bytes, m->n ? m->n : strlen(m->bytes) };
	made_book(m->book);
	int rc = made_begin(&run, m->options, &file, 0);
	if (rc == WH_OK)
		rc = codec_again(&run, false, &again);
	check_text(m->options, rc == WH_OK ? "" : run.error.text, "");
	if (again.size != file.n || memcmp(again.data, file.bytes, file.n) != 0)
		fail_msg("case \"%s\": got \"%.*s\", not \"%.*s\"", m->options, (int)again.size,
			wh_buffer_string(&again), (int)file.n, file.bytes);
	wh_buffer_free(&again);
	codec_end(&run);
}

/* What open or the reading of the file says. */
struct made_fault {
	const char *book, *options;
	const char *bytes;
	size_t n;
	enum wh_code code;
	const char *place, *text; /* text: a part of it */
};

static inline void made_refused(const struct made_fault *m)
{
	made_book(m->book);
	for (size_t i = 0; i < 3; i++) {
		struct codec_run run;
		const struct codec_file file = { "A.DAT", m->bytes,
			m->n || !m->bytes ? m->n : strlen(m->bytes) };
		int rc = made_begin(&run, m->options, &file, PIECES[i]);
		check(m->options, rc == (int)m->code);
		if (!strstr(run.error.text, m->text) || strcmp(run.error.place, m->place) != 0)
			fail_msg("case \"%s\": %s: %s", m->options, run.error.place, run.error.text);
		codec_end(&run);
	}
}

#endif

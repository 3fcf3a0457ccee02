/* mt940_run: runs the codec of MT940 over a text, for the tests of it. */
#ifndef TESTS_UNIT_MT940_RUN_H
#define TESTS_UNIT_MT940_RUN_H

#include "check.h"
#include "codecs/mt940/mt940.h"
#include "support/codec.h"

/* Stays until codec_end(). */
static inline void begin(struct codec_run *run, struct codec_file *file, const char *options,
	const char *text, size_t piece)
{
	*file = (struct codec_file){ "A.STA", text, strlen(text) };
	int rc = codec_begin(run, &wh_mt940, options, file, 1, piece);
	if (rc != WH_OK)
		fail_msg("%s", run->error.text);
}

static inline void check_rows(const char *name, const char *options, const char *text,
	const char *table, const char *want)
{
	static const size_t pieces[] = { 0, 1, 7 };
	for (size_t i = 0; i < COUNT(pieces); i++) {
		struct codec_run run;
		struct codec_file file;
		begin(&run, &file, options, text, pieces[i]);
		check_text(name, codec_rows(&run, table), want);
		check_text(name, codec_rows_by_cuts(&run, table), want);
		codec_end(&run);
	}
}

static inline void check_controls(const char *name, const char *text, const char *want)
{
	static const size_t pieces[] = { 0, 1, 7 };
	for (size_t i = 0; i < COUNT(pieces); i++) {
		struct codec_run run;
		struct codec_file file;
		begin(&run, &file, "", text, pieces[i]);
		const char *all = codec_controls(&run);
		if (!strstr(all, want))
			fail_msg("case \"%s\": no \"%s\" in\n%s", name, want, all);
		codec_end(&run);
	}
}

#endif

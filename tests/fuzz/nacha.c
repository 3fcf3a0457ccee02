/* An ACH file of any bytes, in odd pieces: every byte is taken, rows of units are those of the
 * whole, and what could be written is read and written alike. The first byte chooses options and
 * pieces. */
#include "fuzz.h"
#include "codecs/nacha/nacha.h"
#include "support/codec.h"

static const char *const tables[] = { "ach_file", "ach_file_control", "batch", "entry", "addenda" };

static bool begin(struct codec_run *run, const struct codec_file *file, uint8_t how)
{
	static const char *const options[] = { "", "newline=none", "newline=lf&encoding=latin1",
		"newline=crlf&last_newline=false&encoding=cp1252" };
	static const size_t pieces[] = { 0, 1, 7, 95 };
	int rc = codec_begin(run, &wh_nacha, options[how % 4], file, 1, pieces[how / 4 % 4]);
	must(rc == WH_OK || rc == WH_STOP);
	return rc == WH_OK;
}

/* All rows of all tables, for who compares. */
static void rows(struct codec_run *run, bool by_cuts, struct wh_buffer *out)
{
	for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
		const char *text = by_cuts ? codec_rows_by_cuts(run, tables[i])
								   : codec_rows(run, tables[i]);
		must(text);
		wh_buffer_text(out, text);
	}
}

static void check_again(const struct codec_file *file, uint8_t how, struct wh_buffer *first)
{
	struct codec_run run;
	struct wh_buffer again = { 0 };
	must(begin(&run, file, how));
	run.piece = 0;
	int rc = codec_again(&run, false, &again);
	must(rc == WH_OK);
	must(again.size == first->size && !memcmp(again.data, first->data, first->size));
	must(wh_controls_failed(&run.controls) == 0);
	wh_buffer_free(&again);
	codec_end(&run);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct wh_buffer whole = { 0 }, parts = { 0 }, written = { 0 };
	struct codec_run run;
	if (!size || size > 65536)
		return 0;
	char *bytes = fuzz_text(data + 1, size - 1);
	struct codec_file file = { "fuzz", bytes, size - 1 };
	if (begin(&run, &file, data[0])) {
		rows(&run, false, &whole);
		rows(&run, true, &parts);
		must(whole.size == parts.size && !memcmp(whole.data, parts.data, whole.size));
		run.piece = 0; /* what is kept of each piece would be too much */
		if (codec_again(&run, false, &written) == WH_OK && written.size) {
			struct codec_file other = { "fuzz", written.data, written.size };
			check_again(&other, data[0], &written);
		}
	}
	codec_end(&run);
	wh_buffer_free(&whole);
	wh_buffer_free(&parts);
	wh_buffer_free(&written);
	free(bytes);
	return 0;
}

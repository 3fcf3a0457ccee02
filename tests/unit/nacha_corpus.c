/* ACH files that others made: which controls hold, and that a file that is written again is equal.
 * They are in banking/nacha of WHIMBREL_CORPUS, or of ../shared/corpus beside the source tree. */
#include "check.h"
#include "base/file.h"
#include "codecs/nacha/nacha.h"
#include "support/codec.h"
#include <unistd.h>

enum written {
	EQUAL,
	PADDED,  /* a record that was cut short is whole again */
	REFUSED, /* a control does not hold */
};

static const struct verdict {
	const char *name;
	const char *failed;  /* rules that do not hold */
	const char *noticed; /* rules that are worth a look */
	enum written written;
} verdicts[] = {
	/* Its control counts five batches, there are four. */
	{ "20110805A", "file batch count", "blocks filled", REFUSED },
	{ "201805101354", "", "", EQUAL },
	/* Its second batch says 220, credits only, and holds a debit. */
	{ "20180713-IAT", "service class", "short record", REFUSED },
	{ "ack-read", "", "", EQUAL },
	/* Its file control counts no entries. */
	{ "adv-invalidFileControl", "file entry/addenda count", "", REFUSED },
	{ "adv-read", "", "", EQUAL },
	{ "arc-debit", "", "", EQUAL },
	{ "atx-read", "", "", EQUAL },
	{ "boc-debit", "", "", EQUAL },
	{ "ccd-debit", "", "", EQUAL },
	/* Its last record is cut. */
	{ "cie-credit", "", "short record", PADDED },
	{ "contested-return", "", "effective entry date", EQUAL },
	{ "cor-read", "", "", EQUAL },
	{ "ctx-debit", "", "", EQUAL },
	{ "dishonored-return", "", "effective entry date", EQUAL },
	{ "dne-read", "", "", EQUAL },
	{ "enr-read", "", "", EQUAL },
	{ "iat-mixedCreditDebit", "", "entry addenda count", EQUAL },
	/* An amount that is no number. */
	{ "invalid-two-micro-deposits",
		"batch debit total, entry digits, addenda entry, file debit total", "", REFUSED },
	{ "mte-read", "", "", EQUAL },
	{ "pop-debit", "", "", EQUAL },
	{ "pos-debit", "", "", EQUAL },
	{ "ppd-credit", "", "", EQUAL },
	{ "ppd-debit", "", "", EQUAL },
	/* Its sums hold; its origin is no number of a bank. */
	{ "ppd-mixedDebitCredit-invalid", "", "immediate origin", EQUAL },
	{ "ppd-mixedDebitCredit", "", "", EQUAL },
	{ "rck-debit", "", "", EQUAL },
	{ "return-no-batch-controls", "batch control, file header, file control",
		"effective entry date, batch numbers ascending", REFUSED },
	{ "segmentFile-ppd-credit", "", "", EQUAL },
	{ "segmentFile-ppd-debit", "", "", EQUAL },
	{ "shr-debit", "", "", EQUAL },
	{ "tel-debit", "", "", EQUAL },
	{ "trc-debit", "", "", EQUAL },
	{ "trx-debit", "", "", EQUAL },
	{ "two-micro-deposits", "", "", EQUAL },
	{ "web-credit", "", "", EQUAL },
	{ "xck-debit", "", "", EQUAL },
};

static const char *corpus(void)
{
	static char folder[4096];
	const char *chosen = getenv("WHIMBREL_CORPUS");
	snprintf(folder, sizeof folder, "%s/banking/nacha",
		chosen && *chosen ? chosen : WHIMBREL_TOP "/../shared/corpus");
	if (access(folder, R_OK) == 0)
		return folder;
	print_message("# no ACH files at %s; WHIMBREL_CORPUS names another place\n", folder);
	skip();
	return NULL;
}

static const char *rules(struct codec_run *run, bool notice)
{
	struct wh_buffer list = { 0 };
	for (size_t i = 0; i < run->controls.nrules; i++) {
		const struct wh_control_rule *rule = &run->controls.rules[i];
		if (notice ? rule->noticed : rule->failed)
			wh_buffer_format(&list, "%s%s", list.size ? ", " : "", rule->name);
	}
	const char *text = wh_arena_text(&run->arena, wh_buffer_string(&list));
	wh_buffer_free(&list);
	return text;
}

static void read_file(const char *name, struct wh_buffer *out)
{
	struct wh_error error = { 0 };
	char path[4200];
	snprintf(path, sizeof path, "%s/%s.ach", corpus(), name);
	if (wh_file_read(path, "the file", (size_t)64 << 20, out, &error) < 0)
		fail_msg("%s", error.text);
}

static void begin(struct codec_run *run, const struct verdict *v, const struct codec_file *file,
	size_t piece)
{
	bool ends = file->bytes[file->n - 1] == '\n';
	if (codec_begin(run, &wh_nacha, ends ? "" : "last_newline=false", file, 1, piece) != WH_OK)
		fail_msg("%s: %s", v->name, run->error.text);
}

static void check_verdict(const struct verdict *v, const struct codec_file *file, size_t piece)
{
	struct codec_run run;
	begin(&run, v, file, piece);
	const char *failed = rules(&run, false), *noticed = rules(&run, true);
	if (strcmp(failed, v->failed) || strcmp(noticed, v->noticed))
		fail_msg("%s: failed \"%s\", noticed \"%s\":\n%s", v->name, failed, noticed,
			codec_controls(&run));
	codec_end(&run);
}

static void check_written(const struct verdict *v, const struct codec_file *file)
{
	struct wh_buffer out = { 0 };
	struct codec_run run;
	begin(&run, v, file, 0);
	int rc = codec_again(&run, false, &out);
	bool equal = out.size == file->n && memcmp(out.data, file->bytes, file->n) == 0;
	if (v->written == REFUSED && rc != WH_STOP)
		fail_msg("%s was written: %d", v->name, rc);
	if (v->written != REFUSED && rc != WH_OK)
		fail_msg("%s was not written: %s", v->name, run.error.text);
	if (v->written != REFUSED && equal != (v->written == EQUAL))
		fail_msg("%s was written as:\n%s", v->name, wh_buffer_string(&out));
	wh_buffer_free(&out);
	codec_end(&run);
}

static void every_file(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(verdicts); i++) {
		struct wh_buffer bytes = { 0 };
		read_file(verdicts[i].name, &bytes);
		struct codec_file file = { verdicts[i].name, bytes.data, bytes.size };
		check_verdict(&verdicts[i], &file, 0);
		check_verdict(&verdicts[i], &file, 7);
		check_written(&verdicts[i], &file);
		wh_buffer_free(&bytes);
	}
}

/* Rows of units are those of the whole. */
static void large_by_cuts(void **state)
{
	static const char *const tables[] = { "ach_file", "ach_file_control", "batch", "entry",
		"addenda" };
	struct wh_buffer bytes = { 0 };
	struct codec_run run;
	(void)state;
	read_file("201805101354", &bytes);
	struct codec_file file = { "201805101354.ach", bytes.data, bytes.size };
	assert_int_equal(codec_begin(&run, &wh_nacha, "", &file, 1, 1000), WH_OK);
	assert_true(run.ncuts > 1);
	for (size_t i = 0; i < COUNT(tables); i++)
		assert_string_equal(codec_rows_by_cuts(&run, tables[i]), codec_rows(&run, tables[i]));
	codec_end(&run);
	wh_buffer_free(&bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_file),
		cmocka_unit_test(large_by_cuts),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

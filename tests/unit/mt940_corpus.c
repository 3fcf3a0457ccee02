/* Statements of banks, collected by others, against what another reader made of them: its YAML
 * beside each file. The folder stands beside the source tree, or where WHIMBREL_CORPUS says. */
#include "mt940_run.h"
#include "base/decimal.h"
#include "base/file.h"
#include "base/time.h"
#include <glob.h>
#include <openssl/evp.h>
#include <unistd.h>

/* Statements that do not close as they stand in the file, and by how much; these are samples whose
 * entries were cut out or whose figures were changed. Nothing else may fail to close. */
static const struct {
	const char *file, *byte, *closing, *actual, *why;
} open_ended[] = {
	{ "abnamro.sta", "22", "876.84", "2914.84", "entries of 2038.00 were cut out" },
	{ "abnamro.sta", "1019", "1849.75", "2852.35", "entries of 1002.60 were cut out" },
	{ "ing.sta", "57", "3.47", "-45.59", "the figures of its entries were changed" },
	{ "knab.sta", "235", "798.98", "-3701.02", "entries of 4500.00 were cut out" },
	{ "postfinance.sta", "468", "159.6", "159.4", "its closing balance is 0.20 off" },
	{ "rabobank.sta", "6", "395.82", "-740.11", "entries were cut out" },
	{ "rabobank.sta", "379", "1250.87", "1014.31", "an entry of another month was put in" },
	{ "triodos.sta", "0", "4370.79", "4259.39", "entries of 111.40 were cut out" },
	{ "details_60-63.sta", "0", "12345.98", "12111.97", "its balances were made up" },
	{ "malformed_details.sta", "0", "12345.98", "12111.97", "its balances were made up" },
	{ "overly_long_details.sta", "0", "12345.98", "12111.97", "its balances were made up" },
	{ "whitespace.sta", "0", "12345.98", "12111.97", "its balances were made up" },
	{ "raiffeisen-cmi.sta", "0", "25281687.60", "24158423.60", "entries were cut out" },
};

/* Entries that stand behind the end of their statement, or without one: the other reader takes
 * them, here they are rejected. */
static const char *const stray[] = { "multiline.sta", "sparkassen.sta" };

static bool is_stray(const char *name)
{
	for (size_t i = 0; i < COUNT(stray); i++)
		if (strstr(name, stray[i]))
			return true;
	return false;
}

/* ---- what the other reader says ---- */

/* What stands behind `before`, without quotes, after `at` and in front of `end`. */
static bool find(const char *at, const char *end, const char *before, char *out, size_t n)
{
	const char *found = strstr(at, before);
	if (!found || found >= end)
		return false;
	found += strlen(before);
	found += *found == '\'';
	snprintf(out, n, "%.*s", (int)strcspn(found, "'\n"), found);
	return true;
}

/* A date is a year of two bytes, month and day, in base 64. */
static void find_date(const char *at, const char *end, const char *name, char *out)
{
	char text[40], key[100];
	unsigned char bytes[16];
	snprintf(key, sizeof key,
		"\n    %s: !!python/object/apply:mt940.models.Date\n    - !!binary |\n"
		"      ",
		name);
	strcpy(out, "~");
	if (!find(at, end, key, text, sizeof text))
		return;
	assert_int_equal(EVP_DecodeBlock(bytes, (const unsigned char *)text, (int)strlen(text)), 6);
	int64_t days = wh_days_from_civil(bytes[0] << 8 | bytes[1], bytes[2], bytes[3]);
	out[wh_format_date(out, days)] = '\0';
}

/* ---- what came out here ---- */

static void cells_of(const char *row, char cells[20][300])
{
	for (int i = 0; i < 20; i++) {
		size_t n = strcspn(row, "|\n");
		snprintf(cells[i], sizeof cells[i], "%.*s", (int)n, row);
		row += n + (row[n] == '|');
	}
}

/* "~": there is none. */
static void check_figure(const char *name, const char *ours, const char *theirs)
{
	if (*ours == '~' || *theirs == '~')
		check_text(name, ours, theirs);
	else if (wh_decimal_compare(ours, strlen(ours), theirs, strlen(theirs)) != 0)
		fail_msg("case \"%s\": %s is not %s", name, ours, theirs);
}

static void check_date(const char *name, const char *ours, const char *theirs, const char *text)
{
	if (strcmp(ours, "~") == 0 && strcmp(text, "~") != 0) /* it does not exist */
		check(name, strcmp(text + 2, "0230") == 0);
	else if (strcmp(ours, "~") != 0)
		check_text(name, ours, theirs);
}

/* Entry by entry: amount, dates, mark, type. */
static int check_entries(const char *name, const char *rows, const char *yaml)
{
	const char *at = strstr(yaml, "\ntransactions:");
	int count = 0;
	for (; *rows; rows += strcspn(rows, "\n") + 1, count++) {
		char ours[20][300], theirs[300] = "";
		at = strstr(at, "\n- !!python/object:mt940.models.Transaction");
		check(name, at != NULL);
		const char *end = strstr(++at, "\n- !!python/object:mt940.models.Transaction");
		end = end ? end : at + strlen(at);
		cells_of(rows, ours);
		if (*ours[2] == '!') {
			check(name, is_stray(name));
			continue;
		}
		check(name, find(at, end, "decimal.Decimal\n      - ", theirs, sizeof theirs));
		check_figure(name, ours[9], theirs);
		check(name, find(at, end, "\n    status: ", theirs, sizeof theirs));
		check_text(name, ours[8], theirs);
		check(name, find(at, end, "\n    id: ", theirs, sizeof theirs));
		check(name, strncmp(ours[12], theirs, strlen(ours[12])) == 0);
		find_date(at, end, "date", theirs);
		check_date(name, ours[4], theirs, ours[5]);
		find_date(at, end, "entry_date", theirs);
		check_date(name, ours[6], theirs, ours[7]);
	}
	check(name, !at || !strstr(at, "\n- !!python/object:mt940.models.Transaction"));
	return count;
}

/* It keeps the last balance of each tag. In raphaelm.sta it takes the first digits of amounts that
 * have no currency in front of them for one; that these are read right is known by the closing. */
static void check_balances(const char *name, const char *rows, const char *yaml)
{
	static const char *const tags[][2] = { { "60F", "final_opening_balance" },
		{ "60M", "intermediate_opening_balance" }, { "62F", "final_closing_balance" },
		{ "62M", "intermediate_closing_balance" }, { "64", "available_balance" },
		{ "65", "forward_available_balance" } };
	const char *end = strstr(yaml, "\ntags:");
	for (size_t i = 0; i < COUNT(tags); i++) {
		char ours[300] = "~", theirs[300] = "~", key[100], cells[20][300];
		for (const char *row = rows; *row; row += strcspn(row, "\n") + 1) {
			cells_of(row, cells);
			if (strcmp(cells[3], tags[i][0]) == 0)
				strcpy(ours, cells[8]);
		}
		snprintf(key, sizeof key, "\n  %s:", tags[i][1]);
		const char *at = strstr(yaml, key);
		if (at && at < end)
			find(at, end, "decimal.Decimal\n      - ", theirs, sizeof theirs);
		if (strcmp(name, "raphaelm.sta") != 0 || tags[i][0][1] != '2')
			check_figure(name, ours, theirs);
	}
}

/* Every statement that has both balances closes, but for those listed. */
static int check_closing(const char *name, struct codec_run *run)
{
	int failed = 0;
	for (size_t i = 0; i < run->controls.count; i++) {
		const struct wh_control *c = &run->controls.items[i];
		if (c->held || strcmp(c->rule, "closing balance") != 0)
			continue;
		bool listed = false;
		for (size_t k = 0; k < COUNT(open_ended); k++) {
			char where[200];
			snprintf(where, sizeof where, " at byte %s of %s", open_ended[k].byte,
				open_ended[k].file);
			size_t n = strlen(c->subject), m = strlen(where);
			listed = listed ||
				(n > m && strcmp(c->subject + n - m, where) == 0 &&
					strcmp(c->expected, open_ended[k].closing) == 0 &&
					strcmp(c->actual, open_ended[k].actual) == 0);
		}
		if (!listed)
			fail_msg("%s: %s: %s is not %s", name, c->subject, c->actual, c->expected);
		failed++;
	}
	return failed;
}

/* All bytes are accounted for, and every field that begins a record gave one. */
static void check_whole(const char *name, struct codec_run *run)
{
	const char *all = codec_controls(run);
	check(name, strstr(all, "bytes: held 1, failed 0"));
	check(name, strstr(all, "records: held 3, failed 0"));
}

static void read_file(const char *path, struct wh_buffer *out)
{
	struct wh_error error = { 0 };
	if (wh_file_read(path, "the sample", 1 << 20, out, &error) != WH_OK)
		fail_msg("%s", error.text);
}

static int check_file(const char *path, int *entries)
{
	struct wh_buffer text = { 0 }, yaml = { 0 };
	struct codec_run run;
	char beside[1000];
	const char *name = strrchr(path, '/') + 1;
	snprintf(beside, sizeof beside, "%.*s.yml", (int)(strlen(path) - 4), path);
	read_file(path, &text);
	read_file(beside, &yaml);
	const struct codec_file file = { name, wh_buffer_string(&text), text.size };
	assert_int_equal(codec_begin(&run, &wh_mt940, "", &file, 1, 0), WH_OK);
	const char *rows = codec_rows(&run, "entry");
	check_text(name, codec_rows_by_cuts(&run, "entry"), rows);
	*entries += check_entries(name, rows, wh_buffer_string(&yaml));
	check_balances(name, codec_rows(&run, "balance"), wh_buffer_string(&yaml));
	check_whole(name, &run);
	int failed = check_closing(name, &run);
	codec_end(&run);
	wh_buffer_free(&text);
	wh_buffer_free(&yaml);
	return failed;
}

static bool corpus(char *out, size_t n)
{
	const char *given = getenv("WHIMBREL_CORPUS");
	snprintf(out, n, "%s/banking/mt940",
		given && *given ? given : WHIMBREL_TOP "/../shared/corpus");
	return access(out, R_OK) == 0;
}

static void samples(void **state)
{
	char folder[600], pattern[700];
	glob_t found;
	int failed = 0, entries = 0;
	(void)state;
	if (!corpus(folder, sizeof folder)) {
		print_message("# no statements at %s; WHIMBREL_CORPUS names another place\n", folder);
		skip();
	}
	snprintf(pattern, sizeof pattern, "%s/*/*.sta", folder);
	assert_int_equal(glob(pattern, 0, NULL, &found), 0);
	for (size_t i = 0; i < found.gl_pathc; i++)
		failed += check_file(found.gl_pathv[i], &entries);
	assert_int_equal(failed, COUNT(open_ended));
	assert_in_range(entries, 60, 1000);
	globfree(&found);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(samples) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}

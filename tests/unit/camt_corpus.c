/* Statements that others made, beside what another program read in them (JSON) and the schemas of
 * ISO 20022. Kept outside the repository: WHIMBREL_CORPUS names the folder. */
#include "base/file.h"
#include "check.h"
#include "codecs/camt/camt.h"
#include "support/codec.h"
#include <jansson.h>
#include <unistd.h>

#define FOLDER "banking/camt"

struct sample {
	const char *name, *schema;
};

static const struct sample samples[] = {
	{ "camt053.v2.all-balance-types", "camt.053.001.02" },
	{ "camt053.v2.five.decimals", "camt.053.001.02" },
	{ "camt053.v2.minimal", "camt.053.001.02" },
	{ "camt053.v2.multi.statement", "camt.053.001.02" },
	{ "camt053.v3", "camt.053.001.03" },
};

static char folder[512];

static const char *path_of(const char *name, const char *end)
{
	static char path[1024];
	snprintf(path, sizeof path, "%s/%s%s", folder, name, end);
	return path;
}

/* False: it is not here, and the test is skipped with that as its reason. */
static bool corpus_is_there(void)
{
	const char *corpus = getenv("WHIMBREL_CORPUS");
	snprintf(folder, sizeof folder, "%s/" FOLDER,
		corpus && *corpus ? corpus : WHIMBREL_TOP "/../shared/corpus");
	if (access(path_of("LICENSE", ""), R_OK) == 0)
		return true;
	print_message("# no corpus at %s; WHIMBREL_CORPUS names another place\n", folder);
	return false;
}

static void read_sample(const char *name, struct wh_buffer *out)
{
	struct wh_error error;
	if (wh_file_read(path_of(name, ".xml"), "the sample", 1 << 20, out, &error) != WH_OK)
		fail_msg("%s", error.text);
}

static int begin(struct codec_run *run, const char *name, const struct wh_buffer *text,
	const char *schema)
{
	static struct codec_file file;
	char options[1100] = "";
	file = (struct codec_file){ name, text->data, text->size };
	if (schema)
		snprintf(options, sizeof options, "xsd=%s/xsd/%s.xsd", folder, schema);
	return codec_begin(run, &wh_camt, options, &file, 1, 512);
}

/* ---- the witness ---- */

/* "885" EUR is 8.85; a yen has no hundredths. */
static void witness_amount(char *out, size_t size, const json_t *money)
{
	const json_t *currency = json_object_get(money, "getCurrency");
	const char *minor = json_string_value(json_object_get(money, "getAmount"));
	const char *code = json_string_value(json_object_get(currency, "getCode"));
	long long value = strtoll(minor, NULL, 10), most = value < 0 ? -value : value;
	if (strcmp(code, "JPY") == 0)
		snprintf(out, size, "%lld.00|%s", value, code);
	else
		snprintf(out, size, "%s%lld.%02lld|%s", value < 0 ? "-" : "", most / 100, most % 100, code);
}

static void witness_date(char *out, const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(json_object_get(object, name), "0"));
	snprintf(out, 11, "%s", text ? text : "~");
}

/* The lines of all balances or entries below, wherever they stand. */
static void witness(const json_t *value, const char *class, struct wh_buffer *out)
{
	const char *key;
	json_t *item;
	size_t i;
	const char *name = json_string_value(json_object_get(value, "__CLASS__"));
	char amount[64], first[11], second[11];
	bool balance = name && strcmp(name, "Genkgo\\Camt\\DTO\\Balance") == 0;
	bool entry = name && strcmp(name, "Genkgo\\Camt\\DTO\\Entry") == 0;
	if ((balance && strcmp(class, "balance") == 0) || (entry && strcmp(class, "entry") == 0)) {
		witness_amount(amount, sizeof amount, json_object_get(value, "getAmount"));
		witness_date(first, value, balance ? "getDate" : "getBookingDate");
		witness_date(second, value, balance ? "" : "getValueDate");
		wh_buffer_format(out, "%s|%s|%s\n", amount, first, second);
	}
	json_object_foreach((json_t *)(uintptr_t)value, key, item) witness(item, class, out);
	json_array_foreach(value, i, item) witness(item, class, out);
}

/* ---- ours, as the witness says it ---- */

/* Two digits behind the point: that is all that the witness has. */
static void two_digits(char *out, size_t size, const char *amount)
{
	const char *point = strchr(amount, '.');
	int whole = (int)(point ? point - amount : (ptrdiff_t)strlen(amount));
	snprintf(out, size, "%.*s.%-2.2s", whole, amount, point ? point + 1 : "");
	for (char *p = out; *p; p++)
		*p = *p == ' ' ? '0' : *p;
	if (point)
		for (const char *p = point + 1 + (strlen(point) > 2 ? 2 : strlen(point) - 1); *p; p++)
			assert_int_equal(*p, '0');
}

static const char *const *split(char *line)
{
	static const char *cells[64];
	size_t n = 0;
	for (char *at = line; at && n < 63; n++) {
		cells[n] = at;
		at = strchr(at, '|');
		if (at)
			*at++ = '\0';
	}
	cells[n] = NULL;
	return cells;
}

static size_t ours(const char *rows, bool balance, struct wh_buffer *out)
{
	size_t count = 0;
	char *copy = strdup(rows), *rest = copy;
	for (char *line; (line = strsep(&rest, "\n")) && *line; count++) {
		const char *const *c = split(line);
		char amount[64];
		two_digits(amount, sizeof amount, c[balance ? 5 : 4]);
		wh_buffer_format(out, "%s|%s|%s|%s\n", amount, c[balance ? 6 : 5], c[balance ? 8 : 9],
			balance ? "~" : c[11]);
	}
	free(copy);
	return count;
}

static size_t occurrences(const struct wh_buffer *text, const char *word)
{
	size_t n = 0;
	for (const char *at = text->data; (at = strstr(at, word)); at++)
		n++;
	return n;
}

/* All that the witness says stands among ours. It shortens what it has shown before, so the number
 * of rows is that of the elements in the file. */
static void compare(const struct sample *sample, const char *table, const char *element)
{
	struct wh_buffer text = { 0 }, said = { 0 }, got = { 0 };
	struct codec_run run;
	json_error_t error;
	bool balance = strcmp(table, "balance") == 0;
	read_sample(sample->name, &text);
	if (begin(&run, sample->name, &text, sample->schema) != WH_OK)
		fail_msg("%s: %s (%s)", sample->name, run.error.text, run.error.place);
	json_t *root = json_load_file(path_of(sample->name, ".json"), 0, &error);
	assert_non_null(root);
	witness(root, table, &said);
	check(sample->name, said.size > 0);
	check(sample->name,
		ours(codec_rows(&run, table), balance, &got) == occurrences(&text, element));
	char *rest = said.data;
	for (char *line; (line = strsep(&rest, "\n")) && *line;)
		if (!strstr(got.data, line))
			fail_msg("%s: \"%s\" is not in \"%s\"", sample->name, line, got.data);
	json_decref(root);
	codec_end(&run);
	wh_buffer_free(&text);
	wh_buffer_free(&said);
	wh_buffer_free(&got);
}

static void test_witness(void **state)
{
	(void)state;
	if (!corpus_is_there())
		skip();
	for (size_t i = 0; i < COUNT(samples); i++) {
		compare(&samples[i], "balance", "<Bal>");
		compare(&samples[i], "entry", "<Ntry>");
	}
}

static void test_balances(void **state)
{
	struct wh_buffer text = { 0 };
	struct codec_run run;
	(void)state;
	if (!corpus_is_there())
		skip();
	read_sample("camt053.v2.multi.statement", &text);
	assert_int_equal(begin(&run, "multi", &text, NULL), WH_OK);
	assert_non_null(strstr(codec_controls(&run), "closing balance: held 2, failed 0, noticed 0"));
	codec_end(&run);
	wh_buffer_free(&text);
}

static void test_wrong(void **state)
{
	static const char *const schemas[] = { NULL, "camt.053.001.02" };
	struct wh_buffer text = { 0 };
	(void)state;
	if (!corpus_is_there())
		skip();
	read_sample("camt053.v2.wrong", &text);
	for (size_t i = 0; i < COUNT(schemas); i++) {
		struct codec_run run;
		assert_int_equal(begin(&run, "wrong.xml", &text, schemas[i]), WH_STOP);
		assert_string_equal(run.error.place, "wrong.xml:8");
		codec_end(&run);
	}
	wh_buffer_free(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_witness),
		cmocka_unit_test(test_balances),
		cmocka_unit_test(test_wrong),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

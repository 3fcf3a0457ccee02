/* The connector over files, with a codec of the test's own: a line is a row of its number and text.
 * The packers are the ones that people use. */
#include "check.h"
#include "base/text.h"
#include "connectors/files/files.h"
#include "sql/dialect.h"
#include <sys/stat.h>
#include <unistd.h>

/* ---- a codec: each line "NUMBER TEXT" ---- */

struct lines {
	struct wh_codec_file file;
	const struct wh_codec_setup *setup;
	int64_t offset, learnt; /* bytes */
};

static int lines_open(void *state, const struct wh_codec_setup *setup, struct wh_error *error)
{
	struct lines *s = state;
	s->setup = setup;
	(void)error;
	return WH_OK;
}

static void lines_close(void *state)
{
	(void)state;
}

static size_t whole_lines(const char *bytes, size_t n)
{
	while (n && bytes[n - 1] != '\n')
		n--;
	return n;
}

static int lines_learn(void *state, const struct wh_codec_file *file, const char *bytes, size_t n,
	bool last, size_t *consumed, int64_t *cut, struct wh_error *error)
{
	struct lines *s = state;
	(void)error;
	if (s->file.name != file->name) {
		s->file = *file;
		s->offset = 0;
	}
	*consumed = last ? n : whole_lines(bytes, n);
	s->offset += (int64_t)*consumed;
	s->learnt += (int64_t)*consumed;
	*cut = s->offset;
	return WH_OK;
}

static int lines_describe(void *state, struct wh_catalog *out, struct wh_error *error)
{
	struct lines *s = state;
	(void)error;
	struct wh_table *t = wh_push(&out->arena, &out->tables, &out->ntables);
	t->name = wh_arena_text(&out->arena, s->setup->name);
	t->kind = "table";
	static const char *const names[] = { WH_CODEC_FILE, "number", "text" };
	for (size_t i = 0; i < COUNT(names); i++)
		*wh_push(&out->arena, &t->columns, &t->ncolumns) = (struct wh_column){ .name = names[i],
			.type = { .kind = i == 2 ? WH_TEXT : WH_INT64, .native = "x" } };
	return WH_OK;
}

static int lines_aim(void *state, const struct wh_rowset *rows, struct wh_error *error)
{
	(void)state;
	(void)rows;
	(void)error;
	return WH_OK;
}

static int lines_start(void *state, const struct wh_codec_file *file, int64_t offset,
	struct wh_error *error)
{
	struct lines *s = state;
	(void)error;
	s->file = *file;
	s->offset = offset;
	return WH_OK;
}

static int lines_decode(void *state, const char *bytes, size_t n, bool last, size_t *consumed,
	struct wh_batch *out, struct wh_error *error)
{
	struct lines *s = state;
	(void)error;
	size_t end = last ? n : whole_lines(bytes, n);
	while (*consumed < end) {
		if (wh_batch_full(out))
			return WH_DONE;
		const char *at = bytes + *consumed, *stop = memchr(at, '\n', end - *consumed);
		size_t size = stop ? (size_t)(stop - at) : end - *consumed, digits = strcspn(at, " \n");
		int64_t number = -1;
		(void)wh_text_int64(at, digits, &number);
		wh_batch_word(out, 0, s->file.id);
		wh_batch_word(out, 1, number);
		wh_batch_bytes(out, 2, at, size);
		wh_batch_row(out);
		*consumed += size + (stop ? 1 : 0);
	}
	return WH_OK;
}

static const struct wh_codec lines_codec = {
	.state_size = sizeof(struct lines),
	.apart = true,
	.open = lines_open,
	.close = lines_close,
	.learn = lines_learn,
	.describe = lines_describe,
	.aim = lines_aim,
	.start = lines_start,
	.decode = lines_decode,
};

static const struct wh_option wh_lines_options[] = { { "table", "text", NULL, "joins all files" },
	{ "packed", "text", NULL, "no: as they are" }, { NULL } };
#define wh_lines lines_codec
static const struct wh_connector connector = { WH_FILES_SOURCE(lines, "lines, for this test") };

/* ---- files ---- */

static char folder[] = "/tmp/whimbrel-files-XXXXXX";

static const char *path_of(const char *name)
{
	static char path[4][200];
	static size_t next;
	char *out = path[next++ % 4];
	snprintf(out, sizeof path[0], "%s/%s", folder, name);
	return out;
}

static void write_bytes(const char *name, const char *bytes, size_t n)
{
	FILE *f = fopen(path_of(name), "wb");
	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, n, f), n);
	assert_int_equal(fclose(f), 0);
}

/* Lines FIRST to LAST, without a newline behind the last one. */
static void write_lines(const char *name, int first, int last)
{
	FILE *f = fopen(path_of(name), "wb");
	assert_non_null(f);
	for (int i = first; i <= last; i++)
		fprintf(f, "%d some text that makes the line longer%s", i, i < last ? "\n" : "");
	assert_int_equal(fclose(f), 0);
}

static int run(const char *format, ...)
{
	char command[1000];
	va_list args;
	va_start(args, format);
	vsnprintf(command, sizeof command, format, args);
	va_end(args);
	return system(command);
}

static int begin(void **state)
{
	(void)state;
	return mkdtemp(folder) ? 0 : -1;
}

static int end(void **state)
{
	(void)state;
	return run("rm -rf '%s'", folder);
}

/* ---- a connection ---- */

struct session {
	struct wh_arena arena;
	struct wh_url url;
	struct wh_conn *conn;
	struct wh_catalog catalog;
	struct wh_error error;
};

static int start(struct session *s, const char *names, const char *options)
{
	*s = (struct session){ 0 };
	char text[400];
	snprintf(text, sizeof text, "lines:%s/%s%s", folder, names, options);
	assert_int_equal(wh_url_parse(text, &s->arena, &s->url, &s->error), WH_OK);
	wh_catalog_init(&s->catalog, "lines");
	int rc = wh_conn_open(&connector, &s->url, WH_SOURCE, false, &s->conn, &s->error);
	return rc == WH_OK ? wh_files_describe(s->conn, &s->catalog, &s->error) : rc;
}

static void stop(struct session *s)
{
	wh_conn_close(s->conn);
	wh_catalog_free(&s->catalog);
	wh_arena_free(&s->arena);
}

struct sum {
	int64_t rows, sum, bad;
};

static const struct wh_rowset *rows_of(struct session *s, const char *table)
{
	static const struct wh_field fields[] = { { WH_CODEC_FILE, .wire = { .kind = WH_INT64 } },
		{ "number", .wire = { .kind = WH_INT64 } }, { "text", .wire = { .kind = WH_TEXT } } };
	struct wh_rowset *rows = wh_new(&s->arena, struct wh_rowset);
	*rows = (struct wh_rowset){ .table = table, .fields = fields, .nfields = COUNT(fields) };
	return rows;
}

static int read_unit(struct session *s, const struct wh_unit *u, struct sum *sum)
{
	struct wh_batch batch = { 0 };
	wh_rowset_batch(u->rows, &batch);
	int rc = wh_files_seek(s->conn, u, &s->error);
	while (rc == WH_OK) {
		wh_batch_reset(&batch);
		rc = wh_files_read(s->conn, &batch, &s->error);
		for (uint32_t row = 0; row < batch.rows; row++) {
			sum->rows++;
			sum->sum += wh_word(&batch, 1, row);
			sum->bad += wh_word(&batch, 1, row) < 0;
		}
	}
	wh_batch_finish(&batch);
	return rc;
}

/* Reads a table unit by unit, on connections of their own. */
static struct sum read_all(const char *names, const char *options, const char *table,
	int64_t unit_bytes, size_t *units)
{
	struct session s, other;
	struct sum sum = { 0 };
	assert_int_equal(start(&s, names, options), WH_OK);
	assert_int_equal(start(&other, names, options), WH_OK);
	struct wh_units cut = { .arena = &s.arena };
	const struct wh_split_hint hint = { .unit_bytes = unit_bytes, .most = 4096 };
	const struct wh_rowset *rows = rows_of(&s, table);
	assert_int_equal(wh_files_split(s.conn, rows, &hint, &cut, &s.error), WH_OK);
	for (size_t i = cut.count; i-- > 0;)
		assert_int_equal(read_unit(i % 2 ? &s : &other, &cut.items[i], &sum), WH_DONE);
	*units = cut.count;
	stop(&s);
	stop(&other);
	return sum;
}

/* ---- tests ---- */

static void a_large_file_in_units(void **state)
{
	(void)state;
	size_t units;
	write_lines("large.txt", 1, 200000);
	struct sum sum = read_all("large.txt", "", "large", INT64_C(2) << 20, &units);
	assert_int_equal(sum.rows, 200000);
	assert_int_equal(sum.sum, INT64_C(200000) * 200001 / 2);
	assert_int_equal(sum.bad, 0);
	assert_in_range(units, 3, 5);
}

static void many_files_are_few_units(void **state)
{
	(void)state;
	size_t units;
	for (int i = 0; i < 50; i++) {
		char name[20];
		snprintf(name, sizeof name, "part-%02d.txt", i);
		write_lines(name, i * 100 + 1, i * 100 + 100);
	}
	struct sum sum = read_all("part-*.txt", "?table=parts", "parts", INT64_C(64) << 10, &units);
	assert_int_equal(sum.rows, 5000);
	assert_int_equal(sum.sum, 5000 * 5001 / 2);
	assert_in_range(units, 2, 5);
}

static void packed_as_people_pack(void **state)
{
	(void)state;
	static const struct {
		const char *command, *name;
	} packers[] = {
		{ "gzip -kf", "packed.txt.gz" },
		{ "zstd -qf", "packed.txt.zst" },
		{ "bzip2 -kf", "packed.txt.bz2" },
		{ "xz -kf", "packed.txt.xz" },
	};
	write_lines("packed.txt", 1, 60000);
	for (size_t i = 0; i < COUNT(packers); i++) {
		const char *name = packers[i].name;
		size_t units;
		assert_int_equal(run("%s %s", packers[i].command, path_of("packed.txt")), 0);
		struct sum sum = read_all(name, "", "packed", INT64_C(1) << 20, &units);
		check(name, sum.rows == 60000 && sum.sum == INT64_C(60000) * 60001 / 2 && units == 1);
		/* Two of them behind one another are both. */
		assert_int_equal(run("cp %s %s.once && cat %s.once >> %s", path_of(name), path_of(name),
							 path_of(name), path_of(name)),
			0);
		sum = read_all(name, "", "packed", INT64_C(1) << 20, &units);
		check(name, sum.rows == 119999);
		/* One that ends too early says so. */
		struct session s;
		assert_int_equal(run("head -c -20 %s.once > %s", path_of(name), path_of(name)), 0);
		check(name, start(&s, name, "") == WH_STOP);
		check(name, strstr(s.error.text, "ends too early") || strstr(s.error.text, "damaged"));
		stop(&s);
		unlink(path_of(name));
		assert_int_equal(run("rm %s.once", path_of(name)), 0);
	}
}

static void a_damaged_one_is_refused(void **state)
{
	(void)state;
	struct session s;
	write_bytes("damaged.txt.gz", "\x1f\x8b\x08\0\0\0\0\0\0\3garbage that is no deflate", 34);
	assert_int_equal(start(&s, "damaged.txt.gz", ""), WH_STOP);
	assert_non_null(strstr(s.error.text, "damaged"));
	stop(&s);
	/* As it is, where the user says so. */
	assert_int_equal(start(&s, "damaged.txt.gz", "?packed=no"), WH_OK);
	stop(&s);
}

static void every_file_is_a_table(void **state)
{
	(void)state;
	struct session s;
	write_lines("east.csv", 1, 10);
	write_lines("west.csv", 1, 20);
	assert_int_equal(start(&s, "*st.csv", ""), WH_OK);
	assert_non_null(wh_catalog_table(&s.catalog, NULL, "east"));
	assert_non_null(wh_catalog_table(&s.catalog, NULL, "west"));
	assert_int_equal(s.catalog.ntables, 3);
	struct wh_unit all = { .rows = rows_of(&s, "west"), .first = INT64_MIN, .last = INT64_MAX };
	struct sum sum = { 0 };
	assert_int_equal(read_unit(&s, &all, &sum), WH_DONE);
	assert_int_equal(sum.rows, 20);
	stop(&s);
}

static void the_table_of_files(void **state)
{
	(void)state;
	static const struct wh_field fields[] = { { "name", .wire = { .kind = WH_TEXT } },
		{ "bytes", .wire = { .kind = WH_INT64 } }, { WH_CODEC_FILE, .wire = { .kind = WH_INT64 } },
		{ WH_FILES_DIGEST, .wire = { .kind = WH_TEXT } } };
	struct session s;
	write_lines("east.csv", 1, 10);
	write_lines("west.csv", 1, 20);
	assert_int_equal(start(&s, "*st.csv", ""), WH_OK);
	const struct wh_rowset rows = { .table = "east_source", .fields = fields, .nfields = 4 };
	struct wh_unit all = { .rows = &rows, .first = INT64_MIN, .last = INT64_MAX };
	struct wh_batch batch = { 0 };
	size_t n;
	wh_rowset_batch(&rows, &batch);
	assert_int_equal(wh_files_seek(s.conn, &all, &s.error), WH_OK);
	assert_int_equal(wh_files_read(s.conn, &batch, &s.error), WH_DONE);
	assert_int_equal(batch.rows, 2);
	assert_memory_equal(wh_cell(&batch, 0, 0, &n), "east.csv", 8);
	struct stat st;
	assert_int_equal(stat(path_of("west.csv"), &st), 0);
	assert_int_equal(wh_word(&batch, 1, 1), st.st_size);
	assert_int_not_equal(wh_word(&batch, 2, 0), wh_word(&batch, 2, 1));
	wh_batch_finish(&batch);
	stop(&s);
}

/* Whoever cut by keys gets each row once. */
static void a_range_of_keys(void **state)
{
	(void)state;
	struct session s;
	struct sum sum = { 0 };
	static const uint16_t key[] = { 1 };
	const int64_t cuts[] = { INT64_MIN, 100, 4000, INT64_MAX };
	write_lines("keys.txt", 1, 20000);
	assert_int_equal(start(&s, "keys.txt", ""), WH_OK);
	struct wh_rowset rows = *rows_of(&s, "keys");
	rows.key = key;
	rows.nkey = 1;
	for (size_t i = 0; i + 1 < COUNT(cuts); i++) {
		struct wh_unit u = { .rows = &rows,
			.range = WH_RANGE_KEY,
			.first = cuts[i],
			.last = cuts[i + 1] };
		int64_t before = sum.rows;
		assert_int_equal(read_unit(&s, &u, &sum), WH_DONE);
		assert_int_equal(sum.rows - before, i == 0 ? 99 : i == 1 ? 3900 : 16001);
	}
	assert_int_equal(sum.sum, INT64_C(20000) * 20001 / 2);
	rows.where = "number > 1";
	struct wh_unit u = { .rows = &rows, .first = INT64_MIN, .last = INT64_MAX };
	assert_int_equal(read_unit(&s, &u, &sum), WH_CONFIG);
	stop(&s);
}

static void what_was_delivered_twice(void **state)
{
	(void)state;
	struct session s;
	write_lines("once.dat", 1, 10);
	write_lines("twice.dat", 1, 10);
	assert_int_equal(start(&s, "*ce.dat", "?table=both"), WH_CONFIG);
	assert_non_null(strstr(s.error.text, "\"once.dat\" and \"twice.dat\""));
	stop(&s);
	assert_int_equal(start(&s, "*ce.dat", ""), WH_OK); /* two tables */
	stop(&s);
}

static void a_file_that_changes_is_refused(void **state)
{
	(void)state;
	struct session s;
	struct sum sum = { 0 };
	write_lines("moving.txt", 1, 10);
	assert_int_equal(start(&s, "moving.txt", ""), WH_OK);
	write_lines("moving.txt", 1, 11);
	struct wh_unit all = { .rows = rows_of(&s, "moving"), .first = INT64_MIN, .last = INT64_MAX };
	assert_int_equal(read_unit(&s, &all, &sum), WH_STOP);
	assert_non_null(strstr(s.error.text, "changed while"));
	stop(&s);
}

static void what_is_not_there(void **state)
{
	(void)state;
	struct session s;
	assert_int_equal(start(&s, "no-such-file", ""), WH_CONFIG);
	assert_non_null(strstr(s.error.text, "no such file"));
	stop(&s);
	assert_int_equal(start(&s, "no-such-folder/x", ""), WH_CONFIG);
	stop(&s);
	write_lines("same.a", 1, 1);
	write_lines("same.b", 1, 2);
	assert_int_equal(start(&s, "same.*", ""), WH_CONFIG);
	assert_non_null(strstr(s.error.text, "\"same\""));
	stop(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_large_file_in_units),
		cmocka_unit_test(many_files_are_few_units),
		cmocka_unit_test(packed_as_people_pack),
		cmocka_unit_test(a_damaged_one_is_refused),
		cmocka_unit_test(every_file_is_a_table),
		cmocka_unit_test(the_table_of_files),
		cmocka_unit_test(a_range_of_keys),
		cmocka_unit_test(what_was_delivered_twice),
		cmocka_unit_test(a_file_that_changes_is_refused),
		cmocka_unit_test(what_is_not_there),
	};
	return cmocka_run_group_tests(tests, begin, end);
}

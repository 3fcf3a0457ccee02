/* Files of any bytes as records of a copybook that the first byte chooses with its options: what is
 * decoded in odd pieces and from a cut on is what is decoded at once, in each table; and where nothing
 * was rejected, the rows give the file back. */
#include "fuzz.h"
#include "codecs/cobol/cobol.h"
#include "model/value.h"

#define TABLES 8
#define PLAIN "01 R. 05 A PIC X(3). 05 B PIC S9(3)V99 COMP-3. 05 C PIC S9(4). 05 D PIC S9(4) COMP."
#define MOVING \
	"01 R. 05 N PIC 9. 05 T OCCURS 0 TO 3 DEPENDING ON N. 10 M PIC 9. 10 U OCCURS 0 TO 2 " \
	"DEPENDING ON M. 15 V PIC X. 10 W PIC 9. 05 Z PIC X."
#define PARTED \
	"01 R. 05 K PIC X. 05 A. 10 AN PIC X(3). 05 B REDEFINES A. 10 BN PIC S9(3). 05 C REDEFINES A. " \
	"10 CN PIC 9 OCCURS 3."
#define SIZED "01 R. 05 L PIC 9(2). 05 A PIC X(5). 05 P OCCURS 2. 10 Q PIC 9. 10 S PIC X OCCURS 2."
#define TYPES "&segment_field=K&segments=A:A,B|b:B,X'C3'|C:C&parents=B:A,C:B"

static const struct {
	const char *book, *options;
} kinds[] = {
	{ PLAIN, "" },
	{ PLAIN, "&format=V" },
	{ PLAIN, "&format=VB&rdw_includes=no" },
	{ PLAIN, "&format=VB&block_size=20" },
	{ PLAIN, "&format=V&rdw=little&record_start=1&record_end=1" },
	{ PLAIN, "&format=D&code_page=ascii&blank_null=yes&low_null=yes" },
	{ PLAIN, "&file_header=3&file_footer=2&fillings=yes&sequence=D" },
	{ PLAIN, "&record_length=5&redefines=all" },
	{ MOVING, "&format=D&code_page=ascii&line_end=crlf" },
	{ MOVING, "&format=counters&code_page=ascii" },
	{ MOVING, "&code_page=ascii&fillings=yes" },
	{ MOVING, "&format=D&code_page=ascii&occurs=json" },
	{ PARTED, "&code_page=ascii&occurs=json" TYPES },
	{ PARTED, "&code_page=ascii" TYPES },
	{ PARTED, "&format=D&code_page=ascii" TYPES },
	{ PARTED, "&format=V&redefines=all" },
	{ SIZED, "&length_field=L&length_adjust=2&code_page=ascii" },
	{ SIZED, "&format=VB&code_page=ascii" },
};

struct under_test {
	struct wh_arena arena;
	struct wh_url url;
	struct wh_codec_setup setup;
	void *state;
	struct wh_catalog catalog;
	struct wh_rowset rows[TABLES];
	struct wh_batch whole[TABLES];
	struct wh_error error;
	int64_t cut;
	bool rejected;
};

static int give_book(void *context, const char *path, struct wh_arena *arena,
	struct wh_codec_text *out, struct wh_error *error)
{
	(void)path, (void)arena, (void)error;
	*out = (struct wh_codec_text){ context, strlen(context) };
	return WH_OK;
}

static void open_codec(struct under_test *u, uint8_t choice)
{
	size_t kind = (choice >> 1) % (sizeof kinds / sizeof *kinds);
	char text[400];
	*u = (struct under_test){ 0 };
	snprintf(text, sizeof text, "cobol:x?copybook=x&copybook_format=free&raw=%s%s",
		choice & 1 ? "odd" : "yes", kinds[kind].options);
	must(wh_url_parse(text, &u->arena, &u->url, &u->error) == WH_OK);
	u->setup = (struct wh_codec_setup){ .url = &u->url,
		.name = "x",
		.text = give_book,
		.context = (void *)(uintptr_t)kinds[kind].book,
		.arena = &u->arena };
	u->state = calloc(1, wh_cobol.state_size);
	must(u->state && wh_cobol.open(u->state, &u->setup, &u->error) == WH_OK);
	wh_catalog_init(&u->catalog, "cobol");
}

static void close_codec(struct under_test *u)
{
	for (size_t i = 0; i < TABLES; i++)
		wh_batch_finish(&u->whole[i]);
	wh_cobol.close(u->state);
	wh_cobol.close(u->state);
	free(u->state);
	wh_catalog_free(&u->catalog);
	wh_arena_free(&u->arena);
}

static bool learn(struct under_test *u, const char *bytes, size_t n, size_t piece)
{
	const struct wh_codec_file file = { "x.dat", 0, (int64_t)n };
	size_t at = 0, to = 0;
	int rc = WH_OK;
	do {
		size_t consumed = 0;
		to = n - to > piece ? to + piece : n;
		rc = wh_cobol.learn(u->state, &file, bytes + at, to - at, to == n, &consumed, &u->cut,
			&u->error);
		must((rc == WH_OK || (rc == WH_STOP && *u->error.text)) && consumed <= to - at);
		at += consumed;
		must(u->cut >= 0 && u->cut <= (int64_t)at);
	} while (rc == WH_OK && to < n);
	must(rc != WH_OK || at == n);
	return rc == WH_OK;
}

static void make_rowset(struct under_test *u, size_t i)
{
	const struct wh_table *t = &u->catalog.tables[i];
	struct wh_field *fields = wh_new_array(&u->arena, struct wh_field, t->ncolumns);
	for (size_t c = 0; c < t->ncolumns; c++)
		fields[c] = (struct wh_field){ .name = t->columns[c].name,
			.type = t->columns[c].type,
			.wire = t->columns[c].type };
	u->rows[i] = (struct wh_rowset){ .table = t->name, .fields = fields, .nfields = t->ncolumns };
}

static void decode(struct under_test *u, size_t n, const char *bytes, size_t from, size_t end,
	size_t piece, struct wh_batch *all)
{
	const struct wh_codec_file file = { "x.dat", 1, (int64_t)n };
	struct wh_batch batch = { 0 };
	size_t at = from, to = from;
	int rc = wh_cobol.start(u->state, &file, (int64_t)from, &u->error);
	enum wh_kind kinds_of[64];
	must(rc == WH_OK && all->ncolumns <= 64);
	for (size_t c = 0; c < all->ncolumns; c++)
		kinds_of[c] = all->lanes[c].kind;
	wh_batch_init_of(&batch, kinds_of, all->ncolumns, 3);
	do {
		size_t consumed = 0;
		to = rc == WH_DONE ? to : end - to > piece ? to + piece : end;
		rc = wh_cobol.decode(u->state, bytes + at, to - at, to == end, &consumed, &batch,
			&u->error);
		must(rc >= 0 && consumed <= to - at);
		at += consumed;
		for (uint32_t r = 0; r < batch.rows; r++) {
			wh_batch_grow(all, all->rows + 1);
			wh_batch_copy_row(all, &batch, r);
		}
		wh_batch_reset(&batch);
	} while (rc == WH_DONE || to < end);
	must(at == end);
	wh_batch_finish(&batch);
}

static void check_equal(const struct wh_batch *a, const struct wh_batch *b)
{
	struct wh_buffer x = { 0 }, y = { 0 };
	must(a->rows == b->rows && a->nstrays == b->nstrays);
	for (uint32_t r = 0; r < a->rows; r++)
		for (size_t c = 0; c < a->ncolumns; c++) {
			must(wh_is_null(a, c, r) == wh_is_null(b, c, r));
			if (wh_is_null(a, c, r))
				continue;
			wh_buffer_clear(&x);
			wh_buffer_clear(&y);
			wh_value_text(&x, a, c, r);
			wh_value_text(&y, b, c, r);
			must(x.size == y.size && !memcmp(wh_buffer_string(&x), wh_buffer_string(&y), x.size));
		}
	wh_buffer_free(&x);
	wh_buffer_free(&y);
}

static void read_table(struct under_test *u, size_t i, const char *bytes, size_t n)
{
	struct wh_batch parts = { 0 };
	make_rowset(u, i);
	wh_rowset_batch_of(&u->rows[i], 16, &u->whole[i]);
	wh_rowset_batch_of(&u->rows[i], 16, &parts);
	must(wh_cobol.aim(u->state, &u->rows[i], &u->error) == WH_OK);
	decode(u, n, bytes, 0, n, n + 1, &u->whole[i]);
	decode(u, n, bytes, 0, (size_t)u->cut, 5, &parts);
	decode(u, n, bytes, (size_t)u->cut, n, 3, &parts);
	check_equal(&u->whole[i], &parts);
	u->rejected |= u->whole[i].nstrays > 0;
	wh_batch_finish(&parts);
}

struct written {
	struct under_test *u;
	bool given[TABLES];
	struct wh_buffer bytes;
};

static int next(struct wh_codec_rows *rows, size_t table, struct wh_batch **out, struct wh_error *e)
{
	struct written *w = rows->context;
	bool given = w->given[table];
	(void)e;
	w->given[table] = true;
	*out = &w->u->whole[table];
	return given ? WH_DONE : WH_OK;
}

static int sink_file(struct wh_codec_sink *sink, const char *name, struct wh_error *e)
{
	(void)sink, (void)e;
	must(*name);
	return WH_OK;
}

static int sink_put(struct wh_codec_sink *sink, const void *bytes, size_t n, struct wh_error *e)
{
	struct written *w = sink->context;
	(void)e;
	wh_buffer_put(&w->bytes, bytes, n);
	return WH_OK;
}

static void write_back(struct under_test *u, const char *bytes, size_t n)
{
	struct written w = { .u = u };
	struct wh_codec_rows rows = { u->rows, u->catalog.ntables, &w, next };
	struct wh_codec_sink sink = { &w, sink_file, sink_put };
	int rc = wh_cobol.encode(u->state, &rows, &sink, &u->error);
	must(rc == WH_OK || (u->rejected && *u->error.text));
	if (!u->rejected)
		must(w.bytes.size == n && (!n || !memcmp(w.bytes.data, bytes, n)));
	wh_buffer_free(&w.bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct under_test u;
	if (!size || size > 4096)
		return 0;
	char *bytes = fuzz_text(data + 1, size - 1);
	open_codec(&u, data[0]);
	if (learn(&u, bytes, size - 1, data[0] & 0x40 ? 1 : 7)) {
		must(wh_cobol.describe(u.state, &u.catalog, &u.error) == WH_OK);
		must(u.catalog.ntables <= TABLES);
		for (size_t i = 0; i < u.catalog.ntables; i++)
			read_table(&u, i, bytes, size - 1);
		write_back(&u, bytes, size - 1);
	}
	close_codec(&u);
	free(bytes);
	return 0;
}

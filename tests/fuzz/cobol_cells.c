/* A field of any bytes in any form: what is decoded is encoded to the same value again, and to the
 * same bytes where the cell says so; what is refused leaves the batch as it was. The first three
 * bytes choose field, page and form; what follows is the field, then a value to be written. */
#include "fuzz.h"
#include "base/decimal.h"
#include "base/text.h"
#include "codecs/cobol/cell.h"

static const char *const entries[] = { "PIC S9(5)", "PIC 9(5)", "PIC S9(7)V99", "PIC S9(25)V9(4)",
	"PIC 9(3)PPP", "PIC VPPP9(2)", "PIC S9(4) SIGN LEADING", "PIC S9(4) SIGN LEADING SEPARATE",
	"PIC S9(4) SIGN TRAILING SEPARATE", "PIC 9(4) BLANK WHEN ZERO", "PIC S9(3) USAGE NATIONAL",
	"PIC S9(5) COMP-3", "PIC 9(4) COMP-3", "PIC S9(20)V9(11) COMP-3", "PIC S9P(5) COMP-3",
	"PIC 9(5) COMP-6", "PIC S9(4) COMP", "PIC 9(9)V99 COMP", "PIC 9(18) COMP", "PIC S9(38) COMP",
	"PIC S9(4)PPP COMP", "PIC 9(38) COMP-5", "PIC X(7) COMP-X", "USAGE INDEX", "USAGE POINTER",
	"COMP-1", "COMP-2", "PIC X(9)", "PIC X(12) JUSTIFIED RIGHT", "PIC ZZ9.99-", "PIC N(4)",
	"PIC G(4)", "PIC X(100)" };

/* Opened once: that takes longer than all the rest. */
static struct wh_cobol_charset *page(unsigned choice)
{
	static const char *const names[] = { "cp037", "cp939", "latin1", "cp1390", "shift_jis", "utf-8",
		"cp1252", "gb18030" };
	static struct wh_cobol_charset *open[sizeof names / sizeof *names];
	static struct wh_arena arena;
	struct wh_error error = { 0 };
	size_t i = choice % (sizeof names / sizeof *names);
	must(open[i] || wh_cobol_charset_open(&arena, names[i], &open[i], &error) == WH_OK);
	return open[i];
}

struct subject {
	struct wh_arena arena;
	struct wh_copybook book;
	struct wh_cobol_cell cell;
	struct wh_batch batch;
	struct wh_buffer scratch;
	size_t n;
};

static bool prepare(struct subject *s, const uint8_t *choice)
{
	char entry[100];
	snprintf(entry, sizeof entry, "05 F %s.\n",
		entries[choice[0] % (sizeof entries / sizeof *entries)]);
	struct wh_cobol_text text = { "fuzz", entry, strlen(entry) };
	struct wh_cobol_options options = { .dialect = (enum wh_cobol_dialect)(choice[2] % 3) };
	struct wh_cobol_form form = { .floating = (enum wh_cobol_floating)(choice[2] / 3 % 3),
		.overpunch = (enum wh_cobol_overpunch)(choice[2] & 1),
		.trim = (enum wh_cobol_trim)(choice[2] / 2 % 4),
		.little_endian = choice[2] & 8,
		.blank_null = choice[2] & 16,
		.low_null = choice[2] & 32 };
	struct wh_error error = { 0 };
	must(wh_copybook_parse(&text, &options, &s->arena, &s->book, &error) == WH_OK);
	if (wh_cobol_cell_prepare(&s->cell, &s->book.fields[0], &form, page(choice[1]), &error) !=
		WH_OK)
		return false;
	s->n = s->cell.field->length;
	wh_batch_init_of(&s->batch, &s->cell.type.kind, 1, 1);
	return true;
}

/* The only row's cell, copied; one byte more says NULL. */
static char *value(const struct subject *s, size_t *n)
{
	const struct wh_lane *lane = &s->batch.lanes[0];
	size_t size = sizeof *lane->word;
	const void *bytes = lane->word ? (const void *)lane->word : wh_cell(&s->batch, 0, 0, &size);
	char *copy = fuzz_text((const uint8_t *)bytes, size);
	copy[size] = (char)lane->null[0];
	*n = size + 1;
	return copy;
}

static const char *decode(struct subject *s, const unsigned char *bytes)
{
	wh_batch_reset(&s->batch);
	return wh_cobol_cell_decode(&s->cell, bytes, s->n, &s->batch, 0, &s->scratch);
}

/* Shifts that say nothing are not written again: spaces that nobody trims come in their place. */
static bool is_filled_up(const struct subject *s)
{
	return s->cell.type.kind == WH_TEXT && !s->cell.exact &&
		s->cell.form.trim == WH_COBOL_TRIM_NONE;
}

/* The value in the batch is the one that these bytes are decoded to. */
static void check_same(struct subject *s, const unsigned char *bytes)
{
	size_t n, again;
	char *before = value(s, &n);
	must(!decode(s, bytes));
	char *after = value(s, &again);
	bool nan = s->cell.field->kind == WH_COBOL_REAL &&
		wh_double(&s->batch, 0, 0) != wh_double(&s->batch, 0, 0);
	must(nan || is_filled_up(s) || (n == again && !memcmp(before, after, n)));
	free(before);
	free(after);
}

static void check_bytes(struct subject *s, const unsigned char *bytes)
{
	unsigned char *again = (unsigned char *)fuzz_text(bytes, s->n);
	if (decode(s, bytes)) {
		must(s->batch.lanes[0].size == 0 && s->scratch.size);
	} else if (wh_cobol_cell_encode(&s->cell, &s->batch, 0, 0, again, s->n, &s->scratch)) {
		must(s->cell.type.kind == WH_TEXT && !s->cell.exact);
		must(!wh_cobol_cell_canonical(&s->cell, bytes, s->n, &s->batch, 0, &s->scratch));
	} else {
		bool same = !memcmp(again, bytes, s->n);
		must(same || !s->cell.exact);
		must(wh_cobol_cell_canonical(&s->cell, bytes, s->n, &s->batch, 0, &s->scratch) == same);
		check_same(s, again);
	}
	must(wh_cobol_cell_filling(&s->cell, bytes, s->n) <= WH_COBOL_HIGH_VALUES);
	free(again);
}

static bool is_value(const struct subject *s, const char *bytes, size_t n)
{
	struct wh_decimal_view view;
	enum wh_kind kind = s->cell.type.kind;
	return kind == WH_TEXT   ? wh_utf8_valid(bytes, n)
		: kind == WH_DECIMAL ? wh_decimal_canonical(bytes, n, &view)
		: kind == WH_BYTES   ? true
							 : n >= sizeof(int64_t);
}

/* What is written of any value is decoded, and stays as it is. */
static void check_written(struct subject *s, const char *bytes, size_t n)
{
	struct wh_lane *lane = &s->batch.lanes[0];
	wh_batch_reset(&s->batch);
	if (!is_value(s, bytes, n))
		return;
	lane->null[0] = 0;
	if (lane->word)
		memcpy(lane->word, bytes, sizeof *lane->word);
	else
		wh_batch_bytes(&s->batch, 0, bytes, n);
	unsigned char *out = malloc(s->n);
	must(out);
	if (!wh_cobol_cell_encode(&s->cell, &s->batch, 0, 0, out, s->n, &s->scratch)) {
		must(!decode(s, out));
		check_bytes(s, out);
	}
	free(out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct subject s = { 0 };
	if (size < 3)
		return 0;
	if (prepare(&s, data) && size - 3 >= s.n) {
		char *bytes = fuzz_text(data + 3, s.n), *rest = fuzz_text(data + 3 + s.n, size - 3 - s.n);
		check_bytes(&s, (unsigned char *)bytes);
		check_written(&s, rest, size - 3 - s.n);
		free(bytes);
		free(rest);
	}
	wh_batch_finish(&s.batch);
	wh_buffer_free(&s.scratch);
	wh_arena_free(&s.arena);
	return 0;
}

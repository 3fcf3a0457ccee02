/* A copybook of any bytes, in every dialect and format, with one that COPY finds: what is accepted
 * has every field inside its record. The first byte chooses dialect and format. */
#include "fuzz.h"
#include "codecs/cobol/copybook.h"

static int shelf(void *context, const char *name, const char *library, struct wh_arena *arena,
	struct wh_cobol_text *out, struct wh_error *error)
{
	(void)library;
	(void)arena;
	if (name[0] != 'A')
		return wh_fail(error, WH_CONFIG, "there is no copybook \"%.60s\"", name);
	*out = *(const struct wh_cobol_text *)context;
	return WH_OK;
}

static void check_field(const struct wh_copybook *c, const struct wh_cobol_record *r, uint32_t i)
{
	const struct wh_cobol_field *f = &c->fields[i];
	must(f->level >= 1 && (f->level <= 49 || f->level == 77));
	must(f->parent == WH_COBOL_NONE || (f->parent < i && f->parent >= r->first));
	must(f->redefines == WH_COBOL_NONE || f->redefines < i);
	must(f->depending == WH_COBOL_NONE || f->depending < i);
	must(f->length > 0 && f->min_length <= f->length && f->occurs_min <= f->occurs_max);
	must((uint64_t)f->offset + (uint64_t)f->length * f->occurs_max <= r->max_length);
	must(f->kind == WH_COBOL_GROUP || f->varies == false);
	for (size_t k = 0; k < f->nconditions; k++)
		must(f->conditions[k].name && f->conditions[k].nranges);
}

static void check_book(const struct wh_copybook *c, struct wh_arena *arena)
{
	must(c->nrecords && c->nfields);
	for (size_t i = 0; i < c->nrecords; i++) {
		const struct wh_cobol_record *r = &c->records[i];
		must(r->min_length <= r->max_length && r->max_length <= WH_COBOL_RECORD_MOST);
		must(r->count && r->first + r->count <= c->nfields);
		for (uint32_t k = r->first; k < r->first + r->count; k++) {
			check_field(c, r, k);
			must(*wh_cobol_kind_text(arena, &c->fields[k]));
		}
		for (size_t k = 0; k < r->nrenames; k++)
			must((uint64_t)r->renames[k].offset + r->renames[k].length <= r->max_length);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const words[] = { ":TAG:=WS" };
	static const char book[] = "05 :TAG:-A PIC X(3).\n05 B PIC S9(5) COMP-3 OCCURS 3.\n";
	struct wh_cobol_text other = { "other", book, sizeof book - 1 };
	struct wh_arena arena = { 0 };
	struct wh_error error = { 0 };
	struct wh_copybook c;
	if (!size)
		return 0;
	char *bytes = fuzz_text(data + 1, size - 1);
	struct wh_cobol_text text = { "fuzz", bytes, size - 1 };
	struct wh_cobol_options options = { .dialect = (enum wh_cobol_dialect)(data[0] % 3),
		.format = (enum wh_cobol_format)(data[0] / 3 % 3),
		.replacing = words,
		.nreplacing = 1,
		.copy = shelf,
		.context = data[0] & 0x80 ? &text : &other };
	int rc = wh_copybook_parse(&text, &options, &arena, &c, &error);
	must(rc == WH_OK || (rc == WH_CONFIG && *error.text && *error.place));
	if (rc == WH_OK)
		check_book(&c, &arena);
	wh_arena_free(&arena);
	free(bytes);
	return 0;
}

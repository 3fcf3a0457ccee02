/* USAGE: its words, how many bytes a picture takes in it, and on what boundary it is aligned. */
#include "base/text.h"
#include "codecs/cobol/parts.h"

#define COMP_X_MOST 16

static const struct word {
	const char *word;
	enum wh_cobol_usage usage;
} words[] = {
	{ "DISPLAY", WH_COBOL_DISPLAY },
	{ "COMP", WH_COBOL_BINARY },
	{ "BINARY", WH_COBOL_BINARY },
	{ "COMP-4", WH_COBOL_BINARY },
	{ "COMP-0", WH_COBOL_BINARY },
	{ "COMP-5", WH_COBOL_NATIVE },
	{ "COMP-X", WH_COBOL_COMP_X },
	{ "COMP-3", WH_COBOL_PACKED },
	{ "PACKED-DECIMAL", WH_COBOL_PACKED },
	{ "COMP-6", WH_COBOL_COMP_6 },
	{ "COMP-1", WH_COBOL_FLOAT },
	{ "COMP-2", WH_COBOL_DOUBLE },
	{ "INDEX", WH_COBOL_INDEX },
	{ "POINTER", WH_COBOL_POINTER },
	{ "NATIONAL", WH_COBOL_NATIONAL },
	{ "DISPLAY-1", WH_COBOL_DBCS },
};

bool wh_cobol_usage_find(const char *word, enum wh_cobol_usage *out)
{
	static const char spelled[] = "COMPUTATIONAL";
	bool is_long = wh_starts_nocase(word, spelled);
	const char *tail = is_long ? word + sizeof spelled - 1 : word;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		const char *known = words[i].word;
		if (is_long && !wh_starts(known, "COMP"))
			continue;
		if (wh_equal_nocase(tail, is_long ? known + 4 : known)) {
			*out = words[i].usage;
			return true;
		}
	}
	return false;
}

/* As few bytes as hold the digits, with a sign or without. */
static uint32_t bytes_for(const struct wh_cobol_picture *p)
{
	static const unsigned char with_sign[] = { 2, 4, 6, 9, 11, 14, 16, 18, 21, 23, 26, 28, 31, 33,
		35, 38 };
	static const unsigned char without[] = { 2, 4, 7, 9, 12, 14, 16, 19, 21, 24, 26, 28, 31, 33, 36,
		38 };
	const unsigned char *most = p->sign ? with_sign : without;
	uint32_t n = 0;
	while (n + 1 < sizeof without && most[n] < p->digits)
		n++;
	return n + 1;
}

static uint32_t binary_length(enum wh_cobol_dialect dialect, const struct wh_cobol_picture *p)
{
	if (dialect == WH_COBOL_MF)
		return bytes_for(p);
	if (dialect == WH_COBOL_GNUCOBOL && p->digits <= 2)
		return 1;
	return p->digits <= 4 ? 2 : p->digits <= 9 ? 4 : p->digits <= 18 ? 8 : 16;
}

static uint64_t of_characters(enum wh_cobol_dialect dialect, const struct wh_cobol_field *f)
{
	(void)dialect;
	return (uint64_t)f->picture.size + f->sign_separate;
}

static uint64_t of_wide(enum wh_cobol_dialect dialect, const struct wh_cobol_field *f)
{
	return 2 * of_characters(dialect, f);
}

static uint64_t of_binary(enum wh_cobol_dialect dialect, const struct wh_cobol_field *f)
{
	return binary_length(dialect, &f->picture);
}

/* Of PIC X(n) so many bytes; of PIC 9(n) what the digits need. */
static uint64_t of_comp_x(enum wh_cobol_dialect dialect, const struct wh_cobol_field *f)
{
	const struct wh_cobol_picture *p = &f->picture;
	(void)dialect;
	return p->category == WH_COBOL_ALPHANUMERIC ? p->size : bytes_for(p);
}

static uint64_t of_packed(enum wh_cobol_dialect dialect, const struct wh_cobol_field *f)
{
	(void)dialect;
	return f->picture.digits / 2 + 1;
}

static uint64_t of_comp_6(enum wh_cobol_dialect dialect, const struct wh_cobol_field *f)
{
	(void)dialect;
	return (f->picture.digits + 1) / 2;
}

static uint64_t of_four(enum wh_cobol_dialect dialect, const struct wh_cobol_field *f)
{
	(void)dialect;
	(void)f;
	return 4;
}

static uint64_t of_eight(enum wh_cobol_dialect dialect, const struct wh_cobol_field *f)
{
	(void)dialect;
	(void)f;
	return 8;
}

static uint64_t of_pointer(enum wh_cobol_dialect dialect, const struct wh_cobol_field *f)
{
	(void)f;
	return dialect == WH_COBOL_IBM ? 4 : 8;
}

enum shape { CHARACTERS, WIDE, BINARY, PACKED, BARE };

/* `bare`: what a usage without a picture holds. */
static const struct usage {
	const char *name;
	enum shape shape;
	enum wh_cobol_kind bare;
	uint64_t (*length)(enum wh_cobol_dialect dialect, const struct wh_cobol_field *f);
} usages[] = {
	[WH_COBOL_DISPLAY] = { "DISPLAY", CHARACTERS, .length = of_characters },
	[WH_COBOL_BINARY] = { "COMP", BINARY, .length = of_binary },
	[WH_COBOL_NATIVE] = { "COMP-5", BINARY, .length = of_binary },
	[WH_COBOL_COMP_X] = { "COMP-X", BINARY, .length = of_comp_x },
	[WH_COBOL_PACKED] = { "COMP-3", PACKED, .length = of_packed },
	[WH_COBOL_COMP_6] = { "COMP-6", PACKED, .length = of_comp_6 },
	[WH_COBOL_FLOAT] = { "COMP-1", BARE, WH_COBOL_REAL, of_four },
	[WH_COBOL_DOUBLE] = { "COMP-2", BARE, WH_COBOL_REAL, of_eight },
	[WH_COBOL_INDEX] = { "INDEX", BARE, WH_COBOL_INTEGER, of_four },
	[WH_COBOL_POINTER] = { "POINTER", BARE, WH_COBOL_ADDRESS, of_pointer },
	[WH_COBOL_NATIONAL] = { "NATIONAL", WIDE, .length = of_wide },
	[WH_COBOL_DBCS] = { "DISPLAY-1", WIDE, .length = of_wide },
};

const char *wh_cobol_usage_name(enum wh_cobol_usage usage)
{
	return usages[usage].name;
}

/* N and G bring their usage along. */
static void usage_of_picture(struct wh_cobol_field *f)
{
	if (f->picture.category == WH_COBOL_NATIONAL_TEXT && f->usage == WH_COBOL_DISPLAY)
		f->usage = WH_COBOL_NATIONAL;
	if (f->picture.category == WH_COBOL_DBCS_TEXT && f->usage == WH_COBOL_DISPLAY)
		f->usage = WH_COBOL_DBCS;
}

static enum wh_cobol_kind kind_of(const struct wh_cobol_field *f)
{
	const struct usage *u = &usages[f->usage];
	if (u->shape == BARE)
		return u->bare;
	if (u->shape == BINARY && f->picture.scale == 0)
		return WH_COBOL_INTEGER;
	if (f->picture.category == WH_COBOL_NUMERIC)
		return WH_COBOL_DECIMAL;
	if (u->shape == WIDE)
		return WH_COBOL_WIDE;
	return f->picture.category == WH_COBOL_NUMERIC_EDITED ? WH_COBOL_EDITED : WH_COBOL_TEXT;
}

static bool is_wide(enum wh_cobol_category category)
{
	return category == WH_COBOL_NATIONAL_TEXT || category == WH_COBOL_DBCS_TEXT;
}

static bool picture_fits(const struct wh_cobol_field *f)
{
	enum wh_cobol_category category = f->picture.category;
	enum shape shape = usages[f->usage].shape;
	if (shape == BINARY || shape == PACKED)
		return category == WH_COBOL_NUMERIC ||
			(f->usage == WH_COBOL_COMP_X && category == WH_COBOL_ALPHANUMERIC);
	if (f->usage == WH_COBOL_DBCS)
		return category == WH_COBOL_DBCS_TEXT;
	if (f->usage == WH_COBOL_NATIONAL)
		return category != WH_COBOL_ALPHANUMERIC && category != WH_COBOL_DBCS_TEXT;
	return shape == BARE || !is_wide(category);
}

static int check_picture(struct wh_cobol_parse *p, const struct wh_cobol_field *f)
{
	const char *name = wh_cobol_field_name(f), *usage = wh_cobol_usage_name(f->usage);
	if (!f->picture.text && usages[f->usage].shape != BARE)
		return wh_cobol_fail(p->error, f->place,
			"neither a picture nor items below: \"%.60s\"; give it a PICTURE", name);
	if (!picture_fits(f))
		return wh_cobol_fail(p->error, f->place,
			"%s has no picture like %.60s: \"%.60s\"; change the one or the other", usage,
			f->picture.text, name);
	if (f->usage == WH_COBOL_COMP_X && !f->picture.digits && f->picture.size > COMP_X_MOST)
		return wh_cobol_fail(p->error, f->place,
			"COMP-X of more than %d bytes: \"%.60s\" with the picture %.60s", COMP_X_MOST, name,
			f->picture.text);
	return WH_OK;
}

static void note_oddities(struct wh_cobol_parse *p, const struct wh_cobol_field *f, unsigned bytes)
{
	enum shape shape = usages[f->usage].shape;
	if (shape == BARE && f->picture.text)
		wh_cobol_note(p, f, "cobol-picture-unused", "%s has no picture; %.60s counts for nothing",
			wh_cobol_usage_name(f->usage), f->picture.text);
	if (f->picture.odd_sign)
		wh_cobol_note(p, f, "cobol-sign-edited",
			"an S in the edited picture %.60s; it is taken to have no place", f->picture.text);
	if (shape == BINARY && f->picture.digits > 18 && p->options->dialect != WH_COBOL_MF)
		wh_cobol_note(p, f, "cobol-binary-wide",
			"a binary of %u digits; IBM's and GnuCOBOL's have 18 at most; %u bytes are taken here",
			f->picture.digits, bytes);
}

int wh_cobol_measure(struct wh_cobol_parse *p, struct wh_cobol_field *f, uint64_t *length)
{
	usage_of_picture(f);
	int rc = check_picture(p, f);
	if (rc != WH_OK)
		return rc;
	f->kind = kind_of(f);
	*length = usages[f->usage].length(p->options->dialect, f);
	note_oddities(p, f, (unsigned)*length);
	return WH_OK;
}

/* IBM: halfword, fullword, and a doubleword only for COMP-2. GnuCOBOL: as long as it is itself.
 * Micro Focus takes no notice without IBMCOMP. */
uint32_t wh_cobol_boundary(enum wh_cobol_dialect dialect, const struct wh_cobol_field *f)
{
	enum shape shape = usages[f->usage].shape;
	bool aligned = shape == BINARY || shape == BARE;
	if (!f->synchronized || !aligned || dialect == WH_COBOL_MF)
		return 1;
	if (dialect == WH_COBOL_GNUCOBOL)
		return f->length == 2 || f->length == 4 || f->length == 8 ? f->length : 1;
	if (f->usage == WH_COBOL_DOUBLE)
		return 8;
	return f->length >= 4 ? 4 : f->length == 2 ? 2 : 1;
}

/* As an exact decimal: P makes places that are not stored. */
static const char *decimal_text(struct wh_arena *arena, const struct wh_cobol_picture *p)
{
	int digits = (int)p->digits, scale = p->scale;
	int precision = scale > digits ? scale : scale < 0 ? digits - scale : digits;
	return wh_arena_format(arena, "decimal(%d,%d)", precision, scale < 0 ? 0 : scale);
}

static const char *integer_text(struct wh_arena *arena, const struct wh_cobol_field *f)
{
	bool sign = f->picture.sign || f->usage == WH_COBOL_INDEX;
	return wh_arena_format(arena, "%sint%u", sign ? "" : "u", f->length * 8);
}

const char *wh_cobol_kind_text(struct wh_arena *arena, const struct wh_cobol_field *f)
{
	static const char *const names[] = { [WH_COBOL_GROUP] = "group",
		[WH_COBOL_TEXT] = "text",
		[WH_COBOL_EDITED] = "text",
		[WH_COBOL_ADDRESS] = "pointer" };
	if (f->kind == WH_COBOL_DECIMAL)
		return decimal_text(arena, &f->picture);
	if (f->kind == WH_COBOL_INTEGER)
		return integer_text(arena, f);
	if (f->kind == WH_COBOL_REAL)
		return f->length == 4 ? "float32" : "float64";
	if (f->kind == WH_COBOL_GROUP || f->kind == WH_COBOL_ADDRESS)
		return names[f->kind];
	const char *wide = f->usage == WH_COBOL_DBCS ? "dbcs" : "national";
	return wh_arena_format(arena, "%s(%u)", f->kind == WH_COBOL_WIDE ? wide : names[f->kind],
		f->picture.size);
}

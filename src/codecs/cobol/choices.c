#include "codecs/cobol/choices.h"
#include "base/text.h"

#define LENGTH_MOST ((int64_t)WH_COBOL_RECORD_MOST)

const struct wh_option wh_cobol_options[] = {
	{ "copybook", "file", "", "the copybook of the records; several are joined by commas" },
	{ "copybook_format", "text", "auto", "how it is written: auto, fixed, free" },
	{ "copy_path", "text", "", "folders where COPY looks too, joined by commas" },
	{ "replacing", "text", "", "FROM=TO: words of the copybook to replace, joined by commas" },
	{ "dialect", "text", "ibm", "whose sizes its fields have: ibm, mf, gnucobol" },
	{ "record", "text", "", "which level 01 the records are" },
	{ "format", "text", "F",
		"F, FB, V, VS, VB, VBS, D (lines), counters (each ends with its tables)" },
	{ "record_length", "int", "", "bytes of a record of format F; the copybook's" },
	{ "length_field", "text", "", "the field that holds the record's length" },
	{ "length_adjust", "int", "0", "what that length lacks of the whole record" },
	{ "rdw", "text", "big", "byte order of lengths in front (RDW, BDW): big, little" },
	{ "rdw_includes", "bool", "yes", "those lengths count their own 4 bytes" },
	{ "block_size", "int", "32760", "the most bytes of a block that is written" },
	{ "line_end", "text", "lf", "of format D: lf, crlf, or the byte 15 or 25 (EBCDIC)" },
	{ "file_header", "int", "0", "bytes at the begin of a file that are no records" },
	{ "file_footer", "int", "0", "bytes at its end that are none" },
	{ "record_start", "int", "0", "bytes in front of each record that are none of the copybook's" },
	{ "record_end", "int", "0", "bytes behind each record that are none" },
	{ "segment_field", "text", "", "the field that says what a record is" },
	{ "segments", "text", "", "VALUE:GROUP, joined by commas; VALUE|VALUE, X'C1' for bytes" },
	{ "parents", "text", "", "CHILD:PARENT of the groups in a hierarchy, joined by commas" },
	{ "redefines", "text", "base", "which of several fields in one place: base, all" },
	{ "occurs", "text", "tables", "what becomes of OCCURS: tables, json (a column)" },
	{ "fillers", "text", "drop", "what becomes of FILLER: drop, keep" },
	{ "conditions", "text", "comment", "what becomes of level 88: comment, check" },
	{ "code_page", "text", "cp037", "of text and digits: ascii, cp037, cp273, cp1047, ..." },
	{ "float", "text", "ibm", "COMP-1 and COMP-2: ibm (hexadecimal), ieee, ieee-little" },
	{ "sign", "text", "letters", "signs in ASCII digits, as written: letters, plain" },
	{ "little_endian", "bool", "no", "COMP-5 and INDEX are little-endian" },
	{ "trim", "text", "right", "blanks of texts: right, none, both, left" },
	{ "blank_null", "bool", "no", "digits that are all spaces or low-values are NULL" },
	{ "low_null", "bool", "no", "texts that are all low-values are NULL" },
	{ "raw", "text", "no",
		"a column with the record's bytes: no, odd (where columns lose some), yes" },
	{ "sequence", "text", "", "a field that counts records: gaps are reported" },
	{ "fillings", "bool", "no", "count low-values, spaces and zeros of each field" },
	WH_CODEC_PACKED,
	{ NULL, NULL, NULL, NULL },
};

enum form { TEXT, LIST, NUMBER, WORD };

/* What an option fills; a WORD an int: its index in `words`. */
struct choice {
	const char *name;
	enum form form;
	size_t offset;
	const char *const *words;
	int64_t least, most;
};

/* In the order of the enums that they fill. */
static const char *const dialects[] = { "ibm", "mf", "gnucobol", NULL };
static const char *const layouts[] = { "auto", "fixed", "free", NULL };
static const char *const formats[] = { "F", "FB", "V", "VS", "VB", "VBS", "D", "counters", NULL };
static const char *const orders[] = { "big", "little", NULL };
static const char *const line_ends[] = { "lf", "crlf", "15", "25", NULL };
static const char *const floats[] = { "ibm", "ieee", "ieee-little", NULL };
static const char *const signs[] = { "letters", "plain", NULL };
static const char *const trims[] = { "right", "none", "both", "left", NULL };
static const char *const redefinitions[] = { "base", "all", NULL };
static const char *const occurs[] = { "tables", "json", NULL };
static const char *const fillers[] = { "drop", "keep", NULL };
static const char *const conditions[] = { "comment", "check", NULL };
static const char *const raws[] = { "no", "odd", "yes", NULL };
static const char *const flags[] = { "no", "yes", "false", "true", "off", "on", "0", "1", NULL };

#define AT(field) offsetof(struct wh_cobol_choices, field)

static const struct choice choices[] = {
	{ "copybook", LIST, AT(copybooks), NULL, 0, 0 },
	{ "copybook_format", WORD, AT(copybook_format), layouts, 0, 0 },
	{ "copy_path", LIST, AT(copy_paths), NULL, 0, 0 },
	{ "replacing", LIST, AT(replacing), NULL, 0, 0 },
	{ "dialect", WORD, AT(dialect), dialects, 0, 0 },
	{ "record", TEXT, AT(record), NULL, 0, 0 },
	{ "format", WORD, AT(format), formats, 0, 0 },
	{ "record_length", NUMBER, AT(record_length), NULL, 1, LENGTH_MOST },
	{ "length_field", TEXT, AT(length_field), NULL, 0, 0 },
	{ "length_adjust", NUMBER, AT(length_adjust), NULL, -LENGTH_MOST, LENGTH_MOST },
	{ "rdw", WORD, AT(rdw_little), orders, 0, 0 },
	{ "rdw_includes", WORD, AT(rdw_includes), flags, 0, 0 },
	{ "block_size", NUMBER, AT(block_size), NULL, 16, UINT16_MAX },
	{ "line_end", WORD, AT(line_end), line_ends, 0, 0 },
	{ "file_header", NUMBER, AT(file_header), NULL, 0, LENGTH_MOST },
	{ "file_footer", NUMBER, AT(file_footer), NULL, 0, LENGTH_MOST },
	{ "record_start", NUMBER, AT(record_start), NULL, 0, LENGTH_MOST },
	{ "record_end", NUMBER, AT(record_end), NULL, 0, LENGTH_MOST },
	{ "segment_field", TEXT, AT(segment_field), NULL, 0, 0 },
	{ "segments", LIST, AT(segments), NULL, 0, 0 },
	{ "parents", LIST, AT(parents), NULL, 0, 0 },
	{ "redefines", WORD, AT(redefines_all), redefinitions, 0, 0 },
	{ "occurs", WORD, AT(occurs_json), occurs, 0, 0 },
	{ "fillers", WORD, AT(fillers_keep), fillers, 0, 0 },
	{ "conditions", WORD, AT(conditions_check), conditions, 0, 0 },
	{ "code_page", TEXT, AT(code_page), NULL, 0, 0 },
	{ "float", WORD, AT(floating), floats, 0, 0 },
	{ "sign", WORD, AT(overpunch), signs, 0, 0 },
	{ "little_endian", WORD, AT(little_endian), flags, 0, 0 },
	{ "trim", WORD, AT(trim), trims, 0, 0 },
	{ "blank_null", WORD, AT(blank_null), flags, 0, 0 },
	{ "low_null", WORD, AT(low_null), flags, 0, 0 },
	{ "raw", WORD, AT(raw), raws, 0, 0 },
	{ "sequence", TEXT, AT(sequence), NULL, 0, 0 },
	{ "fillings", WORD, AT(fillings), flags, 0, 0 },
};

static void *place_of(struct wh_cobol_choices *c, const struct choice *choice)
{
	return (char *)c + choice->offset;
}

static int read_word(const struct choice *choice, const char *value, int *out,
	struct wh_error *error)
{
	for (int i = 0; choice->words[i]; i++)
		if (wh_equal_nocase(choice->words[i], value)) {
			*out = choice->words == flags ? i % 2 : i;
			return WH_OK;
		}
	struct wh_buffer words = { 0 };
	for (int i = 0; choice->words[i] && (choice->words != flags || i < 2); i++)
		wh_buffer_format(&words, "%s%s", i ? ", " : "", choice->words[i]);
	wh_fail(error, WH_CONFIG, "%s=\"%.60s\"; it is one of: %s", choice->name, value,
		wh_buffer_string(&words));
	wh_buffer_free(&words);
	return error->code;
}

static int read_number(const struct choice *choice, const char *value, int64_t *out,
	struct wh_error *error)
{
	if (wh_text_int64(value, strlen(value), out) && *out >= choice->least && *out <= choice->most)
		return WH_OK;
	return wh_fail(error, WH_CONFIG, "%s=\"%.60s\"; it is a number from %lld to %lld", choice->name,
		value, (long long)choice->least, (long long)choice->most);
}

/* Words between commas, but for those in quotes: X'C1', 'A,B'. */
static void read_list(const char *value, struct wh_cobol_words *out, struct wh_arena *arena)
{
	while (*value) {
		bool quoted = false;
		size_t n = 0;
		for (; value[n] && (quoted || value[n] != ','); n++)
			quoted ^= value[n] == '\'';
		if (n)
			*wh_push(arena, &out->items, &out->count) = wh_arena_bytes(arena, value, n);
		value += n + (value[n] == ',');
	}
}

static int read_one(struct wh_cobol_choices *c, const struct choice *choice, const char *value,
	struct wh_arena *arena, struct wh_error *error)
{
	if (choice->form == WORD)
		return read_word(choice, value, place_of(c, choice), error);
	if (choice->form == NUMBER)
		return read_number(choice, value, place_of(c, choice), error);
	if (choice->form == LIST)
		read_list(value, place_of(c, choice), arena);
	else
		*(const char **)place_of(c, choice) = *value ? wh_arena_text(arena, value) : NULL;
	return WH_OK;
}

static int refuse_pairs(const struct wh_cobol_choices *c, const struct wh_url *url,
	struct wh_error *error)
{
	if (!c->copybooks.count)
		return wh_fail(error, WH_CONFIG, "no copybook is named; say which with copybook=FILE");
	if (c->length_field && wh_url_param(url, "format"))
		return wh_fail(error, WH_CONFIG,
			"format= and length_field= exclude each other: the field alone says where records end");
	if (!c->segments.count != !c->segment_field)
		return wh_fail(error, WH_CONFIG, "segment_field= and segments= go together");
	if (c->parents.count && !c->segments.count)
		return wh_fail(error, WH_CONFIG, "parents= needs segment_field= and segments=");
	return WH_OK;
}

int wh_cobol_choices_read(struct wh_cobol_choices *out, const struct wh_url *url,
	struct wh_arena *arena, struct wh_error *error)
{
	int rc = WH_OK;
	*out =
		(struct wh_cobol_choices){ .code_page = "cp037", .rdw_includes = 1, .block_size = 32760 };
	for (size_t i = 0; rc == WH_OK && i < sizeof choices / sizeof *choices; i++) {
		const char *value = wh_url_param(url, choices[i].name);
		if (value)
			rc = read_one(out, &choices[i], value, arena, error);
	}
	return rc == WH_OK ? refuse_pairs(out, url, error) : rc;
}

void wh_cobol_choices_framing(const struct wh_cobol_choices *c, struct wh_cobol_framing *out)
{
	static const enum wh_cobol_frames kinds[] = { WH_COBOL_F, WH_COBOL_F, WH_COBOL_V, WH_COBOL_V,
		WH_COBOL_VB, WH_COBOL_VB, WH_COBOL_D, WH_COBOL_SELF };
	static const unsigned char newlines[] = { '\n', '\n', 0x15, 0x25 };
	*out = (struct wh_cobol_framing){ .kind = c->length_field ? WH_COBOL_SELF : kinds[c->format],
		.length = (uint32_t)c->record_length,
		.little = c->rdw_little,
		.inclusive = c->rdw_includes,
		.header = (uint32_t)c->file_header,
		.footer = (uint32_t)c->file_footer,
		.before = (uint32_t)c->record_start,
		.after = (uint32_t)c->record_end,
		.block = (uint32_t)c->block_size,
		.newline = newlines[c->line_end],
		.crlf = c->line_end == 1 };
}

struct wh_cobol_form wh_cobol_choices_form(const struct wh_cobol_choices *c)
{
	return (struct wh_cobol_form){ .floating = (enum wh_cobol_floating)c->floating,
		.overpunch = (enum wh_cobol_overpunch)c->overpunch,
		.trim = (enum wh_cobol_trim)c->trim,
		.little_endian = c->little_endian,
		.blank_null = c->blank_null,
		.low_null = c->low_null };
}

/* choices: what the parameters of a URL say about files of COBOL records. Memory is the arena's. */
#ifndef WH_CODECS_COBOL_CHOICES_H
#define WH_CODECS_COBOL_CHOICES_H

#include "codecs/cobol/cell.h"
#include "codecs/cobol/framing.h"

extern const struct wh_option wh_cobol_options[];

enum wh_cobol_raw { WH_COBOL_RAW_NO, WH_COBOL_RAW_ODD, WH_COBOL_RAW_YES };

struct wh_cobol_words {
	const char **items;
	size_t count;
};

struct wh_cobol_choices {
	struct wh_cobol_words copybooks, copy_paths, replacing, segments, parents;
	const char *record, *code_page, *length_field, *segment_field, *sequence;
	int dialect, copybook_format, format; /* enum wh_cobol_dialect, wh_cobol_format; a RECFM */
	int floating, overpunch, trim, raw;   /* enums of the same names */
	int line_end;
	int redefines_all, occurs_json, fillers_keep, conditions_check;
	int rdw_little, rdw_includes, little_endian, blank_null, low_null, fillings;
	int64_t record_length, length_adjust, block_size; /* record_length 0: the copybook's */
	int64_t file_header, file_footer, record_start, record_end;
};

/* WH_CONFIG: the option, what it is and what it may be. */
int wh_cobol_choices_read(struct wh_cobol_choices *out, const struct wh_url *url,
	struct wh_arena *arena, struct wh_error *error) WH_MUST_USE;
/* All but SELF's measure and F's length, which the copybook gives where the user does not. */
void wh_cobol_choices_framing(const struct wh_cobol_choices *c, struct wh_cobol_framing *out);
struct wh_cobol_form wh_cobol_choices_form(const struct wh_cobol_choices *c);

#endif

/* copybook_parsed: a copybook parsed from a string, for the tests of the parser. */
#ifndef WH_TESTS_UNIT_COPYBOOK_PARSED_H
#define WH_TESTS_UNIT_COPYBOOK_PARSED_H

#include "check.h"
#include "codecs/cobol/copybook.h"

struct parsed {
	struct wh_arena arena;
	struct wh_copybook book;
	struct wh_error error;
	int rc;
};

static inline void parse_with(struct parsed *p, const char *text,
	const struct wh_cobol_options *options)
{
	struct wh_cobol_text file = { "a.cpy", text, strlen(text) };
	*p = (struct parsed){ 0 };
	p->rc = wh_copybook_parse(&file, options, &p->arena, &p->book, &p->error);
}

static inline void parse(struct parsed *p, const char *text, enum wh_cobol_dialect dialect)
{
	struct wh_cobol_options options = { .dialect = dialect };
	parse_with(p, text, &options);
	if (p->rc != WH_OK)
		fail_msg("%s: %s\n%s", p->error.place, p->error.text, text);
}

#endif

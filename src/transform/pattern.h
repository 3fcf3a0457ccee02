/* pattern: Lua's patterns (reference manual of Lua 5.4, section 6.4.1) with a budget of steps, so
 * that no pattern can run for long: the library's own cannot be stopped. Pure; any thread. */
#ifndef WH_TRANSFORM_PATTERN_H
#define WH_TRANSFORM_PATTERN_H

#include <stddef.h>
#include <stdint.h>

#define WH_CAPTURES 32

struct wh_capture {
	const char *start;
	ptrdiff_t size; /* or WH_CAPTURE_OPEN, or WH_CAPTURE_PLACE: where it is counts, not what */
};
#define WH_CAPTURE_OPEN (-1)
#define WH_CAPTURE_PLACE (-2)

struct wh_pattern {
	const char *text, *text_end; /* what is searched */
	const char *at, *end;        /* the pattern, without its '^' */
	int64_t *steps;              /* that are left; shared by many matches */
	struct wh_capture captures[WH_CAPTURES];
	int ncaptures;
	int depth;
	const char *fault; /* out: the pattern is malformed, or took too many steps */
};

/* Matches at exactly this place: the end of the match, or NULL; look at `fault` then. */
const char *wh_pattern_at(struct wh_pattern *p, const char *place);

#endif

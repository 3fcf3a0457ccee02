/* error: what went wrong, and what the caller does next.
 *
 * Every fallible function returns WH_OK, WH_DONE or one of the negative codes, and fills the
 * error that its caller passed last. The text says the fault first, then the subject in quotes,
 * then what to do. It never carries a secret: a URL goes in through wh_url_shown(). */
#ifndef WH_BASE_ERROR_H
#define WH_BASE_ERROR_H

#include <stdarg.h>
#include <stdbool.h>

#define WH_MUST_USE __attribute__((warn_unused_result))
#define WH_FORMAT(fmt, args) __attribute__((format(printf, fmt, args)))

enum wh_code {
	WH_OK = 0,
	WH_DONE = 1,    /* nothing more to read; the marker is there; the end */
	WH_RETRY = -1,  /* the same call may succeed later: reconnect and take the unit again */
	WH_ROW = -2,    /* at least one row of this batch or unit cannot go: find it */
	WH_CONFIG = -3, /* the user must change something: settings, privileges, the target */
	WH_GUARD = -4,  /* a condition that must hold before this step does not */
	WH_LOST = -5,   /* somebody else holds this migration, or it is in another state */
	WH_STOP = -6,   /* the endpoint failed in a way that no retry mends; or a stop was asked for */
	WH_BUG = -7,    /* this cannot happen */
	WH_EXISTS = -8, /* what a statement was to make is there already */
};

enum wh_side { WH_NOWHERE, WH_SOURCE, WH_TARGET };

struct wh_error {
	enum wh_code code;
	enum wh_side side; /* which endpoint spoke; set by the core, not by connectors */
	bool interrupted;  /* the user asked to stop: exit code 130 */
	int system;        /* errno or the library's number; 0: none */
	char state[16];    /* SQLSTATE, or ""; */
	char place[200];   /* file:line:column, table, statement; or "" */
	char text[1600];
};

/* Fills the error and returns the code, so that `return wh_fail(error, WH_CONFIG, "...")` reads. */
int wh_fail(struct wh_error *error, enum wh_code code, const char *format, ...) WH_FORMAT(3, 4);
/* The same with errno's number and its words appended. */
int wh_fail_errno(struct wh_error *error, enum wh_code code, const char *format, ...)
	WH_FORMAT(3, 4);
/* Names the place after the fact; the code stays. Returns the code. */
int wh_fail_place(struct wh_error *error, const char *format, ...) WH_FORMAT(2, 3);
void wh_error_clear(struct wh_error *error);

#endif

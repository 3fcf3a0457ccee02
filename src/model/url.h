/* url: how a user names an endpoint.
 *
 *   scheme://[user[:password]@]host[:port]/path[?name=value&...]
 *   scheme:PATH[?name=value&...]
 *
 * Percent-encoding is decoded (in paths of the second form only where %XX is well formed). The
 * strings are the arena's. A password is held apart and never shown. */
#ifndef WH_MODEL_URL_H
#define WH_MODEL_URL_H

#include "base/arena.h"

struct wh_url_param {
	const char *name, *value;
};

struct wh_url {
	const char *scheme;                 /* lower case, as given: "mariadb" */
	const char *user, *password, *host; /* NULL: not given */
	int port;                           /* 0: not given */
	const char *path;                   /* without the slash before it; "" */
	struct wh_url_param *params;
	size_t nparams;
	bool password_in_text; /* it stood in the URL itself: worth a warning */
};

/* WH_CONFIG with what was expected and where. */
int wh_url_parse(const char *text, struct wh_arena *arena, struct wh_url *out,
	struct wh_error *error) WH_MUST_USE;
const char *wh_url_param(const struct wh_url *url, const char *name); /* NULL: not given */
/* For people, logs and reports: no password, no value of a parameter that holds a secret. */
const char *wh_url_shown(const struct wh_url *url, struct wh_arena *arena);

#endif

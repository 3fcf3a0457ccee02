#include "model/connector.h"
#include "base/text.h"
#include <stdlib.h>
#include <string.h>

/* The state stands behind the connection in one piece of memory. */
#define CONN_SIZE \
	((sizeof(struct wh_conn) + _Alignof(max_align_t) - 1) / _Alignof(max_align_t) * \
		_Alignof(max_align_t))

static bool connector_named(const struct wh_connector *kind, const char *scheme)
{
	if (wh_equal(kind->scheme, scheme))
		return true;
	for (const char *const *alias = kind->aliases; alias && *alias; alias++)
		if (wh_equal(*alias, scheme))
			return true;
	return false;
}

static int connector_unknown(const char *scheme, struct wh_error *error)
{
	struct wh_buffer known = { .max = 512 }, shown = { .max = 128 };
	const char *names[64] = { NULL };
	size_t n = 0;
	for (const struct wh_connector *const *k = wh_connectors; *k && n < 63; k++) {
		names[n++] = (*k)->scheme;
		wh_buffer_text(&known, k == wh_connectors ? "" : ", ");
		wh_buffer_text(&known, (*k)->scheme);
		for (const char *const *a = (*k)->aliases; a && *a && n < 63; a++)
			names[n++] = *a;
	}
	const char *nearest = wh_text_nearest(scheme, names);
	size_t word = strcspn(scheme, ":"); /* a whole URL may hold a password */
	wh_text_shown(&shown, scheme, wh_utf8_cut(scheme, word, 40));
	int rc = wh_fail(error, WH_CONFIG, "unknown kind of system \"%s\"; %s%s%sknown: %s",
		wh_buffer_string(&shown), nearest ? "did you mean \"" : "", nearest ? nearest : "",
		nearest ? "\"? " : "", wh_buffer_string(&known));
	wh_buffer_free(&known);
	wh_buffer_free(&shown);
	return rc;
}

int wh_connector_find(const char *scheme, const struct wh_connector **out, struct wh_error *error)
{
	for (const struct wh_connector *const *k = wh_connectors; *k; k++) {
		if (connector_named(*k, scheme)) {
			*out = *k;
			return WH_OK;
		}
	}
	return connector_unknown(scheme, error);
}

int wh_conn_open(const struct wh_connector *kind, const struct wh_url *url, enum wh_side side,
	bool writes, struct wh_conn **out, struct wh_error *error)
{
	struct wh_conn *c = wh_alloc(CONN_SIZE + kind->state_size);
	*c = (struct wh_conn){ .kind = kind, .url = url, .side = side, .writes = writes };
	c->state = (char *)c + CONN_SIZE;
	*out = NULL;
	int rc = kind->open(c, error);
	if (rc < 0) {
		if (error)
			error->side = side;
		wh_conn_close(c);
		return rc;
	}
	*out = c;
	return WH_OK;
}

void wh_conn_close(struct wh_conn *conn)
{
	if (!conn)
		return;
	if (conn->kind->close)
		conn->kind->close(conn);
	free(conn);
}

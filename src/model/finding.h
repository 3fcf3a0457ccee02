/* finding: something that assess, plan or a run has to say about an object. */
#ifndef WH_MODEL_FINDING_H
#define WH_MODEL_FINDING_H

#include "base/arena.h"

enum wh_severity { WH_INFO, WH_WARNING, WH_ERROR };
enum wh_effort { WH_AUTOMATIC, WH_ASSISTED, WH_MANUAL };

struct wh_finding {
	const char *rule; /* stable id, words joined by '-': "index-not-carried" */
	enum wh_severity severity;
	enum wh_effort effort; /* shown as "class" */
	const char *object;    /* "shop.orders.total", "view film_list" */
	const char *text;      /* what, why, and what happens or what to do */
	const char *source;    /* the object's own definition, or NULL */
};

struct wh_findings {
	struct wh_arena *arena;
	struct wh_finding *items;
	size_t count;
};

/* Strings are copied into the findings' arena. Equal findings are kept once. */
struct wh_finding *wh_findings_add(struct wh_findings *list, const char *rule,
	enum wh_severity severity, enum wh_effort effort, const char *object, const char *format, ...)
	WH_FORMAT(6, 7);
const char *wh_severity_name(enum wh_severity severity);
const char *wh_effort_name(enum wh_effort effort);

#endif

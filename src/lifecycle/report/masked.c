/* The quarantine holds rows whole; what is masked in them does not go into reports. */
#include "lifecycle/report/print.h"
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

const char *wh_values_masked(struct wh_arena *arena, const char *values)
{
	if (!values || !strstr(values, "{\"masked\":"))
		return values;
	json_t *fields = json_loads(values, JSON_ALLOW_NUL, NULL);
	const char *name;
	json_t *value;
	json_object_foreach(fields, name, value)
	{
		if (json_object_get(value, "masked"))
			json_object_set_new(fields, name, json_string("(masked)"));
	}
	char *dump = fields ? json_dumps(fields, JSON_COMPACT) : NULL;
	const char *out = wh_arena_text(arena, dump ? dump : "(masked)");
	free(dump);
	json_decref(fields);
	return out;
}

#include "model/finding.h"
#include "base/text.h"
#include <stdlib.h>
#include <stdio.h>

static bool finding_equal(const struct wh_finding *a, const struct wh_finding *b)
{
	return a->severity == b->severity && a->effort == b->effort && wh_equal(a->rule, b->rule) &&
		wh_equal(a->object, b->object) && wh_equal(a->text, b->text);
}

__attribute__((format(printf, 1, 0))) static char *text_made(const char *format, va_list args)
{
	va_list again;
	va_copy(again, args);
	int n = vsnprintf(NULL, 0, format, again);
	va_end(again);
	char *text = wh_alloc(n < 0 ? 1 : (size_t)n + 1);
	if (n > 0)
		vsnprintf(text, (size_t)n + 1, format, args);
	return text;
}

static struct wh_finding *finding_known(const struct wh_findings *list, const struct wh_finding *f)
{
	for (size_t i = list->count; i-- > 0;)
		if (finding_equal(&list->items[i], f))
			return &list->items[i];
	return NULL;
}

struct wh_finding *wh_findings_add(struct wh_findings *list, const char *rule,
	enum wh_severity severity, enum wh_effort effort, const char *object, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	char *text = text_made(format, args);
	va_end(args);
	struct wh_finding new = { rule, severity, effort, object, text, NULL };
	struct wh_finding *f = finding_known(list, &new);
	if (!f) {
		f = wh_push(list->arena, &list->items, &list->count);
		*f = new;
		f->rule = wh_arena_text(list->arena, rule);
		f->object = wh_arena_text(list->arena, object);
		f->text = wh_arena_text(list->arena, text);
	}
	free(text);
	return f;
}

const char *wh_severity_name(enum wh_severity severity)
{
	static const char *const names[] = {
		[WH_INFO] = "info",
		[WH_WARNING] = "warning",
		[WH_ERROR] = "error",
	};
	return names[severity];
}

const char *wh_effort_name(enum wh_effort effort)
{
	static const char *const names[] = {
		[WH_AUTOMATIC] = "automatic",
		[WH_ASSISTED] = "assisted",
		[WH_MANUAL] = "manual",
	};
	return names[effort];
}

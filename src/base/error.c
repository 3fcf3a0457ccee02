#include "base/error.h"
#include "base/text.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>

#define ERROR_TEXT sizeof(((struct wh_error *)0)->text)

/* Callers wrap with `wh_fail(error, code, "...: %s", error->text)`: the new text is made apart
 * from the old one before it replaces it. One byte more than fits is made, so that the cut falls
 * between characters. */
__attribute__((format(printf, 3, 0))) static void error_print(char *out, size_t size,
	const char *format, va_list args)
{
	char made[ERROR_TEXT + 1] = "";
	if (vsnprintf(made, sizeof made, format, args) < 0)
		memcpy(made, "unprintable", sizeof "unprintable");
	wh_text_cover(made);
	size_t n = wh_utf8_cut(made, strlen(made), size - 1);
	memcpy(out, made, n);
	out[n] = '\0';
}

static void error_begin(struct wh_error *error, enum wh_code code)
{
	error->code = code;
	error->side = WH_NOWHERE;
	error->interrupted = false;
	error->system = 0;
	error->state[0] = '\0';
	error->place[0] = '\0';
}

int wh_fail(struct wh_error *error, enum wh_code code, const char *format, ...)
{
	if (!error)
		return code;
	va_list args;
	va_start(args, format);
	error_print(error->text, sizeof error->text, format, args);
	va_end(args);
	error_begin(error, code);
	return code;
}

int wh_fail_errno(struct wh_error *error, enum wh_code code, const char *format, ...)
{
	int system = errno;
	if (!error)
		return code;
	va_list args;
	va_start(args, format);
	error_print(error->text, sizeof error->text, format, args);
	va_end(args);
	error_begin(error, code);
	size_t n = strlen(error->text);
	errno = system;
	snprintf(error->text + n, sizeof error->text - n, ": %m");
	error->system = system;
	return code;
}

int wh_fail_place(struct wh_error *error, const char *format, ...)
{
	if (!error)
		return WH_BUG;
	va_list args;
	va_start(args, format);
	error_print(error->place, sizeof error->place, format, args);
	va_end(args);
	return error->code;
}

void wh_error_clear(struct wh_error *error)
{
	error_begin(error, WH_OK);
	error->text[0] = '\0';
}

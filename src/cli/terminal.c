#include "cli/terminal.h"
#include "base/text.h"
#include "lifecycle/migration.h"
#include "lifecycle/plan/show.h"
#include "lifecycle/report/report.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

const char wh_exit_codes[] =
	"0    done and verified\n"
	"1    internal error\n"
	"2    usage or configuration\n"
	"3    a condition that must hold does not\n"
	"4    differences, or findings of severity error\n"
	"5    the source failed\n"
	"6    the target failed\n"
	"7    wrong state, or locked by another process\n"
	"9    done, with rows in quarantine\n"
	"130  interrupted at a checkpoint; the same command goes on\n";

const char *wh_terminal_shown(struct wh_arena *arena, const char *text)
{
	struct wh_buffer out = { 0 };
	char *line = wh_arena_text(arena, text);
	for (char *c = line; *c; c++)
		if (strchr("\r\n\t", *c))
			*c = ' ';
	wh_text_shown(&out, line, strlen(line));
	const char *shown = wh_arena_text(arena, wh_buffer_string(&out));
	wh_buffer_free(&out);
	return shown;
}

void wh_terminal_note(const char *format, ...)
{
	va_list args;
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
}

void wh_terminal_warn(const char *format, ...)
{
	char text[1200];
	struct wh_arena arena = { 0 };
	va_list args;
	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	fprintf(stderr, "whimbrel: warning: %s\n", wh_terminal_shown(&arena, text));
	wh_arena_free(&arena);
}

void wh_terminal_error(const struct wh_error *error)
{
	static const char
		*const sides[] = { [WH_NOWHERE] = "", [WH_SOURCE] = "source: ", [WH_TARGET] = "target: " };
	struct wh_arena arena = { 0 };
	const char *place = wh_terminal_shown(&arena, error->place);
	fprintf(stderr, "whimbrel: %s%s%s%s\n", sides[error->side], place, *place ? ": " : "",
		wh_terminal_shown(&arena, error->text));
	wh_arena_free(&arena);
}

void wh_terminal_document(char *text)
{
	fputs(text, stdout);
	free(text);
}

int wh_terminal_flush(int exit)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return exit;
	if (errno != EPIPE)
		fprintf(stderr, "whimbrel: cannot write to standard output: %s\n", strerror(errno));
	return 1;
}

int wh_terminal_fail(const struct wh_arguments *args, const struct wh_error *error)
{
	int exit = wh_outcome_exit(NULL, error);
	wh_terminal_error(error);
	if (args->json)
		wh_terminal_document(args->command && wh_equal(args->command->name, "plan")
				? wh_plan_document(NULL, error, exit)
				: wh_document(NULL, error, exit));
	return wh_terminal_flush(exit);
}

int wh_terminal_unknown(const struct wh_arguments *args)
{
	struct wh_error error = { 0 };
	struct wh_arena arena = { 0 };
	int rc = wh_command_unknown(&args->operands, &arena, &error);
	wh_arena_free(&arena);
	return rc == WH_OK ? 0 : wh_terminal_fail(args, &error);
}

#include "cli/commands.h"
#include "cli/terminal.h"
#include "base/text.h"
#include <string.h>

#define HELP_WIDTH 92

/* Text wrapped at words behind `indent` columns; the first line's are already there. */
static void help_wrap(FILE *out, const char *text, int indent)
{
	int column = indent;
	while (*text) {
		size_t n = strcspn(text, " \n");
		if (column > indent && column + 1 + (int)n > HELP_WIDTH) {
			fprintf(out, "\n%*s", indent, "");
			column = indent;
		}
		column += fprintf(out, "%s%.*s", column > indent ? " " : "", (int)n, text);
		text += n;
		if (wh_starts(text, "\n")) {
			size_t lines = strspn(text, "\n");
			fprintf(out, "%s%*s", lines > 1 ? "\n\n" : "\n", indent, "");
			column = indent;
			text += lines;
		}
		text += strspn(text, " ");
	}
	fputc('\n', out);
}

const char *wh_help_option(struct wh_arena *arena, const struct wh_cli_option *o)
{
	const char *value = o->value ? o->value : "";
	for (size_t i = 0; o->words && o->words[i]; i++)
		value = i ? wh_arena_format(arena, "%s|%s", value, o->words[i]) : o->words[i];
	const char *letter = o->letter ? wh_arena_format(arena, "-%c, ", o->letter) : "";
	return wh_arena_format(arena, "%s--%s%s%s", letter, o->name, *value ? " " : "", value);
}

static void help_options(const struct wh_command *command, FILE *out)
{
	struct wh_arena arena = { 0 };
	fputs("\nOptions:\n", out);
	for (const struct wh_cli_option *o = wh_options; o->name; o++) {
		bool alone = !command && strchr("*-", o->commands[0]);
		if (!alone && !(command && wh_option_serves(o, command)))
			continue;
		int n = fprintf(out, "  %s", wh_help_option(&arena, o));
		fprintf(out, "%s%*s", n > 25 ? "\n" : "", n > 25 ? 27 : 27 - n, "");
		help_wrap(out, o->help, 27);
	}
	wh_arena_free(&arena);
}

static void help_lines(FILE *out, const char *title, const char *lines)
{
	fprintf(out, "\n%s:\n", title);
	for (const char *at = lines; *at; at += strspn(at, "\n")) {
		size_t n = strcspn(at, "\n");
		fprintf(out, "  %.*s\n", (int)n, at);
		at += n;
	}
}

static void help_usage(const struct wh_command *c, FILE *out)
{
	const char *at = c->operands;
	do {
		const char *bar = strstr(at, " | ");
		size_t n = bar ? (size_t)(bar - at) : strlen(at);
		fprintf(out, "whimbrel %s [OPTION...]%s%.*s\n", c->name, n ? " " : "", (int)n, at);
		at += bar ? n + 3 : n;
	} while (*at);
}

static void help_command(const struct wh_command *c, FILE *out)
{
	help_usage(c, out);
	fputc('\n', out);
	help_wrap(out, c->text, 0);
	help_options(c, out);
	if (c->example)
		help_lines(out, "For example", c->example);
}

static void help_all(FILE *out)
{
	fputs("whimbrel moves any database to any other and proves that nothing was lost.\n\n"
		  "whimbrel COMMAND [OPTION...] [ARGUMENT...]\n"
		  "whimbrel COMMAND --help\n\nCommands:\n",
		out);
	for (const struct wh_command *c = wh_commands; c->name; c++)
		fprintf(out, "  %-17s %s\n", c->name, c->summary);
	help_options(NULL, out);
	help_lines(out, "Exit codes", wh_exit_codes);
}

void wh_help_print(const struct wh_command *command, FILE *out)
{
	if (command)
		help_command(command, out);
	else
		help_all(out);
}

int wh_command_help(const struct wh_arguments *args)
{
	size_t used = 0;
	const struct wh_command *c = NULL;
	if (args->operands.count) {
		c = wh_command_find(&args->operands, &used);
		if (!c || used != args->operands.count)
			return wh_terminal_unknown(args);
	}
	wh_help_print(c, stdout);
	return wh_terminal_flush(0);
}

/* Manual pages in the man(7) form, from the same tables as the help. */
#include "base/text.h"
#include "cli/commands.h"
#include "cli/terminal.h"
#include <ctype.h>
#include <string.h>

/* Text with what roff would take for its own escaped; `at_start`: of a line. */
static void man_text(const char *text, size_t n)
{
	bool start = true;
	for (size_t i = 0; i < n; i++) {
		if (start && strchr(".'", text[i]))
			fputs("\\&", stdout);
		start = text[i] == '\n';
		if (text[i] == '\\')
			fputs("\\e", stdout);
		else if (text[i] == '-')
			fputs("\\-", stdout);
		else
			putchar(text[i]);
	}
}

static void man_word(const char *text)
{
	man_text(text, strlen(text));
}

static void man_paragraphs(const char *text)
{
	for (const char *at = text; *at;) {
		const char *end = strstr(at, "\n\n");
		size_t n = end ? (size_t)(end - at) : strlen(at);
		man_text(at, n);
		fputs(end ? "\n.PP\n" : "\n", stdout);
		at += n + (end ? 2 : 0);
	}
}

static void man_title(const char *name)
{
	char shown[64];
	size_t n = 0;
	for (; name[n] && n < sizeof shown - 1; n++)
		shown[n] = name[n] == ' ' ? '-' : (char)toupper((unsigned char)name[n]);
	shown[n] = '\0';
	printf(".TH WHIMBREL%s%s 1 \"\" \"whimbrel %s\" \"whimbrel\"\n", n ? "-" : "", shown,
		WH_VERSION);
}

static void man_page_name(const char *name)
{
	fputs(".BR whimbrel\\-", stdout);
	for (const char *c = name; *c; c++)
		putchar(*c == ' ' ? '-' : *c);
}

static void man_options(const struct wh_command *command)
{
	struct wh_arena arena = { 0 };
	fputs(".SH OPTIONS\n", stdout);
	for (const struct wh_cli_option *o = wh_options; o->name; o++) {
		bool alone = !command && strchr("*-", o->commands[0]);
		if (!alone && !(command && wh_option_serves(o, command)))
			continue;
		fputs(".TP\n.B ", stdout);
		man_word(wh_help_option(&arena, o));
		putchar('\n');
		man_word(o->help);
		fputs(".\n", stdout);
	}
	wh_arena_free(&arena);
}

/* "0  done" lines as a list of tags. */
static void man_codes(void)
{
	fputs(".SH EXIT STATUS\n", stdout);
	for (const char *at = wh_exit_codes; *at; at += strspn(at, "\n")) {
		size_t n = strcspn(at, "\n"), code = strcspn(at, " ");
		size_t gap = code + strspn(at + code, " ");
		printf(".TP\n.B %.*s\n", (int)code, at);
		man_text(at + gap, n - gap);
		putchar('\n');
		at += n;
	}
}

static void man_example(const char *example)
{
	fputs(".SH EXAMPLES\n.nf\n", stdout);
	man_word(example);
	fputs("\n.fi\n", stdout);
}

static void man_synopsis(const struct wh_command *c)
{
	const char *at = c->operands;
	do {
		const char *bar = strstr(at, " | ");
		size_t n = bar ? (size_t)(bar - at) : strlen(at);
		printf("%s.B whimbrel %s\n[\\fIoption\\fR...]", at == c->operands ? "" : ".br\n", c->name);
		if (n)
			putchar(' ');
		man_text(at, n);
		putchar('\n');
		at += bar ? n + 3 : n;
	} while (*at);
}

static void man_command(const struct wh_command *c)
{
	man_title(c->name);
	fputs(".SH NAME\nwhimbrel\\-", stdout);
	for (const char *at = c->name; *at; at++)
		putchar(*at == ' ' ? '-' : *at);
	fputs(" \\- ", stdout);
	man_word(c->summary);
	fputs("\n.SH SYNOPSIS\n", stdout);
	man_synopsis(c);
	fputs(".SH DESCRIPTION\n", stdout);
	man_paragraphs(c->text);
	man_options(c);
	if (c->example)
		man_example(c->example);
	man_codes();
	fputs(".SH SEE ALSO\n.BR whimbrel (1)\n", stdout);
}

static void man_all(void)
{
	man_title("");
	fputs(
		".SH NAME\nwhimbrel \\- move any database to any other and prove that nothing was lost\n"
		".SH SYNOPSIS\n.B whimbrel\n.I command\n[\\fIoption\\fR...] [\\fIargument\\fR...]\n"
		".SH DESCRIPTION\nA migration inspects the source, plans, copies, builds, verifies every "
		"row and writes a report.\nIt remembers every step in a journal, so that the same command "
		"run again goes on where it stopped,\nwhatever happened.\n.SH COMMANDS\n",
		stdout);
	for (const struct wh_command *c = wh_commands; c->name; c++) {
		printf(".TP\n.B %s\n", c->name);
		man_word(c->summary);
		fputs(".\n", stdout);
	}
	man_options(NULL);
	man_codes();
	fputs(".SH ENVIRONMENT\n.TP\n.B NO_COLOR\nNo colors on a terminal.\n.SH SEE ALSO\n", stdout);
	for (const struct wh_command *c = wh_commands; c->name; c++) {
		man_page_name(c->name);
		printf(" (1)%s\n", c[1].name ? "," : "");
	}
}

int wh_command_man(const struct wh_arguments *args)
{
	size_t used = 0;
	const struct wh_command *c = NULL;
	if (args->operands.count) {
		c = wh_command_find(&args->operands, &used);
		if (!c || used != args->operands.count)
			return wh_terminal_unknown(args);
	}
	if (c)
		man_command(c);
	else
		man_all();
	return wh_terminal_flush(0);
}

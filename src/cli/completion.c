/* Completion scripts for shells, from the same tables as the help. */
#include "base/text.h"
#include "cli/commands.h"
#include "cli/terminal.h"
#include <string.h>

static bool completion_first(const struct wh_command *c)
{
	size_t n = strcspn(c->name, " ");
	return c == wh_commands || strncmp(c[-1].name, c->name, n) || !strchr(" ", c[-1].name[n]);
}

static void completion_commands(const char *separator)
{
	for (const struct wh_command *c = wh_commands; c->name; c++)
		if (completion_first(c))
			printf("%s%.*s", c == wh_commands ? "" : separator, (int)strcspn(c->name, " "),
				c->name);
}

static void completion_words(const struct wh_cli_option *o)
{
	for (size_t i = 0; o->words && o->words[i]; i++)
		printf("%s%s", i ? " " : "", o->words[i]);
}

static void bash_command(const struct wh_command *c)
{
	printf("\t%.*s) options='", (int)strcspn(c->name, " "), c->name);
	for (const struct wh_cli_option *o = wh_options; o->name; o++)
		if (wh_option_serves(o, c))
			printf(" --%s", o->name);
	fputs("' ;;\n", stdout);
}

static void bash_print(void)
{
	fputs("# bash completion for whimbrel\n_whimbrel()\n{\n"
		  "\tlocal word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} options=\n"
		  "\tcase $before in\n",
		stdout);
	for (const struct wh_cli_option *o = wh_options; o->name; o++) {
		if (!o->words)
			continue;
		printf("\t--%s) COMPREPLY=($(compgen -W '", o->name);
		completion_words(o);
		fputs("' -- \"$word\")); return ;;\n", stdout);
	}
	fputs("\t--workdir|--output|--copy-path) COMPREPLY=($(compgen -d -- \"$word\")); return ;;\n"
		  "\tquarantine) COMPREPLY=($(compgen -W 'list show' -- \"$word\")); return ;;\n"
		  "\tinspect) COMPREPLY=($(compgen -W 'copybook' -- \"$word\")); return ;;\n"
		  "\tcompletion) COMPREPLY=($(compgen -W 'bash zsh fish' -- \"$word\")); return ;;\n"
		  "\tesac\n\tif ((COMP_CWORD == 1)); then\n\t\tCOMPREPLY=($(compgen -W '",
		stdout);
	completion_commands(" ");
	fputs(" --help --version' -- \"$word\"))\n\t\treturn\n\tfi\n\tcase ${COMP_WORDS[1]} in\n",
		stdout);
	for (const struct wh_command *c = wh_commands; c->name; c++)
		if (completion_first(c))
			bash_command(c);
	fputs("\tesac\n\tif [[ $word == -* ]]; then\n"
		  "\t\tCOMPREPLY=($(compgen -W \"$options\" -- \"$word\"))\n"
		  "\telse\n\t\tCOMPREPLY=($(compgen -f -- \"$word\"))\n\tfi\n}\n"
		  "complete -o filenames -F _whimbrel whimbrel\n",
		stdout);
}

/* A text inside single quotes, with the marks that _arguments would read taken out. */
static void zsh_text(const char *text)
{
	for (const char *c = text; *c; c++) {
		if (strchr("[]:\\", *c))
			putchar('\\');
		if (*c == '\'')
			fputs("'\\''", stdout);
		else
			putchar(*c);
	}
}

static void zsh_option(const struct wh_cli_option *o)
{
	printf(" \\\n\t\t\t'%s--%s%s[", o->type == WH_OPTION_LIST ? "*" : "", o->name,
		o->value ? "=" : "");
	zsh_text(o->help);
	putchar(']');
	if (o->words) {
		printf(":%s:(", o->value);
		completion_words(o);
		putchar(')');
	} else if (o->value) {
		printf(":%s:%s", o->value, wh_equal(o->value, "DIR") ? "_files -/" : "");
	}
	putchar('\'');
}

static void zsh_operands(const struct wh_command *c)
{
	if (wh_starts(c->name, "quarantine"))
		fputs(" \\\n\t\t\t'1:what:(list show)'", stdout);
	if (wh_starts(c->name, "inspect"))
		fputs(" \\\n\t\t\t'1:what:(copybook)'", stdout);
	if (wh_equal(c->name, "completion"))
		fputs(" \\\n\t\t\t'1:shell:(bash zsh fish)'", stdout);
	else if (*c->operands)
		fputs(" \\\n\t\t\t'*:migration:_files'", stdout);
}

static void zsh_print(void)
{
	fputs("#compdef whimbrel\n# zsh completion for whimbrel\n_whimbrel()\n{\n"
		  "\tlocal context state line\n\tlocal -a commands\n\tcommands=(\n",
		stdout);
	for (const struct wh_command *c = wh_commands; c->name; c++) {
		if (!completion_first(c))
			continue;
		printf("\t\t'%.*s:", (int)strcspn(c->name, " "), c->name);
		zsh_text(c->summary);
		fputs("'\n", stdout);
	}
	fputs("\t)\n\t_arguments -C '1:command:->command' '*::argument:->argument'\n\tcase $state in\n"
		  "\tcommand) _describe command commands ;;\n\targument)\n\t\tcase $words[1] in\n",
		stdout);
	for (const struct wh_command *c = wh_commands; c->name; c++) {
		if (!completion_first(c))
			continue;
		printf("\t\t%.*s) _arguments", (int)strcspn(c->name, " "), c->name);
		for (const struct wh_cli_option *o = wh_options; o->name; o++)
			if (wh_option_serves(o, c))
				zsh_option(o);
		zsh_operands(c);
		fputs(" ;;\n", stdout);
	}
	fputs("\t\tesac\n\tesac\n}\n_whimbrel \"$@\"\n", stdout);
}

static void fish_text(const char *text)
{
	for (const char *c = text; *c; c++) {
		if (strchr("'\\", *c))
			putchar('\\');
		putchar(*c);
	}
}

static void fish_options(const struct wh_command *c)
{
	for (const struct wh_cli_option *o = wh_options; o->name; o++) {
		if (!wh_option_serves(o, c))
			continue;
		printf("complete -c whimbrel -n '__fish_seen_subcommand_from %.*s' -l %s%s -d '",
			(int)strcspn(c->name, " "), c->name, o->name, o->value ? " -r" : "");
		fish_text(o->help);
		putchar('\'');
		if (o->words) {
			fputs(" -f -a '", stdout);
			completion_words(o);
			putchar('\'');
		}
		putchar('\n');
	}
}

static void fish_print(void)
{
	fputs("# fish completion for whimbrel\n", stdout);
	for (const struct wh_command *c = wh_commands; c->name; c++) {
		if (!completion_first(c))
			continue;
		printf("complete -c whimbrel -n __fish_use_subcommand -f -a %.*s -d '",
			(int)strcspn(c->name, " "), c->name);
		fish_text(c->summary);
		fputs("'\n", stdout);
		fish_options(c);
	}
	fputs(
		"complete -c whimbrel -n '__fish_seen_subcommand_from quarantine' -f -a 'list show'\n"
		"complete -c whimbrel -n '__fish_seen_subcommand_from inspect' -f -a 'copybook'\n"
		"complete -c whimbrel -n '__fish_seen_subcommand_from completion' -f -a 'bash zsh fish'\n",
		stdout);
}

int wh_command_completion(const struct wh_arguments *args)
{
	static const struct {
		const char *name;
		void (*print)(void);
	} shells[] = { { "bash", bash_print }, { "zsh", zsh_print }, { "fish", fish_print } };
	for (size_t i = 0; i < sizeof shells / sizeof *shells; i++) {
		if (!wh_equal(args->operands.items[0], shells[i].name))
			continue;
		shells[i].print();
		return wh_terminal_flush(0);
	}
	struct wh_error error = { 0 };
	wh_fail(&error, WH_CONFIG, "unknown shell \"%s\"; expected bash, zsh or fish",
		args->operands.items[0]);
	return wh_terminal_fail(args, &error);
}

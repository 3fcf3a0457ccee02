/* options: the words of the command line: which commands there are, which options each takes, and
 * how arguments become a struct. The same tables make help, man pages and completion. Pure. */
#ifndef WH_CLI_OPTIONS_H
#define WH_CLI_OPTIONS_H

#include "base/arena.h"
#include <stdint.h>

enum wh_progress_kind { WH_PROGRESS_AUTO, WH_PROGRESS_BAR, WH_PROGRESS_PLAIN, WH_PROGRESS_NONE };

struct wh_words {
	const char **items;
	size_t count;
};

struct wh_arguments;

struct wh_command {
	const char *name;     /* "run", "quarantine show" */
	const char *operands; /* "SOURCE TARGET | [MIGRATION]", or "" */
	size_t least, most;   /* how many operands */
	const char *summary;  /* one line, no full stop */
	const char *text;     /* paragraphs, an empty line between two */
	const char *example;  /* one line each, or NULL */
	int (*run)(const struct wh_arguments *);
	bool source_alone; /* one operand that is a URL is a source without a target */
};

/* All-zero is what stands where no option was given. Strings are argv's or the arena's. */
struct wh_arguments {
	const struct wh_command *command;
	struct wh_words operands, include, exclude, copy_path, replacing;
	const char *workdir, *output, *bad_row, *bad_rows, *id, *if_exists, *sample, *prices;
	int workers, progress; /* enum wh_progress_kind */
	int format, dialect;   /* enum wh_cobol_format, wh_cobol_dialect */
	uint64_t memory;
	bool live, until_synced, runbook, watch, json, dry_run, read_only, both, repair, sql, quiet,
		verbose, help, version;
};

enum wh_option_type {
	WH_OPTION_FLAG,   /* bool */
	WH_OPTION_TEXT,   /* const char * */
	WH_OPTION_WORD,   /* const char *: one of words */
	WH_OPTION_CHOICE, /* int: index in words */
	WH_OPTION_LIST,   /* struct wh_words */
	WH_OPTION_NUMBER, /* int, 1 to 64 */
	WH_OPTION_SIZE,   /* uint64_t, above 0 */
};

struct wh_cli_option {
	const char *name; /* without the dashes */
	char letter;      /* or 0 */
	enum wh_option_type type;
	size_t offset;            /* in struct wh_arguments */
	const char *value;        /* how the help calls it: "N"; NULL for a flag */
	const char *const *words; /* NULL-terminated */
	const char *help;         /* one sentence, no full stop */
	const char *commands;     /* names joined by spaces, "*": every one, "-": none, but alone */
};

extern const struct wh_command wh_commands[];   /* ends with a NULL name; in commands.c */
extern const struct wh_cli_option wh_options[]; /* ends with a NULL name */

bool wh_option_serves(const struct wh_cli_option *option, const struct wh_command *command);
/* By one or two words; `used` becomes how many of them named it. NULL: no such command. */
const struct wh_command *wh_command_find(const struct wh_words *words, size_t *used);
/* Says that no command stands there, and which was meant. */
int wh_command_unknown(const struct wh_words *words, struct wh_arena *arena,
	struct wh_error *error) WH_MUST_USE;
/* WH_CONFIG with what to write instead. --help and --version win over everything behind them:
 * then `command` may be NULL and the operands are not counted. */
int wh_arguments_parse(struct wh_arguments *out, struct wh_arena *arena, int argc, char **argv,
	struct wh_error *error) WH_MUST_USE;

#endif

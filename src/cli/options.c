#include "cli/options.h"
#include "base/text.h"
#include "lifecycle/settings/settings.h"
#include <string.h>

#define AT(field) .offset = offsetof(struct wh_arguments, field)
#define OPTION_WORKERS_MOST 64
#define LIVE "sync cutover rollback commit abort"

static const char *const progress_words[] = { "auto", "bar", "plain", "none", NULL };
static const char *const bad_row_words[] = { "stop", "quarantine", NULL };
static const char *const if_exists_words[] = { "fail", "truncate", "append", "drop", NULL };
static const char *const format_words[] = { "auto", "fixed", "free", NULL };
static const char *const dialect_words[] = { "ibm", "mf", "gnucobol", NULL };

const struct wh_cli_option wh_options[] = {
	{ "include", .type = WH_OPTION_LIST, AT(include), .value = "PATTERN",
		.help = "move only tables whose name or schema.name matches; * any characters, ? one; "
				"may be given again",
		.commands = "run init plan copy assess" },
	{ "exclude", .type = WH_OPTION_LIST, AT(exclude), .value = "PATTERN",
		.help = "leave out tables that match; may be given again",
		.commands = "run init plan copy assess" },
	{ "workers", .type = WH_OPTION_NUMBER, AT(workers), .value = "N",
		.help = "how many units are worked on at the same time; default: chosen from the machine",
		.commands = "run init copy verify demo " LIVE },
	{ "memory", .type = WH_OPTION_SIZE, AT(memory), .value = "SIZE",
		.help = "most memory for rows on their way, 16MiB or more; default: 512MiB",
		.commands = "run init copy verify" },
	{ "workdir", .type = WH_OPTION_TEXT, AT(workdir), .value = "DIR",
		.help = "the folder that holds the migration's journal, settings and report",
		.commands = "run init plan copy verify status report quarantine demo assess " LIVE },
	{ "bad-row", .type = WH_OPTION_WORD, AT(bad_row), .value = "WHAT", .words = bad_row_words,
		.help = "what to do with a row that cannot be moved; default: quarantine",
		.commands = "run init copy" },
	{ "bad-rows", .type = WH_OPTION_TEXT, AT(bad_rows), .value = "N|P%",
		.help = "stop when more rows than these have gone to the quarantine; default: 100000",
		.commands = "run init copy" },
	{ "if-exists", .type = WH_OPTION_WORD, AT(if_exists), .value = "WHAT", .words = if_exists_words,
		.help = "what to do with a table that the target has already; default: fail",
		.commands = "run init plan copy" },
	{ "dry-run", .type = WH_OPTION_FLAG, AT(dry_run),
		.help = "say what would be done (the plan; the guards), and write nothing anywhere",
		.commands = "run copy cutover rollback" },
	{ "live", .type = WH_OPTION_FLAG, AT(live),
		.help = "settings of a move whose source stays in use", .commands = "init" },
	{ "runbook", .type = WH_OPTION_FLAG, AT(runbook),
		.help = "print a live move as steps: command, what to expect, limit, way back",
		.commands = "report" },
	{ "watch", .type = WH_OPTION_FLAG, AT(watch),
		.help = "say it again every second, until stopped", .commands = "status" },
	{ "until-synced", .type = WH_OPTION_FLAG, AT(until_synced),
		.help = "return once it has caught up with what the log held when it began",
		.commands = "sync" },
	{ "both", .type = WH_OPTION_FLAG, AT(both),
		.help = "read the source again as well, not only the target", .commands = "verify" },
	{ "repair", .type = WH_OPTION_FLAG, AT(repair),
		.help = "copy the rows that differ again; refused where the source itself has changed",
		.commands = "verify" },
	{ "sql", .type = WH_OPTION_FLAG, AT(sql),
		.help = "print every statement for the target, in order", .commands = "plan" },
	{ "sample", .type = WH_OPTION_TEXT, AT(sample), .value = "N|all",
		.help = "how many rows of each table are read and checked; default: 20000",
		.commands = "assess" },
	{ "read-only", .type = WH_OPTION_FLAG, AT(read_only),
		.help = "leave the target alone: the time that it takes stays unknown",
		.commands = "assess" },
	{ "prices", .type = WH_OPTION_TEXT, AT(prices), .value = "FILE",
		.help = "a YAML file with your prices, for a table of costs", .commands = "assess" },
	{ "output", .type = WH_OPTION_TEXT, AT(output), .value = "PATH",
		.help = "the folder that the report goes into; the file that an export goes into; default: "
				"the work folder; standard output",
		.commands = "report quarantine-export" },
	{ "id", .type = WH_OPTION_TEXT, AT(id), .value = "N",
		.help = "only the row of this number; `whimbrel quarantine list` shows the numbers",
		.commands = "quarantine-retry" },
	{ "format", .type = WH_OPTION_CHOICE, AT(format), .value = "FORMAT", .words = format_words,
		.help = "which columns are text: 8 to 72 (fixed) or all (free); default: found out (auto)",
		.commands = "inspect" },
	{ "dialect", .type = WH_OPTION_CHOICE, AT(dialect), .value = "WHOSE", .words = dialect_words,
		.help = "whose sizes and alignment: IBM, Micro Focus or GnuCOBOL; default: ibm",
		.commands = "inspect" },
	{ "copy-path", .type = WH_OPTION_LIST, AT(copy_path), .value = "DIR",
		.help = "a folder in which COPY looks after the copybook's own; may be given again",
		.commands = "inspect" },
	{ "replacing", .type = WH_OPTION_LIST, AT(replacing), .value = "FROM=TO",
		.help = "replace a word, or, as :TAG:=WS, a part of words; may be given again",
		.commands = "inspect" },
	{ "json", .type = WH_OPTION_FLAG, AT(json),
		.help = "one JSON document on standard output, after a failure too",
		.commands =
			"run plan copy verify status report quarantine kinds types inspect demo assess " LIVE },
	{ "progress", .type = WH_OPTION_CHOICE, AT(progress), .value = "HOW", .words = progress_words,
		.help = "bar on a terminal, plain lines elsewhere (auto), or as named",
		.commands = "run plan copy verify quarantine-retry demo assess " LIVE },
	{ "quiet", 'q', .type = WH_OPTION_FLAG, AT(quiet),
		.help = "no progress and no summary: errors, warnings and the exit code only",
		.commands = "*" },
	{ "verbose", 'v', .type = WH_OPTION_FLAG, AT(verbose),
		.help = "say on standard error what is moved from where to where, and with what limits",
		.commands = "*" },
	{ "help", 'h', .type = WH_OPTION_FLAG, AT(help), .help = "print what stands here",
		.commands = "*" },
	{ "version", 'V', .type = WH_OPTION_FLAG, AT(version), .help = "print the version",
		.commands = "-" },
	{ 0 },
};

/* "quarantine" is every command that begins so, "quarantine-export" that one. */
static bool option_names(const char *word, size_t length, const char *command)
{
	size_t first = strcspn(command, " ");
	if (length != first && length != strlen(command))
		return false;
	for (size_t i = 0; i < length; i++)
		if (word[i] != command[i] && !(word[i] == '-' && command[i] == ' '))
			return false;
	return true;
}

bool wh_option_serves(const struct wh_cli_option *option, const struct wh_command *command)
{
	if (wh_equal(option->commands, "*"))
		return true;
	for (const char *at = option->commands; *at; at += strspn(at, " ")) {
		size_t length = strcspn(at, " ");
		if (option_names(at, length, command->name))
			return true;
		at += length;
	}
	return false;
}

const struct wh_command *wh_command_find(const struct wh_words *words, size_t *used)
{
	for (const struct wh_command *c = wh_commands; c->name; c++) {
		const char *space = strchr(c->name, ' ');
		size_t n = space ? (size_t)(space - c->name) : strlen(c->name);
		*used = space ? 2 : 1;
		if (words->count < *used || strlen(words->items[0]) != n ||
			strncmp(words->items[0], c->name, n))
			continue;
		if (!space || wh_equal(words->items[1], space + 1))
			return c;
	}
	return NULL;
}

/* One pass over the arguments; which options serve is asked once the command is known. */
struct parse {
	struct wh_arguments *out;
	struct wh_arena *arena;
	struct wh_error *error;
	const struct wh_cli_option *seen[64];
	size_t nseen;
};

static int parse_list(struct parse *p, const struct wh_cli_option *o, const char *value)
{
	struct wh_words *list = (struct wh_words *)(void *)((char *)p->out + o->offset);
	*wh_push(p->arena, &list->items, &list->count) = value;
	return *value ? WH_OK
				  : wh_fail(p->error, WH_CONFIG, "--%s is empty; expected %s", o->name, o->value);
}

static const char *parse_words(struct wh_arena *arena, const char *const *words)
{
	const char *all = words[0];
	for (size_t i = 1; words[i]; i++)
		all = wh_arena_format(arena, "%s, %s", all, words[i]);
	return all;
}

static int parse_word(struct parse *p, const struct wh_cli_option *o, const char *value)
{
	void *field = (char *)p->out + o->offset;
	for (int i = 0; o->words[i]; i++) {
		if (!wh_equal(o->words[i], value))
			continue;
		if (o->type == WH_OPTION_WORD)
			*(const char **)field = value;
		else
			*(int *)field = i;
		return WH_OK;
	}
	const char *near = wh_text_nearest(value, o->words);
	const char *all = parse_words(p->arena, o->words);
	if (near)
		return wh_fail(p->error, WH_CONFIG,
			"--%s takes no \"%s\"; did you mean \"%s\"? Expected one "
			"of: %s",
			o->name, value, near, all);
	return wh_fail(p->error, WH_CONFIG, "--%s takes no \"%s\"; expected one of: %s", o->name, value,
		all);
}

static int parse_number(struct parse *p, const struct wh_cli_option *o, const char *value)
{
	int64_t n = 0;
	bool good = wh_text_int64(value, strlen(value), &n) && n >= 1 && n <= OPTION_WORKERS_MOST;
	if (!good)
		return wh_fail(p->error, WH_CONFIG, "--%s takes no \"%s\"; expected a number from 1 to %d",
			o->name, value, OPTION_WORKERS_MOST);
	*(int *)(void *)((char *)p->out + o->offset) = (int)n;
	return WH_OK;
}

static int parse_size(struct parse *p, const struct wh_cli_option *o, const char *value)
{
	uint64_t *field = (uint64_t *)(void *)((char *)p->out + o->offset);
	if (wh_text_size(value, field) && *field >= WH_MEMORY_LEAST)
		return WH_OK;
	return wh_fail(p->error, WH_CONFIG,
		"--%s takes no \"%s\"; expected a size of 16MiB or more, such as 256MiB", o->name, value);
}

static int parse_text(struct parse *p, const struct wh_cli_option *o, const char *value)
{
	*(const char **)(void *)((char *)p->out + o->offset) = value;
	return *value ? WH_OK
				  : wh_fail(p->error, WH_CONFIG, "--%s is empty; expected %s", o->name, o->value);
}

static int parse_value(struct parse *p, const struct wh_cli_option *o, const char *value)
{
	static int (*const types[])(struct parse *, const struct wh_cli_option *,
		const char *) = { [WH_OPTION_TEXT] = parse_text,
		[WH_OPTION_WORD] = parse_word,
		[WH_OPTION_CHOICE] = parse_word,
		[WH_OPTION_LIST] = parse_list,
		[WH_OPTION_NUMBER] = parse_number,
		[WH_OPTION_SIZE] = parse_size };
	return types[o->type](p, o, value);
}

static const struct wh_cli_option *parse_find(const char *name, size_t n, char letter)
{
	for (const struct wh_cli_option *o = wh_options; o->name; o++)
		if (letter ? o->letter == letter : strlen(o->name) == n && !strncmp(o->name, name, n))
			return o;
	return NULL;
}

static int parse_unknown(struct parse *p, const char *word, size_t n)
{
	const char *names[sizeof p->seen / sizeof *p->seen] = { 0 };
	const char *name = wh_arena_bytes(p->arena, word, n);
	for (size_t i = 0; wh_options[i].name; i++)
		names[i] = wh_options[i].name;
	const char *bare = name + strspn(name, "-");
	const char *near = *bare ? wh_text_nearest(bare, names) : NULL;
	return near
		? wh_fail(p->error, WH_CONFIG, "unknown option \"%s\"; did you mean --%s?", name, near)
		: wh_fail(p->error, WH_CONFIG, "unknown option \"%s\"; see whimbrel --help", name);
}

/* Takes argv[*i], an option, and its value where that stands in the next argument. */
static int parse_option(struct parse *p, int argc, char **argv, int *i)
{
	const char *word = argv[*i], *equals = NULL;
	bool is_long = word[1] == '-';
	size_t n = strlen(word);
	if (is_long && (equals = strchr(word, '=')))
		n = (size_t)(equals - word);
	const struct wh_cli_option *o = is_long ? parse_find(word + 2, n - 2, 0)
		: n == 2                            ? parse_find("", 0, word[1])
											: NULL;
	if (!o)
		return parse_unknown(p, word, n);
	if (p->nseen < sizeof p->seen / sizeof *p->seen)
		p->seen[p->nseen++] = o;
	if (o->type == WH_OPTION_FLAG) {
		*(bool *)((char *)p->out + o->offset) = true;
		return equals
			? wh_fail(p->error, WH_CONFIG, "--%s takes no value; remove \"%s\"", o->name, equals)
			: WH_OK;
	}
	if (!equals && *i + 1 >= argc)
		return wh_fail(p->error, WH_CONFIG, "--%s needs a value: --%s %s", o->name, o->name,
			o->value);
	return parse_value(p, o, equals ? equals + 1 : argv[++*i]);
}

static void parse_operand(struct parse *p, const char *word)
{
	struct wh_words *list = &p->out->operands;
	*wh_push(p->arena, &list->items, &list->count) = word;
}

/* "list, show or retry": the commands that begin with the word; NULL: none does. */
static const char *second_words(const char *word, struct wh_arena *arena)
{
	const char *last = NULL, *others = NULL;
	size_t length = strlen(word);
	for (const struct wh_command *c = wh_commands; c->name; c++) {
		if (!length || strncmp(c->name, word, length) || c->name[length] != ' ')
			continue;
		others = others ? wh_arena_format(arena, "%s, %s", others, last) : last;
		last = c->name + length + 1;
	}
	return others ? wh_arena_format(arena, "%s or %s", others, last) : last;
}

int wh_command_unknown(const struct wh_words *words, struct wh_arena *arena, struct wh_error *error)
{
	const char *names[64] = { 0 };
	if (!words->count)
		return wh_fail(error, WH_CONFIG, "no command is given; see whimbrel --help");
	size_t used = 0;
	if (wh_command_find(words, &used) && used < words->count)
		return wh_fail(error, WH_CONFIG, "unknown command: nothing of \"%s\" is called \"%s\"",
			words->items[0], words->items[used]);
	const char *word = words->items[0], *second = second_words(word, arena);
	if (second)
		return wh_fail(error, WH_CONFIG, "\"%s\" is half a command; write %s and one of: %s", word,
			word, second);
	for (size_t n = 0; wh_commands[n].name && n < 63; n++)
		names[n] = wh_commands[n].name;
	const char *near = wh_text_nearest(word, names);
	return near
		? wh_fail(error, WH_CONFIG, "unknown command \"%s\"; did you mean \"%s\"?", word, near)
		: wh_fail(error, WH_CONFIG, "unknown command \"%s\"; see whimbrel --help", word);
}

/* Commands on a migration take its folder; whoever names the two ends again is told so. */
static int parse_too_many(struct parse *p)
{
	const struct wh_command *c = p->out->command;
	const char *first = p->out->operands.items[c->most];
	bool urls = wh_equal(c->operands, "[MIGRATION]") && strchr(p->out->operands.items[0], ':');
	if (urls)
		return wh_fail(p->error, WH_CONFIG,
			"%s takes no URLs, but the folder that `whimbrel run` made for them: write whimbrel %s %s",
			c->name, c->name, c->operands);
	return wh_fail(p->error, WH_CONFIG, "too many arguments, from \"%s\" on; write whimbrel %s%s%s",
		first, c->name, *c->operands ? " " : "", c->operands);
}

static int parse_serves(struct parse *p)
{
	const struct wh_command *c = p->out->command;
	for (size_t i = 0; i < p->nseen; i++)
		if (!wh_option_serves(p->seen[i], c))
			return wh_fail(p->error, WH_CONFIG,
				"--%s is no option of \"%s\"; see whimbrel %s "
				"--help",
				p->seen[i]->name, c->name, c->name);
	size_t n = p->out->operands.count;
	if (n < c->least)
		return wh_fail(p->error, WH_CONFIG, "too few arguments: %zu; write whimbrel %s %s", n,
			c->name, c->operands);
	if (n > c->most)
		return parse_too_many(p);
	return WH_OK;
}

int wh_arguments_parse(struct wh_arguments *out, struct wh_arena *arena, int argc, char **argv,
	struct wh_error *error)
{
	struct parse p = { .out = out, .arena = arena, .error = error };
	bool only_operands = false;
	*out = (struct wh_arguments){ 0 };
	for (int i = 1; i < argc; i++) {
		const char *word = argv[i];
		if (only_operands || word[0] != '-' || !word[1]) {
			parse_operand(&p, word);
		} else if (wh_equal(word, "--")) {
			only_operands = true;
		} else {
			int rc = parse_option(&p, argc, argv, &i);
			if (rc != WH_OK)
				return rc;
		}
	}
	size_t used = 0;
	if (out->version)
		return WH_OK;
	out->command = wh_command_find(&out->operands, &used);
	if (!out->command)
		return out->help && !out->operands.count
			? WH_OK
			: wh_command_unknown(&out->operands, arena, error);
	out->operands.items += used;
	out->operands.count -= used;
	return out->help ? WH_OK : parse_serves(&p);
}

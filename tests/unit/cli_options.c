#include "check.h"
#include "cli/options.h"
#include "cli/progress.h"

struct line {
	struct wh_arena arena;
	struct wh_arguments args;
	struct wh_error error;
	int rc;
};

/* Words split at spaces; "" is written as two single quotes. */
static void parse(struct line *l, const char *words)
{
	static char text[512];
	char *argv[32] = { NULL };
	char name[] = "whimbrel", empty[] = "";
	int argc = 0;
	*l = (struct line){ 0 };
	snprintf(text, sizeof text, "%s", words);
	argv[argc++] = name;
	for (char *word = strtok(text, " "); word; word = strtok(NULL, " "))
		argv[argc++] = strcmp(word, "''") ? word : empty;
	l->rc = wh_arguments_parse(&l->args, &l->arena, argc, argv, &l->error);
}

static void wrong_lines(void **state)
{
	static const struct {
		const char *line, *says;
	} cases[] = {
		{ "--", "no command" },
		{ "rnu", "did you mean \"run\"" },
		{ "frobnicate", "unknown command \"frobnicate\"" },
		{ "sing", "unknown command \"sing\"" },
		{ "quarantine", "list, show, retry or export" },
		{ "quarantine lsit", "list, show, retry or export" },
		{ "run a b c", "too many arguments, from \"c\"" },
		{ "init a", "SOURCE TARGET" },
		{ "init", "SOURCE TARGET" },
		{ "run --nonsense", "unknown option \"--nonsense\"" },
		{ "run --inclde=x", "did you mean --include" },
		{ "run -x", "unknown option \"-x\"" },
		{ "run -qv", "unknown option \"-qv\"" },
		{ "run --memory", "needs a value" },
		{ "run --workdir= a b", "--workdir is empty" },
		{ "run --include '' a b", "--include is empty" },
		{ "run --workers many a b", "number from 1 to 64" },
		{ "run --workers 0 a b", "number from 1 to 64" },
		{ "run --workers 65 a b", "number from 1 to 64" },
		{ "run --workers -1 a b", "number from 1 to 64" },
		{ "run --memory 12parsecs a b", "expected a size" },
		{ "run --memory 0 a b", "expected a size" },
		{ "run --progress ba a b", "did you mean \"bar\"" },
		{ "run --if-exists perhaps a b", "fail, truncate, append, drop" },
		{ "run --json=yes a b", "takes no value" },
		{ "inspect", "inspect and one of: copybook" },
		{ "inspect copybook", "FILE" },
		{ "inspect copybook --format loose a", "auto, fixed, free" },
		{ "plan --repair", "--repair is no option of \"plan\"" },
		{ "run --version=1", "takes no value" },
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct line l;
		parse(&l, cases[i].line);
		check(cases[i].line, l.rc == WH_CONFIG);
		if (!strstr(l.error.text, cases[i].says))
			fail_msg("case \"%s\": \"%s\" is not in \"%s\"", cases[i].line, cases[i].says,
				l.error.text);
		wh_arena_free(&l.arena);
	}
}

static void every_field(void **state)
{
	struct line l;
	(void)state;
	parse(&l,
		"run --include a* --include=b --exclude c --workers 3 --memory=64MiB --workdir w "
		"--bad-row stop --if-exists=drop --dry-run --json --progress plain -q -v src tgt");
	assert_int_equal(l.rc, WH_OK);
	assert_string_equal(l.args.command->name, "run");
	assert_int_equal(l.args.operands.count, 2);
	assert_string_equal(l.args.operands.items[1], "tgt");
	assert_int_equal(l.args.include.count, 2);
	assert_string_equal(l.args.include.items[0], "a*");
	assert_string_equal(l.args.include.items[1], "b");
	assert_string_equal(l.args.exclude.items[0], "c");
	assert_int_equal(l.args.workers, 3);
	assert_int_equal(l.args.memory, 64 << 20);
	assert_string_equal(l.args.workdir, "w");
	assert_string_equal(l.args.bad_row, "stop");
	assert_string_equal(l.args.if_exists, "drop");
	assert_int_equal(l.args.progress, WH_PROGRESS_PLAIN);
	assert_true(l.args.dry_run && l.args.json && l.args.quiet && l.args.verbose);
	wh_arena_free(&l.arena);
}

static void other_commands(void **state)
{
	struct line l;
	(void)state;
	parse(&l, "--json quarantine --workdir w show 7");
	assert_int_equal(l.rc, WH_OK);
	assert_string_equal(l.args.command->name, "quarantine show");
	assert_string_equal(l.args.operands.items[0], "7");
	wh_arena_free(&l.arena);
	parse(&l, "verify --both --repair -- --odd");
	assert_int_equal(l.rc, WH_OK);
	assert_true(l.args.both && l.args.repair);
	assert_string_equal(l.args.operands.items[0], "--odd");
	wh_arena_free(&l.arena);
	parse(&l, "quarantine show --help");
	assert_int_equal(l.rc, WH_OK);
	assert_true(l.args.help);
	wh_arena_free(&l.arena);
	parse(&l,
		"inspect copybook --format=free --dialect mf --copy-path a --copy-path b --replacing :T:=x c");
	assert_int_equal(l.rc, WH_OK);
	assert_string_equal(l.args.command->name, "inspect copybook");
	assert_true(l.args.format == 2 && l.args.dialect == 1);
	assert_int_equal(l.args.copy_path.count, 2);
	assert_string_equal(l.args.replacing.items[0], ":T:=x");
	wh_arena_free(&l.arena);
	parse(&l, "-h");
	assert_int_equal(l.rc, WH_OK);
	assert_null(l.args.command);
	wh_arena_free(&l.arena);
	parse(&l, "-V");
	assert_int_equal(l.rc, WH_OK);
	assert_true(l.args.version);
	wh_arena_free(&l.arena);
}

/* A name in an option's list of commands that is no command would hide the option for ever. */
static void tables_agree(void **state)
{
	(void)state;
	for (const struct wh_cli_option *o = wh_options; o->name; o++) {
		size_t served = 0, named = 1;
		for (const struct wh_command *c = wh_commands; c->name; c++)
			served += wh_option_serves(o, c) && !strchr(c->name, ' ');
		for (const char *at = o->commands; *at; at++)
			named += *at == ' ';
		bool quarantine = strstr(o->commands, "quarantine") != NULL;
		bool inspect = strstr(o->commands, "inspect") != NULL;
		if (!strchr("*-", o->commands[0]))
			check(o->name, served + quarantine + inspect == named);
		check(o->name, (o->value != NULL) == (o->type != WH_OPTION_FLAG));
		check(o->name, o->help[strlen(o->help) - 1] != '.');
	}
	for (const struct wh_command *c = wh_commands; c->name; c++)
		check(c->name, c->summary && c->text && c->run && c->least <= c->most);
}

static void progress_lines(void **state)
{
	struct wh_progress p = { .phase = "copy",
		.tables = 3,
		.tables_all = 12,
		.rows = 1204332,
		.rows_all = 2400000,
		.bytes = 212 << 20,
		.quarantined = 2 };
	struct wh_display d = { 0 };
	struct wh_buffer line = { 0 };
	(void)state;
	wh_progress_line(&line, &d, &p, 10000000);
	assert_string_equal(wh_buffer_string(&line),
		"copy     3 of 12 tables, 1,204,332 of about "
		"2,400,000 rows, 212 MiB, 21.2 MiB/s, 120,433 rows/s, 9.9 s left, 2 in quarantine");
	wh_buffer_clear(&line);
	p.ended = true;
	p.rows_all = -1;
	wh_progress_line(&line, &d, &p, 75000000);
	assert_string_equal(wh_buffer_string(&line),
		"copy     3 tables, 1,204,332 rows, 212 MiB "
		"in 1 min 15 s, 2 in quarantine");
	wh_buffer_clear(&line);
	struct wh_progress one = { .phase = "copy", .tables = 1, .rows = 1, .ended = true };
	wh_progress_line(&line, &d, &one, 1500000);
	assert_string_equal(wh_buffer_string(&line), "copy     1 table, 1 row in 1.5 s");
	wh_buffer_clear(&line);
	struct wh_progress build = { .phase = "build", .ended = true };
	wh_progress_line(&line, &d, &build, 1500000);
	assert_string_equal(wh_buffer_string(&line), "build    done in 1.5 s");
	wh_buffer_free(&line);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wrong_lines),
		cmocka_unit_test(every_field),
		cmocka_unit_test(other_commands),
		cmocka_unit_test(tables_agree),
		cmocka_unit_test(progress_lines),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

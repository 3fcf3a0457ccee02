#include "base/text.h"
#include "cli/commands.h"
#include "cli/terminal.h"
#include <signal.h>
#include <sqlite3.h>

/* Before the arguments are understood: a program that asked for JSON gets it on failure too. */
static bool wants_json(int argc, char **argv)
{
	for (int i = 1; i < argc && !wh_equal(argv[i], "--"); i++)
		if (wh_equal(argv[i], "--json"))
			return true;
	return false;
}

static int main_command(int argc, char **argv, struct wh_arena *arena)
{
	struct wh_arguments args;
	struct wh_error error = { 0 };
	int rc = wh_arguments_parse(&args, arena, argc, argv, &error);
	if (rc != WH_OK) {
		args.json = wants_json(argc, argv);
		return wh_terminal_fail(&args, &error);
	}
	if (args.version) {
		puts("whimbrel " WH_VERSION);
		return wh_terminal_flush(0);
	}
	if (args.help) {
		wh_help_print(args.command, stdout);
		return wh_terminal_flush(0);
	}
	return args.command->run(&args);
}

/* The list of processes shows everyone what stands in argv: a copy is worked with, and the
 * passwords of URLs are covered where they stood. */
static char **words_of(int argc, char **argv, struct wh_arena *arena)
{
	char **words = wh_new_array(arena, char *, (size_t)argc + 1);
	for (int i = 0; i < argc; i++) {
		words[i] = wh_arena_text(arena, argv[i]);
		wh_text_cover(argv[i]);
	}
	return words;
}

int main(int argc, char **argv)
{
	struct wh_arena arena = { 0 };
	signal(SIGPIPE, SIG_IGN);
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); /* a count behind one lock for all threads */
	if (argc < 2) {
		wh_help_print(NULL, stderr);
		return 2;
	}
	int exit = main_command(argc, words_of(argc, argv, &arena), &arena);
	wh_arena_free(&arena);
	return exit;
}

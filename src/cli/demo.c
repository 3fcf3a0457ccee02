/* demo: a sample shop, moved and proven without any server, in a folder of its own. */
#include "base/text.h"
#include "cli/commands.h"
#include "cli/sample.h"
#include "cli/session.h"
#include "cli/terminal.h"
#include "lifecycle/settings/file.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DEMO_FOLDER "./whimbrel-demo"
#define DEMO_MARK ".whimbrel-demo"

/* What a demo makes, and therefore what it may remove. */
static const char *const demo_files[] = { "shop.db", "shop.db-wal", "shop.db-shm",
	"shop.db-journal", "moved.db", "moved.db-wal", "moved.db-shm", "moved.db-journal", "journal.db",
	"journal.db-wal", "journal.db-shm", "journal.db-journal", "lock", WH_SETTINGS_FILE,
	"report.html", "report.json", NULL };

static bool demo_empty(const char *folder)
{
	DIR *dir = opendir(folder);
	size_t n = 0;
	for (struct dirent *e = dir ? readdir(dir) : NULL; e; e = readdir(dir))
		n += !wh_equal(e->d_name, ".") && !wh_equal(e->d_name, "..");
	if (dir)
		closedir(dir);
	return dir && !n;
}

static int demo_clear(const char *folder, struct wh_arena *arena, struct wh_error *error)
{
	for (size_t i = 0; demo_files[i]; i++) {
		const char *path = wh_arena_format(arena, "%s/%s", folder, demo_files[i]);
		if (unlink(path) && errno != ENOENT)
			return wh_fail_errno(error, WH_CONFIG, "cannot remove \"%s\" of the last demo", path);
	}
	return WH_OK;
}

/* A fresh folder, or that of an earlier demo without what it made. */
static int demo_folder(const char *folder, struct wh_arena *arena, struct wh_error *error)
{
	const char *mark = wh_arena_format(arena, "%s/%s", folder, DEMO_MARK);
	if (!access(mark, F_OK))
		return demo_clear(folder, arena, error);
	if (mkdir(folder, 0700) && (errno != EEXIST || !demo_empty(folder)))
		return wh_fail(error, WH_CONFIG,
			"the folder \"%s\" cannot be made, or holds something that "
			"is no demo; choose another with --workdir",
			folder);
	int fd = open(mark, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0)
		return wh_fail_errno(error, WH_CONFIG, "cannot write into \"%s\"", folder);
	close(fd);
	return WH_OK;
}

static bool demo_tables(struct wh_journal *j, struct wh_arena *arena)
{
	struct wh_error error = { 0 };
	struct wh_journal_table *tables;
	size_t n = 0, good = 0;
	if (wh_journal_tables(j, arena, &tables, &n, &error) != WH_OK)
		return false;
	for (size_t i = 0; i < n; i++)
		good += wh_equal(tables[i].state, "verified") && tables[i].rows_differing == 0;
	return n > 0 && good == n;
}

static size_t demo_errors(struct wh_journal *j, struct wh_arena *arena)
{
	struct wh_error error = { 0 };
	struct wh_findings findings = { .arena = arena };
	size_t errors = 0;
	if (wh_journal_findings(j, &findings, &error) != WH_OK)
		return 0;
	for (size_t i = 0; i < findings.count; i++)
		errors += findings.items[i].severity == WH_ERROR;
	return errors;
}

/* The orphan is one finding, the bad row is in quarantine, and all else is proven. */
static int demo_judge(struct wh_session *s, int exit)
{
	struct wh_journal *j = s->migration.journal;
	struct wh_arena *arena = &s->settings.arena;
	bool designed = exit == 4 && demo_tables(j, arena) && demo_errors(j, arena) == 1 &&
		wh_journal_quarantine_count(j) == 1;
	if (exit != 0 && exit != 4)
		return exit;
	return designed ? 0 : exit ? exit : 1;
}

static int demo_move(const struct wh_arguments *args, const char *folder, struct wh_arena *arena)
{
	const char *from = wh_path_from(arena, NULL, folder);
	const char *ends[] = { wh_path_url(arena, "sqlite", wh_arena_format(arena, "%s/shop.db", from)),
		wh_path_url(arena, "sqlite", wh_arena_format(arena, "%s/moved.db", from)) };
	struct wh_arguments as_run = *args;
	struct wh_session s;
	as_run.operands = (struct wh_words){ ends, 2 };
	as_run.workdir = folder;
	int rc = wh_session_open(&s, &as_run, true);
	s.judge = demo_judge;
	if (rc == WH_OK)
		rc = wh_migration_run(&s.migration, &s.error);
	if (rc == WH_OK)
		wh_error_clear(&s.error);
	return wh_session_end(&s);
}

static void demo_explain(const char *folder, int exit)
{
	if (exit == 0)
		printf(
			"\nThis is how the demo is meant to end: the sample holds one order line whose order "
			"is missing\nand one name that is not UTF-8, both on purpose. Everything else is "
			"proven equal.\nOpen %s/report.html in a browser.\n",
			folder);
	else
		fputs("whimbrel: the demo did not end as it is meant to\n", stderr);
}

int wh_command_demo(const struct wh_arguments *args)
{
	struct wh_arena arena = { 0 };
	struct wh_error error = { 0 };
	const char *folder = args->workdir ? args->workdir : DEMO_FOLDER;
	int rc = demo_folder(folder, &arena, &error);
	if (rc == WH_OK)
		rc = wh_sample_shop(wh_arena_format(&arena, "%s/shop.db", folder), 0, &error);
	int exit = rc == WH_OK ? demo_move(args, folder, &arena) : wh_terminal_fail(args, &error);
	if (rc == WH_OK && !args->json && !args->quiet)
		demo_explain(wh_terminal_shown(&arena, folder), exit);
	wh_arena_free(&arena);
	return rc == WH_OK ? wh_terminal_flush(exit) : exit;
}

/* demo: a sample shop, or a small bank, moved and proven without any server, in a folder of its own. */
#include "base/text.h"
#include "cli/bank.h"
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

#define DEMO_MARK ".whimbrel-demo"

struct demo {
	const char *folder, *target;
	const char *const *files; /* what it makes beside the journal, and therefore may remove */
	int (*make)(const char *folder, struct wh_arena *, struct wh_error *);
	const char *(*url)(struct wh_arena *, const char *folder); /* of the source */
	int exit;                                                  /* that the sample is made for, */
	size_t errors;   /* with so many findings of severity error */
	long long apart; /* and so many rows in quarantine */
	const char *explained;
};

static const char *const journal_files[] = { "journal.db", "journal.db-wal", "journal.db-shm",
	"journal.db-journal", "lock", WH_SETTINGS_FILE, "report.html", "report.json", NULL };

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

static int demo_remove(const char *folder, const char *const *files, struct wh_arena *arena,
	struct wh_error *error)
{
	for (size_t i = 0; files[i]; i++) {
		const char *path = wh_arena_format(arena, "%s/%s", folder, files[i]);
		if (unlink(path) && errno != ENOENT)
			return wh_fail_errno(error, WH_CONFIG, "cannot remove \"%s\" of the last demo", path);
	}
	return WH_OK;
}

/* A fresh folder, or that of an earlier demo without what it made. */
static int demo_folder(const struct demo *demo, const char *folder, struct wh_arena *arena,
	struct wh_error *error)
{
	const char *mark = wh_arena_format(arena, "%s/%s", folder, DEMO_MARK);
	if (!access(mark, F_OK)) {
		int rc = demo_remove(folder, demo->files, arena, error);
		return rc == WH_OK ? demo_remove(folder, journal_files, arena, error) : rc;
	}
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

/* As designed: what is bad on purpose is told, and all else is proven. */
static int demo_judge(const struct demo *demo, struct wh_session *s, int exit)
{
	struct wh_journal *j = s->migration.journal;
	struct wh_arena *arena = &s->settings.arena;
	bool designed = exit == demo->exit && demo_tables(j, arena) &&
		demo_errors(j, arena) == demo->errors && wh_journal_quarantine_count(j) == demo->apart;
	if (exit != 0 && exit != demo->exit)
		return exit;
	return designed ? 0 : exit ? exit : 1;
}

/* ---- the shop ---- */

static const char *const shop_files[] = { "shop.db", "shop.db-wal", "shop.db-shm",
	"shop.db-journal", "moved.db", "moved.db-wal", "moved.db-shm", "moved.db-journal", NULL };

static int shop_make(const char *folder, struct wh_arena *arena, struct wh_error *error)
{
	return wh_sample_shop(wh_arena_format(arena, "%s/shop.db", folder), 0, error);
}

static const char *shop_url(struct wh_arena *arena, const char *folder)
{
	return wh_path_url(arena, "sqlite", wh_arena_format(arena, "%s/shop.db", folder));
}

static const struct demo shop = {
	.folder = "./whimbrel-demo",
	.target = "moved.db",
	.files = shop_files,
	.make = shop_make,
	.url = shop_url,
	.exit = 4,
	.errors = 1,
	.apart = 1,
	.explained = "the sample holds one order line whose order is missing\nand one name that is not "
				 "UTF-8, both on purpose. Everything else is proven equal.",
};

static int shop_judge(struct wh_session *s, int exit)
{
	return demo_judge(&shop, s, exit);
}

/* ---- the bank ---- */

static const char *const bank_files[] = { "BANK.DAT", "BANK.cpy", "bank.db", "bank.db-wal",
	"bank.db-shm", "bank.db-journal", NULL };

static int bank_make(const char *folder, struct wh_arena *arena, struct wh_error *error)
{
	(void)arena;
	return wh_sample_bank(folder, error);
}

static const struct demo bank = {
	.folder = "./whimbrel-demo-bank",
	.target = "bank.db",
	.files = bank_files,
	.make = bank_make,
	.url = wh_sample_bank_url,
	.exit = 9,
	.apart = WH_BANK_DAMAGED,
	.explained =
		"three movements of the sample are damaged, and the\nnumbers of its records have a "
		"gap, both on purpose. Every other record is proven equal, and\nthe totals agree to "
		"the cent.",
};

static int bank_judge(struct wh_session *s, int exit)
{
	return demo_judge(&bank, s, exit);
}

/* ---- either ---- */

static int demo_move(const struct demo *demo, const struct wh_arguments *args, const char *folder,
	struct wh_arena *arena)
{
	const char *from = wh_path_from(arena, NULL, folder);
	const char *ends[] = { demo->url(arena, from),
		wh_path_url(arena, "sqlite", wh_arena_format(arena, "%s/%s", from, demo->target)) };
	struct wh_arguments as_run = *args;
	struct wh_session s;
	as_run.operands = (struct wh_words){ ends, 2 };
	as_run.workdir = folder;
	int rc = wh_session_open(&s, &as_run, true);
	s.judge = demo == &bank ? bank_judge : shop_judge;
	if (rc == WH_OK)
		rc = wh_migration_run(&s.migration, &s.error);
	if (rc == WH_OK)
		wh_error_clear(&s.error);
	return wh_session_end(&s);
}

static void demo_explain(const struct demo *demo, const char *folder, int exit)
{
	if (exit == 0)
		printf("\nThis is how the demo is meant to end: %s\nOpen %s/report.html in a browser.\n",
			demo->explained, folder);
	else
		fputs("whimbrel: the demo did not end as it is meant to\n", stderr);
}

static int demo_run(const struct demo *demo, const struct wh_arguments *args)
{
	struct wh_arena arena = { 0 };
	struct wh_error error = { 0 };
	const char *folder = args->workdir ? args->workdir : demo->folder;
	int rc = demo_folder(demo, folder, &arena, &error);
	if (rc == WH_OK)
		rc = demo->make(folder, &arena, &error);
	int exit = rc == WH_OK ? demo_move(demo, args, folder, &arena) : wh_terminal_fail(args, &error);
	if (rc == WH_OK && !args->json && !args->quiet)
		demo_explain(demo, wh_terminal_shown(&arena, folder), exit);
	wh_arena_free(&arena);
	return rc == WH_OK ? wh_terminal_flush(exit) : exit;
}

int wh_command_demo(const struct wh_arguments *args)
{
	return demo_run(&shop, args);
}

int wh_command_demo_bank(const struct wh_arguments *args)
{
	return demo_run(&bank, args);
}

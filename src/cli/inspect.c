/* inspect copybook: reads a copybook, and those that it copies, and shows the layout. */
#include "cli/inspect.h"
#include "base/file.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/terminal.h"
#include <ctype.h>
#include <string.h>
#include <sys/stat.h>

/* Where COPY looks. */
struct shelves {
	const char *own; /* the folder of the file that was named */
	const struct wh_words *more;
};

static const char *folder_of(struct wh_arena *arena, const char *path)
{
	const char *slash = strrchr(path, '/');
	if (!slash)
		return ".";
	return slash == path ? "/" : wh_arena_bytes(arena, path, (size_t)(slash - path));
}

static int read_text(const char *path, struct wh_arena *arena, struct wh_cobol_text *out,
	struct wh_error *error)
{
	struct wh_buffer bytes = { 0 };
	int rc = wh_file_read(path, "the copybook", WH_COBOL_TEXT_MOST, &bytes, error);
	if (rc == WH_OK)
		*out = (struct wh_cobol_text){ wh_arena_text(arena, path),
			wh_arena_bytes(arena, wh_buffer_string(&bytes), bytes.size), bytes.size };
	wh_buffer_free(&bytes);
	return rc;
}

static const char *in_case(struct wh_arena *arena, const char *text, int (*change)(int))
{
	char *copy = wh_arena_text(arena, text);
	for (char *c = copy; *c; c++)
		*c = (char)change((unsigned char)*c);
	return copy;
}

static bool is_file(const char *path)
{
	struct stat about;
	return stat(path, &about) == 0 && S_ISREG(about.st_mode);
}

/* The file that a name means in a folder, or NULL. */
static const char *find_in(struct wh_arena *arena, const char *folder, const char *name)
{
	static const char *const tails[] = { "", ".cpy", ".cob", ".cbl", ".CPY", ".COB", ".CBL" };
	const char *const spelled[] = { name, in_case(arena, name, toupper),
		in_case(arena, name, tolower) };
	for (size_t i = 0; i < sizeof spelled / sizeof *spelled; i++)
		for (size_t k = 0; k < sizeof tails / sizeof *tails; k++) {
			const char *path = wh_arena_format(arena, "%s/%s%s", folder, spelled[i], tails[k]);
			if (is_file(path))
				return path;
		}
	return NULL;
}

static const char *find_on_shelf(struct wh_arena *arena, const char *folder, const char *library,
	const char *name)
{
	const char *inner = library ? wh_arena_format(arena, "%s/%s", folder, library) : NULL;
	const char *path = inner ? find_in(arena, inner, name) : NULL;
	return path ? path : find_in(arena, folder, name);
}

/* Names lead into the folders that were named, and nowhere else. */
static bool is_plain(const char *name)
{
	return !name || (*name && *name != '.' && !strchr(name, '/'));
}

static int copy_text(void *context, const char *name, const char *library, struct wh_arena *arena,
	struct wh_cobol_text *out, struct wh_error *error)
{
	const struct shelves *shelves = context;
	if (!is_plain(name) || !is_plain(library))
		return wh_fail(error, WH_CONFIG,
			"COPY of a path, \"%.60s\"; name the copybook alone, and its folder with --copy-path",
			is_plain(name) ? library : name);
	const char *path = find_on_shelf(arena, shelves->own, library, name);
	for (size_t i = 0; !path && i < shelves->more->count; i++)
		path = find_on_shelf(arena, shelves->more->items[i], library, name);
	if (!path)
		return wh_fail(error, WH_CONFIG,
			"there is no copybook \"%.60s\" in \"%.200s\"%s; name its folder with --copy-path",
			name, shelves->own, shelves->more->count ? " or the folders of --copy-path" : "");
	return read_text(path, arena, out, error);
}

int wh_command_inspect_copybook(const struct wh_arguments *args)
{
	static const char *const dialects
		[] = { [WH_COBOL_IBM] = "ibm", [WH_COBOL_MF] = "mf", [WH_COBOL_GNUCOBOL] = "gnucobol" };
	const char *file = args->operands.items[0];
	struct wh_arena arena = { 0 };
	struct wh_error error = { 0 };
	struct wh_cobol_text text = { 0 };
	struct wh_copybook copybook = { 0 };
	struct shelves shelves = { folder_of(&arena, file), &args->copy_path };
	struct wh_cobol_options options = { .dialect = (enum wh_cobol_dialect)args->dialect,
		.format = (enum wh_cobol_format)args->format,
		.replacing = args->replacing.items,
		.nreplacing = args->replacing.count,
		.copy = copy_text,
		.context = &shelves };
	struct wh_inspected what = { file, dialects[options.dialect], &copybook };
	int rc = read_text(file, &arena, &text, &error);
	if (rc == WH_OK)
		rc = wh_copybook_parse(&text, &options, &arena, &copybook, &error);
	if (rc == WH_OK && args->json)
		wh_terminal_document(wh_inspect_document(&what, &arena));
	else if (rc == WH_OK && !args->quiet)
		wh_inspect_print(&what, &arena);
	wh_arena_free(&arena);
	return rc == WH_OK ? wh_terminal_flush(0) : wh_terminal_fail(args, &error);
}

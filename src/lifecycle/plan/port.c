#include "lifecycle/plan/port.h"
#include "base/file.h"
#include "base/text.h"
#include "model/connector.h"
#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#define NAME_MOST 60
#define OTHERWISE "that the target's form does the same for every value, null among them"

static bool is_port(const struct wh_finding *f)
{
	return f->effort == WH_MANUAL && f->source && *f->source;
}

size_t wh_port_count(const struct wh_findings *findings)
{
	size_t n = 0;
	for (size_t i = 0; i < findings->count; i++)
		n += is_port(&findings->items[i]);
	return n;
}

/* What differs between engines where one would not look for it. */
static const char *to_check(const char *object)
{
	static const struct {
		const char *kind, *check;
	} checks[] = {
		{ "trigger",
			"when it fires (before or after, each row or each statement), the order among "
			"several, and that the rows that were moved have been through it already" },
		{ "function", "types and nulls of arguments and result, and who may call it" },
		{ "procedure", "transactions inside it, and what happens after an error" },
		{ "aggregate", "the result over no rows, and over nulls" },
		{ "event", "what runs it on the target (pg_cron, cron), and in which time zone" },
		{ "view", "names and types of its columns, how text compares, and the rows it shows" },
		{ "materialized view", "who fills it again, and when" },
		{ "sequence", "its next value, and which columns take it" },
		{ "index", "that the queries that need it are as fast as before" },
		{ "unique index", "that the same values count as equal" },
		{ "policy", "that the accounts of the target see the same rows" },
		{ "rule", "whether a trigger does the same" },
		{ "domain", "that each column of this type has what it demands, as a constraint" },
		{ "virtual table", "what searches it, and what keeps it up to date" },
	};
	for (size_t i = 0; i < sizeof checks / sizeof *checks; i++) {
		size_t n = strlen(checks[i].kind);
		if (wh_starts(object, checks[i].kind) && object[n] == ' ')
			return checks[i].check;
	}
	return OTHERWISE;
}

/* Foreign names become part of a file's name: letters, digits and '_' stay, a run of anything
 * else is one '-'. The number before it tells two of them apart. */
static const char *file_name(struct wh_arena *arena, size_t number, const struct wh_finding *f)
{
	struct wh_buffer out = { 0 };
	size_t rule = strcspn(f->rule, "-");
	wh_buffer_format(&out, "%03zu-", number);
	size_t least = out.size;
	if (!wh_starts(f->rule, "object-") && strncmp(f->object, f->rule, rule))
		wh_buffer_put(&out, f->rule, rule);
	for (const char *at = f->object; *at && out.size < least + NAME_MOST; at++) {
		unsigned char c = (unsigned char)*at;
		bool plain = c < 128 && (isalnum(c) || c == '_');
		if (plain && at == f->object && out.size > least)
			wh_buffer_char(&out, '-');
		if (plain)
			wh_buffer_char(&out, (char)c);
		else if (wh_buffer_string(&out)[out.size - 1] != '-')
			wh_buffer_char(&out, '-');
	}
	size_t n = out.size;
	while (n > least && wh_buffer_string(&out)[n - 1] == '-')
		n--;
	const char *name = wh_arena_format(arena, "%.*s%s.sql", (int)n, wh_buffer_string(&out),
		n == least ? "object" : "");
	wh_buffer_free(&out);
	return name;
}

/* Foreign text in one line, which no comment ends before its end. */
static const char *line(struct wh_arena *arena, const char *text)
{
	struct wh_buffer out = { 0 };
	wh_text_shown(&out, text, strlen(text));
	const char *copy = wh_arena_text(arena, wh_buffer_string(&out));
	wh_buffer_free(&out);
	return copy;
}

static void put_file(struct wh_buffer *out, const struct wh_plan *plan, const struct wh_finding *f)
{
	const char *version = plan->catalog->version;
	wh_buffer_format(out, "-- %s\n--\n", line(plan->arena, f->object));
	wh_buffer_format(out, "-- Why it is here: %s (%s).\n", line(plan->arena, f->text), f->rule);
	wh_buffer_format(out, "-- Written for:    %s\n", version ? line(plan->arena, version) : "?");
	wh_buffer_format(out, "-- To be run on:   %s\n", plan->target->summary);
	wh_buffer_format(out, "-- To check:       %s.\n\n", to_check(f->object));
	size_t n = strlen(f->source);
	wh_buffer_format(out, "%s%s\n", f->source, f->source[n - 1] == ';' ? "" : ";");
}

static const char *path_of(struct wh_arena *arena, const char *workdir, const char *name)
{
	return wh_arena_format(arena, "%s/port/%s", workdir, name);
}

static int write_one(const struct wh_plan *plan, const char *path, const struct wh_finding *f,
	struct wh_error *error)
{
	struct stat there;
	struct wh_buffer text = { 0 };
	if (lstat(path, &there) == 0)
		return WH_OK;
	put_file(&text, plan, f);
	int rc = wh_file_write(path, "a file to port by hand", wh_buffer_string(&text), text.size,
		error);
	wh_buffer_free(&text);
	return rc;
}

static void put_readme(struct wh_buffer *out, const struct wh_plan *plan)
{
	wh_buffer_format(out,
		"# To port by hand\n\n"
		"The plan carries everything but what stands here. Each file holds the source's own text, "
		"with the reason and what to check; write it anew for %s and run it there. "
		"whimbrel never changes a file that is here already.\n\n| file | what | why |\n"
		"| --- | --- | --- |\n",
		plan->target->summary);
}

/* A bar would end the cell. */
static void put_cell(struct wh_buffer *out, struct wh_arena *arena, const char *text)
{
	for (const char *at = line(arena, text); *at; at++)
		wh_buffer_text(out, *at == '|' ? "\\|" : (char[2]){ *at, 0 });
}

static void put_entry(struct wh_buffer *out, struct wh_arena *arena, const char *name,
	const struct wh_finding *f)
{
	wh_buffer_format(out, "| %s | ", name);
	put_cell(out, arena, f->object);
	wh_buffer_text(out, " | ");
	put_cell(out, arena, f->text);
	wh_buffer_text(out, " |\n");
}

static int make_folder(const char *folder, struct wh_error *error)
{
	if (mkdir(folder, 0700) == 0 || errno == EEXIST)
		return WH_OK;
	return wh_fail_errno(error, WH_STOP, "cannot make the folder \"%s\"", folder);
}

int wh_port_write(const struct wh_plan *plan, const char *workdir, struct wh_error *error)
{
	struct wh_buffer readme = { 0 };
	size_t number = 0;
	if (!wh_port_count(&plan->findings))
		return WH_OK;
	int rc = make_folder(path_of(plan->arena, workdir, ""), error);
	put_readme(&readme, plan);
	for (size_t i = 0; i < plan->findings.count && rc == WH_OK; i++) {
		const struct wh_finding *f = &plan->findings.items[i];
		if (!is_port(f))
			continue;
		const char *name = file_name(plan->arena, ++number, f);
		rc = write_one(plan, path_of(plan->arena, workdir, name), f, error);
		put_entry(&readme, plan->arena, name, f);
	}
	if (rc == WH_OK)
		rc = wh_file_write(path_of(plan->arena, workdir, "README.md"), "the list of files to port",
			wh_buffer_string(&readme), readme.size, error);
	wh_buffer_free(&readme);
	return rc;
}

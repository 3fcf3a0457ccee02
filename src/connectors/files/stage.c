/* A target of files: its rows wait in an SQLite database beside them, exactly once and in order of
 * their keys, until all are there; then they are written. Whatever a target must do with rows, that
 * database does. */
#include "connectors/files/files.h"
#include "base/text.h"
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static bool is_there(const char *path)
{
	struct stat st;
	return stat(path, &st) == 0;
}

static int stage_open(struct wh_conn *c, struct wh_error *error)
{
	struct wh_files *s = c->state;
	const struct wh_connector *kind = NULL;
	if (s->stage)
		return WH_OK;
	int rc = wh_connector_find("sqlite", &kind, error);
	return rc == WH_OK ? wh_conn_open(kind, &s->stage_url, WH_TARGET, c->writes, &s->stage, error)
					   : rc;
}

/* Calls a verb of the stage. */
#define STAGE(c, error, verb, ...) \
	do { \
		struct wh_files *stage_ = (c)->state; \
		int rc_ = stage_open((c), (error)); \
		return rc_ == WH_OK ? stage_->stage->kind->verb(stage_->stage, __VA_ARGS__) : rc_; \
	} while (0)

static const struct wh_connector *stage_kind(void)
{
	struct wh_error ignored = { 0 };
	const struct wh_connector *kind = NULL;
	if (wh_connector_find("sqlite", &kind, &ignored) != WH_OK)
		abort(); /* a program without its registry */
	return kind;
}

int wh_files_fit(const struct wh_fit_request *request, struct wh_fit *out, struct wh_error *error)
{
	struct wh_fit_request this = *request;
	if (wh_equal(this.engine, stage_kind()->scheme)) /* it is no copy of that engine's storage */
		this.engine = "files";
	return stage_kind()->fit(&this, out, error);
}

/* Files of which rows were read say themselves what they are; only a codec that writes every table
 * apart can write down what was said of them. */
bool wh_files_fills(const struct wh_connector *kind, const struct wh_table *t)
{
	static const char *const names[] = { WH_CODEC_FILE, "name", "bytes", WH_FILES_DIGEST,
		"modified" };
	bool all = !kind->codec->apart && t->ncolumns == sizeof names / sizeof *names;
	for (size_t i = 0; all && i < t->ncolumns; i++)
		all = wh_equal(t->columns[i].name, names[i]);
	return all;
}

static bool is_place(const char *column)
{
	return wh_equal(column, WH_CODEC_FILE) || wh_equal(column, WH_CODEC_RECORD);
}

/* Where a record stands is said by the file that is written, and so is which one it belongs to. */
bool wh_files_says(const struct wh_connector *kind, const struct wh_table *t,
	const struct wh_column *c)
{
	bool place = is_place(c->name);
	for (size_t i = 0; i < t->nforeign_keys && !place; i++)
		for (size_t k = 0; k < t->foreign_keys[i].ncolumns; k++)
			place |= wh_equal(t->foreign_keys[i].columns[k], c->name) &&
				is_place(t->foreign_keys[i].to_columns[k]);
	return place && !kind->codec->apart;
}

/* What a table has beside its rows stays behind. */
void wh_files_review(const struct wh_plan *plan, struct wh_findings *out)
{
	size_t left = 0;
	for (size_t i = 0; i < plan->ntables; i++)
		left += plan->tables[i].nindexes + plan->tables[i].nforeign_keys + plan->tables[i].nchecks;
	if (left + plan->nobjects)
		wh_findings_add(out, "files-hold-rows", WH_INFO, WH_AUTOMATIC, "all tables",
			"files hold rows and nothing else: %zu keys, indexes and checks and %zu other objects of the "
			"source are not in them",
			left, plan->nobjects);
}

int wh_files_ddl(const struct wh_plan *plan, enum wh_phase phase, struct wh_statements *out,
	struct wh_error *error)
{
	if (phase == WH_PHASE_OPEN) {
		struct wh_statement *st = wh_statements_add(out, phase, WH_FILES_WRITE, -1, NULL);
		st->object = "the files";
		st->sql = "write the files";
		st->repeatable = true;
		return WH_OK;
	}
	bool tables = phase == WH_PHASE_CLEAR || phase == WH_PHASE_TABLES || phase == WH_PHASE_KEYS;
	return tables ? stage_kind()->ddl(plan, phase, out, error) : WH_OK;
}

int wh_files_execute(struct wh_conn *c, const struct wh_statement *st, struct wh_error *error)
{
	int rc = stage_open(c, error);
	if (rc == WH_OK && wh_equal(st->kind, WH_FILES_WRITE))
		return wh_files_encode(c->state, error);
	if (rc != WH_OK)
		return rc;
	STAGE(c, error, execute, st, error);
}

int wh_files_execute_all(struct wh_conn *c, const struct wh_statement *const *list, size_t n,
	size_t *done, struct wh_error *error)
{
	int rc = WH_OK;
	for (*done = 0; *done < n && rc == WH_OK; ++*done)
		if (wh_equal(list[*done]->kind, WH_FILES_WRITE))
			break;
	if (*done == n)
		STAGE(c, error, execute_all, list, n, done, error);
	for (*done = 0; *done < n && rc == WH_OK; *done += rc == WH_OK)
		rc = wh_files_execute(c, list[*done], error);
	return rc;
}

int wh_files_stage_describe(struct wh_conn *c, struct wh_catalog *out, struct wh_error *error)
{
	struct wh_files *s = c->state;
	out->version = "files to be written";
	if (!s->stage && !is_there(s->stage_url.path))
		return WH_OK;
	STAGE(c, error, describe, out, error);
}

/* A file of such a name that somebody else made is not overwritten. */
static int check_free(struct wh_files *s, const char *name, struct wh_error *error)
{
	struct wh_object_info info;
	int rc = s->store.kind->stat(&s->store, name, &s->arena, &info, error);
	if (rc != WH_OK)
		return rc < 0 ? rc : WH_OK;
	return wh_fail(error, WH_GUARD,
		"the file is there already: \"%s\" in \"%s\"; remove it, or name another place", name,
		s->store_url.path);
}

static int check_all_free(struct wh_conn *c, const struct wh_claim *claim, struct wh_error *error)
{
	struct wh_files *s = c->state;
	if (!s->codec->apart)
		return check_free(s, s->pattern, error);
	int rc = WH_OK;
	for (size_t i = 0; i < claim->ntables && rc == WH_OK; i++)
		rc = check_free(s, wh_arena_format(&s->arena, "%s.%s", claim->tables[i], c->kind->scheme),
			error);
	return rc;
}

int wh_files_prepare(struct wh_conn *c, struct wh_claim *claim, struct wh_error *error)
{
	struct wh_files *s = c->state;
	int rc = is_there(s->stage_url.path) ? WH_OK : check_all_free(c, claim, error);
	if (rc != WH_OK)
		return rc;
	STAGE(c, error, prepare, claim, error);
}

void wh_files_join(struct wh_conn *c, const struct wh_claim *claim)
{
	struct wh_files *s = c->state;
	struct wh_error ignored = { 0 }; /* whoever begins hears it again */
	if (stage_open(c, &ignored) == WH_OK)
		s->stage->kind->join(s->stage, claim);
}

int wh_files_marks(struct wh_conn *c, const struct wh_claim *claim, struct wh_arena *arena,
	struct wh_mark **out, size_t *n, struct wh_error *error)
{
	STAGE(c, error, marks, claim, arena, out, n, error);
}

int wh_files_begin(struct wh_conn *c, const struct wh_unit *unit, struct wh_tally *done,
	struct wh_error *error)
{
	STAGE(c, error, begin, unit, done, error);
}

int wh_files_write(struct wh_conn *c, const struct wh_batch *b, struct wh_error *error)
{
	STAGE(c, error, write, b, error);
}

int wh_files_commit(struct wh_conn *c, const struct wh_tally *t, struct wh_error *error)
{
	STAGE(c, error, commit, t, error);
}

int wh_files_abandon(struct wh_conn *c, struct wh_error *error)
{
	STAGE(c, error, abandon, error);
}

int wh_files_mark(struct wh_conn *c, const struct wh_mark *marks, size_t n, struct wh_error *error)
{
	STAGE(c, error, mark, marks, n, error);
}

int wh_files_erase(struct wh_conn *c, const struct wh_batch *keys, struct wh_error *error)
{
	STAGE(c, error, erase, keys, error);
}

int wh_files_empty(struct wh_conn *c, int64_t table, const struct wh_rowset *rows,
	struct wh_error *error)
{
	STAGE(c, error, empty, table, rows, error);
}

/* The files are complete and durable; what they were made from goes. */
int wh_files_finish(struct wh_conn *c, const struct wh_claim *claim, struct wh_error *error)
{
	struct wh_files *s = c->state;
	(void)claim;
	wh_conn_close(s->stage);
	s->stage = NULL;
	static const char *const parts[] = { "", "-wal", "-shm", "-journal" };
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		const char *path = wh_arena_format(&s->arena, "%s%s", s->stage_url.path, parts[i]);
		if (is_there(path) && unlink(path) != 0)
			return wh_fail_errno(error, WH_STOP, "the file cannot be removed: \"%s\"", path);
	}
	return WH_OK;
}

#include "connectors/sqlite/sqlite.h"
#include "sql/dialect.h"

extern const struct wh_connector wh_sqlite;

static const struct wh_option options[] = {
	{ "busy_timeout", "int", "5000", "milliseconds to wait for another program's lock" },
	{ NULL },
};

const struct wh_connector wh_sqlite = {
	.scheme = "sqlite",
	.summary = "SQLite 3 database files",
	.url_form = "sqlite:PATH",
	.state_size = sizeof(struct sqlite),
	.options = options,
	.facts = { .writers = 1,
		.names_nocase = true,
		.names_empty = true,
		.index_names_shared = true,
		.constraints_in_table = true,
		.file = true,
		.ddl_atomic = true,
		.strict = "STRICT",
		.key_traits = WH_KEY_DEFERRED_REFERENCE | WH_KEY_SETS_DEFAULT,
		.nul_in_text = true },
	.dialect = &wh_dialect_sqlite,
	.open = wh_sqlite_open,
	.close = wh_sqlite_close,
	.cancel = wh_sqlite_cancel,
	.describe = wh_sqlite_describe,
	.survey = wh_sqlite_survey,
	.ask = wh_sqlite_probe,
	.types = wh_sqlite_types,
	.type_word = wh_sqlite_type_word,
	.type = wh_sqlite_type,
	.fit = wh_sqlite_fit,
	.snapshot = wh_sqlite_snapshot,
	.split = wh_sqlite_split,
	.seek = wh_sqlite_seek,
	.read = wh_sqlite_read,
	.ddl = wh_sqlite_ddl,
	.execute = wh_sqlite_execute,
	.prepare = wh_sqlite_claim,
	.join = wh_sqlite_join,
	.marks = wh_sqlite_marks,
	.begin = wh_sqlite_begin,
	.write = wh_sqlite_write,
	.commit = wh_sqlite_commit,
	.abandon = wh_sqlite_abandon,
	.erase = wh_sqlite_erase,
	.empty = wh_sqlite_empty,
	.finish = wh_sqlite_finish,
};

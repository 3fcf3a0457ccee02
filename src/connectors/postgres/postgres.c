/* The table of functions that makes PostgreSQL known. */
#include "connectors/postgres/postgres.h"

static const char *const aliases[] = { "postgres", "pgsql", NULL };

const struct wh_connector wh_postgresql = {
	.scheme = "postgresql",
	.aliases = aliases,
	.summary = "PostgreSQL",
	.url_form = "postgresql://[USER@]HOST[:PORT]/DATABASE",
	.state_size = sizeof(struct postgres),
	.options = wh_postgres_options,
	.facts = {
		.name_bytes = 63,
		.schemas = true,
		.default_schema = "public",
		.index_names_shared = true,
		.sequences = true,
		.ddl_atomic = true,
	},
	.dialect = &wh_dialect_postgresql,
	.open = postgres_open,
	.close = postgres_close,
	.cancel = postgres_cancel,
	.describe = postgres_describe,
	.fit = postgres_fit,
	.snapshot = postgres_snapshot,
	.split = postgres_split,
	.seek = postgres_seek,
	.read = postgres_read,
	.ddl = postgres_ddl,
	.execute = postgres_execute,
	.prepare = postgres_prepare,
	.join = postgres_join,
	.marks = postgres_marks,
	.begin = postgres_begin,
	.write = postgres_write,
	.commit = postgres_commit,
	.abandon = postgres_abandon,
	.erase = postgres_erase,
	.empty = postgres_empty,
	.finish = postgres_finish,
};

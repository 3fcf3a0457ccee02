/* The connector of MySQL and MariaDB. */
#include "connectors/mysql/mysql.h"

extern const struct wh_connector wh_mysql;

static const char *const aliases[] = { "mariadb", NULL };

const struct wh_connector wh_mysql = {
	.scheme = "mysql",
	.aliases = aliases,
	.summary = "MySQL and MariaDB",
	.url_form = "mysql://user@host:port/database?socket=PATH",
	.state_size = sizeof(struct wh_mysql),
	.options = wh_mysql_options,
	.facts = { .name_most = 64,
		.name_characters = true,
		.plain_indexes = true,
		.sequences = true,
		.nul_in_text = true,
		.sets_on_update = true,
		.key_names_shared = true },
	.dialect = &wh_dialect_mysql,
	.open = wh_mysql_open,
	.close = wh_mysql_close,
	.cancel = wh_mysql_cancel,
	.describe = wh_mysql_describe,
	.survey = wh_mysql_survey,
	.ask = wh_mysql_probe,
	.types = wh_mysql_types,
	.type_word = wh_mysql_type_word,
	.type = wh_mysql_type,
	.fit = wh_mysql_fit,
	.snapshot = wh_mysql_snapshot,
	.split = wh_mysql_split,
	.seek = wh_mysql_seek,
	.read = wh_mysql_read,
	.ddl = wh_mysql_ddl,
	.execute = wh_mysql_execute,
	.prepare = wh_mysql_prepare,
	.join = wh_mysql_join,
	.marks = wh_mysql_marks,
	.begin = wh_mysql_begin,
	.write = wh_mysql_write,
	.commit = wh_mysql_commit,
	.abandon = wh_mysql_abandon,
	.erase = wh_mysql_erase,
	.empty = wh_mysql_empty,
	.finish = wh_mysql_finish,
};

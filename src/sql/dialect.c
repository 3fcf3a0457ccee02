#include "sql/dialect.h"
#include <string.h>

const struct wh_dialect wh_dialect_postgresql = {
	.engine = "postgresql",
	.quote = '"',
	.pipes_concatenate = true,
	.boolean_literals = true,
};

const struct wh_dialect wh_dialect_mysql = {
	.engine = "mysql",
	.quote = '`',
	.backslash = true,
	.double_quoted_text = true,
};

const struct wh_dialect wh_dialect_sqlite = {
	.engine = "sqlite",
	.quote = '"',
	.double_quoted_text = true,
	.pipes_concatenate = true,
};

static void dialect_doubled(struct wh_buffer *out, char quote, bool backslash, const char *text,
	size_t n)
{
	wh_buffer_char(out, quote);
	for (size_t i = 0; i < n; i++) {
		if (text[i] == quote || (backslash && text[i] == '\\'))
			wh_buffer_char(out, text[i]);
		wh_buffer_char(out, text[i]);
	}
	wh_buffer_char(out, quote);
}

void wh_sql_name(struct wh_buffer *out, const struct wh_dialect *d, const char *name)
{
	dialect_doubled(out, d->quote, false, name, strlen(name));
}

void wh_sql_qualified(struct wh_buffer *out, const struct wh_dialect *d, const char *schema,
	const char *name)
{
	if (schema) {
		wh_sql_name(out, d, schema);
		wh_buffer_char(out, '.');
	}
	wh_sql_name(out, d, name);
}

/* A backslash in a PostgreSQL '...' depends on standard_conforming_strings; in E'...' it does
 * not. */
void wh_sql_text(struct wh_buffer *out, const struct wh_dialect *d, const char *text, size_t n)
{
	bool escaped = d == &wh_dialect_postgresql && memchr(text, '\\', n);
	if (escaped)
		wh_buffer_char(out, 'E');
	dialect_doubled(out, '\'', escaped || d->backslash, text, n);
}

#include "sql/probe.h"
#include "sql/tokens.h"
#include "base/text.h"
#include <string.h>

#define OF_BYTES(kind) ((kind) == WH_BYTES || (kind) == WH_GEOMETRY)

/* PostgreSQL, MySQL, SQLite; $ is the expression. NULL: there is none. */
static const char *const terms[WH_TERMS][3] = {
	[WH_TERM_SHOWN] = { "left(($)::text, 200)", "LEFT(CONVERT($ USING utf8mb4), 200)",
		"CASE typeof($) WHEN 'blob' THEN 'x''' || hex(substr($, 1, 98)) || '''' "
		"ELSE substr($, 1, 200) END" },
	[WH_TERM_TEXT] = { "($)::text", "CONVERT($ USING utf8mb4)", "$" },
	[WH_TERM_BYTES] = { "($) COLLATE \"C\"", "CAST($ AS BINARY)", "$ COLLATE BINARY" },
	[WH_TERM_LOWER] = { "lower($)", "LOWER($)", "lower($)" },
	[WH_TERM_NO_ACCENTS] = { "regexp_replace(normalize($, NFD), U&'[\\0300-\\036F]', '', 'g')",
		"WEIGHT_STRING($ COLLATE utf8mb4_unicode_ci)", NULL },
	[WH_TERM_NO_END_SPACES] = { "rtrim($, ' ')", "TRIM(TRAILING ' ' FROM $)", "rtrim($, ' ')" },
	[WH_TERM_CHARACTERS] = { "char_length(($)::text)", "CHAR_LENGTH($)", "length($)" },
	[WH_TERM_OCTETS] = { "octet_length(($)::text)", "LENGTH($)", "length(CAST($ AS BLOB))" },
};

/* The same of columns that hold bytes, where that is another. */
static const char *const byte_terms[WH_TERMS][3] = {
	[WH_TERM_SHOWN] = { NULL, "CONCAT('0x', LEFT(HEX($), 198))", NULL },
	[WH_TERM_CHARACTERS] = { "octet_length(($)::bytea)", "LENGTH($)", NULL },
	[WH_TERM_OCTETS] = { "octet_length(($)::bytea)", NULL, NULL },
};

bool wh_sql_term(struct wh_buffer *out, const struct wh_dialect *d, enum wh_term term,
	enum wh_kind kind, const char *expression)
{
	unsigned column = wh_dialect_index(d);
	const char *form = OF_BYTES(kind) ? byte_terms[term][column] : NULL;
	form = form ? form : terms[term][column];
	for (const char *at = form; at && *at; at++) {
		if (*at == '$')
			wh_buffer_text(out, expression);
		else
			wh_buffer_char(out, *at);
	}
	return form;
}

void wh_sql_rows_of(struct wh_buffer *out, const struct wh_dialect *d, const struct wh_table *t)
{
	if (d == &wh_dialect_postgresql && wh_equal(t->kind, "table"))
		wh_buffer_text(out, "ONLY ");
	wh_sql_qualified(out, d, t->schema, t->name);
}

/* cobol_cell_made: a cell of one field, from the clauses of its entry. */
#ifndef WH_TESTS_UNIT_COBOL_CELL_MADE_H
#define WH_TESTS_UNIT_COBOL_CELL_MADE_H

#include "copybook_parsed.h"
#include "base/text.h"
#include "codecs/cobol/cell.h"
#include "model/value.h"

#define ROOM 512 /* bytes of a field */

struct made {
	struct parsed parsed;
	struct wh_cobol_charset *charset;
	struct wh_cobol_cell cell;
	struct wh_batch batch;
	struct wh_buffer scratch, text;
	struct wh_error error;
	size_t n; /* the field's length */
};

/* The code of what failed, or WH_OK. */
static inline int make_cell(struct made *m, const char *clauses, const char *page,
	const struct wh_cobol_form *form, enum wh_cobol_dialect dialect)
{
	char text[300];
	snprintf(text, sizeof text, "05 F %s.\n", clauses);
	*m = (struct made){ 0 };
	parse(&m->parsed, text, dialect);
	int rc = wh_cobol_charset_open(&m->parsed.arena, page, &m->charset, &m->error);
	if (rc == WH_OK)
		rc = wh_cobol_cell_prepare(&m->cell, &m->parsed.book.fields[0], form, m->charset,
			&m->error);
	if (rc != WH_OK)
		return rc;
	m->n = m->cell.field->length;
	wh_batch_init_of(&m->batch, &m->cell.type.kind, 1, 2);
	return WH_OK;
}

static inline void make(struct made *m, const char *clauses, const char *page,
	const struct wh_cobol_form *form, enum wh_cobol_dialect dialect)
{
	if (make_cell(m, clauses, page, form, dialect) != WH_OK)
		fail_msg("%s: %s", clauses, m->error.text);
}

static inline void unmake(struct made *m)
{
	wh_batch_finish(&m->batch);
	wh_cobol_charset_close(m->charset);
	wh_buffer_free(&m->scratch);
	wh_buffer_free(&m->text);
	wh_arena_free(&m->parsed.arena);
}

/* The only row's cell becomes that of the bytes; or why not. */
static inline const char *decode(struct made *m, const unsigned char *bytes)
{
	wh_batch_reset(&m->batch);
	return wh_cobol_cell_decode(&m->cell, bytes, m->n, &m->batch, 0, &m->scratch);
}

static inline const char *encode(struct made *m, unsigned char *bytes)
{
	return wh_cobol_cell_encode(&m->cell, &m->batch, 0, 0, bytes, m->n, &m->scratch);
}

static inline bool canonical(struct made *m, const unsigned char *bytes)
{
	return wh_cobol_cell_canonical(&m->cell, bytes, m->n, &m->batch, 0, &m->scratch);
}

/* The value as text, "~" for NULL, until the next call. */
static inline const char *shown(struct made *m)
{
	wh_buffer_clear(&m->text);
	if (wh_is_null(&m->batch, 0, 0))
		wh_buffer_text(&m->text, "~");
	else
		wh_value_text(&m->text, &m->batch, 0, 0);
	return wh_buffer_string(&m->text);
}

/* The bytes of a field in hexadecimal. */
static inline void unhex(const struct made *m, const char *name, const char *hex,
	unsigned char *out)
{
	if (strlen(hex) != 2 * m->n || !wh_text_unhex(hex, 2 * m->n, out))
		fail_msg("case \"%s\": %s is not %zu bytes", name, hex, m->n);
}

#endif

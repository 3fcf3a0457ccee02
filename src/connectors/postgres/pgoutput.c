#include "connectors/postgres/pgoutput.h"
#include "base/arena.h"
#include <stdlib.h>
#include <string.h>

/* Bytes still to be read; `bad` once too few were there. */
struct reader {
	const char *at, *end;
	bool bad;
};

static const char *take(struct reader *r, size_t n)
{
	const char *at = r->at;
	if (r->bad || n > (size_t)(r->end - r->at)) {
		r->bad = true;
		return NULL;
	}
	r->at += n;
	return at;
}

static uint64_t number(struct reader *r, size_t bytes)
{
	const char *at = take(r, bytes);
	uint64_t value = 0;
	for (size_t i = 0; at && i < bytes; i++)
		value = value << 8 | (unsigned char)at[i];
	return value;
}

static const char *string(struct reader *r)
{
	const char *at = r->at, *nul = r->bad ? NULL : memchr(at, 0, (size_t)(r->end - at));
	if (!nul) {
		r->bad = true;
		return "";
	}
	r->at = nul + 1;
	return at;
}

static void *room(void *items, size_t want, size_t *capacity, size_t size)
{
	if (want <= *capacity)
		return items;
	*capacity = want < 64 ? 64 : want * 2;
	return wh_realloc(items, *capacity * size);
}

static void read_cell(struct reader *r, struct pgoutput_cell *cell)
{
	*cell = (struct pgoutput_cell){ .form = (char)number(r, 1) };
	if (cell->form == PGOUTPUT_TEXT || cell->form == PGOUTPUT_BINARY) {
		cell->size = (uint32_t)number(r, 4);
		cell->bytes = take(r, cell->size);
	} else if (cell->form != PGOUTPUT_NULL && cell->form != PGOUTPUT_UNCHANGED) {
		r->bad = true;
	}
}

static void read_tuple(struct reader *r, struct pgoutput *m, char form, struct pgoutput_tuple *out)
{
	size_t n = (size_t)number(r, 2);
	if (n > (size_t)(r->end - r->at)) { /* each cell has a byte at least */
		r->bad = true;
		return;
	}
	*out = (struct pgoutput_tuple){ .form = form,
		.ncells = (uint16_t)n,
		.first = (uint32_t)m->ncells };
	m->cells = room(m->cells, m->ncells + n, &m->cells_capacity, sizeof *m->cells);
	for (size_t i = 0; i < n && !r->bad; i++)
		read_cell(r, &m->cells[m->ncells++]);
}

static void read_row(struct reader *r, struct pgoutput *m)
{
	m->relation = (uint32_t)number(r, 4);
	char form = (char)number(r, 1);
	if (m->kind != 'I' && (form == 'K' || form == 'O')) {
		read_tuple(r, m, form, &m->before);
		form = m->kind == 'U' ? (char)number(r, 1) : 0;
	}
	if (m->kind != 'D' && form == 'N')
		read_tuple(r, m, form, &m->after);
	if (m->kind == 'D' ? !m->before.form : !m->after.form)
		r->bad = true;
}

static void read_relation(struct reader *r, struct pgoutput *m)
{
	m->relation = (uint32_t)number(r, 4);
	m->schema = string(r);
	m->table = string(r);
	m->identity = (char)number(r, 1);
	size_t n = (size_t)number(r, 2);
	if (r->bad || n > (size_t)(r->end - r->at)) {
		r->bad = true;
		return;
	}
	m->columns = room(m->columns, n, &m->columns_capacity, sizeof *m->columns);
	for (size_t i = 0; i < n && !r->bad; i++) {
		struct pgoutput_column *c = &m->columns[i];
		c->key = number(r, 1) & 1;
		c->name = string(r);
		c->type = (uint32_t)number(r, 4);
		c->modifier = (int32_t)(uint32_t)number(r, 4);
	}
	m->ncolumns = (uint16_t)n;
}

static void read_truncate(struct reader *r, struct pgoutput *m)
{
	uint32_t n = (uint32_t)number(r, 4);
	take(r, 1); /* CASCADE, RESTART IDENTITY: the tables that fell are all named */
	if (r->bad || n > (size_t)(r->end - r->at) / 4) {
		r->bad = true;
		return;
	}
	m->relations = room(m->relations, n, &m->relations_capacity, sizeof *m->relations);
	for (uint32_t i = 0; i < n; i++)
		m->relations[i] = (uint32_t)number(r, 4);
	m->nrelations = n;
}

static void read_begin(struct reader *r, struct pgoutput *m)
{
	m->commit = number(r, 8);
	m->usec = (int64_t)number(r, 8);
	take(r, 4);
}

static void read_commit(struct reader *r, struct pgoutput *m)
{
	take(r, 1);
	m->commit = number(r, 8);
	m->end = number(r, 8);
	m->usec = (int64_t)number(r, 8);
}

bool pgoutput_parse(struct pgoutput *m, const char *bytes, size_t n)
{
	struct reader r = { .at = bytes, .end = bytes + n };
	m->kind = (char)number(&r, 1);
	m->before = m->after = (struct pgoutput_tuple){ 0 };
	m->ncells = 0;
	m->nrelations = 0;
	m->ncolumns = 0;
	switch (m->kind) {
	case 'B':
		read_begin(&r, m);
		break;
	case 'C':
		read_commit(&r, m);
		break;
	case 'R':
		read_relation(&r, m);
		break;
	case 'I':
	case 'U':
	case 'D':
		read_row(&r, m);
		break;
	case 'T':
		read_truncate(&r, m);
		break;
	case 'O': /* origin, type, message: nothing that rows need */
	case 'Y':
	case 'M':
		return !r.bad;
	default:
		return false;
	}
	return !r.bad && r.at == r.end;
}

void pgoutput_finish(struct pgoutput *m)
{
	free(m->columns);
	free(m->cells);
	free(m->relations);
	*m = (struct pgoutput){ 0 };
}

/* Messages of logical replication as a hostile server may send them. Whatever is accepted lies
 * within the bytes that were given. */
#include "connectors/postgres/pgoutput.h"
#include "fuzz.h"

static uint64_t touched;

static void inside(const char *bytes, size_t size, const char *at, size_t n)
{
	must(at >= bytes && at <= bytes + size && n <= (size_t)(bytes + size - at));
	for (size_t i = 0; i < n; i++)
		touched += (unsigned char)at[i];
}

static void look(const struct pgoutput *m, const struct pgoutput_tuple *t, const char *bytes,
	size_t size)
{
	must((size_t)t->first + t->ncells <= m->ncells);
	for (uint32_t i = 0; i < t->ncells; i++) {
		const struct pgoutput_cell *c = &m->cells[t->first + i];
		bool value = c->form == PGOUTPUT_TEXT || c->form == PGOUTPUT_BINARY;
		must(value || c->form == PGOUTPUT_NULL || c->form == PGOUTPUT_UNCHANGED);
		if (value)
			inside(bytes, size, c->bytes, c->size);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct pgoutput m; /* kept, as a connection keeps it */
	char *bytes = malloc(size + !size);
	must(bytes);
	if (size)
		memcpy(bytes, data, size);
	if (pgoutput_parse(&m, bytes, size)) {
		look(&m, &m.before, bytes, size);
		look(&m, &m.after, bytes, size);
		if (m.kind == 'R')
			inside(bytes, size, m.table, strlen(m.table));
		for (uint32_t i = 0; i < m.ncolumns; i++)
			inside(bytes, size, m.columns[i].name, strlen(m.columns[i].name));
		for (uint32_t i = 0; i < m.nrelations; i++)
			touched += m.relations[i];
	}
	free(bytes);
	return 0;
}

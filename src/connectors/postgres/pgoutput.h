/* pgoutput: the messages of PostgreSQL's logical replication, protocol 1, as they stand in the
 * manual ("Logical Replication Message Formats"). Pure; every length is checked.
 *
 * A parsed message points into its bytes. Its arrays are kept for the next one; finish frees. */
#ifndef WH_CONNECTORS_PGOUTPUT_H
#define WH_CONNECTORS_PGOUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PGOUTPUT_NULL 'n'
#define PGOUTPUT_UNCHANGED 'u' /* a large value that was not touched */
#define PGOUTPUT_TEXT 't'
#define PGOUTPUT_BINARY 'b'

struct pgoutput_cell {
	char form;
	uint32_t size;
	const char *bytes;
};

struct pgoutput_tuple {
	char form; /* 'N' new, 'K' the key of the old row, 'O' all of it; 0: not sent */
	uint16_t ncells;
	uint32_t first; /* in cells */
};

struct pgoutput_column {
	bool key; /* of the replica identity */
	const char *name;
	uint32_t type;
	int32_t modifier;
};

struct pgoutput {
	char kind;                  /* B, C, R, I, U, D, T; any other is to be passed over */
	uint64_t commit, end;       /* B: of the commit record; C: of it and behind it */
	int64_t usec;               /* B, C: since 2000 */
	uint32_t relation;          /* R, I, U, D */
	const char *schema, *table; /* R; an empty schema is pg_catalog */
	char identity;              /* R: d, n, f, i */
	uint16_t ncolumns;          /* R */
	uint32_t nrelations;        /* T */
	struct pgoutput_tuple before, after;
	struct pgoutput_column *columns;
	struct pgoutput_cell *cells;
	uint32_t *relations;
	size_t columns_capacity, cells_capacity, relations_capacity, ncells;
};

/* False: the bytes are no such message, or have more behind it. */
bool pgoutput_parse(struct pgoutput *m, const char *bytes, size_t n);
void pgoutput_finish(struct pgoutput *m);

#endif

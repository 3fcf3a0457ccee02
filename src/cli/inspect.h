/* inspect: how a copybook's layout is shown: as a table, and as a document. */
#ifndef WH_CLI_INSPECT_H
#define WH_CLI_INSPECT_H

#include "codecs/cobol/copybook.h"

struct wh_inspected {
	const char *file, *dialect;
	const struct wh_copybook *copybook;
};

void wh_inspect_print(const struct wh_inspected *what, struct wh_arena *arena);
/* Heap text. */
char *wh_inspect_document(const struct wh_inspected *what, struct wh_arena *arena);

#endif

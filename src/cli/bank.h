/* bank: the files of a small bank for the demo, as a mainframe would unload them.
 *
 * BANK.DAT holds customers, their accounts and the accounts' movements, in EBCDIC, zoned and packed
 * decimals, laid out by BANK.cpy; the same bytes every time. The numbers of its records have a gap,
 * and three of its movements are damaged. */
#ifndef WH_CLI_BANK_H
#define WH_CLI_BANK_H

#include "base/arena.h"

#define WH_BANK_DAMAGED 3

/* WH_CONFIG: the files cannot be made in the folder. */
int wh_sample_bank(const char *folder, struct wh_error *error) WH_MUST_USE;
/* The URL of the file in an absolute folder; the arena's. */
const char *wh_sample_bank_url(struct wh_arena *arena, const char *folder);

#endif

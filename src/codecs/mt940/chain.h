/* chain: statements of one account held against the one before: numbers without gaps, balances that
 * go on where the last ended, nothing that comes twice.
 *
 * Memory is bounded: WH_MT_ACCOUNTS accounts are followed and WH_MT_SEEN statements known again. Where
 * there are more, the newest stay; one that was left is begun anew, without a notice. */
#ifndef WH_CODECS_MT940_CHAIN_H
#define WH_CODECS_MT940_CHAIN_H

#include "codecs/mt940/rows.h"
#include "model/control.h"

#define WH_MT_ACCOUNTS 4096
#define WH_MT_SEEN 65536

struct wh_mt_link;

/* All-zero is empty. */
struct wh_mt_chain {
	struct wh_mt_link *links;
	struct wh_hash *seen;
};

/* `statement` comes next; `subject` names it. */
void wh_mt_chain_add(struct wh_mt_chain *chain, struct wh_mt_row *statement, const char *subject,
	struct wh_controls *out);
void wh_mt_chain_free(struct wh_mt_chain *chain);

#endif

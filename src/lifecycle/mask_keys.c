#include "lifecycle/mask_keys.h"
#include "base/text.h"
#include "transform/mac.h"
#include <string.h>

#define CHECK_BYTES 8

static int check_value(struct wh_migration *m, const struct wh_mask_key *key, const char **out,
	struct wh_error *error)
{
	unsigned char bytes[WH_MAC_BYTES];
	struct wh_buffer text = { 0 };
	struct wh_mac *mac;
	int rc = wh_mac_open(key->bytes, key->size, &mac, error);
	if (rc != WH_OK)
		return rc;
	wh_mac_begin(mac);
	wh_mac_put(mac, "check", 6);
	wh_mac_put(mac, m->claim.migration, strlen(m->claim.migration));
	wh_mac_end(mac, bytes);
	wh_mac_close(mac);
	wh_text_hex(&text, bytes, CHECK_BYTES);
	*out = wh_arena_text(&m->arena, wh_buffer_string(&text));
	wh_buffer_free(&text);
	return WH_OK;
}

static int check_key(struct wh_migration *m, const struct wh_mask_key *key, struct wh_error *error)
{
	const char *name = wh_arena_format(&m->arena, "mask %s", key->source), *now = NULL;
	const char *then = wh_journal_get(m->journal, name, &m->arena);
	int rc = check_value(m, key, &now, error);
	if (rc != WH_OK || wh_equal(then, now))
		return rc;
	if (!then)
		return wh_journal_set(m->journal, name, now, error);
	return wh_fail(error, WH_CONFIG,
		"the key of %s is not the one with which the rows were masked: nothing can be compared or "
		"copied with it; give the former key, or begin anew in another --workdir",
		key->source);
}

int wh_mask_keys_check(struct wh_migration *m, struct wh_error *error)
{
	int rc = WH_OK;
	for (size_t t = 0; t < m->plan.ntables; t++) {
		const struct wh_plan_table *table = &m->plan.tables[t];
		for (size_t f = 0; table->recipes && f < table->to.nfields && rc == WH_OK; f++)
			if (table->recipes[f].key)
				rc = check_key(m, table->recipes[f].key, error);
	}
	return rc;
}

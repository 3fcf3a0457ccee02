/* Keys of masks, from where the settings say. Nothing here is ever printed. */
#include "lifecycle/settings/file.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KEY_BYTES 4096

static int take(struct wh_settings *s, struct wh_mask_key *key, const char *bytes, size_t n,
	struct wh_error *error)
{
	while (n && (bytes[n - 1] == '\n' || bytes[n - 1] == '\r'))
		n--;
	if (!n)
		return wh_fail(error, WH_CONFIG, "the key of a mask is empty: %s", key->source);
	key->bytes = wh_arena_bytes(&s->arena, bytes, n);
	key->size = n;
	return WH_OK;
}

static int take_env(struct wh_settings *s, struct wh_mask_key *key, struct wh_error *error)
{
	const char *value = getenv(key->env);
	if (value)
		return take(s, key, value, strlen(value), error);
	return wh_fail(error, WH_CONFIG,
		"the key of a mask is missing: the variable \"%s\" of key_env is not set; export it",
		key->env);
}

static int take_file(struct wh_settings *s, struct wh_mask_key *key, struct wh_error *error)
{
	char bytes[KEY_BYTES + 1];
	FILE *file = fopen(key->file, "re");
	size_t n = file ? fread(bytes, 1, sizeof bytes, file) : 0;
	bool failed = !file || ferror(file);
	int rc = WH_OK;
	if (failed)
		rc = wh_fail_errno(error, WH_CONFIG, "the key of a mask is missing: cannot read \"%s\"",
			key->file);
	else if (n > KEY_BYTES)
		rc = wh_fail(error, WH_CONFIG, "the key in \"%s\" is longer than %d bytes", key->file,
			KEY_BYTES);
	if (file)
		fclose(file);
	if (rc == WH_OK)
		rc = take(s, key, bytes, n, error);
	explicit_bzero(bytes, sizeof bytes);
	return rc;
}

static struct wh_mask_key *key_of(const struct wh_map_column *c)
{
	return c->recipe ? c->recipe->key : NULL;
}

int wh_settings_mask_keys(struct wh_settings *s, struct wh_error *error)
{
	for (size_t t = 0; t < s->nmap; t++)
		for (size_t c = 0; c < s->map[t].ncolumns; c++) {
			struct wh_mask_key *key = key_of(&s->map[t].columns[c]);
			int rc = !key || key->bytes ? WH_OK
				: key->env              ? take_env(s, key, error)
										: take_file(s, key, error);
			if (rc != WH_OK)
				return wh_fail_place(error, "%s", s->map[t].columns[c].place);
		}
	return WH_OK;
}

void wh_settings_wipe_keys(struct wh_settings *s)
{
	for (size_t t = 0; t < s->nmap; t++)
		for (size_t c = 0; c < s->map[t].ncolumns; c++) {
			struct wh_mask_key *key = key_of(&s->map[t].columns[c]);
			if (key && key->bytes)
				explicit_bzero((void *)(uintptr_t)key->bytes, key->size);
		}
}

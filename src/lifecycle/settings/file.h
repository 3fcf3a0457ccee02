/* settings_file: a migration.yaml, read from memory and written. Not for several threads. */
#ifndef WH_LIFECYCLE_SETTINGS_FILE_H
#define WH_LIFECYCLE_SETTINGS_FILE_H

#include "base/buffer.h"
#include "lifecycle/settings/settings.h"

#define WH_SETTINGS_FILE "migration.yaml"
#define WH_WORKERS_MOST 64

/* `label` names the text in messages; relative paths in it begin at `folder`. */
int wh_settings_parse(struct wh_settings *s, const char *label, const char *folder,
	const char *bytes, size_t n, struct wh_error *error) WH_MUST_USE;
/* The settings as a commented migration.yaml that reads back to the same; no password in it.
 * A password that the URLs held is named as the file source.password or target.password. */
void wh_settings_write(const struct wh_settings *s, struct wh_buffer *out);
/* live.c: the sections "live" (nothing where it is not enabled) and "verify". */
void wh_settings_write_live(const struct wh_settings *s, struct wh_buffer *out);
void wh_settings_write_verify(const struct wh_settings *s, struct wh_buffer *out);
/* reconcile.c: the word of "verify: { reconcile }"; the section "reconcile", where there is one. */
const char *wh_reconcile_word(enum wh_reconcile reconcile);
void wh_settings_write_controls(const struct wh_settings *s, struct wh_buffer *out);
/* Makes the work folder (0700) where it is missing, and in it the passwords that the URLs held
 * and migration.yaml (both 0600). WH_CONFIG where the folder cannot be written. */
int wh_settings_save(const struct wh_settings *s, struct wh_error *error) WH_MUST_USE;
/* Only the passwords, where the URLs held one (password_in_text). */
int wh_settings_save_passwords(const struct wh_settings *s, struct wh_error *error) WH_MUST_USE;

/* Parses an endpoint's URL; a file's path becomes absolute, from `folder` (NULL: the current one).
 * In url_text no password is left. */
int wh_endpoint_parse(struct wh_settings *s, struct wh_endpoint *e, const char *text,
	const char *folder, struct wh_error *error) WH_MUST_USE;
/* `path` as it is where it is absolute, else behind `folder` (NULL: the current one). */
const char *wh_path_from(struct wh_arena *arena, const char *folder, const char *path);
/* "scheme:PATH", with what would not stand for itself in a URL as %XX. */
const char *wh_path_url(struct wh_arena *arena, const char *scheme, const char *path);
/* mask_keys.c: reads the keys of masks; wipes them. */
int wh_settings_mask_keys(struct wh_settings *s, struct wh_error *error) WH_MUST_USE;
void wh_settings_wipe_keys(struct wh_settings *s);
/* The words that a policy takes, NULL-terminated; NULL: no such policy. */
const char *const *wh_policy_words(const char *policy);
const char *const *wh_policies_known(void);

#endif

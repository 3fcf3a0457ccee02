/* init: a migration.yaml to start from. */
#include "cli/commands.h"
#include "cli/session.h"
#include "cli/terminal.h"
#include "lifecycle/settings/file.h"
#include <unistd.h>

static int init_save(const struct wh_settings *s, struct wh_error *error)
{
	struct wh_arena arena = { 0 };
	const char *file = wh_arena_format(&arena, "%s/%s", s->workdir, WH_SETTINGS_FILE);
	int rc = access(file, F_OK)
		? wh_settings_save(s, error)
		: wh_fail(error, WH_CONFIG,
			  "\"%s\" is there already; edit it, or "
			  "choose another --workdir",
			  file);
	if (rc == WH_OK)
		printf("%s\n", wh_terminal_shown(&arena, file));
	wh_arena_free(&arena);
	return rc;
}

/* A password in a parameter (?sslpassword=...) is part of the URL's text: not for a screen. */
static bool secret_param(const struct wh_endpoint *e)
{
	return e->url.password_in_text && !e->url.password;
}

static int init_print(const struct wh_settings *s, struct wh_error *error)
{
	if (secret_param(&s->source) || secret_param(&s->target))
		return wh_fail(error, WH_CONFIG,
			"a parameter of a URL holds a secret, which is not printed; "
			"let init write the file with --workdir");
	struct wh_buffer text = { 0 };
	wh_settings_write(s, &text);
	fputs(wh_buffer_string(&text), stdout);
	wh_buffer_free(&text);
	const char *sides[] = { s->source.url.password_in_text ? "source" : NULL,
		s->target.url.password_in_text ? "target" : NULL };
	for (size_t i = 0; i < 2; i++)
		if (sides[i])
			wh_terminal_warn(
				"the password of the %s is not printed; write it into "
				"%s.password beside the migration.yaml and chmod 600 it, or let init do so "
				"with --workdir",
				sides[i], sides[i]);
	return WH_OK;
}

int wh_command_init(const struct wh_arguments *args)
{
	struct wh_settings s;
	struct wh_error error = { 0 };
	wh_settings_init(&s);
	int rc = wh_session_urls(&s, args, &error);
	if (rc == WH_OK && args->workdir)
		rc = init_save(&s, &error);
	else if (rc == WH_OK)
		rc = init_print(&s, &error);
	wh_settings_free(&s);
	return rc == WH_OK ? wh_terminal_flush(0) : wh_terminal_fail(args, &error);
}

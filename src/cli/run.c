/* run, copy and verify: one migration, moved and proven. */
#include "cli/commands.h"
#include "cli/session.h"

static int run_all(struct wh_session *s)
{
	return wh_migration_run(&s->migration, &s->error);
}

static int run_copy(struct wh_session *s)
{
	return wh_migration_copy(&s->migration, &s->error);
}

static int run_verify(struct wh_session *s)
{
	struct wh_verify_options options = { .both = s->args->both, .repair = s->args->repair };
	return wh_migration_verify(&s->migration, &options, &s->error);
}

static int command_migrate(const struct wh_arguments *args, int (*verb)(struct wh_session *))
{
	struct wh_session s;
	if (args->dry_run)
		return wh_command_plan(args);
	int rc = wh_session_open(&s, args, true);
	if (rc == WH_OK)
		rc = verb(&s);
	if (rc == WH_OK)
		wh_error_clear(&s.error);
	return wh_session_end(&s);
}

int wh_command_run(const struct wh_arguments *args)
{
	return command_migrate(args, run_all);
}

int wh_command_copy(const struct wh_arguments *args)
{
	return command_migrate(args, run_copy);
}

int wh_command_verify(const struct wh_arguments *args)
{
	return command_migrate(args, run_verify);
}

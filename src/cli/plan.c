/* plan and --dry-run: what a run would do; nothing is written anywhere. */
#include "cli/commands.h"
#include "cli/session.h"
#include "cli/terminal.h"
#include "lifecycle/plan/show.h"

static int plan_exit(const struct wh_plan *plan, const struct wh_error *error)
{
	bool errors = false;
	for (size_t i = 0; i < plan->findings.count; i++)
		errors = errors || plan->findings.items[i].severity == WH_ERROR;
	return error->code == WH_OK && errors ? 4 : wh_outcome_exit(NULL, error);
}

int wh_command_plan(const struct wh_arguments *args)
{
	struct wh_session s;
	const struct wh_plan *plan = &s.migration.plan;
	int rc = wh_session_open(&s, args, false);
	if (rc == WH_OK)
		rc = wh_migration_plan(&s.migration, &s.error);
	wh_display_end(&s.display);
	if (rc == WH_OK && args->sql)
		rc = wh_plan_sql(plan, stdout, &s.error);
	else if (rc == WH_OK && !args->json)
		wh_plan_print(plan, stdout);
	if (rc == WH_OK)
		wh_error_clear(&s.error);
	else
		wh_terminal_error(&s.error);
	int exit = plan_exit(plan, &s.error);
	if (args->json && !(args->sql && rc == WH_OK))
		wh_terminal_document(wh_plan_document(plan, &s.error, exit));
	wh_session_close(&s);
	return wh_terminal_flush(exit);
}

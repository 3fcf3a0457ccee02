/* commands: one function a command; each returns the exit code of the process. */
#ifndef WH_CLI_COMMANDS_H
#define WH_CLI_COMMANDS_H

#include "cli/options.h"
#include <stdio.h>

int wh_command_run(const struct wh_arguments *args);
int wh_command_init(const struct wh_arguments *args);
int wh_command_assess(const struct wh_arguments *args);
int wh_command_plan(const struct wh_arguments *args);
int wh_command_copy(const struct wh_arguments *args);
int wh_command_verify(const struct wh_arguments *args);
int wh_command_sync(const struct wh_arguments *args);
int wh_command_cutover(const struct wh_arguments *args);
int wh_command_rollback(const struct wh_arguments *args);
int wh_command_commit(const struct wh_arguments *args);
int wh_command_abort(const struct wh_arguments *args);
int wh_command_status(const struct wh_arguments *args);
int wh_command_report(const struct wh_arguments *args);
int wh_command_quarantine_list(const struct wh_arguments *args);
int wh_command_quarantine_show(const struct wh_arguments *args);
int wh_command_quarantine_retry(const struct wh_arguments *args);
int wh_command_quarantine_export(const struct wh_arguments *args);
int wh_command_demo(const struct wh_arguments *args);
int wh_command_demo_bank(const struct wh_arguments *args);
int wh_command_kinds(const struct wh_arguments *args);
int wh_command_types(const struct wh_arguments *args);
int wh_command_inspect_copybook(const struct wh_arguments *args);
int wh_command_help(const struct wh_arguments *args);
int wh_command_man(const struct wh_arguments *args);
int wh_command_completion(const struct wh_arguments *args);

/* Help of one command, or (NULL) of all. */
void wh_help_print(const struct wh_command *command, FILE *out);
/* One option as the help writes it: "--workers N", "-q, --quiet". */
const char *wh_help_option(struct wh_arena *arena, const struct wh_cli_option *option);

#endif

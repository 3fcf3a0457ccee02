/* terminal: how the program speaks: errors and warnings on standard error, results on standard
 * output, exit codes. Every foreign byte is made harmless for a terminal. One thread. */
#ifndef WH_CLI_TERMINAL_H
#define WH_CLI_TERMINAL_H

#include "cli/options.h"
#include <stdio.h>

struct wh_journal;

/* "0  done and verified\n...": the exit codes, one a line. */
extern const char wh_exit_codes[];

void wh_terminal_warn(const char *format, ...) WH_FORMAT(1, 2);
void wh_terminal_note(const char *format, ...)
	WH_FORMAT(1, 2); /* on standard error, as it stands */
/* "whimbrel: source: place: text", one line. */
void wh_terminal_error(const struct wh_error *error);
/* A text of foreign origin, for a printf; the arena's. */
const char *wh_terminal_shown(struct wh_arena *arena, const char *text);

/* Ends a command that failed before it had a migration: prints the error, and with --json the
 * document of a failure; returns the exit code. */
int wh_terminal_fail(const struct wh_arguments *args, const struct wh_error *error);
/* The same for words behind a command that name no command. */
int wh_terminal_unknown(const struct wh_arguments *args);
/* Prints a heap text to standard output and frees it. */
void wh_terminal_document(char *text);
/* `exit`, or 1 where standard output could not be written. */
int wh_terminal_flush(int exit);

#endif

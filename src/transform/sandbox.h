/* sandbox: a Lua state that can do nothing but compute, within bounds, and always the same.
 *
 * There is no io, os, load, require, debug, package, pcall, coroutine, setmetatable, pairs, random
 * number or clock; libraries and globals are read-only, and a name that is not there is an error; texts
 * are no numbers. Memory, instructions, steps of libraries and bytes allocated are limited for each
 * run. One thread. */
#ifndef WH_TRANSFORM_SANDBOX_H
#define WH_TRANSFORM_SANDBOX_H

#include "base/error.h"
#include <lua.h>
#include <stdint.h>

#define WH_SANDBOX_MEMORY (64u << 20)
#define WH_SANDBOX_ALLOCATED (256u << 20) /* in one run, freed or not */
#define WH_SANDBOX_INSTRUCTIONS 1000000
#define WH_SANDBOX_HEAVY (128u << 10) /* bytes in one piece: each such makes instructions dearer */
#define WH_SANDBOX_STEPS 50000000     /* of patterns and other work of libraries, in one run */
#define WH_SANDBOX_DIGITS 4000        /* of an exact number */

struct wh_sandbox {
	lua_State *lua;
	size_t memory, allocated, largest; /* largest: in one piece, in this run */
	int64_t steps, instructions;       /* that are left */
};

int wh_sandbox_open(struct wh_sandbox **out, struct wh_error *error) WH_MUST_USE;
void wh_sandbox_close(struct wh_sandbox *s); /* NULL is harmless */
/* An expression, or statements that return; *chunk is its place in Lua's registry. It is called
 * with `value` and `row`. WH_CONFIG: not Lua. */
int wh_sandbox_compile(struct wh_sandbox *s, const char *text, int *chunk,
	struct wh_error *error) WH_MUST_USE;
/* Calls `run` under the limits, with `context` as its one argument. NULL, or what went wrong:
 * text that is valid until the next call. */
const char *wh_sandbox_run(struct wh_sandbox *s, lua_CFunction run, void *context);

/* sandbox_text.c: the guarded functions for texts, in the table on top of the stack. */
void wh_sandbox_texts(lua_State *lua);
/* sandbox_meter.c: an error in Lua where no steps are left. */
void wh_sandbox_spend(lua_State *lua, size_t steps);
/* In the table on top: each call of the function costs steps for what it returns, and with so many
 * arguments or more for their size. */
void wh_sandbox_meter(lua_State *lua, const char *word, int arguments);
/* The sandbox of a state. */
struct wh_sandbox *wh_sandbox_of(lua_State *lua);

#endif

#include "transform/sandbox.h"
#include "base/arena.h"
#include "base/decimal.h"
#include <lauxlib.h>
#include <lualib.h>
#include <stdlib.h>
#include <string.h>

static void *allocate(void *context, void *old, size_t had, size_t wanted)
{
	struct wh_sandbox *s = context;
	had = old ? had : 0;
	if (!wanted) {
		s->memory -= had;
		free(old);
		return NULL;
	}
	if (wanted > had) {
		size_t more = wanted - had;
		if (s->memory + more > WH_SANDBOX_MEMORY || s->allocated + more > WH_SANDBOX_ALLOCATED)
			return NULL;
		s->allocated += more;
		s->largest = wanted > s->largest ? wanted : s->largest;
	}
	void *now = realloc(old, wanted);
	if (now)
		s->memory = s->memory - had + wanted;
	return now;
}

#define INSTRUCTIONS_COUNTED 1000

/* To compare or to copy two long texts is one instruction. */
static void count_instructions(lua_State *lua, lua_Debug *where)
{
	(void)where;
	struct wh_sandbox *s = wh_sandbox_of(lua);
	s->instructions -= INSTRUCTIONS_COUNTED * (int64_t)(1 + s->largest / WH_SANDBOX_HEAVY);
	if (s->instructions <= 0)
		luaL_error(lua, "it runs too long");
}

struct wh_sandbox *wh_sandbox_of(lua_State *lua)
{
	void *context;
	lua_getallocf(lua, &context);
	return context;
}

/* Addresses differ from run to run. */
static int plain_tostring(lua_State *lua)
{
	luaL_checkany(lua, 1);
	int type = lua_type(lua, 1);
	if (type == LUA_TTABLE || type == LUA_TFUNCTION || type == LUA_TUSERDATA)
		return luaL_error(lua, "a %s has no text", lua_typename(lua, type));
	luaL_tolstring(lua, 1, NULL);
	return 1;
}

/* The library's sort draws lots where there are many. */
static int small_sort(lua_State *lua)
{
	luaL_checktype(lua, 1, LUA_TTABLE);
	if (luaL_len(lua, 1) > 100)
		return luaL_error(lua, "no more than 100 values can be sorted");
	lua_pushvalue(lua, lua_upvalueindex(1));
	lua_insert(lua, 1);
	lua_call(lua, lua_gettop(lua) - 1, 0);
	return 0;
}

static int decimal_sum(lua_State *lua, bool negate)
{
	size_t na, nb;
	const char *a = luaL_checklstring(lua, 1, &na), *b = luaL_checklstring(lua, 2, &nb);
	char minus[WH_SANDBOX_DIGITS + 2];
	if (negate) {
		bool negative = nb && *b == '-';
		if (nb > WH_SANDBOX_DIGITS)
			return luaL_error(lua, "the number is too long");
		minus[0] = '-';
		memcpy(minus + !negative, b + negative, nb - negative);
		nb = negative ? nb - 1 : nb + 1;
		b = minus;
	}
	struct wh_buffer sum = { 0 };
	bool good = wh_decimal_add(&sum, a, na, b, nb);
	char text[2 * WH_SANDBOX_DIGITS];
	size_t n = sum.size;
	good = good && n < sizeof text;
	if (good)
		memcpy(text, sum.data, n);
	wh_buffer_free(&sum); /* before Lua may leave by a jump */
	if (!good)
		return luaL_error(lua, "not an exact number");
	lua_pushlstring(lua, text, n);
	return 1;
}

static int decimal_add(lua_State *lua)
{
	return decimal_sum(lua, false);
}

static int decimal_sub(lua_State *lua)
{
	return decimal_sum(lua, true);
}

static int decimal_compare(lua_State *lua)
{
	size_t na, nb;
	int whole, fraction;
	const char *a = luaL_checklstring(lua, 1, &na), *b = luaL_checklstring(lua, 2, &nb);
	if (!wh_decimal_measure(a, na, &whole, &fraction) ||
		!wh_decimal_measure(b, nb, &whole, &fraction))
		return luaL_error(lua, "not an exact number");
	lua_pushinteger(lua, wh_decimal_compare(a, na, b, nb));
	return 1;
}

static const luaL_Reg decimals[] = { { "add", decimal_add }, { "sub", decimal_sub },
	{ "compare", decimal_compare }, { NULL, NULL } };

static const char *const base_words[] = { "assert", "error", "ipairs", "select", "tonumber", "type",
	NULL };
static const char *const math_words[] = { "abs", "ceil", "floor", "fmod", "huge", "max",
	"maxinteger", "min", "mininteger", "modf", "pi", "tointeger", "type", "ult", NULL };
static const char *const table_words[] = { "concat", "insert", "remove", "unpack", "sort", NULL };
static const char *const utf8_words[] = { "char", "charpattern", "codepoint", "len", "offset",
	NULL };

/* Of the table below the top, these fields go into the table on top. */
static void take(lua_State *lua, const char *const *words)
{
	for (size_t i = 0; words[i]; i++) {
		lua_getfield(lua, -2, words[i]);
		lua_setfield(lua, -2, words[i]);
	}
}

static int refuse_change(lua_State *lua)
{
	return luaL_error(lua, "only local names can be set");
}

/* A name that was mistyped would be nil, and the column NULL in every row. */
static int refuse_unknown(lua_State *lua)
{
	return luaL_error(lua, "there is no \"%s\"", luaL_tolstring(lua, 2, NULL));
}

/* The table on top becomes one that can only be read, and only for what it holds. */
static void seal(lua_State *lua)
{
	lua_newtable(lua);
	lua_pushcfunction(lua, refuse_unknown);
	lua_setfield(lua, -2, "__index");
	lua_setmetatable(lua, -2);
	lua_newtable(lua);
	lua_newtable(lua);
	lua_pushvalue(lua, -3);
	lua_setfield(lua, -2, "__index");
	lua_pushcfunction(lua, refuse_change);
	lua_setfield(lua, -2, "__newindex");
	lua_pushboolean(lua, false);
	lua_setfield(lua, -2, "__metatable");
	lua_setmetatable(lua, -2);
	lua_remove(lua, -2);
}

#define NEVER 1000 /* what it returns says what it did */

static const struct {
	const char *library, *word;
	int arguments;
} meters[] = {
	{ "_G", "tonumber", 1 },
	{ "_G", "select", NEVER },
	{ "table", "insert", 3 },
	{ "table", "remove", 2 },
	{ "table", "concat", 1 },
	{ "table", "unpack", NEVER },
	{ "utf8", "len", 1 },
	{ "utf8", "offset", 1 },
	{ "utf8", "codepoint", NEVER },
	{ "decimal", "add", 1 },
	{ "decimal", "sub", 1 },
	{ "decimal", "compare", 1 },
};

static void meter(lua_State *lua, const char *library)
{
	for (size_t i = 0; i < sizeof meters / sizeof *meters; i++)
		if (!strcmp(meters[i].library, library))
			wh_sandbox_meter(lua, meters[i].word, meters[i].arguments);
}

/* A library, with these words of it, as a sealed field of the table on top. */
static void add_library(lua_State *lua, const char *name, lua_CFunction open,
	const char *const *words)
{
	luaL_requiref(lua, name, open, 0);
	lua_newtable(lua);
	take(lua, words);
	if (open == luaopen_table) {
		lua_getfield(lua, -1, "sort");
		lua_pushcclosure(lua, small_sort, 1);
		lua_setfield(lua, -2, "sort");
	}
	meter(lua, name);
	seal(lua);
	lua_remove(lua, -2);
	lua_setfield(lua, -2, name);
}

/* Texts have the guarded functions, and no arithmetic: exact numbers are texts. */
static void add_texts(lua_State *lua)
{
	luaL_requiref(lua, "string", luaopen_string, 0);
	wh_sandbox_texts(lua);
	seal(lua);
	lua_remove(lua, -2);
	lua_pushliteral(lua, "");
	lua_newtable(lua);
	lua_pushvalue(lua, -3);
	lua_setfield(lua, -2, "__index");
	lua_setmetatable(lua, -2);
	lua_pop(lua, 1);
	lua_setfield(lua, -2, "string");
}

static int furnish(lua_State *lua)
{
	luaL_requiref(lua, "_G", luaopen_base, 0);
	lua_newtable(lua);
	take(lua, base_words);
	lua_remove(lua, -2);
	meter(lua, "_G");
	lua_pushcfunction(lua, plain_tostring);
	lua_setfield(lua, -2, "tostring");
	add_library(lua, "math", luaopen_math, math_words);
	add_library(lua, "table", luaopen_table, table_words);
	add_library(lua, "utf8", luaopen_utf8, utf8_words);
	add_texts(lua);
	luaL_newlib(lua, decimals);
	meter(lua, "decimal");
	seal(lua);
	lua_setfield(lua, -2, "decimal");
	seal(lua);
	lua_rawseti(lua, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
	return 0;
}

int wh_sandbox_open(struct wh_sandbox **out, struct wh_error *error)
{
	struct wh_sandbox *s = wh_alloc(sizeof *s);
	*s = (struct wh_sandbox){ .steps = WH_SANDBOX_STEPS };
	*out = s;
	s->lua = lua_newstate(allocate, s);
	const char *why = s->lua ? wh_sandbox_run(s, furnish, NULL) : "no memory";
	if (!why)
		return WH_OK;
	int rc = wh_fail(error, WH_BUG, "Lua cannot be started: %s", why);
	wh_sandbox_close(s);
	*out = NULL;
	return rc;
}

void wh_sandbox_close(struct wh_sandbox *s)
{
	if (s && s->lua)
		lua_close(s->lua);
	free(s);
}

const char *wh_sandbox_run(struct wh_sandbox *s, lua_CFunction run, void *context)
{
	s->allocated = s->largest = 0;
	s->steps = WH_SANDBOX_STEPS;
	s->instructions = WH_SANDBOX_INSTRUCTIONS;
	lua_settop(s->lua, 0);
	lua_sethook(s->lua, count_instructions, LUA_MASKCOUNT, INSTRUCTIONS_COUNTED);
	lua_pushcfunction(s->lua, run);
	lua_pushlightuserdata(s->lua, context);
	if (lua_pcall(s->lua, 1, 0, 0) == LUA_OK)
		return NULL;
	return lua_type(s->lua, -1) == LUA_TSTRING
		? lua_tostring(s->lua, -1)
		: "an error without a text";
}

struct compiling {
	const char *text;
	int chunk;
};

#define ARGUMENTS "local value, row = ... "

/* The chunk is on the stack, or else why it is none. */
static int load(lua_State *lua, const char *before, const char *text, const char *after)
{
	lua_pushfstring(lua, "%s%s%s", before, text, after);
	size_t n;
	const char *whole = lua_tolstring(lua, -1, &n);
	int rc = luaL_loadbufferx(lua, whole, n, "=line", "t");
	lua_remove(lua, -2);
	return rc;
}

/* In parentheses only what is one expression can stand: no blank, no list. */
static bool is_one_expression(lua_State *lua, const char *text)
{
	bool is = load(lua, ARGUMENTS "return (", text, "\n)") == LUA_OK;
	lua_pop(lua, 1);
	return is;
}

static int compile(lua_State *lua)
{
	struct compiling *c = lua_touserdata(lua, 1);
	bool returned = load(lua, ARGUMENTS "return ", c->text, "\n") == LUA_OK;
	if (returned && !is_one_expression(lua, c->text))
		return luaL_error(lua, "it must give one value");
	if (!returned) {
		lua_pop(lua, 1);
		if (load(lua, ARGUMENTS, c->text, "\n") != LUA_OK)
			return lua_error(lua);
	}
	c->chunk = luaL_ref(lua, LUA_REGISTRYINDEX);
	return 0;
}

int wh_sandbox_compile(struct wh_sandbox *s, const char *text, int *chunk, struct wh_error *error)
{
	struct compiling c = { .text = text };
	const char *why = wh_sandbox_run(s, compile, &c);
	*chunk = c.chunk;
	return why ? wh_fail(error, WH_CONFIG, "the expression is not Lua: %s", why) : WH_OK;
}

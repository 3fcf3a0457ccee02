/* What a library's function does counts as steps: one instruction may look at megabytes. */
#include "transform/sandbox.h"
#include <lauxlib.h>
#include <stdbool.h>

void wh_sandbox_spend(lua_State *lua, size_t steps)
{
	struct wh_sandbox *s = wh_sandbox_of(lua);
	bool enough = s->steps > 0 && steps < (size_t)s->steps;
	s->steps = enough ? s->steps - (int64_t)steps : 0;
	if (!enough)
		luaL_error(lua, "it runs too long");
}

static size_t size_of_arguments(lua_State *lua)
{
	size_t sum = 0;
	for (int i = 1; i <= lua_gettop(lua); i++)
		if (lua_type(lua, i) == LUA_TSTRING || lua_type(lua, i) == LUA_TTABLE)
			sum += (size_t)lua_rawlen(lua, i);
	return sum;
}

/* Upvalues: the function, and with how many arguments it looks at all of them. */
static int metered(lua_State *lua)
{
	if (lua_gettop(lua) >= lua_tointeger(lua, lua_upvalueindex(2)))
		wh_sandbox_spend(lua, size_of_arguments(lua));
	lua_pushvalue(lua, lua_upvalueindex(1));
	lua_insert(lua, 1);
	lua_call(lua, lua_gettop(lua) - 1, LUA_MULTRET);
	wh_sandbox_spend(lua, (size_t)lua_gettop(lua) + 1);
	return lua_gettop(lua);
}

void wh_sandbox_meter(lua_State *lua, const char *word, int arguments)
{
	lua_getfield(lua, -1, word);
	lua_pushinteger(lua, arguments);
	lua_pushcclosure(lua, metered, 2);
	lua_setfield(lua, -2, word);
}

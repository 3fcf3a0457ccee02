/* Functions for texts: those of Lua's library that are harmless, and find, match, gmatch, gsub and
 * format anew, because a pattern may run for ever and a format may show an address. */
#define _GNU_SOURCE /* memmem */
#include "transform/pattern.h"
#include "transform/sandbox.h"
#include <lauxlib.h>
#include <stdbool.h>
#include <string.h>

static const char *const kept[] = { "byte", "char", "len", "lower", "reverse", "sub", "upper",
	NULL };

static void pattern_begin(lua_State *lua, struct wh_pattern *p, int text, int pattern)
{
	size_t n, np;
	*p = (struct wh_pattern){ .steps = &wh_sandbox_of(lua)->steps };
	p->text = luaL_checklstring(lua, text, &n);
	p->text_end = p->text + n;
	p->at = luaL_checklstring(lua, pattern, &np);
	p->end = p->at + np;
}

static bool anchored(struct wh_pattern *p)
{
	bool is = p->at < p->end && *p->at == '^';
	p->at += is;
	return is;
}

static const char *at(lua_State *lua, struct wh_pattern *p, const char *place)
{
	const char *end = wh_pattern_at(p, place);
	if (p->fault)
		luaL_error(lua, "%s", p->fault);
	return end;
}

static void push_capture(lua_State *lua, const struct wh_pattern *p, int i)
{
	const struct wh_capture *c = &p->captures[i];
	if (c->size == WH_CAPTURE_PLACE)
		lua_pushinteger(lua, c->start - p->text + 1);
	else
		lua_pushlstring(lua, c->start, (size_t)c->size);
}

/* The captures; without any, the whole match where one begins at `start`. */
static int push_captures(lua_State *lua, const struct wh_pattern *p, const char *start,
	const char *end)
{
	luaL_checkstack(lua, WH_CAPTURES + 2, "captures");
	for (int i = 0; i < p->ncaptures; i++)
		push_capture(lua, p, i);
	if (p->ncaptures || !start)
		return p->ncaptures;
	lua_pushlstring(lua, start, (size_t)(end - start));
	return 1;
}

/* Where the search begins; NULL: behind the end. */
static const char *begin_at(lua_State *lua, const struct wh_pattern *p, int argument)
{
	lua_Integer init = luaL_optinteger(lua, argument, 1), n = p->text_end - p->text;
	if (init < 0)
		init = init < -n ? 1 : n + init + 1;
	if (init == 0)
		init = 1;
	return init > n + 1 ? NULL : p->text + init - 1;
}

static const char *search(lua_State *lua, struct wh_pattern *p, const char *place,
	const char **start)
{
	bool fixed = anchored(p);
	for (*start = place; *start && *start <= p->text_end; ++*start) {
		const char *end = at(lua, p, *start);
		if (end || fixed)
			return end;
	}
	return NULL;
}

static const char *plain_search(const struct wh_pattern *p, const char *place, const char **start)
{
	size_t n = (size_t)(p->end - p->at);
	*start = place ? memmem(place, (size_t)(p->text_end - place), p->at, n) : NULL;
	return *start ? *start + n : NULL;
}

static int text_find(lua_State *lua)
{
	struct wh_pattern p;
	const char *start = NULL;
	pattern_begin(lua, &p, 1, 2);
	const char *place = begin_at(lua, &p, 3);
	if (lua_toboolean(lua, 4))
		wh_sandbox_spend(lua, (size_t)(p.text_end - p.text));
	const char *end = lua_toboolean(lua, 4)
		? plain_search(&p, place, &start)
		: search(lua, &p, place, &start);
	if (!end) {
		lua_pushnil(lua);
		return 1;
	}
	lua_pushinteger(lua, start - p.text + 1);
	lua_pushinteger(lua, end - p.text);
	return 2 + push_captures(lua, &p, NULL, NULL);
}

static int text_match(lua_State *lua)
{
	struct wh_pattern p;
	const char *start = NULL;
	pattern_begin(lua, &p, 1, 2);
	const char *end = search(lua, &p, begin_at(lua, &p, 3), &start);
	if (end)
		return push_captures(lua, &p, start, end);
	lua_pushnil(lua);
	return 1;
}

/* Upvalues: text, pattern, where to go on, where the last match ended. */
static int next_match(lua_State *lua)
{
	struct wh_pattern p;
	pattern_begin(lua, &p, lua_upvalueindex(1), lua_upvalueindex(2));
	const char *place = p.text + lua_tointeger(lua, lua_upvalueindex(3));
	lua_Integer ended = lua_tointeger(lua, lua_upvalueindex(4));
	const char *last = ended < 0 ? NULL : p.text + ended;
	for (; place <= p.text_end; place++) {
		const char *end = at(lua, &p, place);
		if (!end || end == last)
			continue;
		lua_pushinteger(lua, end - p.text);
		lua_copy(lua, -1, lua_upvalueindex(3));
		lua_replace(lua, lua_upvalueindex(4));
		return push_captures(lua, &p, place, end);
	}
	return 0;
}

static int text_gmatch(lua_State *lua)
{
	luaL_checkstring(lua, 1);
	luaL_checkstring(lua, 2);
	lua_settop(lua, 2);
	lua_pushinteger(lua, 0);
	lua_pushinteger(lua, -1);
	lua_pushcclosure(lua, next_match, 4);
	return 1;
}

/* "%0" is the match, "%1" to "%9" captures, "%%" a percent sign. */
static void put_template(lua_State *lua, const struct wh_pattern *p, luaL_Buffer *out,
	const char *const match[2])
{
	size_t n;
	const char *with = lua_tolstring(lua, 3, &n);
	for (size_t i = 0; i < n; i++) {
		char c = with[i] == '%' && i + 1 < n ? with[++i] : 0;
		int number = c - '1';
		if (!c && with[i] != '%')
			luaL_addchar(out, with[i]);
		else if (c == '%')
			luaL_addchar(out, '%');
		else if (c == '0' || (number == 0 && !p->ncaptures))
			luaL_addlstring(out, match[0], (size_t)(match[1] - match[0]));
		else if (number >= 0 && number < p->ncaptures) {
			push_capture(lua, p, number);
			luaL_addvalue(out);
		} else
			luaL_error(lua, "the replacement has a '%%' that stands for nothing");
	}
}

static void put_answer(lua_State *lua, const struct wh_pattern *p, luaL_Buffer *out,
	const char *const match[2])
{
	int n;
	if (lua_type(lua, 3) == LUA_TFUNCTION) {
		lua_pushvalue(lua, 3);
		n = push_captures(lua, p, match[0], match[1]);
		lua_call(lua, n, 1);
	} else {
		n = push_captures(lua, p, match[0], match[1]);
		lua_pop(lua, n - 1);
		lua_gettable(lua, 3);
	}
	if (!lua_toboolean(lua, -1)) {
		lua_pop(lua, 1);
		lua_pushlstring(lua, match[0], (size_t)(match[1] - match[0]));
	} else if (!lua_isstring(lua, -1)) {
		luaL_error(lua, "a replacement is no text");
	}
	luaL_addvalue(out);
}

static void put_replacement(lua_State *lua, const struct wh_pattern *p, luaL_Buffer *out,
	const char *const match[2])
{
	int type = lua_type(lua, 3);
	if (type == LUA_TTABLE || type == LUA_TFUNCTION)
		put_answer(lua, p, out, match);
	else
		put_template(lua, p, out, match);
}

static int text_gsub(lua_State *lua)
{
	struct wh_pattern p;
	luaL_Buffer out;
	pattern_begin(lua, &p, 1, 2);
	int type = lua_type(lua, 3);
	luaL_argexpected(lua,
		type == LUA_TNUMBER || type == LUA_TSTRING || type == LUA_TTABLE || type == LUA_TFUNCTION,
		3, "text, table or function");
	lua_Integer most = luaL_optinteger(lua, 4, p.text_end - p.text + 1), n = 0;
	bool fixed = anchored(&p);
	luaL_buffinit(lua, &out);
	const char *place = p.text, *last = NULL;
	for (bool more = true; more && n < most; more = more && !fixed) {
		const char *end = at(lua, &p, place);
		if (end && end != last) {
			n++;
			put_replacement(lua, &p, &out, (const char *const[]){ place, end });
			place = last = end;
		} else if (place < p.text_end) {
			luaL_addchar(&out, *place++);
		} else {
			more = false;
		}
	}
	luaL_addlstring(&out, place, (size_t)(p.text_end - place));
	luaL_pushresult(&out);
	lua_pushinteger(lua, n);
	return 2;
}

/* No addresses: neither "%p" nor what has none but its address. */
static int text_format(lua_State *lua)
{
	const char *format = luaL_checkstring(lua, 1);
	for (const char *c = format; *c; c++) {
		if (*c != '%')
			continue;
		c += 1 + strspn(c + 1, "-+ #0123456789.");
		if (*c == 'p')
			return luaL_error(lua, "\"%%p\" is not there");
		if (!*c)
			break;
	}
	for (int i = 2; i <= lua_gettop(lua); i++)
		if (lua_type(lua, i) >= LUA_TTABLE)
			return luaL_error(lua, "a %s has no text", luaL_typename(lua, i));
	lua_pushvalue(lua, lua_upvalueindex(1));
	lua_insert(lua, 1);
	lua_call(lua, lua_gettop(lua) - 1, 1);
	return 1;
}

/* Upvalue: the library's, which counts up to the number even for nothing. */
static int text_rep(lua_State *lua)
{
	size_t n, between = 0;
	luaL_checklstring(lua, 1, &n);
	luaL_optlstring(lua, 3, "", &between);
	if (!n && !between) {
		lua_pushliteral(lua, "");
		return 1;
	}
	lua_pushvalue(lua, lua_upvalueindex(1));
	lua_insert(lua, 1);
	lua_call(lua, lua_gettop(lua) - 1, 1);
	return 1;
}

static void guard(lua_State *lua, const char *word, lua_CFunction by)
{
	lua_getfield(lua, -2, word);
	lua_pushcclosure(lua, by, 1);
	lua_setfield(lua, -2, word);
}

void wh_sandbox_texts(lua_State *lua)
{
	static const luaL_Reg guarded[] = { { "find", text_find }, { "match", text_match },
		{ "gmatch", text_gmatch }, { "gsub", text_gsub }, { NULL, NULL } };
	lua_newtable(lua);
	for (size_t i = 0; kept[i]; i++) {
		lua_getfield(lua, -2, kept[i]);
		lua_setfield(lua, -2, kept[i]);
	}
	luaL_setfuncs(lua, guarded, 0);
	guard(lua, "format", text_format);
	guard(lua, "rep", text_rep);
	wh_sandbox_meter(lua, "format", 1);
	wh_sandbox_meter(lua, "byte", WH_SANDBOX_STEPS);
}

#include "transform/script.h"
#include "model/value.h"
#include "transform/make.h"
#include "transform/sandbox.h"
#include <lauxlib.h>
#include <stdlib.h>

struct script {
	struct wh_sandbox *sandbox; /* the input's */
	int chunk;
};

struct call {
	const struct script *script;
	const struct wh_recipe *recipe;
	struct wh_input *input;
	struct wh_made *made;
};

static void push_number(lua_State *lua, const struct wh_input *in, size_t field)
{
	const struct wh_batch *b = in->in;
	int64_t word = wh_word(b, field, in->row);
	switch (b->lanes[field].kind) {
	case WH_BOOL:
		lua_pushboolean(lua, word != 0);
		break;
	case WH_INT64:
		lua_pushinteger(lua, word);
		break;
	default:
		lua_pushnumber(lua, wh_double(b, field, in->row));
	}
}

/* What Lua has a number for, exactly. */
static bool is_number(const struct wh_input *in, size_t field)
{
	enum wh_kind kind = in->in->lanes[field].kind;
	return kind == WH_BOOL || kind == WH_INT64 || kind == WH_FLOAT32 || kind == WH_FLOAT64;
}

static void push_text(lua_State *lua, struct wh_input *in, size_t field)
{
	struct wh_made *text = &in->shown;
	const char *why = wh_input_text(in, field, text);
	if (why)
		luaL_error(lua, "column %s: %s", in->table->from.fields[field].name, why);
	if (text->null)
		lua_pushnil(lua);
	else
		lua_pushlstring(lua, wh_buffer_string(&text->text), text->text.size);
}

static void push_cell(lua_State *lua, struct wh_input *in, size_t field)
{
	const struct wh_batch *b = in->in;
	size_t n;
	if (wh_stray_at(b, field, in->row, &in->stray)) {
		push_text(lua, in, field);
	} else if (wh_is_null(b, field, in->row)) {
		lua_pushnil(lua);
	} else if (is_number(in, field)) {
		push_number(lua, in, field);
	} else if (b->lanes[field].kind == WH_BYTES) {
		const char *bytes = wh_cell(b, field, in->row, &n);
		lua_pushlstring(lua, bytes, n);
	} else {
		push_text(lua, in, field);
	}
}

/* row.NAME; upvalues: the input, and the fields by name. */
static int row_column(lua_State *lua)
{
	struct wh_input *in = lua_touserdata(lua, lua_upvalueindex(1));
	lua_pushvalue(lua, 2);
	if (lua_gettable(lua, lua_upvalueindex(2)) != LUA_TNUMBER)
		return luaL_error(lua, "the row has no column \"%s\"", luaL_checkstring(lua, 2));
	push_cell(lua, in, (size_t)lua_tointeger(lua, -1));
	return 1;
}

static int row_refuse(lua_State *lua)
{
	return luaL_error(lua, "a row cannot be changed");
}

/* The fields that expressions read, each as what it is on the source. */
static void name_fields(lua_State *lua, const struct wh_recipe *r)
{
	for (size_t i = 0; i < r->nnames; i++) {
		lua_pushinteger(lua, r->fields[i]);
		lua_setfield(lua, -2, r->names[i]);
	}
}

/* One table stands for every row: it looks at the input when it is asked. */
static int make_row(lua_State *lua)
{
	struct wh_input *in = lua_touserdata(lua, 1);
	const struct wh_plan_table *t = in->table;
	lua_newtable(lua);
	lua_newtable(lua);
	lua_pushlightuserdata(lua, in);
	lua_newtable(lua);
	for (size_t f = 0; f < t->to.nfields; f++)
		if (t->recipes[f].kind == WH_SCRIPT)
			name_fields(lua, &t->recipes[f]);
	if (t->filter)
		name_fields(lua, t->filter);
	lua_pushcclosure(lua, row_column, 2);
	lua_setfield(lua, -2, "__index");
	lua_pushcfunction(lua, row_refuse);
	lua_setfield(lua, -2, "__newindex");
	lua_pushboolean(lua, false);
	lua_setfield(lua, -2, "__metatable");
	lua_setmetatable(lua, -2);
	in->row_table = luaL_ref(lua, LUA_REGISTRYINDEX);
	return 0;
}

/* The maker's one Lua state, made when the first expression needs it. */
static int need_sandbox(struct wh_input *in, struct wh_error *error)
{
	if (in->sandbox)
		return WH_OK;
	int rc = wh_sandbox_open(&in->sandbox, error);
	const char *why = rc == WH_OK ? wh_sandbox_run(in->sandbox, make_row, in) : NULL;
	return why ? wh_fail(error, WH_BUG, "Lua cannot be started: %s", why) : rc;
}

static int script_open(struct wh_input *in, const struct wh_recipe *r, void **state,
	struct wh_error *error)
{
	struct script *s = wh_alloc(sizeof *s);
	*s = (struct script){ .sandbox = NULL };
	*state = s;
	int rc = need_sandbox(in, error);
	s->sandbox = in->sandbox;
	return rc == WH_OK ? wh_sandbox_compile(in->sandbox, r->text, &s->chunk, error) : rc;
}

static void script_close(void *state)
{
	free(state);
}

/* What a column of single precision can hold is shown as short as it is there: 0.1 of such a column
 * is 0.10000000149011612 in Lua. */
static void keep_float(const struct call *c, double number)
{
	const struct wh_plan_table *t = c->input->table;
	bool single = c->recipe != t->filter &&
		t->to.fields[c->recipe - t->recipes].wire.kind == WH_FLOAT32;
	wh_float_text(&c->made->text, number, single && (double)(float)number == number);
}

static void keep_result(lua_State *lua, const struct call *c)
{
	struct wh_made *made = c->made;
	size_t n;
	const char *text;
	wh_buffer_clear(&made->text);
	switch (lua_type(lua, -1)) {
	case LUA_TNIL:
		made->null = true;
		break;
	case LUA_TBOOLEAN:
		wh_buffer_text(&made->text, lua_toboolean(lua, -1) ? "true" : "false");
		break;
	case LUA_TNUMBER:
		if (lua_isinteger(lua, -1))
			wh_buffer_format(&made->text, "%lld", (long long)lua_tointeger(lua, -1));
		else
			keep_float(c, lua_tonumber(lua, -1));
		break;
	case LUA_TSTRING:
		text = lua_tolstring(lua, -1, &n);
		made->raw = true;
		wh_buffer_put(&made->text, text, n);
		break;
	default:
		luaL_error(lua, "the expression gives a %s", luaL_typename(lua, -1));
	}
}

static int call_script(lua_State *lua)
{
	const struct call *c = lua_touserdata(lua, 1);
	lua_rawgeti(lua, LUA_REGISTRYINDEX, c->script->chunk);
	if (c->recipe->valued)
		push_cell(lua, c->input, c->recipe->fields[0]);
	else
		lua_pushnil(lua);
	lua_rawgeti(lua, LUA_REGISTRYINDEX, c->input->row_table);
	int below = lua_gettop(lua) - 3;
	lua_call(lua, 2, LUA_MULTRET);
	if (lua_gettop(lua) == below)
		return luaL_error(lua, "it returns nothing; NULL is `return nil`");
	lua_settop(lua, below + 1);
	keep_result(lua, c);
	return 0;
}

/* A message of the user's own may show what a mask hides. */
static bool may_quote(const struct wh_plan_table *t)
{
	for (size_t f = 0; f < t->from.nfields; f++)
		if (t->from.fields[f].masked)
			return false;
	return true;
}

static const char *script_make(void *state, const struct wh_recipe *r, struct wh_input *input,
	struct wh_made *out)
{
	const struct script *s = state;
	struct call call = { s, r, input, out };
	const char *why = wh_sandbox_run(s->sandbox, call_script, &call);
	if (!why)
		return NULL;
	if (!may_quote(input->table))
		return "the expression failed; why is not shown, because the table has masked columns";
	wh_buffer_clear(&input->text);
	wh_buffer_format(&input->text, "the expression failed: %.400s", why);
	return wh_buffer_string(&input->text);
}

const struct wh_make wh_make_script = { script_open, script_close, script_make };

int wh_script_check(const char *text, struct wh_error *error)
{
	struct wh_sandbox *sandbox;
	int chunk, rc = wh_sandbox_open(&sandbox, error);
	if (rc == WH_OK)
		rc = wh_sandbox_compile(sandbox, text, &chunk, error);
	wh_sandbox_close(sandbox);
	return rc;
}

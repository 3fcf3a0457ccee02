#include "check.h"
#include "transform/sandbox.h"
#include <lauxlib.h>
#include <lualib.h>
#include <time.h>

struct result {
	int chunk;
	char text[2000];
};

static int evaluate(lua_State *lua)
{
	struct result *r = lua_touserdata(lua, 1);
	size_t n;
	lua_rawgeti(lua, LUA_REGISTRYINDEX, r->chunk);
	lua_pushnil(lua);
	lua_pushnil(lua);
	lua_call(lua, 2, 1);
	const char *text = luaL_tolstring(lua, -1, &n);
	snprintf(r->text, sizeof r->text, "%.*s", (int)n, text);
	return 0;
}

/* NULL, or the error; the text of what the expression gives. */
static const char *run(const char *expression, struct result *out)
{
	static char why[2000];
	struct wh_sandbox *s;
	struct wh_error error = { 0 };
	assert_int_equal(wh_sandbox_open(&s, &error), WH_OK);
	const char *failed = wh_sandbox_compile(s, expression, &out->chunk, &error) != WH_OK
		? error.text
		: wh_sandbox_run(s, evaluate, out);
	if (failed)
		snprintf(why, sizeof why, "%s", failed);
	wh_sandbox_close(s);
	return failed ? why : NULL;
}

static void there_is_no_way_out(void **state)
{
	static const char *const absent[] = { "io", "os", "load", "loadstring", "dofile", "loadfile",
		"require", "debug", "package", "pcall", "xpcall", "coroutine", "setmetatable",
		"getmetatable", "rawset", "rawget", "pairs", "next", "collectgarbage", "print", "_G",
		"string.dump", "string.pack", "math.random", "math.randomseed", "table.move" };
	(void)state;
	for (size_t i = 0; i < sizeof absent / sizeof *absent; i++) {
		struct result r = { 0 };
		const char *why = run(absent[i], &r);
		if (!why || !strstr(why, "there is no"))
			fail_msg("%s is there: %s", absent[i], why ? why : r.text);
	}
}

static void what_breaks_out_is_stopped(void **state)
{
	static const struct {
		const char *expression, *says;
	} cases[] = {
		{ "while true do end", "too long" },
		{ "local function f() return f() end return f()", "too long" },
		{ "local function f() return 1 + f() end return f()", "too long" },
		{ "local t = {} for i = 1, 1e9 do t[i] = i .. ('x'):rep(1000) end", "too long" },
		{ "local s = 'x' while true do s = s .. s end", "memory" },
		{ "string.rep('x', 1 << 40)", "large" },
		{ "('x'):rep(1 << 30)", "memory" },
		{ "while true do local s = ('x'):rep(1 << 20) end", "memory" },
		{ "string.find(('a'):rep(40), ('a?'):rep(40) .. ('a'):rep(41))", "too" },
		{ "('a'):rep(100000):find('.-.-.-.-b')", "takes too long" },
		{ "('a'):rep(5000):gsub('(a*)*(a*)b', '')", "too long" },
		{ "string.format('%p', {})", "not there" },
		{ "string.format('%s', {})", "no text" },
		{ "tostring({})", "no text" },
		{ "tostring(ipairs)", "no text" },
		{ "('').rep('', 1 << 50) .. nothing", "there is no" },
		{ "valeu", "there is no \"valeu\"" },
		{ "math.Huge", "there is no \"Huge\"" },
		{ "local t = {} for i = 1, 1e5 do table.insert(t, 1, i) end", "too long" },
		{ "local t = {} for i = 1, 1e5 do t[i] = i end while #t > 0 do table.remove(t, 1) end",
			"too long" },
		{ "local s, t = ('a'):rep(2e7), ('a'):rep(2e7 - 1) .. 'a' while s == t do end",
			"too long" },
		{ "local s = ('a'):rep(2e7) while utf8.len(s) do end", "too long" },
		{ "local s = ('a'):rep(2e7) while not s:find('b', 1, true) do end", "too long" },
		{ "local s = ('1'):rep(2e7) while tonumber(s) do end", "too long" },
		{ "while true do select(1, table.unpack({}, 1, 9e5)) end", "too long" },
		{ "x = 1", "only local" },
		{ "string.find = nil", "only local" },
		{ "math.pi = 3", "only local" },
		{ "'1' + 1", "arithmetic" },
		{ "'10' < 9", "compare" },
		{ "error({})", "without a text" },
		{ "error('mine')", "mine" },
		{ "local t = {} for i = 1, 101 do t[i] = i end table.sort(t)", "100" },
		{ "('a'):find('[a')", "lacks a ']'" },
		{ "('a'):find('(a')", "lacks a ')'" },
		{ "('a'):find('a)')", "without a '('" },
		{ "('a'):find('%')", "ends with '%'" },
		{ "('a'):gsub('a', '%5')", "stands for nothing" },
		{ "1 +", "not Lua" },
		{ "\x1bLua", "not Lua" },
		{ "decimal.add('x', '1')", "exact number" },
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct result r = { 0 };
		clock_t began = clock(); /* of this process: others may be busy */
		const char *why = run(cases[i].expression, &r);
		if (!why || !strstr(why, cases[i].says))
			fail_msg("%s: %s", cases[i].expression, why ? why : r.text);
		if (clock() - began > 20 * CLOCKS_PER_SEC)
			fail_msg("%s took too long", cases[i].expression);
	}
}

/* Lua's own library says what is right. */
static void patterns_are_those_of_lua(void **state)
{
	static const char *const expressions[] = {
		"('hello world'):find('o w')",
		"('hello'):find('l+')",
		"('a.b'):find('.', 1, true)",
		"('hello'):find('')",
		"('hello'):find('', 6)",
		"('hello'):find('', 7)",
		"('hello'):find('l', -2)",
		"('hello'):find('xyz', -100)",
		"('key = val'):match('(%w+)%s*=%s*(%w+)')",
		"('  trim  '):match('^%s*(.-)%s*$') .. '|'",
		"('2024-02-29'):match('(%d+)-(%d+)-(%d+)')",
		"('f(a(b)c)d'):match('%b()')",
		"('THE (quick) fox'):find('%f[%a]%a+%f[%A]')",
		"('aXbXc'):gsub('X', '-')",
		"('abc'):gsub('', '-')",
		"('abc'):gsub('%w', '%0%0')",
		"('hello world'):gsub('(%w+) (%w+)', '%2 %1')",
		"('abc'):gsub('b', '%%')",
		"('abc'):gsub('^a', 'x')",
		"('aaa'):gsub('^a', 'x')",
		"('abc'):gsub('%w', { a = '1', b = true and 'z' })",
		"('abc'):gsub('%w', function(c) if c == 'b' then return nil end return c:upper() end)",
		"('abc'):gsub('.', 'x', 2)",
		"('x^y'):find('^', 1, true)",
		"('[]'):find('[]]')",
		"('a-z'):match('[a%-z]+')",
		"('a-z'):match('[a-]+')",

		"('aa bb'):match('(%a)%1')",
		"('abcabc'):match('(abc)%1')",
		"('position'):match('()s()')",
		"('abc'):find('b', 10)",
		"(function() local o = '' for k, v in ('a=1, b=2'):gmatch('(%w+)=(%w+)') do "
		"o = o .. k .. v .. ';' end return o end)()",
		"(function() local o = '' for w in ('abc'):gmatch('') do o = o .. '.' end return o end)()",
		"(function() local o = '' for w in ('a,b,,c'):gmatch('[^,]*') do o = o .. '<' .. w .. '>' end return o end)()",
		"('aab'):match('a-b')",
		"('aab'):match('^a?ab')",
		"('Ünï'):find('[\x80-\xff]+')",
		"('a\\nb'):match('a.b')",
		"('x'):match('%x%X?')",
		"('  a'):find('%S')",
		"('abc'):match('.-$')",
		"('a$b'):find('$b')",
		"('a$b'):match('a$')",
		"('%d'):gsub('%%d', 'x')",
		"('abc'):match('((a)(b))')",
		"string.format('%5.2f|%d|%s|%q|%-5s|%x', 3.14159, 42, 'x', 'a\\nb', 'ab', 255)",
		"('x'):rep(3, ',')",
		"('hello'):byte(1, -1)",
		"('hello'):sub(-3)",
		"('abc'):gsub('b*', '-')",
	};
	lua_State *real = luaL_newstate();
	luaL_openlibs(real);
	(void)state;
	for (size_t i = 0; i < sizeof expressions / sizeof *expressions; i++) {
		char all[700];
		struct result r = { 0 };
		snprintf(all, sizeof all,
			"local t = { %s } local o = '' for i = 1, 6 do o = o .. tostring(t[i]) .. ' ' end return o",
			expressions[i]);
		if (luaL_dostring(real, all))
			fail_msg("%s", lua_tostring(real, -1));
		const char *why = run(all, &r);
		if (why || strcmp(r.text, lua_tostring(real, -1)))
			fail_msg("%s: %s, not %s", expressions[i], why ? why : r.text, lua_tostring(real, -1));
		lua_settop(real, 0);
	}
	lua_close(real);
}

static void values(void **state)
{
	static const struct {
		const char *expression, *gives;
	} cases[] = {
		{ "1 + 2", "3" },
		{ "7 // 2", "3" },
		{ "return 5", "5" },
		{ "local x = 4 return x * 2", "8" },
		{ "decimal.add('0.1', '0.2')", "0.3" },
		{ "decimal.sub('99999999999999999999.01', '0.02')", "99999999999999999998.99" },
		{ "decimal.sub('1', '-1')", "2" },
		{ "decimal.compare('1.50', '1.5')", "0" },
		{ "#'abc'", "3" },
		{ "utf8.len('äb')", "2" },
		{ "table.concat({ 'a', 'b' }, '-')", "a-b" },
		{ "local t = { 3, 1, 2 } table.sort(t) return table.concat(t)", "123" },
		{ "tostring(12)", "12" },
		{ "value", "nil" },
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct result r = { 0 };
		const char *why = run(cases[i].expression, &r);
		if (why || strcmp(r.text, cases[i].gives))
			fail_msg("%s: %s", cases[i].expression, why ? why : r.text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(there_is_no_way_out),
		cmocka_unit_test(what_breaks_out_is_stopped),
		cmocka_unit_test(patterns_are_those_of_lua),
		cmocka_unit_test(values),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

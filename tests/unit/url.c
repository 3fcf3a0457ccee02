#include "check.h"
#include "base/text.h"
#include "model/url.h"

static const struct {
	const char *text, *scheme, *user, *password, *host;
	int port;
	const char *path, *shown;
} good[] = {
	{ "postgresql://app@pg1:5432/shop", "postgresql", "app", NULL, "pg1", 5432, "shop",
		"postgresql://app@pg1:5432/shop" },
	{ "MySQL://db1/shop", "mysql", NULL, NULL, "db1", 0, "shop", "mysql://db1/shop" },
	{ "mysql://u:secret@h/d", "mysql", "u", "secret", "h", 0, "d", "mysql://u@h/d" },
	{ "mysql://u:@h/d", "mysql", "u", "", "h", 0, "d", "mysql://u@h/d" },
	{ "mysql://:secret@h/d", "mysql", "", "secret", "h", 0, "d", "mysql://@h/d" },
	{ "mysql://a%40b:p%2F%3a%25@h/d%20e", "mysql", "a@b", "p/:%", "h", 0, "d e",
		"mysql://a%40b@h/d%20e" },
	{ "mysql://h", "mysql", NULL, NULL, "h", 0, "", "mysql://h/" },
	{ "mysql://h/", "mysql", NULL, NULL, "h", 0, "", "mysql://h/" },
	{ "mysql://h:3306", "mysql", NULL, NULL, "h", 3306, "", "mysql://h:3306/" },
	{ "mysql://h?socket=/x", "mysql", NULL, NULL, "h", 0, "", "mysql://h/?socket=/x" },
	{ "postgresql://[::1]:5433/d", "postgresql", NULL, NULL, "::1", 5433, "d",
		"postgresql://[::1]:5433/d" },
	{ "postgresql://u@[fe80::1]/d", "postgresql", "u", NULL, "fe80::1", 0, "d",
		"postgresql://u@[fe80::1]/d" },
	{ "mysql:///shop?socket=/run/my.sock", "mysql", NULL, NULL, "", 0, "shop",
		"mysql:///shop?socket=/run/my.sock" },
	{ "mysql://root@/shop?socket=%2Frun%2Fmy.sock", "mysql", "root", NULL, "", 0, "shop",
		"mysql://root@/shop?socket=/run/my.sock" },
	{ "postgresql:///shop?host=/run/pg", "postgresql", NULL, NULL, "", 0, "shop",
		"postgresql:///shop?host=/run/pg" },
	{ "sqlite:shop.db", "sqlite", NULL, NULL, NULL, 0, "shop.db", "sqlite:shop.db" },
	{ "sqlite:/tmp/a b.db", "sqlite", NULL, NULL, NULL, 0, "/tmp/a b.db", "sqlite:/tmp/a%20b.db" },
	{ "sqlite:///tmp/shop.db", "sqlite", NULL, NULL, NULL, 0, "/tmp/shop.db",
		"sqlite:/tmp/shop.db" },
	{ "sqlite:///tmp/a%20b.db", "sqlite", NULL, NULL, NULL, 0, "/tmp/a b.db",
		"sqlite:/tmp/a%20b.db" },
	{ "sqlite:////tmp/x", "sqlite", NULL, NULL, NULL, 0, "//tmp/x", "sqlite:/%2Ftmp/x" },
	{ "sqlite:100%.db", "sqlite", NULL, NULL, NULL, 0, "100%.db", "sqlite:100%25.db" },
	{ "sqlite:a%2Gb%", "sqlite", NULL, NULL, NULL, 0, "a%2Gb%", "sqlite:a%252Gb%25" },
	{ "sqlite:a%3Fb#c", "sqlite", NULL, NULL, NULL, 0, "a?b#c", "sqlite:a%3Fb%23c" },
	{ "sqlite::memory:", "sqlite", NULL, NULL, NULL, 0, ":memory:", "sqlite::memory:" },
	{ "sqlite:../a@b.db", "sqlite", NULL, NULL, NULL, 0, "../a@b.db", "sqlite:../a@b.db" },
	{ "cobol:data/x.dat?copybook=x.cpy&code=ibm037", "cobol", NULL, NULL, NULL, 0, "data/x.dat",
		"cobol:data/x.dat?copybook=x.cpy&code=ibm037" },
	{ "postgresql://h/d?sslmode=require&password=secret", "postgresql", NULL, NULL, "h", 0, "d",
		"postgresql://h/d?sslmode=require&password=***" },
	{ "sqlite:caf\xc3\xa9.db", "sqlite", NULL, NULL, NULL, 0, "caf\xc3\xa9.db",
		"sqlite:caf\xc3\xa9.db" },
	{ "sqlite:a\xe2\x80\xae"
	  "b",
		"sqlite", NULL, NULL, NULL, 0,
		"a\xe2\x80\xae"
		"b",
		"sqlite:a%E2%80%AEb" },
	{ "s3://bucket/prefix/x?endpoint=http://h:9000", "s3", NULL, NULL, "bucket", 0, "prefix/x",
		"s3://bucket/prefix/x?endpoint=http://h:9000" },
};

static bool same(const char *a, const char *b)
{
	return wh_equal(a, b);
}

static void good_urls(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(good); i++) {
		const char *text = good[i].text;
		struct wh_arena arena = { 0 };
		struct wh_error e = { 0 };
		struct wh_url u, again;
		if (wh_url_parse(text, &arena, &u, &e) != WH_OK)
			fail_msg("\"%s\": %s", text, e.text);
		check(text, same(u.scheme, good[i].scheme));
		check(text, same(u.user, good[i].user));
		check(text, same(u.password, good[i].password));
		check(text, same(u.host, good[i].host));
		check(text, u.port == good[i].port);
		check_text(text, u.path, good[i].path);
		check_text(text, wh_url_shown(&u, &arena), good[i].shown);
		check(text, wh_url_parse(good[i].shown, &arena, &again, &e) == WH_OK);
		check_text(text, wh_url_shown(&again, &arena), good[i].shown);
		wh_arena_free(&arena);
	}
}

/* A refused URL, and a word that its message must hold. */
static const struct {
	const char *text, *word;
} bad[] = {
	{ "", "expected" },
	{ "shop.db", "no URL \"shop.db\"" },
	{ "/tmp/shop.db", "expected" },
	{ ":shop", "expected" },
	{ "1sql://h/d", "expected" },
	{ "my sql://h/d", "expected" },
	{ "//user:SECRET@h/d", "expected" },
	{ "sqlite:", "no path" },
	{ "sqlite:?x=y", "no path" },
	{ "mysql://", "no host" },
	{ "mysql:///", "no host" },
	{ "mysql://u:SECRET@/d", "no host" },
	{ "mysql://:3306/d", "no host" },
	{ "mysql:///?socke=/x", "no host" },
	{ "mysql://h:0/d", "bad port" },
	{ "mysql://h:65536/d", "bad port" },
	{ "mysql://h:/d", "bad port" },
	{ "mysql://h:port/d", "bad port" },
	{ "mysql://h:-1/d", "bad port" },
	{ "mysql://h:+80/d", "bad port" },
	{ "mysql://::1/d", "bad port" },
	{ "mysql://[::1/d", "bad host" },
	{ "mysql://[]/d", "bad host" },
	{ "mysql://[::1]x/d", "bad host" },
	{ "mysql://u:SECRET%@h/d", "%25" },
	{ "mysql://u:SECRET%zz@h/d", "password" },
	{ "mysql://u%4@h/d", "user name" },
	{ "mysql://h/d%", "path" },
	{ "mysql://h/d%00x", "%00" },
	{ "sqlite:a%00b", "%00" },
	{ "mysql://h/d%ff", "UTF-8" },
	{ "sqlite:\xff", "UTF-8" },
	{ "mysql://u:SEC/RET@h/d", "%2F" },
	{ "mysql://u:SEC?RET@h/d", "%2F" },
	{ "mysql://u:SEC#RET@h/d", "%2F" },
	{ "mysql://u:SEC@RET@h/d", "%40" },
	{ "mysql://h/d#x", "%23" },
	{ "mysql://h/d?x", "name=value" },
	{ "mysql://h/d?=x", "name=value" },
	{ "mysql://h/d?a=1&&b=2", "name=value" },
	{ "mysql://h/d?a=1&a=2", "\"a\" stands twice" },
	{ "mysql://h/d?password=SECRET%", "%25" },
	{ "mysql://h/d\n", "control character" },
	{ "mysql://h/\x1b[31m", "control character" },
	{ "mysql://h/\x7f", "control character" },
};

static void bad_urls(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct wh_arena arena = { 0 };
		struct wh_error e = { 0 };
		struct wh_url u = { .port = 42 };
		check(bad[i].text, wh_url_parse(bad[i].text, &arena, &u, &e) == WH_CONFIG);
		check(bad[i].text, e.code == WH_CONFIG && u.port == 42);
		if (!strstr(e.text, bad[i].word))
			fail_msg("\"%s\": \"%s\" does not say \"%s\"", bad[i].text, e.text, bad[i].word);
		check(bad[i].text, !strstr(e.text, "SEC") && !strstr(e.text, "RET"));
		wh_arena_free(&arena);
	}
}

static void params_are_found(void **state)
{
	struct wh_arena arena = { 0 };
	struct wh_error e;
	struct wh_url u;
	(void)state;
	assert_int_equal(wh_url_parse("mysql://h/d?socket=%2Fx%26y&empty=&n%61me=v=w", &arena, &u, &e),
		WH_OK);
	assert_int_equal(u.nparams, 3);
	assert_string_equal(wh_url_param(&u, "socket"), "/x&y");
	assert_string_equal(wh_url_param(&u, "empty"), "");
	assert_string_equal(wh_url_param(&u, "name"), "v=w");
	assert_null(wh_url_param(&u, "Name"));
	wh_arena_free(&arena);
}

static void secrets_are_known(void **state)
{
	static const struct {
		const char *text;
		bool secret;
	} cases[] = {
		{ "mysql://u:SECRET@h/d", true },
		{ "mysql://u@h/d", false },
		{ "mysql://h/d?password=SECRET", true },
		{ "mysql://h/d?sslPassword=SECRET", true },
		{ "s3://b/?secret_key=SECRET", true },
		{ "s3://b/?session_token=SECRET", true },
		{ "mysql://h/d?socket=/x", false },
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct wh_arena arena = { 0 };
		struct wh_error e;
		struct wh_url u;
		check(cases[i].text, wh_url_parse(cases[i].text, &arena, &u, &e) == WH_OK);
		check(cases[i].text, u.password_in_text == cases[i].secret);
		check(cases[i].text, !strstr(wh_url_shown(&u, &arena), "SECRET"));
		wh_arena_free(&arena);
	}
}

static void length_has_a_limit(void **state)
{
	static char text[100001];
	struct wh_arena arena = { 0 };
	struct wh_error e;
	struct wh_url u;
	(void)state;
	memset(text, 'x', sizeof text - 1);
	memcpy(text, "sqlite:", 7);
	assert_int_equal(wh_url_parse(text, &arena, &u, &e), WH_CONFIG);
	assert_non_null(strstr(e.text, "too long"));
	text[8192] = '\0';
	assert_int_equal(wh_url_parse(text, &arena, &u, &e), WH_OK);
	wh_arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_urls),
		cmocka_unit_test(bad_urls),
		cmocka_unit_test(params_are_found),
		cmocka_unit_test(secrets_are_known),
		cmocka_unit_test(length_has_a_limit),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "check.h"
#include "base/text.h"
#include "model/connector.h"

/* Two kinds of this test's own stand in the place of the registry's. */
struct fake {
	int opened, closed;
	max_align_t aligned;
};

static struct fake last;
static int answer;

static int fake_open(struct wh_conn *c, struct wh_error *error)
{
	struct fake *s = c->state;
	assert_int_equal(s->opened, 0);
	assert_int_equal((uintptr_t)s % _Alignof(max_align_t), 0);
	s->opened = 1;
	return answer < 0 ? wh_fail(error, (enum wh_code)answer, "no such host") : answer;
}

static void fake_close(struct wh_conn *c)
{
	struct fake *s = c->state;
	s->closed++;
	last = *s;
}

static const char *const aliases[] = { "mock", "dummy", NULL };
static const struct wh_connector fake = { .scheme = "fake",
	.aliases = aliases,
	.state_size = sizeof(struct fake),
	.open = fake_open,
	.close = fake_close };
static const struct wh_connector plain = { .scheme = "plain", .open = fake_open };
const struct wh_connector *const wh_connectors[] = { &plain, &fake, NULL };

static void kinds_are_found(void **state)
{
	const struct wh_connector *kind = NULL;
	struct wh_error e;
	(void)state;
	assert_int_equal(wh_connector_find("fake", &kind, &e), WH_OK);
	assert_ptr_equal(kind, &fake);
	assert_int_equal(wh_connector_find("plain", &kind, &e), WH_OK);
	assert_ptr_equal(kind, &plain);
	assert_int_equal(wh_connector_find("dummy", &kind, &e), WH_OK);
	assert_ptr_equal(kind, &fake);
}

static void unknown_kinds_are_named(void **state)
{
	const struct wh_connector *kind = &plain;
	struct wh_error e;
	(void)state;
	assert_int_equal(wh_connector_find("dumy", &kind, &e), WH_CONFIG);
	assert_ptr_equal(kind, &plain);
	assert_string_equal(e.text,
		"unknown kind of system \"dumy\"; did you mean \"dummy\"? "
		"known: plain, fake");
	assert_int_equal(wh_connector_find("oracle", &kind, &e), WH_CONFIG);
	assert_string_equal(e.text, "unknown kind of system \"oracle\"; known: plain, fake");
	assert_int_equal(wh_connector_find("\x1b[31m", &kind, &e), WH_CONFIG);
	assert_null(strchr(e.text, '\x1b'));
}

static void connections_open_and_close(void **state)
{
	struct wh_url url = { .scheme = "fake" };
	struct wh_conn *c = NULL;
	struct wh_error e;
	(void)state;
	answer = WH_OK;
	assert_int_equal(wh_conn_open(&fake, &url, WH_TARGET, true, &c, &e), WH_OK);
	assert_ptr_equal(c->kind, &fake);
	assert_ptr_equal(c->url, &url);
	assert_int_equal(c->side, WH_TARGET);
	assert_true(c->writes);
	wh_conn_close(c);
	assert_int_equal(last.opened, 1);
	assert_int_equal(last.closed, 1);
	wh_conn_close(NULL);
}

static void failed_connections_are_closed(void **state)
{
	struct wh_url url = { .scheme = "fake" };
	struct wh_conn *c = (struct wh_conn *)&url;
	struct wh_error e;
	(void)state;
	answer = WH_RETRY;
	last = (struct fake){ 0 };
	assert_int_equal(wh_conn_open(&fake, &url, WH_SOURCE, false, &c, &e), WH_RETRY);
	assert_null(c);
	assert_int_equal(e.code, WH_RETRY);
	assert_int_equal(e.side, WH_SOURCE);
	assert_int_equal(last.closed, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kinds_are_found),
		cmocka_unit_test(unknown_kinds_are_named),
		cmocka_unit_test(connections_open_and_close),
		cmocka_unit_test(failed_connections_are_closed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

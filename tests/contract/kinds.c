/* Stores and codecs: what the contract asks of each that is registered. */
#include "contract.h"
#include "model/store.h"
#include "sql/dialect.h"

static void stores_are_whole(void **state)
{
	(void)state;
	for (const struct wh_store *const *s = wh_stores; *s; s++) {
		assert_non_null((*s)->scheme);
		assert_non_null((*s)->summary);
		assert_non_null((*s)->open);
		assert_non_null((*s)->close);
		struct wh_store_conn conn = { .kind = *s, .state = calloc(1, (*s)->state_size + 1) };
		(*s)->close(&conn);
		(*s)->close(&conn);
		free(conn.state);
	}
}

static void codecs_are_whole(void **state)
{
	(void)state;
	for (const struct wh_connector *const *k = wh_connectors; *k; k++) {
		const struct wh_codec *c = (*k)->codec;
		if (!c)
			continue;
		assert_true(c->open && c->close && c->describe && c->aim && c->start && c->decode);
		void *half = calloc(1, c->state_size + 1);
		c->close(half);
		c->close(half);
		free(half);
	}
}

static void connectors_are_whole(void **state)
{
	(void)state;
	assert_non_null(wh_connectors[0]);
	for (const struct wh_connector *const *k = wh_connectors; *k; k++) {
		const struct wh_connector *found = NULL;
		struct wh_error error = { 0 };
		assert_int_equal(wh_connector_find((*k)->scheme, &found, &error), WH_OK);
		assert_ptr_equal(found, *k);
		for (const char *const *alias = (*k)->aliases; alias && *alias; alias++) {
			assert_int_equal(wh_connector_find(*alias, &found, &error), WH_OK);
			assert_ptr_equal(found, *k);
		}
		assert_non_null((*k)->open);
		assert_non_null((*k)->close);
		assert_non_null((*k)->options);
		assert_non_null((*k)->dialect);
		assert_string_equal((*k)->dialect->engine, (*k)->codec ? "sqlite" : (*k)->scheme);
		/* A reader reads; a writer does all that exactly once needs. */
		assert_true(!(*k)->seek == !(*k)->read && !(*k)->read == !(*k)->split);
		assert_true(!(*k)->begin == !(*k)->write && !(*k)->write == !(*k)->commit);
		assert_true(!(*k)->begin == !(*k)->prepare && !(*k)->begin == !(*k)->abandon);
		assert_true(!(*k)->begin == !(*k)->join && !(*k)->begin == !(*k)->finish);
		assert_true(!(*k)->begin == !(*k)->mark);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(connectors_are_whole),
		cmocka_unit_test(stores_are_whole),
		cmocka_unit_test(codecs_are_whole),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

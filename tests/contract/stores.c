/* What model/store.h promises, asked of every registered store; each has a place made for it. */
#include "unit/check.h"
#include "base/text.h"
#include "model/store.h"
#include <unistd.h>

struct shelf {
	struct wh_arena arena;
	struct wh_url url;
	struct wh_store_conn conn;
	struct wh_error error;
	char folder[64];
};

static void begin(struct shelf *s, const struct wh_store *kind)
{
	*s = (struct shelf){ .folder = "/tmp/whimbrel-store-XXXXXX" };
	if (!wh_equal(kind->scheme, "folder"))
		fail_msg("no place for a store of kind \"%s\" is made here", kind->scheme);
	assert_non_null(mkdtemp(s->folder));
	s->url = (struct wh_url){ .scheme = kind->scheme, .path = s->folder };
	s->conn = (struct wh_store_conn){ kind, &s->url, calloc(1, kind->state_size) };
	assert_int_equal(kind->open(&s->conn, &s->error), WH_OK);
}

static void end(struct shelf *s)
{
	char command[128];
	s->conn.kind->close(&s->conn);
	s->conn.kind->close(&s->conn);
	free(s->conn.state);
	wh_arena_free(&s->arena);
	snprintf(command, sizeof command, "rm -rf '%s'", s->folder);
	assert_int_equal(system(command), 0);
}

static void put(struct shelf *s, const char *name, const char *text)
{
	const struct wh_store *kind = s->conn.kind;
	assert_int_equal(kind->begin(&s->conn, name, &s->error), WH_OK);
	for (size_t i = 0; i < strlen(text); i += 3)
		assert_int_equal(kind->put(&s->conn, text + i, strnlen(text + i, 3), &s->error), WH_OK);
	assert_int_equal(kind->publish(&s->conn, &s->error), WH_OK);
}

static const char *get(struct shelf *s, const char *name, int64_t offset, size_t size, int want)
{
	struct wh_buffer out = { 0 };
	assert_int_equal(s->conn.kind->get(&s->conn, name, offset, size, &out, &s->error), want);
	const char *text = wh_arena_text(&s->arena, wh_buffer_string(&out));
	wh_buffer_free(&out);
	return text;
}

static const char *list(struct shelf *s, const char *prefix, const char *after, bool deep)
{
	struct wh_objects page = { .arena = &s->arena };
	int rc = WH_OK;
	while (rc == WH_OK) {
		rc = s->conn.kind->list(&s->conn, prefix, after, deep, &page, &s->error);
		after = page.count ? page.items[page.count - 1].name : after;
	}
	assert_int_equal(rc, WH_DONE);
	const char *names = "";
	for (size_t i = 0; i < page.count; i++)
		names = wh_arena_format(&s->arena, "%s%s:%lld ", names, page.items[i].name,
			(long long)page.items[i].size);
	return names;
}

static void names_and_ranges(struct shelf *s)
{
	put(s, "b.txt", "0123456789");
	put(s, "a.txt", "");
	put(s, "deep/c.txt", "xyz");
	put(s, "deep/er/d.txt", "1");
	assert_string_equal(list(s, "", "", false), "a.txt:0 b.txt:10 ");
	assert_string_equal(list(s, "", "", true), "a.txt:0 b.txt:10 deep/c.txt:3 deep/er/d.txt:1 ");
	assert_string_equal(list(s, "deep/", "", false), "deep/c.txt:3 ");
	assert_string_equal(list(s, "", "b.txt", true), "deep/c.txt:3 deep/er/d.txt:1 ");
	assert_string_equal(list(s, "b", "", true), "b.txt:10 ");
	assert_string_equal(list(s, "none", "", true), "");
	assert_string_equal(get(s, "b.txt", 3, 4, WH_OK), "3456");
	assert_string_equal(get(s, "b.txt", 8, 4, WH_DONE), "89");
	assert_string_equal(get(s, "b.txt", 20, 4, WH_DONE), "");
	assert_string_equal(get(s, "deep/c.txt", 0, 10, WH_DONE), "xyz");
	assert_true(s->conn.kind->get(&s->conn, "none", 0, 1, &(struct wh_buffer){ 0 }, &s->error) < 0);
}

/* What is not published is not there; what is published replaces what was. */
static void whole_or_not_at_all(struct shelf *s)
{
	const struct wh_store *kind = s->conn.kind;
	struct wh_object_info info;
	put(s, "x", "old");
	assert_int_equal(kind->begin(&s->conn, "x", &s->error), WH_OK);
	assert_int_equal(kind->put(&s->conn, "new", 3, &s->error), WH_OK);
	assert_string_equal(list(s, "", "", true), "x:3 ");
	assert_string_equal(get(s, "x", 0, 9, WH_DONE), "old");
	kind->abandon(&s->conn);
	kind->abandon(&s->conn);
	assert_string_equal(get(s, "x", 0, 9, WH_DONE), "old");
	put(s, "x", "newer");
	assert_int_equal(kind->stat(&s->conn, "x", &s->arena, &info, &s->error), WH_OK);
	assert_int_equal(info.size, 5);
	assert_string_equal(info.name, "x");
	assert_int_equal(kind->stat(&s->conn, "y", &s->arena, &info, &s->error), WH_DONE);
	assert_int_equal(kind->remove(&s->conn, "x", &s->error), WH_OK);
	assert_int_equal(kind->remove(&s->conn, "x", &s->error), WH_OK);
	assert_string_equal(list(s, "", "", true), "");
}

static void each(void (*test)(struct shelf *))
{
	for (const struct wh_store *const *k = wh_stores; *k; k++) {
		struct shelf s;
		begin(&s, *k);
		test(&s);
		end(&s);
	}
}

static void all_names_and_ranges(void **state)
{
	(void)state;
	each(names_and_ranges);
}

static void all_whole_or_not_at_all(void **state)
{
	(void)state;
	each(whole_or_not_at_all);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_names_and_ranges),
		cmocka_unit_test(all_whole_or_not_at_all),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "check.h"
#include "base/arena.h"
#include <sys/wait.h>
#include <unistd.h>

static void memory_is_zeroed_and_aligned(void **state)
{
	struct wh_arena a = { 0 };
	(void)state;
	for (size_t size = 0; size < 9000; size += 7) {
		unsigned char *memory = wh_arena_alloc(&a, size);
		assert_int_equal((uintptr_t)memory % _Alignof(max_align_t), 0);
		for (size_t i = 0; i < size; i++)
			assert_int_equal(memory[i], 0);
		memset(memory, 0xff, size);
	}
	assert_true(a.used >= 9000);
	wh_arena_free(&a);
	assert_int_equal(a.used, 0);
	assert_null(a.blocks);
	wh_arena_free(&a);
}

static void large_pieces_stand_alone(void **state)
{
	struct wh_arena a = { 0 };
	(void)state;
	char *large = wh_arena_alloc(&a, 5 << 20), *small = wh_arena_alloc(&a, 8);
	memset(large, 1, 5 << 20);
	memset(small, 2, 8);
	assert_int_equal(large[(5 << 20) - 1], 1);
	wh_arena_free(&a);
}

static void texts_are_copies(void **state)
{
	struct wh_arena a = { 0 };
	char text[] = "orders";
	(void)state;
	char *copy = wh_arena_text(&a, text);
	text[0] = 'X';
	assert_string_equal(copy, "orders");
	assert_null(wh_arena_text(&a, NULL));
	assert_memory_equal(wh_arena_bytes(&a, "a\0b", 3), "a\0b", 4);
	assert_string_equal(wh_arena_bytes(&a, NULL, 0), "");
	assert_string_equal(wh_arena_format(&a, "%s.%d", "t", 7), "t.7");
	assert_string_equal(wh_arena_format(&a, "%s", ""), "");
	wh_arena_free(&a);
}

struct item {
	int64_t number;
	const char *text;
};

static void push_keeps_what_is_there(void **state)
{
	struct wh_arena a = { 0 };
	struct item *items = NULL, *other = NULL;
	size_t n = 0, m = 0;
	(void)state;
	for (int64_t i = 0; i < 1000; i++) {
		struct item *one = wh_push(&a, &items, &n);
		assert_ptr_equal(one, &items[i]);
		assert_int_equal(one->number, 0);
		assert_null(one->text);
		*one = (struct item){ i, "x" };
		wh_push(&a, &other, &m)->number = -i;
	}
	assert_int_equal(n, 1000);
	for (int64_t i = 0; i < 1000; i++) {
		assert_int_equal(items[i].number, i);
		assert_int_equal(other[i].number, -i);
	}
	wh_arena_free(&a);
}

static void heap_helpers(void **state)
{
	(void)state;
	char *memory = wh_alloc(3);
	assert_memory_equal(memory, "\0\0\0", 3);
	memory = wh_realloc(memory, 100);
	free(memory);
	free(wh_alloc(0));
	char *copy = wh_strdup("x");
	assert_string_equal(copy, "x");
	free(copy);
	assert_null(wh_strdup(NULL));
}

/* A child asks for too much; its message and its code are what the header promises. */
static void no_memory_ends_with_a_message(void **state)
{
	int ends[2], status;
	char text[200] = "";
	(void)state;
#ifdef __SANITIZE_ADDRESS__
	print_message("# the sanitizer itself ends a process that finds no memory\n");
	skip();
#endif
	assert_int_equal(pipe(ends), 0);
	pid_t child = fork();
	if (child == 0) {
		dup2(ends[1], STDERR_FILENO);
		wh_alloc(SIZE_MAX / 2);
		_exit(0);
	}
	close(ends[1]);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(read(ends[0], text, sizeof text - 1) > 0);
	close(ends[0]);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 1);
	assert_non_null(strstr(text, "out of memory"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(memory_is_zeroed_and_aligned),
		cmocka_unit_test(large_pieces_stand_alone),
		cmocka_unit_test(texts_are_copies),
		cmocka_unit_test(push_keeps_what_is_there),
		cmocka_unit_test(heap_helpers),
		cmocka_unit_test(no_memory_ends_with_a_message),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

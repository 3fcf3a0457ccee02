#include "fuzz.h"
#include "base/decimal.h"

static void put_canonical(struct wh_buffer *out, const struct wh_buffer *plain)
{
	struct wh_decimal_view view;
	must(wh_decimal_canonical(plain->data, plain->size, &view));
	if (view.negative)
		wh_buffer_char(out, '-');
	wh_buffer_put(out, view.digits, view.n);
}

static bool same(const struct wh_buffer *a, const struct wh_buffer *b)
{
	return a->size == b->size && memcmp(a->data, b->data, a->size) == 0;
}

static int compare(const struct wh_buffer *a, const struct wh_buffer *b)
{
	int c = wh_decimal_compare(a->data, a->size, b->data, b->size);
	return (c > 0) - (c < 0);
}

/* Canonical is plain, canonical of itself, equal in value, and fits what it measures. */
static void check_forms(const struct wh_buffer *plain)
{
	struct wh_buffer canonical = { 0 }, again = { 0 };
	int whole, fraction;
	put_canonical(&canonical, plain);
	must(wh_decimal_plain(&again, canonical.data, canonical.size));
	must(same(&canonical, &again));
	wh_buffer_clear(&again);
	put_canonical(&again, &canonical);
	must(same(&canonical, &again));
	must(compare(&canonical, plain) == 0);
	if (wh_decimal_measure(plain->data, plain->size, &whole, &fraction)) {
		must(wh_decimal_fits(plain->data, plain->size, whole + fraction, fraction));
		must(fraction == 0 ||
			!wh_decimal_fits(plain->data, plain->size, whole + fraction, fraction - 1));
	}
	wh_buffer_free(&canonical);
	wh_buffer_free(&again);
}

/* a + b is b + a, and (a + b) - b is a. */
static void check_sum(const struct wh_buffer *a, const struct wh_buffer *b)
{
	struct wh_buffer sum = { 0 }, other = { 0 }, minus = { 0 }, back = { 0 };
	bool is = wh_decimal_add(&sum, a->data, a->size, b->data, b->size);
	must(is == wh_decimal_add(&other, b->data, b->size, a->data, a->size));
	must(compare(a, b) == -compare(b, a));
	if (is) {
		must(same(&sum, &other));
		if (*b->data != '-')
			wh_buffer_char(&minus, '-');
		wh_buffer_put(&minus, b->data + (*b->data == '-'), b->size - (*b->data == '-'));
		must(wh_decimal_add(&back, sum.data, sum.size, minus.data, minus.size));
		must(compare(&back, a) == 0);
	}
	wh_buffer_free(&sum);
	wh_buffer_free(&other);
	wh_buffer_free(&minus);
	wh_buffer_free(&back);
}

/* Two numbers, a space between. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct wh_buffer a = { 0 }, b = { 0 };
	struct wh_decimal_view view;
	char *text = fuzz_text(data, size), *space = memchr(text, ' ', size);
	size_t first = space ? (size_t)(space - text) : size;
	bool is = wh_decimal_plain(&a, text, first);
	must(is || (a.size == 0 && !wh_decimal_canonical(text, first, &view)));
	if (is)
		check_forms(&a);
	if (is && space && wh_decimal_plain(&b, space + 1, size - first - 1))
		check_sum(&a, &b);
	wh_buffer_free(&a);
	wh_buffer_free(&b);
	free(text);
	return 0;
}

#include "codecs/camt/content.h"
#include "base/arena.h"
#include <stdlib.h>

void wh_camt_content_begin(struct wh_camt_content *c, const struct wh_camt_type *type)
{
	wh_buffer_clear(&c->text);
	c->text.max = WH_CAMT_CONTENT_MOST;
	c->type = type;
	c->count = c->next = 0;
}

void wh_camt_content_free(struct wh_camt_content *c)
{
	wh_buffer_free(&c->text);
	free(c->items);
	*c = (struct wh_camt_content){ 0 };
}

/* ---- places ---- */

static bool same_step(struct wh_camt_step a, struct wh_camt_step b)
{
	return a.element == b.element && a.nth == b.nth;
}

/* Two of which only one may stand. */
static bool exclude(const struct wh_camt_type *type, const struct wh_camt_place *a,
	const struct wh_camt_place *b)
{
	size_t i = 0;
	for (; i < a->n && i < b->n && same_step(a->steps[i], b->steps[i]); i++)
		type = type->elements[a->steps[i].element].inside;
	return i < a->n && i < b->n && type->either && a->steps[i].element != b->steps[i].element;
}

static const char *find_place(const struct wh_camt_content *c, const char *path, const char *text,
	size_t n, struct wh_camt_place *out)
{
	if (!wh_camt_place(c->type, path, out))
		return "there is no such element in this version";
	if (!out->currency && !wh_camt_takes(out->last, text, n))
		return "the schema does not allow such a value there";
	return NULL;
}

const char *wh_camt_content_refuses(const struct wh_camt_content *c, const char *path,
	const char *text, size_t n)
{
	struct wh_camt_place place;
	const char *why = find_place(c, path, text, n, &place);
	for (size_t i = 0; !why && i < c->count; i++)
		if (exclude(c->type, &c->items[i].place, &place))
			why = "another value excludes it";
	return why;
}

static struct wh_camt_value *new_item(struct wh_camt_content *c)
{
	if (c->count == c->capacity) {
		c->capacity = c->capacity ? 2 * c->capacity : 64;
		c->items = wh_realloc(c->items, c->capacity * sizeof *c->items);
	}
	return &c->items[c->count];
}

const char *wh_camt_content_add(struct wh_camt_content *c, const struct wh_camt_origin *from,
	const char *path, const char *text, size_t n)
{
	struct wh_camt_value *item = new_item(c);
	const char *why = find_place(c, path, text, n, &item->place);
	if (why)
		return why;
	item->from = *from;
	item->path = c->text.size;
	wh_buffer_put(&c->text, path, strlen(path) + 1);
	item->at = c->text.size;
	item->n = n;
	wh_buffer_put(&c->text, text, n);
	if (c->text.full || c->count == WH_CAMT_VALUES_MOST)
		return "there are too many values in one element";
	c->count++;
	return NULL;
}

bool wh_camt_content_has(const struct wh_camt_content *c, const char *path)
{
	for (size_t i = 0; i < c->count; i++) {
		const char *this = c->text.data + c->items[i].path;
		if (strcmp(this, path) == 0 || wh_camt_below(this, path))
			return true;
	}
	return false;
}

/* ---- writing ---- */

/* A currency stands before its amount. */
static int by_place(const void *left, const void *right)
{
	const struct wh_camt_place *a = &((const struct wh_camt_value *)left)->place,
							   *b = &((const struct wh_camt_value *)right)->place;
	size_t i = 0;
	while (i < a->n && i < b->n && same_step(a->steps[i], b->steps[i]))
		i++;
	if (i == a->n || i == b->n)
		return a->n != b->n ? (a->n > b->n) - (a->n < b->n) : b->currency - a->currency;
	if (a->steps[i].element != b->steps[i].element)
		return (int)a->steps[i].element - (int)b->steps[i].element;
	return (a->steps[i].nth > b->steps[i].nth) - (a->steps[i].nth < b->steps[i].nth);
}

static bool close_to(struct wh_camt_writer *w, size_t depth)
{
	bool done = true;
	while (done && w->depth > depth)
		done = wh_camt_writer_end(w);
	return done;
}

/* Opens what the value stands in, as far as it is not open from the one before. */
static bool write_value(struct wh_camt_writer *w, size_t base, const struct wh_camt_value *v,
	const char *text)
{
	size_t common = 0;
	while (common < v->place.n && base + common < w->depth &&
		same_step(w->open[base + common].step, v->place.steps[common]))
		common++;
	bool done = close_to(w, base + common);
	for (size_t i = common; done && i < v->place.n; i++)
		done = wh_camt_writer_begin(w, v->place.steps[i]);
	if (!done)
		return false;
	if (v->place.currency)
		return wh_camt_writer_currency(w, text, v->n);
	return wh_camt_writer_text(w, text, v->n) && (v->place.last->inside || wh_camt_writer_end(w));
}

const struct wh_camt_value *wh_camt_content_write(struct wh_camt_content *c,
	struct wh_camt_writer *w, size_t before)
{
	size_t base = w->depth;
	const struct wh_camt_value *last = NULL;
	if (c->count > c->next)
		qsort(c->items + c->next, c->count - c->next, sizeof *c->items, by_place);
	for (; c->next < c->count && c->items[c->next].place.steps[0].element < before; c->next++) {
		last = &c->items[c->next];
		if (!write_value(w, base, last, c->text.data + last->at))
			return last;
	}
	return close_to(w, base) ? NULL : last;
}

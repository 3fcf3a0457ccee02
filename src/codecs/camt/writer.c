#include "codecs/camt/writer.h"
#include "base/text.h"
#include <inttypes.h>
#include <stdio.h>

static struct wh_camt_open *top(struct wh_camt_writer *w)
{
	return &w->open[w->depth - 1];
}

const struct wh_camt_type *wh_camt_writer_inside(const struct wh_camt_writer *w)
{
	return w->open[w->depth - 1].type;
}

static bool refuse(struct wh_camt_writer *w, const char *format, ...) WH_FORMAT(2, 3);

static bool refuse(struct wh_camt_writer *w, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	vsnprintf(w->why, sizeof w->why, format, args);
	va_end(args);
	return false;
}

/* ---- texts ---- */

/* Of the characters below a space XML has three; and not the two that are none. */
static bool is_character(const char *at, size_t n)
{
	if (n == 3 && memcmp(at, "\xEF\xBF", 2) == 0)
		return (unsigned char)at[2] < 0xBE;
	return n > 0 && ((unsigned char)*at >= ' ' || *at == '\t' || *at == '\n' || *at == '\r');
}

static bool put_escaped(struct wh_camt_writer *w, const char *text, size_t n)
{
	static const struct {
		char c;
		const char *as;
	} escapes[] = { { '&', "&amp;" }, { '<', "&lt;" }, { '>', "&gt;" }, { '"', "&quot;" },
		{ '\r', "&#13;" } };
	for (size_t step; n; text += step, n -= step) {
		const char *as = NULL;
		step = wh_utf8_step(text, n);
		if (!is_character(text, step))
			return refuse(w, "it holds a character that XML cannot have");
		for (size_t i = 0; i < sizeof escapes / sizeof *escapes; i++)
			as = escapes[i].c == *text ? escapes[i].as : as;
		wh_buffer_put(&w->out, as ? as : text, as ? strlen(as) : step);
	}
	return true;
}

static void put_line(struct wh_camt_writer *w, size_t depth)
{
	wh_buffer_char(&w->out, '\n');
	while (depth-- > 1)
		wh_buffer_char(&w->out, '\t');
}

/* ---- elements ---- */

void wh_camt_writer_start(struct wh_camt_writer *w, const struct wh_camt_type *document,
	const char *version)
{
	w->open[w->depth++] = (struct wh_camt_open){ .type = document };
	wh_buffer_format(&w->out,
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		"<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:%s\">",
		version);
}

void wh_camt_writer_finish(struct wh_camt_writer *w)
{
	wh_buffer_text(&w->out, "\n</Document>\n");
	w->depth = 0;
}

static bool check_step(struct wh_camt_writer *w, struct wh_camt_step step)
{
	const struct wh_camt_open *o = top(w);
	const struct wh_camt_element *e = &o->type->elements[step.element];
	bool again = o->seen && o->last.element == step.element;
	if (o->text)
		return refuse(w, "\"%s\" is empty in one row, and in this one it is not", o->element->name);
	if (o->seen && o->last.element > step.element)
		return refuse(w, "\"%s\" stands before \"%s\", which is written already", e->name,
			o->type->elements[o->last.element].name);
	if (o->seen && !again && o->type->either)
		return refuse(w, "\"%s\" cannot stand beside \"%s\"", e->name,
			o->type->elements[o->last.element].name);
	if (again && step.nth == o->last.nth)
		return refuse(w, "\"%s\" has a value already", e->name);
	if (step.nth != (again ? o->last.nth + 1 : 1))
		return refuse(w, "there is no \"%s\" before this one, which has the number %" PRIu32,
			e->name, step.nth);
	if (e->times && step.nth > e->times)
		return refuse(w, "\"%s\" stands more often than %" PRIu32 " times", e->name, e->times);
	return true;
}

bool wh_camt_writer_begin(struct wh_camt_writer *w, struct wh_camt_step step)
{
	if (w->depth == WH_CAMT_WRITER_DEEPEST)
		return refuse(w, "there are more than %d elements in each other", WH_CAMT_WRITER_DEEPEST);
	if (!check_step(w, step))
		return false;
	struct wh_camt_open *o = top(w);
	const struct wh_camt_element *e = &o->type->elements[step.element];
	if (o->tag)
		wh_buffer_char(&w->out, '>');
	o->tag = false;
	o->seen |= UINT64_C(1) << step.element;
	o->last = step;
	put_line(w, w->depth + 1);
	wh_buffer_format(&w->out, "<%s", e->name);
	w->open[w->depth++] =
		(struct wh_camt_open){ .element = e, .step = step, .type = e->inside, .tag = true };
	return true;
}

bool wh_camt_writer_currency(struct wh_camt_writer *w, const char *text, size_t n)
{
	struct wh_camt_open *o = top(w);
	if (o->currency)
		return refuse(w, "\"%s\" has a currency already", o->element->name);
	o->currency = true;
	wh_buffer_text(&w->out, " Ccy=\"");
	bool put = put_escaped(w, text, n);
	wh_buffer_char(&w->out, '"');
	return put;
}

bool wh_camt_writer_text(struct wh_camt_writer *w, const char *text, size_t n)
{
	struct wh_camt_open *o = top(w);
	o->text = true;
	if (!n)
		return true;
	wh_buffer_char(&w->out, '>');
	o->tag = false;
	return put_escaped(w, text, n);
}

static bool lack(struct wh_camt_writer *w, const char *element)
{
	w->missing = element;
	return refuse(w, "\"%s\" has no \"%s\", which it must have", top(w)->element->name, element);
}

static bool check_needed(struct wh_camt_writer *w)
{
	const struct wh_camt_open *o = top(w);
	size_t n = o->type ? o->type->n : 0;
	if (n && o->type->either && !o->seen)
		return lack(w, o->type->elements[0].name);
	for (size_t i = 0; i < n; i++)
		if (o->type->elements[i].needed && !(o->seen & UINT64_C(1) << i))
			return lack(w, o->type->elements[i].name);
	if (o->element->money && (!o->text || !o->currency))
		return refuse(w, "\"%s\" has no %s, which it must have", o->element->name,
			o->text ? "currency" : "amount");
	return true;
}

bool wh_camt_writer_end(struct wh_camt_writer *w)
{
	const struct wh_camt_open *o = top(w);
	if (!check_needed(w))
		return false;
	if (!o->tag && o->type)
		put_line(w, w->depth);
	if (o->tag)
		wh_buffer_text(&w->out, "/>");
	else
		wh_buffer_format(&w->out, "</%s>", o->element->name);
	w->depth--;
	return true;
}

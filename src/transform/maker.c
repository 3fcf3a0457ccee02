#include "transform/make.h"
#include "base/text.h"
#include "base/time.h"
#include "transform/cast.h"
#include "transform/sandbox.h"
#include <stdlib.h>

struct cell {
	const struct wh_make *make; /* NULL: a copy */
	void *state;
};

struct wh_maker {
	const struct wh_plan_table *table;
	const struct wh_stage_rules *rules;
	struct wh_input input;
	struct wh_made made;
	struct cell *cells; /* one a field of the target, then the filter */
};

static const struct wh_make *const makes[WH_RECIPES] = {
	[WH_CONSTANT] = &wh_make_constant,
	[WH_VALUES] = &wh_make_values,
	[WH_CONCAT] = &wh_make_concat,
	[WH_PART] = &wh_make_part,
	[WH_SCRIPT] = &wh_make_script,
	[WH_HASH] = &wh_make_hash,
	[WH_REDACT] = &wh_make_redact,
	[WH_PARTIAL] = &wh_make_partial,
	[WH_PSEUDONYM] = &wh_make_pseudonym,
	[WH_DIGITS] = &wh_make_digits,
	[WH_DATE_SHIFT] = &wh_make_date_shift,
};

static const char *stray_text(struct wh_input *input, const struct wh_stray *stray,
	struct wh_made *out)
{
	enum wh_stray_answer how = wh_stray_answer(input->policies, stray->reason);
	const struct wh_buffer *raw = &input->in->strays_bytes;
	if (how == WH_STRAY_REJECT)
		return wh_stray_words(stray->reason);
	out->null = how == WH_STRAY_NULL;
	if (!out->null)
		wh_stray_mend(&out->text, stray->reason, how, raw->data ? raw->data + stray->first : "",
			stray->size);
	return NULL;
}

const char *wh_input_text(struct wh_input *input, size_t field, struct wh_made *out)
{
	const struct wh_stray *stray = wh_stray_at(input->in, field, input->row, &input->stray);
	wh_buffer_clear(&out->text);
	if (stray)
		return stray_text(input, stray, out);
	out->null = wh_is_null(input->in, field, input->row);
	if (!out->null)
		wh_value_text(&out->text, input->in, field, input->row);
	return NULL;
}

static int open_cell(struct wh_maker *m, struct cell *c, const struct wh_recipe *r,
	struct wh_error *error)
{
	c->make = makes[r->kind];
	return c->make && c->make->open ? c->make->open(&m->input, r, &c->state, error) : WH_OK;
}

int wh_maker_open(const struct wh_plan_table *table, const struct wh_stage_rules *rules,
	struct wh_maker **out, struct wh_error *error)
{
	*out = NULL;
	if (!table->recipes)
		return WH_OK;
	struct wh_maker *m = wh_alloc(sizeof *m);
	size_t n = table->to.nfields;
	*m = (struct wh_maker){ .table = table,
		.rules = rules,
		.input = { .table = table, .policies = &rules->policies },
		.cells = wh_alloc((n + 1) * sizeof *m->cells) };
	memset(m->cells, 0, (n + 1) * sizeof *m->cells);
	int rc = WH_OK;
	for (size_t f = 0; f < n && rc == WH_OK; f++)
		rc = open_cell(m, &m->cells[f], &table->recipes[f], error);
	if (rc == WH_OK && table->filter)
		rc = open_cell(m, &m->cells[n], table->filter, error);
	if (rc == WH_OK)
		*out = m;
	else
		wh_maker_close(m);
	return rc;
}

void wh_maker_close(struct wh_maker *m)
{
	if (!m)
		return;
	for (size_t f = 0; f <= m->table->to.nfields; f++)
		if (m->cells[f].make && m->cells[f].make->close)
			m->cells[f].make->close(m->cells[f].state);
	wh_sandbox_close(m->input.sandbox);
	wh_buffer_free(&m->input.text);
	wh_buffer_free(&m->input.shown.text);
	wh_buffer_free(&m->made.text);
	free(m->cells);
	free(m);
}

static void begin(struct wh_made *made)
{
	made->null = made->raw = false;
	made->days = 0;
	wh_buffer_clear(&made->text);
}

void wh_maker_batch(struct wh_maker *m, const struct wh_batch *in)
{
	m->input.in = in;
	m->input.stray = 0;
}

const char *wh_maker_row(struct wh_maker *m, uint32_t row, bool *keeps)
{
	const struct cell *filter = &m->cells[m->table->to.nfields];
	m->input.row = row;
	*keeps = true;
	if (!m->table->filter)
		return NULL;
	begin(&m->made);
	const char *why = filter->make->make(filter->state, m->table->filter, &m->input, &m->made);
	const char *text = wh_buffer_string(&m->made.text);
	bool answers = !m->made.raw && (wh_equal(text, "true") || wh_equal(text, "false"));
	*keeps = !m->made.null && wh_equal(text, "true");
	return why || m->made.null || answers ? why : "the filter gives neither true nor false";
}

static const char *unfit_text(const struct wh_maker *m, enum wh_kind kind)
{
	const struct wh_buffer *text = &m->made.text;
	if (!wh_kind_is_textual(kind))
		return NULL;
	if (!wh_utf8_valid(text->data ? text->data : "", text->size))
		return wh_stray_words(WH_STRAY_UTF8);
	if (!m->rules->nul_in_text && text->size && memchr(text->data, 0, text->size))
		return wh_stray_words(WH_STRAY_NUL);
	return NULL;
}

/* NULL, or why it cannot be. */
static const char *shift(struct wh_batch *out, size_t f, int64_t days)
{
	int64_t *word = &out->lanes[f].word[out->rows];
	int64_t by = out->lanes[f].kind == WH_DATE ? days : days * WH_USEC_PER_DAY;
	if (*word == WH_TIME_NEGATIVE || *word == WH_TIME_POSITIVE)
		return NULL;
	bool over = __builtin_add_overflow(*word, by, word);
	over = over || *word == WH_TIME_NEGATIVE || *word == WH_TIME_POSITIVE;
	return over ? "the date, shifted, is beyond what there is" : NULL;
}

static const char *put(struct wh_maker *m, size_t f, struct wh_batch *out)
{
	const struct wh_field *to = &m->table->to.fields[f];
	struct wh_buffer *text = &m->made.text;
	if (m->made.null && to->not_null)
		return "the transform gives NULL for a column that is NOT NULL";
	if (m->made.null) {
		wh_batch_null(out, f);
		return NULL;
	}
	const char *unfit = unfit_text(m, to->wire.kind);
	if (unfit)
		return unfit;
	if (m->made.raw && to->wire.kind == WH_BYTES) {
		wh_batch_bytes(out, f, wh_buffer_string(text), text->size);
		return NULL;
	}
	enum wh_stray_reason reason = wh_cast_text(to, text, out, f);
	if (reason == WH_STRAY_KIND)
		return "the transform gives what is no value of the column's type";
	if (reason)
		return wh_stray_words(reason);
	return m->made.days ? shift(out, f, m->made.days) : NULL;
}

const char *wh_maker_field(struct wh_maker *m, size_t f, struct wh_batch *out)
{
	const struct cell *c = &m->cells[f];
	begin(&m->made);
	const char *why = c->make->make(c->state, &m->table->recipes[f], &m->input, &m->made);
	return why ? why : put(m, f, out);
}

/* Values: whatever fit answers can be declared, written and read back; a value arrives exactly as
 * it was, or the write says WH_ROW for it. Nothing in between. */
#include "contract.h"
#include "samples.h"
#include "base/text.h"
#include "transform/stage.h"

static const struct wh_stray_policies strict = { WH_STRAY_REJECT, WH_STRAY_REJECT,
	WH_STRAY_REJECT };

/* ---- fit alone ---- */

static bool same_fit(const struct wh_fit *a, const struct wh_fit *b)
{
	return wh_equal(a->native, b->native) && wh_equal(a->loss, b->loss) && a->proof == b->proof &&
		a->type.kind == b->type.kind && a->wire.kind == b->wire.kind &&
		a->wire.precision == b->wire.precision && a->wire.scale == b->wire.scale &&
		a->wire.length == b->wire.length;
}

static void ask_fit(struct place *p, const char *engine, const struct wh_column *column, bool keyed,
	struct wh_fit *out)
{
	struct wh_arena other = { 0 };
	struct wh_fit again;
	const struct wh_column before = *column;
	struct wh_fit_request request = { .arena = &p->arena,
		.engine = engine,
		.column = column,
		.keyed = keyed };
	ok(p, p->kind->fit(&request, out, &p->error));
	request.arena = &other;
	ok(p, p->kind->fit(&request, &again, &p->error));
	demand(p, same_fit(out, &again), "fit of %s is not pure", column->type.native);
	demand(p, !memcmp(&before, column, sizeof before), "fit changes its request");
	demand(p, out->native && *out->native, "%s has no native type", column->type.native);
	demand(p, out->wire.kind > WH_NO_KIND && out->wire.kind < WH_KINDS, "%s travels as no kind",
		out->native);
	demand(p, wh_equal(out->type.native, out->native), "%s is not the type's native, %s",
		out->native, out->type.native ? out->type.native : "(null)");
	wh_arena_free(&other);
}

/* What was made here for another engine's column is a type of this engine, and stays it. */
static void fit_again(struct place *p, const struct wh_fit *first)
{
	struct wh_column column = { .name = "v", .type = first->type };
	struct wh_fit again;
	ask_fit(p, p->kind->scheme, &column, false, &again);
	demand(p, wh_equal(again.native, first->native), "its own %s becomes %s", first->native,
		again.native);
}

static void fit_length(struct place *p, const char *engine, enum wh_kind kind, int64_t length)
{
	static const char *const labels[] = { "small", "it's", "back\\slash", "große" };
	for (int way = 0; way < 4; way++) {
		struct wh_column column = { .name = "v",
			.not_null = way & 1,
			.type = { .kind = kind,
				.native = wh_kind_name(kind),
				.length = length,
				.fixed = way & 1,
				.precision = (int32_t)length,
				.scale = (int32_t)length / 2,
				.labels = labels,
				.nlabels = kind == WH_ENUM || kind == WH_SET ? COUNT(labels) : 0,
				.element = WH_INT64 } };
		if (kind == WH_INT64)
			column.type.precision = 16 << way % 3;
		if (kind == WH_TIME || kind == WH_TIMESTAMP || kind == WH_TIMESTAMPTZ)
			column.type.precision = (int32_t)(length % 7);
		struct wh_fit fit;
		ask_fit(p, engine, &column, way & 2, &fit);
		fit_again(p, &fit);
	}
}

static void fit_is_pure_and_total(struct place *p)
{
	static const int64_t lengths[] = { 0, 1, 2, 5, 16, 40, 64, 65, 255, 256, 768, 1000, 1001, 16383,
		16384, 65535, 10485760, 10485761, INT32_MAX };
	needs(p, fit);
	for (const struct wh_connector *const *k = wh_connectors; *k; k++)
		for (enum wh_kind kind = WH_NO_KIND + 1; *k != p->kind && kind < WH_KINDS; kind++)
			for (size_t i = 0; i < COUNT(lengths); i++)
				fit_length(p, (*k)->scheme, kind, lengths[i]);
}

static void a_wanted_type_must_be_one(struct place *p)
{
	static const char *const wanted[] = { ")", "int); DROP TABLE x; --", "", "int, y int" };
	const struct wh_column column = { .name = "v",
		.type = { .kind = WH_INT64, .native = "bigint", .precision = 64 } };
	needs(p, fit);
	for (size_t i = 0; i < COUNT(wanted); i++) {
		struct wh_fit fit;
		struct wh_fit_request request = { .arena = &p->arena,
			.engine = other_engine(p)->scheme,
			.column = &column,
			.wanted = wanted[i] };
		wh_error_clear(&p->error);
		demand(p, p->kind->fit(&request, &fit, &p->error) == WH_CONFIG,
			"\"%s\" is taken for a type", wanted[i]);
		demand(p, p->error.text[0], "no text says what is wrong with \"%s\"", wanted[i]);
	}
}

/* ---- one table, its values ---- */

/* What is being moved: rows (id, v), the staged value of each, and who refused it. */
struct trial {
	struct place *p;
	struct wh_conn *out, *back; /* a writer and a reader of the target */
	const struct wh_plan_table *table;
	const char *label;
	struct wh_batch sent, arrived; /* kinds of the target's rowset */
	bool *taken;                   /* one a row of `sent` */
	struct wh_buffer scratch;
};

static const char *cell_shown(struct place *p, const struct wh_batch *b, uint32_t row)
{
	struct wh_buffer raw = { 0 }, text = { 0 };
	wh_value_text(&raw, b, 1, row);
	wh_text_shown(&text, wh_buffer_string(&raw), raw.size > 200 ? 200 : raw.size);
	const char *out = wh_is_null(b, 1, row)
		? "NULL"
		: wh_arena_text(&p->arena, wh_buffer_string(&text));
	wh_buffer_free(&raw);
	wh_buffer_free(&text);
	return out;
}

static void keep_row(struct trial *t, const struct wh_batch *b, uint32_t row)
{
	wh_batch_copy_row(&t->sent, b, row);
	t->taken = wh_realloc(t->taken, t->sent.rows * sizeof *t->taken);
	t->taken[t->sent.rows - 1] = false;
}

/* Each row in a batch of its own, in one careful unit: the refusal of one leaves the others. */
static void write_each(struct trial *t)
{
	struct place *p = t->p;
	struct wh_unit unit = unit_of(&t->table->to, t->table->number, 0);
	struct wh_tally tally = { 0 };
	struct wh_batch one = { .lanes = wh_alloc(t->sent.ncolumns * sizeof *one.lanes) };
	unit.careful = true;
	ok(p, p->kind->begin(t->out, &unit, &tally, &p->error));
	for (uint32_t row = 0; row < t->sent.rows; row++) {
		wh_batch_slice(&t->sent, row, 1, &one);
		wh_error_clear(&p->error);
		int rc = p->kind->write(t->out, &one, &p->error);
		demand(p, rc == WH_OK || (rc == WH_ROW && p->error.text[0]),
			"%s, %s: writing %s gives %d, \"%s\"", t->label, t->table->columns[1].fit.native,
			cell_shown(p, &t->sent, row), rc, p->error.text);
		t->taken[row] = rc == WH_OK;
	}
	ok(p, p->kind->commit(t->out, &tally, &p->error));
	free(one.lanes);
}

/* Those that were taken, once more and all at once, in place of the others. */
static void write_together(struct trial *t)
{
	struct place *p = t->p;
	struct wh_unit unit = unit_of(&t->table->to, t->table->number, 0);
	struct wh_tally tally = { 0 };
	struct wh_batch all;
	wh_rowset_batch(&t->table->to, &all);
	for (uint32_t row = 0; row < t->sent.rows; row++)
		if (t->taken[row])
			wh_batch_copy_row(&all, &t->sent, row);
	unit.redo = true;
	ok(p, p->kind->begin(t->out, &unit, &tally, &p->error));
	int rc = p->kind->write(t->out, &all, &p->error);
	if (rc == WH_OK)
		rc = p->kind->commit(t->out, &tally, &p->error);
	demand(p, rc == WH_OK, "%s, %s: values that went alone do not go together: \"%s\"", t->label,
		t->table->columns[1].fit.native, p->error.text);
	wh_batch_finish(&all);
}

static void read_back(struct trial *t)
{
	struct place *p = t->p;
	struct wh_unit unit = unit_of(&t->table->to, t->table->number, 0);
	int rc = p->kind->seek(t->back, &unit, &p->error);
	wh_batch_reset(&t->arrived);
	if (rc == WH_OK)
		rc = p->kind->read(t->back, &t->arrived, &p->error);
	demand(p, rc == WH_DONE, "%s, %s: reading back gives %d, \"%s\"", t->label,
		t->table->columns[1].fit.native, rc, p->error.text);
	demand(p, !t->arrived.nstrays, "%s, %s: a value comes back as a stray, \"%.80s\"", t->label,
		t->table->columns[1].fit.native, wh_buffer_string(&t->arrived.strays_bytes));
}

static bool same_cell(struct trial *t, uint32_t sent, uint32_t arrived, uint16_t column)
{
	const enum wh_digest_how *keep = t->table->how;
	struct wh_hash a = wh_digest_cells(&t->sent, sent, &column, 1, keep, SEED, &t->scratch);
	struct wh_hash b = wh_digest_cells(&t->arrived, arrived, &column, 1, keep, SEED, &t->scratch);
	return a.low == b.low && a.high == b.high;
}

static uint32_t arrived_as(struct trial *t, uint32_t sent)
{
	uint32_t row = 0;
	while (row < t->arrived.rows && !same_cell(t, sent, row, 0))
		row++;
	return row;
}

static void compare(struct trial *t)
{
	struct place *p = t->p;
	uint32_t taken = 0;
	for (uint32_t row = 0; row < t->sent.rows; row++) {
		if (!t->taken[row])
			continue;
		uint32_t back = arrived_as(t, row);
		taken++;
		demand(p, back < t->arrived.rows, "%s, %s: %s was taken and is not there", t->label,
			t->table->columns[1].fit.native, cell_shown(p, &t->sent, row));
		demand(p, same_cell(t, row, back, 1), "%s, %s: %s became %s without a word", t->label,
			t->table->columns[1].fit.native, cell_shown(p, &t->sent, row),
			cell_shown(p, &t->arrived, back));
	}
	demand(p, t->arrived.rows == taken, "%s, %s: %u rows came back, not %u", t->label,
		t->table->columns[1].fit.native, t->arrived.rows, taken);
}

static void trial_init(struct trial *t, struct place *p, struct wh_conn *const ends[2],
	const struct wh_plan_table *table, const char *label)
{
	*t = (struct trial){ .p = p, .out = ends[0], .back = ends[1], .table = table, .label = label };
	wh_rowset_batch(&table->to, &t->sent);
	wh_rowset_batch(&table->to, &t->arrived);
}

static void trial_run(struct trial *t)
{
	write_each(t);
	read_back(t);
	compare(t);
	write_together(t);
	read_back(t);
	compare(t);
}

static void trial_finish(struct trial *t)
{
	wh_batch_finish(&t->sent);
	wh_batch_finish(&t->arrived);
	wh_buffer_free(&t->scratch);
	free(t->taken);
}

/* ---- from other engines ---- */

static void add_table(struct place *p, struct wh_catalog *catalog, const struct sample *s, size_t i,
	bool keyed)
{
	struct wh_table *t = wh_push(&p->arena, &catalog->tables, &catalog->ntables);
	*t = (struct wh_table){ .schema = catalog->default_schema,
		.kind = "table",
		.rows = -1,
		.bytes = -1,
		.ncolumns = 2,
		.columns = wh_new_array(&p->arena, struct wh_column, 2),
		.name = wh_arena_format(&p->arena, "%s%02zu", keyed ? "k" : "v", i) };
	t->columns[0] = (struct wh_column){ .name = "id",
		.not_null = true,
		.type = { .kind = WH_INT64, .precision = 64, .native = "bigint" } };
	t->columns[1] = (struct wh_column){ .name = "v", .type = s->type };
	t->columns[1].type.native = s->label;
	t->indexes = wh_new_array(&p->arena, struct wh_index, 2);
	t->nindexes = keyed ? 2 : 1;
	for (size_t x = 0; x < t->nindexes; x++) {
		struct wh_index_part *part = wh_new(&p->arena, struct wh_index_part);
		part->column = t->columns[x].name;
		t->indexes[x] = (struct wh_index){ .primary = !x,
			.unique = !x,
			.constraint = !x,
			.method = "btree",
			.parts = part,
			.nparts = 1,
			.name = wh_arena_format(&p->arena, "%s_%zu", t->name, x) };
	}
}

/* False: the reader of such a source does not give this value for this column. */
static bool put_value(struct trial *t, struct wh_batch *in, size_t id, const struct value *v)
{
	wh_batch_reset(in);
	wh_batch_word(in, 0, (int64_t)id);
	bool is = wh_value_parse(in, 1, v->text, v->n);
	demand(t->p, is, "%s: \"%s\" is no value of its kind", t->label, v->text);
	wh_batch_row(in);
	return is;
}

/* The rows as the stage hands them to a writer; those that it sets apart never meet one. */
static void stage_values(struct trial *t, const struct sample *s)
{
	struct wh_stage stage;
	struct wh_batch in, *out;
	wh_rowset_batch(&t->table->from, &in);
	const struct wh_stage_rules rules = { strict, SEED, t->p->kind->facts.nul_in_text };
	wh_stage_init(&stage, t->table, &rules, NULL);
	for (size_t i = 0; i < s->nvalues; i++) {
		put_value(t, &in, i, &s->values[i]);
		wh_stage_batch(&stage, &in, &out);
		demand(t->p, i >= s->must || out->rows == 1, "%s, %s: \"%s\" does not fit", t->label,
			t->table->columns[1].fit.native, s->values[i].text);
		if (out->rows)
			keep_row(t, out, 0);
	}
	wh_batch_reset(&in);
	wh_batch_word(&in, 0, -1);
	wh_batch_null(&in, 1);
	wh_batch_row(&in);
	wh_stage_batch(&stage, &in, &out);
	keep_row(t, out, 0);
	wh_stage_finish(&stage);
	wh_batch_finish(&in);
}

static void try_sample(struct place *p, struct wh_conn *const ends[2],
	const struct wh_plan_table *table, const struct sample *s)
{
	struct trial t;
	trial_init(&t, p, ends, table, s->label);
	stage_values(&t, s);
	trial_run(&t);
	for (uint32_t row = 0; row < t.sent.rows; row++) {
		int64_t id = wh_word(&t.sent, 0, row);
		demand(p, t.taken[row] || id >= (int64_t)s->must, "%s, %s: %s was refused", s->label,
			table->columns[1].fit.native, cell_shown(p, &t.sent, row));
	}
	trial_finish(&t);
}

static void move_samples(struct place *p, const struct wh_connector *source, bool keyed)
{
	struct wh_plan plan;
	struct wh_catalog catalog = { .engine = source->scheme,
		.default_schema = source->facts.default_schema,
		.findings = { .arena = &p->arena } };
	const struct sample **of = wh_new_array(&p->arena, const struct sample *, nsamples);
	for (size_t i = 0; i < nsamples; i++) {
		if (keyed && !samples[i].indexable)
			continue;
		of[catalog.ntables] = &samples[i];
		add_table(p, &catalog, &samples[i], i, keyed);
	}
	make_plan(p, &plan, source, &catalog);
	struct wh_conn *out = writer(p);
	run_phase(p, out, &plan, WH_PHASE_TABLES);
	run_phase(p, out, &plan, WH_PHASE_KEYS);
	run_phase(p, out, &plan, WH_PHASE_INDEXES);
	struct wh_conn *const ends[] = { out, reader(p) };
	for (size_t i = 0; i < plan.ntables; i++)
		try_sample(p, ends, &plan.tables[i], of[i]);
}

/* Another place for each source, for the tables have the same names. */
static void move_from_others(struct place *p, bool keyed)
{
	bool first = true;
	for (const struct wh_connector *const *k = wh_connectors; *k; k++) {
		if (*k == p->kind || (*k)->codec)
			continue;
		move_samples(first ? p : place_beside(p), *k, keyed);
		first = false;
	}
}

static void values_of_others_arrive_or_are_refused(struct place *p)
{
	needs(p, write);
	move_from_others(p, false);
}

static void values_under_an_index_arrive_or_are_refused(struct place *p)
{
	needs(p, write);
	move_from_others(p, true);
}

/* ---- from its own ---- */

/* Every value of every table of `from`, as its own reader gives it, is taken and arrives. */
static void move_table(struct place *p, struct wh_conn *in, struct wh_conn *const ends[2],
	const struct wh_plan_table *table)
{
	struct trial t;
	struct wh_batch b;
	struct wh_unit unit = unit_of(&table->from, table->number, 0);
	trial_init(&t, p, ends, table, table->name);
	wh_rowset_batch(&table->from, &b);
	ok(p, p->kind->seek(in, &unit, &p->error));
	wants(p, WH_DONE, p->kind->read(in, &b, &p->error));
	demand(p, !b.nstrays, "%s: a value of its own is a stray", table->name);
	for (uint32_t row = 0; row < b.rows; row++)
		keep_row(&t, &b, row);
	trial_run(&t);
	for (uint32_t row = 0; row < t.sent.rows; row++)
		demand(p, t.taken[row], "%s, %s: its own %s was refused", table->name,
			table->columns[1].fit.native, cell_shown(p, &t.sent, row));
	wh_batch_finish(&b);
	trial_finish(&t);
}

static void move_own(struct place *from, struct place *to)
{
	struct wh_conn *in = reader(from);
	struct wh_catalog catalog;
	struct wh_plan plan;
	wh_catalog_init(&catalog, from->kind->scheme);
	ok(from, from->kind->describe(in, &catalog, &from->error));
	make_plan(to, &plan, to->kind, &catalog);
	struct wh_conn *out = writer(to);
	run_phase(to, out, &plan, WH_PHASE_TABLES);
	run_phase(to, out, &plan, WH_PHASE_KEYS);
	demand(to, plan.ntables > 0, "no table was described");
	struct wh_conn *const ends[] = { out, reader(to) };
	for (size_t i = 0; i < plan.ntables; i++)
		move_table(to, in, ends, &plan.tables[i]);
	wh_catalog_free(&catalog);
}

static void what_arrived_moves_on_within_its_engine(struct place *p)
{
	needs(p, describe);
	needs(p, write);
	move_samples(p, other_engine(p), false);
	move_own(p, place_beside(p));
}

static void its_own_types_arrive(struct place *p)
{
	needs(p, describe);
	needs(p, write);
	const struct own_types *own = own_types_of(p->kind->scheme);
	demand(p, own, "samples.c has no types of \"%s\"", p->kind->scheme);
	struct wh_conn *conn = plain_writer(p);
	for (size_t i = 0; own->statements[i]; i++)
		demand(p, sql(p, conn, own->statements[i]) == WH_OK, "\"%s\" for \"%s\"", p->error.text,
			own->statements[i]);
	closed(p, conn);
	move_own(p, place_beside(p));
}

int main(void)
{
	static const struct contract_test tests[] = {
		{ "fit is pure and total", fit_is_pure_and_total },
		{ "a wanted type must be one", a_wanted_type_must_be_one },
		{ "values of others arrive or are refused", values_of_others_arrive_or_are_refused },
		{ "values under an index arrive or are refused",
			values_under_an_index_arrive_or_are_refused },
		{ "what arrived moves on within its engine", what_arrived_moves_on_within_its_engine },
		{ "its own types arrive", its_own_types_arrive },
	};
	return contract_run("values", tests, COUNT(tests));
}

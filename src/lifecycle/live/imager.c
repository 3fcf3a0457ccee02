#include "lifecycle/live/imager.h"
#include "lifecycle/scan.h"
#include <stdlib.h>

static uint16_t source_of(const struct wh_plan_table *t, uint16_t field)
{
	return t->recipes ? t->recipes[field].fields[0] : field;
}

/* A table whose `to` is the key alone, each field a copy. */
static void cut_down(struct wh_imager *i, const struct wh_plan_table *t)
{
	size_t n = t->to.nkey;
	struct wh_field *fields = wh_alloc((n + 1) * sizeof *fields);
	struct wh_recipe *recipes = wh_alloc((n + 1) * sizeof *recipes);
	uint16_t *columns = wh_alloc((n + 1) * sizeof *columns);
	enum wh_digest_how *how = wh_alloc((n + 1) * sizeof *how);
	for (size_t k = 0; k < n; k++) {
		columns[k] = source_of(t, t->to.key[k]);
		fields[k] = t->to.fields[t->to.key[k]];
		how[k] = t->how[t->to.key[k]];
		recipes[k] = (struct wh_recipe){ .kind = WH_COPY, .fields = &columns[k] };
	}
	i->columns = columns;
	i->keyed = *t;
	i->keyed.filter = NULL;
	i->keyed.recipes = recipes;
	i->keyed.how = how;
	i->keyed.to = (struct wh_rowset){ .table = t->to.table, .fields = fields, .nfields = n };
}

int wh_imager_open(struct wh_imager **out, const struct wh_migration *m,
	const struct wh_plan_table *t, struct wh_error *error)
{
	struct wh_imager *i = wh_alloc(sizeof *i);
	const struct wh_stage_rules rules = wh_stage_rules(m);
	*i = (struct wh_imager){ .table = t };
	*out = i;
	int rc = wh_maker_open(t, &rules, &i->maker, error);
	if (rc != WH_OK)
		return rc;
	cut_down(i, t);
	wh_stage_init(&i->stage, t, &rules, i->maker);
	wh_stage_init(&i->key_stage, &i->keyed, &rules, NULL);
	wh_rowset_batch_of(&t->to, 1, &i->key_row);
	return WH_OK;
}

void wh_imager_close(struct wh_imager *i)
{
	if (!i)
		return;
	wh_stage_finish(&i->stage);
	wh_stage_finish(&i->key_stage);
	wh_maker_close(i->maker);
	wh_batch_finish(&i->key_row);
	free(i->columns);
	free((void *)(uintptr_t)i->keyed.to.fields);
	free(i->keyed.recipes);
	free(i->keyed.how);
	free(i->row_of);
	free(i->key_of);
	free(i->reject_of);
	wh_buffer_free(&i->scratch);
	free(i);
}

static void make_room(struct wh_imager *i, uint32_t rows)
{
	if (i->capacity >= rows)
		return;
	i->capacity = rows;
	i->row_of = wh_realloc(i->row_of, rows * sizeof *i->row_of);
	i->key_of = wh_realloc(i->key_of, rows * sizeof *i->key_of);
	i->reject_of = wh_realloc(i->reject_of, rows * sizeof *i->reject_of);
}

static void turn_around(const struct wh_stage *s, const struct wh_batch *images,
	const struct wh_batch *rows, uint32_t *row_of)
{
	bool same = rows == images;
	for (uint32_t r = 0; r < images->rows; r++)
		row_of[r] = same ? r : WH_NO_ROW;
	for (uint32_t r = 0; r < rows->rows && !same; r++)
		row_of[s->origin[r]] = r;
}

void wh_imager_take(struct wh_imager *i, struct wh_batch *images)
{
	make_room(i, images->rows);
	i->images = images;
	wh_stage_batch(&i->key_stage, images, &i->keys);
	turn_around(&i->key_stage, images, i->keys, i->key_of);
	wh_stage_batch(&i->stage, images, &i->rows);
	turn_around(&i->stage, images, i->rows, i->row_of);
	for (uint32_t r = 0; r < images->rows; r++)
		i->reject_of[r] = WH_NO_ROW;
	for (size_t n = 0; n < i->stage.nrejects; n++)
		i->reject_of[i->stage.rejects[n].row] = (uint32_t)n;
}

bool wh_imager_key(struct wh_imager *i, uint32_t image, struct wh_hash *hash)
{
	const struct wh_rowset *to = &i->table->to;
	uint32_t row = i->key_of[image];
	if (row == WH_NO_ROW)
		return false;
	wh_batch_reset(&i->key_row);
	for (size_t f = 0; f < to->nfields; f++) {
		size_t k = 0;
		while (k < to->nkey && to->key[k] != f)
			k++;
		if (k < to->nkey)
			wh_batch_copy_cell(&i->key_row, f, i->keys, k, row);
		else
			wh_batch_null(&i->key_row, f);
	}
	wh_batch_row(&i->key_row);
	*hash = wh_digest_cells(&i->key_row, 0, to->key, to->nkey, i->table->how, i->stage.rules.seed,
		&i->scratch);
	i->key_row.hash[0] = *hash;
	return true;
}

struct wh_hash wh_imager_source_key(struct wh_imager *i, uint32_t image)
{
	const struct wh_rowset *from = &i->table->from;
	return wh_digest_cells(i->images, image, from->key, from->nkey, NULL, ~i->stage.rules.seed,
		&i->scratch);
}

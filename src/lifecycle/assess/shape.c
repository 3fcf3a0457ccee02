/* How much there is: of each table what the sample, the survey or the catalog knows best. */
#include "lifecycle/assess/parts.h"

const struct wh_survey_table *wh_assess_survey(const struct wh_assessment *a,
	const struct wh_table *table)
{
	for (size_t i = 0; a->surveyed && i < a->survey.ntables; i++)
		if (a->survey.tables[i].table == table)
			return &a->survey.tables[i];
	return NULL;
}

int64_t wh_assess_rows(const struct wh_assessment *a, const struct wh_sample_table *t)
{
	const struct wh_survey_table *s = wh_assess_survey(a, t->table->source);
	int64_t rows = s && s->rows >= 0 ? s->rows : t->table->source->rows;
	if (t->whole)
		return t->rows;
	return rows >= 0 && rows < t->rows ? t->rows : rows;
}

int64_t wh_assess_bytes(const struct wh_assessment *a, const struct wh_sample_table *t)
{
	const struct wh_survey_table *s = wh_assess_survey(a, t->table->source);
	int64_t rows = wh_assess_rows(a, t);
	if (rows == 0)
		return 0;
	if (rows > 0 && t->rows > 0)
		return (int64_t)((double)t->bytes / (double)t->rows * (double)rows);
	return s && s->data_bytes >= 0 ? s->data_bytes : t->table->source->bytes;
}

int64_t wh_assess_widest(const struct wh_assessment *a, const struct wh_sample_table *t)
{
	const struct wh_survey_table *s = wh_assess_survey(a, t->table->source);
	return s && s->widest_bytes > t->widest ? s->widest_bytes : t->widest;
}

static void add(int64_t *sum, int64_t n)
{
	*sum = *sum < 0 || n < 0 ? -1 : *sum + n;
}

struct wh_load wh_assess_load(const struct wh_assessment *a)
{
	struct wh_load load = { .workers = a->m->workers };
	for (size_t i = 0; i < a->sample.ntables; i++) {
		const struct wh_sample_table *t = &a->sample.tables[i];
		if (t->table->no_rows)
			continue;
		add(&load.rows, wh_assess_rows(a, t));
		add(&load.bytes, wh_assess_bytes(a, t));
	}
	return load;
}

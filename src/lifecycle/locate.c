#include "lifecycle/locate.h"
#include "base/text.h"
#include "lifecycle/plan/plan.h"
#include "lifecycle/scan.h"
#include "lifecycle/steps.h"
#include <stdlib.h>

#define BUCKETS 4096
#define ENTRIES_MAX (1u << 20) /* rows held at once, both sides */

struct entry {
	struct wh_hash key, row;
	bool target;
};

struct search {
	const struct wh_migration *m;
	const struct wh_plan_table *t;
	struct wh_conn *ends[2];
	const struct wh_locate_range *ranges;
	size_t nranges;
	struct wh_located *out;
	struct wh_digest (*buckets)[2];
	bool chosen[BUCKETS]; /* in this turn */
	struct entry *entries;
	size_t nentries, capacity;
	bool target;           /* the side that is being read */
	struct wh_hash *apart; /* rows in quarantine, sorted: not missing, but told elsewhere */
	size_t napart;
	struct wh_batch kept[2]; /* rows to show, with their keys */
	struct wh_hash kept_keys[2][WH_DIFFERENCES_SHOWN];
	struct wh_buffer scratch;
};

struct wh_hash wh_row_key(const struct wh_plan_table *t, const struct wh_batch *b, uint32_t row,
	uint64_t seed, struct wh_buffer *scratch)
{
	if (!t->to.nkey)
		return b->hash[row];
	return wh_digest_cells(b, row, t->to.key, t->to.nkey, t->how, seed, scratch);
}

static int compare_hashes(const void *a, const void *b)
{
	const struct wh_hash *x = a, *y = b;
	if (x->high != y->high)
		return x->high < y->high ? -1 : 1;
	return x->low < y->low ? -1 : x->low > y->low;
}

static size_t bucket_of(struct wh_hash key)
{
	return (size_t)(key.low % BUCKETS);
}

static bool is_apart(const struct search *s, struct wh_hash row)
{
	return !s->target && s->napart &&
		bsearch(&row, s->apart, s->napart, sizeof *s->apart, compare_hashes);
}

static int fill_buckets(void *context, const struct wh_batch *rows, struct wh_error *error)
{
	(void)error;
	struct search *s = context;
	for (uint32_t i = 0; i < rows->rows; i++) {
		if (is_apart(s, rows->hash[i]))
			continue;
		struct wh_hash key = wh_row_key(s->t, rows, i, s->m->seed, &s->scratch);
		wh_digest_add(&s->buckets[bucket_of(key)][s->target], rows->hash[i]);
	}
	return WH_OK;
}

static int collect_entries(void *context, const struct wh_batch *rows, struct wh_error *error)
{
	struct search *s = context;
	for (uint32_t i = 0; i < rows->rows; i++) {
		struct wh_hash key = wh_row_key(s->t, rows, i, s->m->seed, &s->scratch);
		if (!s->chosen[bucket_of(key)] || is_apart(s, rows->hash[i]))
			continue;
		if (s->nentries == s->capacity) {
			if (s->capacity >= 8u * ENTRIES_MAX)
				return wh_fail(error, WH_RETRY, "table \"%s\" changes while it is compared",
					s->t->source->name);
			s->capacity = s->capacity ? 2 * s->capacity : 4096;
			s->entries = wh_realloc(s->entries, s->capacity * sizeof *s->entries);
		}
		s->entries[s->nentries++] = (struct entry){ key, rows->hash[i], s->target };
	}
	return WH_OK;
}

static int keep_shown(void *context, const struct wh_batch *rows, struct wh_error *error)
{
	(void)error;
	struct search *s = context;
	struct wh_batch *kept = &s->kept[s->target];
	for (uint32_t i = 0; i < rows->rows && kept->rows < WH_DIFFERENCES_SHOWN; i++) {
		struct wh_hash key = wh_row_key(s->t, rows, i, s->m->seed, &s->scratch);
		if (!wh_located_find(s->out, key))
			continue;
		s->kept_keys[s->target][kept->rows] = key;
		wh_batch_copy_row(kept, rows, i);
	}
	return WH_OK;
}

/* One side, every range. *then: what the source's ranges had when they were copied. */
static int read_side(struct search *s, bool target,
	int (*rows)(void *, const struct wh_batch *, struct wh_error *), struct wh_error *error)
{
	s->target = target;
	for (size_t i = 0; i < s->nranges; i++) {
		const struct wh_locate_range *range = &s->ranges[i];
		struct wh_scan scan = { .m = s->m,
			.table = s->t,
			.conn = s->ends[target],
			.context = s,
			.rows = rows };
		int rc = wh_scan_unit(&scan, target ? &range->to : &range->from, error);
		if (rc < 0)
			return rc;
		if (!target && !range->still && !wh_digest_equal(&scan.digest, &range->then))
			s->out->source_changed = true;
	}
	return WH_OK;
}

static int read_both(struct search *s,
	int (*rows)(void *, const struct wh_batch *, struct wh_error *), struct wh_error *error)
{
	int rc = read_side(s, false, rows, error);
	if (rc == WH_OK && !s->out->source_changed)
		rc = read_side(s, true, rows, error);
	return rc;
}

static int compare_entries(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	int order = compare_hashes(&x->key, &y->key);
	if (!order)
		order = compare_hashes(&x->row, &y->row);
	return order ? order : x->target - y->target;
}

static void add(struct wh_located *out, struct wh_hash key, enum wh_difference_kind kind)
{
	out->total++;
	if (out->nrows == WH_DIFFERENCES_KEPT)
		return;
	if (!out->rows)
		out->rows = wh_alloc(WH_DIFFERENCES_KEPT * sizeof *out->rows);
	out->rows[out->nrows++] = (struct wh_differing){ key, kind };
}

/* Entries [first, last) of one key, sorted by row: equal rows cancel, one against one; of the rest
 * a row on each side is a changed one. */
static void settle_key(struct wh_located *out, const struct entry *e, size_t first, size_t last)
{
	size_t source = 0, target = 0;
	for (size_t i = first; i < last;) {
		size_t n[2] = { 0, 0 }, end = i;
		for (; end < last && !compare_hashes(&e[end].row, &e[i].row); end++)
			n[e[end].target]++;
		source += n[0] > n[1] ? n[0] - n[1] : 0;
		target += n[1] > n[0] ? n[1] - n[0] : 0;
		i = end;
	}
	for (; source && target; source--, target--)
		add(out, e[first].key, WH_CHANGED);
	for (; source; source--)
		add(out, e[first].key, WH_MISSING);
	for (; target; target--)
		add(out, e[first].key, WH_EXTRA);
}

static void settle(struct search *s)
{
	qsort(s->entries, s->nentries, sizeof *s->entries, compare_entries);
	for (size_t first = 0; first < s->nentries;) {
		size_t last = first;
		while (last < s->nentries && !compare_hashes(&s->entries[last].key, &s->entries[first].key))
			last++;
		settle_key(s->out, s->entries, first, last);
		first = last;
	}
	s->nentries = 0;
}

/* The next buckets that differ, as many as fit in memory. False: none is left. */
static bool choose_buckets(struct search *s, size_t *next)
{
	uint64_t rows = 0;
	bool any = false;
	memset(s->chosen, 0, sizeof s->chosen);
	for (; *next < BUCKETS && (!any || rows < ENTRIES_MAX); ++*next) {
		struct wh_digest *b = s->buckets[*next];
		if (wh_digest_equal(&b[0], &b[1]))
			continue;
		s->chosen[*next] = any = true;
		rows += b[0].rows + b[1].rows;
	}
	return any;
}

static int compare_differing(const void *a, const void *b)
{
	return compare_hashes(&((const struct wh_differing *)a)->key,
		&((const struct wh_differing *)b)->key);
}

const struct wh_differing *wh_located_find(const struct wh_located *l, struct wh_hash key)
{
	const struct wh_differing wanted = { .key = key };
	return l->nrows ? bsearch(&wanted, l->rows, l->nrows, sizeof *l->rows, compare_differing)
					: NULL;
}

static int find_rows(struct search *s, struct wh_error *error)
{
	size_t next = 0;
	int rc = read_both(s, fill_buckets, error);
	for (size_t i = 0; i < BUCKETS; i++)
		wh_digest_merge(&s->out->target, &s->buckets[i][1]);
	while (rc == WH_OK && !s->out->source_changed && choose_buckets(s, &next)) {
		rc = read_both(s, collect_entries, error);
		if (rc == WH_OK && !s->out->source_changed)
			settle(s);
	}
	if (s->out->nrows)
		qsort(s->out->rows, s->out->nrows, sizeof *s->out->rows, compare_differing);
	return rc;
}

static const char *cell(struct search *s, bool target, size_t column, uint32_t row)
{
	struct wh_batch *b = &s->kept[target];
	if (wh_plan_shown(s->t)->fields[column].masked)
		return "(masked)";
	if (wh_is_null(b, column, row))
		return NULL;
	wh_buffer_clear(&s->scratch);
	wh_cell_shown(&s->scratch, b, column, row);
	return wh_arena_bytes(&s->out->arena, wh_buffer_string(&s->scratch), s->scratch.size);
}

static const char *key_json(struct search *s, bool target, uint32_t row)
{
	const struct wh_rowset *rows = wh_plan_shown(s->t);
	wh_buffer_clear(&s->scratch);
	wh_row_json(&s->scratch, rows, &s->kept[target], row, rows->nkey ? rows->key : NULL,
		rows->nkey);
	return wh_arena_bytes(&s->out->arena, wh_buffer_string(&s->scratch), s->scratch.size);
}

static struct wh_journal_difference *show(struct search *s, const char *kind, const char *key)
{
	struct wh_located *l = s->out;
	struct wh_journal_difference *d = wh_push(&l->arena, &l->shown, &l->nshown);
	*d = (struct wh_journal_difference){ .table = s->t->number,
		.kind = kind,
		.key = key,
		.object = wh_shown_name(&l->arena, s->t->source->schema, s->t->source->name) };
	return d;
}

static void show_columns(struct search *s, uint32_t source, uint32_t target)
{
	const struct wh_rowset *rows = wh_plan_shown(s->t);
	const char *key = key_json(s, false, source);
	for (uint16_t f = 0; f < rows->nfields; f++) {
		struct wh_hash a = wh_digest_cells(&s->kept[0], source, &f, 1, s->t->how, s->m->seed,
			&s->scratch);
		struct wh_hash b = wh_digest_cells(&s->kept[1], target, &f, 1, s->t->how, s->m->seed,
			&s->scratch);
		if (!compare_hashes(&a, &b))
			continue;
		struct wh_journal_difference *d = show(s, "changed", key);
		d->column = rows->fields[f].name;
		d->source = cell(s, false, f, source);
		d->target = cell(s, true, f, target);
	}
}

static bool find_kept(const struct search *s, bool target, struct wh_hash key, uint32_t *row)
{
	for (*row = 0; *row < s->kept[target].rows; ++*row)
		if (!compare_hashes(&s->kept_keys[target][*row], &key))
			return true;
	return false;
}

static void show_one(struct search *s, const struct wh_differing *d)
{
	uint32_t source = 0, target = 0;
	bool on_source = find_kept(s, false, d->key, &source);
	bool on_target = find_kept(s, true, d->key, &target);
	if (d->kind == WH_CHANGED && on_source && on_target)
		show_columns(s, source, target);
	else if (d->kind == WH_MISSING && on_source)
		show(s, "missing", key_json(s, false, source));
	else if (d->kind == WH_EXTRA && on_target)
		show(s, "extra", key_json(s, true, target));
}

static int show_rows(struct search *s, struct wh_error *error)
{
	wh_rowset_batch(&s->t->to, &s->kept[0]);
	wh_rowset_batch(&s->t->to, &s->kept[1]);
	int rc = s->out->nrows ? read_both(s, keep_shown, error) : WH_OK;
	for (size_t i = 0; rc == WH_OK && i < s->out->nrows && s->out->nshown < WH_DIFFERENCES_SHOWN;
		 i++)
		show_one(s, &s->out->rows[i]);
	wh_batch_finish(&s->kept[0]);
	wh_batch_finish(&s->kept[1]);
	return rc;
}

/* Rows that the target refused are in quarantine: expected not to be there. */
static int load_apart(struct search *s, struct wh_error *error)
{
	int64_t after = 0;
	for (size_t n = 1; n;) {
		struct wh_journal_quarantine *rows = NULL;
		struct wh_arena arena = { 0 };
		int rc = wh_journal_quarantined(s->m->journal, s->t->number, after, 1000, &arena, &rows, &n,
			error);
		s->apart = rc == WH_OK ? wh_realloc(s->apart, (s->napart + n + 1) * sizeof *s->apart)
							   : NULL;
		for (size_t i = 0; rc == WH_OK && i < n; i++) {
			after = rows[i].id;
			struct wh_hash *h = &s->apart[s->napart];
			if (!rows[i].column && rows[i].hash && wh_text_unhex(rows[i].hash, 32, h))
				s->napart++;
		}
		wh_arena_free(&arena);
		if (rc != WH_OK)
			return rc;
	}
	qsort(s->apart, s->napart, sizeof *s->apart, compare_hashes);
	return WH_OK;
}

int wh_locate(const struct wh_migration *m, const struct wh_plan_table *t, struct wh_conn *source,
	struct wh_conn *target, const struct wh_locate_range *ranges, size_t n, struct wh_located *out,
	struct wh_error *error)
{
	struct search *s = wh_alloc(sizeof *s);
	*s = (struct search){ .m = m,
		.t = t,
		.ends = { source, target },
		.ranges = ranges,
		.nranges = n,
		.out = out };
	*out = (struct wh_located){ .table = t };
	s->buckets = wh_alloc(BUCKETS * sizeof *s->buckets);
	memset(s->buckets, 0, BUCKETS * sizeof *s->buckets);
	int rc = load_apart(s, error);
	if (rc == WH_OK)
		rc = find_rows(s, error);
	if (rc == WH_OK && !out->source_changed)
		rc = show_rows(s, error);
	free(s->buckets);
	free(s->entries);
	free(s->apart);
	wh_buffer_free(&s->scratch);
	free(s);
	return rc;
}

void wh_located_free(struct wh_located *l)
{
	free(l->rows);
	wh_arena_free(&l->arena);
	*l = (struct wh_located){ 0 };
}

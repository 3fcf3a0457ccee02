/* Where each field is. Slack bytes as IBM's SYNCHRONIZED has them: in front of the item, or of the
 * group that begins with it; and at the end of an occurrence, so that the next one is aligned as
 * the first. GnuCOBOL, as its compiler was seen to do: the former inside the group; the latter in
 * front of the occurrence's last item; and a group within an occurrence makes it forget the
 * boundaries of what stands before that group. */
#include "codecs/cobol/parts.h"

/* What has been laid out of a group, or of a record. */
struct area {
	uint64_t begin, end; /* from the record's begin */
	uint64_t min;        /* bytes where every table is at its least */
	uint64_t base_min;   /* of the item that redefinitions now lie over, and of them */
	uint32_t boundary;   /* the largest that an item in it has */
	bool begin_moves;
};

static int place_item(struct wh_cobol_parse *p, uint32_t i, uint32_t *boundary);

static uint64_t round_up(uint64_t at, uint32_t boundary)
{
	return (at + boundary - 1) / boundary * boundary;
}

/* Whether what follows has another place where a table is short. */
static bool area_moves(const struct area *a)
{
	return a->begin_moves || a->min != a->end - a->begin;
}

/* The boundary on which the item must begin. */
static uint32_t boundary_of(const struct wh_cobol_parse *p, uint32_t i)
{
	bool outside = p->options->dialect == WH_COBOL_IBM;
	while (outside && p->entries[i].child != WH_COBOL_NONE)
		i = p->entries[i].child;
	return p->entries[i].child == WH_COBOL_NONE
		? wh_cobol_boundary(p->options->dialect, &p->out->fields[i])
		: 1;
}

static int too_long(struct wh_cobol_parse *p, const struct wh_cobol_field *f)
{
	return wh_cobol_fail(p->error, f->place,
		"the record is longer than 16 MiB, the most that is taken, with \"%.60s\"",
		wh_cobol_field_name(f));
}

static void begin_item(struct wh_cobol_parse *p, uint32_t i, const struct area *area)
{
	struct wh_cobol_field *f = &p->out->fields[i];
	uint32_t boundary = boundary_of(p, i);
	if (f->redefines == WH_COBOL_NONE) {
		uint64_t at = round_up(area->end, boundary);
		f->slack_before = (uint32_t)(at - area->end);
		f->offset = (uint32_t)at;
		f->moves = area_moves(area);
		return;
	}
	const struct wh_cobol_field *base = &p->out->fields[f->redefines];
	f->offset = base->offset;
	f->moves = base->moves;
	if (f->offset % boundary && f->kind != WH_COBOL_GROUP)
		wh_cobol_note(p, f, "cobol-sync-redefines",
			"SYNCHRONIZED has no effect: \"%.60s\", which it redefines, is not aligned so",
			wh_cobol_field_name(base));
}

static void note_redefinition(struct wh_cobol_parse *p, const struct wh_cobol_field *f,
	uint64_t size)
{
	const struct wh_cobol_field *base = &p->out->fields[f->redefines];
	uint64_t base_size = (uint64_t)base->length * base->occurs_max;
	if (size > base_size)
		wh_cobol_note(p, f, "cobol-redefines-larger",
			"%llu bytes redefine the %llu of \"%.60s\", which IBM's compiler refuses; both take "
			"the larger",
			(unsigned long long)size, (unsigned long long)base_size, wh_cobol_field_name(base));
	if (base->occurs)
		wh_cobol_note(p, f, "cobol-redefines-table",
			"\"%.60s\", which it redefines, is a table, which IBM's compiler refuses",
			wh_cobol_field_name(base));
}

static int end_item(struct wh_cobol_parse *p, uint32_t i, struct area *area)
{
	const struct wh_cobol_field *f = &p->out->fields[i];
	uint64_t size = (uint64_t)f->length * f->occurs_max;
	uint64_t min = (uint64_t)f->min_length * f->occurs_min;
	if (f->offset + size > WH_COBOL_RECORD_MOST)
		return too_long(p, f);
	if (f->redefines == WH_COBOL_NONE) {
		area->min += f->slack_before + min;
		area->base_min = min;
	} else {
		if (f->level != 1 && f->level != 77)
			note_redefinition(p, f, size);
		area->min += min > area->base_min ? min - area->base_min : 0;
		area->base_min = min > area->base_min ? min : area->base_min;
	}
	if (f->offset + size > area->end)
		area->end = f->offset + size;
	return WH_OK;
}

static bool is_gnucobol(const struct wh_cobol_parse *p)
{
	return p->options->dialect == WH_COBOL_GNUCOBOL;
}

static void join_boundary(const struct wh_cobol_parse *p, uint32_t i, uint32_t boundary,
	struct area *area)
{
	bool group = p->entries[i].child != WH_COBOL_NONE;
	bool over = p->out->fields[i].redefines != WH_COBOL_NONE;
	if (is_gnucobol(p) && group)
		area->boundary = boundary;
	else if (boundary > area->boundary && !(is_gnucobol(p) && over))
		area->boundary = boundary;
}

/* The bytes at the end of an occurrence; they count as part of it. */
static void end_occurrence(struct wh_cobol_parse *p, uint32_t i, uint32_t slack)
{
	struct wh_cobol_field *fields = p->out->fields;
	if (!is_gnucobol(p)) {
		fields[i].slack_after = slack;
		return;
	}
	while (p->entries[i].child != WH_COBOL_NONE) {
		i = p->entries[i].child;
		while (p->entries[i].next != WH_COBOL_NONE)
			i = p->entries[i].next;
	}
	fields[i].offset += slack;
	fields[i].slack_before += slack;
}

static int place_items(struct wh_cobol_parse *p, uint32_t first, struct area *area)
{
	int rc = WH_OK;
	for (uint32_t i = first; rc == WH_OK && i != WH_COBOL_NONE; i = p->entries[i].next) {
		uint32_t boundary = 1;
		begin_item(p, i, area);
		rc = place_item(p, i, &boundary);
		if (rc == WH_OK)
			rc = end_item(p, i, area);
		join_boundary(p, i, boundary, area);
	}
	return rc;
}

/* `boundary` becomes the largest that the item has in it. */
static int place_item(struct wh_cobol_parse *p, uint32_t i, uint32_t *boundary)
{
	struct wh_cobol_field *f = &p->out->fields[i];
	if (p->entries[i].child == WH_COBOL_NONE) {
		*boundary = wh_cobol_boundary(p->options->dialect, f);
		return WH_OK;
	}
	struct area area = { .begin = f->offset,
		.end = f->offset,
		.boundary = 1,
		.begin_moves = f->moves };
	int rc = place_items(p, p->entries[i].child, &area);
	if (rc != WH_OK)
		return rc;
	uint64_t length = area.end - f->offset;
	uint32_t slack = (uint32_t)(round_up(length, area.boundary) - length);
	if (f->occurs_max == 1)
		slack = 0;
	end_occurrence(p, i, slack);
	f->length = (uint32_t)length + slack;
	f->min_length = (uint32_t)area.min + slack;
	f->varies = f->min_length != f->length;
	*boundary = area.boundary;
	return WH_OK;
}

int wh_cobol_layout_make(struct wh_cobol_parse *p)
{
	int rc = WH_OK;
	for (size_t i = 0; rc == WH_OK && i < p->out->nrecords; i++) {
		struct wh_cobol_record *record = &p->out->records[i];
		struct area area = { .boundary = 1 };
		rc = place_items(p, record->first, &area);
		record->min_length = (uint32_t)area.min;
		record->max_length = (uint32_t)area.end;
	}
	return rc;
}

int wh_cobol_renames_place(struct wh_cobol_parse *p)
{
	const struct wh_cobol_field *fields = p->out->fields;
	for (size_t i = 0; i < p->nrenames; i++) {
		const struct wh_cobol_rename_entry *entry = &p->renames[i];
		struct wh_cobol_rename *r = &p->out->records[entry->record].renames[entry->index];
		const struct wh_cobol_field *first = &fields[r->first], *last = &fields[r->last];
		uint64_t end = (uint64_t)last->offset + last->length;
		if (last->offset < first->offset || end < (uint64_t)first->offset + first->length)
			return wh_cobol_fail(p->error, r->place,
				"\"%.60s\" renames \"%.60s\" to \"%.60s\", which ends before it; exchange them",
				r->name, wh_cobol_field_name(first), wh_cobol_field_name(last));
		r->offset = first->offset;
		r->length = (uint32_t)(end - first->offset);
	}
	return WH_OK;
}

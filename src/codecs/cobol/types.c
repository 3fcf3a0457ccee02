/* What a field is: usage, sign and synchronization come down from groups, then kind and length. */
#include "codecs/cobol/parts.h"

static void inherit(struct wh_cobol_parse *p, uint32_t i)
{
	struct wh_cobol_field *f = &p->out->fields[i];
	struct wh_cobol_entry *e = &p->entries[i];
	if (f->parent == WH_COBOL_NONE)
		return;
	const struct wh_cobol_field *up = &p->out->fields[f->parent];
	const struct wh_cobol_entry *above = &p->entries[f->parent];
	if (!e->has_usage) {
		f->usage = up->usage;
		e->has_usage = above->has_usage;
	}
	if (!e->has_sign) {
		f->sign_leading = up->sign_leading;
		f->sign_separate = up->sign_separate;
	}
	if (p->options->dialect != WH_COBOL_GNUCOBOL) /* which leaves a group's out of account */
		f->synchronized |= up->synchronized;
}

static int check_group(struct wh_cobol_parse *p, struct wh_cobol_field *f)
{
	f->kind = WH_COBOL_GROUP;
	if (!f->picture.text)
		return WH_OK;
	return wh_cobol_fail(p->error, f->place,
		"\"%.60s\" has the picture %.60s and items below it; take the picture away, or mend the "
		"level of what follows",
		wh_cobol_field_name(f), f->picture.text);
}

static bool keeps_sign(const struct wh_cobol_field *f)
{
	return f->picture.category == WH_COBOL_NUMERIC && f->picture.sign &&
		(f->usage == WH_COBOL_DISPLAY || f->usage == WH_COBOL_NATIONAL);
}

/* A sign of its own makes a number signed, as other readers of copybooks take it; one that comes
 * from a group is for those that have an S. */
static int settle_sign(struct wh_cobol_parse *p, struct wh_cobol_field *f, bool own)
{
	if (own && f->picture.category != WH_COBOL_NUMERIC)
		return wh_cobol_fail(p->error, f->place,
			"SIGN of a picture that is no number: \"%.60s\"; take SIGN away",
			wh_cobol_field_name(f));
	if (own && !f->picture.sign) {
		f->picture.sign = true;
		wh_cobol_note(p, f, "cobol-sign-without-s",
			"SIGN of the picture %.60s, which has no S; it is taken as signed", f->picture.text);
	}
	if (!keeps_sign(f))
		f->sign_leading = f->sign_separate = false;
	return WH_OK;
}

static int measure(struct wh_cobol_parse *p, uint32_t i)
{
	struct wh_cobol_field *f = &p->out->fields[i];
	uint64_t length = 0;
	int rc = settle_sign(p, f, p->entries[i].has_sign);
	if (rc == WH_OK)
		rc = wh_cobol_measure(p, f, &length);
	if (rc != WH_OK)
		return rc;
	if (length > WH_COBOL_RECORD_MOST)
		return wh_cobol_fail(p->error, f->place,
			"\"%.60s\" is longer than 16 MiB, the most that a record may have",
			wh_cobol_field_name(f));
	f->length = f->min_length = (uint32_t)length;
	return WH_OK;
}

int wh_cobol_types_set(struct wh_cobol_parse *p)
{
	int rc = WH_OK;
	for (uint32_t i = 0; rc == WH_OK && i < p->out->nfields; i++) {
		inherit(p, i);
		rc = p->entries[i].child != WH_COBOL_NONE
			? check_group(p, &p->out->fields[i])
			: measure(p, i);
	}
	return rc;
}

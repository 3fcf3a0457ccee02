/* parts: what the files that make an assessment share; nobody else includes it. */
#ifndef WH_LIFECYCLE_ASSESS_PARTS_H
#define WH_LIFECYCLE_ASSESS_PARTS_H

#include "base/buffer.h"
#include "lifecycle/assess/assess.h"

/* weigh.c: something that the assessment itself found; rows and examples are the caller's to add
 * before the next call. */
struct wh_assessed *wh_assess_note(struct wh_assessment *a, const char *rule,
	enum wh_severity severity, enum wh_effort effort, const char *object, const char *format, ...)
	WH_FORMAT(6, 7);
/* What was noted and what the plan says, each with minutes, evidence and fix; then groups. */
void wh_assess_weigh(struct wh_assessment *a);
/* oddities.c: the oddities of the sample, as findings. */
void wh_assess_oddities(struct wh_assessment *a);
/* fix.c: what to paste for it, or NULL. *place: where. */
const char *wh_assess_fix(struct wh_assessment *a, const struct wh_finding *f, const char **place);
/* The planned table and column that the object's name means; NULL: none. */
const struct wh_plan_column *wh_assess_column(struct wh_assessment *a, const char *object,
	const struct wh_plan_table **table);
/* verdict.c */
void wh_assess_judge(struct wh_assessment *a);
void wh_assess_gap(struct wh_assessment *a, const char *object, const char *why);

/* source.c: sizes, changes, accounts; orphans and colliding keys become findings. */
int wh_assess_source(struct wh_assessment *a, struct wh_error *error);
/* target.c: what is there, and what its server would not take. */
int wh_assess_target(struct wh_assessment *a, struct wh_error *error);
/* measure.c: the estimate, by a copy of a sample; the target is left as it was. */
int wh_assess_measure(struct wh_assessment *a, struct wh_error *error);
/* shape.c: rows and bytes of all that moves. */
struct wh_load wh_assess_load(const struct wh_assessment *a);
/* The survey's line of that table, or NULL. */
const struct wh_survey_table *wh_assess_survey(const struct wh_assessment *a,
	const struct wh_table *table);
/* -1: not known. */
int64_t wh_assess_rows(const struct wh_assessment *a, const struct wh_sample_table *t);
int64_t wh_assess_bytes(const struct wh_assessment *a, const struct wh_sample_table *t);
int64_t wh_assess_widest(const struct wh_assessment *a, const struct wh_sample_table *t);

#endif

/* assess: what a move will meet, found out before anything is written: what the plan says, what a
 * sample of the rows shows, the shape of the data, the time that it will take, and the work.
 *
 * An assessment's memory is its arena and the migration's. Nothing is written on the source. */
#ifndef WH_LIFECYCLE_ASSESS_H
#define WH_LIFECYCLE_ASSESS_H

#include "lifecycle/assess/estimate.h"
#include "lifecycle/assess/price.h"
#include "lifecycle/assess/rules.h"
#include "lifecycle/assess/sample.h"
#include "lifecycle/grants.h"
#include "lifecycle/migration.h"
#include <stdio.h>

#define WH_SAMPLE_ROWS 20000 /* of each table, where nobody says otherwise */

struct wh_assess_options {
	int64_t sample;     /* rows of each table; INT64_MAX: all */
	bool read_only;     /* the target is left alone: what it would take stays unknown */
	const char *prices; /* a file, or NULL */
};

/* A finding, with what it takes to settle it. */
struct wh_assessed {
	struct wh_finding finding;
	const struct wh_rule *rule;
	double minutes;
	int64_t rows, looked; /* seen in so many of the rows looked at; -1: not counted */
	struct wh_example examples[WH_EXAMPLES];
	size_t nexamples;
	const char *fix, *place; /* what to paste, and where; NULL: nothing */
};

/* The findings of one rule and severity. */
struct wh_assessed_group {
	const struct wh_rule *rule;
	enum wh_severity severity;
	const struct wh_assessed *first; /* `count` of them, in a row */
	size_t count;
	double once, minutes; /* of the rule; of the rule and of each finding */
};

/* What could not be looked at. */
struct wh_gap {
	const char *object, *why;
};

enum wh_readiness { WH_READY, WH_READY_IF, WH_NOT_READY, WH_READY_UNKNOWN };

struct wh_assessment {
	struct wh_arena arena;
	struct wh_migration *m;
	struct wh_assess_options options;
	bool target;   /* one was named */
	bool reached;  /* ... and could be looked at */
	bool planned;  /* the migration's plan is there */
	bool surveyed; /* the connector could be asked */
	struct wh_survey survey;
	struct wh_grant *grants; /* of the survey's accesses, for the target */
	size_t ngrants;
	struct wh_sample sample;
	struct wh_assessed *noted; /* what the assessment itself found, before it is weighed */
	size_t nnoted;
	struct wh_assessed *findings; /* by severity, then rule, then object */
	size_t nfindings;
	struct wh_assessed_group *groups;
	size_t ngroups;
	double minutes[3]; /* by enum wh_effort */
	struct wh_gap *gaps;
	size_t ngaps;
	struct wh_estimate estimate;
	struct wh_costs costs;
	enum wh_readiness verdict;
	const char **reasons;
	size_t nreasons;
	int64_t usec; /* when */
};

/* Connects, reads, measures. WH_OK: the assessment is whole, whatever its verdict. */
int wh_assess(struct wh_assessment *a, struct wh_migration *m,
	const struct wh_assess_options *options, struct wh_error *error) WH_MUST_USE;
void wh_assessment_free(struct wh_assessment *a);
/* Writes assess.html and assess.json. */
int wh_assessment_write(struct wh_assessment *a, const char *html, const char *json,
	struct wh_error *error) WH_MUST_USE;
int wh_assessment_print(struct wh_assessment *a, const char *page, FILE *out,
	struct wh_error *error) WH_MUST_USE;
/* The --json document, heap text. a NULL: it was never begun. */
char *wh_assessment_document(struct wh_assessment *a, const struct wh_error *failure, int exit);
int wh_assessment_exit(const struct wh_assessment *a);

const char *wh_readiness_word(enum wh_readiness verdict); /* "not ready" */
const char *wh_readiness_title(enum wh_readiness verdict);

#endif

/* account: all that the journal knows of a migration, read once, and what it amounts to.
 *
 * Memory is its arena. A count of -1 was not checked, or could not be read. For the report, the
 * documents and what is printed. */
#ifndef WH_LIFECYCLE_ACCOUNT_H
#define WH_LIFECYCLE_ACCOUNT_H

#include "journal/journal.h"
#include <jansson.h>

#define WH_ACCOUNT_SHOWN 100 /* differences and rows of the quarantine that are shown */

enum wh_verdict {
	WH_VERDICT_STOPPED,      /* the last command ended with an error */
	WH_VERDICT_DIFFERENT,    /* rows differ */
	WH_VERDICT_INCOMPLETE,   /* tables failed or could not be verified */
	WH_VERDICT_UNVERIFIED,   /* nothing was compared yet */
	WH_VERDICT_UNRECONCILED, /* the rows are equal, figures are not */
	WH_VERDICT_ERRORS,       /* the rows are equal, findings of severity error remain */
	WH_VERDICT_QUARANTINE,   /* what could go is equal, rows wait in the quarantine */
	WH_VERDICT_PARTLY,       /* equal, but columns without a proof were not compared */
	WH_VERDICT_PROVEN,
	WH_VERDICTS
};

struct wh_account {
	struct wh_arena arena;
	struct wh_journal *journal;
	struct wh_journal_table *tables;
	size_t ntables;
	struct wh_findings findings;
	size_t severities[3]; /* findings by enum wh_severity */
	struct wh_journal_statement *statements;
	size_t nstatements;
	struct wh_journal_difference *differences; /* the first ones */
	size_t ndifferences;
	struct wh_journal_quarantine *quarantine; /* the first ones */
	size_t nquarantine;
	struct wh_controls controls;       /* of the last reconciliation; no rules: there was none */
	const struct wh_control **ordered; /* all that were kept: failed, noticed, held */
	int64_t held, unheld, noticed;     /* controls; `unheld` failed */
	struct wh_journal_event *events;
	size_t nevents;
	json_t *plan;        /* NULL: there is none, or it is no JSON */
	struct wh_tally sum; /* over the tables */
	bool counted;        /* at least one table was read: the sums mean something */
	int64_t differing, quarantined;
	size_t checked, failed; /* tables */
	size_t unproven;        /* columns without a proof */
	bool *rowless;          /* one a table: its rows are those of its partitions */
	size_t nrowless;
	bool *partial; /* one a table: the source was asked for some of its rows only */
	bool any_partial;
	enum wh_verdict verdict;
};

/* j NULL: an empty account. What was read before a failure stays. */
int wh_account_read(struct wh_account *a, struct wh_journal *j, struct wh_error *error) WH_MUST_USE;
void wh_account_free(struct wh_account *a);
/* A fact, or NULL where it is absent or empty. */
const char *wh_account_fact(struct wh_account *a, const char *name);
/* Whole numbers and seconds; false: absent, or not a number. */
bool wh_account_moment(struct wh_account *a, const char *name, int64_t *usec);
bool wh_account_seconds(struct wh_account *a, const char *name, double *seconds);
/* What the move took: of the last command, or of all phases where earlier commands did some. */
bool wh_account_took(struct wh_account *a, double *seconds);
/* What an assessment said of a phase ("copy", "build", "verify") before: low, likely, high. */
bool wh_account_estimate(struct wh_account *a, const char *phase, double seconds[3]);
/* Whether the tally of that table means something: it was read at all. */
bool wh_account_counted(const struct wh_account *a, size_t table);
/* Whether the number of its differing rows is known. */
bool wh_account_compared(const struct wh_account *a, size_t table);
/* What stands in the column "state": the journal's word, or a more exact one. */
const char *wh_account_state(const struct wh_account *a, size_t table);
/* Whether the last command ended with an error that no later verification has overtaken. */
bool wh_account_stopped(struct wh_account *a);

const char *wh_verdict_word(enum wh_verdict verdict);  /* "proven", for programs */
const char *wh_verdict_title(enum wh_verdict verdict); /* "Proven equal" */
/* The verdict in one or two sentences, in the account's arena; foreign text stands in it raw. */
const char *wh_account_sentence(struct wh_account *a);

#endif

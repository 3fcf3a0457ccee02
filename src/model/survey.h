/* survey: what an endpoint is like beyond its catalog: sizes, change rate, accounts, settings; and
 * the questions that only its data can answer.
 *
 * Everything here changes from one minute to the next: nothing of it belongs into a plan. What
 * could not be told is -1 or NULL and has a gap that says why. Memory is the survey's arena; the
 * catalog must outlive it. No secret and no password hash is ever in it. */
#ifndef WH_MODEL_SURVEY_H
#define WH_MODEL_SURVEY_H

#include "model/catalog.h"

#define WH_SURVEY_LIMIT_MS 5000 /* what one question about one table may take by default */

/* Rows that came, changed and went within so many seconds; -1: not known. */
struct wh_change_rate {
	int64_t inserts, updates, deletes;
	int64_t seconds;
};

struct wh_survey_table {
	const struct wh_table *table;
	int64_t rows;
	bool rows_exact; /* counted; else the engine's estimate */
	int64_t data_bytes, index_bytes;
	int64_t widest_bytes; /* of the values of one row */
	bool widest_exact;    /* every row was looked at; else a part of them */
	struct wh_change_rate changes;
};

/* A setting of the server or the database, under the engine's own name for it. */
struct wh_survey_fact {
	const char *name, *value;
};

/* What could not be read: "table orders", "size", "took longer than 5 s". */
struct wh_survey_gap {
	const char *object, *what, *why;
};

enum wh_access_kind {
	WH_ACCESS_ACCOUNT,  /* the account itself */
	WH_ACCESS_MEMBER,   /* it has the role `name` */
	WH_ACCESS_OWNER,    /* it owns the table, view or sequence */
	WH_ACCESS_SERVER,   /* the rest are privileges: on everything the server has */
	WH_ACCESS_DATABASE, /* on this database; on all of its tables, where there are no schemas */
	WH_ACCESS_SCHEMA,
	WH_ACCESS_TABLE, /* or view */
	WH_ACCESS_COLUMNS,
	WH_ACCESS_SEQUENCE,
	WH_ACCESS_ROUTINE,
	WH_ACCESS_KINDS
};

/* What an account is or may do, in the source's words. */
struct wh_access {
	enum wh_access_kind kind;
	const char *account;       /* role or user, as it is, without quotes */
	bool everyone;             /* no account: all there are, and all to come; shown as "PUBLIC" */
	const char *host;          /* MySQL: where it comes from; NULL: a role, or no such thing */
	bool login;                /* the account may log in; finish copies it to all its accesses */
	const char *schema, *name; /* of what it stands on; a role's name; schema NULL: none */
	const char *object;        /* what the object is: "table", "view", "procedure", ...; or NULL */
	const char *arguments;     /* of a routine: "(integer, text)", or NULL */
	const char **privileges;   /* "SELECT", "CREATE TEMPORARY TABLES"; of an account: "SUPERUSER" */
	size_t nprivileges;
	const char **columns;
	size_t ncolumns;
	bool grantable; /* with the right to hand it on */
};

struct wh_survey {
	struct wh_arena arena;
	int limit_ms;                   /* in: the most that one question about one table may take */
	struct wh_survey_table *tables; /* one a table of the catalog, in its order */
	size_t ntables;
	struct wh_change_rate changes;             /* of all that `changes_scope` says */
	const char *changes_scope;                 /* "database", "server"; NULL: not known */
	int64_t log_bytes;                         /* that the server wrote to its log... */
	int64_t log_seconds;                       /* ... within so many seconds */
	int64_t large_objects, large_object_bytes; /* outside of tables; 0: none */
	struct wh_survey_fact *facts;
	size_t nfacts;
	struct wh_access *accesses; /* accounts first, then by account and object */
	size_t naccesses;
	struct wh_survey_gap *gaps;
	size_t ngaps;
};

void wh_survey_init(struct wh_survey *s, const struct wh_catalog *catalog);
void wh_survey_free(struct wh_survey *s);
/* Texts are copied; a NULL value is no fact. */
void wh_survey_fact(struct wh_survey *s, const char *name, const char *value);
/* NULL: no such table in the catalog. */
struct wh_survey_table *wh_survey_table_named(const struct wh_survey *s, const char *schema,
	const char *name);
/* Privileges are words with commas between. */
struct wh_access *wh_survey_access(struct wh_survey *s, enum wh_access_kind kind,
	const char *account, const char *privileges);
void wh_survey_gap(struct wh_survey *s, const char *object, const char *what, const char *format,
	...) WH_FORMAT(4, 5);
void wh_survey_finish(struct wh_survey *s); /* sorts the accesses; the verb calls it last */
const char *wh_survey_value(const struct wh_survey *s, const char *name); /* NULL: no such fact */
const char *wh_access_kind_name(enum wh_access_kind kind);
enum wh_access_kind wh_access_kind_named(const char *name); /* ACCOUNT where there is none */

enum wh_probe_kind {
	/* Rows of a foreign key that point nowhere; the source may not enforce it. `rules` 0: as the
	 * source compares; WH_COMPARE_BYTES: as a target does that ignores no case. */
	WH_PROBE_ORPHANS,
	/* Rows beyond the first of each group that are one key under `rules`. */
	WH_PROBE_COLLISIONS,
	WH_PROBE_RANGE,    /* least, greatest, longest, nulls of a column */
	WH_PROBE_DISTINCT, /* its different values */
	WH_PROBE_TOTALS,   /* rows and exact totals, for each value of a column or of all rows */
	WH_PROBE_GAPS,     /* numbers that a column leaves out between its least and its greatest */
};

/* How a target's collation compares texts, where it differs from the source's. */
enum wh_compare_rule {
	WH_COMPARE_BYTES = 1, /* nothing is ignored */
	WH_IGNORE_CASE = 2,
	WH_IGNORE_ACCENTS = 4,
	WH_IGNORE_END_SPACES = 8, /* 'a' and 'a  ' are one */
};

struct wh_probe {
	enum wh_probe_kind kind;
	const struct wh_table *table;
	const struct wh_foreign_key *foreign_key; /* ORPHANS */
	const struct wh_index *index;             /* COLLISIONS: over plain columns */
	const struct wh_column *column;           /* RANGE, DISTINCT, GAPS; TOTALS: NULL is all rows */
	const struct wh_column *const *columns;   /* TOTALS: numbers */
	size_t ncolumns;
	unsigned rules; /* of enum wh_compare_rule */
	int limit_ms;   /* 0: WH_SURVEY_LIMIT_MS */
};

#define WH_PROBE_EXAMPLES 5
#define WH_PROBE_GROUPS 1000 /* TOTALS: more different values are not told */
#define WH_PROBE_BREAKS 100  /* GAPS: the first ones */

/* Values are texts as the engine writes them, at most 200 bytes; NULL is null. */
struct wh_answer {
	bool known;
	const char *why; /* where it is not known: "took longer than 5 s" */
	int64_t
		count; /* of rows that are at fault; DISTINCT: of values; RANGE: of rows; GAPS: of gaps */
	int64_t nulls;   /* RANGE */
	int64_t longest; /* RANGE: characters of a text, bytes of the rest; -1: of a fixed size */
	const char *least, *greatest; /* RANGE; NULL: no values, or they have no order */
	const char **columns;         /* of the examples: the key, then what is at fault */
	size_t ncolumns;
	/* nexamples * ncolumns, row by row. GAPS: the number before and the one behind. TOTALS, whole:
	 * the value, how many rows, then of each column the total and that of what is below 0; null
	 * where the engine cannot add up exactly. */
	const char **examples;
	size_t nexamples;
};

#endif

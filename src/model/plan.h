/* plan: what will be done, frozen. Built by lifecycle/plan.c, read by everyone; memory is its
 * arena and the source catalog's, which must outlive it. Expressions here are in the target's
 * dialect; what could not be translated is NULL and has a finding. */
#ifndef WH_MODEL_PLAN_H
#define WH_MODEL_PLAN_H

#include "model/catalog.h"
#include "model/recipe.h"
#include "model/unit.h"

struct wh_connector;

enum wh_proof { WH_PROOF_EXACT, WH_PROOF_MAPPED, WH_PROOF_NONE };

/* How a target's engine carries a column: the answer of the connector's `fit`. */
struct wh_fit {
	const char *native;  /* the type to declare: "numeric(20,0)" */
	struct wh_type type; /* the same, parsed: type.native is `native` */
	struct wh_type wire; /* as which kind the values travel to it and are read back */
	enum wh_proof proof;
	const char *loss; /* what the target does not keep (NULL: nothing): a finding's text */
};

/* What one target has beyond what its kind always has. */
struct wh_offers {
	const char *geometry; /* the name of its type for geometry, or NULL */
};

struct wh_fit_request {
	struct wh_arena *arena;
	const char *engine; /* the source's; NULL: the values are made on the way, from any text */
	const struct wh_column *column; /* the source's */
	const char *wanted;             /* the user's type, or NULL */
	const struct wh_offers *offers; /* of the target; NULL: not known */
	bool keyed;                     /* part of a primary key, unique key or index */
	bool strict;                    /* the target's table shall hold columns to their types */
	bool referenced;                /* a foreign key stands on it or points at it */
};

struct wh_plan_column {
	const struct wh_column *source; /* of a column that is added: what it would be there */
	const char *name;               /* on the target */
	const struct wh_recipe *recipe; /* how its values are made; NULL: as they are */
	bool added;                     /* the source has no such column */
	struct wh_fit fit;
	bool not_null;
	bool asked;  /* the type is the user's choice */
	bool copied; /* false: generated on the target, not written */
	const char *default_text, *generated, *comment;
	const char *on_update; /* what the column is set to when its row is updated, or NULL */
	bool generated_stored;
	enum wh_identity identity;
	const char *const *labels; /* ENUM, SET: what the target lets in */
	size_t nlabels;
};

struct wh_plan_index {
	const struct wh_index *source; /* facts such as method, unique, parts' order */
	const char *name;
	const char **columns;     /* one a part; NULL: an expression */
	const char **expressions; /* one a part; NULL: a column */
	const char *where;
};

struct wh_plan_foreign_key {
	const struct wh_foreign_key *source;
	const char *name;
	const char **columns, **to_columns;
	const char *to_schema, *to_table;
};

struct wh_plan_check {
	const char *name, *text;
	bool not_valid; /* rows of the source may break it */
};

enum wh_treatment { WH_CREATE, WH_APPEND, WH_TRUNCATE, WH_DROP, WH_TREATMENTS };

struct wh_plan_table {
	const struct wh_table *source;
	int64_t number;            /* in the plan, from 0 */
	const char *schema, *name; /* on the target; schema NULL: it has none */
	struct wh_plan_column *columns;
	size_t ncolumns;
	struct wh_plan_index *indexes;
	size_t nindexes;
	struct wh_plan_foreign_key *foreign_keys;
	size_t nforeign_keys;
	struct wh_plan_check *checks;
	size_t nchecks;
	const char *comment;
	const char *collation, *options, *partition; /* same engine only, else NULL */
	enum wh_treatment treatment; /* not part of the plan's id: what the target asked for */
	bool no_rows;                /* a partitioned parent: created, not copied */
	struct wh_rowset from, to;   /* the copied columns; without recipes, of the same order */
	struct wh_recipe *recipes;   /* one a field of `to`; NULL: every field is a copy of its twin */
	bool key_is_made;            /* ranges of the source's key say nothing about the target's */
	enum wh_digest_how *how;     /* one a field of `to`: how digests take it */
	const char *where;           /* SQL of the source's, in `from` too; NULL: all rows */
	const struct wh_recipe *filter; /* a script: rows for which it is false stay behind */
	enum wh_proof proof;            /* the weakest of its columns */
};

/* Something to create with a statement that is already whole: same engine, or translated. */
struct wh_plan_object {
	const struct wh_object *source;
	const char *schema, *name;
	const char *statement;       /* NULL: not carried; there is a finding */
	enum wh_treatment treatment; /* not part of the plan's id: CREATE where there is none yet */
};

/* Whether it is carried and the target does not keep one of its own. */
bool wh_plan_object_made(const struct wh_plan_object *o);

struct wh_plan_sequence {
	const struct wh_sequence *source;
	const char *schema, *name;
	enum wh_treatment treatment; /* as an object's */
};

struct wh_plan {
	struct wh_arena *arena;
	char id[65];      /* SHA-256 of `json` */
	const char *json; /* canonical */
	const struct wh_connector *source, *target;
	const struct wh_catalog *catalog; /* the source's */
	bool same_engine;
	const char **schemas; /* to be created on the target */
	size_t nschemas;
	struct wh_plan_table *tables;
	size_t ntables;
	struct wh_plan_object *objects;
	size_t nobjects;
	struct wh_plan_sequence *sequences;
	size_t nsequences;
	struct wh_findings findings;
};

enum wh_phase {
	WH_PHASE_CLEAR,  /* what is to be replaced is dropped */
	WH_PHASE_TABLES, /* schemas, types, sequences, tables; emptying */
	WH_PHASE_KEYS,   /* primary and unique keys */
	WH_PHASE_INDEXES,
	WH_PHASE_CONSTRAINTS, /* foreign keys and checks */
	WH_PHASE_COUNTERS,    /* next values of sequences, identities, auto-increment */
	WH_PHASE_OPEN,        /* comments, views, routines, triggers, events */
	WH_PHASES
};

struct wh_statement {
	enum wh_phase phase;
	const char *kind;   /* "table", "index", "foreign key", "comment", ... */
	const char *object; /* for people: "table orders", "index idx_a on orders" */
	int64_t table;      /* plan number of the table it stands on, or -1 */
	const char *name;   /* of the object on the target, or NULL */
	const char *sql;
	const char *fallback; /* weaker, tried where `sql` fails (NOT VALID); NULL: none */
	const char
		*weakness;   /* what the weaker form changes: a warning; NULL: rows break it, an error */
	bool repeatable; /* may run again: after a crash it simply does */
	bool wished;     /* what the target may lack, such as an account: refused, a warning */
};

struct wh_statements {
	struct wh_arena *arena;
	struct wh_statement *items;
	size_t count;
};

/* The rowset whose names a staged row is shown with: the source's where it has the same fields. */
const struct wh_rowset *wh_plan_shown(const struct wh_plan_table *t);

struct wh_statement *wh_statements_add(struct wh_statements *list, enum wh_phase phase,
	const char *kind, int64_t table, const char *name);
const char *wh_phase_name(enum wh_phase phase);
const char *wh_treatment_name(enum wh_treatment treatment);
/* CREATE or DROP: it is made anew, not left as the target has it. */
bool wh_treatment_makes(enum wh_treatment treatment);
const char *wh_proof_name(enum wh_proof proof);

#endif

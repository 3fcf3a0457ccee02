/* connector: code that speaks to one kind of record system; one const table of functions.
 *
 * A verb that is NULL is something this kind cannot do; `facts` hold numbers and limits only. The
 * core allocates `state_size` zeroed bytes of state. close works from any half-open state and
 * twice. One connection belongs to one thread, except that cancel may come from another. A unit
 * is constant while it is worked on; cursors live in the connection's state.
 *
 * Errors: WH_RETRY where a new connection may help (lost, shut down, deadlock, time-out), WH_ROW
 * where a row is at fault, WH_CONFIG where the user must act (password, privilege, unknown
 * database), WH_STOP for the rest (disk full, corrupt file). Texts say what to do. */
#ifndef WH_MODEL_CONNECTOR_H
#define WH_MODEL_CONNECTOR_H

#include "model/change.h"
#include "model/codec.h"
#include "model/plan.h"
#include "model/survey.h"
#include "model/url.h"
#include <stdatomic.h>

struct wh_dialect; /* sql/dialect.h */
struct wh_connector;

/* What keys can be beyond columns that are unique, or that point at others. */
enum wh_key_trait {
	WH_KEY_DEFERRED = 1,           /* a unique key that may be checked at the commit */
	WH_KEY_DEFERRED_REFERENCE = 2, /* a foreign key that may */
	WH_KEY_NULLS_EQUAL = 4,        /* two nulls are one value: NULLS NOT DISTINCT */
	WH_KEY_MATCH_FULL = 8,         /* a reference is null whole or not at all */
	WH_KEY_SETS_SOME = 16,         /* ON DELETE SET NULL of some of its columns */
	WH_KEY_COVERS = 32,            /* INCLUDE: columns beside the key */
	WH_KEY_SETS_DEFAULT = 64,      /* ON DELETE or ON UPDATE SET DEFAULT */
};

struct wh_facts {
	int writers;                /* most connections that may write at once; 0: any number */
	int name_most;              /* longest name, in bytes; 0: any */
	bool name_characters;       /* its length counts characters, not bytes */
	bool names_bmp;             /* names hold no character beyond U+FFFF, and end in no blank */
	bool names_empty;           /* a name may be empty */
	bool schemas;               /* tables live in schemas of a database */
	const char *default_schema; /* where tables land; NULL: none */
	bool names_nocase;          /* two tables or columns whose names differ only by case collide */
	bool index_names_shared;    /* index names are unique in a schema, not in a table */
	bool key_names_shared;      /* foreign keys' names are unique in a schema, not in a table */
	bool constraints_in_table;  /* keys and constraints are part of CREATE TABLE */
	bool file;                  /* a local file, made where it is missing */
	bool plain_indexes;         /* indexes are over columns only: no conditions, no expressions */
	bool sequences;             /* has sequences of their own */
	bool ddl_atomic;            /* a DDL statement can be rolled back */
	const char *strict;         /* table option: columns take values of their type only */
	unsigned key_traits;        /* of enum wh_key_trait */
	bool drop_cascades;         /* foreign keys of other tables fall with a table */
	bool nul_in_text;           /* text may hold U+0000 */
	bool sets_on_update;        /* its `ddl` carries a column's on_update */
	bool pages;                 /* ranges of pages are what it reads fastest */
	bool pages_stay;            /* a range of pages is the same one under every snapshot */
	bool triggers_sleep;        /* `enter` keeps a table's own triggers still */
	bool cascades_unlogged;     /* its log leaves out what foreign keys do to other rows */
};

struct wh_conn {
	const struct wh_connector *kind;
	const struct wh_url *url;
	enum wh_side side;
	bool writes; /* false: open read-only, and mean it */
	void *state;
};

/* A type as this engine's catalog spells it. */
struct wh_type_entry {
	const char *native;         /* "decimal(10,2)" */
	const char *same_as;        /* another word for that entry's type, else NULL */
	const struct wh_type *type; /* where the spelling alone does not tell; else NULL */
};

/* One consistent view of the source, shared by connections. */
struct wh_snapshot {
	bool live;      /* in: `position` is wanted, and fits the rows exactly */
	char text[512]; /* for people and the journal: exported id, binlog file and offset */
	struct wh_position position; /* out, where live: the first place that the rows do not have */
};

/* A unit that stands whole on the target. */
struct wh_mark {
	int64_t table, unit;
	struct wh_tally tally;
};

/* The right of one process to write one migration to a target. */
struct wh_claim {
	char migration[33];        /* hex */
	int64_t epoch;             /* out: taken by prepare */
	const char *const *tables; /* target tables that will be created, emptied or dropped, */
	size_t ntables;            /* shown as "schema.name"; recorded before it is done */
	bool resumed;              /* out: this migration had been here before */
};

/* What is followed in a log. Its name begins what is made for it on the server: a slot and a
 * publication, triggers and a table of changes. Tables are few names of one database. */
struct wh_capture {
	const char *name; /* "whimbrel_0123456789ab_f": [a-z0-9_], at most 40 bytes; forth or back */
	const char *migration;
	const struct wh_rowset *const *tables;
	size_t ntables;
	bool
		ours; /* this move made the tables: what they lack for it they are given, and off takes back */
};

/* Where a log stands, seen from a place in it. */
struct wh_log {
	struct wh_position end; /* the newest place */
	int64_t behind;         /* bytes (SQLite: changes) from the place to the end; -1: not known */
	int64_t retained; /* bytes that the server keeps for us; -1: not known, or for others too */
};

/* What stops writes at a system that is being left: triggers on its tables that raise unless the
 * session `pass`es, governed by a row of whimbrel_fence that says until when. A session that cannot
 * see the row is stopped. Names begin with "whimbrel_fence". */
struct wh_fence {
	const char *migration;
	const struct wh_rowset *const *tables;
	size_t ntables;
	int milliseconds; /* RAISE, RENEW: how long it stands from now on; also how long to wait at most */
};

enum wh_fence_step {
	WH_FENCE_ARM,   /* makes what can be made before; stops nobody. May do nothing */
	WH_FENCE_RAISE, /* from when it returns on, no write of anybody else is accepted, nor is one that
	                 * was let in before still open. WH_RETRY: a writer does not end in time; then no
	                 * fence stands. Where one of this migration stands already, it is renewed */
	WH_FENCE_RENEW, /* WH_GUARD: it had expired, or is not there */
	WH_FENCE_FINAL, /* stands until dropped. WH_GUARD: it had expired, or is not there */
	WH_FENCE_DROP,  /* removes triggers, function, row and table, whoever left them; none: fine */
};

/* How far one lane of the target is in the source's log. */
struct wh_lane_mark {
	int64_t lane;
	struct wh_position position;
};

struct wh_connector {
	const char *scheme;             /* "postgresql" */
	const char *const *aliases;     /* other schemes, NULL-terminated, or NULL */
	const char *summary, *url_form; /* for `kinds` and help */
	size_t state_size;
	const struct wh_option *options; /* ends with a NULL name */
	const struct wh_codec *codec;    /* of a connector over files; NULL: none */
	struct wh_facts facts;
	const struct wh_dialect *dialect;

	int (*open)(struct wh_conn *, struct wh_error *);
	void (*close)(struct wh_conn *);
	void (*cancel)(struct wh_conn *); /* ends what runs, soon; from any thread; not a promise */

	/* Fills an initialised catalog. Sees everything but what whimbrel itself made. */
	int (*describe)(struct wh_conn *, struct wh_catalog *out, struct wh_error *);
	/* What the system says of itself, checked: the trailers, balances and counts of files. NULL:
	 * nothing. */
	int (*controls)(struct wh_conn *, struct wh_controls *out, struct wh_error *);
	/* Fills an initialised survey of the database whose catalog this is. Writes nothing, joins no
	 * snapshot. What it may not see or cannot know in time is a gap, not an error. */
	int (*survey)(struct wh_conn *, const struct wh_catalog *, struct wh_survey *out,
		struct wh_error *);
	/* Answers one question about the data, or says why not; answer in the arena. An error means
	 * that the connection is of no more use. Not within a snapshot. */
	int (*ask)(struct wh_conn *, const struct wh_probe *, struct wh_arena *, struct wh_answer *out,
		struct wh_error *);
	/* Representative types, in groups; ends with a NULL native. */
	const struct wh_type_entry *types;
	/* Pure: every word that begins a type of this engine, by number; NULL: no more. */
	const char *(*type_word)(size_t number);
	/* Pure: what a spelling means; false: it is no type of this engine. */
	bool (*type)(struct wh_arena *, const char *native, struct wh_type *out);
	/* What this target has beyond what its kind always has; texts are the arena's. */
	int (*offers)(struct wh_conn *, struct wh_arena *, struct wh_offers *out, struct wh_error *);
	/* Pure: a table that this target fills itself: it is given none such. NULL: it does so with none. */
	bool (*fills)(const struct wh_connector *, const struct wh_table *);
	/* Pure: a column whose values this target says by itself, such as where a record stands in its
	 * file: they serve to write in order, and are not compared. NULL: there is none. */
	bool (*says)(const struct wh_connector *, const struct wh_table *, const struct wh_column *);
	/* Pure: how this engine, as a target, carries a column. WH_CONFIG: `wanted` is no type of
	 * this engine. */
	int (*fit)(const struct wh_fit_request *, struct wh_fit *out, struct wh_error *);

	/* All of conns[0..*n) join one snapshot; *n becomes how many could (at least 1). They stay in
	 * it until closed. */
	int (*snapshot)(struct wh_conn **conns, size_t *n, struct wh_snapshot *, struct wh_error *);
	/* (snapshot->live: a position that fits is found without stopping writers for long.) */
	/* Cuts the table into units that together hold every row once, in order of number. */
	int (*split)(struct wh_conn *, const struct wh_rowset *, const struct wh_split_hint *,
		struct wh_units *out, struct wh_error *);
	/* Starts to read a unit; NULL gives the current one up. The rowset may be one that this
	 * connector's own `fit` made (a target read back): every (type.native, wire.kind) pair that
	 * `fit` answers can be read. A source column can be read as its described kind, as TEXT, and
	 * where it is an ARRAY as JSON. */
	int (*seek)(struct wh_conn *, const struct wh_unit *, struct wh_error *);
	/* Appends rows until the batch is full. WH_DONE: the unit has ended (rows may be in it). */
	int (*read)(struct wh_conn *, struct wh_batch *out, struct wh_error *);

	/* Pure: what this engine makes of a plan's tables that the plan itself does not show. */
	void (*review)(const struct wh_plan *, struct wh_findings *out);
	/* Pure: the statements of one phase, in an order that works. */
	int (*ddl)(const struct wh_plan *, enum wh_phase, struct wh_statements *out, struct wh_error *);
	/* One statement, durable when it returns. Rows that it returns are an error whose text shows
	 * the first of them (a check that found something). WH_ROW: rows of the table break it;
	 * WH_EXISTS: an object of that name is there; WH_CONFIG: refused for another reason. */
	int (*execute)(struct wh_conn *, const struct wh_statement *, struct wh_error *);

	/* Several statements in one transaction. On an error nothing of them is there, and *done is how
	 * many had succeeded before the one at fault. */
	int (*execute_all)(struct wh_conn *, const struct wh_statement *const *, size_t n, size_t *done,
		struct wh_error *);

	/* Makes whimbrel's own tables where they are missing, raises the migration's epoch by one in
	 * one transaction and records claim->tables. After it this connection, and every one that
	 * `join`s, writes under that claim. */
	int (*prepare)(struct wh_conn *, struct wh_claim *, struct wh_error *);
	void (*join)(struct wh_conn *, const struct wh_claim *); /* the claim outlives the connection */
	/* The markers of complete units, in any order: what really stands there. */
	int (*marks)(struct wh_conn *, const struct wh_claim *, struct wh_arena *, struct wh_mark **out,
		size_t *n, struct wh_error *);
	/* Opens the unit's transaction: share-locks the epoch row (WH_LOST: it is not ours any more),
	 * inserts the marker. WH_DONE: the marker is there; *done is its tally, nothing is open. */
	int (
		*begin)(struct wh_conn *, const struct wh_unit *, struct wh_tally *done, struct wh_error *);
	/* Rows of the open unit. WH_ROW: some row of this batch cannot go. In a careful unit nothing
	 * of the batch is then there and the unit is open still; else the unit must be abandoned. */
	int (*write)(struct wh_conn *, const struct wh_batch *, struct wh_error *);
	/* Completes the marker with the tally and commits. Also WH_ROW, as write. */
	int (*commit)(struct wh_conn *, const struct wh_tally *, struct wh_error *);
	int (*abandon)(struct wh_conn *,
		struct wh_error *); /* rolls back; harmless where none is open */
	/* Whole markers of units of which no row goes, in one transaction under the epoch, as begin and
	 * commit would make them. One that is there already stays. */
	int (*mark)(struct wh_conn *, const struct wh_mark *, size_t n, struct wh_error *);
	/* Deletes rows inside an open unit: those whose key equals that of a row of the batch; without
	 * a key, for each row of the batch exactly one that is equal in all fields (nulls are equal),
	 * or WH_ROW. Triggers and cascades do not act, or WH_CONFIG. */
	int (*erase)(struct wh_conn *, const struct wh_batch *keys, struct wh_error *);
	/* Removes the table's markers in one transaction, then all its rows in another. */
	int (*empty)(struct wh_conn *, int64_t table, const struct wh_rowset *, struct wh_error *);
	/* The move is complete: makes the data durable and removes what whimbrel itself made here. */
	int (*finish)(struct wh_conn *, const struct wh_claim *, struct wh_error *);

	/* ---- following a log. All verbs below may be repeated after a crash at any moment.
	 *
	 * Two more tables of our own serve it, beside whimbrel_epoch and whimbrel_unit and hidden from
	 * `describe` as they are: whimbrel_position(migration, lane, place), where this side is the one
	 * that follows; and whimbrel_signal(token text of at most 80 bytes, primary key), into which the
	 * core writes on the side that is followed and which is captured like any table of the plan, its
	 * rowset being among the capture's. `capture` on and `settle` make both where they are missing;
	 * `capture` off and `finish` drop them where they are empty. ---- */

	/* Whether the server's settings and the account's rights would let `capture` on follow the log:
	 * nothing is made. WH_CONFIG says what to change. NULL: there is nothing to look at. */
	int (*followable)(struct wh_conn *, const struct wh_capture *, struct wh_error *);
	/* on: looks whether the log can be followed (WH_CONFIG says what to change), makes what is
	 * needed for it where it is missing, and says from where on the log is kept: every change of a
	 * transaction that commits after it returned is to come. off: removes all of it, whoever left
	 * it, and looks that nothing is left. On a connection of its own that writes. */
	int (*capture)(struct wh_conn *, const struct wh_capture *, bool on, struct wh_position *out,
		struct wh_error *);
	/* Begins to read the log from this place. WH_CONFIG: the log does not reach back to it any more
	 * (purged, slot lost or made anew), or its form has changed: never from another place. The
	 * capture outlives the connection. Such a connection does only tail and confirm. */
	int (*attach)(struct wh_conn *, const struct wh_capture *, const struct wh_position *from,
		struct wh_error *);
	/* Appends what the log holds, until the list is full (WH_CHANGES_BYTES) or the log has nothing
	 * more just now; waits up to wait_ms where it holds nothing at all. Keeps the session alive.
	 * Transactions that begin with a row of whimbrel_position (our own) come without changes, as do
	 * those that touch no captured table; `read` moves on with them. */
	int (*tail)(struct wh_conn *, int wait_ms, struct wh_changes *out, struct wh_error *);
	/* Everything before this place is durable on the other side: the server may forget it. */
	int (*confirm)(struct wh_conn *, const struct wh_position *durable, struct wh_error *);
	/* On any connection that is not attached. */
	int (*measure)(struct wh_conn *, const struct wh_capture *, const struct wh_position *from,
		struct wh_log *out, struct wh_error *);

	/* The lanes of this migration as they stand here, by number; none: n is 0. */
	int (*lanes)(struct wh_conn *, const struct wh_claim *, struct wh_arena *,
		struct wh_lane_mark **out, size_t *n, struct wh_error *);
	/* These in place of all that stand there, in one durable transaction under the epoch. */
	int (*settle)(struct wh_conn *, const struct wh_lane_mark *, size_t n, struct wh_error *);
	/* Opens a transaction of changes under the epoch (WH_LOST: not ours any more): the row of its
	 * lane is written first, which marks the transaction as ours in this system's log. Triggers,
	 * foreign keys and cascades do not act in it, or WH_CONFIG. `abandon` ends it. */
	int (*enter)(struct wh_conn *, int64_t lane, struct wh_error *);
	/* What write, erase and clear act on from now on in it; `careful` as in a unit, for all three.
	 * The unit stays until the next aim, leave or abandon. */
	int (*aim)(struct wh_conn *, const struct wh_unit *, struct wh_error *);
	/* Deletes all rows of the aimed table. */
	int (*clear)(struct wh_conn *, struct wh_error *);
	/* Writes the lane's position and commits; durable when it returns. Also WH_ROW, as commit. */
	int (*leave)(struct wh_conn *, const struct wh_lane_mark *, struct wh_error *);

	/* One step of the fence. On a connection with nothing under way. */
	int (*fence)(struct wh_conn *, const struct wh_fence *, enum wh_fence_step, struct wh_error *);
	/* This connection's writes pass this migration's fence from now on. */
	int (*pass)(struct wh_conn *, const struct wh_fence *, struct wh_error *);
	/* Tries, on a fresh connection that does not pass, a write on each table where one can be tried
	 * without harm, and takes it back: *stopped is false where any was accepted, *tried counts. */
	int (*prove)(struct wh_conn *, const struct wh_fence *, bool *stopped, size_t *tried,
		struct wh_error *);
	/* What no fence stops: until this connection closes, nobody empties or alters these tables.
	 * Waits for fence.milliseconds at most; WH_RETRY. WH_GUARD: one was altered since the fence was
	 * raised, which the log does not tell. NULL: whoever looks at the log last may miss what is done
	 * right behind that. */
	int (*hold)(struct wh_conn *, const struct wh_fence *, struct wh_error *);
};

/* Defined in registry.c; NULL-terminated. */
extern const struct wh_connector *const wh_connectors[];
/* By scheme or alias; WH_CONFIG names the known ones. */
int wh_connector_find(const char *scheme, const struct wh_connector **out,
	struct wh_error *error) WH_MUST_USE;

/* Allocates the state and opens. On failure the connection is closed and *out is NULL. */
int wh_conn_open(const struct wh_connector *kind, const struct wh_url *url, enum wh_side side,
	bool writes, struct wh_conn **out, struct wh_error *error) WH_MUST_USE;
void wh_conn_close(struct wh_conn *conn); /* NULL is harmless */

#endif

/* settings: what the user asked for: a migration.yaml, or the arguments of one command.
 *
 * wh_settings_init gives the defaults; strings are the settings' arena's. Passwords stand only in
 * `password` of an endpoint, after wh_settings_secrets, and are wiped by wh_settings_free. */
#ifndef WH_LIFECYCLE_SETTINGS_H
#define WH_LIFECYCLE_SETTINGS_H

#include "lifecycle/settings/rule.h"
#include "model/recipe.h"
#include "model/url.h"
#include <stdint.h>

enum wh_policy_value {
	WH_POLICY_STOP,
	WH_POLICY_QUARANTINE,
	WH_POLICY_NULL,
	WH_POLICY_STRIP,
	WH_POLICY_REPLACE,
	WH_POLICY_CP1252,
	WH_POLICY_FAIL,
	WH_POLICY_TRUNCATE,
	WH_POLICY_APPEND,
	WH_POLICY_DROP,
	WH_POLICY_KEEP,
	WH_POLICY_LOWER,
	WH_POLICY_SNAKE,
	WH_POLICY_CARRY,
	WH_POLICY_REPORT,
	WH_POLICY_WIDEN,
	WH_POLICY_FLEXIBLE,
	WH_POLICY_STRICT,
	WH_POLICY_REPAIR,
};

struct wh_policies {
	enum wh_policy_value bad_row;        /* stop | quarantine (default) */
	enum wh_policy_value zero_date;      /* null (default) | quarantine */
	enum wh_policy_value nul_byte;       /* quarantine (default) | strip | replace (by U+FFFD) */
	enum wh_policy_value invalid_utf8;   /* quarantine (default) | replace (by U+FFFD) | cp1252 */
	enum wh_policy_value empty_enum;     /* keep (default) | null | quarantine */
	enum wh_policy_value double_encoded; /* keep (default) | repair */
	enum wh_policy_value mixed_types;    /* quarantine (default) | widen */
	enum wh_policy_value if_exists;      /* fail (default) | truncate | append | drop */
	enum wh_policy_value names;          /* keep (default) | lower | snake */
	enum wh_policy_value sqlite_tables;  /* flexible (default) | strict */
	enum wh_policy_value grants;         /* carry (default; same engine) | report */
};

struct wh_map_column {
	const char *name, *to, *type; /* to, type: NULL: as the plan has it */
	const char *place;            /* "migration.yaml:14:5", for messages */
	bool drop;
	struct wh_recipe *recipe; /* NULL: as it is */
	const char *split_by;     /* NULL: not split */
	const char **into;        /* the columns that its parts become */
	size_t ninto;
};
struct wh_map_table {
	const char *table, *to; /* "orders" or "sales.orders" */
	const char *place;
	const char *where;        /* SQL of the source, or NULL */
	struct wh_recipe *filter; /* a script, or NULL */
	struct wh_map_column *columns, *add;
	size_t ncolumns, nadd;
};

struct wh_endpoint {
	const char *url_text;
	struct wh_url url; /* password filled in by wh_settings_secrets */
	const char *password_file, *password_env, *password_command;
};

/* How many rows may go to the quarantine before a run has gone wrong. */
struct wh_bad_rows {
	uint64_t rows;
	uint32_t millionths; /* of all rows; 0: `rows` counts */
};

/* A move of a source that stays in use. Times are milliseconds. */
struct wh_live {
	bool enabled;
	bool way_back;         /* after the cutover writes flow back, until the commit */
	bool ddl_apply;        /* a change of the source's schema is carried out on the target too */
	bool hook_fence;       /* the fence is the hooks' alone, not triggers */
	int64_t max_lag;       /* a cutover begins only below it */
	int64_t deadline;      /* of a cutover, from the fence on: then it backs out */
	int64_t max_age;       /* of the verification that a cutover trusts */
	uint64_t max_retained; /* bytes of log that the source may have to keep; 0: any */
	const char *fence, *unfence, *switch_over; /* hooks: commands of a shell, or NULL */
};

enum wh_reconcile { WH_RECONCILE_AUTO, WH_RECONCILE_YES, WH_RECONCILE_NO };

/* A figure of one table: the sum of a column, or a count of rows. */
struct wh_figure_asked {
	const char *sum;   /* "table.column", or NULL */
	const char *count; /* "table", or NULL */
	const char *by;    /* a column of it, of which each value has a figure of its own; or NULL */
};
/* An entry of `reconcile`: one of `figure`, `refers` and `sequence`. */
struct wh_control_asked {
	const char *name; /* NULL: the kind of the control */
	const char *place;
	struct wh_figure_asked figure, equals; /* equals without both: the source's own figure, */
	const char *equals_number;             /* or this one */
	const char *refers, *refers_to;        /* "table.column" */
	const char *sequence;                  /* the same */
};

#define WH_MEMORY_LEAST (16u << 20) /* less holds no batches that are worth a round trip */

struct wh_settings {
	struct wh_arena arena;
	const char *file;           /* the migration.yaml, or NULL */
	const char *name, *workdir; /* workdir: absolute or relative to the current folder */
	struct wh_endpoint source, target;
	const char **include, **exclude; /* patterns over "name" and "schema.name" */
	size_t ninclude, nexclude;
	struct wh_policies policies;
	struct wh_map_table *map;
	size_t nmap;
	struct wh_type_rule *rules; /* in order */
	size_t nrules;
	struct wh_bad_rows bad_rows;
	int workers;               /* 0: chosen */
	uint64_t memory;           /* bytes; default 512 MiB */
	uint64_t bytes_per_second; /* 0: no limit */
	uint64_t unit_bytes;       /* wished size of a unit; default 32 MiB */
	struct wh_live live;
	enum wh_reconcile reconcile;
	struct wh_control_asked *controls; /* in order */
	size_t ncontrols;
};

void wh_settings_init(struct wh_settings *s);
void wh_settings_free(struct wh_settings *s);
/* A migration.yaml; every error says file:line:column, what was expected, the nearest word. */
int wh_settings_load(struct wh_settings *s, const char *file, struct wh_error *error) WH_MUST_USE;
/* From two URLs (target NULL: there is none yet); the name and, where `workdir` is not set, the work folder's name come from them. */
int wh_settings_urls(struct wh_settings *s, const char *source, const char *target,
	struct wh_error *error) WH_MUST_USE;
/* Reads the passwords that the settings name. */
int wh_settings_secrets(struct wh_settings *s, struct wh_error *error) WH_MUST_USE;
/* "1000" or "0.5%"; false: neither. */
bool wh_bad_rows_parse(const char *text, struct wh_bad_rows *out);
void wh_bad_rows_text(struct wh_buffer *out, const struct wh_bad_rows *limit);
bool wh_policy_parse(const char *policy, const char *word, struct wh_policies *out);
const char *wh_policy_name(enum wh_policy_value value);
/* Of a known policy: the word that is chosen; whether it is part of the plan. */
const char *wh_policy_chosen(const struct wh_policies *p, const char *policy);
bool wh_policy_planned(const char *policy);

#endif

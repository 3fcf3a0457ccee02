/* functions: what a call means, by the name it has in each dialect, and how each writes it. */
#ifndef WH_SQL_FUNCTIONS_H
#define WH_SQL_FUNCTIONS_H

#include "sql/expression.h"

struct wh_function {
	const char *name; /* for messages */
	/* PostgreSQL, MySQL, SQLite: $1 an argument, $* all of them with commas. Each text is one
	 * call, name or literal, or stands in parentheses. NULL: not there. */
	const char *print[3];
	unsigned takes;      /* the classes that its arguments may have; 0: any */
	enum wh_class gives; /* 0: the class of its arguments */
	bool moves;          /* a clock or a random number: only in defaults */
	bool alike;          /* its arguments stand in for one another */
	bool (*certain)(struct wh_sql_work *w, const struct wh_node *call); /* keeps a doubt */
	/* Instead of `print`. */
	bool (*write)(struct wh_sql_work *w, const struct wh_node *call, struct wh_buffer *out);
};

/* EXTRACT(EPOCH ...) and strftime() within a cast to an integer; NULL: nothing of that kind. */
struct wh_node *wh_function_as_integer(struct wh_sql_work *w, const struct wh_node *call);

/* A number as SQL writes it, and a date or time as ISO 8601 writes it, with nothing around. */
bool wh_text_is_number(const char *text);
bool wh_text_is_temporal(const char *text);

bool wh_certain_letters(struct wh_sql_work *w, const struct wh_node *call);
bool wh_certain_part(struct wh_sql_work *w, const struct wh_node *call);
bool wh_certain_trim(struct wh_sql_work *w, const struct wh_node *call);
bool wh_certain_round(struct wh_sql_work *w, const struct wh_node *call);
bool wh_certain_results(struct wh_sql_work *w, const struct wh_node *call);
bool wh_certain_nullif(struct wh_sql_work *w, const struct wh_node *call);
bool wh_certain_instant(struct wh_sql_work *w, const struct wh_node *call);
bool wh_certain_texts(struct wh_sql_work *w, const struct wh_node *call);
bool wh_certain_concat_ws(struct wh_sql_work *w, const struct wh_node *call);
bool wh_certain_pad(struct wh_sql_work *w, const struct wh_node *call);
bool wh_certain_position(struct wh_sql_work *w, const struct wh_node *call);
bool wh_certain_clock(struct wh_sql_work *w, const struct wh_node *call);

bool wh_write_now(struct wh_sql_work *w, const struct wh_node *call, struct wh_buffer *out);
bool wh_write_utc(struct wh_sql_work *w, const struct wh_node *call, struct wh_buffer *out);
bool wh_write_epoch(struct wh_sql_work *w, const struct wh_node *call, struct wh_buffer *out);
bool wh_write_epoch_exact(struct wh_sql_work *w, const struct wh_node *call, struct wh_buffer *out);
bool wh_write_extreme(struct wh_sql_work *w, const struct wh_node *call, struct wh_buffer *out);
bool wh_write_joined(struct wh_sql_work *w, const struct wh_node *call, struct wh_buffer *out);
bool wh_write_json_valid(struct wh_sql_work *w, const struct wh_node *call, struct wh_buffer *out);

#endif

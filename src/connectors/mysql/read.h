/* read: one cell of a row on its way from the library's buffers into a batch. */
#ifndef WH_CONNECTORS_MYSQL_READ_H
#define WH_CONNECTORS_MYSQL_READ_H

#include "connectors/mysql/mysql.h"

struct wh_mysql_cell;
/* Appends the cell, which is not null, as a value or a stray. */
typedef int (*wh_mysql_take)(struct wh_mysql_reader *r, struct wh_mysql_cell *cell,
	struct wh_batch *out, size_t column, struct wh_error *error);

enum wh_mysql_ask { /* how the column stands in the SELECT */
	WH_MYSQL_PLAIN,
	WH_MYSQL_NUMBER, /* col + 0 */
	WH_MYSQL_STRING, /* as UTF-8, converted by the server where it is stored otherwise */
	WH_MYSQL_CAST,   /* the server's text of something that is none */
	WH_MYSQL_HEX,
	WH_MYSQL_WKB_HEX,
	WH_MYSQL_RAW, /* the stored bytes */
};

struct wh_mysql_form {
	enum wh_kind wire;
	unsigned classes; /* of the column, or'ed */
	enum wh_mysql_ask ask;
	enum enum_field_types bind;
	wh_mysql_take take;
};

struct wh_mysql_cell {
	const struct wh_mysql_form *form;
	const struct wh_type *type, *wire;
	union {
		int64_t integer;
		double number;
		float single;
		MYSQL_TIME time;
	} value;
	char *bytes;
	unsigned long length, room;
	my_bool is_null, cut;
};

#define WH_MYSQL_ALIEN 0xFF /* in front of bytes that are no character of their set */

/* What is stored as UTF-8 or ASCII is read as it is. */
bool wh_mysql_is_utf8(const struct wh_type *type);
/* The expression that gives a value of this character set as UTF-8, or shows it as alien. */
void wh_mysql_converted(struct wh_buffer *out, const char *value, const char *charset);

/* The SELECT's expression for a field; and the cell and bind for it. */
void wh_mysql_cell_expression(struct wh_buffer *out, const struct wh_field *field);
void wh_mysql_cell_init(struct wh_mysql_cell *cell, const struct wh_field *field,
	struct wh_arena *arena, MYSQL_BIND *bind);

#endif

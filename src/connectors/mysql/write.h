/* write: columns of a batch as the arrays that the library sends. */
#ifndef WH_CONNECTORS_MYSQL_WRITE_H
#define WH_CONNECTORS_MYSQL_WRITE_H

#include "connectors/mysql/mysql.h"

struct wh_mysql_feed;
/* WH_ROW: a value cannot go. */
typedef int (*wh_mysql_fill)(struct wh_mysql_feed *feed, const struct wh_lane *lane, uint32_t rows,
	struct wh_error *error);

/* The values of one column. Numbers stand side by side; the rest is found through pointers. */
struct wh_mysql_feed {
	const struct wh_field *field;
	wh_mysql_fill fill;
	enum enum_field_types bind;
	unsigned width; /* of a number; 0: through the pointers */
	bool is_unsigned;
	const void *numbers; /* of the lane, or `made` */
	int64_t *made;
	MYSQL_TIME *times;
	const void **pointers;
	unsigned long *lengths;
	char *nulls;            /* of the lane */
	struct wh_buffer bytes; /* values that are spelt anew */
};

/* Chooses how the field's values are sent, with room for `rows` of them. */
void wh_mysql_feed_init(struct wh_mysql_feed *feed, const struct wh_field *field, uint32_t rows);
void wh_mysql_feed_free(struct wh_mysql_feed *feed);
/* Adds what each row takes in a message. */
void wh_mysql_feed_sizes(const struct wh_mysql_feed *feed, uint32_t rows, uint64_t *sizes);
/* How many of the rows from `first` on hold an ENUM's index 0, which shows as an empty text. */
uint32_t wh_mysql_feed_unlabelled(const struct wh_mysql_feed *feed, uint32_t first, uint32_t rows);
/* The rows from `first` on as an array, or the row `first` alone. */
void wh_mysql_feed_bind(const struct wh_mysql_feed *feed, uint32_t first, bool array,
	MYSQL_BIND *bind);

#endif

/* A record: one object, read into the columns of its table, its arrays of items into theirs. */
#include "codecs/jsonl/parts.h"
#include <stdio.h>
#include <string.h>

/* What is being read: an object and, where objects become columns, those in it. */
struct object {
	struct jsonl *s;
	struct jsonl_table *table;
	struct wh_json_reader *in;
	struct wh_error *error;
	const char *at; /* the member at hand */
};

static int members(struct object *o);

static int reject(struct jsonl *s, const char *at, const char *format, ...) WH_FORMAT(3, 4);

static int reject(struct jsonl *s, const char *at, const char *format, ...)
{
	char text[512];
	va_list list;
	va_start(list, format);
	vsnprintf(text, sizeof text, format, list);
	va_end(list);
	wh_buffer_clear(&s->reason);
	wh_buffer_format(&s->reason, "at byte %lld of %s: %s",
		(long long)(s->record.at + (at - s->record.bytes)), s->cut.file, text);
	return WH_ROW;
}

static int reject_fault(struct jsonl *s, const struct wh_json_reader *in)
{
	unsigned char byte = in->at < in->end ? (unsigned char)*in->at : 0;
	if (in->at >= in->end)
		return reject(s, in->at, "the record ends where %s belongs", in->wanted);
	if (byte > ' ' && byte < 0x7f)
		return reject(s, in->at, "'%c' stands where %s belongs", byte, in->wanted);
	return reject(s, in->at, "X'%02X' stands where %s belongs", byte, in->wanted);
}

/* Appends the key to the path of what it stands in. */
static int path_add(struct object *o, const struct wh_json_value *key)
{
	struct wh_buffer *path = &o->s->path;
	if (path->size)
		wh_buffer_char(path, '\0');
	size_t start = path->size;
	wh_json_unescape(path, key);
	if (memchr(path->data + start, '\0', path->size - start))
		return reject(o->s, o->at, "a key that holds U+0000 cannot name a column");
	return WH_OK;
}

/* What arrays of items hold in arrays stays JSON, as does what columns= gives a type. */
static bool becomes_table(const struct object *o, const struct jsonl_column *c)
{
	const struct jsonl_options *options = &o->s->options;
	return options->nested == JSONL_TABLES && !o->table->column &&
		!wh_jsonl_given(options, c->name);
}

static int value_read(struct object *o, const char *path, size_t n)
{
	struct jsonl *s = o->s;
	struct jsonl_column *c;
	struct wh_json_value value;
	if (!wh_json_value(o->in, &value))
		return reject_fault(s, o->in);
	if (n > JSONL_PATH_MOST)
		return reject(s, o->at, "a key of more than %d bytes cannot name a column",
			JSONL_PATH_MOST);
	int rc = wh_jsonl_column(s, o->table, path, n, &c, o->error);
	if (rc != WH_OK)
		return rc;
	if (c->serial == o->table->serial)
		return reject(s, o->at, "the key \"%.60s\" is there twice; one of them would be lost",
			c->name);
	c->serial = o->table->serial;
	c->value = value;
	if (value.kind == WH_JSON_ARRAY && !c->child && becomes_table(o, c))
		rc = wh_jsonl_table_add(s, c, &c->child, o->error);
	return rc;
}

static int member(struct object *o, const struct wh_json_value *key)
{
	struct jsonl *s = o->s;
	size_t before = s->path.size;
	bool inside = s->options.nested != JSONL_JSON && wh_json_next(o->in) == WH_JSON_OBJECT;
	o->at = key->bytes - 1;
	bool bare = !before && !key->escaped && !inside;
	int rc = key->n ? WH_OK : reject(s, o->at, "an empty key cannot name a column");
	if (rc == WH_OK && !bare)
		rc = path_add(o, key);
	if (rc == WH_OK && inside)
		rc = members(o);
	else if (rc == WH_OK)
		rc = bare ? value_read(o, key->bytes, key->n) : value_read(o, s->path.data, s->path.size);
	s->path.size = before;
	return rc;
}

/* All that is in the object that comes next. */
static int members(struct object *o)
{
	struct wh_json_value key;
	int rc = wh_json_enter(o->in) ? WH_OK : reject_fault(o->s, o->in);
	while (rc == WH_OK && wh_json_key(o->in, &key))
		rc = member(o, &key);
	return rc == WH_OK && o->in->wanted ? reject_fault(o->s, o->in) : rc;
}

static void begin(struct object *o)
{
	o->table->serial++;
	o->table->expected = 0;
	o->s->path.size = 0;
	o->at = o->in->at;
}

bool wh_jsonl_column_items(const struct jsonl_table *t, const struct jsonl_column *c)
{
	return c->child && c->serial == t->serial && c->value.kind == WH_JSON_ARRAY;
}

void wh_jsonl_items_begin(struct jsonl_items *i, const struct jsonl_column *array)
{
	*i = (struct jsonl_items){ .table = array->child };
	wh_json_read(&i->in, array->value.bytes, array->value.n);
	wh_json_enter(&i->in);
}

int wh_jsonl_items_next(struct jsonl *s, struct jsonl_items *i, struct wh_error *error)
{
	struct object o = { s, i->table, &i->in, error };
	if (!wh_json_item(&i->in))
		return WH_DONE;
	i->number++;
	begin(&o);
	return wh_json_next(&i->in) == WH_JSON_OBJECT ? members(&o) : value_read(&o, "", 0);
}

static int check_items(struct jsonl *s, struct wh_error *error)
{
	const struct jsonl_table *t = s->tables[0];
	int rc = WH_OK;
	for (size_t c = 0; rc == WH_OK && c < t->ncolumns; c++) {
		if (!wh_jsonl_column_items(t, t->columns[c]))
			continue;
		struct jsonl_items items;
		wh_jsonl_items_begin(&items, t->columns[c]);
		do
			rc = wh_jsonl_items_next(s, &items, error);
		while (rc == WH_OK);
		rc = rc == WH_DONE ? WH_OK : rc;
	}
	return rc;
}

int wh_jsonl_record_read(struct jsonl *s, struct wh_error *error)
{
	struct wh_json_reader in;
	struct object o = { s, s->tables[0], &in, error };
	wh_json_read(&in, s->record.bytes, s->record.n);
	begin(&o);
	if (wh_json_next(&in) != WH_JSON_OBJECT) {
		in.wanted = "an object";
		return reject_fault(s, &in);
	}
	int rc = s->options.whole ? value_read(&o, JSONL_DOCUMENT, sizeof JSONL_DOCUMENT - 1)
							  : members(&o);
	if (rc == WH_OK && !wh_json_end(&in))
		rc = reject_fault(s, &in);
	if (rc == WH_OK && in.lone)
		rc = reject(s, in.lone, "%.6s is half of a character, and its other half is missing",
			in.lone);
	return rc == WH_OK && s->options.nested == JSONL_TABLES ? check_items(s, error) : rc;
}

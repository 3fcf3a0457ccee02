/* The options of a URL. What is wrong with one is said with what is expected instead. */
#include "base/text.h"
#include "codecs/csv/parts.h"

#define SKIP_MOST 1000000

const struct wh_option wh_csv_options[] = {
	WH_CODEC_PACKED,
	{ "delimiter", "text", "auto", "one character between fields, or tab" },
	{ "quote", "text", "auto", "one character around fields, or none" },
	{ "escape", "text", "auto", "quotes in a quoted field: double, or behind a backslash" },
	{ "header", "text", "auto", "whether the first record names the columns: yes, no" },
	{ "encoding", "text", "auto", "a name that iconv knows: windows-1252, UTF-16LE" },
	{ "skip", "int", "0", "lines before the header" },
	{ "comment", "text", NULL, "one character: lines that begin with it are left out" },
	{ "trim", "text", "no", "yes: blanks around a field are none of it" },
	{ "null", "text", NULL, "more texts that are NULL where they are not quoted: NULL,\\N" },
	{ "types", "text", "auto", "text: columns whose types are not given are all text" },
	{ "columns", "text", NULL, "types by name: id:int64,name:text(40),amount:decimal(12,2)" },
	{ "key", "text", NULL, "columns of the primary key: id,line" },
	{ "keys", "text", "none", "record: file_id and record_id are the primary key" },
	{ "table", "text", NULL, "one table of this name for all files" },
	{ "decimal", "text", NULL, "the point of numbers: . or , and the other groups thousands" },
	{ "date", "text", NULL, "how dates are written, such as DD.MM.YYYY; else ISO 8601" },
	{ "newline", "text", "lf", "ends of the lines written: lf, crlf" },
	{ "bom", "text", "no", "yes: a byte order mark is written" },
	{ NULL, NULL, NULL, NULL },
};

struct reading {
	struct wh_csv_settings *out;
	const struct wh_codec_setup *setup;
	struct wh_error *error;
};

static const char *value_of(const struct reading *r, const char *name)
{
	return wh_url_param(r->setup->url, name);
}

static int refuse(const struct reading *r, const char *name, const char *expected)
{
	return wh_fail(r->error, WH_CONFIG, "%s \"%.40s\" is not understood; expected %s", name,
		value_of(r, name), expected);
}

/* Which of the words stands there; the first where nothing does. */
static int read_word(const struct reading *r, const char *name, const char *const words[], int *out)
{
	const char *value = value_of(r, name);
	struct wh_buffer expected = { 0 };
	*out = 0;
	for (int i = 0; value && words[i]; i++) {
		*out = i;
		if (wh_equal_nocase(value, words[i]))
			return WH_OK;
	}
	if (!value)
		return WH_OK;
	for (int i = 0; words[i]; i++)
		wh_buffer_format(&expected, "%s%s", i ? " or " : "", words[i]);
	int rc = refuse(r, name, wh_buffer_string(&expected));
	wh_buffer_free(&expected);
	return rc;
}

static int read_yes(const struct reading *r, const char *name, bool *out)
{
	static const char *const words[] = { "no", "yes", NULL };
	int word;
	int rc = read_word(r, name, words, &word);
	*out = word == 1;
	return rc;
}

/* One character of ASCII that no number has. */
static bool is_mark(const char *value)
{
	return value[0] && !value[1] && (unsigned char)value[0] < 0x80 && !strchr("\r\n", value[0]) &&
		!(value[0] >= '0' && value[0] <= '9');
}

static int read_mark(const struct reading *r, const char *name, char *out, bool *given)
{
	const char *value = value_of(r, name);
	*given = value && !wh_equal_nocase(value, "auto");
	if (!*given)
		return WH_OK;
	if (!is_mark(value))
		return refuse(r, name, "one character of ASCII that is no digit");
	*out = *value;
	return WH_OK;
}

static int read_delimiter(const struct reading *r)
{
	const char *value = value_of(r, "delimiter");
	struct wh_csv_dialect *d = &r->out->dialect;
	bool given = true;
	int rc = WH_OK;
	if (value && (wh_equal_nocase(value, "tab") || wh_equal(value, "\\t")))
		d->delimiter = '\t';
	else
		rc = read_mark(r, "delimiter", &d->delimiter, &given);
	r->out->find_delimiter = !given;
	return rc;
}

static int read_quote(const struct reading *r)
{
	const char *value = value_of(r, "quote");
	struct wh_csv_dialect *d = &r->out->dialect;
	bool given = true;
	int rc = WH_OK;
	if (value && wh_equal_nocase(value, "none"))
		d->quote = 0;
	else
		rc = read_mark(r, "quote", &d->quote, &given);
	r->out->find_quote = !given;
	return rc;
}

static int read_dialect(const struct reading *r)
{
	static const char *const escapes[] = { "auto", "double", "backslash", NULL };
	static const char *const headers[] = { "auto", "yes", "no", NULL };
	struct wh_csv_dialect *d = &r->out->dialect;
	int escape = 0, header = 0, rc;
	bool given;
	if ((rc = read_delimiter(r)) || (rc = read_quote(r)) ||
		(rc = read_word(r, "escape", escapes, &escape)) ||
		(rc = read_word(r, "header", headers, &header)) ||
		(rc = read_mark(r, "comment", &d->comment, &given)) || (rc = read_yes(r, "trim", &d->trim)))
		return rc;
	d->backslash = escape == 2;
	d->header = header != 2;
	r->out->find_escape = escape == 0;
	r->out->find_header = header == 0;
	if (d->backslash && (!d->quote || d->quote == '\\'))
		return wh_fail(r->error, WH_CONFIG,
			"escape \"backslash\" is for quoted fields; give quote= another character, or take it away");
	if (!r->out->find_delimiter && (d->delimiter == d->quote || d->delimiter == d->comment))
		return refuse(r, "delimiter", "another character than those of quotes and comments");
	if (d->comment && d->comment == d->quote)
		return refuse(r, "comment", "another character than that of quotes");
	return WH_OK;
}

static int read_skip(const struct reading *r)
{
	const char *value = value_of(r, "skip");
	uint64_t lines = 0;
	if (value && (!wh_text_uint64(value, strlen(value), &lines) || lines > SKIP_MOST))
		return refuse(r, "skip", "how many lines stand before the header");
	r->out->dialect.skip = (size_t)lines;
	return WH_OK;
}

/* What stands between commas, but for those in parentheses. */
static const char *take_item(const struct reading *r, const char **at)
{
	int depth = 0;
	size_t n = 0;
	const char *from = *at;
	for (; from[n] && (from[n] != ',' || depth > 0); n++)
		depth += (from[n] == '(') - (from[n] == ')');
	*at += n + (from[n] == ',');
	return wh_arena_bytes(r->setup->arena, from, n);
}

static void read_list(const struct reading *r, const char *name, const char ***items, size_t *n)
{
	const char *at = value_of(r, name);
	while (at && *at)
		*wh_push(r->setup->arena, items, n) = take_item(r, &at);
}

/* "(12,2)" behind a kind's name: how many numbers, or -1. */
static int read_sizes(const char *text, int64_t sizes[2])
{
	for (int i = 0; i < 2; i++) {
		size_t n = strspn(++text, "0123456789");
		if (!n || n > 9 || !wh_text_int64(text, n, &sizes[i]))
			return -1;
		text += n;
		if (*text == ')')
			return text[1] ? -1 : i + 1;
		if (*text != ',')
			return -1;
	}
	return -1;
}

/* Kinds that a text alone says all of, and what the numbers behind them are. */
static const struct {
	enum wh_kind kind;
	enum { BARE, INTEGER, DIGITS, FRACTION, LENGTH } sizes;
} kinds[] = {
	{ WH_BOOL, BARE },
	{ WH_INT64, INTEGER },
	{ WH_UINT64, INTEGER },
	{ WH_FLOAT32, BARE },
	{ WH_FLOAT64, BARE },
	{ WH_DECIMAL, DIGITS },
	{ WH_TEXT, LENGTH },
	{ WH_BYTES, LENGTH },
	{ WH_DATE, BARE },
	{ WH_TIME, FRACTION },
	{ WH_TIMESTAMP, FRACTION },
	{ WH_TIMESTAMPTZ, FRACTION },
	{ WH_INTERVAL, BARE },
	{ WH_UUID, BARE },
	{ WH_JSON, BARE },
	{ WH_XML, BARE },
	{ WH_BITS, LENGTH },
};

/* n sizes were given. */
static bool type_sized(struct wh_type *out, int how, const int64_t sizes[2], int n)
{
	if (how == INTEGER)
		out->precision = 64;
	if (how == FRACTION)
		out->precision = n ? (int32_t)sizes[0] : 6;
	if (how == LENGTH)
		out->length = sizes[0];
	if (how == DIGITS) {
		out->precision = (int32_t)sizes[0];
		out->scale = (int32_t)sizes[1];
		return !n || (out->precision > 0 && out->precision <= 1000 && out->scale <= out->precision);
	}
	return !n || (n == 1 && (how == FRACTION ? sizes[0] <= 6 : how == LENGTH && sizes[0] > 0));
}

static bool type_named(const char *text, struct wh_type *out)
{
	size_t length = strcspn(text, "(");
	int64_t sizes[2] = { 0 };
	int n = text[length] ? read_sizes(text + length, sizes) : 0;
	for (size_t i = 0; n >= 0 && i < sizeof kinds / sizeof *kinds; i++) {
		const char *name = wh_kind_name(kinds[i].kind);
		if (strlen(name) != length || memcmp(name, text, length) != 0)
			continue;
		*out = (struct wh_type){ .kind = kinds[i].kind };
		return type_sized(out, kinds[i].sizes, sizes, n);
	}
	return false;
}

static int read_columns(const struct reading *r)
{
	const char **items = NULL;
	size_t n = 0;
	read_list(r, "columns", &items, &n);
	for (size_t i = 0; i < n; i++) {
		const char *colon = strrchr(items[i], ':');
		struct wh_type type;
		if (!colon || colon == items[i] || !type_named(colon + 1, &type))
			return wh_fail(r->error, WH_CONFIG,
				"columns: \"%.60s\" is not understood; expected NAME:KIND, with a kind such as "
				"int64, decimal(12,2), text, text(40), date, timestamp, bool, uuid, json or bytes",
				items[i]);
		*wh_push(r->setup->arena, &r->out->columns, &r->out->ncolumns) = (struct wh_csv_given){
			wh_arena_bytes(r->setup->arena, items[i], (size_t)(colon - items[i])), type
		};
	}
	return WH_OK;
}

static int read_form(const struct reading *r)
{
	static const char *const points[] = { ".", ",", NULL };
	struct wh_csv_form *form = &r->out->form;
	int point;
	int rc = read_word(r, "decimal", points, &point);
	if (rc != WH_OK)
		return rc;
	form->point = *points[point];
	form->thousands = !value_of(r, "decimal") ? 0 : point == 0 ? ',' : '.';
	form->date = value_of(r, "date");
	if (form->date && !wh_csv_form_date(form->date))
		return refuse(r, "date", "YYYY, MM and DD, each once, such as DD.MM.YYYY");
	read_list(r, "null", &form->nulls, &form->nnulls);
	form->empty_null = r->out->dialect.quote || !form->nnulls;
	return WH_OK;
}

static int read_table(const struct reading *r)
{
	static const char *const types[] = { "auto", "text", NULL };
	static const char *const keys[] = { "none", "record", NULL };
	static const char *const lines[] = { "lf", "crlf", NULL };
	int type = 0, key = 0, line = 0, rc;
	if ((rc = read_word(r, "types", types, &type)) || (rc = read_word(r, "keys", keys, &key)) ||
		(rc = read_word(r, "newline", lines, &line)) || (rc = read_yes(r, "bom", &r->out->bom)))
		return rc;
	r->out->text_only = type == 1;
	r->out->by_record = key == 1;
	r->out->crlf = line == 1;
	r->out->table = value_of(r, "table");
	read_list(r, "key", &r->out->key, &r->out->nkey);
	if (r->out->by_record && r->out->nkey)
		return wh_fail(r->error, WH_CONFIG,
			"key and keys=record name two primary keys; leave one of them");
	return WH_OK;
}

void wh_csv_settings_sure(struct wh_csv_settings *s)
{
	s->find_delimiter = s->find_quote = s->find_escape = s->find_header = false;
}

int wh_csv_settings_read(struct wh_csv_settings *out, const struct wh_codec_setup *setup,
	struct wh_error *error)
{
	const struct reading r = { out, setup, error };
	const char *encoding = wh_url_param(setup->url, "encoding");
	*out = (struct wh_csv_settings){ .dialect = { .delimiter = ',', .quote = '"', .line = '\n' } };
	out->encoding = encoding && wh_equal_nocase(encoding, "auto") ? NULL : encoding;
	int rc;
	if ((rc = read_dialect(&r)) || (rc = read_skip(&r)) || (rc = read_form(&r)) ||
		(rc = read_columns(&r)))
		return rc;
	return read_table(&r);
}

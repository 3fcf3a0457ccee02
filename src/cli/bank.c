#include "cli/bank.h"
#include "base/file.h"
#include "base/text.h"
#include "codecs/cobol/cobol.h"
#include "model/value.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#define CUSTOMERS 200
#define ACCOUNTS 2   /* of a customer */
#define MOVEMENTS 25 /* of an account */
#define PER_ACCOUNT (1 + MOVEMENTS)
#define PER_CUSTOMER (1 + ACCOUNTS * PER_ACCOUNT)
#define GAP_FROM 5000 /* the record from which on numbers are higher, */
#define GAP 9         /* by so many */
#define FILE_NAME "BANK.DAT"
#define BOOK_NAME "BANK.cpy"

static const char copybook[] =
	"      * What the bank unloads each night: one file, three kinds of records.\n"
	"       01  BANK-RECORD.\n"
	"           05  RECORD-TYPE             PIC X.\n"
	"           05  RECORD-NUMBER           PIC 9(9) COMP.\n"
	"           05  RECORD-BODY             PIC X(95).\n"
	"           05  CUSTOMER REDEFINES RECORD-BODY.\n"
	"               10  CUSTOMER-ID         PIC 9(9).\n"
	"               10  CUSTOMER-NAME       PIC X(30).\n"
	"               10  CITY                PIC X(20).\n"
	"               10  SINCE               PIC X(10).\n"
	"               10  FILLER              PIC X(26).\n"
	"           05  ACCOUNT REDEFINES RECORD-BODY.\n"
	"               10  ACCOUNT-ID          PIC 9(10).\n"
	"               10  CURRENCY            PIC X(3).\n"
	"               10  OPENING-BALANCE     PIC S9(11)V99 COMP-3.\n"
	"               10  CLOSING-BALANCE     PIC S9(11)V99 COMP-3.\n"
	"               10  FILLER              PIC X(68).\n"
	"           05  MOVEMENT REDEFINES RECORD-BODY.\n"
	"               10  MOVEMENT-ID         PIC 9(12).\n"
	"               10  BOOKED              PIC X(10).\n"
	"               10  AMOUNT              PIC S9(9)V99.\n"
	"               10  BALANCE-AFTER       PIC S9(11)V99 COMP-3.\n"
	"               10  PURPOSE             PIC X(55).\n";

#define RECORD_LENGTH 100

/* Which record of which kind: customer i, its account j, that one's movement k. */
struct record {
	unsigned customer, account, movement;
};

static unsigned number_of(struct record r, char kind)
{
	unsigned n = r.customer * PER_CUSTOMER;
	if (kind != 'C')
		n += 1 + r.account * PER_ACCOUNT;
	return kind == 'M' ? n + 1 + r.movement : n;
}

/* ---- what the bank books ---- */

static uint64_t mixed(uint64_t x)
{
	x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
	return x ^ x >> 31;
}

static uint64_t chance(struct record r, uint64_t what)
{
	return mixed(what << 48 | (uint64_t)r.customer << 32 | r.account << 16 | r.movement);
}

/* Cents. One of three goes out. */
static int64_t amount(struct record r)
{
	int64_t cents = (int64_t)(chance(r, 1) % 250000 + 1);
	return chance(r, 2) % 3 == 0 ? -cents : cents;
}

static int64_t opening(struct record r)
{
	r.movement = 0;
	return (int64_t)(chance(r, 3) % 5000000);
}

/* After the first n movements. */
static int64_t balance(struct record r, unsigned n)
{
	int64_t cents = opening(r);
	for (r.movement = 0; r.movement < n; r.movement++)
		cents += amount(r);
	return cents;
}

struct writing {
	struct wh_buffer *out;
	struct record r;
	char kind;
};

static void put_money(struct wh_buffer *out, int64_t cents)
{
	uint64_t size = (uint64_t)(cents < 0 ? -cents : cents);
	wh_buffer_format(out, "%s%llu.%02u", cents < 0 ? "-" : "", (unsigned long long)(size / 100),
		(unsigned)(size % 100));
}

static void put_name(struct writing *w)
{
	static const char *const first[] = { "ANNA", "BEN", "CLARA", "DAVID", "EMMA", "FELIX", "GRETA",
		"HUGO", "IDA", "JONAS", "KLARA", "LEO", "MARTA", "NILS", "OLGA", "PAUL" };
	static const char *const last[] = { "ALBERS", "BRANDT", "CHRISTENSEN", "DE VRIES", "ENGEL",
		"FISCHER", "GARCIA", "HANSEN", "IVERSEN", "JANSEN", "KOWALSKI", "LARSEN", "MEYER" };
	wh_buffer_format(w->out, "%s %s", first[chance(w->r, 4) % 16], last[chance(w->r, 5) % 13]);
}

static void put_city(struct writing *w)
{
	static const char *const cities[] = { "BREMEN", "HAMBURG", "KIEL", "EMDEN", "HUSUM",
		"CUXHAVEN" };
	wh_buffer_text(w->out, cities[chance(w->r, 6) % 6]);
}

static void put_since(struct writing *w)
{
	wh_buffer_format(w->out, "%u-%02u-%02u", (unsigned)(1985 + chance(w->r, 7) % 40),
		(unsigned)(1 + chance(w->r, 8) % 12), (unsigned)(1 + chance(w->r, 9) % 28));
}

static void put_booked(struct writing *w)
{
	wh_buffer_format(w->out, "2026-10-%02u", w->r.movement + 1);
}

static void put_purpose(struct writing *w)
{
	static const char *const purposes[] = { "SALARY", "RENT", "CARD PAYMENT", "TRANSFER",
		"STANDING ORDER", "CASH WITHDRAWAL", "INTEREST" };
	wh_buffer_text(w->out, purposes[chance(w->r, 10) % 7]);
}

static void put_type(struct writing *w)
{
	wh_buffer_char(w->out, w->kind);
}

static void put_file(struct writing *w)
{
	wh_buffer_char(w->out, '1');
}

static void put_record(struct writing *w)
{
	wh_buffer_format(w->out, "%u", number_of(w->r, w->kind));
}

static void put_parent(struct writing *w)
{
	wh_buffer_format(w->out, "%u", number_of(w->r, w->kind == 'M' ? 'A' : 'C'));
}

static void put_number(struct writing *w)
{
	unsigned n = number_of(w->r, w->kind);
	wh_buffer_format(w->out, "%u", n + 1 + (n >= GAP_FROM ? GAP : 0));
}

static void put_customer(struct writing *w)
{
	wh_buffer_format(w->out, "%u", 100001 + w->r.customer);
}

static void put_account(struct writing *w)
{
	wh_buffer_format(w->out, "%u", 4000001 + w->r.customer * ACCOUNTS + w->r.account);
}

static void put_currency(struct writing *w)
{
	wh_buffer_text(w->out, w->r.account ? "USD" : "EUR");
}

static void put_opening(struct writing *w)
{
	put_money(w->out, opening(w->r));
}

static void put_closing(struct writing *w)
{
	put_money(w->out, balance(w->r, MOVEMENTS));
}

static void put_movement(struct writing *w)
{
	wh_buffer_format(w->out, "%u", 700000001 + number_of(w->r, 'M'));
}

static void put_amount(struct writing *w)
{
	put_money(w->out, amount(w->r));
}

static void put_balance(struct writing *w)
{
	put_money(w->out, balance(w->r, w->r.movement + 1));
}

static const struct {
	const char *column;
	void (*put)(struct writing *);
} columns[] = {
	{ WH_CODEC_FILE, put_file },
	{ WH_CODEC_RECORD, put_record },
	{ "parent_id", put_parent },
	{ "record_type", put_type },
	{ "record_number", put_number },
	{ "customer_id", put_customer },
	{ "customer_name", put_name },
	{ "city", put_city },
	{ "since", put_since },
	{ "account_id", put_account },
	{ "currency", put_currency },
	{ "opening_balance", put_opening },
	{ "closing_balance", put_closing },
	{ "movement_id", put_movement },
	{ "booked", put_booked },
	{ "amount", put_amount },
	{ "balance_after", put_balance },
	{ "purpose", put_purpose },
};

#define COLUMNS (sizeof columns / sizeof *columns)

/* ---- the rows, as the codec draws them ---- */

struct draw {
	char kind;
	struct record at;
	struct wh_batch batch;
	struct wh_buffer text;
};

static bool ended(const struct draw *d)
{
	return d->at.customer == CUSTOMERS;
}

static void step(struct draw *d)
{
	if (d->kind == 'M' && ++d->at.movement < MOVEMENTS)
		return;
	d->at.movement = 0;
	if (d->kind != 'C' && ++d->at.account < ACCOUNTS)
		return;
	d->at.account = 0;
	d->at.customer++;
}

static bool put_cell(struct draw *d, const char *column, size_t at)
{
	struct writing w = { &d->text, d->at, d->kind };
	for (size_t i = 0; i < COLUMNS; i++)
		if (wh_equal(columns[i].column, column)) {
			wh_buffer_clear(&d->text);
			columns[i].put(&w);
			return wh_value_parse(&d->batch, at, d->text.data, d->text.size);
		}
	return false;
}

static int next_rows(struct wh_codec_rows *rows, size_t table, struct wh_batch **out,
	struct wh_error *error)
{
	struct draw *d = (struct draw *)rows->context + table;
	const struct wh_rowset *t = &rows->tables[table];
	if (!d->batch.lanes)
		wh_rowset_batch(t, &d->batch);
	wh_batch_reset(&d->batch);
	for (; !ended(d) && !wh_batch_full(&d->batch); step(d)) {
		for (size_t i = 0; i < t->nfields; i++)
			if (!put_cell(d, t->fields[i].name, i))
				return wh_fail(error, WH_BUG, "the sample has no column \"%s\"", t->fields[i].name);
		wh_batch_row(&d->batch);
	}
	*out = &d->batch;
	return d->batch.rows ? WH_OK : WH_DONE;
}

/* ---- the file ---- */

static int begin_file(struct wh_codec_sink *sink, const char *name, struct wh_error *error)
{
	(void)sink;
	(void)name;
	(void)error;
	return WH_OK;
}

static int put_bytes(struct wh_codec_sink *sink, const void *bytes, size_t n,
	struct wh_error *error)
{
	wh_buffer_put(sink->context, bytes, n);
	(void)error;
	return WH_OK;
}

static int read_book(void *context, const char *path, struct wh_arena *arena,
	struct wh_codec_text *out, struct wh_error *error)
{
	(void)context;
	(void)path;
	(void)arena;
	(void)error;
	*out = (struct wh_codec_text){ copybook, sizeof copybook - 1 };
	return WH_OK;
}

static void make_rowsets(const struct wh_catalog *c, struct wh_arena *arena, struct wh_rowset *out,
	struct draw *draws)
{
	for (size_t i = 0; i < c->ntables; i++) {
		const struct wh_table *t = &c->tables[i];
		struct wh_field *fields = wh_new_array(arena, struct wh_field, t->ncolumns);
		for (size_t k = 0; k < t->ncolumns; k++)
			fields[k] = (struct wh_field){ .name = t->columns[k].name,
				.type = t->columns[k].type,
				.wire = t->columns[k].type };
		out[i] = (struct wh_rowset){ .table = t->name, .fields = fields, .nfields = t->ncolumns };
		draws[i].kind = wh_equal(t->name, "customer") ? 'C'
			: wh_equal(t->name, "account")
			? 'A'
			: 'M';
	}
}

static int encode(void *codec, struct wh_catalog *c, struct wh_buffer *out, struct wh_error *error)
{
	struct wh_rowset *tables = wh_new_array(&c->arena, struct wh_rowset, c->ntables);
	struct draw *draws = wh_new_array(&c->arena, struct draw, c->ntables);
	struct wh_codec_rows rows = { tables, c->ntables, draws, next_rows };
	struct wh_codec_sink sink = { out, begin_file, put_bytes };
	make_rowsets(c, &c->arena, tables, draws);
	int rc = wh_cobol.encode(codec, &rows, &sink, error);
	for (size_t i = 0; i < c->ntables; i++) {
		wh_batch_finish(&draws[i].batch);
		wh_buffer_free(&draws[i].text);
	}
	return rc;
}

static int make_file(struct wh_buffer *out, struct wh_arena *arena, struct wh_error *error)
{
	struct wh_url url = { 0 };
	struct wh_catalog catalog;
	void *codec = wh_arena_alloc(arena, wh_cobol.state_size);
	struct wh_codec_setup setup = { .url = &url,
		.name = "BANK",
		.sample = "",
		.sample_whole = true,
		.ours = true,
		.text = read_book,
		.arena = arena };
	wh_catalog_init(&catalog, "cobol");
	int rc = wh_url_parse(wh_sample_bank_url(arena, ""), arena, &url, error);
	if (rc == WH_OK)
		rc = wh_cobol.open(codec, &setup, error);
	if (rc == WH_OK)
		rc = wh_cobol.describe(codec, &catalog, error);
	if (rc == WH_OK)
		rc = encode(codec, &catalog, out, error);
	wh_cobol.close(codec);
	wh_catalog_free(&catalog);
	return rc;
}

/* A blank within a zoned amount, a packed balance of other than digits, a kind that there is not. */
static void damage(struct wh_buffer *file)
{
	static const struct {
		struct record record;
		size_t at;
		unsigned char byte;
	} faults[WH_BANK_DAMAGED] = {
		{ { 17, 0, 3 }, 30, 0x40 },
		{ { 58, 1, 20 }, 40, 0xFB },
		{ { 133, 0, 7 }, 0, 0xE9 },
	};
	for (size_t i = 0; i < WH_BANK_DAMAGED; i++) {
		size_t at = (size_t)number_of(faults[i].record, 'M') * RECORD_LENGTH + faults[i].at;
		if (at < file->size)
			file->data[at] = (char)faults[i].byte;
	}
}

const char *wh_sample_bank_url(struct wh_arena *arena, const char *folder)
{
	return wh_arena_format(arena,
		"cobol:%s/" FILE_NAME "?copybook=%s/" BOOK_NAME
		"&segment_field=RECORD-TYPE&segments=C:CUSTOMER,A:ACCOUNT,M:MOVEMENT"
		"&parents=ACCOUNT:CUSTOMER,MOVEMENT:ACCOUNT&sequence=RECORD-NUMBER",
		folder, folder);
}

int wh_sample_bank(const char *folder, struct wh_error *error)
{
	struct wh_arena arena = { 0 };
	struct wh_buffer file = { 0 };
	int rc = make_file(&file, &arena, error);
	damage(&file);
	if (rc == WH_OK)
		rc = wh_file_write(wh_arena_format(&arena, "%s/" FILE_NAME, folder), "the bank's file",
			wh_buffer_string(&file), file.size, error);
	if (rc == WH_OK)
		rc = wh_file_write(wh_arena_format(&arena, "%s/" BOOK_NAME, folder), "the copybook",
			copybook, sizeof copybook - 1, error);
	wh_buffer_free(&file);
	wh_arena_free(&arena);
	return rc;
}

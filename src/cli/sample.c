#include "cli/sample.h"
#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define DEFAULT_ROWS 300000
#define FEWEST_ROWS 1000
#define MOST_ROWS 1000000000
#define SEED UINT64_C(0x5348415244000001)
#define BAD_NAME "Caf\x96 Zentral" /* the dash of Windows-1252, which is no UTF-8 */

static const char tables_sql[] =
	"CREATE TABLE customers (\n"
	"  id INTEGER PRIMARY KEY AUTOINCREMENT,\n"
	"  name VARCHAR(80) NOT NULL,\n"
	"  email VARCHAR(120),\n"
	"  country CHAR(2) NOT NULL DEFAULT 'DE',\n"
	"  born DATE,\n"
	"  newsletter BOOLEAN NOT NULL DEFAULT 0,\n"
	"  credit DECIMAL(12,2),\n"
	"  settings JSON,\n"
	"  photo BLOB,\n"
	"  created DATETIME NOT NULL\n"
	");\n"
	"CREATE TABLE products (\n"
	"  id INTEGER PRIMARY KEY,\n"
	"  sku VARCHAR(20) NOT NULL,\n"
	"  name TEXT NOT NULL,\n"
	"  price DECIMAL(12,2) NOT NULL,\n"
	"  weight DOUBLE,\n"
	"  tags JSON,\n"
	"  available BOOLEAN NOT NULL DEFAULT 1,\n"
	"  added DATE,\n"
	"  CONSTRAINT products_sku UNIQUE (sku),\n"
	"  CONSTRAINT products_price CHECK (price >= 0)\n"
	");\n"
	"CREATE TABLE orders (\n"
	"  id INTEGER PRIMARY KEY AUTOINCREMENT,\n"
	"  customer_id INTEGER NOT NULL,\n"
	"  status VARCHAR(12) NOT NULL DEFAULT 'new',\n"
	"  placed DATETIME NOT NULL,\n"
	"  shipped DATE,\n"
	"  total DECIMAL(12,2),\n"
	"  note TEXT,\n"
	"  CONSTRAINT orders_customer FOREIGN KEY (customer_id) REFERENCES customers (id),\n"
	"  CONSTRAINT orders_status CHECK (status IN ('new', 'paid', 'shipped', 'returned'))\n"
	");\n"
	"CREATE TABLE order_lines (\n"
	"  id INTEGER PRIMARY KEY,\n"
	"  order_id INTEGER NOT NULL,\n"
	"  line SMALLINT NOT NULL,\n"
	"  product_id INTEGER NOT NULL,\n"
	"  quantity INTEGER NOT NULL,\n"
	"  price DECIMAL(12,2) NOT NULL,\n"
	"  discount DECIMAL(5,2),\n"
	"  CONSTRAINT order_lines_order FOREIGN KEY (order_id) REFERENCES orders (id)\n"
	"    ON DELETE CASCADE,\n"
	"  CONSTRAINT order_lines_product FOREIGN KEY (product_id) REFERENCES products (id),\n"
	"  CONSTRAINT order_lines_quantity CHECK (quantity > 0)\n"
	");\n";

static const char rest_sql[] =
	"CREATE UNIQUE INDEX customers_email ON customers (email);\n"
	"CREATE INDEX customers_name ON customers (lower(name));\n"
	"CREATE INDEX orders_customer_placed ON orders (customer_id, placed DESC);\n"
	"CREATE INDEX orders_open ON orders (placed) WHERE status = 'new';\n"
	"CREATE INDEX order_lines_order_line ON order_lines (order_id, line);\n"
	"CREATE VIEW order_totals AS\n"
	"  SELECT o.id, c.name AS customer, sum(l.quantity * l.price) AS total\n"
	"  FROM orders o JOIN customers c ON c.id = o.customer_id\n"
	"  JOIN order_lines l ON l.order_id = o.id GROUP BY o.id, c.name;\n"
	"CREATE TRIGGER orders_shipped AFTER UPDATE OF shipped ON orders\n"
	"  WHEN new.shipped IS NOT NULL AND new.status = 'paid'\n"
	"BEGIN\n"
	"  UPDATE orders SET status = 'shipped' WHERE id = new.id;\n"
	"END;\n";

static const char *const people[] = { "Anna Müller", "Jürgen Groß", "Zoë Brontë",
	"Søren Kierkegård", "Łukasz Żółkiewski", "Nguyễn Thị Hồng", "Пётр Чайковский",
	"Олена Ковальчук", "Ελένη Παπαδοπούλου", "محمد الفاسي", "שירה לוי", "अनन्या शर्मा", "สมชาย ใจดี",
	"王小明", "山田 太郎", "김민수", "ნინო ბერიძე", "Արամ Խաչատրյան", "Ọláyínká Adéṣínà",
	"Þóra Jónsdóttir", "O'Brien, Siobhán", "Renée \"Rey\" Dupont", "தமிழ்ச்செல்வி",
	"Ada 👩‍💻 Lovelace" };
static const char *const goods[] = { "Teapot", "Käsereibe", "Crème brûlée set", "Самовар",
	"抹茶茶碗", "حقيبة جلدية", "Χάρτης", "김치 항아리", "Lamp 100 % wool shade", "Brush; \"wide\"",
	"C:\\temp\\poster", "Gießkanne", "🎁 Gift card", "दीया", "Ćevapi grill", "Line\nbreak mug" };
static const char *const countries[] = { "DE", "FR", "PL", "VN", "UA", "GR", "MA", "IL", "IN", "TH",
	"CN", "JP", "KR", "GE", "AM", "NG", "IS", "IE" };
static const char *const statuses[] = { "new", "paid", "shipped", "shipped", "shipped",
	"returned" };
static const char *const notes[] = { "Bitte beim Nachbarn abgeben", "ring twice ☎", "赠品包装", "",
	"it's a gift; don't show the price", "доставка после 18:00" };

#define COUNT(list) (sizeof(list) / sizeof *(list))
#define PICK(shop, list) ((list)[below((shop), COUNT(list))])

struct shop {
	sqlite3 *db;
	sqlite3_stmt *insert;
	uint64_t random;
	int64_t customers, products, orders, lines;
	int rc;
};

/* splitmix64 */
static uint64_t next(struct shop *s)
{
	uint64_t z = s->random += UINT64_C(0x9e3779b97f4a7c15);
	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

static int64_t below(struct shop *s, uint64_t limit)
{
	return (int64_t)(next(s) % limit);
}

static bool one_in(struct shop *s, uint64_t n)
{
	return below(s, n) == 0;
}

static void start(struct shop *s, const char *sql)
{
	if (s->rc == SQLITE_OK)
		s->rc = sqlite3_prepare_v2(s->db, sql, -1, &s->insert, NULL);
}

static void end(struct shop *s)
{
	sqlite3_finalize(s->insert);
	s->insert = NULL;
}

static void put_row(struct shop *s)
{
	if (s->rc != SQLITE_OK)
		return;
	int step = sqlite3_step(s->insert);
	s->rc = sqlite3_reset(s->insert);
	if (s->rc == SQLITE_OK && step != SQLITE_DONE)
		s->rc = step;
	if (s->rc == SQLITE_OK)
		s->rc = sqlite3_clear_bindings(s->insert);
}

static void put(struct shop *s, int rc)
{
	if (s->rc == SQLITE_OK)
		s->rc = rc;
}

static void put_integer(struct shop *s, int at, int64_t value)
{
	put(s, sqlite3_bind_int64(s->insert, at, value));
}

static void put_text(struct shop *s, int at, const char *text)
{
	put(s, sqlite3_bind_text(s->insert, at, text, -1, SQLITE_TRANSIENT));
}

/* As text: the column's affinity makes a number of it. */
static void put_money(struct shop *s, int at, int64_t cents)
{
	char text[32];
	snprintf(text, sizeof text, "%lld.%02lld", (long long)(cents / 100), (long long)(cents % 100));
	put_text(s, at, text);
}

static void put_day(struct shop *s, int at, int year)
{
	char text[32];
	snprintf(text, sizeof text, "%04d-%02d-%02d", year, (int)below(s, 12) + 1,
		(int)below(s, 28) + 1);
	put_text(s, at, text);
}

static void put_moment(struct shop *s, int at, int year)
{
	char text[32];
	snprintf(text, sizeof text, "%04d-%02d-%02d %02d:%02d:%02d", year, (int)below(s, 12) + 1,
		(int)below(s, 28) + 1, (int)below(s, 24), (int)below(s, 60), (int)below(s, 60));
	put_text(s, at, text);
}

static void put_photo(struct shop *s, int at)
{
	unsigned char bytes[96];
	size_t n = 16 + (size_t)below(s, sizeof bytes - 16);
	for (size_t i = 0; i < n; i++)
		bytes[i] = (unsigned char)next(s);
	put(s, sqlite3_bind_blob(s->insert, at, bytes, (int)n, SQLITE_TRANSIENT));
}

static void put_customer(struct shop *s, int64_t id)
{
	char text[96];
	put_integer(s, 1, id);
	put_text(s, 2, id == s->customers ? BAD_NAME : PICK(s, people));
	snprintf(text, sizeof text, "customer%lld@example.org", (long long)id);
	if (!one_in(s, 7))
		put_text(s, 3, text);
	put_text(s, 4, PICK(s, countries));
	if (!one_in(s, 4))
		put_day(s, 5, 1940 + (int)below(s, 65));
	put_integer(s, 6, below(s, 2));
	if (!one_in(s, 3))
		put_money(s, 7, below(s, 500000));
	snprintf(text, sizeof text,
		"{\"theme\": \"%s\", \"items\": %d, \"rate\": 1.50, \"on\": [true, null]}",
		one_in(s, 2) ? "dark" : "größer", (int)below(s, 90));
	if (!one_in(s, 5))
		put_text(s, 8, text);
	if (one_in(s, 6))
		put_photo(s, 9);
	put_moment(s, 10, 2015 + (int)below(s, 9));
	put_row(s);
}

static void put_product(struct shop *s, int64_t id)
{
	char text[96];
	put_integer(s, 1, id);
	snprintf(text, sizeof text, "SKU-%06lld", (long long)id);
	put_text(s, 2, text);
	snprintf(text, sizeof text, "%s %lld", PICK(s, goods), (long long)id);
	put_text(s, 3, text);
	put_money(s, 4, 99 + below(s, 99900));
	if (!one_in(s, 9))
		put(s, sqlite3_bind_double(s->insert, 5, (double)below(s, 100000) / 7.0));
	if (!one_in(s, 3))
		put_text(s, 6, one_in(s, 2) ? "[\"new\", \"été\"]" : "[]");
	put_integer(s, 7, !one_in(s, 10));
	if (!one_in(s, 8))
		put_day(s, 8, 2012 + (int)below(s, 12));
	put_row(s);
}

/* Nobody ordered under the name that cannot be moved, so that its absence breaks no key. */
static void put_order(struct shop *s, int64_t id)
{
	put_integer(s, 1, id);
	put_integer(s, 2, 1 + below(s, (uint64_t)s->customers - 1));
	put_text(s, 3, PICK(s, statuses));
	put_moment(s, 4, 2019 + (int)below(s, 6));
	if (!one_in(s, 3))
		put_day(s, 5, 2019 + (int)below(s, 6));
	if (!one_in(s, 20))
		put_money(s, 6, 500 + below(s, 9999500));
	if (one_in(s, 5))
		put_text(s, 7, PICK(s, notes));
	put_row(s);
}

/* The last one belongs to an order that is not there. */
static void put_line(struct shop *s, int64_t id)
{
	int64_t order = 1 + (id - 1) * s->orders / s->lines;
	put_integer(s, 1, id);
	put_integer(s, 2, id == s->lines ? s->orders + 1000 : order);
	put_integer(s, 3, 1 + id % 9);
	put_integer(s, 4, 1 + below(s, (uint64_t)s->products));
	put_integer(s, 5, 1 + below(s, 12));
	put_money(s, 6, 99 + below(s, 99900));
	if (one_in(s, 4))
		put_money(s, 7, below(s, 10000));
	put_row(s);
}

static void fill(struct shop *s, const char *sql, int64_t n,
	void (*put_one)(struct shop *, int64_t))
{
	start(s, sql);
	for (int64_t id = 1; id <= n && s->rc == SQLITE_OK; id++)
		put_one(s, id);
	end(s);
}

static void run(struct shop *s, const char *sql)
{
	if (s->rc == SQLITE_OK)
		s->rc = sqlite3_exec(s->db, sql, NULL, NULL, NULL);
}

/* A half-made sample is of no use, so nothing needs to survive a crash. */
static void make(struct shop *s)
{
	run(s, "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA foreign_keys=OFF; BEGIN");
	run(s, tables_sql);
	fill(s, "INSERT INTO customers VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", s->customers,
		put_customer);
	fill(s, "INSERT INTO products VALUES(?, ?, ?, ?, ?, ?, ?, ?)", s->products, put_product);
	fill(s, "INSERT INTO orders VALUES(?, ?, ?, ?, ?, ?, ?)", s->orders, put_order);
	fill(s, "INSERT INTO order_lines VALUES(?, ?, ?, ?, ?, ?, ?)", s->lines, put_line);
	run(s, rest_sql);
	run(s, "COMMIT; PRAGMA journal_mode=DELETE");
}

static int make_file(const char *path, struct wh_error *error)
{
	int file = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (file < 0 && errno == EEXIST)
		return wh_fail(error, WH_CONFIG,
			"the file is there already: \"%s\"; remove it, or name "
			"another",
			path);
	if (file < 0)
		return wh_fail_errno(error, WH_CONFIG, "the file cannot be made: \"%s\"", path);
	close(file);
	return WH_OK;
}

int wh_sample_shop(const char *path, uint64_t rows, struct wh_error *error)
{
	rows = rows ? rows : DEFAULT_ROWS;
	rows = rows < FEWEST_ROWS ? FEWEST_ROWS : rows > MOST_ROWS ? MOST_ROWS : rows;
	int64_t n = (int64_t)rows;
	struct shop s = { .random = SEED, .customers = n / 15, .products = n / 150, .orders = n / 4 };
	s.lines = n - s.customers - s.products - s.orders;
	int rc = make_file(path, error);
	if (rc)
		return rc;
	s.rc = sqlite3_open_v2(path, &s.db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
	make(&s);
	if (s.rc != SQLITE_OK) {
		rc = wh_fail(error, WH_STOP, "the sample cannot be written: \"%s\": %s", path,
			s.db ? sqlite3_errmsg(s.db) : sqlite3_errstr(s.rc));
		unlink(path);
	}
	sqlite3_close(s.db);
	return rc;
}

/* Opening, closing and stopping a connection. */
#include "connectors/mysql/mysql.h"
#include "base/text.h"
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct wh_option wh_mysql_options[] = {
	{ "socket", "text", NULL, "path of the server's unix socket" },
	{ "ssl_mode", "text", NULL,
		"verify: TLS with a proven server (default for hosts that are not local); "
		"required: TLS without proof; disabled: no TLS" },
	{ "ssl_ca", "text", NULL, "file of the authorities that may vouch for the server" },
	{ "ssl_cert", "text", NULL, "file of the client's certificate" },
	{ "ssl_key", "text", NULL, "file of the client's key" },
	{ "connect_timeout", "int", "10", "seconds to wait for a connection" },
	{ NULL, NULL, NULL, NULL },
};

static pthread_once_t library = PTHREAD_ONCE_INIT;
static int library_failed;

static void library_begin(void)
{
	library_failed = mysql_library_init(0, NULL, NULL);
}

/* A server may ask for any file of ours at any time; there is none for it. */
static int refuse_init(void **data, const char *name, void *context)
{
	(void)name;
	(void)context;
	*data = NULL;
	return 1;
}

static int refuse_read(void *data, char *buffer, unsigned int size)
{
	(void)data;
	(void)buffer;
	(void)size;
	return -1;
}

static void refuse_end(void *data)
{
	(void)data;
}

static int refuse_error(void *data, char *text, unsigned int size)
{
	(void)data;
	snprintf(text, size, "this program sends no files");
	return 1;
}

enum tls { TLS_VERIFY, TLS_REQUIRED, TLS_OFF };

static bool is_local(const struct wh_url *url)
{
	const char *h = url->host;
	return wh_url_param(url, "socket") || !h || !*h || wh_equal_nocase(h, "localhost") ||
		wh_starts(h, "127.") || wh_equal(h, "::1") || wh_equal(h, "[::1]");
}

static int tls_wanted(const struct wh_url *url, enum tls *out, struct wh_error *error)
{
	static const struct {
		const char *word;
		enum tls tls;
	} words[] = {
		{ "verify", TLS_VERIFY },
		{ "verify_ca", TLS_VERIFY },
		{ "verify_identity", TLS_VERIFY },
		{ "required", TLS_REQUIRED },
		{ "require", TLS_REQUIRED },
		{ "disabled", TLS_OFF },
		{ "off", TLS_OFF },
	};
	const char *mode = wh_url_param(url, "ssl_mode");
	*out = is_local(url) && !wh_url_param(url, "ssl_ca") ? TLS_OFF : TLS_VERIFY;
	for (size_t i = 0; mode && i < sizeof words / sizeof *words; i++)
		if (wh_equal_nocase(mode, words[i].word)) {
			*out = words[i].tls;
			return WH_OK;
		}
	return mode ? wh_fail(error, WH_CONFIG,
					  "unknown ssl_mode \"%s\": it is verify, required or disabled", mode)
				: WH_OK;
}

static void set_tls(MYSQL *link, const struct wh_url *url, enum tls tls)
{
	static const struct {
		const char *param;
		enum mysql_option option;
	} files[] = {
		{ "ssl_ca", MYSQL_OPT_SSL_CA },
		{ "ssl_cert", MYSQL_OPT_SSL_CERT },
		{ "ssl_key", MYSQL_OPT_SSL_KEY },
	};
	my_bool on = 1, verify = tls == TLS_VERIFY;
	if (tls == TLS_OFF)
		return;
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		const char *file = wh_url_param(url, files[i].param);
		if (file)
			mysql_optionsv(link, files[i].option, file);
	}
	mysql_optionsv(link, MYSQL_OPT_SSL_ENFORCE, &on);
	mysql_optionsv(link, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &verify);
}

static int set_options(MYSQL *link, const struct wh_url *url, struct wh_error *error)
{
	const char *timeout = wh_url_param(url, "connect_timeout");
	unsigned seconds = timeout ? (unsigned)strtoul(timeout, NULL, 10) : 10, off = 0;
	unsigned protocol = MYSQL_PROTOCOL_TCP;
	size_t packet = WH_CELL_MAX;
	enum tls tls;
	int rc = tls_wanted(url, &tls, error);
	if (rc != WH_OK)
		return rc;
	if (!url->password)
		mysql_optionsv(link, MYSQL_READ_DEFAULT_GROUP, "client");
	mysql_optionsv(link, MYSQL_OPT_CONNECT_TIMEOUT, &seconds);
	mysql_optionsv(link, MYSQL_OPT_LOCAL_INFILE, &off);
	mysql_set_local_infile_handler(link, refuse_init, refuse_read, refuse_end, refuse_error, NULL);
	mysql_optionsv(link, MYSQL_OPT_MAX_ALLOWED_PACKET, &packet);
	mysql_optionsv(link, MYSQL_SET_CHARSET_NAME, "utf8mb4");
	/* "localhost" with a port means that port, not the usual socket. */
	if (url->port && !wh_url_param(url, "socket"))
		mysql_optionsv(link, MYSQL_OPT_PROTOCOL, &protocol);
	set_tls(link, url, tls);
	return WH_OK;
}

/* The library goes on without TLS where the server has none and no proof was asked for. Nobody's
 * greeting tells it apart before anything secret is sent. */
static int check_tls(const struct wh_url *url, struct wh_error *error)
{
	enum tls tls;
	int rc = tls_wanted(url, &tls, error);
	if (rc != WH_OK || tls != TLS_REQUIRED)
		return rc;
	MYSQL *link = mysql_init(NULL);
	if (!link)
		return wh_fail(error, WH_STOP, "the MySQL client library cannot be started");
	rc = set_options(link, url, error);
	const char *none = "";
	mysql_real_connect(link, url->host, none, none, NULL, (unsigned)url->port,
		wh_url_param(url, "socket"), 0);
	unsigned long offers = link->server_capabilities; /* 0: no server answered */
	mysql_close(link);
	return rc != WH_OK || !offers || offers & CLIENT_SSL
		? rc
		: wh_fail(error, WH_CONFIG,
			  "the server \"%s\" offers no TLS: set it up there, or give ssl_mode=disabled to go "
			  "without",
			  url->host ? url->host : "localhost");
}

int wh_mysql_link(const struct wh_url *url, MYSQL **out, struct wh_error *error)
{
	return wh_mysql_link_timed(url, 0, out, error);
}

int wh_mysql_link_timed(const struct wh_url *url, unsigned seconds, MYSQL **out,
	struct wh_error *error)
{
	*out = NULL;
	if (!url->path || !*url->path)
		return wh_fail(error, WH_CONFIG,
			"the URL names no database: write mysql://user@host/database");
	pthread_once(&library, library_begin);
	MYSQL *link = library_failed ? NULL : mysql_init(NULL);
	if (!link)
		return wh_fail(error, WH_STOP, "the MySQL client library cannot be started");
	int rc = set_options(link, url, error);
	if (rc == WH_OK)
		rc = check_tls(url, error);
	if (seconds)
		mysql_optionsv(link, MYSQL_OPT_READ_TIMEOUT, &seconds);
	if (rc == WH_OK &&
		!mysql_real_connect(link, url->host, url->user, url->password, url->path,
			(unsigned)url->port, wh_url_param(url, "socket"), 0))
		rc = wh_mysql_fail(link, url->path, error);
	if (rc != WH_OK) {
		mysql_close(link);
		return rc;
	}
	*out = link;
	return WH_OK;
}

static int read_facts(struct wh_mysql *s, struct wh_error *error)
{
	struct wh_arena arena = { 0 };
	const char *text = NULL;
	int rc = wh_mysql_value(s->link, "SELECT @@max_allowed_packet", &arena, &text, error);
	if (rc == WH_OK && (!text || !wh_text_uint64(text, strlen(text), &s->packet)))
		rc = wh_fail(error, WH_STOP, "the server does not say its \"max_allowed_packet\"");
	wh_arena_free(&arena);
	return rc;
}

/* Arrays of rows in one message are MariaDB's; 10.2 was the first to take them. */
int wh_mysql_open(struct wh_conn *conn, struct wh_error *error)
{
	struct wh_mysql *s = conn->state;
	s->url = conn->url;
	s->writes = conn->writes;
	int rc = wh_mysql_link(conn->url, &s->link, error);
	if (rc != WH_OK)
		return rc;
	atomic_store(&s->thread, mysql_thread_id(s->link));
	s->mariadb = mariadb_connection(s->link);
	s->version = mysql_get_server_version(s->link);
	s->arrays = s->mariadb && s->version >= 100203;
	rc = wh_mysql_session(s, error);
	return rc == WH_OK ? read_facts(s, error) : rc;
}

/* The link goes first: closing a statement would read all rows that are still on their way. */
void wh_mysql_close(struct wh_conn *conn)
{
	struct wh_mysql *s = conn->state;
	atomic_store(&s->thread, 0);
	if (s->link)
		mysql_close(s->link);
	s->link = NULL;
	s->unit = NULL;
	wh_mysql_tail_free(s);
	wh_mysql_reader_free(&s->reader);
	wh_mysql_writer_free(&s->writer);
	wh_mysql_parked_free(s);
	wh_buffer_free(&s->sql);
}

void wh_mysql_cancel(struct wh_conn *conn)
{
	struct wh_mysql *s = conn->state;
	unsigned long thread = atomic_load(&s->thread);
	struct wh_error ignored;
	char sql[64];
	MYSQL *link;
	wh_error_clear(&ignored);
	if (!thread || wh_mysql_link(conn->url, &link, &ignored) != WH_OK)
		return;
	snprintf(sql, sizeof sql, "KILL QUERY %lu", thread);
	wh_mysql_try(link, sql);
	mysql_close(link);
}

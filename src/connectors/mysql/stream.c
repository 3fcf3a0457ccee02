/* Stream: the server's binary log, packet by packet. The library's own decoder of events cannot
 * cross from file to file and misreads rows: only its dump command is used. */
#include "connectors/mysql/tail.h"
#include "base/hash.h"
#include "base/text.h"
#include "base/time.h"
#include <mariadb_rpl.h>
#include <ma_pvio.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

#define HEARTBEAT_MS 500
#define SILENCE_SECONDS 60 /* so long without even a heartbeat, and the connection is lost */
#define LOG_UNREADABLE 1236
#define LEAST_SERVER_ID 0x70000000u

static int prepare(struct wh_mysql_stream *stream, struct wh_error *error)
{
	char sql[160];
	MYSQL *link = stream->link;
	snprintf(sql, sizeof sql,
		"SET @master_heartbeat_period = %d000000, @source_heartbeat_period = %d000000",
		HEARTBEAT_MS, HEARTBEAT_MS);
	int rc = wh_mysql_run(link,
		"SET @master_binlog_checksum = @@GLOBAL.binlog_checksum, "
		"@source_binlog_checksum = @@GLOBAL.binlog_checksum",
		error);
	if (rc == WH_OK)
		rc = wh_mysql_run(link, "SET @mariadb_slave_capability = 4", error);
	if (rc == WH_OK)
		rc = wh_mysql_run(link, sql, error);
	wh_mysql_try(link, "SET SESSION net_write_timeout = 86400, wait_timeout = 604800");
	return rc;
}

static int read_checksum(struct wh_mysql_stream *stream, struct wh_error *error)
{
	struct wh_arena arena = { 0 };
	const char *text = NULL;
	int rc = wh_mysql_value(stream->link, "SELECT @@GLOBAL.binlog_checksum", &arena, &text, error);
	stream->crc = wh_equal_nocase(text, "CRC32");
	wh_arena_free(&arena);
	return rc;
}

/* Offsets in the command have four bytes; only one huge transaction can bring a file beyond. */
static int start(struct wh_mysql_stream *stream, const char *file, uint64_t offset,
	struct wh_error *error)
{
	uint32_t id = 0;
	char hex[9];
	wh_random_hex(hex, 4);
	sscanf(hex, "%8x", &id);
	MARIADB_RPL *dump = mariadb_rpl_init(stream->link);
	if (!dump)
		return wh_fail(error, WH_STOP, "the MySQL client library cannot follow a log");
	stream->dump = dump;
	mariadb_rpl_optionsv(dump, MARIADB_RPL_SERVER_ID, LEAST_SERVER_ID | id);
	mariadb_rpl_optionsv(dump, MARIADB_RPL_FILENAME, file, strlen(file));
	mariadb_rpl_optionsv(dump, MARIADB_RPL_START,
		(unsigned long)(offset > UINT32_MAX || offset < 4 ? 4 : offset));
	mariadb_rpl_optionsv(dump, MARIADB_RPL_FLAGS, 0u);
	if (mariadb_rpl_open(dump))
		return wh_mysql_fail(stream->link, file, error);
	return WH_OK;
}

int wh_mysql_stream_open(struct wh_mysql *s, struct wh_mysql_stream *stream, const char *file,
	uint64_t offset, struct wh_error *error)
{
	int rc = wh_mysql_link_timed(s->url, SILENCE_SECONDS, &stream->link, error);
	if (rc == WH_OK)
		rc = prepare(stream, error);
	if (rc == WH_OK)
		rc = read_checksum(stream, error);
	if (rc == WH_OK)
		rc = start(stream, file, offset, error);
	return rc;
}

void wh_mysql_stream_close(struct wh_mysql_stream *stream)
{
	if (stream->dump)
		mariadb_rpl_close(stream->dump);
	if (stream->link)
		mysql_close(stream->link);
	*stream = (struct wh_mysql_stream){ 0 };
}

/* The library reads ahead, and what it holds wakes no poll. What TLS holds is seen with the next
 * heartbeat. */
static bool holds(const MYSQL *link)
{
	const MARIADB_PVIO *pvio = link->net.pvio;
	return pvio && pvio->cache && pvio->cache + pvio->cache_size > pvio->cache_pos;
}

static int wait_for(struct wh_mysql_stream *stream, int64_t wait_ms, struct wh_error *error)
{
	struct pollfd fd = { .fd = mysql_get_socket(stream->link), .events = POLLIN };
	int64_t until = wh_monotonic_usec() + wait_ms * 1000;
	for (;;) {
		int64_t left = (until - wh_monotonic_usec()) / 1000;
		int n = holds(stream->link) ? 1 : poll(&fd, 1, left > 0 ? (int)left : 0);
		if (n > 0)
			return WH_OK;
		if (n < 0 && errno != EINTR)
			return wh_fail_errno(error, WH_RETRY, "the connection to the binary log failed");
		if (n == 0 && left <= 0)
			return WH_DONE;
	}
}

static int broken(struct wh_mysql_stream *stream, struct wh_error *error)
{
	if (!stream->link->net.last_errno)
		return wh_fail(error, WH_RETRY, "the server ended the binary log's connection");
	int rc = wh_mysql_fail(stream->link, "following the binary log", error);
	if (error->system != LOG_UNREADABLE)
		return rc;
	return wh_fail(error, WH_CONFIG,
		"the server cannot give the log from the place that was asked for: \"%.400s\"",
		mysql_error(stream->link));
}

/* A packet is 0 and an event, or the end: 0xFE and at most eight bytes. */
int wh_mysql_stream_next(struct wh_mysql_stream *stream, int64_t wait_ms,
	struct wh_binlog_event *out, struct wh_error *error)
{
	int rc = wait_for(stream, wait_ms, error);
	if (rc != WH_OK)
		return rc;
	unsigned long n = mysql_net_read_packet(stream->link);
	const unsigned char *at = stream->link->net.read_pos;
	if ((unsigned)n == UINT32_MAX || !n)
		return broken(stream, error);
	if (at[0] == 0xFE && n < 9)
		return wh_fail(error, WH_RETRY, "the server ended the binary log's connection");
	bool format = n > 5 && at[5] == WH_BINLOG_FORMAT;
	if (at[0] || !wh_binlog_event(at + 1, n - 1, stream->crc && !format, out))
		return wh_fail(error, WH_STOP, "an event of the binary log is damaged");
	if (format && !wh_binlog_format(out, &stream->crc))
		return wh_fail(error, WH_CONFIG, "the binary log is of a version that is not known");
	return WH_OK;
}

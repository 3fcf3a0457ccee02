/* Following the log: START_REPLICATION of a slot, and the words that keep the session alive. */
#include "connectors/postgres/tail.h"
#include "base/text.h"
#include "base/time.h"
#include <errno.h>
#include <poll.h>
#include <stdlib.h>

#define TOLD_EVERY INT64_C(5000000) /* microseconds between two words to the server at least */
#define ASKED_EVERY INT64_C(100000) /* ... and between two questions where the log ends */
#define USEC_1970_TO_2000 (WH_DAYS_1970_TO_2000 * WH_USEC_PER_DAY)

/* ---- attach ---- */

static int gone(const struct wh_capture *c, const char *what, struct wh_error *error)
{
	return wh_fail(error, WH_CONFIG,
		"the log can no longer be followed: the slot \"%s\" %s; begin this migration anew: "
		"`whimbrel abort`, then `run`",
		c->name, what);
}

static int check_slot(struct postgres_tail *t, struct wh_error *error)
{
	const char *const values[] = { t->capture->name };
	PGresult *r;
	uint64_t confirmed;
	bool statuses = PQserverVersion(t->asks->pg) >= 130000;
	int rc = postgres_query(t->asks,
		statuses
			? "SELECT plugin = 'pgoutput' AND database = pg_catalog.current_database(), "
			  "wal_status = 'lost', confirmed_flush_lsn "
			  "FROM pg_catalog.pg_replication_slots WHERE slot_name = $1"
			: "SELECT plugin = 'pgoutput' AND database = pg_catalog.current_database(), false, "
			  "confirmed_flush_lsn FROM pg_catalog.pg_replication_slots WHERE slot_name = $1",
		1, values, &r, error);
	if (rc != WH_OK)
		return rc;
	if (!PQntuples(r))
		rc = gone(t->capture, "is not there any more", error);
	else if (PQgetvalue(r, 0, 0)[0] != 't')
		rc = gone(t->capture, "is of another database, or was made by somebody else", error);
	else if (PQgetvalue(r, 0, 1)[0] == 't')
		rc = gone(t->capture,
			"was given up by the server, for the log that it kept was larger than "
			"max_slot_wal_keep_size",
			error);
	else if (!postgres_lsn(PQgetvalue(r, 0, 2), &confirmed) || confirmed > t->from)
		rc = gone(t->capture, "was made anew and does not reach back", error);
	PQclear(r);
	return rc;
}

static int start(struct postgres_tail *t, struct wh_error *error)
{
	struct wh_buffer sql = { 0 };
	bool binary = PQserverVersion(t->log.pg) >= 140000;
	wh_buffer_format(&sql,
		"START_REPLICATION SLOT \"%s\" LOGICAL %X/%X (proto_version '1', publication_names '%s'%s)",
		t->capture->name, (unsigned)(t->from >> 32), (unsigned)t->from, t->capture->name,
		binary ? ", binary 'true'" : "");
	PGresult *r = PQexec(t->log.pg, wh_buffer_string(&sql));
	wh_buffer_free(&sql);
	int rc = PQresultStatus(r) == PGRES_COPY_BOTH
		? WH_OK
		: postgres_fail(&t->log, r, "following the log", error);
	if (rc == WH_STOP && !strcmp(error->state, "55006")) /* its last reader is not yet gone */
		rc = error->code = WH_RETRY;
	else if (rc == WH_STOP && wh_starts(error->state, "55"))
		rc = error->code = WH_CONFIG;
	PQclear(r);
	return rc;
}

int postgres_attach(struct wh_conn *conn, const struct wh_capture *capture,
	const struct wh_position *from, struct wh_error *error)
{
	struct postgres *s = conn->state;
	postgres_detach(s);
	struct postgres_tail *t = s->tail = wh_alloc(sizeof *t);
	*t = (struct postgres_tail){ .capture = capture,
		.asks = s,
		.from = postgres_place(from),
		.read = postgres_place(from),
		.durable = postgres_place(from),
		.told = wh_monotonic_usec() };
	const char *encoding = PQparameterStatus(s->pg, "server_encoding");
	s->checks_utf8 = !encoding || strcmp(encoding, "UTF8");
	int rc = postgres_open_replication(conn, &t->log, error);
	if (rc == WH_OK)
		rc = postgres_tail_tables(t, error);
	if (rc == WH_OK)
		rc = check_slot(t, error);
	if (rc == WH_OK)
		rc = start(t, error);
	if (rc != WH_OK)
		postgres_detach(s);
	return rc;
}

void postgres_detach(struct postgres *s)
{
	struct postgres_tail *t = s->tail;
	if (!t)
		return;
	for (size_t i = 0; t->tables && i < t->capture->ntables; i++) {
		free(t->tables[i].cells);
		wh_buffer_free(&t->tables[i].bytes);
	}
	if (t->log.pg)
		PQfinish(t->log.pg);
	pgoutput_finish(&t->message);
	wh_arena_free(&t->arena);
	free(t);
	s->tail = NULL;
}

/* ---- words to the server ---- */

static int lost(struct postgres_tail *t, struct wh_error *error)
{
	const char *message = PQerrorMessage(t->log.pg);
	return wh_fail(error, WH_RETRY, "following the log: %.*s", (int)strcspn(message, "\n"),
		*message ? message : "the server ended the connection");
}

static int tell(struct postgres_tail *t, bool ask, struct wh_error *error)
{
	struct wh_buffer word = { 0 };
	int64_t now = wh_monotonic_usec();
	wh_buffer_char(&word, 'r');
	wh_buffer_be64(&word, t->read > t->durable ? t->read : t->durable);
	wh_buffer_be64(&word, t->durable);
	wh_buffer_be64(&word, t->durable);
	wh_buffer_be64(&word, (uint64_t)(wh_now_usec() - USEC_1970_TO_2000));
	wh_buffer_char(&word, ask ? 1 : 0);
	bool sent = PQputCopyData(t->log.pg, word.data, (int)word.size) > 0 && !PQflush(t->log.pg);
	wh_buffer_free(&word);
	t->told = now;
	if (ask)
		t->asked = now;
	return sent ? WH_OK : lost(t, error);
}

static int keep_alive(struct postgres_tail *t, struct wh_error *error)
{
	return wh_monotonic_usec() - t->told >= TOLD_EVERY ? tell(t, false, error) : WH_OK;
}

int postgres_confirm(struct wh_conn *conn, const struct wh_position *durable,
	struct wh_error *error)
{
	struct postgres *s = conn->state;
	if (!s->tail)
		return wh_fail(error, WH_BUG, "a place of the log was confirmed that is not followed");
	uint64_t place = postgres_place(durable);
	if (place > s->tail->durable)
		s->tail->durable = place;
	return tell(s->tail, false, error);
}

/* ---- messages ---- */

static int bad_message(struct wh_error *error)
{
	return wh_fail(error, WH_STOP,
		"the server sent a message of the log that is not in the form of pgoutput");
}

static int begin(struct postgres_tail *t, struct wh_error *error)
{
	if (t->open)
		return bad_message(error);
	t->open = true;
	t->begun = false;
	t->at = t->message.commit;
	t->passed_over = t->at < t->from;
	return WH_OK;
}

static int commit(struct postgres_tail *t, struct wh_changes *out, struct wh_error *error)
{
	struct wh_position next;
	if (!t->open || t->message.end < t->at)
		return bad_message(error);
	t->open = false;
	if (t->message.end <= t->read)
		return WH_OK;
	t->read = t->message.end;
	postgres_position(&next, t->read);
	wh_changes_end(out, &next, t->message.usec + USEC_1970_TO_2000);
	return WH_OK;
}

/* The first change says whose the transaction is. */
static void look_whose(struct postgres_tail *t, uint32_t relation)
{
	if (!t->begun && t->position && relation == t->position)
		t->passed_over = true;
	t->begun = true;
}

static int change(struct postgres_tail *t, struct wh_changes *out, struct wh_error *error)
{
	if (!t->open)
		return bad_message(error);
	bool truncate = t->message.kind == 'T';
	look_whose(t, truncate ? 0 : t->message.relation);
	if (t->passed_over)
		return WH_OK;
	if (!truncate)
		return postgres_tail_row(t, out, error);
	postgres_tail_truncate(t, out);
	return WH_OK;
}

static int take_message(struct postgres_tail *t, const char *bytes, size_t n,
	struct wh_changes *out, struct wh_error *error)
{
	if (!pgoutput_parse(&t->message, bytes, n))
		return bad_message(error);
	switch (t->message.kind) {
	case 'B':
		return begin(t, error);
	case 'C':
		return commit(t, out, error);
	case 'R': {
		int rc = postgres_tail_flush(t, out, error); /* rows so far have the layout so far */
		return rc == WH_OK ? postgres_tail_relation(t, error) : rc;
	}
	case 'I':
	case 'U':
	case 'D':
	case 'T':
		return change(t, out, error);
	default:
		return WH_OK;
	}
}

static uint64_t be64(const char *p)
{
	uint64_t value = 0;
	for (int i = 0; i < 8; i++)
		value = value << 8 | (unsigned char)p[i];
	return value;
}

/* Everything that ends before this place has come. */
static int keepalive(struct postgres_tail *t, const char *bytes, size_t n, struct wh_changes *out,
	struct wh_error *error)
{
	if (n != 18)
		return bad_message(error);
	uint64_t end = be64(bytes + 1);
	if (!t->open && end > t->read) {
		t->read = end;
		postgres_position(&out->read, end);
	}
	return bytes[17] ? tell(t, false, error) : WH_OK;
}

static int take(struct postgres_tail *t, const char *bytes, size_t n, struct wh_changes *out,
	struct wh_error *error)
{
	if (n >= 25 && bytes[0] == 'w')
		return take_message(t, bytes + 25, n - 25, out, error);
	if (n && bytes[0] == 'k')
		return keepalive(t, bytes, n, out, error);
	return bad_message(error);
}

/* ---- tail ---- */

/* The server ended the stream: a restart, or a fault that it names. */
static int ended(struct postgres_tail *t, struct wh_error *error)
{
	PGresult *r = PQgetResult(t->log.pg);
	bool fault = PQresultStatus(r) == PGRES_FATAL_ERROR && PQresultErrorField(r, PG_DIAG_SQLSTATE);
	int rc = fault ? postgres_fail(&t->log, r, "following the log", error) : lost(t, error);
	PQclear(r);
	return rc;
}

static bool is_full(const struct postgres_tail *t, const struct wh_changes *out)
{
	return out->bytes + t->held >= WH_CHANGES_BYTES;
}

/* Takes what has arrived. WH_DONE: nothing more has. */
static int drain(struct postgres_tail *t, struct wh_changes *out, struct wh_error *error)
{
	int rc = WH_OK;
	while (rc == WH_OK && !is_full(t, out)) {
		char *bytes = NULL;
		int n = PQgetCopyData(t->log.pg, &bytes, 1);
		if (n == 0 && !PQconsumeInput(t->log.pg))
			return lost(t, error);
		if (n == 0)
			n = PQgetCopyData(t->log.pg, &bytes, 1);
		if (n == 0)
			return WH_DONE;
		if (n < 0)
			return ended(t, error);
		rc = take(t, bytes, (size_t)n, out, error);
		PQfreemem(bytes);
		if (rc == WH_OK)
			rc = keep_alive(t, error);
	}
	return rc;
}

/* Until bytes arrive, or the deadline. */
static int wait_for_more(struct postgres_tail *t, int64_t deadline, struct wh_error *error)
{
	int64_t now = wh_monotonic_usec();
	int64_t left = deadline - now, quiet = t->told + TOLD_EVERY - now;
	struct pollfd p = { .fd = PQsocket(t->log.pg), .events = POLLIN };
	if (left < 0)
		left = 0;
	if (quiet < left)
		left = quiet < 0 ? 0 : quiet;
	if (poll(&p, 1, (int)((left + 999) / 1000)) < 0 && errno != EINTR)
		return wh_fail_errno(error, WH_RETRY, "waiting for the log");
	return PQconsumeInput(t->log.pg) ? keep_alive(t, error) : lost(t, error);
}

/* Asked where the log ends, the server answers with how far it has read. */
static int ask_for_end(struct postgres_tail *t, struct wh_error *error)
{
	return wh_monotonic_usec() - t->asked >= ASKED_EVERY ? tell(t, true, error) : WH_OK;
}

static int follow(struct postgres_tail *t, int64_t deadline, struct wh_changes *out,
	struct wh_error *error)
{
	uint64_t before = t->read;
	size_t count = out->count, ntxns = out->ntxns;
	int rc = PQconsumeInput(t->log.pg) ? drain(t, out, error) : lost(t, error);
	bool asked = false;
	while (rc == WH_DONE) {
		bool came = out->count > count || out->ntxns > ntxns || t->read > before;
		if (came || wh_monotonic_usec() > deadline)
			return WH_OK;
		if (!asked)
			rc = ask_for_end(t, error);
		else
			rc = WH_OK;
		asked = true;
		if (rc == WH_OK)
			rc = wait_for_more(t, deadline, error);
		if (rc == WH_OK)
			rc = drain(t, out, error);
		if (rc == WH_DONE && wh_monotonic_usec() >= deadline)
			return WH_OK;
	}
	return rc;
}

int postgres_tail(struct wh_conn *conn, int wait_ms, struct wh_changes *out, struct wh_error *error)
{
	struct postgres *s = conn->state;
	if (!s->tail)
		return wh_fail(error, WH_BUG, "a log was read that is not followed");
	if (!out->read.text[0])
		postgres_position(&out->read, s->tail->read);
	int rc = follow(s->tail, wh_monotonic_usec() + wait_ms * INT64_C(1000), out, error);
	struct wh_error second = { 0 };
	int flushed = postgres_tail_flush(s->tail, out, rc == WH_OK ? error : &second);
	return rc == WH_OK ? flushed : rc;
}

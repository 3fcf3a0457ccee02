/* Opening, closing and stopping a connection; what the server's errors mean. */
#include "connectors/postgres/postgres.h"
#include "base/text.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SYSTEM_AUTHORITIES "/etc/ssl/certs/ca-certificates.crt"

const struct wh_option wh_postgres_options[] = {
	{ "host", "text", NULL, "folder of the server's unix socket" },
	{ "sslmode", "text", NULL,
		"as libpq has it: disable, prefer, require, verify-ca, verify-full "
		"(verify-full is the default for hosts that are not local)" },
	{ "sslrootcert", "text", NULL, "file of the authorities that may vouch for the server" },
	{ "sslcert", "text", NULL, "file of the client's certificate" },
	{ "sslkey", "text", NULL, "file of the client's key" },
	{ "sslcrl", "text", NULL, "file of certificates that are revoked" },
	{ "sslnegotiation", "text", NULL, "postgres or direct" },
	{ "channel_binding", "text", NULL, "disable, prefer or require" },
	{ "gssencmode", "text", NULL, "disable, prefer or require" },
	{ "krbsrvname", "text", NULL, "name of the Kerberos service" },
	{ "passfile", "text", NULL, "file of passwords, instead of ~/.pgpass" },
	{ "target_session_attrs", "text", NULL, "any, read-write, primary, standby, ..." },
	{ "options", "text", NULL, "options for the server's session" },
	{ "connect_timeout", "int", "10", "seconds to wait for a connection" },
	{ "keepalives_idle", "int", NULL, "seconds of silence before the line is probed" },
	{ NULL, NULL, NULL, NULL },
};

#define KEYWORDS_MAX 32
struct keywords {
	const char *names[KEYWORDS_MAX + 1], *values[KEYWORDS_MAX + 1];
	size_t n;
};

/* The first value of a name stays: what the user says goes before what is usual. */
static void keyword(struct keywords *k, const char *name, const char *value)
{
	for (size_t i = 0; i < k->n; i++)
		if (!strcmp(k->names[i], name))
			return;
	if (!value || k->n == KEYWORDS_MAX)
		return;
	k->names[k->n] = name;
	k->values[k->n++] = value;
}

static bool is_local(const char *host)
{
	return !host || !*host || *host == '/' || *host == '@' || wh_equal_nocase(host, "localhost") ||
		wh_starts(host, "127.") || wh_equal(host, "::1") || wh_equal(host, "[::1]");
}

static int params(const struct wh_url *url, struct keywords *k, struct wh_error *error)
{
	const char *known[sizeof wh_postgres_options / sizeof *wh_postgres_options] = { NULL };
	for (size_t i = 0; wh_postgres_options[i].name; i++)
		known[i] = wh_postgres_options[i].name;
	for (size_t p = 0; p < url->nparams; p++) {
		const char *name = NULL;
		for (size_t i = 0; known[i] && !name; i++)
			name = !strcmp(known[i], url->params[p].name) ? known[i] : NULL;
		if (!name) {
			const char *near = wh_text_nearest(url->params[p].name, known);
			return wh_fail(error, WH_CONFIG, "unknown parameter \"%s\" in the URL%s%s%s",
				url->params[p].name, near ? ": did you mean \"" : "", near ? near : "",
				near ? "\"?" : "; `whimbrel kinds` lists those of PostgreSQL");
		}
		keyword(k, name, url->params[p].value);
	}
	return WH_OK;
}

static bool has_own_authorities(void)
{
	const char *home = getenv("HOME");
	char path[1024];
	if (getenv("PGSSLROOTCERT"))
		return true;
	int n = snprintf(path, sizeof path, "%s/.postgresql/root.crt", home ? home : "");
	return n > 0 && (size_t)n < sizeof path && access(path, R_OK) == 0;
}

/* A host that is not this machine proves who it is, unless the user decides otherwise. */
static void verified(const struct wh_url *url, struct keywords *k)
{
	const char *host = url->host && *url->host ? url->host : wh_url_param(url, "host");
	if (is_local(host) || wh_url_param(url, "sslmode"))
		return;
	keyword(k, "sslmode", "verify-full");
	if (!has_own_authorities() && access(SYSTEM_AUTHORITIES, R_OK) == 0)
		keyword(k, "sslrootcert", SYSTEM_AUTHORITIES);
}

static void silent(void *context, const char *message)
{
	(void)context;
	(void)message;
}

struct reason {
	const char *words, *state;
	enum wh_code code;
	const char *advice;
};

static const struct reason reasons[] = {
	{ "password authentication failed", "28P01", WH_CONFIG,
		"; give the password with password_file in migration.yaml, PGPASSWORD or ~/.pgpass" },
	{ "no password supplied", "28P01", WH_CONFIG,
		"; give the password with password_file in migration.yaml, PGPASSWORD or ~/.pgpass" },
	{ "no pg_hba.conf entry", "28000", WH_CONFIG,
		"; the server's pg_hba.conf must allow this user, database and host" },
	{ "authentication failed", "28000", WH_CONFIG,
		"; check the user of the URL and the server's pg_hba.conf" },
	{ "database \"", "3D000", WH_CONFIG,
		"; check the name behind the last / of the URL (whimbrel does not create databases)" },
	{ "role \"", "28000", WH_CONFIG, "; check the user of the URL" },
	{ "could not translate host name", "", WH_CONFIG, "; check the host of the URL" },
	{ "certificate", "", WH_CONFIG,
		"; name the authority with ?sslrootcert=FILE, or say ?sslmode=require to go without proof" },
	{ "SSL", "", WH_CONFIG,
		"; hosts that are not local must prove who they are: set up TLS on the server, or choose "
		"another ?sslmode=" },
	{ "invalid", "", WH_CONFIG, "; check the parameters of the URL" },
	{ "start walsender", "42501", WH_CONFIG,
		"; to follow the log: ALTER ROLE the user of the URL REPLICATION" },
	{ "start WAL sender", "42501", WH_CONFIG,
		"; to follow the log: ALTER ROLE the user of the URL REPLICATION" },
	{ "max_wal_senders", "53300", WH_CONFIG, "; raise max_wal_senders and restart the server" },
	{ "starting up", "57P03", WH_RETRY, "" },
	{ "too many", "53300", WH_RETRY, "; lower limits.workers, or raise max_connections" },
	{ "remaining connection slots", "53300", WH_RETRY,
		"; lower limits.workers, or raise max_connections" },
};

static const struct reason *why_refused(const char *message)
{
	static const struct reason usual = { "", "", WH_RETRY,
		"; check that the server runs and that host and port of the URL are right" };
	for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
		if (strstr(message, reasons[i].words))
			return &reasons[i];
	return &usual;
}

static int refused(const struct wh_conn *c, const PGconn *pg, struct wh_error *error)
{
	const char *message = pg ? PQerrorMessage(pg) : "out of memory";
	const char *fatal = strstr(message, "FATAL:");
	const char *line = fatal ? fatal + strlen("FATAL:") + strspn(fatal + strlen("FATAL:"), " ")
							 : message;
	const struct reason *why = why_refused(message);
	wh_fail(error, why->code, "cannot connect to PostgreSQL \"%s\": %.*s%s", c->url->path,
		(int)strcspn(line, "\n"), line, why->advice);
	snprintf(error->state, sizeof error->state, "%s", why->state);
	return why->code;
}

static int dial(const struct wh_conn *c, const char *replication, PGconn **out,
	struct wh_error *error)
{
	struct keywords k = { .n = 0 };
	char port[16];
	int rc = params(c->url, &k, error);
	if (rc != WH_OK)
		return rc;
	snprintf(port, sizeof port, "%d", c->url->port);
	if (c->url->host && *c->url->host)
		keyword(&k, "host", c->url->host);
	keyword(&k, "port", c->url->port ? port : NULL);
	keyword(&k, "user", c->url->user);
	keyword(&k, "password", c->url->password);
	keyword(&k, "dbname", c->url->path);
	keyword(&k, "replication", replication);
	keyword(&k, "application_name", "whimbrel");
	keyword(&k, "connect_timeout", "10");
	keyword(&k, "client_encoding", "UTF8");
	verified(c->url, &k);
	*out = PQconnectdbParams(k.names, k.values, 0);
	if (!*out || PQstatus(*out) != CONNECTION_OK)
		return refused(c, *out, error);
	PQsetNoticeProcessor(*out, silent, NULL);
	return WH_OK;
}

/* Rows that row security would hide are an error, not missing. */
static const char session[] =
	"SET DateStyle = 'ISO, MDY';"
	"SET IntervalStyle = postgres;"
	"SET TimeZone = 'UTC';"
	"SET extra_float_digits = 3;"
	"SET bytea_output = hex;"
	"SET standard_conforming_strings = on;"
	"SET search_path = '';"
	"SET statement_timeout = 0;"
	"SET lock_timeout = 0;"
	"SET idle_in_transaction_session_timeout = 0;"
	"SET row_security = off;"
	"SET xmloption = content;"
	"SET quote_all_identifiers = off;"
	"SET jit = off;"
	"SET lc_monetary = 'C';"
	"SET client_min_messages = warning;";

static void attempt(struct postgres *s, const char *sql)
{
	PQclear(PQexec(s->pg, sql));
}

/* Such a database converts nothing: asked for UTF-8 it refuses the first text that is none. */
static bool takes_any_bytes(const struct postgres *s)
{
	return wh_equal(PQparameterStatus(s->pg, "server_encoding"), "SQL_ASCII");
}

static int set_session(struct postgres *s, struct wh_error *error)
{
	int rc = postgres_do(s, session, error);
	return rc == WH_OK && takes_any_bytes(s)
		? postgres_do(s, "SET client_encoding = SQL_ASCII", error)
		: rc;
}

int postgres_open_replication(const struct wh_conn *c, struct postgres *out, struct wh_error *error)
{
	int rc = dial(c, "database", &out->pg, error);
	if (rc == WH_OK)
		rc = set_session(out, error);
	if (rc == WH_OK) /* the one who reads may be busy for a while */
		attempt(out, "SET wal_sender_timeout = '5min'");
	return rc;
}

int postgres_open(struct wh_conn *c, struct wh_error *error)
{
	struct postgres *s = c->state;
	if (!c->url->path || !*c->url->path)
		return wh_fail(error, WH_CONFIG,
			"the URL names no database: write postgresql://user@host/database");
	int rc = dial(c, NULL, &s->pg, error);
	if (rc == WH_OK) {
		s->cancel = PQgetCancel(s->pg);
		rc = set_session(s, error);
	}
	if (rc == WH_OK && !c->writes)
		rc = postgres_do(s, "SET default_transaction_read_only = on", error);
	if (rc == WH_OK && c->writes)
		rc = postgres_do(s,
			"SET default_transaction_read_only = off;"
			"SET synchronous_commit = on; SET check_function_bodies = off",
			error);
	if (rc == WH_OK && c->writes)
		attempt(s,
			"SET session_replication_role = replica"); /* needs a privilege; a help, no must */
	return rc;
}

void postgres_close(struct wh_conn *c)
{
	struct postgres *s = c->state;
	postgres_detach(s);
	if (s->cancel)
		PQfreeCancel(s->cancel);
	if (s->pg)
		PQfinish(s->pg);
	free(s->decoders);
	free(s->quiet);
	PQclear(s->others);
	wh_buffer_free(&s->scratch);
	wh_buffer_free(&s->out);
	*s = (struct postgres){ 0 };
}

void postgres_cancel(struct wh_conn *c)
{
	struct postgres *s = c->state;
	char ignored[256];
	if (s->cancel)
		PQcancel(s->cancel, ignored, sizeof ignored);
}

static enum wh_code code_of(const char *state)
{
	static const struct {
		const char *prefix;
		enum wh_code code;
	} codes[] = {
		{ "08", WH_RETRY },
		{ "57014", WH_RETRY },
		{ "57P", WH_RETRY },
		{ "40001", WH_RETRY },
		{ "40P01", WH_RETRY },
		{ "53300", WH_RETRY },
		{ "55P03", WH_RETRY },
		{ "28", WH_CONFIG },
		{ "3D", WH_CONFIG },
		{ "42", WH_CONFIG },
		{ "25006", WH_CONFIG },
		{ "22", WH_ROW },
		{ "23", WH_ROW },
	};
	for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
		if (wh_starts(state, codes[i].prefix))
			return codes[i].code;
	return WH_STOP;
}

static const char *advice_of(const char *state, const char *message, const char *hint)
{
	if (!strcmp(state, "42501") && strstr(message, "row-level security"))
		return "rows that a policy hides would be missed: name a user with BYPASSRLS";
	if (!strcmp(state, "42501"))
		return "grant the privilege to the user of the URL";
	if (!strcmp(state, "25006"))
		return "the server is read-only: name the primary";
	if (!strcmp(state, "53100"))
		return "the server's disk is full: free some space there, then repeat the command";
	return hint ? hint : "";
}

static int lost(struct postgres *s, const char *doing, struct wh_error *error)
{
	const char *message = s->pg ? PQerrorMessage(s->pg) : "the connection is closed";
	bool dead = !s->pg || PQstatus(s->pg) != CONNECTION_OK;
	return wh_fail(error, dead ? WH_RETRY : WH_STOP, "%s: %.*s", doing, (int)strcspn(message, "\n"),
		message);
}

int postgres_fail(struct postgres *s, const PGresult *result, const char *doing,
	struct wh_error *error)
{
	const char *state = result ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : NULL;
	const char *message = result ? PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY) : NULL;
	const char *detail = result ? PQresultErrorField(result, PG_DIAG_MESSAGE_DETAIL) : NULL;
	const char *context = result ? PQresultErrorField(result, PG_DIAG_CONTEXT) : NULL;
	const char *hint = result ? PQresultErrorField(result, PG_DIAG_MESSAGE_HINT) : NULL;
	if (!state || !message)
		return lost(s, doing, error);
	enum wh_code code = code_of(state);
	const char *advice = advice_of(state, message, hint);
	wh_fail(error, code, "%s: %s%s%s%s%s%.*s%s%s%s", doing, message, detail ? " (" : "",
		detail ? detail : "", detail ? ")" : "", context ? " [" : "",
		context ? (int)strcspn(context, "\n") : 0, context ? context : "", context ? "]" : "",
		*advice ? "; " : "", advice);
	snprintf(error->state, sizeof error->state, "%s", state);
	return code;
}

/* The beginning of a statement, for people. */
static int failed(struct postgres *s, const PGresult *result, const char *sql,
	struct wh_error *error)
{
	char doing[96];
	size_t line = strcspn(sql, "\n"), n = wh_utf8_cut(sql, line, 60);
	snprintf(doing, sizeof doing, "PostgreSQL refused \"%.*s%s\"", (int)n, sql,
		sql[n] ? "..." : "");
	return postgres_fail(s, result, doing, error);
}

int postgres_do(struct postgres *s, const char *sql, struct wh_error *error)
{
	PGresult *result = PQexec(s->pg, sql);
	ExecStatusType status = PQresultStatus(result);
	int rc = status == PGRES_COMMAND_OK || status == PGRES_EMPTY_QUERY ? WH_OK
		: status == PGRES_TUPLES_OK
		? wh_fail(error, WH_BUG, "rows where none are meant: %s", sql)
		: failed(s, result, sql, error);
	PQclear(result);
	return rc;
}

int postgres_query(struct postgres *s, const char *sql, int n, const char *const *values,
	PGresult **out, struct wh_error *error)
{
	PGresult *result = PQexecParams(s->pg, sql, n, NULL, values, NULL, NULL, 0);
	ExecStatusType status = PQresultStatus(result);
	*out = NULL;
	if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK) {
		*out = result;
		return WH_OK;
	}
	int rc = failed(s, result, sql, error);
	PQclear(result);
	return rc;
}

int postgres_run(struct postgres *s, const char *sql, int n, const char *const *values,
	struct wh_error *error)
{
	PGresult *result;
	int rc = postgres_query(s, sql, n, values, &result, error);
	PQclear(result);
	return rc;
}

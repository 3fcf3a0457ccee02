/* Single statements, by themselves or several in one transaction. */
#include "connectors/postgres/postgres.h"
#include "base/text.h"

/* What a refusal means for the one who builds: rows at fault, there already, or not to be had. */
static int refusal(const PGresult *result, int rc, struct wh_error *error)
{
	static const char *const exist[] = { "42P07", "42710", "42723", "42P06", "42P16", "42701",
		NULL };
	static const char *const classes[] = { "0A", "2B", "42", "54", "55", "2F", "38", NULL };
	const char *schema = PQresultErrorField(result, PG_DIAG_SCHEMA_NAME);
	if (rc == WH_ROW && schema && !strcmp(schema, "pg_catalog")) /* a namesake was made just now */
		return error->code = WH_EXISTS;
	for (size_t i = 0; exist[i]; i++)
		if (!strcmp(error->state, exist[i]))
			return error->code = WH_EXISTS;
	for (size_t i = 0; classes[i] && rc == WH_STOP; i++)
		if (wh_starts(error->state, classes[i]))
			return error->code = WH_CONFIG;
	return rc;
}

int postgres_execute(struct wh_conn *conn, const struct wh_statement *statement,
	struct wh_error *error)
{
	struct postgres *s = conn->state;
	PGresult *result = PQexec(s->pg, statement->sql);
	ExecStatusType status = PQresultStatus(result);
	int rc = WH_OK;
	if (status == PGRES_TUPLES_OK && PQntuples(result) && strcmp(statement->kind, "counter"))
		rc = wh_fail(error, WH_ROW, "%d rows, the first \"%s\"", PQntuples(result),
			PQgetvalue(result, 0, 0));
	else if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
		rc = refusal(result,
			postgres_fail(s, result, statement->object ? statement->object : statement->kind,
				error),
			error);
	PQclear(result);
	return rc;
}

int postgres_execute_all(struct wh_conn *conn, const struct wh_statement *const *list, size_t n,
	size_t *done, struct wh_error *error)
{
	struct postgres *s = conn->state;
	int rc = postgres_do(s, "BEGIN", error);
	for (*done = 0; *done < n && rc == WH_OK; *done += rc == WH_OK)
		rc = postgres_execute(conn, list[*done], error);
	if (rc == WH_OK)
		rc = postgres_do(s, "COMMIT", error);
	if (rc != WH_OK)
		PQclear(PQexec(s->pg, "ROLLBACK")); /* the fault that led here is the one to tell */
	return rc;
}

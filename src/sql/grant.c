#include "sql/grant.h"
#include "base/text.h"
#include "sql/tokens.h"
#include <stdio.h>
#include <string.h>

struct granting {
	const struct wh_access *a;
	const struct wh_grant_place *at;
	struct wh_arena *arena;
	struct wh_buffer sql, note;
};

static bool is_mysql(const struct granting *g)
{
	return g->at->to == &wh_dialect_mysql;
}

static void name(struct granting *g, const char *text)
{
	wh_sql_name(&g->sql, g->at->to, text);
}

/* An account as the target writes it. PostgreSQL has no hosts; MySQL's roles have none. */
static void put_account(struct granting *g, const char *account, const char *host, bool login)
{
	const char *from = host ? host : login ? "%" : NULL;
	if (!is_mysql(g)) {
		name(g, account);
		return;
	}
	wh_sql_text(&g->sql, g->at->to, account, strlen(account));
	if (!from)
		return;
	wh_buffer_char(&g->sql, '@');
	wh_sql_text(&g->sql, g->at->to, from, strlen(from));
}

static void put_grantee(struct granting *g)
{
	if (g->a->everyone)
		wh_buffer_text(&g->sql, "PUBLIC");
	else
		put_account(g, g->a->account, g->a->host, g->a->login);
}

static void note(struct granting *g, const char *format, ...) WH_FORMAT(2, 3);
static void note(struct granting *g, const char *format, ...)
{
	char text[600];
	va_list args;
	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	wh_buffer_format(&g->note, "%s%s", g->note.size ? "; " : "", text);
}

static void next_statement(struct granting *g)
{
	if (g->sql.size)
		wh_buffer_text(&g->sql, ";\n");
}

/* ---- privileges ---- */

/* d database, p a pattern that means it alone, s schema, n name, o kind of the object, a arguments.
 * NULL: there is no such place. */
static const char *const reaches[WH_REACHES][2] = {
	[WH_REACH_TABLE] = { "TABLE $s.$n", "$d.$n" },
	[WH_REACH_SEQUENCE] = { "SEQUENCE $s.$n", "$d.$n" },
	[WH_REACH_ROUTINE] = { "$o $s.$n$a", "$o $d.$n" },
	[WH_REACH_TABLES] = { "ALL TABLES IN SCHEMA $s", "$p.*" },
	[WH_REACH_ROUTINES] = { "ALL ROUTINES IN SCHEMA $s", "$p.*" },
	[WH_REACH_SCHEMA] = { "SCHEMA $s", "$p.*" },
	[WH_REACH_DATABASE] = { "DATABASE $d", "$p.*" },
	[WH_REACH_SERVER] = { NULL, "*.*" },
};

static void put_object_word(struct granting *g)
{
	wh_buffer_text(&g->sql, wh_equal(g->a->object, "procedure") ? "PROCEDURE" : "FUNCTION");
}

/* A right on a whole MySQL database is one on a pattern: an underscore is any character there. */
static void put_pattern(struct granting *g)
{
	struct wh_buffer pattern = { 0 };
	for (const char *at = g->at->database; *at; at++) {
		if (*at == '_' || *at == '%')
			wh_buffer_char(&pattern, '\\');
		wh_buffer_char(&pattern, *at);
	}
	name(g, wh_buffer_string(&pattern));
	wh_buffer_free(&pattern);
}

static void put_reach(struct granting *g, enum wh_reach reach)
{
	for (const char *at = reaches[reach][is_mysql(g)]; at && *at; at++) {
		if (*at != '$') {
			wh_buffer_char(&g->sql, *at);
			continue;
		}
		if (*++at == 'd')
			name(g, g->at->database);
		else if (*at == 'p')
			put_pattern(g);
		else if (*at == 's')
			name(g, g->at->schema ? g->at->schema : "public");
		else if (*at == 'n')
			name(g, g->at->name);
		else if (*at == 'o')
			put_object_word(g);
		else if (g->a->arguments)
			wh_buffer_text(&g->sql, g->a->arguments);
	}
}

static void put_columns(struct granting *g)
{
	for (size_t i = 0; i < g->a->ncolumns; i++) {
		wh_buffer_text(&g->sql, i ? ", " : " (");
		name(g, g->a->columns[i]);
	}
	if (g->a->ncolumns)
		wh_buffer_char(&g->sql, ')');
}

/* The words of one reach, each once. */
static bool put_words(struct granting *g, enum wh_reach reach)
{
	struct wh_buffer list = { 0 };
	for (size_t i = 0; i < g->a->nprivileges; i++) {
		struct wh_privilege p = wh_privilege_of(g->a, g->a->privileges[i], g->at);
		const char *words = p.reach == reach ? p.words : NULL;
		if (words && !strstr(wh_buffer_string(&list), words))
			wh_buffer_format(&list, "%s%s", list.size ? ", " : "", words);
	}
	wh_buffer_text(&g->sql, wh_buffer_string(&list));
	bool some = list.size;
	wh_buffer_free(&list);
	return some;
}

static void put_to(struct granting *g)
{
	wh_buffer_text(&g->sql, " TO ");
	put_grantee(g);
	if (g->a->grantable)
		wh_buffer_text(&g->sql, " WITH GRANT OPTION");
}

/* What is created later is covered too, where the source's right covers it. */
static void put_later(struct granting *g, enum wh_reach reach)
{
	wh_buffer_text(&g->sql, ";\nALTER DEFAULT PRIVILEGES IN SCHEMA ");
	name(g, g->at->schema ? g->at->schema : "public");
	wh_buffer_text(&g->sql, " GRANT ");
	put_words(g, reach);
	wh_buffer_text(&g->sql, reach == WH_REACH_TABLES ? " ON TABLES" : " ON ROUTINES");
	put_to(g);
}

static void put_grant(struct granting *g, enum wh_reach reach)
{
	size_t before = g->sql.size;
	next_statement(g);
	wh_buffer_text(&g->sql, "GRANT ");
	if (!put_words(g, reach)) {
		g->sql.size = before;
		return;
	}
	put_columns(g);
	wh_buffer_text(&g->sql, " ON ");
	put_reach(g, reach);
	put_to(g);
	if (!is_mysql(g) && (reach == WH_REACH_TABLES || reach == WH_REACH_ROUTINES))
		put_later(g, reach);
}

/* In PostgreSQL a right on a table is worth nothing without one on its schema. */
static void put_usage(struct granting *g)
{
	bool inside = g->a->kind != WH_ACCESS_SCHEMA && g->a->kind != WH_ACCESS_OWNER;
	if (is_mysql(g) || g->at->from == g->at->to || !inside || !g->sql.size)
		return;
	wh_buffer_text(&g->sql, ";\nGRANT USAGE ON SCHEMA ");
	name(g, g->at->schema ? g->at->schema : "public");
	wh_buffer_text(&g->sql, " TO ");
	put_grantee(g);
}

static void note_words(struct granting *g, enum wh_reach reach, const char *why)
{
	struct wh_buffer list = { 0 };
	for (size_t i = 0; i < g->a->nprivileges; i++)
		if (wh_privilege_of(g->a, g->a->privileges[i], g->at).reach == reach)
			wh_buffer_format(&list, "%s%s", list.size ? ", " : "", g->a->privileges[i]);
	if (list.size)
		note(g, "%s: %s", wh_buffer_string(&list), why);
	wh_buffer_free(&list);
}

static void grant_privileges(struct granting *g)
{
	if (!g->at->name && g->a->kind >= WH_ACCESS_TABLE) {
		note(g, "the %s is not carried to the target", g->a->object ? g->a->object : "object");
		return;
	}
	for (enum wh_reach reach = WH_REACH_TABLE; reach < WH_REACHES; reach++)
		put_grant(g, reach);
	put_usage(g);
	note_words(g, WH_REACH_NOTHING, "the target has nothing like it");
	note_words(g, WH_REACH_OWNER, "on the target these are its owner's alone");
	if (!g->sql.size && !g->note.size)
		note_words(g, WH_REACH_FREE, "nothing is needed for it on the target");
}

/* Who may do everything on the source is not to be made so elsewhere by a list to paste. */
static void grant_server(struct granting *g)
{
	static const char *const ruling[] = { "SUPER", "CREATE USER", "GRANT OPTION", "SHUTDOWN" };
	bool rules = false;
	for (size_t i = 0; i < g->a->nprivileges; i++)
		for (size_t k = 0; k < sizeof ruling / sizeof *ruling; k++)
			rules = rules || wh_equal(g->a->privileges[i], ruling[k]);
	if (rules)
		note(g, "it administers the source's server: decide who administers the target's");
	else
		grant_privileges(g);
}

/* ---- accounts, members, owners ---- */

static void note_host(struct granting *g)
{
	const char *host = g->a->host;
	if (!is_mysql(g) && host && !wh_equal(host, "%"))
		note(g, "it came from \"%s\" only: say so in pg_hba.conf", host);
}

static void put_attributes(struct granting *g)
{
	wh_buffer_text(&g->sql, g->a->login ? " LOGIN" : " NOLOGIN");
	for (size_t i = 0; g->at->from == g->at->to && i < g->a->nprivileges; i++)
		wh_buffer_format(&g->sql, " %s", g->a->privileges[i]);
}

static void grant_account(struct granting *g)
{
	if (!*g->a->account) {
		note(g, "an account without a name: whoever uses it needs one of their own");
		return;
	}
	bool user = is_mysql(g) && (g->a->host || g->a->login);
	wh_buffer_text(&g->sql, user ? "CREATE USER " : "CREATE ROLE ");
	put_grantee(g);
	if (!is_mysql(g))
		put_attributes(g);
	else if (user)
		wh_buffer_text(&g->sql, " ACCOUNT LOCK");
	if (user && g->a->login)
		note(g,
			"passwords are not moved: set one and let it in with ALTER USER ... IDENTIFIED BY "
			"'...' ACCOUNT UNLOCK");
	else if (g->a->login)
		note(g, "passwords are not moved: set one with \\password in psql");
	note_host(g);
	for (size_t i = 0; g->at->from != g->at->to && i < g->a->nprivileges; i++)
		note(g, "%s on the source", g->a->privileges[i]);
}

static void grant_member(struct granting *g)
{
	bool to_mysql = is_mysql(g) && g->at->from != g->at->to;
	if (g->at->from != g->at->to && wh_starts(g->a->name, "pg_")) {
		note(g, "\"%s\" is a role of PostgreSQL's own", g->a->name);
		return;
	}
	wh_buffer_text(&g->sql, "GRANT ");
	put_account(g, g->a->name, NULL, false);
	wh_buffer_text(&g->sql, " TO ");
	put_grantee(g);
	if (g->a->grantable)
		wh_buffer_text(&g->sql, " WITH ADMIN OPTION");
	if (to_mysql)
		note(g, "a role acts only once it is set: see SET DEFAULT ROLE");
}

static void grant_owner(struct granting *g)
{
	if (!g->at->name) {
		note(g, "the %s is not carried to the target", g->a->object);
		return;
	}
	bool table = wh_equal(g->a->object, "table"), sequence = wh_equal(g->a->object, "sequence");
	if (is_mysql(g)) {
		wh_buffer_text(&g->sql, "GRANT ALL PRIVILEGES ON ");
		put_reach(g, WH_REACH_TABLE);
		put_to(g);
		note(g, "MySQL's tables have no owners");
		return;
	}
	wh_buffer_text(&g->sql, table ? "ALTER TABLE " : sequence ? "ALTER SEQUENCE " : "ALTER VIEW ");
	wh_sql_qualified(&g->sql, g->at->to, g->at->schema, g->at->name);
	wh_buffer_text(&g->sql, " OWNER TO ");
	put_grantee(g);
}

static void grant(struct granting *g)
{
	if (g->at->to == &wh_dialect_sqlite)
		note(g, "SQLite has no accounts: who may read the file may read all of it");
	else if (g->a->everyone && is_mysql(g))
		note(g, "everyone has this right on the source: grant it to each account that needs it");
	else if (g->a->kind == WH_ACCESS_ACCOUNT)
		grant_account(g);
	else if (g->a->kind == WH_ACCESS_MEMBER)
		grant_member(g);
	else if (g->a->kind == WH_ACCESS_OWNER)
		grant_owner(g);
	else if (g->a->kind == WH_ACCESS_SERVER && g->at->from != g->at->to)
		grant_server(g);
	else
		grant_privileges(g);
}

/* Nothing to run and nothing that is lost. */
static bool is_free(const struct granting *g)
{
	for (size_t i = 0; i < g->a->nprivileges; i++)
		if (wh_privilege_of(g->a, g->a->privileges[i], g->at).reach != WH_REACH_FREE)
			return false;
	return g->a->kind >= WH_ACCESS_SERVER && g->a->nprivileges && g->at->to != &wh_dialect_sqlite;
}

void wh_sql_grant(const struct wh_access *access, const struct wh_grant_place *place,
	struct wh_arena *arena, struct wh_grant *out)
{
	struct granting g = { .a = access, .at = place, .arena = arena };
	grant(&g);
	*out = (struct wh_grant){ .access = access };
	if (g.sql.size)
		out->statement = wh_arena_bytes(arena, g.sql.data, g.sql.size);
	if (g.note.size)
		out->note = wh_arena_bytes(arena, g.note.data, g.note.size);
	out->effort = out->statement ? WH_ASSISTED : is_free(&g) ? WH_AUTOMATIC : WH_MANUAL;
	wh_buffer_free(&g.sql);
	wh_buffer_free(&g.note);
}

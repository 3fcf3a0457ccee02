#define _GNU_SOURCE
#include "connectors/mysql/statement.h"
#include "base/text.h"
#include <ctype.h>
#include <string.h>

enum token { END, WORD, NAME, TEXT, SIGN };

struct lexer {
	const char *at, *end;
	bool ansi;
	struct wh_arena *arena;
	enum token token;
	const char *text; /* of WORD and NAME */
	char sign;
	int depth; /* of parentheses */
};

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '$' || c == '@' || (unsigned char)c >= 128;
}

/* Comments that only this server reads are code: their brackets alone are skipped. */
static bool skip_comment(struct lexer *l)
{
	const char *at = l->at;
	size_t left = (size_t)(l->end - at);
	if (left >= 2 && at[0] == '*' && at[1] == '/') {
		l->at += 2;
		return true;
	}
	if (left >= 3 && at[0] == '/' && at[1] == '*' && (at[2] == '!' || at[2] == 'M')) {
		l->at += at[2] == '!' ? 3 : 2 + (left > 3 && at[3] == '!') * 2;
		while (l->at < l->end && isdigit((unsigned char)*l->at))
			l->at++;
		return true;
	}
	if (left >= 2 && at[0] == '/' && at[1] == '*') {
		const char *close = memmem(at + 2, left - 2, "*/", 2);
		l->at = close ? close + 2 : l->end;
		return true;
	}
	if (*at != '#' && !(left >= 2 && at[0] == '-' && at[1] == '-'))
		return false;
	const char *line = memchr(at, '\n', left);
	l->at = line ? line + 1 : l->end;
	return true;
}

static void skip_blanks(struct lexer *l)
{
	while (l->at < l->end)
		if (isspace((unsigned char)*l->at))
			l->at++;
		else if (!skip_comment(l))
			return;
}

/* Whatever stands in quotes; doubled quotes, and in texts a backslash, go on. */
static void take_quoted(struct lexer *l, char quote, bool name)
{
	struct wh_buffer text = { 0 };
	for (l->at++; l->at < l->end; l->at++) {
		if (*l->at == quote) {
			if (l->at + 1 >= l->end || l->at[1] != quote)
				break;
			l->at++;
		} else if (*l->at == '\\' && !name && l->at + 1 < l->end) {
			l->at++;
		}
		if (name)
			wh_buffer_char(&text, *l->at);
	}
	if (l->at < l->end)
		l->at++;
	l->token = name ? NAME : TEXT;
	l->text = wh_arena_text(l->arena, wh_buffer_string(&text));
	wh_buffer_free(&text);
}

static void next(struct lexer *l)
{
	skip_blanks(l);
	l->text = "";
	l->sign = '\0';
	if (l->at >= l->end) {
		l->token = END;
		return;
	}
	char c = *l->at;
	if (c == '`' || c == '\'' || c == '"') {
		take_quoted(l, c, c == '`' || (c == '"' && l->ansi));
		return;
	}
	const char *first = l->at++;
	if (!is_word(c)) {
		l->token = SIGN;
		l->sign = c;
		l->depth += (c == '(') - (c == ')');
		return;
	}
	while (l->at < l->end && is_word(*l->at))
		l->at++;
	l->token = WORD;
	l->text = wh_arena_bytes(l->arena, first, (size_t)(l->at - first));
}

static bool is(const struct lexer *l, const char *word)
{
	return l->token == WORD && wh_equal_nocase(l->text, word);
}

static bool accept(struct lexer *l, const char *word)
{
	if (!is(l, word))
		return false;
	next(l);
	return true;
}

static void accept_all(struct lexer *l, const char *const *words)
{
	for (size_t i = 0; words[i]; i++)
		if (accept(l, words[i]))
			i = SIZE_MAX;
}
#define WORDS(...) ((const char *const[]){ __VA_ARGS__, NULL })

static bool is_sign(const struct lexer *l, char sign)
{
	return l->token == SIGN && l->sign == sign;
}

static bool take_name(struct lexer *l, struct wh_mysql_statement *out)
{
	struct wh_mysql_target name = { 0 };
	if (l->token != WORD && l->token != NAME)
		return false;
	name.table = l->text;
	next(l);
	if (is_sign(l, '.')) {
		next(l);
		if (l->token != WORD && l->token != NAME)
			return false;
		name.schema = name.table;
		name.table = l->text;
		next(l);
	}
	*wh_push(l->arena, &out->names, &out->nnames) = name;
	return true;
}

static void skip_exists(struct lexer *l)
{
	if (accept(l, "IF")) {
		accept(l, "NOT");
		accept(l, "EXISTS");
	}
}

static void take_list(struct lexer *l, struct wh_mysql_statement *out)
{
	while (take_name(l, out) && is_sign(l, ','))
		next(l);
}

static void alter(struct lexer *l, struct wh_mysql_statement *out)
{
	accept_all(l, WORDS("ONLINE", "OFFLINE", "IGNORE"));
	if (!accept(l, "TABLE"))
		return;
	out->kind = WH_MYSQL_SCHEMA;
	skip_exists(l);
	if (!take_name(l, out))
		return;
	while (l->token != END) {
		bool rename = is(l, "RENAME"), table = is(l, "TABLE"), top = !l->depth;
		next(l);
		if (!top || (!rename && !table))
			continue;
		bool to = accept(l, "TO") || accept(l, "AS");
		if (is_sign(l, '=')) {
			next(l);
			to = true;
		}
		if (table || to || !(is(l, "COLUMN") || is(l, "INDEX") || is(l, "KEY")))
			take_name(l, out);
	}
}

/* ... ON table */
static void take_indexed(struct lexer *l, struct wh_mysql_statement *out)
{
	out->kind = WH_MYSQL_SCHEMA;
	while (l->token != END && !(is(l, "ON") && !l->depth))
		next(l);
	next(l);
	take_name(l, out);
}

static void drop(struct lexer *l, struct wh_mysql_statement *out)
{
	if (is(l, "TEMPORARY"))
		return;
	if (accept(l, "TABLE") || accept(l, "TABLES")) {
		out->kind = WH_MYSQL_SCHEMA;
		skip_exists(l);
		take_list(l, out);
	} else if (accept(l, "DATABASE") || accept(l, "SCHEMA")) {
		out->kind = WH_MYSQL_DROP_DATABASE;
		skip_exists(l);
		take_name(l, out);
	} else if (is(l, "INDEX")) {
		take_indexed(l, out);
	}
}

static void rename_tables(struct lexer *l, struct wh_mysql_statement *out)
{
	if (!accept(l, "TABLE") && !accept(l, "TABLES"))
		return;
	out->kind = WH_MYSQL_SCHEMA;
	skip_exists(l);
	while (take_name(l, out)) {
		if (accept(l, "WAIT") || accept(l, "NOWAIT"))
			next(l);
		if (!accept(l, "TO") && is_sign(l, ','))
			next(l);
	}
}

/* One that makes a table only where there is none changes none. */
static void create(struct lexer *l, struct wh_mysql_statement *out)
{
	accept_all(l, WORDS("OR", "REPLACE", "ONLINE", "OFFLINE", "UNIQUE", "FULLTEXT", "SPATIAL"));
	if (is(l, "INDEX"))
		take_indexed(l, out);
	if (!accept(l, "TABLE") || is(l, "IF"))
		return;
	out->kind = WH_MYSQL_SCHEMA;
	take_name(l, out);
}

static void truncate(struct lexer *l, struct wh_mysql_statement *out)
{
	out->kind = WH_MYSQL_TRUNCATE;
	accept(l, "TABLE");
	take_name(l, out);
}

/* A list or a join of tables is not told. */
static void take_written(struct lexer *l, struct wh_mysql_statement *out, bool update)
{
	if (!take_name(l, out))
		return;
	out->ends = l->token == END || is_sign(l, ';');
	if (update ? !is(l, "SET") : is_sign(l, ',') || is(l, "USING"))
		out->nnames = 0;
}

static void insert(struct lexer *l, struct wh_mysql_statement *out)
{
	out->kind = WH_MYSQL_DML;
	accept_all(l, WORDS("LOW_PRIORITY", "DELAYED", "HIGH_PRIORITY", "IGNORE", "INTO"));
	take_written(l, out, false);
}

static void update(struct lexer *l, struct wh_mysql_statement *out)
{
	out->kind = WH_MYSQL_DML;
	accept_all(l, WORDS("LOW_PRIORITY", "IGNORE"));
	take_written(l, out, true);
}

static void delete (struct lexer *l, struct wh_mysql_statement *out)
{
	out->kind = WH_MYSQL_DML;
	accept_all(l, WORDS("LOW_PRIORITY", "QUICK", "IGNORE", "HISTORY"));
	if (accept(l, "FROM"))
		take_written(l, out, false);
}

static void load(struct lexer *l, struct wh_mysql_statement *out)
{
	out->kind = WH_MYSQL_DML;
	while (l->token != END && !is(l, "TABLE"))
		next(l);
	next(l);
	take_name(l, out);
}

static void unknown_dml(struct lexer *l, struct wh_mysql_statement *out)
{
	(void)l;
	out->kind = WH_MYSQL_DML;
}

static void rollback(struct lexer *l, struct wh_mysql_statement *out)
{
	accept(l, "WORK");
	out->kind = is(l, "TO") ? WH_MYSQL_ROLLBACK_TO : WH_MYSQL_ROLLBACK;
	accept(l, "TO");
	accept(l, "SAVEPOINT");
	out->savepoint = l->text;
}

static void savepoint(struct lexer *l, struct wh_mysql_statement *out)
{
	out->kind = WH_MYSQL_SAVEPOINT;
	out->savepoint = l->text;
}

static void begin(struct lexer *l, struct wh_mysql_statement *out)
{
	(void)l;
	out->kind = WH_MYSQL_BEGIN;
}

static void commit(struct lexer *l, struct wh_mysql_statement *out)
{
	(void)l;
	out->kind = WH_MYSQL_COMMIT;
}

static const struct {
	const char *word;
	void (*parse)(struct lexer *l, struct wh_mysql_statement *out);
} statements[] = {
	{ "ALTER", alter },
	{ "BEGIN", begin },
	{ "CALL", unknown_dml },
	{ "COMMIT", commit },
	{ "CREATE", create },
	{ "DELETE", delete },
	{ "DO", unknown_dml },
	{ "DROP", drop },
	{ "INSERT", insert },
	{ "LOAD", load },
	{ "RENAME", rename_tables },
	{ "REPLACE", insert },
	{ "ROLLBACK", rollback },
	{ "SAVEPOINT", savepoint },
	{ "SELECT", unknown_dml },
	{ "START", begin },
	{ "TRUNCATE", truncate },
	{ "UPDATE", update },
	{ "WITH", unknown_dml },
};

void wh_mysql_read_statement(const struct wh_binlog_query *query, struct wh_arena *arena,
	struct wh_mysql_statement *out)
{
	struct lexer l = { .at = query->sql.at,
		.end = query->sql.at + query->sql.n,
		.ansi = query->ansi_quotes,
		.arena = arena };
	next(&l);
	*out = (struct wh_mysql_statement){ .word = l.text };
	for (size_t i = 0; i < sizeof statements / sizeof *statements; i++) {
		if (!is(&l, statements[i].word))
			continue;
		next(&l);
		statements[i].parse(&l, out);
		return;
	}
}

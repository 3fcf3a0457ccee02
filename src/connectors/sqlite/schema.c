/* What pragmas do not tell, read from CREATE TABLE and CREATE INDEX texts: checks, generated
 * expressions, collations, names of constraints, deferrable references, clauses of conflict. The
 * grammar is that of SQLite's own parse.y, with its liberties (a comma between table constraints
 * may be missing, a type may be any words). */
#include "connectors/sqlite/sqlite.h"
#include "base/text.h"
#include <string.h>

struct parser {
	struct wh_arena *arena;
	struct sqlite_tokens tokens;
	size_t at;
	struct sqlite_ddl *out;
	struct sqlite_ddl_column *column; /* that the constraints stand on, or NULL */
	const char *name;                 /* of the CONSTRAINT that is open */
	bool failed;
};

static const struct sqlite_token end_token = { .kind = SQLITE_TOKEN_SIGN, .at = "", .n = 0 };

static const struct sqlite_token *peek(const struct parser *p, size_t ahead)
{
	return p->at + ahead < p->tokens.count ? &p->tokens.items[p->at + ahead] : &end_token;
}

static bool at_end(const struct parser *p)
{
	return p->at >= p->tokens.count;
}

static bool next_is(const struct parser *p, const char *word)
{
	return wh_sqlite_token_is(peek(p, 0), word);
}

static bool take(struct parser *p, const char *word)
{
	bool is = next_is(p, word);
	p->at += is;
	return is;
}

static void demand(struct parser *p, const char *word)
{
	if (!take(p, word))
		p->failed = true;
}

/* A name may be a word, quoted, or a string. */
static const char *take_name(struct parser *p)
{
	const struct sqlite_token *t = peek(p, 0);
	if (t->kind == SQLITE_TOKEN_SIGN || t->kind == SQLITE_TOKEN_NUMBER) {
		p->failed = true;
		return "";
	}
	p->at++;
	return wh_sqlite_token_text(p->arena, t);
}

static const char *text_between(struct parser *p, size_t first, size_t last)
{
	if (first >= last)
		return "";
	const struct sqlite_token *a = &p->tokens.items[first], *b = &p->tokens.items[last - 1];
	return wh_arena_bytes(p->arena, a->at, (size_t)(b->at + b->n - a->at));
}

/* "( ... )": the text inside. */
static const char *take_group(struct parser *p)
{
	demand(p, "(");
	size_t first = p->at, depth = 1;
	while (!p->failed && depth) {
		if (at_end(p)) {
			p->failed = true;
			return "";
		}
		depth += next_is(p, "(");
		depth -= next_is(p, ")");
		p->at++;
	}
	return p->failed ? "" : text_between(p, first, p->at - 1);
}

static void take_conflict(struct parser *p)
{
	if (!next_is(p, "ON") || !wh_sqlite_token_is(peek(p, 1), "CONFLICT"))
		return;
	p->at += 3;
	p->out->conflicts = true;
}

static const char *take_constraint_name(struct parser *p)
{
	const char *name = p->name;
	p->name = NULL;
	return name;
}

/* "( a, b COLLATE c DESC )": the plain names. */
static void take_key_parts(struct parser *p, struct sqlite_ddl_key *key)
{
	demand(p, "(");
	while (!p->failed && !take(p, ")")) {
		const char **part = wh_push(p->arena, &key->columns, &key->ncolumns);
		*part = take_name(p);
		size_t depth = 0;
		for (; !at_end(p) && (depth || (!next_is(p, ",") && !next_is(p, ")"))); p->at++) {
			if (wh_sqlite_token_is(peek(p, 0), "AUTOINCREMENT"))
				p->out->autoincrement = true;
			depth += next_is(p, "(");
			depth -= next_is(p, ")");
		}
		if (at_end(p))
			p->failed = true;
		take(p, ",");
	}
}

static void take_key(struct parser *p, bool primary)
{
	struct sqlite_ddl_key *key = wh_push(p->arena, &p->out->keys, &p->out->nkeys);
	key->primary = primary;
	key->name = take_constraint_name(p);
	if (p->column) {
		*wh_push(p->arena, &key->columns, &key->ncolumns) = p->column->name;
		if (!take(p, "ASC"))
			take(p, "DESC");
	} else {
		take_key_parts(p, key);
	}
	take_conflict(p);
	if (primary && take(p, "AUTOINCREMENT"))
		p->out->autoincrement = true;
}

static void take_check(struct parser *p)
{
	struct wh_check *check = wh_push(p->arena, &p->out->checks, &p->out->nchecks);
	check->name = take_constraint_name(p);
	check->text = take_group(p);
	take_conflict(p);
}

static void take_deferrable(struct parser *p, bool negated)
{
	bool deferred = false;
	if (take(p, "INITIALLY")) {
		deferred = take(p, "DEFERRED");
		if (!deferred)
			demand(p, "IMMEDIATE");
	}
	if (p->out->nreferences) {
		struct sqlite_ddl_reference *r = &p->out->references[p->out->nreferences - 1];
		r->deferrable = !negated;
		r->deferred = deferred && !negated;
	}
}

/* Behind REFERENCES. What it does on changes stands in PRAGMA foreign_key_list. */
static void take_reference(struct parser *p)
{
	struct sqlite_ddl_reference *r = wh_push(p->arena, &p->out->references, &p->out->nreferences);
	r->name = take_constraint_name(p);
	(void)take_name(p);
	if (next_is(p, "("))
		(void)take_group(p);
	for (;;) {
		if (next_is(p, "ON") && !wh_sqlite_token_is(peek(p, 1), "CONFLICT")) {
			p->at += 2;
			p->at += next_is(p, "SET") || next_is(p, "NO") ? 2 : 1;
		} else if (next_is(p, "MATCH")) {
			p->at += 2;
		} else {
			break;
		}
	}
}

static void take_generated(struct parser *p)
{
	p->column->generated = take_group(p);
	p->column->generated_stored = take(p, "STORED");
	if (!p->column->generated_stored)
		take(p, "VIRTUAL");
}

static void take_default(struct parser *p)
{
	if (next_is(p, "("))
		(void)take_group(p);
	else
		p->at += next_is(p, "+") || next_is(p, "-") ? 2 : 1;
}

static bool take_not(struct parser *p)
{
	if (take(p, "DEFERRABLE")) {
		take_deferrable(p, true);
		return true;
	}
	demand(p, "NULL");
	take_conflict(p);
	return true;
}

/* One constraint of a column; false: none stands here. */
static bool take_column_constraint(struct parser *p)
{
	if (take(p, "CONSTRAINT")) {
		p->name = take_name(p);
	} else if (take(p, "PRIMARY")) {
		demand(p, "KEY");
		take_key(p, true);
	} else if (take(p, "UNIQUE")) {
		take_key(p, false);
	} else if (take(p, "NOT")) {
		return take_not(p);
	} else if (take(p, "NULL")) {
		take_conflict(p);
	} else if (take(p, "DEFAULT")) {
		take_default(p);
	} else if (take(p, "CHECK")) {
		take_check(p);
	} else if (take(p, "REFERENCES")) {
		take_reference(p);
	} else if (take(p, "DEFERRABLE")) {
		take_deferrable(p, false);
	} else if (take(p, "COLLATE")) {
		p->column->collation = take_name(p);
	} else if (take(p, "GENERATED")) {
		demand(p, "ALWAYS");
		demand(p, "AS");
		take_generated(p);
	} else if (take(p, "AS")) {
		take_generated(p);
	} else {
		return false;
	}
	return true;
}

static bool starts_constraint(const struct parser *p)
{
	static const char *const words[] = { "CONSTRAINT", "PRIMARY", "UNIQUE", "NOT", "NULL",
		"DEFAULT", "CHECK", "REFERENCES", "COLLATE", "AS", NULL };
	for (size_t i = 0; words[i]; i++)
		if (next_is(p, words[i]))
			return true;
	return next_is(p, "GENERATED") && wh_sqlite_token_is(peek(p, 1), "ALWAYS") &&
		wh_sqlite_token_is(peek(p, 2), "AS");
}

static const char *take_type(struct parser *p)
{
	size_t first = p->at;
	while (!at_end(p) && peek(p, 0)->kind != SQLITE_TOKEN_SIGN &&
		peek(p, 0)->kind != SQLITE_TOKEN_NUMBER && !starts_constraint(p))
		p->at++;
	if (p->at > first && next_is(p, "("))
		(void)take_group(p);
	return p->at > first ? text_between(p, first, p->at) : NULL;
}

static void take_column(struct parser *p)
{
	struct sqlite_ddl_column *c = wh_push(p->arena, &p->out->columns, &p->out->ncolumns);
	c->name = take_name(p);
	p->column = c;
	c->type = take_type(p);
	while (!p->failed && take_column_constraint(p)) {}
	p->column = NULL;
	p->name = NULL;
}

/* One constraint of the table; false: none stands here. */
static bool take_table_constraint(struct parser *p)
{
	if (take(p, "CONSTRAINT")) {
		p->name = take_name(p);
	} else if (next_is(p, "PRIMARY") && wh_sqlite_token_is(peek(p, 1), "KEY")) {
		p->at += 2;
		take_key(p, true);
	} else if (next_is(p, "UNIQUE") && wh_sqlite_token_is(peek(p, 1), "(")) {
		p->at++;
		take_key(p, false);
	} else if (next_is(p, "CHECK") && wh_sqlite_token_is(peek(p, 1), "(")) {
		p->at++;
		take_check(p);
	} else if (next_is(p, "FOREIGN") && wh_sqlite_token_is(peek(p, 1), "KEY")) {
		p->at += 2;
		(void)take_group(p);
		demand(p, "REFERENCES");
		take_reference(p);
		bool negated = take(p, "NOT");
		if (take(p, "DEFERRABLE"))
			take_deferrable(p, negated);
	} else {
		return false;
	}
	return true;
}

static void take_body(struct parser *p)
{
	bool constraints = false;
	demand(p, "(");
	while (!p->failed && !take(p, ")")) {
		if (at_end(p))
			p->failed = true;
		else if (take_table_constraint(p))
			constraints = true;
		else if (constraints)
			p->failed = true;
		else
			take_column(p);
		take(p, ",");
	}
}

static bool parser_start(struct parser *p, struct wh_arena *arena, const char *text)
{
	*p = (struct parser){ .arena = arena };
	return wh_sqlite_tokens_read(arena, text, &p->tokens);
}

/* CREATE [TEMP] TABLE [IF NOT EXISTS] [schema.]name */
static void take_head(struct parser *p, const char *text)
{
	demand(p, "CREATE");
	if (!take(p, "TEMP"))
		take(p, "TEMPORARY");
	demand(p, "TABLE");
	if (next_is(p, "IF") && wh_sqlite_token_is(peek(p, 1), "NOT"))
		p->at += 3;
	if (wh_sqlite_token_is(peek(p, 1), "."))
		p->at += 2;
	p->out->name_at = (size_t)(peek(p, 0)->at - text);
	p->out->name_size = peek(p, 0)->n;
	(void)take_name(p);
}

bool wh_sqlite_ddl_read(struct wh_arena *arena, const char *text, struct sqlite_ddl *out)
{
	struct parser p;
	*out = (struct sqlite_ddl){ 0 };
	if (!parser_start(&p, arena, text))
		return false;
	p.out = out;
	take_head(&p, text);
	if (!p.failed)
		take_body(&p);
	if (p.failed)
		return false;
	if (!at_end(&p))
		out->options = text_between(&p, p.at, p.tokens.count);
	return true;
}

/* One part of an index: up to a comma or the closing parenthesis, without what orders it. */
static const char *take_index_part(struct parser *p)
{
	size_t first = p->at, depth = 0;
	for (; !at_end(p) && (depth || (!next_is(p, ",") && !next_is(p, ")"))); p->at++) {
		depth += next_is(p, "(");
		depth -= next_is(p, ")");
	}
	size_t last = p->at;
	if (last > first &&
		(wh_sqlite_token_is(&p->tokens.items[last - 1], "ASC") ||
			wh_sqlite_token_is(&p->tokens.items[last - 1], "DESC")))
		last--;
	if (last > first + 2 && wh_sqlite_token_is(&p->tokens.items[last - 2], "COLLATE"))
		last -= 2;
	p->failed = p->failed || at_end(p) || last == first;
	return text_between(p, first, last);
}

bool wh_sqlite_index_read(struct wh_arena *arena, const char *text, const char ***parts, size_t *n,
	const char **where)
{
	struct parser p;
	struct sqlite_ddl unused = { 0 };
	*parts = NULL;
	*n = 0;
	*where = NULL;
	if (!parser_start(&p, arena, text))
		return false;
	p.out = &unused;
	while (!at_end(&p) && !next_is(&p, "("))
		p.at++;
	demand(&p, "(");
	while (!p.failed && !take(&p, ")")) {
		const char **part = wh_push(arena, parts, n);
		*part = take_index_part(&p);
		take(&p, ",");
	}
	if (!p.failed && take(&p, "WHERE") && !at_end(&p))
		*where = text_between(&p, p.at, p.tokens.count);
	return !p.failed;
}

const char *wh_sqlite_ddl_renamed(struct wh_arena *arena, const char *text, const char *name)
{
	struct sqlite_ddl ddl;
	if (!wh_sqlite_ddl_read(arena, text, &ddl))
		return NULL;
	struct wh_buffer quoted = { 0 };
	wh_sqlite_name(&quoted, name);
	const char *rest = text + ddl.name_at + ddl.name_size;
	const char *out = wh_arena_format(arena, "%.*s%s%s%s", (int)ddl.name_at, text,
		wh_buffer_string(&quoted), *rest == '(' ? " " : "", rest);
	wh_buffer_free(&quoted);
	return out;
}

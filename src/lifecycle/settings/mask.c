/* `mask`: { hash: sha256, key_env: NAME } and the others. */
#include "base/text.h"
#include "lifecycle/settings/reader.h"
#include <string.h>

/* A mask while it is read. */
struct mask {
	struct wh_map_column *column;
	struct wh_recipe recipe;
	bool chosen;
	const char *by, *output, *env, *file;
};

static int choose(struct wh_reader *r, const struct wh_yaml *node, struct mask *m,
	enum wh_recipe_kind kind)
{
	if (m->chosen) {
		wh_fail(r->error, WH_CONFIG,
			"the column has two masks; keep one of hash, redact, partial, pseudonym, digits, "
			"date_shift");
		return wh_reader_place(r, node->key_line, node->key_column);
	}
	m->chosen = true;
	m->recipe.kind = kind;
	return wh_reader_any_text(r, node, &m->recipe.text);
}

static int read_hash(struct wh_reader *r, const struct wh_yaml *node, void *mask)
{
	struct mask *m = mask;
	int rc = choose(r, node, m, WH_HASH);
	return rc == WH_OK && !wh_equal(m->recipe.text, "sha256")
		? wh_reader_wrong(r, node, "sha256")
		: rc;
}

static int read_redact(struct wh_reader *r, const struct wh_yaml *node, void *mask)
{
	return choose(r, node, mask, WH_REDACT);
}

static int read_partial(struct wh_reader *r, const struct wh_yaml *node, void *mask)
{
	return choose(r, node, mask, WH_PARTIAL);
}

static int read_domain(struct wh_reader *r, const struct wh_yaml *node, struct mask *m,
	enum wh_recipe_kind kind)
{
	int rc = choose(r, node, m, kind);
	if (rc == WH_OK)
		m->recipe.domain = m->recipe.text;
	return rc;
}

static int read_pseudonym(struct wh_reader *r, const struct wh_yaml *node, void *mask)
{
	return read_domain(r, node, mask, WH_PSEUDONYM);
}

static int read_digits(struct wh_reader *r, const struct wh_yaml *node, void *mask)
{
	return read_domain(r, node, mask, WH_DIGITS);
}

static int read_count(struct wh_reader *r, const struct wh_yaml *node, void *field)
{
	int64_t *out = field;
	bool good = node->kind == WH_YAML_TEXT && wh_text_int64(node->text, strlen(node->text), out);
	return good && *out >= 0 && *out <= 100000
		? WH_OK
		: wh_reader_wrong(r, node, "a whole number from 0 to 100000");
}

static int read_date_shift(struct wh_reader *r, const struct wh_yaml *node, void *mask)
{
	struct mask *m = mask;
	int rc = choose(r, node, m, WH_DATE_SHIFT);
	if (rc == WH_OK)
		rc = read_count(r, node, &m->recipe.days);
	return rc == WH_OK && !m->recipe.days
		? wh_reader_wrong(r, node, "the most days by which a date moves")
		: rc;
}

/* What the words of the mask must be; NULL: they are. */
static const char *mask_fault(const struct mask *m)
{
	const struct wh_recipe *r = &m->recipe;
	bool keyed = m->chosen && wh_recipe_facts(r->kind)->keyed;
	if (!m->chosen)
		return "a mask is missing: one of hash, redact, partial, pseudonym, digits, date_shift";
	if (keyed && !m->env == !m->file)
		return "the mask needs one of `key_env`, a variable, and `key_file`, a file, for its key";
	if (!keyed && (m->env || m->file))
		return "the mask takes no key";
	if (m->by && r->kind != WH_DATE_SHIFT)
		return "only date_shift takes `by`";
	if (m->output && (r->kind != WH_HASH || !(wh_equal(m->output, "hex") || r->base64)))
		return "`output` is hex or base64, of a hash";
	if ((r->first || r->last) && r->kind != WH_PARTIAL)
		return "only partial takes `first` and `last`";
	if (r->length && r->kind != WH_HASH && r->kind != WH_PSEUDONYM)
		return "only hash and pseudonym take `length`";
	if (r->length > (r->kind == WH_PSEUDONYM ? 51 : r->base64 ? 44 : 64))
		return "the mask does not give so many characters";
	return NULL;
}

static void add_by(struct wh_reader *r, struct wh_recipe *recipe, const char *by)
{
	const char **names = wh_new_array(&r->s->arena, const char *, 2);
	names[0] = recipe->names[0];
	names[1] = by;
	recipe->names = names;
	recipe->nnames = by ? 2 : 1;
}

static struct wh_mask_key *new_key(struct wh_reader *r, const struct mask *m)
{
	struct wh_mask_key *key = wh_new(&r->s->arena, struct wh_mask_key);
	key->env = m->env;
	key->file = m->file;
	key->source = wh_arena_format(&r->s->arena, "%s %s", m->env ? "key_env" : "key_file",
		m->env ? m->env : m->file);
	return key;
}

static void complete(struct wh_reader *r, const struct mask *m)
{
	struct wh_recipe *to = m->column->recipe, from = m->recipe;
	from.names = to->names;
	from.nnames = to->nnames;
	*to = from;
	add_by(r, to, m->by);
	if (!to->domain)
		to->domain = "";
	if (!to->length)
		to->length = to->kind == WH_PSEUDONYM ? 16 : to->kind != WH_HASH ? 0 : to->base64 ? 44 : 64;
	if (wh_recipe_facts(to->kind)->keyed)
		to->key = new_key(r, m);
}

int wh_reader_mask(struct wh_reader *r, const struct wh_yaml *node, void *column)
{
	static const struct wh_reader_key keys[] = { { "hash", read_hash, 0 },
		{ "redact", read_redact, 0 }, { "partial", read_partial, 0 },
		{ "pseudonym", read_pseudonym, 0 }, { "digits", read_digits, 0 },
		{ "date_shift", read_date_shift, 0 }, { "by", wh_reader_text, offsetof(struct mask, by) },
		{ "key_env", wh_reader_text, offsetof(struct mask, env) },
		{ "key_file", wh_reader_path, offsetof(struct mask, file) },
		{ "domain", wh_reader_any_text, offsetof(struct mask, recipe.domain) },
		{ "output", wh_reader_text, offsetof(struct mask, output) },
		{ "length", read_count, offsetof(struct mask, recipe.length) },
		{ "first", read_count, offsetof(struct mask, recipe.first) },
		{ "last", read_count, offsetof(struct mask, recipe.last) }, { 0 } };
	struct mask m = { .column = column };
	int rc = wh_reader_begin_recipe(r, node, column, WH_HASH);
	if (rc == WH_OK)
		rc = wh_reader_map(r, keys, node, &m);
	if (rc != WH_OK)
		return rc;
	m.recipe.base64 = wh_equal(m.output, "base64");
	const char *fault = mask_fault(&m);
	if (!fault) {
		complete(r, &m);
		return WH_OK;
	}
	wh_fail(r->error, WH_CONFIG, "%s", fault);
	return wh_reader_place(r, node->line, node->column);
}

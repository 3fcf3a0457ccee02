/* The account with whose rights a view, trigger, routine or event runs. A server takes one that it
 * does not have, and refuses only when somebody uses the object: so it is asked before. */
#include "connectors/mysql/mysql.h"
#include "base/text.h"
#include <string.h>

static const char word[] = " DEFINER=";

/* The length of a name in quotes of either kind; 0: none. */
static size_t quoted_length(const char *at)
{
	char quote = *at;
	size_t n = 1;
	if (quote != '`' && quote != '"')
		return 0;
	while (at[n] && (at[n] != quote || at[n + 1] == quote))
		n += at[n] == quote ? 2 : 1;
	return at[n] ? n + 1 : 0;
}

const char *wh_mysql_definer(const char *sql, size_t *n)
{
	const char *create = wh_starts(sql, "SET ") ? strstr(sql, ";\n") : sql;
	const char *at = create ? strstr(create, word) : NULL;
	const char *line = create ? strpbrk(create + 2, "\n(") : NULL;
	if (!at || (line && line < at))
		return NULL;
	const char *end = at + sizeof word - 1;
	size_t name = quoted_length(end);
	end += name;
	if (*end == '@')
		end += 1 + quoted_length(end + 1);
	*n = (size_t)(end - at);
	return name ? at : NULL;
}

/* A name without its quotes, in those of information_schema. */
static void put_part(struct wh_buffer *out, const char *at, size_t n)
{
	wh_buffer_char(out, '\'');
	for (size_t i = 1; i + 1 < n; i++) {
		wh_buffer_char(out, at[i]);
		i += at[i] == at[0];
	}
	wh_buffer_char(out, '\'');
}

/* `user`@`host` as 'user'@'host'; false: a role, which has no host. */
static bool put_grantee(struct wh_buffer *out, const char *at, size_t n)
{
	size_t user = quoted_length(at);
	if (user + 1 >= n)
		return false;
	put_part(out, at, user);
	wh_buffer_char(out, '@');
	put_part(out, at + user + 1, n - user - 1);
	return true;
}

static int ask(struct wh_mysql *s, const char *grantee, struct wh_error *error)
{
	struct wh_arena arena = { 0 };
	struct wh_buffer sql = { 0 };
	const char *found = NULL;
	wh_buffer_text(&sql, "SELECT 1 FROM information_schema.USER_PRIVILEGES WHERE GRANTEE = ");
	wh_mysql_text(&sql, grantee);
	wh_buffer_text(&sql, " LIMIT 1");
	int rc = wh_mysql_value(s->link, wh_buffer_string(&sql), &arena, &found, error);
	if (rc == WH_OK && !found)
		rc = wh_fail(error, WH_CONFIG, "the target has no account %s, or this user may not see it",
			grantee);
	wh_buffer_free(&sql);
	wh_arena_free(&arena);
	return rc;
}

int wh_mysql_definer_known(struct wh_mysql *s, const char *sql, struct wh_error *error)
{
	struct wh_buffer grantee = { 0 };
	size_t n = 0, skip = sizeof word - 1;
	const char *at = wh_mysql_definer(sql, &n);
	int rc = WH_OK;
	if (at && put_grantee(&grantee, at + skip, n - skip))
		rc = ask(s, wh_buffer_string(&grantee), error);
	wh_buffer_free(&grantee);
	return rc;
}

/* Accounts: who may do what on the source, and the statements that say the same on the target. */
#include "base/text.h"
#include "lifecycle/assess/page.h"
#include <string.h>

static const char *account(struct wh_assessment *a, const struct wh_access *x)
{
	return x->host ? wh_arena_format(&a->arena, "%s@%s", x->account, x->host) : x->account;
}

static const char *rights(struct wh_assessment *a, const struct wh_access *x)
{
	const char *all = "";
	for (size_t i = 0; i < x->nprivileges; i++)
		all = wh_arena_format(&a->arena, "%s%s%s", all, i ? ", " : "", x->privileges[i]);
	return all;
}

static const char *object(struct wh_assessment *a, const struct wh_access *x)
{
	const char *name = x->name ? x->name : "";
	if (x->schema)
		name = wh_arena_format(&a->arena, "%s.%s", x->schema, name);
	return wh_arena_format(&a->arena, "%s %s", wh_access_kind_name(x->kind), name);
}

static void put_right(struct wh_assessment *a, const struct wh_grant *g, struct wh_buffer *out)
{
	wh_html(out,
		"<tr><td data-h=\"On\">%s</td><td data-h=\"Rights\">%s</td><td data-h=\"Note\">%s</td></tr>",
		object(a, g->access), rights(a, g->access), g->note ? g->note : "");
}

static bool same_account(const struct wh_access *x, const struct wh_access *y)
{
	return wh_equal(x->account, y->account) && wh_equal(x->host, y->host);
}

static bool told_before(const struct wh_assessment *a, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (same_account(a->grants[i].access, a->grants[at].access))
			return true;
	return false;
}

/* Everything that is said of the account of grant `first`, wherever it stands. */
static void put_account(struct wh_assessment *a, size_t first, struct wh_buffer *out)
{
	wh_html(out, "<details class=\"fold\"><summary>%s</summary>",
		account(a, a->grants[first].access));
	wh_buffer_text(out,
		"<div class=\"wide\"><table><thead><tr><th>On</th><th>Rights</th><th>Note</th></tr></thead>"
		"<tbody>");
	for (size_t i = first; i < a->ngrants; i++)
		if (same_account(a->grants[i].access, a->grants[first].access))
			put_right(a, &a->grants[i], out);
	wh_buffer_text(out, "</tbody></table></div></details>");
}

static void put_statements(const struct wh_assessment *a, struct wh_buffer *out)
{
	wh_buffer_text(out,
		"<details class=\"fold\"><summary>All statements, in an order that works</summary><pre>");
	for (size_t i = 0; i < a->ngrants; i++)
		if (a->grants[i].statement)
			wh_html(out, "%s;\n", a->grants[i].statement);
	wh_buffer_text(out, "</pre></details>");
}

void wh_assess_page_accounts(struct wh_assessment *a, struct wh_buffer *out)
{
	wh_buffer_text(out, "<h2 id=\"accounts\">Accounts and grants</h2>");
	if (!a->ngrants) {
		wh_buffer_text(out, "<p class=\"lead\">None are known of the source.</p>");
		return;
	}
	wh_buffer_text(out,
		"<p class=\"lead\">They are not created by a run. The statements say on the target what holds "
		"on the source; passwords are not moved.</p>");
	for (size_t i = 0; i < a->ngrants; i++)
		if (!told_before(a, i))
			put_account(a, i, out);
	put_statements(a, out);
}

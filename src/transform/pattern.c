#include "transform/pattern.h"
#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#define DEPTH_MOST 200

static const char *match(struct wh_pattern *p, const char *s, const char *at);

static const char *fail(struct wh_pattern *p, const char *fault)
{
	if (!p->fault)
		p->fault = fault;
	return NULL;
}

static bool spend(struct wh_pattern *p)
{
	if (p->fault)
		return false;
	if (--*p->steps < 0)
		fail(p, "the pattern takes too long on this text");
	return !p->fault;
}

/* Behind one class: "a", "%a", ".", "[...]". */
static const char *class_end(struct wh_pattern *p, const char *at)
{
	if (*at == '%')
		return at + 1 < p->end ? at + 2 : fail(p, "the pattern ends with '%'");
	if (*at != '[')
		return at + 1;
	at += 1 + (at + 1 < p->end && at[1] == '^');
	for (bool first = true; at < p->end && (first || *at != ']'); first = false)
		at += *at == '%' && at + 1 < p->end ? 2 : 1;
	return at < p->end ? at + 1 : fail(p, "the pattern lacks a ']'");
}

static bool in_class(unsigned char c, unsigned char class)
{
	bool is;
	switch (tolower(class)) {
	case 'a':
		is = isalpha(c);
		break;
	case 'c':
		is = iscntrl(c);
		break;
	case 'd':
		is = isdigit(c);
		break;
	case 'g':
		is = isgraph(c);
		break;
	case 'l':
		is = islower(c);
		break;
	case 'p':
		is = ispunct(c);
		break;
	case 's':
		is = isspace(c);
		break;
	case 'u':
		is = isupper(c);
		break;
	case 'w':
		is = isalnum(c);
		break;
	case 'x':
		is = isxdigit(c);
		break;
	default:
		return class == c;
	}
	return isupper(class) ? !is : is;
}

/* at: '['; last: its ']'. */
static bool in_set(unsigned char c, const char *at, const char *last)
{
	bool wanted = true;
	if (at[1] == '^') {
		wanted = false;
		at++;
	}
	while (++at < last) {
		if (*at == '%') {
			if (in_class(c, (unsigned char)*++at))
				return wanted;
		} else if (at[1] == '-' && at + 2 < last) {
			at += 2;
			if ((unsigned char)at[-2] <= c && c <= (unsigned char)*at)
				return wanted;
		} else if ((unsigned char)*at == c) {
			return wanted;
		}
	}
	return !wanted;
}

static bool one(const struct wh_pattern *p, const char *s, const char *at, const char *end)
{
	if (s >= p->text_end)
		return false;
	unsigned char c = (unsigned char)*s;
	if (*at == '.')
		return true;
	if (*at == '%')
		return in_class(c, (unsigned char)at[1]);
	return *at == '[' ? in_set(c, at, end - 1) : (unsigned char)*at == c;
}

/* As many as there are, then fewer. */
static const char *greedy(struct wh_pattern *p, const char *s, const char *at, const char *end)
{
	ptrdiff_t n = 0;
	while (one(p, s + n, at, end) && spend(p))
		n++;
	for (; n >= 0 && spend(p); n--) {
		const char *found = match(p, s + n, end + 1);
		if (found)
			return found;
	}
	return NULL;
}

static const char *lazy(struct wh_pattern *p, const char *s, const char *at, const char *end)
{
	while (spend(p)) {
		const char *found = match(p, s, end + 1);
		if (found || !one(p, s, at, end))
			return found;
		s++;
	}
	return NULL;
}

static const char *open_capture(struct wh_pattern *p, const char *s, const char *at, ptrdiff_t what)
{
	if (p->ncaptures == WH_CAPTURES)
		return fail(p, "the pattern has too many captures");
	p->captures[p->ncaptures++] = (struct wh_capture){ s, what };
	const char *found = match(p, s, at);
	if (!found)
		p->ncaptures--;
	return found;
}

static const char *close_capture(struct wh_pattern *p, const char *s, const char *at)
{
	int i = p->ncaptures - 1;
	while (i >= 0 && p->captures[i].size != WH_CAPTURE_OPEN)
		i--;
	if (i < 0)
		return fail(p, "the pattern has a ')' without a '('");
	p->captures[i].size = s - p->captures[i].start;
	const char *found = match(p, s, at);
	if (!found)
		p->captures[i].size = WH_CAPTURE_OPEN;
	return found;
}

/* %bxy: behind the y that belongs to the x at s. */
static const char *balance(struct wh_pattern *p, const char *s, const char *at)
{
	if (p->end - at < 2)
		return fail(p, "the pattern lacks what '%b' balances");
	if (s >= p->text_end || *s != at[0])
		return NULL;
	int depth = 1;
	while (++s < p->text_end && spend(p)) {
		if (*s == at[1] && --depth == 0)
			return s + 1;
		if (*s == at[0] && at[0] != at[1])
			depth++;
	}
	return NULL;
}

/* %f[set]: between a character outside the set and one in it. */
static const char *frontier(struct wh_pattern *p, const char *s, const char *at)
{
	if (at >= p->end || *at != '[')
		return fail(p, "the pattern lacks a '[' behind '%f'");
	const char *end = class_end(p, at);
	if (!end)
		return NULL;
	unsigned char before = s == p->text ? 0 : (unsigned char)s[-1];
	unsigned char now = s < p->text_end ? (unsigned char)*s : 0;
	return !in_set(before, at, end - 1) && in_set(now, at, end - 1) ? match(p, s, end) : NULL;
}

/* %1 to %9: what that capture held. */
static const char *back(struct wh_pattern *p, const char *s, const char *at)
{
	int i = *at - '1';
	if (i < 0 || i >= p->ncaptures || p->captures[i].size < 0)
		return fail(p, "the pattern refers to a capture that is not there");
	size_t n = (size_t)p->captures[i].size;
	*p->steps -= (int64_t)n;
	if ((size_t)(p->text_end - s) < n || memcmp(p->captures[i].start, s, n))
		return NULL;
	return match(p, s + n, at + 1);
}

static const char *quantified(struct wh_pattern *p, const char *s, const char *at, const char *end)
{
	switch (end < p->end ? *end : 0) {
	case '*':
		return greedy(p, s, at, end);
	case '+':
		return one(p, s, at, end) ? greedy(p, s + 1, at, end) : NULL;
	case '-':
		return lazy(p, s, at, end);
	case '?': {
		const char *found = one(p, s, at, end) ? match(p, s + 1, end + 1) : NULL;
		return found ? found : match(p, s, end + 1);
	}
	default:
		return NULL;
	}
}

static bool has_quantifier(const struct wh_pattern *p, const char *end)
{
	return end < p->end && *end && strchr("*+-?", *end);
}

/* What begins with '%' and is no class; *is: it was such. */
static const char *special(struct wh_pattern *p, const char *s, const char *at, bool *is)
{
	char c = at + 1 < p->end ? at[1] : 0;
	*is = c == 'b' || c == 'f' || (c >= '0' && c <= '9');
	if (c == 'b') {
		const char *end = balance(p, s, at + 2);
		return end ? match(p, end, at + 4) : NULL;
	}
	if (c == 'f')
		return frontier(p, s, at + 2);
	return *is ? back(p, s, at + 1) : NULL;
}

static const char *grouped(struct wh_pattern *p, const char *s, const char *at)
{
	if (*at == ')')
		return close_capture(p, s, at + 1);
	bool place = at + 1 < p->end && at[1] == ')';
	return open_capture(p, s, at + 1 + place, place ? WH_CAPTURE_PLACE : WH_CAPTURE_OPEN);
}

static const char *match_on(struct wh_pattern *p, const char *s, const char *at)
{
	while (at < p->end && spend(p)) {
		bool is = false;
		if (*at == '(' || *at == ')')
			return grouped(p, s, at);
		if (*at == '$' && at + 1 == p->end)
			return s == p->text_end ? s : NULL;
		const char *found = *at == '%' ? special(p, s, at, &is) : NULL;
		if (is)
			return found;
		const char *end = class_end(p, at);
		if (!end)
			return NULL;
		if (has_quantifier(p, end))
			return quantified(p, s, at, end);
		if (!one(p, s, at, end))
			return NULL;
		s++;
		at = end;
	}
	return p->fault ? NULL : s;
}

static const char *match(struct wh_pattern *p, const char *s, const char *at)
{
	if (++p->depth > DEPTH_MOST)
		fail(p, "the pattern is nested too deeply");
	const char *found = p->fault ? NULL : match_on(p, s, at);
	p->depth--;
	return found;
}

const char *wh_pattern_at(struct wh_pattern *p, const char *place)
{
	p->ncaptures = 0;
	p->depth = 0;
	const char *end = match(p, place, p->at);
	for (int i = 0; end && i < p->ncaptures; i++)
		if (p->captures[i].size == WH_CAPTURE_OPEN)
			end = fail(p, "the pattern lacks a ')'");
	return end;
}

#include "lifecycle/assess/price.h"
#include "base/text.h"
#include "lifecycle/settings/yaml.h"
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>

#define GB 1e9
#define PRICES_BYTES (64u << 10)

static const struct price_key {
	const char *name;
	size_t offset;
	bool above_zero;
} keys[] = {
	{ "hour_of_work", offsetof(struct wh_prices, hour_of_work) },
	{ "gb_month", offsetof(struct wh_prices, gb_month) },
	{ "gb_transfer", offsetof(struct wh_prices, gb_transfer) },
	{ "hour_of_downtime", offsetof(struct wh_prices, hour_of_downtime) },
	{ "hour_of_instance", offsetof(struct wh_prices, hour_of_instance) },
	{ "months", offsetof(struct wh_prices, months), true },
};
#define KEYS (sizeof keys / sizeof *keys)

static int unknown_key(const char *key, struct wh_error *error)
{
	const char *names[KEYS + 2] = { "currency" };
	for (size_t i = 0; i < KEYS; i++)
		names[i + 1] = keys[i].name;
	const char *near = wh_text_nearest(key, names);
	return wh_fail(error, WH_CONFIG,
		"unknown key \"%s\"; %s%s%sa price file knows currency, hour_of_work, gb_month, "
		"gb_transfer, hour_of_downtime, hour_of_instance and months",
		key, near ? "did you mean \"" : "", near ? near : "", near ? "\"? " : "");
}

static int take_number(const struct wh_yaml *y, double *out, bool above_zero,
	struct wh_error *error)
{
	char *end = NULL;
	bool digit = y->kind == WH_YAML_TEXT && strchr("0123456789.", y->text[0]) && y->text[0];
	double value = digit ? strtod(y->text, &end) : -1;
	if (!digit || *end || !isfinite(value))
		return wh_fail(error, WH_CONFIG, "\"%s\" takes a number such as 95.50", y->key);
	if (above_zero && value <= 0)
		return wh_fail(error, WH_CONFIG, "\"%s\" takes a number above 0", y->key);
	*out = value;
	return WH_OK;
}

static int take_key(struct wh_prices *p, struct wh_arena *arena, const struct wh_yaml *y,
	struct wh_error *error)
{
	if (wh_equal(y->key, "currency")) {
		if (y->kind != WH_YAML_TEXT || !y->text[0])
			return wh_fail(error, WH_CONFIG, "\"currency\" takes a text such as EUR");
		p->currency = wh_arena_text(arena, y->text);
		return WH_OK;
	}
	for (size_t i = 0; i < KEYS; i++)
		if (wh_equal(keys[i].name, y->key))
			return take_number(y, (double *)(void *)((char *)p + keys[i].offset),
				keys[i].above_zero, error);
	return unknown_key(y->key, error);
}

int wh_prices_parse(struct wh_prices *p, struct wh_arena *arena, const char *label,
	const char *bytes, size_t n, struct wh_error *error)
{
	struct wh_yaml *root = NULL;
	*p = (struct wh_prices){ "", -1, -1, -1, -1, -1, 1 };
	int rc = wh_yaml_parse(arena, label, bytes, n, &root, error);
	if (rc == WH_OK && (!root || root->kind != WH_YAML_MAP))
		rc = wh_fail(error, WH_CONFIG, "no prices stand in \"%s\"; docs/assess.md shows some",
			label);
	for (const struct wh_yaml *y = rc == WH_OK ? root->first : NULL; y && rc == WH_OK;
		 y = y->next) {
		rc = take_key(p, arena, y, error);
		if (rc != WH_OK)
			wh_fail_place(error, "%s", wh_yaml_place(arena, label, y->key_line, y->key_column));
	}
	return rc;
}

int wh_prices_load(struct wh_prices *p, struct wh_arena *arena, const char *file,
	struct wh_error *error)
{
	FILE *in = fopen(file, "re");
	if (!in)
		return wh_fail_errno(error, WH_CONFIG, "cannot read the prices \"%s\"", file);
	char *bytes = wh_alloc(PRICES_BYTES + 1);
	size_t n = fread(bytes, 1, PRICES_BYTES + 1, in);
	int rc = WH_OK;
	if (ferror(in))
		rc = wh_fail_errno(error, WH_CONFIG, "cannot read the prices \"%s\"", file);
	else if (n > PRICES_BYTES)
		rc = wh_fail(error, WH_CONFIG, "too large for a price file: \"%s\"", file);
	else
		rc = wh_prices_parse(p, arena, file, bytes, n, error);
	fclose(in);
	free(bytes);
	return rc;
}

static void line(struct wh_costs *c, struct wh_arena *arena, struct wh_cost cost)
{
	if (cost.price < 0)
		return;
	cost.cost = cost.amount < 0 ? -1 : cost.amount * cost.price;
	if (cost.cost < 0)
		c->whole = false;
	else
		c->total += cost.cost;
	*wh_push(arena, &c->lines, &c->nlines) = cost;
}

void wh_costs_make(struct wh_costs *costs, struct wh_arena *arena, const struct wh_prices *p,
	const struct wh_quantities *q)
{
	double gb = q->bytes < 0 ? -1 : q->bytes / GB;
	double hours = q->down_seconds < 0 ? -1 : q->down_seconds / 3600;
	*costs = (struct wh_costs){ .currency = p->currency, .whole = true };
	line(costs, arena,
		(struct wh_cost){ "work on the findings", "hours",
			q->work_minutes < 0 ? -1 : q->work_minutes / 60, p->hour_of_work, 0 });
	line(costs, arena, (struct wh_cost){ "transfer", "GB", gb, p->gb_transfer, 0 });
	line(costs, arena,
		(struct wh_cost){ "storage", "GB-months", gb < 0 ? -1 : gb * p->months, p->gb_month, 0 });
	line(costs, arena, (struct wh_cost){ "downtime", "hours", hours, p->hour_of_downtime, 0 });
	line(costs, arena, (struct wh_cost){ "instance", "hours", hours, p->hour_of_instance, 0 });
}

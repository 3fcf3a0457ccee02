/* kinds: what can be moved, from the registry. */
#include "cli/commands.h"
#include "cli/terminal.h"
#include "model/connector.h"
#include <jansson.h>
#include <stdlib.h>

static bool kind_reads(const struct wh_connector *k)
{
	return k->describe && k->read;
}

static bool kind_writes(const struct wh_connector *k)
{
	return k->ddl && k->write;
}

static void kind_print(const struct wh_connector *k)
{
	printf("%s: %s\n  %s\n", k->scheme, k->summary, k->url_form);
	printf("  can be: %s%s%s\n", kind_reads(k) ? "source" : "",
		kind_reads(k) && kind_writes(k) ? ", " : "", kind_writes(k) ? "target" : "");
	for (size_t i = 0; k->aliases && k->aliases[i]; i++)
		printf("%s%s%s", i ? ", " : "  also: ", k->aliases[i], k->aliases[i + 1] ? "" : "\n");
	for (const struct wh_option *o = k->options; o && o->name; o++)
		printf("  ?%s=%s  %s%s%s%s\n", o->name, o->type, o->help, o->initial ? " (default: " : "",
			o->initial ? o->initial : "", o->initial ? ")" : "");
}

static json_t *kind_json(const struct wh_connector *k)
{
	json_t *aliases = json_array(), *options = json_array();
	for (size_t i = 0; k->aliases && k->aliases[i]; i++)
		json_array_append_new(aliases, json_string(k->aliases[i]));
	for (const struct wh_option *o = k->options; o && o->name; o++)
		json_array_append_new(options,
			json_pack("{s:s, s:s, s:s?, s:s?}", "name", o->name, "type", o->type, "default",
				o->initial, "help", o->help));
	return json_pack("{s:s, s:s, s:s, s:b, s:b, s:o, s:o}", "kind", k->scheme, "summary",
		k->summary, "url", k->url_form, "source", kind_reads(k), "target", kind_writes(k),
		"aliases", aliases, "options", options);
}

static void kinds_json(void)
{
	json_t *kinds = json_array();
	for (size_t i = 0; wh_connectors[i]; i++)
		json_array_append_new(kinds, kind_json(wh_connectors[i]));
	json_t *whole = json_pack("{s:i, s:n, s:i, s:o}", "whimbrel", 1, "error", "exit", 0, "kinds",
		kinds);
	char *text = whole ? json_dumps(whole, JSON_INDENT(2)) : NULL;
	printf("%s\n", text ? text : "null");
	free(text);
	json_decref(whole);
}

int wh_command_kinds(const struct wh_arguments *args)
{
	if (args->json)
		kinds_json();
	for (size_t i = 0; !args->json && wh_connectors[i]; i++) {
		fputs(i ? "\n" : "", stdout);
		kind_print(wh_connectors[i]);
	}
	return wh_terminal_flush(0);
}

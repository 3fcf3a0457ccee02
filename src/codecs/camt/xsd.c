#include "codecs/camt/xsd.h"
#include "base/text.h"
#include <libxml/parser.h>
#include <libxml/xmlschemastypes.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

/* The library's message without its line feed; the first one stays. */
static void keep_first(char *out, size_t size, const xmlError *error)
{
	if (*out || !error || !error->message)
		return;
	size_t n = strcspn(error->message, "\n");
	snprintf(out, size, "%.*s", (int)wh_utf8_cut(error->message, n, size - 1), error->message);
}

struct fault {
	char text[800];
	int line;
};

static void schema_fault(void *context, xmlErrorPtr error)
{
	struct fault *fault = context;
	if (!*fault->text)
		fault->line = error->line;
	keep_first(fault->text, sizeof fault->text, error);
}

/* Others would be read from the disk by the library. */
static const xmlNode *other_file(const xmlDoc *text)
{
	const xmlNode *root = xmlDocGetRootElement(text);
	for (const xmlNode *n = root ? root->children : NULL; n; n = n->next) {
		const char *name = n->type == XML_ELEMENT_NODE ? (const char *)n->name : "";
		if (strcmp(name, "import") == 0 || strcmp(name, "include") == 0 ||
			strcmp(name, "redefine") == 0)
			return n;
	}
	return NULL;
}

static int read_text(struct wh_camt_xsd *xsd, const char *path, const char *bytes, size_t n,
	struct wh_error *error)
{
	if (n <= INT_MAX)
		xsd->text = xmlReadMemory(bytes, (int)n, NULL, NULL,
			XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
	if (!xsd->text)
		return wh_fail(error, WH_CONFIG, "xsd=\"%s\" is no XML: a schema of ISO 20022 is expected",
			path);
	if (xmlGetIntSubset(xsd->text))
		return wh_fail(error, WH_CONFIG,
			"the schema \"%s\" has a document type, which is not read: use one without", path);
	const xmlNode *other = other_file(xsd->text);
	if (other)
		return wh_fail(error, WH_CONFIG,
			"the schema \"%s\" has <%s>, and other files are not fetched: use one that is whole",
			path, (const char *)other->name);
	return WH_OK;
}

static void prepare(void)
{
	xmlInitParser();
	xmlSchemaInitTypes();
}

void wh_camt_xml_prepare(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	pthread_once(&once, prepare);
}

int wh_camt_xsd_open(struct wh_camt_xsd *xsd, const char *path, const char *bytes, size_t n,
	struct wh_error *error)
{
	struct fault fault = { .line = 0 };
	int rc = read_text(xsd, path, bytes, n, error);
	if (rc != WH_OK)
		return rc;
	xmlSchemaParserCtxtPtr parser = xmlSchemaNewDocParserCtxt(xsd->text);
	if (parser) {
		xmlSchemaSetParserStructuredErrors(parser, schema_fault, &fault);
		xsd->schema = xmlSchemaParse(parser);
		xmlSchemaFreeParserCtxt(parser);
	}
	if (xsd->schema)
		return WH_OK;
	wh_fail(error, WH_CONFIG, "xsd=\"%s\" is no schema: %s", path,
		*fault.text ? fault.text : "it was not understood");
	return fault.line ? wh_fail_place(error, "%s:%d", path, fault.line) : WH_CONFIG;
}

void wh_camt_xsd_close(struct wh_camt_xsd *xsd)
{
	xmlSchemaFree(xsd->schema);
	xmlFreeDoc(xsd->text);
	*xsd = (struct wh_camt_xsd){ 0 };
}

static void violation(void *context, xmlErrorPtr error)
{
	struct wh_camt_check *c = context;
	keep_first(c->fault, sizeof c->fault, error);
}

int wh_camt_check_open(struct wh_camt_check *c, const struct wh_camt_xsd *xsd,
	struct wh_error *error)
{
	c->valid = xmlSchemaNewValidCtxt(xsd->schema);
	if (c->valid) {
		xmlSchemaSetValidStructuredErrors(c->valid, violation, c);
		c->plug = xmlSchemaSAXPlug(c->valid, &c->events, &c->context);
	}
	return c->plug ? WH_OK : wh_fail(error, WH_BUG, "the schema cannot be used on a file");
}

void wh_camt_check_close(struct wh_camt_check *c)
{
	if (c->plug)
		xmlSchemaSAXUnplug(c->plug);
	xmlSchemaFreeValidCtxt(c->valid);
	*c = (struct wh_camt_check){ 0 };
}

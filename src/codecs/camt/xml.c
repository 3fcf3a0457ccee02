#include "codecs/camt/xml.h"
#include <stdio.h>
#include <stdlib.h>

#define PIECE 65536          /* the parser's own lengths are an int */
#define NAMES_MOST (1 << 18) /* bytes of different names; those of all schemas are a tenth of it */

static int line_of(const struct wh_camt_xml *x)
{
	return x->parser && x->parser->input ? x->parser->input->line : 0;
}

int wh_camt_xml_fail(struct wh_camt_xml *x, const char *format, ...)
{
	char text[1200];
	va_list args;
	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	wh_fail(x->error, WH_STOP, "%s", text);
	return wh_fail_place(x->error, "%s:%d", x->file, line_of(x));
}

/* Events that come behind a fault are not looked at. */
static void stop(struct wh_camt_xml *x, int rc)
{
	if (rc == WH_OK || x->rc != WH_OK)
		return;
	x->rc = rc;
	xmlStopParser(x->parser);
}

static void check_schema(struct wh_camt_xml *x)
{
	if (*x->check.fault)
		stop(x,
			wh_camt_xml_fail(x, "\"%s\" is not as the schema says: %s",
				*x->path ? x->path : "the document", x->check.fault));
}

/* ---- the path ---- */

static int enter(struct wh_camt_xml *x, const char *name)
{
	size_t n = strlen(name), slash = x->path_n > 0;
	if (x->depth == WH_CAMT_DEPTH_MOST)
		return wh_camt_xml_fail(x, "\"%s\" has more than %d elements in each other", x->path,
			WH_CAMT_DEPTH_MOST);
	if (x->path_n + slash + n >= sizeof x->path)
		return wh_camt_xml_fail(x, "the path of \"%.60s\" in \"%s\" has more than %d bytes", name,
			x->path, WH_CAMT_PATH_MOST - 1);
	if (slash)
		x->path[x->path_n++] = '/';
	memcpy(x->path + x->path_n, name, n + 1);
	x->path_n += n;
	/* The parser has each name once. */
	x->steps[x->depth].nth = x->steps[x->depth].name == name ? x->steps[x->depth].nth + 1 : 1;
	x->steps[x->depth++].name = name;
	x->steps[x->depth].name = NULL;
	return WH_OK;
}

static void leave(struct wh_camt_xml *x)
{
	char *slash = strrchr(x->path, '/');
	x->path_n = slash ? (size_t)(slash - x->path) : 0;
	x->path[x->path_n] = '\0';
	x->depth--;
}

static int check_namespace(struct wh_camt_xml *x, const char *uri)
{
	uri = uri ? uri : "";
	if (x->depth == 1) {
		snprintf(x->namespace, sizeof x->namespace, "%s", uri);
		return WH_OK;
	}
	if (strncmp(uri, x->namespace, sizeof x->namespace - 1) == 0 ||
		strstr(x->path, "/SplmtryData/"))
		return WH_OK;
	return wh_camt_xml_fail(x, "\"%s\" is of another namespace, \"%s\", than its document", x->path,
		uri);
}

/* ---- events of the parser ---- */

/* A tag has no other '<' in it than its first byte, and the parser keeps all of it. */
static int64_t tag_begin(const xmlParserInput *in)
{
	const xmlChar *at = in->cur;
	while (at > in->base && *at != '<')
		at--;
	return (int64_t)in->consumed + (at - in->base);
}

static int no_text_between(struct wh_camt_xml *x)
{
	if (x->text.size == strspn(wh_buffer_string(&x->text), " \t\r\n"))
		return WH_OK;
	return wh_camt_xml_fail(x, "there is text between the elements of \"%s\"", x->path);
}

static int attribute(struct wh_camt_xml *x, const xmlChar **a, int64_t place)
{
	static const char xsi[] = "http://www.w3.org/2001/XMLSchema-instance";
	char path[WH_CAMT_PATH_MOST];
	size_t n = (size_t)(a[4] - a[3]);
	if (a[2] && strcmp((const char *)a[2], xsi) == 0)
		return WH_OK;
	int length = snprintf(path, sizeof path, "%s/@%s", x->path, (const char *)a[0]);
	if ((size_t)length >= sizeof path || n > WH_CAMT_TEXT_MOST)
		return wh_camt_xml_fail(x, "an attribute of \"%s\" is too long", x->path);
	return x->listener.value(x->listener.context, path, (const char *)a[3], n, place);
}

static int begin(struct wh_camt_xml *x, const xmlChar *name, const xmlChar *uri, int nattributes,
	const xmlChar **attributes)
{
	int64_t place = tag_begin(x->parser->input);
	int rc = no_text_between(x);
	if (rc == WH_OK)
		rc = enter(x, (const char *)name);
	if (rc == WH_OK)
		rc = check_namespace(x, (const char *)uri);
	if (rc == WH_OK)
		rc = x->listener.begin(x->listener.context, x->path, place);
	for (int i = 0; i < nattributes && rc == WH_OK; i++)
		rc = attribute(x, attributes + 5 * (ptrdiff_t)i, place + 1 + i);
	wh_buffer_clear(&x->text);
	x->leaf = true;
	x->content = (int64_t)x->parser->input->consumed +
		(x->parser->input->cur - x->parser->input->base);
	return rc;
}

/* The schema speaks first, here and below: it knows better what is wrong. */
static void on_begin(void *context, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri,
	int nspaces, const xmlChar **spaces, int nattributes, int ndefaulted,
	const xmlChar **attributes)
{
	struct wh_camt_xml *x = context;
	if (x->rc != WH_OK)
		return;
	if (x->check.events)
		x->check.events->startElementNs(x->check.context, name, prefix, uri, nspaces, spaces,
			nattributes, ndefaulted, attributes);
	check_schema(x);
	if (x->rc == WH_OK)
		stop(x, begin(x, name, uri, nattributes, attributes));
}

static int end(struct wh_camt_xml *x)
{
	int rc = x->leaf ? x->listener.value(x->listener.context, x->path, wh_buffer_string(&x->text),
						   x->text.size, x->content)
					 : no_text_between(x);
	if (rc == WH_OK)
		rc = x->listener.end(x->listener.context, x->path);
	if (rc == WH_OK)
		leave(x);
	wh_buffer_clear(&x->text);
	x->leaf = false;
	return rc;
}

static void on_end(void *context, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
	struct wh_camt_xml *x = context;
	if (x->rc != WH_OK)
		return;
	if (x->check.events)
		x->check.events->endElementNs(x->check.context, name, prefix, uri);
	check_schema(x);
	if (x->rc == WH_OK)
		stop(x, end(x));
}

static void on_text(void *context, const xmlChar *text, int n)
{
	struct wh_camt_xml *x = context;
	if (x->rc != WH_OK)
		return;
	wh_buffer_put(&x->text, text, (size_t)n);
	if (x->text.full)
		stop(x,
			wh_camt_xml_fail(x, "\"%s\" holds more than %d bytes of text", x->path,
				WH_CAMT_TEXT_MOST));
	else if (x->check.events)
		x->check.events->characters(x->check.context, text, n);
	check_schema(x);
}

static void on_doctype(void *context, const xmlChar *name, const xmlChar *id, const xmlChar *system)
{
	struct wh_camt_xml *x = context;
	(void)name;
	(void)id;
	(void)system;
	stop(x,
		wh_camt_xml_fail(x,
			"there is a document type (<!DOCTYPE>), which messages of ISO 20022 "
			"do not have and which is not read"));
}

/* Without it the library prints; the error is asked for afterwards. */
static void on_error(void *context, xmlErrorPtr error)
{
	(void)context;
	(void)error;
}

/* ---- pieces ---- */

int wh_camt_xml_open(struct wh_camt_xml *x, const char *file, struct wh_camt_listener listener,
	const struct wh_camt_xsd *xsd, struct wh_error *error)
{
	xmlSAXHandler events = { .initialized = XML_SAX2_MAGIC,
		.startElementNs = on_begin,
		.endElementNs = on_end,
		.characters = on_text,
		.ignorableWhitespace = on_text,
		.cdataBlock = on_text,
		.internalSubset = on_doctype,
		.serror = on_error };
	x->file = file;
	x->listener = listener;
	x->text.max = WH_CAMT_TEXT_MOST;
	x->parser = xmlCreatePushParserCtxt(&events, x, NULL, 0, NULL);
	if (!x->parser)
		return wh_fail(error, WH_BUG, "there is no parser of XML");
	xmlCtxtUseOptions(x->parser, XML_PARSE_NONET);
	xmlDictSetLimit(x->parser->dict, NAMES_MOST);
	return xsd ? wh_camt_check_open(&x->check, xsd, error) : WH_OK;
}

/* Where it is out of room the library stops without a word of what is well-formed. */
static bool has_failed(const struct wh_camt_xml *x)
{
	const xmlParserCtxt *p = x->parser;
	return !p->wellFormed || !p->nsWellFormed || p->disableSAX;
}

/* A file that is cut off is told from one with more behind its end by what is still open. */
static int not_well_formed(struct wh_camt_xml *x)
{
	const xmlError *last = xmlCtxtGetLastError(x->parser);
	const char *text = last && last->message ? last->message : "it is not well-formed";
	x->rc = WH_STOP;
	if (last && last->code == XML_ERR_NO_MEMORY)
		return wh_camt_xml_fail(x, "its different names have more than %d bytes", NAMES_MOST);
	if (last && last->code == XML_ERR_DOCUMENT_END && x->depth)
		return wh_camt_xml_fail(x, "the XML is broken: it ends inside of \"%s\"", x->path);
	return wh_camt_xml_fail(x, "the XML is broken: %.*s", (int)strcspn(text, "\n"), text);
}

int wh_camt_xml_feed(struct wh_camt_xml *x, const char *bytes, size_t n, bool last,
	struct wh_error *error)
{
	size_t at = 0;
	x->error = error;
	while (x->rc == WH_OK && (at < n || last)) {
		size_t piece = n - at < PIECE ? n - at : PIECE;
		bool ends = last && at + piece == n;
		xmlParseChunk(x->parser, bytes + at, (int)piece, ends);
		if (x->rc == WH_OK && (has_failed(x) || (ends && x->depth)))
			return not_well_formed(x);
		at += piece;
		if (ends)
			break;
	}
	return x->rc;
}

void wh_camt_xml_close(struct wh_camt_xml *x)
{
	wh_camt_check_close(&x->check);
	xmlFreeParserCtxt(x->parser);
	wh_buffer_free(&x->text);
	*x = (struct wh_camt_xml){ 0 };
}

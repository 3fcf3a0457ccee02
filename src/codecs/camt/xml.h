/* xml: a file of XML in pieces, as elements with their paths; libxml2's push parser, never a tree.
 *
 * What a listener is told: an element that begins, its attributes ("Stmt/Bal/Amt/@Ccy"), the text of
 * one without elements in it, an element that ends. All elements are of one namespace, that of the
 * root; only below SplmtryData there may be others. No document type, and so no entities but the
 * five; nothing is fetched. Depth and texts have a maximum. */
#ifndef WH_CODECS_CAMT_XML_H
#define WH_CODECS_CAMT_XML_H

#include "base/buffer.h"
#include "codecs/camt/xsd.h"
#include <libxml/parser.h>

#define WH_CAMT_TEXT_MOST 65536
#define WH_CAMT_PATH_MOST 512
#define WH_CAMT_DEPTH_MOST 64

/* Paths have local names from the root on. A place is a byte of the file (of its UTF-8 form, where
 * it is in another encoding): '<' of an element; of a value, one inside the tag that begins it; so
 * that all places ascend and none comes twice. WH_OK, or what ends the reading. */
struct wh_camt_listener {
	void *context;
	int (*begin)(void *context, const char *path, int64_t place);
	int (*value)(void *context, const char *path, const char *text, size_t n, int64_t place);
	int (*end)(void *context, const char *path);
};

struct wh_camt_xml {
	xmlParserCtxtPtr parser;
	struct wh_camt_check check; /* by the schema, where there is one */
	struct wh_camt_listener listener;
	const char *file;    /* for messages */
	char namespace[200]; /* the root's */
	char path[WH_CAMT_PATH_MOST];
	size_t path_n, depth;
	struct {
		const char *name; /* of the element that is open there, or was last; the parser's */
		uint32_t nth;     /* among those of its name that follow each other; from 1 */
	} steps[WH_CAMT_DEPTH_MOST + 1]; /* the path's, and one below it */
	bool leaf;                       /* no element in the innermost one so far */
	int64_t content;                 /* of the innermost one: the end of the tag that began it */
	struct wh_buffer text;
	int rc;
	struct wh_error *error; /* the caller's of the moment */
};

/* All-zero before. The listener, `file` and the schema (or NULL) outlive it. */
int wh_camt_xml_open(struct wh_camt_xml *x, const char *file, struct wh_camt_listener listener,
	const struct wh_camt_xsd *xsd, struct wh_error *error) WH_MUST_USE;
int wh_camt_xml_feed(struct wh_camt_xml *x, const char *bytes, size_t n, bool last,
	struct wh_error *error) WH_MUST_USE;
void wh_camt_xml_close(struct wh_camt_xml *x);
/* WH_STOP with the file and the line that is being read. */
int wh_camt_xml_fail(struct wh_camt_xml *x, const char *format, ...) WH_FORMAT(2, 3);

#endif

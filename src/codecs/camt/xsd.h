/* xsd: a schema that the user names, and a file's elements checked by it as they come. */
#ifndef WH_CODECS_CAMT_XSD_H
#define WH_CODECS_CAMT_XSD_H

#include "base/error.h"
#include <libxml/xmlschemas.h>
#include <stddef.h>

/* Once before anything of libxml2: it makes its tables at first use, unguarded against threads. */
void wh_camt_xml_prepare(void);

struct wh_camt_xsd {
	xmlDocPtr text; /* the schema points into it */
	xmlSchemaPtr schema;
};

/* WH_CONFIG: it is no schema, or one of several files (nothing is fetched). */
int wh_camt_xsd_open(struct wh_camt_xsd *xsd, const char *path, const char *bytes, size_t n,
	struct wh_error *error) WH_MUST_USE;
void wh_camt_xsd_close(struct wh_camt_xsd *xsd);

/* One file's way through a schema. It must not move. */
struct wh_camt_check {
	xmlSchemaValidCtxtPtr valid;
	xmlSchemaSAXPlugPtr plug;
	xmlSAXHandlerPtr events; /* what an event of the parser is passed to, with `context` */
	void *context;
	char fault[800]; /* the first violation, or "" */
};

int wh_camt_check_open(struct wh_camt_check *c, const struct wh_camt_xsd *xsd,
	struct wh_error *error) WH_MUST_USE;
void wh_camt_check_close(struct wh_camt_check *c);

#endif

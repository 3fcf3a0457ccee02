/* registry: the only file that names every kind. */
#include "codecs/camt/camt.h"
#include "codecs/cobol/cobol.h"
#include "codecs/csv/csv.h"
#include "codecs/jsonl/jsonl.h"
#include "codecs/mt940/mt940.h"
#include "codecs/nacha/nacha.h"
#include "connectors/files/files.h"
#include "model/connector.h"
#include "model/store.h"
#include "sql/dialect.h"

extern const struct wh_connector wh_postgresql, wh_mysql, wh_sqlite;
extern const struct wh_store wh_folder;

static const struct wh_connector csv = { WH_FILES_BOTH(csv, "delimited text: CSV, TSV") };
static const struct wh_connector cobol = { WH_FILES_BOTH(cobol,
	"COBOL records, by their copybook") };
static const struct wh_connector jsonl = { WH_FILES_BOTH(jsonl, "JSON lines") };
static const struct wh_connector mt940 = { WH_FILES_SOURCE(mt940,
	"SWIFT statements: MT940, MT942") };
static const struct wh_connector nacha = { WH_FILES_BOTH(nacha, "ACH payments: NACHA files") };
static const struct wh_connector camt = { WH_FILES_BOTH(camt,
	"ISO 20022: statements camt.052, 053, 054, payments pain.001") };

const struct wh_connector *const wh_connectors[] = { &wh_postgresql, &wh_mysql, &wh_sqlite, &csv,
	&jsonl, &cobol, &mt940, &nacha, &camt, NULL };
const struct wh_store *const wh_stores[] = { &wh_folder, NULL };

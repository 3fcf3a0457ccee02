/* registry: the only file that names every kind. */
#include "model/connector.h"
#include "model/store.h"

extern const struct wh_connector wh_postgresql, wh_mysql, wh_sqlite;

const struct wh_connector *const wh_connectors[] = { &wh_postgresql, &wh_mysql, &wh_sqlite, NULL };
extern const struct wh_store wh_folder;
const struct wh_store *const wh_stores[] = { &wh_folder, NULL };

#include "journal/inside.h"
#include <stdlib.h>
#include <unistd.h>

static char *journal_path(const char *folder)
{
	struct wh_buffer path = { 0 };
	wh_buffer_format(&path, "%s/journal.db", folder);
	char *copy = wh_strdup(wh_buffer_string(&path));
	wh_buffer_free(&path);
	return copy;
}

static struct wh_journal *journal_new(const char *folder)
{
	struct wh_journal *j = wh_alloc(sizeof *j);
	*j = (struct wh_journal){ .folder = wh_strdup(folder), .path = journal_path(folder) };
	for (int i = 0; i < WH_JOURNAL_ROLES; i++)
		j->leases[i] = -1;
	pthread_mutex_init(&j->settling, NULL);
	pthread_cond_init(&j->settled, NULL);
	pthread_mutex_init(&j->reading, NULL);
	pthread_mutex_init(&j->leasing, NULL);
	return j;
}

int wh_journal_open(const char *folder, bool create, struct wh_journal **out,
	struct wh_error *error)
{
	*out = NULL;
	struct wh_journal *j = journal_new(folder);
	int rc = wh_journal_connect(j, create, error);
	if (rc == WH_OK)
		rc = wh_journal_start(j, error);
	if (rc == WH_OK)
		*out = j;
	else
		wh_journal_close(j);
	return rc;
}

void wh_journal_close(struct wh_journal *j)
{
	if (!j)
		return;
	wh_journal_finish(j);
	wh_journal_disconnect(j);
	for (int i = 0; i < WH_JOURNAL_ROLES; i++)
		if (j->leases[i] >= 0)
			close(j->leases[i]);
	pthread_mutex_destroy(&j->leasing);
	pthread_mutex_destroy(&j->reading);
	pthread_cond_destroy(&j->settled);
	pthread_mutex_destroy(&j->settling);
	free(j->path);
	free(j->folder);
	free(j);
}

/* What the process knows of files: a pass over a file is made once, whichever connection needs it. */
#include "connectors/files/files.h"
#include <pthread.h>
#include <stdlib.h>

struct known {
	struct known *next;
	char *key;
	struct wh_files_fact fact;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct known *all; /* as long as the process lives */

static const struct wh_files_fact *find(const char *key)
{
	for (const struct known *k = all; k; k = k->next)
		if (strcmp(k->key, key) == 0)
			return &k->fact;
	return NULL;
}

const struct wh_files_fact *wh_files_recall(const char *key)
{
	pthread_mutex_lock(&lock);
	const struct wh_files_fact *fact = find(key);
	pthread_mutex_unlock(&lock);
	return fact;
}

const struct wh_files_fact *wh_files_keep(const char *key, struct wh_files_fact *fact)
{
	pthread_mutex_lock(&lock);
	const struct wh_files_fact *there = find(key);
	if (there) {
		free(fact->cuts);
	} else {
		struct known *k = wh_alloc(sizeof *k);
		*k = (struct known){ .next = all, .key = wh_strdup(key), .fact = *fact };
		all = k;
		there = &k->fact;
	}
	pthread_mutex_unlock(&lock);
	*fact = (struct wh_files_fact){ 0 };
	return there;
}

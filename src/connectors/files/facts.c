/* What the process knows of files: a pass over a file is made once, whichever connection needs it. */
#include "connectors/files/files.h"
#include <pthread.h>
#include <search.h>
#include <stdlib.h>

struct known {
	char *key;
	struct wh_files_fact fact;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static void *all; /* a tree of struct known, as long as the process lives */

static int by_key(const void *a, const void *b)
{
	return strcmp(((const struct known *)a)->key, ((const struct known *)b)->key);
}

static const struct wh_files_fact *find(const char *key)
{
	char *text = wh_strdup(key);
	const struct known wanted = { .key = text };
	struct known **there = tfind(&wanted, &all, by_key);
	free(text);
	return there ? &(*there)->fact : NULL;
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
		*k = (struct known){ .key = wh_strdup(key), .fact = *fact };
		if (!tsearch(k, &all, by_key))
			abort();
		there = &k->fact;
	}
	pthread_mutex_unlock(&lock);
	*fact = (struct wh_files_fact){ 0 };
	return there;
}

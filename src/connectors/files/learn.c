/* One pass over each file: its digest, where it may be cut, and what its codec learns. */
#include "connectors/files/files.h"
#include "base/text.h"
#include <stdio.h>
#include <stdlib.h>

struct pass {
	struct wh_files *s;
	struct wh_files_file *file;
	struct wh_files_group *group;
	struct wh_hash_state *hash;
	struct wh_files_fact fact;
	size_t hashed; /* bytes of the window, from its front on */
	int64_t cut;   /* the newest */
	struct wh_error *error;
};

static const char *key_of(struct wh_files *s, const struct wh_files_file *f)
{
	return wh_arena_format(&s->arena, "%s\n%s\n%lld\n%lld", wh_url_shown(s->url, &s->arena),
		f->object.name, (long long)f->object.size, (long long)f->object.modified_usec);
}

static void add_cut(struct wh_files_fact *fact, int64_t at)
{
	int64_t last = fact->ncuts ? fact->cuts[fact->ncuts - 1] : 0;
	if (at - last < WH_FILES_CUT)
		return;
	fact->cuts = wh_realloc(fact->cuts, (fact->ncuts + 1) * sizeof *fact->cuts);
	fact->cuts[fact->ncuts++] = at;
}

/* What the window holds for the first time. */
static void hash_window(struct pass *p)
{
	size_t n;
	const char *bytes = wh_stream_bytes(&p->s->stream, &n);
	wh_hash_add(p->hash, bytes + p->hashed, n - p->hashed);
	p->hashed = n;
}

static int learn_window(struct pass *p)
{
	struct wh_stream *st = &p->s->stream;
	const struct wh_codec_file file = { p->file->shown, 0, p->file->object.size };
	size_t n, consumed = 0;
	const char *bytes = wh_stream_bytes(st, &n);
	int rc = WH_OK;
	if (p->s->codec->learn)
		rc = p->s->codec->learn(p->group->codec, &file, bytes, n, st->ended, &consumed, &p->cut,
			p->error);
	else
		consumed = n;
	wh_stream_take(st, consumed);
	p->hashed -= consumed;
	add_cut(&p->fact, p->cut);
	if (rc >= 0 && st->ended && consumed != n)
		return wh_fail(p->error, WH_BUG, "the codec left bytes of \"%s\" behind", p->file->shown);
	return rc < 0 ? rc : WH_OK;
}

static int learn_file(struct pass *p)
{
	struct wh_stream *st = &p->s->stream;
	int rc = wh_files_stream(p->s, p->file, 0, p->error);
	while (rc == WH_OK) {
		rc = wh_stream_fill(st, p->error);
		if (rc == WH_OK)
			hash_window(p);
		if (rc == WH_OK)
			rc = learn_window(p);
		if (rc == WH_OK && st->ended)
			break;
	}
	p->fact.bytes = st->offset;
	if (st->unpacker) { /* only from its begin */
		free(p->fact.cuts);
		p->fact.cuts = NULL;
		p->fact.ncuts = 0;
	}
	wh_stream_close(st);
	return rc;
}

static void keep(struct pass *p, struct wh_hash hash)
{
	const int64_t most = (INT64_C(1) << 53) - 1;
	snprintf(p->fact.digest, sizeof p->fact.digest, "%016llx%016llx", (unsigned long long)hash.high,
		(unsigned long long)hash.low);
	p->fact.id = (int64_t)(hash.low & (uint64_t)most);
	p->file->fact = wh_files_keep(key_of(p->s, p->file), &p->fact);
}

int wh_files_learn(struct wh_files *s, struct wh_files_group *g, struct wh_error *error)
{
	int rc = wh_files_group_open(s, g, error);
	for (size_t i = g->first; i < g->first + g->count && rc == WH_OK && !g->learnt; i++) {
		struct pass p = { .s = s, .file = &s->files[i], .group = g, .error = error };
		p.hash = wh_hash_begin();
		rc = learn_file(&p);
		struct wh_hash hash = wh_hash_end(p.hash);
		if (rc == WH_OK)
			keep(&p, hash);
		else
			free(p.fact.cuts);
	}
	g->learnt |= rc == WH_OK;
	return rc;
}

int wh_files_know(struct wh_files *s, struct wh_files_file *f, struct wh_error *error)
{
	if (!f->fact)
		f->fact = wh_files_recall(key_of(s, f));
	return f->fact ? WH_OK : wh_files_learn(s, &s->groups[f->group], error);
}

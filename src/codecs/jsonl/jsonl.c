#include "codecs/jsonl/jsonl.h"
#include "codecs/jsonl/parts.h"
#include <stdlib.h>

static int jsonl_open(void *state, const struct wh_codec_setup *setup, struct wh_error *error)
{
	struct jsonl *s = state;
	struct jsonl_table *records;
	int rc = wh_jsonl_options_read(&s->options, setup, &s->arena, error);
	if (rc == WH_OK && !s->options.table)
		s->options.table = setup->name;
	return rc == WH_OK ? wh_jsonl_table_add(s, NULL, &records, error) : rc;
}

static void jsonl_close(void *state)
{
	struct jsonl *s = state;
	free(s->aim.from);
	wh_buffer_free(&s->path);
	wh_buffer_free(&s->text);
	wh_buffer_free(&s->reason);
	wh_arena_free(&s->arena);
	*s = (struct jsonl){ .ntables = 0 };
}

const struct wh_codec wh_jsonl = {
	.state_size = sizeof(struct jsonl),
	.apart = true,
	.open = jsonl_open,
	.close = jsonl_close,
	.learn = wh_jsonl_learn,
	.describe = wh_jsonl_describe,
	.aim = wh_jsonl_aim,
	.start = wh_jsonl_start,
	.decode = wh_jsonl_decode,
	.encode = wh_jsonl_encode,
};

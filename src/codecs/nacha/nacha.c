#include "codecs/nacha/nacha.h"
#include "base/text.h"
#include "codecs/nacha/state.h"
#include <stdio.h>
#include <stdlib.h>

const struct wh_option wh_nacha_options[] = {
	WH_CODEC_PACKED,
	{ "newline", "text", "lf",
		"what ends a record: lf, crlf, none; when reading, lines are known by themselves" },
	{ "last_newline", "bool", "true", "whether one stands behind the last record that is written" },
	{ "encoding", "text", "ascii",
		"the character set: ascii, or one of single bytes such as cp1252" },
	{ 0 },
};

static const char *param(const struct wh_nacha *s, const char *name, const char *initial)
{
	const char *value = wh_url_param(s->setup->url, name);
	return value ? value : initial;
}

static int open_newline(struct wh_nacha *s, struct wh_error *error)
{
	static const struct {
		const char *name, *bytes;
	} newlines[] = { { "lf", "\n" }, { "crlf", "\r\n" }, { "none", "" } };
	const char *name = param(s, "newline", NULL);
	for (size_t i = 0; i < sizeof newlines / sizeof *newlines; i++)
		if (wh_equal(name ? name : "lf", newlines[i].name))
			s->newline = newlines[i].bytes;
	if (!s->newline)
		return wh_fail(error, WH_CONFIG, "newline is \"%.40s\": it can be lf, crlf or none", name);
	s->lines = name ? *s->newline : wh_nacha_has_lines(s->setup->sample, s->setup->nsample);
	return WH_OK;
}

static int nacha_open(void *state, const struct wh_codec_setup *setup, struct wh_error *error)
{
	struct wh_nacha *s = state;
	s->setup = setup;
	const char *last = param(s, "last_newline", "true");
	if (!wh_equal(last, "true") && !wh_equal(last, "false"))
		return wh_fail(error, WH_CONFIG, "last_newline is \"%.40s\": it can be true or false",
			last);
	s->last_newline = wh_equal(last, "true");
	s->encoding = param(s, "encoding", "ascii");
	int rc = open_newline(s, error);
	return rc < 0 ? rc : wh_nacha_charset(&s->charset, s->encoding, error);
}

static void nacha_close(void *state)
{
	struct wh_nacha *s = state;
	wh_controls_free(&s->learning.controls);
	free(s->decoding.sources);
	s->decoding.sources = NULL;
	wh_buffer_free(&s->decoding.raw);
	wh_buffer_free(&s->decoding.text);
	wh_buffer_free(&s->decoding.why);
}

static void learn_file(struct wh_nacha *s, const struct wh_codec_file *file)
{
	struct wh_nacha_learning *l = &s->learning;
	snprintf(l->name, sizeof l->name, "%s", file->name);
	l->reader = (struct wh_nacha_reader){ .lines = s->lines, .name = l->name };
	l->check.out = &l->controls;
	l->check.charset = &s->charset;
	wh_nacha_check_start(&l->check, l->name);
	l->begun = true;
}

/* A unit that begins at a batch has the file's first record above it, so that only batches of such
 * a header may be cut at. */
static int nacha_learn(void *state, const struct wh_codec_file *file, const char *bytes, size_t n,
	bool last, size_t *consumed, int64_t *cut, struct wh_error *error)
{
	struct wh_nacha *s = state;
	struct wh_nacha_learning *l = &s->learning;
	struct wh_nacha_input input = { bytes, n, last, 0 };
	struct wh_nacha_record record;
	int rc;
	if (!l->begun)
		learn_file(s, file);
	while ((rc = wh_nacha_read(&l->reader, &input, &record, error)) == WH_OK) {
		wh_nacha_check(&l->check, &record);
		if (record.bytes[0] == '5' && l->check.place.file == 0)
			*cut = record.offset;
	}
	if (rc == WH_DONE && last)
		wh_nacha_check_end(&l->check);
	l->begun = rc == WH_DONE && !last;
	*consumed = input.used;
	return rc < 0 ? rc : WH_OK;
}

static void nacha_controls(void *state, struct wh_controls *out)
{
	wh_controls_merge(out, &((struct wh_nacha *)state)->learning.controls);
}

const struct wh_codec wh_nacha = {
	.state_size = sizeof(struct wh_nacha),
	.open = nacha_open,
	.close = nacha_close,
	.learn = nacha_learn,
	.describe = wh_nacha_describe,
	.controls = nacha_controls,
	.aim = wh_nacha_aim,
	.start = wh_nacha_start,
	.decode = wh_nacha_decode,
	.encode = wh_nacha_encode,
};

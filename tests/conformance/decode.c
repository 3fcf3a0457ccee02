/* decode OPTIONS FILE...: what the codec of COBOL files makes of files, for tests that compare it with
 * what others make of them: tables, rows of each, controls; and whether the files come back from the
 * rows. */
#include "base/file.h"
#include "codecs/cobol/cobol.h"
#include "support/codec.h"
#include <stdio.h>
#include <stdlib.h>

static int say(const struct wh_error *error)
{
	printf("failed: %s%s%s\n", error->place, *error->place ? ": " : "", error->text);
	return 1;
}

static int read_files(char **names, size_t n, struct codec_file *files)
{
	struct wh_error error = { 0 };
	for (size_t i = 0; i < n; i++) {
		struct wh_buffer bytes = { 0 };
		if (wh_file_read(names[i], "the file", (size_t)1 << 30, &bytes, &error) != WH_OK)
			return say(&error);
		const char *slash = strrchr(names[i], '/');
		files[i] = (struct codec_file){ slash ? slash + 1 : names[i], bytes.data, bytes.size };
	}
	return 0;
}

static int print_tables(struct codec_run *run)
{
	printf("%s", codec_tables(run));
	for (size_t i = 0; i < run->catalog.ntables; i++) {
		const char *rows = codec_rows(run, run->catalog.tables[i].name);
		if (!rows)
			return say(&run->error);
		printf("== %s\n%s", run->catalog.tables[i].name, rows);
	}
	printf("== controls\n%s", codec_controls(run));
	for (size_t i = 0; i < run->catalog.findings.count; i++)
		printf("finding: %s: %s: %s\n", run->catalog.findings.items[i].rule,
			run->catalog.findings.items[i].object, run->catalog.findings.items[i].text);
	return 0;
}

static int print_again(struct codec_run *run, const struct codec_file *file)
{
	struct wh_buffer again = { 0 };
	int rc = codec_again(run, false, &again);
	size_t same = 0;
	while (same < again.size && same < file->n && again.data[same] == file->bytes[same])
		same++;
	if (rc != WH_OK)
		printf("again: %s: %s\n", run->error.place, run->error.text);
	else if (same == file->n && same == again.size)
		printf("again: equal\n");
	else
		printf("again: %zu bytes of %zu, equal up to %zu\n", again.size, file->n, same);
	wh_buffer_free(&again);
	return 0;
}

int main(int argc, char **argv)
{
	struct codec_run run;
	size_t n = argc > 2 ? (size_t)argc - 2 : 0;
	struct codec_file *files = calloc(n + 1, sizeof *files);
	if (argc < 2 || read_files(argv + 2, n, files))
		return 2;
	int rc = codec_begin(&run, &wh_cobol, argv[1], files, n, 0);
	int code = rc == WH_OK ? print_tables(&run) : say(&run.error);
	if (code == 0 && n == 1)
		code = print_again(&run, files);
	codec_end(&run);
	for (size_t i = 0; i < n; i++)
		free((void *)(uintptr_t)files[i].bytes);
	free(files);
	return code;
}

/* The main of a fuzz target without libFuzzer: runs it over the files and folders it is given. */
#define _GNU_SOURCE
#include "fuzz.h"
#include <ftw.h>

static long inputs;

static int run_file(const char *path, const struct stat *about, int kind, struct FTW *where)
{
	(void)where;
	if (kind != FTW_F)
		return 0;
	FILE *file = fopen(path, "rb");
	size_t size = (size_t)about->st_size;
	uint8_t *data = malloc(size ? size : 1);
	if (!file || !data || fread(data, 1, size, file) != size) {
		perror(path);
		return 1;
	}
	fclose(file);
	LLVMFuzzerTestOneInput(data, size);
	free(data);
	inputs++;
	return 0;
}

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		if (nftw(argv[i], run_file, 8, FTW_PHYS) != 0)
			return 1;
	printf("%s: %ld inputs\n", argv[0], inputs);
	return inputs ? 0 : 2;
}

/* check: what every unit test includes: cmocka, and failures that name the case of a table. */
#ifndef WH_TESTS_UNIT_CHECK_H
#define WH_TESTS_UNIT_CHECK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* `name` says which case of a table it is. */
#define check(name, condition) \
	do { \
		if (!(condition)) \
			fail_msg("case \"%s\": %s", (name), #condition); \
	} while (0)

#define check_text(name, got, want) \
	do { \
		const char *got_ = (got), *want_ = (want); \
		if (strcmp(got_, want_) != 0) \
			fail_msg("case \"%s\": got \"%s\", not \"%s\"", (name), got_, want_); \
	} while (0)

#endif

#include "check.h"
#include "base/time.h"

/* given, and the same as whimbrel writes it; "" is refused. */
struct example {
	const char *given, *shown;
};

static void examples(const struct example *all, size_t n,
	bool (*parse)(const char *, size_t, int64_t *), size_t (*format)(char *, int64_t))
{
	for (size_t i = 0; i < n; i++) {
		const char *given = all[i].given;
		char shown[WH_TIME_TEXT + 1] = "";
		int64_t value, again = 0;
		bool is = parse(given, strlen(given), &value);
		check(given, is == (*all[i].shown != '\0'));
		if (!is)
			continue;
		shown[format(shown, value)] = '\0';
		check_text(given, shown, all[i].shown);
		check(given, parse(shown, strlen(shown), &again) && again == value);
	}
}

static const struct example dates[] = {
	{ "2024-02-29", "2024-02-29" },
	{ "0001-01-01", "0001-01-01" },
	{ "0000-03-01", "0001-03-01 BC" },
	{ "0001-12-31 BC", "0001-12-31 BC" },
	{ "4713-01-01 BC", "4713-01-01 BC" },
	{ "294276-12-31", "294276-12-31" },
	{ "5874897-12-31", "5874897-12-31" },
	{ "infinity", "infinity" },
	{ "-infinity", "-infinity" },
	{ "4714-01-01 BC", "" },
	{ "5874898-01-01", "" },
	{ "99999999-01-01", "" },
	{ "0000-00-00", "" },
	{ "2024-00-10", "" },
	{ "2024-02-00", "" },
	{ "2023-02-29", "" },
	{ "2024-13-01", "" },
	{ "0000-01-01 BC", "" },
	{ "2024-2-9", "" },
	{ "24-02-09", "" },
	{ "2024/02/29", "" },
	{ "2024-02-29 ", "" },
	{ " 2024-02-29", "" },
	{ "2024-02-29T", "" },
	{ "2024-02-29 00:00:00", "" },
	{ "2024-02-29 AD", "" },
	{ "-2024-02-29", "" },
	{ "", "" },
	{ "infinit", "" },
	{ "infinity ", "" },
	{ "+infinity", "" },
};

static const struct example times[] = {
	{ "00:00:00", "00:00:00" },
	{ "13:05", "13:05:00" },
	{ "13:05:09.25", "13:05:09.25" },
	{ "13:05:09.250000000", "13:05:09.25" },
	{ "23:59:59.999999", "23:59:59.999999" },
	{ "24:00:00", "24:00:00" },
	{ "24:00:00.000000", "24:00:00" },
	{ "24:00:00.000001", "" },
	{ "24:00:01", "" },
	{ "25:00:00", "" },
	{ "13:60:00", "" },
	{ "13:00:60", "" },
	{ "13:05:09.0000001", "" },
	{ "13:05:09.123456789", "" },
	{ "13:05:09.1234560000", "" },
	{ "13:05:09.", "" },
	{ "13:05:", "" },
	{ "13:", "" },
	{ "1:05:09", "" },
	{ "-01:00:00", "" },
	{ "13:05:09+02", "" },
	{ "13:05:09 ", "" },
	{ "infinity", "" },
	{ "", "" },
};

static const struct example stamps[] = {
	{ "2024-02-29 13:05:09.25", "2024-02-29 13:05:09.25" },
	{ "2024-02-29T13:05:09", "2024-02-29 13:05:09" },
	{ "2024-02-29 13:05", "2024-02-29 13:05:00" },
	{ "2024-02-29", "2024-02-29 00:00:00" },
	{ "0044-03-15 BC", "0044-03-15 00:00:00 BC" },
	{ "2024-02-29 24:00:00", "2024-03-01 00:00:00" },
	{ "0044-03-15 12:00:00 BC", "0044-03-15 12:00:00 BC" },
	{ "4713-01-01 00:00:00 BC", "4713-01-01 00:00:00 BC" },
	{ "294276-12-31 23:59:59.999999", "294276-12-31 23:59:59.999999" },
	{ "infinity", "infinity" },
	{ "-infinity", "-infinity" },
	{ "294277-01-01 00:00:00", "" },
	{ "4714-12-31 00:00:00 BC", "" },
	{ "0000-00-00 00:00:00", "" },
	{ "2024-02-30 00:00:00", "" },
	{ "2024-02-29 13:05:09Z", "" },
	{ "2024-02-29 13:05:09+00", "" },
	{ "2024-02-29  13:05:09", "" },
	{ "2024-02-29 ", "" },
	{ "2024-02-29T", "" },
	{ "2024-02-29t13:05:09", "" },
	{ "2024-02-29 13:05:09 BC ", "" },
	{ "20240229T130509", "" },
};

static const struct example zoned[] = {
	{ "2024-02-29 13:05:09.25+00", "2024-02-29 13:05:09.25+00" },
	{ "2024-02-29T13:05:09Z", "2024-02-29 13:05:09+00" },
	{ "2024-02-29T13:05:09z", "2024-02-29 13:05:09+00" },
	{ "2024-02-29 13:05:09", "2024-02-29 13:05:09+00" },
	{ "2024-02-29 13:05:09+02", "2024-02-29 11:05:09+00" },
	{ "2024-02-29 13:05:09-0530", "2024-02-29 18:35:09+00" },
	{ "2024-02-29 13:05:09+05:30", "2024-02-29 07:35:09+00" },
	{ "1890-01-01 00:00:00+00:53:28", "1889-12-31 23:06:32+00" },
	{ "2024-01-01 00:30:00+01", "2023-12-31 23:30:00+00" },
	{ "0044-03-15 12:00:00+00 BC", "0044-03-15 12:00:00+00 BC" },
	{ "0001-01-01 00:00:00+01", "0001-12-31 23:00:00+00 BC" },
	{ "infinity", "infinity" },
	{ "294276-12-31 23:59:59.999999+00", "294276-12-31 23:59:59.999999+00" },
	{ "4713-01-01 00:00:00+00 BC", "4713-01-01 00:00:00+00 BC" },
	{ "294276-12-31 23:59:59.999999-01", "" },
	{ "294276-12-31 24:00:00+00", "" },
	{ "4713-01-01 00:00:00+01 BC", "" },
	{ "2024-02-29 13:05:09+16", "" },
	{ "2024-02-29 13:05:09+01:60", "" },
	{ "2024-02-29 13:05:09+1", "" },
	{ "2024-02-29 13:05:09+", "" },
	{ "2024-02-29 13:05:09+01:", "" },
	{ "2024-02-29 13:05:09+01:00:", "" },
	{ "2024-02-29 13:05:09 Europe/Berlin", "" },
	{ "2024-02-29 13:05:09ZZ", "" },
	{ "2024-02-29Z", "" },
};

static void date_texts(void **state)
{
	(void)state;
	examples(dates, COUNT(dates), wh_parse_date, wh_format_date);
}

static void time_texts(void **state)
{
	(void)state;
	examples(times, COUNT(times), wh_parse_time, wh_format_time);
}

static void timestamp_texts(void **state)
{
	(void)state;
	examples(stamps, COUNT(stamps), wh_parse_timestamp, wh_format_timestamp);
}

static void timestamptz_texts(void **state)
{
	(void)state;
	examples(zoned, COUNT(zoned), wh_parse_timestamptz, wh_format_timestamptz);
}

/* Only n bytes are read, whatever stands behind them. */
static void length_counts(void **state)
{
	int64_t value;
	(void)state;
	assert_true(wh_parse_date("2024-02-29X", 10, &value));
	assert_false(wh_parse_date("2024-02-29", 9, &value));
	assert_false(wh_parse_date("2024-02-29\0", 11, &value));
	assert_true(wh_parse_time("13:05:09", 5, &value));
	for (size_t n = 0; n < 10; n++)
		assert_false(wh_parse_timestamptz("2024-02-29 13:05:09+02", n, &value));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(date_texts),
		cmocka_unit_test(time_texts),
		cmocka_unit_test(timestamp_texts),
		cmocka_unit_test(timestamptz_texts),
		cmocka_unit_test(length_counts),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

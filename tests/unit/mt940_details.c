/* :86: and :NS: in the dialects of banks; and the checks' texts that tables hold. */
#include "mt940_run.h"

static void dialects(void **state)
{
	static const struct {
		const char *field, *want; /* code|value, in order */
	} cases[] = {
		{ ":86:just words, IBAN without a mark", "" },
		{ ":86:", "" },
		{ ":86:166?00GUTSCHRIFT?109310?20SVWZ+RENT?21 JANUARY?30BANK?32BOB",
			"GVC|166 00|GUTSCHRIFT 10|9310 20|SVWZ+RENT 21|JANUARY 30|BANK 32|BOB "
			"SVWZ|RENT JANUARY" },
		{ ":86:166?20EREF+A?21KREF+B?22SVW\nZ+C?61D",
			"GVC|166 20|EREF+A 21|KREF+B 22|SVWZ+C 61|D "
			"EREF|A KREF|B SVWZ|CD" },
		{ ":86:?20EREF: A MREF: B", "20|EREF: A MREF: B EREF|A MREF|B" },
		{ ":86:000>100987>31TE\nXT", "GVC|000 10|0987 31|TEXT" },
		{ ":86:105~00A~2099 % off?~7xB", "GVC|105 00|A 20|99 % off?\\x7E7xB" },
		{ ":86:105 ?00A", "" },
		{ ":86:/EREF/E1/BENM//NAME/BOB\nBY/REMI/text/with/slashes/ISDT/2024-01-02",
			"EREF|E1 BENM| NAME|BOBBY REMI|text/with/slashes ISDT|2024-01-02" },
		{ ":86:/TRTP/SEPA/IBAN/NL1/BIC/X/NAME/Y//REMI/USTD//Z/",
			"TRTP|SEPA IBAN|NL1 BIC|X NAME|Y/ REMI| USTD|/Z/" },
		{ ":86:SEPA  IBAN: NL1   BIC: X\nNAAM: BOB\nOMSCHRIJVING: a: b",
			"IBAN|NL1 BIC|X NAAM|BOB OMSCHRIJVING|a: b" },
		{ ":86:FACTUUR\nREK: NL1/NAAM: BOB", "REK|NL1 NAAM|BOB" },
		{ ":NS:01ONE\n02TWO\nmore\n17", "01|ONE 02|TWO |more 17|" },
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct codec_run run;
		struct codec_file file;
		char text[500], got[1000] = "";
		snprintf(text, sizeof text, ":20:R\n:61:240102C1,NTRF\n%s\n", cases[i].field);
		begin(&run, &file, "", text, 0);
		int item = 1;
		for (const char *at = codec_rows(&run, "detail"); *at; item++) {
			char head[40];
			snprintf(head, sizeof head, "1|24|%d|0|6|%.2s|", item, cases[i].field + 1);
			check(cases[i].field, strncmp(at, head, strlen(head)) == 0);
			size_t n = strcspn(at, "\n");
			snprintf(got + strlen(got), sizeof got - strlen(got), "%s%.*s", *got ? " " : "",
				(int)(n - strlen(head)), at + strlen(head));
			at += n + 1;
		}
		check_text(cases[i].field, got, cases[i].want);
		codec_end(&run);
	}
}

/* Of whom they are. */
static void owners(void **state)
{
	(void)state;
	check_rows("of the statement, of entries, of a rejected one", "",
		":20:R\n:NS:22BOB\n:61:240102C1,NTRF\n:86:?20A\n:86:?20B\n:61:x\n:86:?20C\n"
		":62F:C240102EUR1,\n:86:?20D\n",
		"detail",
		"1|6|1|0|~|NS|22|BOB\n1|34|1|0|16|86|20|A\n1|43|1|0|16|86|20|B\n"
		"1|58|1|0|~|86|20|C\n1|85|1|0|~|86|20|D\n");
}

/* More of them than a batch has room for: none is lost or doubled, in pieces of any size. */
static void many(void **state)
{
	enum { EACH = 300 };
	static char text[EACH * 8 + 100];
	struct codec_run run;
	struct codec_file file;
	size_t n = (size_t)snprintf(text, sizeof text, ":20:R\n:61:240102C1,NTRF\n:86:");
	(void)state;
	for (int i = 0; i < EACH; i++)
		n += (size_t)snprintf(text + n, sizeof text - n, "?20%04d", i);
	begin(&run, &file, "", text, 7);
	const char *at = codec_rows(&run, "detail");
	for (int i = 0; i < EACH; i++, at += strcspn(at, "\n") + 1) {
		char want[60];
		snprintf(want, sizeof want, "1|24|%d|0|6|86|20|%04d\n", i + 1, i);
		check(want, strncmp(at, want, strlen(want)) == 0);
	}
	check_text("end", at, "");
	codec_end(&run);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dialects),
		cmocka_unit_test(owners),
		cmocka_unit_test(many),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Records as tables: OCCURS, redefinitions, record types, hierarchies, names; what is rejected. */
#include "cobol_made.h"

static void check_tables(const char *book, const char *options, const char *want)
{
	struct codec_run run;
	const struct codec_file none = { NULL, NULL, 0 };
	made_book(book);
	int rc = made_begin(&run, options, &none, 0);
	check_text(options, rc == WH_OK ? codec_tables(&run) : run.error.text, want);
	codec_end(&run);
}

#define PLACE "file_id int64 not null, record_id int64 not null"
#define NESTED \
	"01 R. 05 N PIC 9. 05 T OCCURS 0 TO 2 DEPENDING ON N. 10 M PIC 9. 10 U OCCURS 0 TO 3 " \
	"DEPENDING ON M. 15 V PIC X. 10 W PIC X. 05 Z PIC X."
#define PARTED \
	"01 R. 05 K PIC X. 05 BASE PIC X(4). 05 CUST REDEFINES BASE. 10 NAME PIC X(4). " \
	"05 ACCT REDEFINES BASE. 10 NUM PIC 9(3). 10 F PIC X. 05 TAIL PIC X."
#define SEGMENTS "segment_field=K&segments=C|c:CUST,A:ACCT"
#define TREE \
	"01 R. 05 K PIC X. 05 A. 10 AN PIC X. 05 B REDEFINES A. 10 BN PIC X. 05 C REDEFINES A. " \
	"10 CN PIC X. 05 D REDEFINES A. 10 DN PIC X."
#define PARENTS "segment_field=K&segments=A:A,B:B,C:C,D:D&parents=B:A,C:B,D:A"

static void test_tables(void **state)
{
	static const struct {
		const char *book, *options, *tables;
	} cases[] = {
		{ "01 R. 05 A PIC X(3). 05 FILLER PIC X. 05 B PIC S9(5)V99 COMP-3.", "",
			"r(" PLACE ", a text(3), b decimal(7,2)) key (file_id, record_id)\n" },
		{ "01 R. 05 A PIC X. 05 FILLER PIC X. 05 FILLER PIC X(2).", "fillers=keep",
			"r(" PLACE
			", a text(1), filler text(1), filler_2 text(2)) key (file_id, record_id)\n" },
		{ NESTED, "occurs=json",
			"r(" PLACE ", n int64, z text(1), t json) key (file_id, record_id)\n" },
		{ "05 A PIC X.", "", "sample(" PLACE ", a text(1)) key (file_id, record_id)\n" },
		/* equal names get their group's; so do those of the codec's own columns */
		{ "01 R. 05 G. 10 A PIC X. 10 H. 15 A PIC X. 05 A PIC X. 05 I. 10 RECORD-ID PIC X. "
		  "10 ITEM-2 PIC X.",
			"",
			"r(" PLACE ", g_a text(1), h_a text(1), a text(1), i_record_id text(1), "
			"i_item_2 text(1)) key (file_id, record_id)\n" },
		{ NESTED, "",
			"r(" PLACE ", n int64, z text(1)) key (file_id, record_id)\n"
			"r_t(" PLACE
			", item int64 not null, m int64, w text(1)) key (file_id, record_id, item)\n"
			"r_u(" PLACE ", item int64 not null, item_2 int64 not null, v text(1)) key (file_id, "
			"record_id, item, item_2)\n" },
		{ "01 R. 05 P PIC X(2) OCCURS 3.", "raw=odd",
			"r(" PLACE ", raw bytes) key (file_id, record_id)\n"
			"r_p(" PLACE ", item int64 not null, p text(2)) key (file_id, record_id, item)\n" },
		{ PARTED, "",
			"r(" PLACE ", k text(1), base text(4), tail text(1)) key (file_id, record_id)\n" },
		{ PARTED, "redefines=all",
			"r(" PLACE
			", k text(1), base text(4), name text(4), num int64, f text(1), tail text(1)) "
			"key (file_id, record_id)\n" },
		{ PARTED, SEGMENTS,
			"cust(" PLACE ", k text(1), name text(4), tail text(1)) key (file_id, record_id)\n"
			"acct(" PLACE ", k text(1), num int64, f text(1), tail text(1)) key (file_id, "
			"record_id)\n" },
		{ "01 A. 05 K PIC X. 05 X PIC X. 01 B. 05 K PIC X. 05 Y PIC X.",
			"segment_field=K&segments=1:A,2:B",
			"a(" PLACE ", k text(1), x text(1)) key (file_id, record_id)\n"
			"b(" PLACE ", k text(1), y text(1)) key (file_id, record_id)\n" },
		{ "01 A. 05 X PIC X. 01 B. 05 Y PIC X.", "record=b",
			"b(" PLACE ", y text(1)) key (file_id, record_id)\n" },
		{ TREE, PARENTS,
			"a(" PLACE ", k text(1), an text(1)) key (file_id, record_id)\n"
			"b(" PLACE
			", parent_id int64 not null, k text(1), bn text(1)) key (file_id, record_id)\n"
			"c(" PLACE
			", parent_id int64 not null, k text(1), cn text(1)) key (file_id, record_id)\n"
			"d(" PLACE ", parent_id int64 not null, k text(1), dn text(1)) key (file_id, "
			"record_id)\n" },
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		check_tables(cases[i].book, cases[i].options, cases[i].tables);
}

static const struct made rows[] = {
	{ "01 R. 05 A PIC X(2). 05 FILLER PIC X. 05 B PIC 9.", "", "AB 1CD 2", 0, "r",
		"1|0|AB|1\n1|4|CD|2\n" },
	{ "01 R. 05 P PIC X(2) OCCURS 3.", "", "AABBCCDDEEFF", 0, "r_p",
		"1|0|1|AA\n1|0|2|BB\n1|0|3|CC\n1|6|1|DD\n1|6|2|EE\n1|6|3|FF\n" },
	{ NESTED, "format=D",
		"2"
		"1aW"
		"3bcdV"
		"Z\n0Y\n",
		0, "r", "1|0|2|Z\n1|11|0|Y\n" },
	{ NESTED, "format=D", "21aW3bcdVZ\n0Y\n", 0, "r_t", "1|0|1|1|W\n1|0|2|3|V\n" },
	{ NESTED, "format=D", "21aW3bcdVZ\n0Y\n", 0, "r_u",
		"1|0|1|1|a\n1|0|2|1|b\n1|0|2|2|c\n1|0|2|3|d\n" },
	/* a fixed length: what is behind the last field is no field's */
	{ NESTED, "", "0Y          ", 12, "r", "1|0|0|Y\n" },
	{ PARTED, SEGMENTS, "CJoe xA123yzcAnn w", 0, "cust", "1|0|C|Joe|x\n1|12|c|Ann|w\n" },
	{ PARTED, SEGMENTS, "CJoe xA123yz", 0, "acct", "1|6|A|123|y|z\n" },
	{ PARTED, "redefines=all", "CJoe x", 0, "r",
		"1|0|C|Joe|Joe|!at byte 1 of A.DAT: NUM holds X'4A6F65', where 4A stands in the place of a digit "
		"[434a6f652078]||x\n" },
	{ TREE, PARENTS, "AaBbCcCdBeCfDgAhDi", 0, "b", "1|2|0|B|b\n1|8|0|B|e\n" },
	{ TREE, PARENTS, "AaBbCcCdBeCfDgAhDi", 0, "c", "1|4|2|C|c\n1|6|2|C|d\n1|10|8|C|f\n" },
	{ TREE, PARENTS, "AaBbCcCdBeCfDgAhDi", 0, "d", "1|12|0|D|g\n1|16|14|D|i\n" },
	{ "01 R. 05 K PIC S9(3) COMP-3. 05 A PIC X.", "segment_field=K&segments=1|-2:R,X'999D':R",
		"\0\x1c"
		"a\0\x2d"
		"b\x99\x9d"
		"c",
		9, "r", "1|0|1|a\n1|3|-2|b\n1|6|-999|c\n" },
};

static const struct made arrays[] = {
	{ NESTED, "format=D&occurs=json", "21aW3bcdVZ\n0Y\n", 0, "r",
		"1|0|2|Z|[{\"m\":1,\"w\":\"W\",\"u\":[{\"v\":\"a\"}]},{\"m\":3,\"w\":\"V\",\"u\":[{\"v\":"
		"\"b\"},{\"v\":\"c\"},{\"v\":\"d\"}]}]\n1|11|0|Y|[]\n" },
	{ "01 R. 05 P PIC S9V9 OCCURS 3. 05 Q PIC X OCCURS 2.", "occurs=json", "01123K\"a", 0, "r",
		"1|0|[0.1,1.2,-3.2]|[\"\\x5C\"\",\"a\"]\n" },
	{ "01 R. 05 P PIC 9 OCCURS 3.", "format=D&occurs=json", "12\n1x3\n", 0, "r",
		"1|0|[1,2]\n1|3|!at byte 4 of A.DAT: P holds X'78', where 78 stands in the place of a digit "
		"[317833]\n" },
};

static void test_arrays(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(arrays); i++)
		made_check(&arrays[i]);
}

static void test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		made_check(&rows[i]);
}

static void test_rejected(void **state)
{
	static const struct made cases[] = {
		{ PARTED, SEGMENTS, "Q9999xCJoe x", 0, "cust",
			"1|0|!at byte 0 of A.DAT: K says a type that is in no segment [513939393978]|~|~\n"
			"1|6|C|Joe|x\n" },
		{ PARTED, SEGMENTS, "Q9999xCJoe x", 0, "acct", "" },
		{ TREE, PARENTS, "BbAaCcBdCe", 0, "b",
			"1|0|!at byte 0 of A.DAT: the record stands before any A, below which it belongs [4262]"
			"|~|~\n1|6|2|B|d\n" },
		{ TREE, PARENTS, "BbAaCcBdCe", 0, "c",
			"1|4|!at byte 4 of A.DAT: the record stands before any B, below which it belongs [4363]"
			"|~|~\n1|8|6|C|e\n" },
		{ NESTED, "format=D", "3\n21aW4bcdVZ\n0Y\n", 0, "r",
			"1|0|!at byte 0 of A.DAT: N says 3, but \"T\" occurs 0 to 2 times [33]|~\n"
			"1|2|!at byte 6 of A.DAT: M says 4, but \"U\" occurs 0 to 3 times "
			"[3231615734626364565a]|~\n1|13|0|Y\n" },
		{ NESTED, "format=D", "21aW\n0Y\n", 0, "r",
			"1|0|!at byte 0 of A.DAT: N says 2, but the record of 4 bytes ends within \"T\" "
			"[32316157]|~\n1|5|0|Y\n" },
		{ NESTED, "format=D", "21aW\n0Y\n", 0, "r_u", "" },
		{ "01 R. 05 A PIC X. 05 B PIC 9(2).", "format=D", "A1\nA123\nA12\n", 0, "r",
			"1|0|A|!at byte 1 of A.DAT: B is cut off by the record's end [4131]\n"
			"1|3|!at byte 3 of A.DAT: the record is longer than the copybook's [41313233]|~\n"
			"1|8|A|12\n" },
		/* the place is that in the file, behind what stands in front */
		{ "01 R. 05 A PIC X. 05 B PIC 9(2).", "file_header=2&record_start=1", "HH.A1x.A12", 0, "r",
			"1|2|A|!at byte 4 of A.DAT: B holds X'3178', where 78 stands in the place of a digit [413178]\n"
			"1|6|A|12\n" },
		{ "01 R. 05 P PIC 9 OCCURS 2.", "", "1x23", 0, "r_p",
			"1|0|1|1\n1|0|2|!at byte 1 of A.DAT: P holds X'78', where 78 stands in the place of a digit [3178]\n"
			"1|2|1|2\n1|2|2|3\n" },
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		made_check(&cases[i]);
}

static void test_refused(void **state)
{
	static const struct made_fault cases[] = {
		{ "01 R. 05 A PIC X.", "format=X", NULL, 0, WH_CONFIG, "", "one of: F, FB, V" },
		{ "01 R. 05 A PIC X.", "rdw_includes=maybe", NULL, 0, WH_CONFIG, "", "one of: no, yes" },
		{ "01 R. 05 A PIC X.", "record_length=0", NULL, 0, WH_CONFIG, "", "from 1 to 16777216" },
		{ "01 R. 05 A PIC X.", "record_start=9&record_length=9", NULL, 0, WH_CONFIG, "",
			"leaves nothing" },
		{ "01 R. 05 A PIC X.", "format=V&record_length=9", NULL, 0, WH_CONFIG, "",
			"format F alone" },
		{ "01 R. 05 A PIC 9.", "format=V&length_field=A", NULL, 0, WH_CONFIG, "",
			"exclude each other" },
		{ "01 R. 05 A PIC X.", "length_field=A", NULL, 0, WH_CONFIG, "", "no whole number" },
		{ "01 R. 05 A PIC X.", "length_field=B", NULL, 0, WH_CONFIG, "", "no field of the record" },
		{ "01 R. 05 A PIC X.", "segment_field=A", NULL, 0, WH_CONFIG, "", "go together" },
		{ "01 R. 05 A PIC X.", "segment_field=A&segments=R", NULL, 0, WH_CONFIG, "",
			"VALUE:GROUP" },
		{ "01 R. 05 A PIC X.", "segment_field=A&segments=1:S", NULL, 0, WH_CONFIG, "",
			"\"S\", but no field" },
		{ "01 R. 05 A PIC X OCCURS 2.", "segment_field=A&segments=1:R", NULL, 0, WH_CONFIG, "",
			"not at one place" },
		{ "01 R. 05 A PIC X. 05 G. 10 B PIC X.", "segment_field=A&segments=1:A,2:G", NULL, 0,
			WH_CONFIG, "", "in another place" },
		{ TREE, "segment_field=K&segments=A:A,B:B&parents=B:Q", NULL, 0, WH_CONFIG, "",
			"CHILD:PARENT" },
		{ TREE, "segment_field=K&segments=A:A,B:B&parents=B:A,A:B", NULL, 0, WH_CONFIG, "",
			"one parent" },
		{ "01 A. 05 X PIC X. 01 B. 05 Y PIC X.", "", NULL, 0, WH_CONFIG, "", "several records" },
		{ "01 A. 05 X PIC X.", "record=Z", NULL, 0, WH_CONFIG, "", "no level 01" },
		{ "01 A. 05 N PIC 9. 01 B. 05 T PIC X OCCURS 1 TO 3 DEPENDING ON N.", "record=B", NULL, 0,
			WH_CONFIG, "made.cpy:1:25", "another record" },
		{ "01 R. 05 N PIC 9. 05 A PIC X(3). 05 B REDEFINES A PIC X OCCURS 1 TO 3 DEPENDING ON N. "
		  "05 Z PIC X.",
			"redefines=all", NULL, 0, WH_CONFIG, "made.cpy:1:87", "different moving lengths" },
		{ "01 R. 05 A PIC X.", "code_page=klingon", NULL, 0, WH_CONFIG, "", "klingon" },
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		made_refused(&cases[i]);
}

static void test_controls(void **state)
{
	static const struct {
		const char *book, *options, *bytes, *controls;
	} cases[] = {
		{ "01 R. 05 S PIC 9(2).", "sequence=S", "0102040403",
			"sequence: held 0, failed 0, noticed 3\nbytes: held 1, failed 0, noticed 0\n"
			"records: held 1, failed 0, noticed 0\n"
			"sequence | S at byte 4 of A.DAT |  | 3 | 4\nsequence | S at byte 6 of A.DAT |  | 5 | 4\n"
			"sequence | S at byte 8 of A.DAT |  | 5 | 3\n" },
		{ PARTED, SEGMENTS "&file_header=1", "HCJoe xA123yzQ1234x",
			"bytes: held 1, failed 0, noticed 0\nrecords: held 1, failed 0, noticed 0\n" },
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct codec_run run;
		const struct codec_file file = { "A.DAT", cases[i].bytes, strlen(cases[i].bytes) };
		made_book(cases[i].book);
		assert_int_equal(made_begin(&run, cases[i].options, &file, 1), WH_OK);
		check_text(cases[i].options, codec_controls(&run), cases[i].controls);
		codec_end(&run);
	}
}

/* The figures of a control in words. */
static void test_record_types(void **state)
{
	struct codec_run run;
	const struct codec_file file = { "A.DAT", "BbAaCcBdCeQx", 12 };
	(void)state;
	made_book(TREE);
	assert_int_equal(made_begin(&run, PARENTS, &file, 0), WH_OK);
	const struct wh_control *c = &run.controls.items[1];
	assert_string_equal(c->expected, "6");
	assert_string_equal(c->actual, "6");
	assert_string_equal(c->actual_is,
		"1 A, 2 B, 2 C, 0 D, 1 of no known type; 2 before any parent");
	/* only where a tree begins */
	assert_int_equal(run.ncuts, 1);
	assert_int_equal(run.cuts[0], 2);
	codec_end(&run);
}

static const struct wh_finding *finding(struct codec_run *run, const char *rule)
{
	for (size_t i = 0; i < run->catalog.findings.count; i++)
		if (!strcmp(run->catalog.findings.items[i].rule, rule))
			return &run->catalog.findings.items[i];
	fail_msg("no finding %s", rule);
	return NULL;
}

static void test_findings(void **state)
{
	struct codec_run run;
	const struct codec_file file = { "A.DAT", "  12\0\00000ab1", 12 };
	(void)state;
	made_book("01 R. 05 A PIC X(2). 05 A2 REDEFINES A PIC 9(2). 05 B PIC 9(2).");
	assert_int_equal(made_begin(&run, "fillings=yes&blank_null=yes", &file, 0), WH_OK);
	assert_string_equal(finding(&run, "cobol-redefinition-left-out")->object, "A2");
	assert_string_equal(finding(&run, "cobol-fillings")->object, "r.a");
	assert_string_equal(finding(&run, "cobol-fillings")->text,
		"low-values 1 times, spaces 1, zeros 0, high-values 0, else filled 1");
	codec_end(&run);
}

static void test_conditions(void **state)
{
	struct codec_run run;
	const struct codec_file none = { NULL, NULL, 0 };
	(void)state;
	made_book("01 R. 05 A PIC X. 88 OPEN-ONE VALUE 'O' 'Q'. 88 SHUT VALUE 'S'. "
			  "05 B PIC 9(2). 88 LOW VALUE 1 THRU 5. 05 C PIC 9. 88 ONE VALUE 1. "
			  "05 D PIC X. 88 NIL VALUE SPACES. 05 E PIC X. 88 QUOTE-ONE VALUE \"'\".");
	assert_int_equal(made_begin(&run, "conditions=check", &none, 0), WH_OK);
	const struct wh_table *t = &run.catalog.tables[0];
	assert_string_equal(wh_table_column(t, "a")->comment, "OPEN-ONE: 'O', 'Q'; SHUT: 'S'");
	assert_string_equal(wh_table_column(t, "b")->comment, "LOW: 1 to 5");
	assert_string_equal(wh_table_column(t, "d")->comment, "NIL: SPACES");
	assert_int_equal(t->nchecks, 3);
	assert_string_equal(t->checks[0].text, "a IN ('O', 'Q', 'S')");
	assert_string_equal(t->checks[1].text, "c IN (1)");
	assert_string_equal(t->checks[2].text, "e IN ('''')");
	codec_end(&run);
}

static void test_references(void **state)
{
	struct codec_run run;
	const struct codec_file none = { NULL, NULL, 0 };
	(void)state;
	made_book(TREE);
	assert_int_equal(made_begin(&run, PARENTS, &none, 0), WH_OK);
	const struct wh_foreign_key *key = wh_catalog_table(&run.catalog, NULL, "c")->foreign_keys;
	assert_string_equal(key->to_table, "b");
	assert_string_equal(key->columns[1], "parent_id");
	assert_string_equal(key->to_columns[1], "record_id");
	codec_end(&run);
	made_book(NESTED);
	assert_int_equal(made_begin(&run, "", &none, 0), WH_OK);
	key = wh_catalog_table(&run.catalog, NULL, "r_u")->foreign_keys;
	assert_string_equal(key->to_table, "r_t");
	assert_int_equal(key->ncolumns, 3);
	assert_string_equal(key->to_columns[2], "item");
	codec_end(&run);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tables),
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_arrays),
		cmocka_unit_test(test_rejected),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_controls),
		cmocka_unit_test(test_record_types),
		cmocka_unit_test(test_findings),
		cmocka_unit_test(test_conditions),
		cmocka_unit_test(test_references),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

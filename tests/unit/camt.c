#include "codecs/camt/camt.h"
#include "check.h"
#include "support/codec.h"

/* ---- samples: one message a time, by what stands in it ---- */

#define NAMESPACE(kind) "urn:iso:std:iso:20022:tech:xsd:" kind
#define DOCUMENT(kind, element, inside) \
	"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Document xmlns=\"" NAMESPACE( \
		kind) "\">\n<" element ">\n" inside "</" element ">\n</Document>\n"
#define HEADER "<GrpHdr><MsgId>M1</MsgId><CreDtTm>2024-03-01T09:30:00</CreDtTm></GrpHdr>\n"
#define CAMT053(inside) DOCUMENT("camt.053.001.02", "BkToCstmrStmt", HEADER inside)
#define ACCOUNT "<Acct><Id><IBAN>NL91ABNA0417164300</IBAN></Id></Acct>\n"
#define BALANCE(code, currency, amount, direction) \
	"<Bal><Tp><CdOrPrtry><Cd>" code "</Cd></CdOrPrtry></Tp><Amt Ccy=\"" currency "\">" amount \
	"</Amt><CdtDbtInd>" direction "</CdtDbtInd><Dt><Dt>2024-02-29</Dt></Dt></Bal>\n"
#define ENTRY(amount, direction, more) \
	"<Ntry><Amt Ccy=\"EUR\">" amount "</Amt><CdtDbtInd>" direction "</CdtDbtInd>" more "</Ntry>\n"
#define BOOKED "<Sts>BOOK</Sts>"
#define STATEMENT(id, inside) "<Stmt><Id>" id "</Id>" ACCOUNT inside "</Stmt>\n"
#define OPENS(amount) BALANCE("OPBD", "EUR", amount, "CRDT")
#define CLOSES(amount) BALANCE("CLBD", "EUR", amount, "CRDT")
#define CLOSED(inside) CAMT053(STATEMENT("S1", OPENS("10") CLOSES("10") inside))

static int begin(struct codec_run *run, const char *text, size_t piece)
{
	static struct codec_file file;
	file = (struct codec_file){ "sample.xml", text, strlen(text) };
	return codec_begin(run, &wh_camt, "", &file, 1, piece);
}

/* The rows of a table, the same in pieces of 1 byte, of 7 and of all. */
static void check_rows(const char *name, const char *text, const char *table, const char *want)
{
	static const size_t pieces[] = { 1, 7, 0 };
	for (size_t i = 0; i < COUNT(pieces); i++) {
		struct codec_run run;
		if (begin(&run, text, pieces[i]) != WH_OK)
			fail_msg("case \"%s\": %s (%s)", name, run.error.text, run.error.place);
		const char *rows = codec_rows(&run, table);
		check_text(name, rows ? rows : run.error.text, want);
		codec_end(&run);
	}
}

static void check_controls(const char *name, const char *text, const char *want)
{
	struct codec_run run;
	if (begin(&run, text, 0) != WH_OK)
		fail_msg("case \"%s\": %s (%s)", name, run.error.text, run.error.place);
	const char *got = codec_controls(&run);
	if (!strstr(got, want))
		fail_msg("case \"%s\": \"%s\" is not in \"%s\"", name, want, got);
	codec_end(&run);
}

static void check_refused(const char *name, const char *text, const char *why)
{
	static const size_t pieces[] = { 1, 7, 0 };
	for (size_t i = 0; i < COUNT(pieces); i++) {
		struct codec_run run;
		check(name, begin(&run, text, pieces[i]) == WH_STOP);
		if (!strstr(run.error.text, why))
			fail_msg("case \"%s\": \"%s\" is not in \"%s\"", name, why, run.error.text);
		check(name, strncmp(run.error.place, "sample.xml:", 11) == 0);
		codec_end(&run);
	}
}

/* ---- rows ---- */

static void test_amounts(void **state)
{
	static const struct {
		const char *name, *text, *row;
	} cases[] = {
		{ "five decimals", BALANCE("OPBD", "BHD", "1.23456", "CRDT"), "1.23456|BHD|CRDT" },
		{ "no decimals", BALANCE("OPBD", "JPY", "2700", "DBIT"), "-2700|JPY|DBIT" },
		{ "scale is kept", BALANCE("OPBD", "EUR", "18.150", "CRDT"), "18.150|EUR|CRDT" },
		{ "a debit of nothing", BALANCE("OPBD", "EUR", "0.00", "DBIT"), "0.00|EUR|DBIT" },
		{ "more than a double holds", BALANCE("OPBD", "EUR", "9007199254740993.01", "DBIT"),
			"-9007199254740993.01|EUR|DBIT" },
		{ "signs and spaces of XML", BALANCE("OPBD", "EUR", " +.5\n", "DBIT"), "-0.5|EUR|DBIT" },
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char text[2048], want[256];
		snprintf(text, sizeof text, CAMT053("<Stmt><Id>S1</Id>" ACCOUNT "%s</Stmt>"),
			cases[i].text);
		const char *at = strstr(text, "<Bal>"), *above = strstr(text, "<Stmt>");
		snprintf(want, sizeof want, "1|%d|%d|OPBD|~|%s|2024-02-29|~\n", (int)(at - text),
			(int)(above - text), cases[i].row);
		check_rows(cases[i].name, text, "balance", want);
	}
}

/* A record is the byte of its element's '<'. */
static const char *at(const char *text, const char *element, const char *rest)
{
	static char row[1024];
	snprintf(row, sizeof row, "1|%d|%s", (int)(strstr(text, element) - text), rest);
	return row;
}

static void test_moments(void **state)
{
	static const struct {
		const char *name, *text, *row;
	} cases[] = {
		{ "a date", "<BookgDt><Dt>2024-02-29</Dt></BookgDt>", "2024-02-29|~" },
		{ "a date with a zone", "<BookgDt><Dt>2024-02-29+01:00</Dt></BookgDt>",
			"2024-02-29|+01:00" },
		{ "a time without zone", "<BookgDt><DtTm>2024-02-29T23:59:59</DtTm></BookgDt>",
			"2024-02-29|23:59:59" },
		{ "a time with a zone", "<BookgDt><DtTm>2024-02-29T23:59:59.1234567-05:30</DtTm></BookgDt>",
			"2024-02-29|23:59:59.1234567-05:30" },
		{ "Zulu", "<BookgDt><DtTm>2024-02-29T24:00:00Z</DtTm></BookgDt>", "2024-02-29|24:00:00Z" },
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char text[2048], want[256];
		snprintf(text, sizeof text,
			CLOSED("<Ntry><Amt Ccy=\"EUR\">1</Amt>"
				   "<CdtDbtInd>CRDT</CdtDbtInd>" BOOKED "%s</Ntry>"),
			cases[i].text);
		snprintf(want, sizeof want, "%d|~|1|EUR|CRDT|~|BOOK|%s|~|~|~|~|~|~|~|~|~\n",
			(int)(strstr(text, "<Stmt>") - text), cases[i].row);
		check_rows(cases[i].name, text, "entry", at(text, "<Ntry>", want));
	}
}

static void test_several_statements(void **state)
{
	static const char text[] = CAMT053(
		STATEMENT("S1", OPENS("1") CLOSES("1")) STATEMENT("S2", OPENS("1") CLOSES("1")));
	struct codec_run run;
	(void)state;
	assert_int_equal(begin(&run, text, 0), WH_OK);
	const char *rows = codec_rows(&run, "statement");
	const char *second = strstr(text, "<Stmt><Id>S2");
	char want[64];
	snprintf(want, sizeof want, "\n1|%d|", (int)(second - text));
	assert_non_null(strstr(rows, "|statement|S1|"));
	assert_non_null(strstr(rows, "|statement|S2|"));
	assert_non_null(strstr(rows, want));
	assert_non_null(strstr(codec_controls(&run), "closing balance: held 2, failed 0, noticed 0"));
	codec_end(&run);
}

#define PARTIES \
	"<RltdPties><Dbtr><Nm>A &amp; B</Nm><PstlAdr><Ctry>NL</Ctry><AdrLine>one</AdrLine>" \
	"<AdrLine>two</AdrLine></PstlAdr></Dbtr><DbtrAcct><Id><IBAN>NL1</IBAN></Id></DbtrAcct>" \
	"<CdtrAcct><Id><Othr><Id>77</Id></Othr></Id></CdtrAcct></RltdPties><RltdAgts><DbtrAgt>" \
	"<FinInstnId><BIC>ABNANL2A</BIC></FinInstnId></DbtrAgt></RltdAgts>"
#define PARTIES_8 \
	"<RltdPties><Dbtr><Pty><Nm>A &#38; B</Nm><PstlAdr><Ctry>NL</Ctry><AdrLine>one</AdrLine>" \
	"<AdrLine>two</AdrLine></PstlAdr></Pty></Dbtr><DbtrAcct><Id><IBAN>NL1</IBAN></Id></DbtrAcct>" \
	"<CdtrAcct><Id><Othr><Id>77</Id></Othr></Id></CdtrAcct></RltdPties><RltdAgts><DbtrAgt>" \
	"<FinInstnId><BICFI>ABNANL2A</BICFI></FinInstnId></DbtrAgt></RltdAgts>"
#define DETAIL(inside) "<NtryDtls><TxDtls>" inside "</TxDtls></NtryDtls>"

/* Party, account and agent of one role are one row, of whichever version. */
static void test_parties(void **state)
{
	static const char *const texts[] = { CLOSED(ENTRY("1", "CRDT", BOOKED DETAIL(PARTIES))),
		CLOSED(ENTRY("1", "CRDT", BOOKED DETAIL(PARTIES_8))) };
	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++) {
		char want[512];
		int detail = (int)(strstr(texts[i], "<TxDtls>") - texts[i]);
		snprintf(want, sizeof want,
			"1|%d|%d|debtor|A & B|~|~|~|~|NL|one\\x0Atwo|~|~|NL1|~|~|ABNANL2A|~\n"
			"1|%d|%d|creditor|~|~|~|~|~|~|~|~|~|~|77|~|~|~\n",
			(int)(strstr(texts[i], "<Dbtr>") - texts[i]), detail,
			(int)(strstr(texts[i], "<CdtrAcct>") - texts[i]), detail);
		check_rows("parties", texts[i], "party", want);
	}
}

static void test_nothing_is_left_out(void **state)
{
	static const char text[] = CLOSED(ENTRY("1", "DBIT",
		BOOKED "<Chrgs><Amt Ccy=\"EUR\" >0.5</Amt></Chrgs>" DETAIL(
			"<RmtInf><Strd><CdtrRefInf><Ref>R1</Ref></CdtrRefInf></Strd>"
			"<Strd><CdtrRefInf><Ref>R2</Ref></CdtrRefInf></Strd></RmtInf><Refs/>")));
	char want[512];
	(void)state;
	int charge = (int)(strstr(text, "<Amt Ccy=\"EUR\" >") - text);
	int entry = (int)(strstr(text, "<Ntry>") - text);
	int detail = (int)(strstr(text, "<TxDtls>") - text);
	snprintf(want, sizeof want,
		"1|%d|entry|%d|Chrgs/Amt/@Ccy|EUR\n1|%d|entry|%d|Chrgs/Amt|0.5\n"
		"1|%d|detail|%d|RmtInf/Strd[2]/CdtrRefInf/Ref|R2\n1|%d|detail|%d|Refs|\n",
		charge + 1, entry, charge + 15, entry, (int)(strstr(text, ">R2") - text), detail,
		(int)(strstr(text, "/></TxDtls>") - text), detail);
	check_rows("other values", text, "other_value", want);
}

/* The first of two moments is not mended by the second, whatever it lacks. */
static void test_a_second_value(void **state)
{
	static const char text[] = CLOSED(ENTRY("1", "DBIT",
		BOOKED "<BookgDt><Dt>2024-02-29</Dt><DtTm>2024-03-01T10:00:00</DtTm></BookgDt>"));
	struct codec_run run;
	(void)state;
	assert_int_equal(begin(&run, text, 0), WH_OK);
	assert_non_null(strstr(codec_rows(&run, "entry"), "|BOOK|2024-02-29|~|"));
	assert_non_null(strstr(codec_rows(&run, "other_value"), "|BookgDt/DtTm|2024-03-01T10:00:00\n"));
	codec_end(&run);
}

/* The indicator says the direction of a reversal already; a detail has that of its entry. */
static void test_signs(void **state)
{
	static const char text[] = CLOSED(
		ENTRY("7.5", "DBIT", "<RvslInd>1</RvslInd>" BOOKED DETAIL("<Amt Ccy=\"EUR\">7.5</Amt>")));
	struct codec_run run;
	(void)state;
	assert_int_equal(begin(&run, text, 0), WH_OK);
	assert_non_null(strstr(codec_rows(&run, "entry"), "|-7.5|EUR|DBIT|true|BOOK|"));
	assert_non_null(strstr(codec_rows(&run, "detail"), "|-7.5|EUR|~|"));
	codec_end(&run);
}

static void test_kinds(void **state)
{
	static const struct {
		const char *text, *row;
	} cases[] = {
		{ DOCUMENT("camt.052.001.06", "BkToCstmrAcctRpt",
			  HEADER "<Rpt><Id>R</Id>" ACCOUNT "</Rpt>"),
			"|report|R|" },
		{ DOCUMENT("camt.054.001.08", "BkToCstmrDbtCdtNtfctn",
			  HEADER "<Ntfctn><Id>N</Id>" ACCOUNT "</Ntfctn>"),
			"|notification|N|" },
		{ DOCUMENT("camt.053.001.13", "BkToCstmrStmt",
			  HEADER "<Stmt><Id>S</Id>" ACCOUNT OPENS("1") "</Stmt>"),
			"|statement|S|" },
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct codec_run run;
		check(cases[i].row, begin(&run, cases[i].text, 7) == WH_OK);
		check(cases[i].row, strstr(codec_rows(&run, "statement"), cases[i].row));
		codec_end(&run);
	}
}

static void test_encodings(void **state)
{
	static const char latin[] =
		"<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><Document "
		"xmlns=\"" NAMESPACE("camt.053.001.02") "\"><BkToCstmrStmt>" HEADER
												"<Stmt><Id>Z\xFCrich</Id>" ACCOUNT OPENS(
													"1") "</Stmt></BkToCstmrStmt></Document>";
	static const char bom[] = "\xEF\xBB\xBF" CLOSED("");
	struct codec_run run;
	(void)state;
	assert_int_equal(begin(&run, latin, 1), WH_OK);
	assert_non_null(strstr(codec_rows(&run, "statement"), "|Z\xC3\xBCrich|"));
	codec_end(&run);
	assert_int_equal(begin(&run, bom, 1), WH_OK);
	char want[32];
	snprintf(want, sizeof want, "1|%d|", (int)(strstr(bom, "<BkToCstmrStmt>") - bom));
	assert_int_equal(strncmp(codec_rows(&run, "message"), want, strlen(want)), 0);
	codec_end(&run);
}

/* ---- what is refused ---- */

static void test_refused(void **state)
{
	static const struct {
		const char *name, *text, *why;
	} cases[] = {
		{ "nothing", "", "the XML is broken" },
		{ "no XML", "hello", "the XML is broken" },
		{ "it ends too early", "<?xml version=\"1.0\"?><Document xmlns=\"x\"><A>",
			"is no message that is read" },
		{ "a tag that is not closed", CAMT053("<Stmt>"), "the XML is broken" },
		{ "it is cut off", "<Document xmlns=\"" NAMESPACE("camt.053.001.02") "\"><BkToCstmrStmt>",
			"it ends inside of \"Document/BkToCstmrStmt\"" },
		{ "a prefix of no namespace", CAMT053("<x:Stmt/>"), "of another namespace" },
		{ "an attribute's prefix of none",
			CLOSED(ENTRY("1", "CRDT", BOOKED "<AddtlNtryInf x:a=\"1\"/>")), "the XML is broken" },
		{ "what follows the document", CLOSED("") "<more/>", "Extra content" },
		{ "wrong namespace", DOCUMENT("camt.029.001.03", "BkToCstmrStmt", HEADER),
			"is no message that is read" },
		{ "another message's namespace", DOCUMENT("camt.052.001.02", "BkToCstmrStmt", HEADER),
			"is no message that is read" },
		{ "no message", "<Document xmlns=\"" NAMESPACE("camt.053.001.02") "\"/>",
			"there is no message" },
		{ "a namespace inside", CAMT053("<x:Stmt xmlns:x=\"urn:x\"/>"), "of another namespace" },
		{ "no header", DOCUMENT("camt.053.001.02", "BkToCstmrStmt", STATEMENT("S1", OPENS("1"))),
			"has no \"GrpHdr/MsgId\"" },
		{ "no statement", CAMT053(""), "\"Document/BkToCstmrStmt\" has no \"Stmt\"" },
		{ "no account", CAMT053("<Stmt><Id>S1</Id>" OPENS("1") "</Stmt>"),
			"\"Document/BkToCstmrStmt/Stmt\" has no \"Acct/Id/IBAN\"" },
		{ "no balance", CAMT053(STATEMENT("S1", "")), "has no \"Bal\"" },
		{ "no currency", CLOSED("<Ntry><Amt>1</Amt><CdtDbtInd>CRDT</CdtDbtInd></Ntry>"),
			"has no \"Amt/@Ccy\"" },
		{ "no direction", CLOSED("<Ntry><Amt Ccy=\"EUR\">1</Amt>" BOOKED "</Ntry>"),
			"has no \"CdtDbtInd\"" },
		{ "no status", CLOSED(ENTRY("1", "CRDT", "")), "has no \"Sts\"" },
		{ "six decimals", CLOSED(ENTRY("1.123456", "CRDT", BOOKED)), "holds \"1.123456\"" },
		{ "too many digits", CLOSED(ENTRY("1234567890123456789", "CRDT", BOOKED)), "at most 18" },
		{ "below zero", CLOSED(ENTRY("-1", "CRDT", BOOKED)), "not below 0" },
		{ "an exponent", CLOSED(ENTRY("1e3", "CRDT", BOOKED)), "holds \"1e3\"" },
		{ "no number", CLOSED(ENTRY("", "CRDT", BOOKED)), "holds \"\"" },
		{ "another direction", CLOSED(ENTRY("1", "CREDIT", BOOKED)), "CRDT or DBIT" },
		{ "a day that is not",
			CLOSED(ENTRY("1", "CRDT", BOOKED "<ValDt><Dt>2024-02-30</Dt></ValDt>")),
			"holds \"2024-02-30\"" },
		{ "a time that is not",
			CLOSED(ENTRY("1", "CRDT", BOOKED "<ValDt><DtTm>2024-02-28T25:00:00</DtTm></ValDt>")),
			"holds \"2024-02-28T25:00:00\"" },
		{ "text between", CLOSED("words"), "text between the elements" },
		{ "an unknown entity", CLOSED("<AddtlStmtInf>&copy;</AddtlStmtInf>"), "Entity 'copy'" },
		{ "a second message",
			"<Document xmlns=\"" NAMESPACE("camt.053.001.02") "\"><BkToCstmrStmt>" HEADER STATEMENT(
				"S1", OPENS("1")) "</BkToCstmrStmt><BkToCstmrStmt/></Document>",
			"behind the message" },
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		check_refused(cases[i].name, cases[i].text, cases[i].why);
}

static void test_no_document_type(void **state)
{
	static const char bomb[] =
		"<?xml version=\"1.0\"?><!DOCTYPE Document [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b "
		"\"&a;&a;&a;&a;&a;&a;&a;&a;\"><!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;\">]>"
		"<Document xmlns=\"" NAMESPACE("camt.053.001.02") "\"><BkToCstmrStmt>&c;</BkToCstmrStmt>"
														  "</Document>";
	static const char file[] = "<!DOCTYPE Document [<!ENTITY a SYSTEM \"/etc/passwd\">]>"
							   "<Document>&a;</Document>";
	static const char fetched[] =
		"<!DOCTYPE Document SYSTEM \"http://127.0.0.1:9/x.dtd\"><Document/>";
	(void)state;
	check_refused("a bomb", bomb, "document type");
	check_refused("a file", file, "document type");
	check_refused("a fetched one", fetched, "document type");
}

/* A sample with a run of the same text in it. */
static char *repeated(const char *before, const char *again, size_t times, const char *after)
{
	size_t n = strlen(again);
	char *text = malloc(strlen(before) + n * times + strlen(after) + 1), *at = stpcpy(text, before);
	for (size_t i = 0; i < times; i++)
		at = stpcpy(at, again);
	strcpy(at, after);
	return text;
}

static void test_bounds(void **state)
{
	static const char head[] = "<Document xmlns=\"" NAMESPACE(
		"camt.053.001.02") "\"><BkToCstmrStmt>" HEADER "<Stmt><Ntry><NtryDtls><TxDtls>";
	char *text = repeated("<Ustrd>", "0123456789", 6000, "</Ustrd>");
	char *deep = repeated(head, "<A>", 1000, ""), *huge = repeated(head, "0123456789", 7000, "");
	char *lines = repeated("<RmtInf>", text, 20, ""), *row = repeated(head, lines, 1, "");
	(void)state;
	check_refused("deep", deep, "more than 64 elements");
	check_refused("huge", huge, "more than 65536 bytes of text");
	check_refused("a huge row", row, "more than 1048576 bytes of values");
	free(text);
	free(lines);
	free(deep);
	free(huge);
	free(row);
}

/* The parser keeps each name for as long as it lives. */
static void test_many_names(void **state)
{
	struct wh_buffer text = { 0 };
	(void)state;
	wh_buffer_text(&text, "<Document xmlns=\"" NAMESPACE("camt.053.001.02") "\"><BkToCstmrStmt>");
	for (int i = 0; i < 80000; i++)
		wh_buffer_format(&text, "<n%d/>", i);
	wh_buffer_text(&text, "</BkToCstmrStmt></Document>");
	check_refused("many names", wh_buffer_string(&text), "different names");
	wh_buffer_free(&text);
}

/* Values without a column are rows of their own: many of them are no large row. */
static void test_many_values(void **state)
{
	char *text = repeated(
		"<?xml version=\"1.0\"?><Document xmlns=\"" NAMESPACE(
			"camt.053.001.02") "\"><BkToCstmrStmt>" HEADER "<Stmt><Id>S1</Id>" ACCOUNT,
		"<More>0123456789</More>", 2000, OPENS("1") "</Stmt></BkToCstmrStmt></Document>");
	struct codec_run run;
	(void)state;
	assert_int_equal(begin(&run, text, 0), WH_OK);
	size_t rows = 0;
	for (const char *at = codec_rows(&run, "other_value"); (at = strstr(at, "|More")); at++)
		rows++;
	assert_int_equal(rows, 2000);
	codec_end(&run);
	free(text);
}

/* ---- options and mixtures ---- */

static void test_schema(void **state)
{
	static const char schema[] =
		"<xs:schema xmlns:xs=\"http://www.w3.org/2001/XMLSchema\" "
		"targetNamespace=\"" NAMESPACE(
			"camt.053.001.02") "\" elementFormDefault=\"qualified\">"
							   "<xs:element name=\"Document\"><xs:complexType><xs:sequence><xs:element "
							   "name=\"BkToCstmrStmt\"><xs:complexType><xs:sequence><xs:any processContents=\"skip\" "
							   "minOccurs=\"2\" maxOccurs=\"2\"/></xs:sequence></xs:complexType></xs:element>"
							   "</xs:sequence></xs:complexType></xs:element></xs:schema>";
	static const char two[] = CAMT053(STATEMENT("S1", OPENS("1"))),
					  three[] = CAMT053(STATEMENT("S1", OPENS("1")) STATEMENT("S2", OPENS("1")));
	static const struct {
		const char *name, *schema, *text;
		int code;
		const char *why, *place;
	} cases[] = {
		{ "as the schema says", schema, two, WH_OK, "", "" },
		{ "one more", schema, three, WH_STOP,
			"\"Document/BkToCstmrStmt\" is not as the schema says: Element '{" NAMESPACE(
				"camt.053.001.02") "}Stmt': This element is not expected",
			"sample.xml:8" },
		{ "no schema", "<a/>", two, WH_CONFIG, "is no schema", "" },
		{ "no XML", "a", two, WH_CONFIG, "is no XML", "" },
		{ "of two files",
			"<xs:schema xmlns:xs=\"http://www.w3.org/2001/XMLSchema\"><xs:include "
			"schemaLocation=\"/etc/passwd\"/></xs:schema>",
			two, WH_CONFIG, "has <include>", "" },
		{ "with a document type", "<!DOCTYPE a []><a/>", two, WH_CONFIG, "document type", "" },
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char path[] = "/tmp/whimbrel-camt-XXXXXX", options[64];
		int fd = mkstemp(path);
		FILE *out = fdopen(fd, "w");
		fputs(cases[i].schema, out);
		fclose(out);
		snprintf(options, sizeof options, "xsd=%s", path);
		struct codec_file file = { "sample.xml", cases[i].text, strlen(cases[i].text) };
		struct codec_run run;
		check(cases[i].name, codec_begin(&run, &wh_camt, options, &file, 1, 7) == cases[i].code);
		if (cases[i].code != WH_OK && !strstr(run.error.text, cases[i].why))
			fail_msg("case \"%s\": %s", cases[i].name, run.error.text);
		if (*cases[i].place)
			check_text(cases[i].name, run.error.place, cases[i].place);
		codec_end(&run);
		remove(path);
	}
}

#define ORDER(count, sum, inside) \
	DOCUMENT("pain.001.001.03", "CstmrCdtTrfInitn", \
		"<GrpHdr><MsgId>P1</MsgId><CreDtTm>2024-03-01T09:30:00Z</CreDtTm><NbOfTxs>" count \
		"</NbOfTxs><CtrlSum>" sum "</CtrlSum><InitgPty><Nm>ACME</Nm></InitgPty></GrpHdr>" inside)
#define PAYMENT(count, sum, inside) \
	"<PmtInf><PmtInfId>B1</PmtInfId><PmtMtd>TRF</PmtMtd><NbOfTxs>" count "</NbOfTxs><CtrlSum>" sum \
	"</CtrlSum><ReqdExctnDt>2024-03-04</ReqdExctnDt><Dbtr><Nm>ACME</Nm></Dbtr><DbtrAcct><Id>" \
	"<IBAN>NL1</IBAN></Id></DbtrAcct>" inside "</PmtInf>"
#define TRANSFER(id, amount) \
	"<CdtTrfTxInf><PmtId><EndToEndId>" id \
	"</EndToEndId></PmtId><Amt><InstdAmt Ccy=\"EUR\">" amount \
	"</InstdAmt></Amt><Cdtr><Nm>Baker</Nm></Cdtr><CdtrAcct><Id><IBAN>DE1</IBAN></Id></CdtrAcct>" \
	"<RmtInf><Ustrd>bread</Ustrd><Ustrd>butter</Ustrd></RmtInf></CdtTrfTxInf>"

static void test_orders(void **state)
{
	static const char good[] = ORDER("2", "0.3",
		PAYMENT("2", "0.30", TRANSFER("E1", "0.1") TRANSFER("E2", "0.2")));
	static const char wrong[] = ORDER("3", "0.3", PAYMENT("1", "0.1", TRANSFER("E1", "0.2")));
	char want[256];
	(void)state;
	int payment = (int)(strstr(good, "<PmtInf>") - good);
	snprintf(want, sizeof want,
		"|%d|~|E1|~|~|0.1|EUR|~|~|~|~|~|Baker|~|~|DE1|~|~|~|"
		"bread\\x0Abutter|~\n",
		payment);
	struct codec_run run;
	assert_int_equal(begin(&run, good, 0), WH_OK);
	assert_non_null(strstr(codec_rows(&run, "transfer"), want));
	codec_end(&run);
	check_controls("that add up", good, "totals of an order: held 4, failed 0, noticed 0");
	check_controls("that do not", wrong, "totals of an order: held 1, failed 3, noticed 0");
	check_controls("whose sum is wrong", wrong, "totals of an order | payment B1, at byte ");
}

static void test_mixed(void **state)
{
	static const char statement[] = CLOSED(""),
					  order[] = ORDER("1", "1", PAYMENT("1", "1", TRANSFER("E", "1"))),
					  report[] = DOCUMENT("camt.052.001.02", "BkToCstmrAcctRpt",
						  HEADER "<Rpt><Id>R</Id>" ACCOUNT "</Rpt>");
	struct codec_file apart[] = { { "a.xml", statement, sizeof statement - 1 },
		{ "b.xml", order, sizeof order - 1 } };
	struct codec_file together[] = { { "a.xml", statement, sizeof statement - 1 },
		{ "b.xml", report, sizeof report - 1 } };
	struct codec_run run;
	(void)state;
	assert_int_equal(codec_begin(&run, &wh_camt, "", apart, 2, 0), WH_CONFIG);
	assert_non_null(strstr(run.error.text, "\"b.xml\" is a pain.001"));
	codec_end(&run);
	assert_int_equal(codec_begin(&run, &wh_camt, "", together, 2, 0), WH_OK);
	codec_end(&run);
	assert_int_equal(codec_begin(&run, &wh_camt, "", NULL, 0, 0), WH_CONFIG);
	codec_end(&run);
}

/* ---- controls ---- */

#define SUMMARY(count, sum, credits, debits) \
	"<TxsSummry><TtlNtries><NbOfNtries>" count "</NbOfNtries><Sum>" sum "</Sum><TtlNetNtryAmt>2" \
	"</TtlNetNtryAmt><CdtDbtInd>DBIT</CdtDbtInd></TtlNtries><TtlCdtNtries><NbOfNtries>1" \
	"</NbOfNtries><Sum>" credits "</Sum></TtlCdtNtries><TtlDbtNtries><NbOfNtries>2</NbOfNtries>" \
	"<Sum>" debits "</Sum></TtlDbtNtries></TxsSummry>"
#define THREE \
	ENTRY("1", "CRDT", BOOKED) ENTRY("2", "DBIT", BOOKED) ENTRY("1.00", "DBIT", "<Sts>PDNG</Sts>")

static void test_balances(void **state)
{
	static const struct {
		const char *name, *text, *want;
	} cases[] = {
		{ "closes", CAMT053(STATEMENT("S", OPENS("10.1") CLOSES("9.1") THREE)),
			"closing balance: held 1, failed 0, noticed 0" },
		{ "does not", CAMT053(STATEMENT("S", OPENS("10.1") CLOSES("8.1") THREE)),
			"of sample.xml | EUR | 8.1 | 9.1\n" },
		{ "a hundredth of a thousandth", CAMT053(STATEMENT("S", OPENS("1") CLOSES("1.00001"))),
			"closing balance: held 0, failed 1, noticed 0" },
		{ "what closed last opens",
			CAMT053(STATEMENT("S",
				BALANCE("PRCD", "EUR", "1", "DBIT") BALANCE("CLBD", "EUR", "2", "DBIT") THREE)),
			"closing balance: held 1, failed 0, noticed 0" },
		{ "pages", CAMT053(STATEMENT("S", OPENS("10") BALANCE("ITBD", "EUR", "9", "CRDT") THREE)),
			"closing balance: held 1, failed 0, noticed 0" },
		{ "a page in the middle",
			CAMT053(STATEMENT("S",
				BALANCE("ITBD", "EUR", "10", "CRDT") BALANCE("ITBD", "EUR", "9", "CRDT") THREE)),
			"closing balance: held 1, failed 0, noticed 0" },
		{ "no opening balance", CAMT053(STATEMENT("S", CLOSES("1"))),
			"balance not checked: held 0, failed 0, noticed 1" },
		{ "each currency apart",
			CAMT053(STATEMENT("S",
				OPENS("1") CLOSES("1") BALANCE("OPBD", "USD", "2", "CRDT")
					BALANCE("CLBD", "USD", "3", "CRDT"))),
			"closing balance: held 1, failed 1, noticed 0" },
		{ "totals",
			CAMT053(STATEMENT("S", OPENS("1") CLOSES("0") SUMMARY("3", "4", "1", "3") THREE)),
			"totals of a statement: held 7, failed 0, noticed 0" },
		{ "wrong totals",
			CAMT053(STATEMENT("S", OPENS("1") CLOSES("0") SUMMARY("4", "4.01", "2", "3") THREE)),
			"totals of a statement: held 4, failed 3, noticed 0" },
		{ "details that add up",
			CLOSED(ENTRY("3", "DBIT",
				BOOKED "<NtryDtls><Btch><NbOfTxs>2</NbOfTxs></Btch><TxDtls>"
					   "<Amt Ccy=\"EUR\">1</Amt></TxDtls><TxDtls><Amt "
					   "Ccy=\"EUR\">2</Amt></TxDtls></NtryDtls>")),
			"transactions of a batch: held 1, failed 0, noticed 0\n"
			"details of an entry: held 1, failed 0, noticed 0" },
		{ "details that do not",
			CLOSED(ENTRY("3", "DBIT",
				BOOKED "<NtryDtls><Btch><NbOfTxs>3</NbOfTxs></Btch><TxDtls>"
					   "<AmtDtls><TxAmt><Amt Ccy=\"EUR\">1</Amt></TxAmt>"
					   "</AmtDtls></TxDtls></NtryDtls>")),
			"transactions of a batch: held 0, failed 0, noticed 1\n"
			"details of an entry: held 0, failed 0, noticed 1" },
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		check_controls(cases[i].name, cases[i].text, cases[i].want);
}

#define NUMBERED(message, number) \
	DOCUMENT("camt.053.001.02", "BkToCstmrStmt", \
		"<GrpHdr><MsgId>" message "</MsgId>" \
		"<CreDtTm>2024-03-01T09:30:00</CreDtTm></GrpHdr><Stmt><Id>S</Id><ElctrncSeqNb>" number \
		"</ElctrncSeqNb>" ACCOUNT OPENS("1") CLOSES("1") "</Stmt>")

static void test_deliveries(void **state)
{
	static const char first[] = NUMBERED("M1", "7"), third[] = NUMBERED("M3", "9");
	struct codec_file files[] = { { "a.xml", third, sizeof third - 1 },
		{ "b.xml", first, sizeof first - 1 }, { "c.xml", third, sizeof third - 1 } };
	struct codec_run run;
	(void)state;
	assert_int_equal(codec_begin(&run, &wh_camt, "", files, 3, 0), WH_CONFIG);
	assert_non_null(strstr(run.error.text, "M3 comes twice"));
	assert_non_null(strstr(run.error.text, "\"a.xml\" and in \"c.xml\""));
	codec_end(&run);
	assert_int_equal(codec_begin(&run, &wh_camt, "", files, 2, 0), WH_OK);
	const char *text = codec_controls(&run);
	assert_non_null(strstr(text, "message delivered once: held 2, failed 0, noticed 0\n"));
	assert_non_null(strstr(text, "statements of account NL91ABNA0417164300 of 2024 |  | 8 | 9\n"));
	codec_end(&run);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_amounts),
		cmocka_unit_test(test_moments),
		cmocka_unit_test(test_several_statements),
		cmocka_unit_test(test_parties),
		cmocka_unit_test(test_nothing_is_left_out),
		cmocka_unit_test(test_a_second_value),
		cmocka_unit_test(test_signs),
		cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_encodings),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_no_document_type),
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_many_names),
		cmocka_unit_test(test_many_values),
		cmocka_unit_test(test_schema),
		cmocka_unit_test(test_orders),
		cmocka_unit_test(test_mixed),
		cmocka_unit_test(test_balances),
		cmocka_unit_test(test_deliveries),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

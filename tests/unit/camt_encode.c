/* Statements written: equal to what was read, valid by the schemas of ISO 20022 where those are at
 * hand (WHIMBREL_CORPUS), and made of rows that no file ever held. */
#include "base/file.h"
#include "base/text.h"
#include "check.h"
#include "codecs/camt/camt.h"
#include "support/codec.h"
#include "support/given.h"
#include <unistd.h>

/* ---- samples, as they are written ---- */

#define DOCUMENT(kind, inside) \
	"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" \
	"<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:" kind "\">" inside "\n</Document>\n"
#define T1 "\n\t"
#define T2 "\n\t\t"
#define T3 "\n\t\t\t"
#define T4 "\n\t\t\t\t"
#define T5 "\n\t\t\t\t\t"
#define T6 "\n\t\t\t\t\t\t"
#define T7 "\n\t\t\t\t\t\t\t"
#define T8 "\n\t\t\t\t\t\t\t\t"
#define T9 "\n\t\t\t\t\t\t\t\t\t"

#define HEADER \
	T2 "<GrpHdr>" T3 "<MsgId>M1</MsgId>" T3 "<CreDtTm>2024-03-01T09:30:00+01:00</CreDtTm>" T3 \
	   "<MsgRcpt>" T4 "<Nm>A &amp; B</Nm>" T4 "<CtryOfRes>NL</CtryOfRes>" T3 "</MsgRcpt>" T3 \
	   "<MsgPgntn>" T4 "<PgNb>1</PgNb>" T4 "<LastPgInd>true</LastPgInd>" T3 "</MsgPgntn>" T2 \
	   "</GrpHdr>"
#define ACCOUNT(bic) \
	T3 "<Acct>" T4 "<Id>" T5 "<IBAN>NL91ABNA0417164300</IBAN>" T4 "</Id>" T4 "<Ccy>EUR</Ccy>" T4 \
	   "<Svcr>" T5 "<FinInstnId>" T6 "<" bic ">ABNANL2A</" bic ">" T5 "</FinInstnId>" T4 \
	   "</Svcr>" T3 "</Acct>"
#define BALANCE(code, amount, way, day) \
	T3 "<Bal>" T4 "<Tp>" T5 "<CdOrPrtry>" T6 "<Cd>" code "</Cd>" T5 "</CdOrPrtry>" T4 "</Tp>" T4 \
	   "<Amt Ccy=\"EUR\">" amount "</Amt>" T4 "<CdtDbtInd>" way "</CdtDbtInd>" T4 "<Dt>" T5 day T4 \
	   "</Dt>" T3 "</Bal>"
#define CODES \
	T4 "<BkTxCd>" T5 "<Domn>" T6 "<Cd>PMNT</Cd>" T6 "<Fmly>" T7 "<Cd>ICDT</Cd>" T7 \
	   "<SubFmlyCd>ESCT</SubFmlyCd>" T6 "</Fmly>" T5 "</Domn>" T5 "<Prtry>" T6 "<Cd>N123</Cd>" T5 \
	   "</Prtry>" T4 "</BkTxCd>"
#define PLAIN_ENTRY(status) \
	T3 "<Ntry>" T4 "<NtryRef>E1</NtryRef>" T4 "<Amt Ccy=\"EUR\">9007199254740993.01000</Amt>" T4 \
	   "<CdtDbtInd>CRDT</CdtDbtInd>" T4 "<RvslInd>false</RvslInd>" status T4 "<BookgDt>" T5 \
	   "<DtTm>2024-02-29T23:59:59.1234567-05:30</DtTm>" T4 "</BookgDt>" T4 "<ValDt>" T5 \
	   "<Dt>2024-02-29+01:00</Dt>" T4 "</ValDt>" CODES T4 \
	   "<AddtlNtryInf>&lt;&quot;&gt; \xE2\x82\xAC\n\tline&#13;</AddtlNtryInf>" T3 "</Ntry>"
#define REFERENCE(code, value) \
	T9 "<CdtrRefInf>" T9 "\t<Tp>" T9 "\t\t<CdOrPrtry>" T9 "\t\t\t" code T9 "\t\t</CdOrPrtry>" T9 \
	   "\t</Tp>" T9 "\t<Ref>" value "</Ref>" T9 "</CdtrRefInf>"

#define SAMPLE_02 \
	DOCUMENT("camt.053.001.02", \
		T1 "<BkToCstmrStmt>" HEADER T2 "<Stmt>" T3 "<Id>S1</Id>" T3 \
		   "<ElctrncSeqNb>7</ElctrncSeqNb>" T3 "<CreDtTm>2024-03-01T06:00:00</CreDtTm>" ACCOUNT( \
			   "BIC") BALANCE("OPBD", "10.00", "DBIT", "<Dt>2024-02-28</Dt>") \
			   BALANCE("CLBD", "9007199254740978.01", "CRDT", "<Dt>2024-02-29</Dt>") \
				   PLAIN_ENTRY(T4 "<Sts>BOOK</Sts>") T3 \
		"<Ntry>" T4 "<Amt Ccy=\"EUR\">5</Amt>" T4 "<CdtDbtInd>DBIT</CdtDbtInd>" T4 \
		"<Sts>BOOK</Sts>" CODES T4 "<Chrgs>" T5 "<Amt Ccy=\"EUR\">0.50</Amt>" T4 "</Chrgs>" T4 \
		"<Chrgs>" T5 "<TtlChrgsAndTaxAmt Ccy=\"EUR\">1</TtlChrgsAndTaxAmt>" T5 \
		"<Amt Ccy=\"EUR\">0.75</Amt>" T4 "</Chrgs>" T4 "<NtryDtls>" T5 "<Btch>" T6 \
		"<NbOfTxs>1</NbOfTxs>" T6 "<TtlAmt Ccy=\"EUR\">5</TtlAmt>" T5 "</Btch>" T5 "<TxDtls>" T6 \
		"<Refs>" T7 "<EndToEndId>X1</EndToEndId>" T6 "</Refs>" T6 "<AmtDtls>" T7 "<TxAmt>" T8 \
		"<Amt Ccy=\"EUR\">5</Amt>" T7 "</TxAmt>" T6 "</AmtDtls>" T6 "<RltdPties>" T7 "<Dbtr>" T8 \
		"<Nm>Me</Nm>" T8 "<Id>" T9 "<PrvtId>" T9 "\t<Othr>" T9 "\t\t<Id>P1</Id>" T9 \
		"\t\t<Issr>NL</Issr>" T9 "\t</Othr>" T9 "</PrvtId>" T8 "</Id>" T7 "</Dbtr>" T7 \
		"<DbtrAcct>" T8 "<Id>" T9 "<Othr>" T9 "\t<Id>77</Id>" T9 "</Othr>" T8 "</Id>" T7 \
		"</DbtrAcct>" T7 "<Cdtr>" T8 "<Nm>You</Nm>" T8 "<PstlAdr>" T9 "<AdrLine>one</AdrLine>" T9 \
		"<AdrLine>two</AdrLine>" T8 "</PstlAdr>" T7 "</Cdtr>" T6 "</RltdPties>" T6 "<RltdAgts>" T7 \
		"<CdtrAgt>" T8 "<FinInstnId>" T9 "<BIC>ABNANL2A</BIC>" T8 "</FinInstnId>" T7 \
		"</CdtrAgt>" T6 "</RltdAgts>" T6 "<RmtInf>" T7 "<Ustrd>for you</Ustrd>" T7 \
		"<Ustrd>and you</Ustrd>" T6 "</RmtInf>" T5 "</TxDtls>" T4 "</NtryDtls>" T4 \
		"<NtryDtls/>" T3 "</Ntry>" T3 "<AddtlStmtInf>done</AddtlStmtInf>" T2 "</Stmt>" T1 \
		"</BkToCstmrStmt>")

#define STATEMENT_08(message, part, pages, more) \
	T1 "<" message ">" HEADER T2 "<" part ">" T3 "<Id>S1</Id>" T3 "<" pages ">" T4 \
	   "<PgNb>1</PgNb>" T4 "<LastPgInd>true</LastPgInd>" T3 "</" pages \
	   ">" ACCOUNT("BICFI") more T2 "</" part ">" T1 "</" message ">"
#define STATUS_08 T4 "<Sts>" T5 "<Cd>BOOK</Cd>" T4 "</Sts>"
#define DETAILS_08 \
	T4 "<NtryDtls>" T5 "<TxDtls>" T6 "<Refs>" T7 "<EndToEndId>X1</EndToEndId>" T7 \
	   "<UETR>8a562c67-ca16-48ba-b074-65581be6f001</UETR>" T6 "</Refs>" T6 \
	   "<Amt Ccy=\"EUR\">5</Amt>" T6 "<CdtDbtInd>DBIT</CdtDbtInd>" T6 "<RltdPties>" T7 "<Dbtr>" T8 \
	   "<Agt>" T9 "<FinInstnId>" T9 "\t<BICFI>ABNANL2A</BICFI>" T9 "\t<ClrSysMmbId>" T9 \
	   "\t\t<MmbId>77</MmbId>" T9 "\t</ClrSysMmbId>" T9 "</FinInstnId>" T8 "</Agt>" T7 \
	   "</Dbtr>" T7 "<Cdtr>" T8 "<Pty>" T9 "<Nm>You</Nm>" T8 "</Pty>" T7 "</Cdtr>" T6 \
	   "</RltdPties>" T6 "<RmtInf>" T7 "<Strd>" T8 "<RfrdDocInf>" T9 "<Nb>D1</Nb>" T8 \
	   "</RfrdDocInf>" T8 "<RfrdDocInf>" T9 "<Nb>D2</Nb>" T8 "</RfrdDocInf>" T7 "</Strd>" T7 \
	   "<Strd>" T8 "<CdtrRefInf>" T9 "<Tp>" T9 "\t<CdOrPrtry>" T9 "\t\t<Prtry>QRR</Prtry>" T9 \
	   "\t</CdOrPrtry>" T9 "</Tp>" T9 "<Ref>R2</Ref>" T8 "</CdtrRefInf>" T7 "</Strd>" T6 \
	   "</RmtInf>" T6 "<RtrInf>" T7 "<Rsn>" T8 "<Cd>AC04</Cd>" T7 "</Rsn>" T6 "</RtrInf>" T5 \
	   "</TxDtls>" T4 "</NtryDtls>"
#define ENTRIES_08 \
	T3 "<TxsSummry>" T4 "<TtlNtries>" T5 "<NbOfNtries>2</NbOfNtries>" T5 "<TtlNetNtry>" T6 \
	   "<Amt>9007199254740988.01</Amt>" T6 "<CdtDbtInd>CRDT</CdtDbtInd>" T5 "</TtlNetNtry>" T4 \
	   "</TtlNtries>" T4 "<TtlNtriesPerBkTxCd>" T5 "<NbOfNtries>1</NbOfNtries>" T5 "<BkTxCd>" T6 \
	   "<Prtry>" T7 "<Cd>N123</Cd>" T6 "</Prtry>" T5 "</BkTxCd>" T4 "</TtlNtriesPerBkTxCd>" T3 \
	   "</TxsSummry>" PLAIN_ENTRY(STATUS_08) T3 \
		"<Ntry>" T4 "<Amt Ccy=\"EUR\">5</Amt>" T4 \
		"<CdtDbtInd>DBIT</CdtDbtInd>" STATUS_08 CODES DETAILS_08 T3 "</Ntry>"
#define BALANCES_08 \
	BALANCE("OPBD", "10.00", "DBIT", "<Dt>2024-02-28</Dt>") \
	BALANCE("CLBD", "9007199254740978.01", "CRDT", "<DtTm>2024-02-29T23:00:00Z</DtTm>")

static const struct sample {
	const char *schema, *version, *text;
} samples[] = {
	{ "camt.053.001.02", "version=02", SAMPLE_02 },
	{ "camt.053.001.08", "",
		DOCUMENT("camt.053.001.08",
			STATEMENT_08("BkToCstmrStmt", "Stmt", "StmtPgntn",
				BALANCES_08 ENTRIES_08 T3 "<AddtlStmtInf>x</AddtlStmtInf>")) },
	{ "camt.052.001.08", "version=08",
		DOCUMENT("camt.052.001.08",
			STATEMENT_08("BkToCstmrAcctRpt", "Rpt", "RptPgntn",
				BALANCES_08 ENTRIES_08 T3 "<AddtlRptInf>x</AddtlRptInf>")) },
	{ "camt.054.001.08", "version=08",
		DOCUMENT("camt.054.001.08",
			STATEMENT_08("BkToCstmrDbtCdtNtfctn", "Ntfctn", "NtfctnPgntn",
				ENTRIES_08 T3 "<AddtlNtfctnInf>x</AddtlNtfctnInf>")) },
};

/* ---- read and written ---- */

static int begin(struct codec_run *run, const char *options, const char *text)
{
	static struct codec_file file;
	file = (struct codec_file){ "sample.xml", text, strlen(text) };
	return codec_begin(run, &wh_camt, options, &file, 1, 0);
}

static int again(const char *options, const char *text, struct wh_buffer *out,
	struct wh_error *error)
{
	struct codec_run run;
	int rc = begin(&run, options, text);
	if (rc == WH_OK)
		rc = codec_again(&run, false, out);
	*error = run.error;
	codec_end(&run);
	return rc;
}

static void test_written_again(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(samples); i++) {
		struct wh_buffer out = { 0 };
		struct wh_error error;
		if (again(samples[i].version, samples[i].text, &out, &error) != WH_OK)
			fail_msg("%s: %s (%s)", samples[i].schema, error.text, error.place);
		check_text(samples[i].schema, wh_buffer_string(&out), samples[i].text);
		wh_buffer_free(&out);
	}
}

/* ---- the corpus: schemas, and files of others ---- */

static char folder[512];

static const char *path_of(const char *name, const char *end)
{
	static char path[1024];
	snprintf(path, sizeof path, "%s/%s%s", folder, name, end);
	return path;
}

/* False: it is not here, and the test is skipped with that as its reason. */
static bool corpus_is_there(void)
{
	const char *corpus = getenv("WHIMBREL_CORPUS");
	snprintf(folder, sizeof folder, "%s/banking/camt",
		corpus && *corpus ? corpus : WHIMBREL_TOP "/../shared/corpus");
	if (access(path_of("LICENSE", ""), R_OK) == 0)
		return true;
	print_message("# no corpus at %s; WHIMBREL_CORPUS names another place\n", folder);
	return false;
}

/* Nothing where the corpus has no such schema. */
static const char *schema_option(const char *schema)
{
	static char option[1100];
	char name[64];
	snprintf(name, sizeof name, "xsd/%s", schema);
	snprintf(option, sizeof option, "xsd=%s", path_of(name, ".xsd"));
	return access(path_of(name, ".xsd"), R_OK) == 0 ? option : "";
}

static void check_valid(const char *schema, const char *text)
{
	struct codec_run run;
	if (begin(&run, schema_option(schema), text) != WH_OK)
		fail_msg("%s: %s (%s)", schema, run.error.text, run.error.place);
	codec_end(&run);
}

static void test_valid(void **state)
{
	(void)state;
	if (!corpus_is_there())
		skip();
	for (size_t i = 0; i < COUNT(samples); i++)
		check_valid(samples[i].schema, samples[i].text);
}

static bool is_place(const char *column)
{
	size_t n = strlen(column);
	return wh_starts(column, "file_id") || (n >= 6 && strcmp(column + n - 6, "record") == 0) ||
		wh_equal(column, "record_id");
}

/* The rows of all tables, without the places that depend on how a file is laid out. */
static void put_rows(struct codec_run *run, struct wh_buffer *out)
{
	for (size_t t = 0; t < run->catalog.ntables; t++) {
		const struct wh_table *table = &run->catalog.tables[t];
		char *copy = strdup(codec_rows(run, table->name)), *rest = copy;
		for (char *line; (line = strsep(&rest, "\n")) && *line;) {
			wh_buffer_text(out, table->name);
			for (size_t c = 0; c < table->ncolumns; c++) {
				const char *cell = strsep(&line, "|");
				if (!is_place(table->columns[c].name) && !wh_starts(cell, "camt.05"))
					wh_buffer_format(out, "|%s", cell);
			}
			wh_buffer_char(out, '\n');
		}
		free(copy);
	}
}

static void rows_of(const char *text, struct wh_buffer *out)
{
	struct codec_run run;
	if (begin(&run, "", text) != WH_OK)
		fail_msg("%s (%s)", run.error.text, run.error.place);
	put_rows(&run, out);
	codec_end(&run);
}

/* The same rows come of it, and a second time the same bytes. */
static void check_round(const char *name, const char *version, const char *text, const char *schema)
{
	struct wh_buffer out = { 0 }, second = { 0 }, rows = { 0 }, want = { 0 };
	struct wh_error error;
	if (again(version, text, &out, &error) != WH_OK)
		fail_msg("%s: %s (%s)", name, error.text, error.place);
	check_valid(schema, wh_buffer_string(&out));
	rows_of(wh_buffer_string(&out), &rows);
	rows_of(text, &want);
	check_text(name, wh_buffer_string(&rows), wh_buffer_string(&want));
	assert_int_equal(again(version, wh_buffer_string(&out), &second, &error), WH_OK);
	check_text(name, wh_buffer_string(&second), wh_buffer_string(&out));
	wh_buffer_free(&out);
	wh_buffer_free(&second);
	wh_buffer_free(&rows);
	wh_buffer_free(&want);
}

/* Those that cannot be written are no statements that add up, or hold what the version has not. */
static void test_corpus(void **state)
{
	static const struct {
		const char *name, *version, *schema;
		const char *why; /* NULL: it is written */
	} cases[] = {
		{ "camt053.v2.minimal", "version=02", "camt.053.001.02", NULL },
		{ "camt053.v2.multi.statement", "version=02", "camt.053.001.02", NULL },
		{ "camt053.v2.multi.statement", "version=08", "camt.053.001.08", NULL },
		{ "camt053.v2.minimal", "version=08", "camt.053.001.08",
			"path \"RltdPties/Cdtr/Id/OrgId/Othr/Issr\" of the other_value" },
		{ "camt053.v2.all-balance-types", "version=02", "camt.053.001.02",
			"closing balance does not hold" },
		{ "camt053.v2.five.decimals", "version=02", "camt.053.001.02",
			"closing balance does not hold" },
		{ "camt053.v3", "version=02", "camt.053.001.02",
			"column \"amount\", path \"Amt\" of the detail" },
	};
	(void)state;
	if (!corpus_is_there())
		skip();
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct wh_buffer text = { 0 }, out = { 0 };
		struct wh_error error;
		if (wh_file_read(path_of(cases[i].name, ".xml"), "the sample", 1 << 20, &text, &error) !=
			WH_OK)
			fail_msg("%s", error.text);
		if (!cases[i].why)
			check_round(cases[i].name, cases[i].version, text.data, cases[i].schema);
		else if (again(cases[i].version, text.data, &out, &error) != WH_STOP ||
			!strstr(error.text, cases[i].why))
			fail_msg("%s: \"%s\" is not in \"%s\"", cases[i].name, cases[i].why, error.text);
		wh_buffer_free(&text);
		wh_buffer_free(&out);
	}
}

/* ---- rows of a database ---- */

static const struct given given[] = {
	{ "message", "record_id kind message_id created_date created_time",
		"1|camt.053|M1|2024-03-01|09:30:00" },
	{ "statement",
		"record_id message_record kind statement_id page last_page iban account from_date from_time",
		"1|1|statement|S1|~|~|NL91ABNA0417164300|~|~|~" },
	{ "balance",
		"record_id statement_record balance_type amount currency direction balance_date "
		"balance_time",
		"1|1|OPBD|10.00|EUR|~|2024-02-28|~\n2|1|CLBD|-2.50|EUR|~|2024-02-29|~" },
	{ "entry",
		"record_id statement_record amount currency direction status booking_date booking_time "
		"bank_code additional_info",
		"1|1|-12.50|EUR|~|BOOK|2024-02-29|~|N1|rent\n"
		"2|1|0|EUR|DBIT|BOOK|2024-02-29|10:00:00|N2|nothing\n"
		"3|1|99|EUR|CRDT|PDNG|2024-02-29|~|N2|later" },
	{ "batch", "record_id entry_record transactions amount currency", "1|1|2|-12.50|EUR" },
	{ "detail", "record_id entry_record batch_record end_to_end_id amount currency remittance",
		"1|1|1|X1|-15|EUR|a\n2|1|1|X2|2.50|EUR|b" },
	{ "party", "record_id detail_record role name iban bank_bic",
		"1|1|creditor|Landlord|NL02ABNA0123456789|ABNANL2A\n2|2|debtor|Me|~|~" },
	{ "other_value", "record_id of_table of_record path value",
		"1|entry|1|Chrgs/Rcrd/Amt|0.50\n2|entry|1|Chrgs/Rcrd/Amt/@Ccy|EUR\n"
		"3|detail|1|RltdPties/Cdtr/Pty/CtryOfRes|NL" },
};

static int write_rows(const struct given_other *other, const char *options, struct wh_buffer *out,
	struct wh_error *error)
{
	return given_encode(&wh_camt, options, given, COUNT(given), other, out, error);
}

/* Whatever has no indicator has that of its sign, and a detail's says when it goes another way. */
static void test_rows(void **state)
{
	static const char *const parts[] = {
		"<Amt Ccy=\"EUR\">10.00</Amt>\n\t\t\t\t<CdtDbtInd>CRDT</CdtDbtInd>",
		"<Amt Ccy=\"EUR\">2.50</Amt>\n\t\t\t\t<CdtDbtInd>DBIT</CdtDbtInd>",
		"<Amt Ccy=\"EUR\">12.50</Amt>\n\t\t\t\t<CdtDbtInd>DBIT</CdtDbtInd>",
		"<Amt Ccy=\"EUR\">0</Amt>\n\t\t\t\t<CdtDbtInd>DBIT</CdtDbtInd>",
		"<TtlAmt Ccy=\"EUR\">12.50</TtlAmt>\n\t\t\t\t\t</Btch>",
		"<Amt Ccy=\"EUR\">15</Amt>\n\t\t\t\t\t\t<RltdPties>",
		"<Amt Ccy=\"EUR\">2.50</Amt>\n\t\t\t\t\t\t<CdtDbtInd>CRDT</CdtDbtInd>",
		"<Pty>\n\t\t\t\t\t\t\t\t\t<Nm>Landlord</Nm>\n\t\t\t\t\t\t\t\t\t<CtryOfRes>NL</CtryOfRes>",
		"<Rcrd>\n\t\t\t\t\t\t<Amt Ccy=\"EUR\">0.50</Amt>\n\t\t\t\t\t</Rcrd>",
		"<BookgDt>\n\t\t\t\t\t<DtTm>2024-02-29T10:00:00</DtTm>",
	};
	struct wh_buffer out = { 0 };
	struct wh_error error = { 0 };
	(void)state;
	if (write_rows(NULL, "", &out, &error) != WH_OK)
		fail_msg("%s", error.text);
	for (size_t i = 0; i < COUNT(parts); i++)
		if (!strstr(out.data, parts[i]))
			fail_msg("\"%s\" is not in \"%s\"", parts[i], out.data);
	if (corpus_is_there())
		check_valid("camt.053.001.08", out.data);
	wh_buffer_free(&out);
}

static const struct {
	const char *table, *column;
	int row;
	const char *value, *says;
} refused[] = {
	{ "message", "kind", 0, "pain.001", "\"kind\" is \"pain.001\", and what is written is" },
	{ "message", "created_time", 0, "~",
		"for a time of day belongs to it: column \"created_date\", path \"GrpHdr/CreDtTm\" of the "
		"message with file_id 0, record_id 1" },
	{ "message", "created_time", 0, "25:00:00", "\"created_time\" holds \"25:00:00\"" },
	{ "message", "message_id", 0, "~",
		"\"message_id\" is empty, which it must not be: in the message with file_id 0, record_id 1" },
	{ "message", "message_id", 0, "M12345678901234567890123456789012345",
		"the schema does not allow such a value there: column \"message_id\"" },
	{ "message", "message_id", 0, "a\x01z",
		"a character that XML cannot have: column \"message_id\"" },
	{ "statement", "kind", 0, "report", "\"kind\" is \"report\", and camt.053 has a statement" },
	{ "statement", "iban", 0, "~", "\"iban\" is empty" },
	{ "statement", "account", 0, "77",
		"for another value excludes it: column \"account\", path \"Acct/Id/Othr/Id\" of the statement" },
	{ "statement", "page", 0, "1", "for \"StmtPgntn\" has no \"LastPgInd\", which it must have" },
	{ "statement", "page", 0, "x", "\"page\" holds \"x\", where a whole number" },
	{ "statement", "from_time", 0, "10:00:00", "\"from_time\" has no date before it" },
	{ "statement", "message_record", 0, "2", "has no \"Stmt\", which it must have" },
	{ "balance", "amount", 1, "-2.51",
		"closing balance does not hold: the closing balance: \"-2.51\", the opening balance and the "
		"booked entries: \"-2.50\"; EUR statement S1" },
	{ "balance", "currency", 0, "~",
		"\"currency\" is empty, which it must not be: in the balance with file_id 0, record_id 1" },
	{ "balance", "direction", 0, "DBIT",
		"\"amount\" is 10.00 and \"direction\" DBIT: in the balance with file_id 0, record_id 1" },
	{ "entry", "amount", 1, "1.123456", "\"amount\" holds \"1.123456\"" },
	{ "entry", "amount", 0, "~", "\"amount\" is empty" },
	{ "entry", "bank_code", 1, "~",
		"\"Ntry\" has no \"BkTxCd\", which it must have; it is in the column domain: in the entry with "
		"file_id 0, record_id 2" },
	{ "entry", "statement_record", 2, "7",
		"a row is part of none, or stands behind those of a later one: in the entry with file_id 0, "
		"record_id 3" },
	{ "entry", "additional_info", 0, "", "the schema does not allow such a value there" },
	{ "batch", "currency", 0, "~", "for \"TtlAmt\" has no currency, which it must have" },
	{ "detail", "entry_record", 1, "2",
		"\"entry_record\" is 2, and the row that it is part of belongs to 1" },
	{ "party", "role", 1, "payer",
		"for its role has no such element: column \"name\", path \"party/Nm\" of the party with "
		"file_id 0, record_id 2" },
	{ "party", "role", 1, "~", "\"role\" is empty" },
	{ "party", "name", 1, "~", "\"role\" is \"debtor\", of which nothing is said" },
	{ "party", "detail_record", 1, "3", "a row is part of none" },
	{ "other_value", "path", 0, "Chrgs/Fee",
		"there is no such element in this version: column \"value\", path \"Chrgs/Fee\" of the "
		"other_value with file_id 0, record_id 1" },
	{ "other_value", "path", 0, "Chrgs/TtlChrgsAndTaxAmt/@Ccy", "has no amount" },
	{ "other_value", "path", 0, "NtryRef/@Ccy", "there is no such element" },
	{ "other_value", "path", 2, "Refs/EndToEndId", "for \"EndToEndId\" has a value already" },
	{ "other_value", "path", 2, "Refs[2]/MsgId", "\"Refs\" stands more often than 1 times" },
	{ "other_value", "path", 2, "RmtInf/Strd[2]/RfrdDocInf/Nb",
		"there is no \"Strd\" before this one, which has the number 2" },
	{ "other_value", "of_record", 2, "9",
		"or stands behind those of a later one: path RltdPties/Cdtr/Pty/CtryOfRes: in the "
		"other_value" },
	{ "other_value", "of_table", 2, "nothing", "a row is part of none" },
};

static void test_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(refused); i++) {
		const struct given_other other = { refused[i].table, refused[i].column, refused[i].row,
			refused[i].value };
		struct wh_buffer out = { 0 };
		struct wh_error error = { 0 };
		int rc = write_rows(&other, "", &out, &error);
		if (rc != WH_STOP || !strstr(error.text, refused[i].says))
			fail_msg("%s.%s: %d: \"%s\", not \"%s\"", other.table, other.column, rc, error.text,
				refused[i].says);
		wh_buffer_free(&out);
	}
}

static void test_version(void **state)
{
	struct wh_buffer out = { 0 };
	struct wh_error error = { 0 };
	struct codec_run run;
	(void)state;
	assert_int_equal(begin(&run, "version=07", samples[0].text), WH_CONFIG);
	assert_string_equal(run.error.text, "version=\"07\" is not written: 08 or 02 is expected");
	codec_end(&run);
	assert_int_equal(write_rows(NULL, "version=02", &out, &error), WH_STOP);
	assert_non_null(
		strstr(error.text, "there is no such element in this version: column \"value\""));
	wh_buffer_free(&out);
}

static void test_tables(void **state)
{
	static const struct given unknown[] = { { "payment", "record_id", "1" } },
							  column[] = { { "message", "record_id colour", "1|red" } },
							  two[] = { { "message", "record_id kind message_id", "1|camt.053|A" },
								  { "entry", "record_id statement_record", "1|1" } };
	struct wh_buffer out = { 0 };
	struct wh_error error = { 0 };
	(void)state;
	assert_int_equal(given_encode(&wh_camt, "", unknown, 1, NULL, &out, &error), WH_CONFIG);
	assert_non_null(strstr(error.text, "a statement has no table \"payment\""));
	assert_int_equal(given_encode(&wh_camt, "", column, 1, NULL, &out, &error), WH_CONFIG);
	assert_non_null(strstr(error.text, "table \"message\" has no column \"colour\""));
	assert_int_equal(given_encode(&wh_camt, "", two + 1, 1, NULL, &out, &error), WH_STOP);
	assert_int_equal(out.size, 0);
	wh_buffer_free(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_written_again),
		cmocka_unit_test(test_valid),
		cmocka_unit_test(test_corpus),
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_version),
		cmocka_unit_test(test_tables),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

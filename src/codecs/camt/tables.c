#include "codecs/camt/tables.h"
#include <string.h>

#define BIC(agent) agent "/FinInstnId/BIC", agent "/FinInstnId/BICFI"
#define EITHER(choice) choice "/Cd", choice "/Prtry"

/* Behind name and form come the paths. */
#define COLUMN(name, form, ...) \
	{ \
		name, form, \
		{ \
			__VA_ARGS__ \
		} \
	}
#define NEEDED(name, form, ...) \
	{ \
		name, form, { __VA_ARGS__ }, .needed = true \
	}
#define TEXT(name, ...) COLUMN(name, &wh_camt_text, __VA_ARGS__)

/* A date, or date and time: one text that is two columns. */
#define CLOCK(name, ...) COLUMN(name "_time", &wh_camt_clock, __VA_ARGS__)
#define MOMENT(name, ...) COLUMN(name "_date", &wh_camt_date, __VA_ARGS__), CLOCK(name, __VA_ARGS__)
#define MOMENT_NEEDED(name, ...) \
	NEEDED(name "_date", &wh_camt_date, __VA_ARGS__), CLOCK(name, __VA_ARGS__)
#define DAY(element) element "/Dt", element "/DtTm"

#define AMOUNT(name, form, path) \
	COLUMN(name "amount", form, path), COLUMN(name "currency", &wh_camt_currency, path "/@Ccy")
#define AMOUNT_NEEDED(form, path) \
	NEEDED("amount", form, path), NEEDED("currency", &wh_camt_currency, path "/@Ccy")

#define OTHER_ACCOUNT(name, element) TEXT(name "account", element "/Id/Othr/Id")
#define ACCOUNT(name, element) TEXT(name "iban", element "/Id/IBAN"), OTHER_ACCOUNT(name, element)
#define ACCOUNT_NEEDED(name, element) \
	{ name "iban", &wh_camt_text, { element "/Id/IBAN" }, .or_next = true }, \
		OTHER_ACCOUNT(name, element)

#define BANK_CODES \
	TEXT("domain", "BkTxCd/Domn/Cd"), TEXT("family", "BkTxCd/Domn/Fmly/Cd"), \
		TEXT("subfamily", "BkTxCd/Domn/Fmly/SubFmlyCd"), TEXT("bank_code", "BkTxCd/Prtry/Cd"), \
		TEXT("bank_code_issuer", "BkTxCd/Prtry/Issr")

#define REMITTANCE \
	COLUMN("remittance", &wh_camt_lines, "RmtInf/Ustrd"), \
		TEXT("creditor_reference", "RmtInf/Strd/CdtrRefInf/Ref")

/* ---- camt ---- */

static const struct wh_camt_column message[] = {
	NEEDED("kind", &wh_camt_text, "@kind"),
	NEEDED("message_id", &wh_camt_text, "GrpHdr/MsgId"),
	MOMENT_NEEDED("created", "GrpHdr/CreDtTm"),
	TEXT("recipient", "GrpHdr/MsgRcpt/Nm"),
	TEXT("recipient_bic", "GrpHdr/MsgRcpt/Id/OrgId/BICOrBEI", "GrpHdr/MsgRcpt/Id/OrgId/AnyBIC"),
	TEXT("recipient_id", "GrpHdr/MsgRcpt/Id/OrgId/Othr/Id"),
	COLUMN("page", &wh_camt_count, "GrpHdr/MsgPgntn/PgNb"),
	COLUMN("last_page", &wh_camt_flag, "GrpHdr/MsgPgntn/LastPgInd"),
	TEXT("additional_info", "GrpHdr/AddtlInf"),
	{ NULL },
};

static const struct wh_camt_column statement[] = {
	NEEDED("message_record", &wh_camt_record, "^message"),
	NEEDED("kind", &wh_camt_text, "@kind"),
	NEEDED("statement_id", &wh_camt_text, "Id"),
	COLUMN("page", &wh_camt_count, "StmtPgntn/PgNb", "RptPgntn/PgNb", "NtfctnPgntn/PgNb"),
	COLUMN("last_page", &wh_camt_flag, "StmtPgntn/LastPgInd", "RptPgntn/LastPgInd",
		"NtfctnPgntn/LastPgInd"),
	COLUMN("electronic_number", &wh_camt_count, "ElctrncSeqNb"),
	COLUMN("legal_number", &wh_camt_count, "LglSeqNb"),
	MOMENT("created", "CreDtTm"),
	MOMENT("from", "FrToDt/FrDtTm"),
	MOMENT("to", "FrToDt/ToDtTm"),
	TEXT("copy_duplicate", "CpyDplctInd"),
	ACCOUNT_NEEDED("", "Acct"),
	TEXT("account_type", EITHER("Acct/Tp")),
	COLUMN("account_currency", &wh_camt_currency, "Acct/Ccy"),
	TEXT("account_name", "Acct/Nm"),
	TEXT("owner", "Acct/Ownr/Nm"),
	TEXT("servicer_bic", BIC("Acct/Svcr")),
	TEXT("servicer", "Acct/Svcr/FinInstnId/Nm"),
	COLUMN("entries", &wh_camt_count, "TxsSummry/TtlNtries/NbOfNtries"),
	COLUMN("entries_sum", &wh_camt_sum, "TxsSummry/TtlNtries/Sum"),
	COLUMN("entries_net", &wh_camt_net, "TxsSummry/TtlNtries/TtlNetNtryAmt",
		"TxsSummry/TtlNtries/TtlNetNtry/Amt"),
	COLUMN("entries_net_direction", &wh_camt_direction, "TxsSummry/TtlNtries/CdtDbtInd",
		"TxsSummry/TtlNtries/TtlNetNtry/CdtDbtInd"),
	COLUMN("credits", &wh_camt_count, "TxsSummry/TtlCdtNtries/NbOfNtries"),
	COLUMN("credits_sum", &wh_camt_sum, "TxsSummry/TtlCdtNtries/Sum"),
	COLUMN("debits", &wh_camt_count, "TxsSummry/TtlDbtNtries/NbOfNtries"),
	COLUMN("debits_sum", &wh_camt_sum, "TxsSummry/TtlDbtNtries/Sum"),
	TEXT("additional_info", "AddtlStmtInf", "AddtlRptInf", "AddtlNtfctnInf"),
	{ NULL },
};

static const struct wh_camt_column balance[] = {
	NEEDED("statement_record", &wh_camt_record, "^statement"),
	NEEDED("balance_type", &wh_camt_text, EITHER("Tp/CdOrPrtry")),
	TEXT("balance_subtype", EITHER("Tp/SubTp")),
	AMOUNT_NEEDED(&wh_camt_signed, "Amt"),
	NEEDED("direction", &wh_camt_direction, "CdtDbtInd"),
	MOMENT_NEEDED("balance", DAY("Dt")),
	{ NULL },
};

static const struct wh_camt_column entry[] = {
	NEEDED("statement_record", &wh_camt_record, "^statement"),
	TEXT("entry_reference", "NtryRef"),
	AMOUNT_NEEDED(&wh_camt_signed, "Amt"),
	NEEDED("direction", &wh_camt_direction, "CdtDbtInd"),
	COLUMN("reversal", &wh_camt_flag, "RvslInd"),
	NEEDED("status", &wh_camt_text, "Sts", "Sts/Cd", "Sts/Prtry"),
	MOMENT("booking", DAY("BookgDt")),
	MOMENT("value", DAY("ValDt")),
	TEXT("servicer_reference", "AcctSvcrRef"),
	BANK_CODES,
	TEXT("additional_info", "AddtlNtryInf"),
	{ NULL },
};

static const struct wh_camt_column batch[] = {
	NEEDED("entry_record", &wh_camt_record, "^entry"),
	TEXT("message_id", "Btch/MsgId"),
	TEXT("payment_id", "Btch/PmtInfId"),
	COLUMN("transactions", &wh_camt_count, "Btch/NbOfTxs"),
	AMOUNT("", &wh_camt_signed, "Btch/TtlAmt"),
	COLUMN("direction", &wh_camt_direction, "Btch/CdtDbtInd"),
	{ NULL },
};

static const struct wh_camt_column detail[] = {
	NEEDED("entry_record", &wh_camt_record, "^entry"),
	NEEDED("batch_record", &wh_camt_record, "^batch"),
	TEXT("message_id", "Refs/MsgId"),
	TEXT("servicer_reference", "Refs/AcctSvcrRef"),
	TEXT("payment_id", "Refs/PmtInfId"),
	TEXT("instruction_id", "Refs/InstrId"),
	TEXT("end_to_end_id", "Refs/EndToEndId"),
	TEXT("uetr", "Refs/UETR"),
	TEXT("transaction_id", "Refs/TxId"),
	TEXT("mandate_id", "Refs/MndtId"),
	TEXT("cheque_number", "Refs/ChqNb"),
	TEXT("clearing_reference", "Refs/ClrSysRef"),
	AMOUNT("", &wh_camt_signed, "Amt"),
	COLUMN("direction", &wh_camt_direction, "CdtDbtInd"),
	AMOUNT("instructed_", &wh_camt_amount, "AmtDtls/InstdAmt/Amt"),
	AMOUNT("transaction_", &wh_camt_amount, "AmtDtls/TxAmt/Amt"),
	BANK_CODES,
	TEXT("purpose", EITHER("Purp")),
	REMITTANCE,
	TEXT("return_reason", EITHER("RtrInf/Rsn")),
	COLUMN("return_info", &wh_camt_lines, "RtrInf/AddtlInf"),
	TEXT("additional_info", "AddtlTxInf"),
	{ NULL },
};

static const struct wh_camt_column party[] = {
	NEEDED("detail_record", &wh_camt_record, "^detail"),
	NEEDED("role", &wh_camt_text, "@role"),
	TEXT("name", "party/Nm", "party/Pty/Nm", "party/Agt/FinInstnId/Nm"),
	TEXT("street", "party/PstlAdr/StrtNm", "party/Pty/PstlAdr/StrtNm"),
	TEXT("building", "party/PstlAdr/BldgNb", "party/Pty/PstlAdr/BldgNb"),
	TEXT("post_code", "party/PstlAdr/PstCd", "party/Pty/PstlAdr/PstCd"),
	TEXT("town", "party/PstlAdr/TwnNm", "party/Pty/PstlAdr/TwnNm"),
	TEXT("country", "party/PstlAdr/Ctry", "party/Pty/PstlAdr/Ctry"),
	COLUMN("address", &wh_camt_lines, "party/PstlAdr/AdrLine", "party/Pty/PstlAdr/AdrLine"),
	TEXT("party_bic", "party/Id/OrgId/BICOrBEI", "party/Id/OrgId/AnyBIC",
		"party/Pty/Id/OrgId/AnyBIC", BIC("party/Agt")),
	TEXT("party_id", "party/Id/OrgId/Othr/Id", "party/Id/PrvtId/Othr/Id",
		"party/Pty/Id/OrgId/Othr/Id", "party/Pty/Id/PrvtId/Othr/Id"),
	ACCOUNT("", "account"),
	COLUMN("account_currency", &wh_camt_currency, "account/Ccy"),
	TEXT("bank_bic", BIC("agent")),
	TEXT("bank", "agent/FinInstnId/Nm"),
	{ NULL },
};

const struct wh_camt_part wh_camt_parts[] = {
	{ "RltdPties/InitgPty", "party", "initiating party" },
	{ "RltdPties/Dbtr", "party", "debtor" },
	{ "RltdPties/DbtrAcct", "account", "debtor" },
	{ "RltdAgts/DbtrAgt", "agent", "debtor" },
	{ "RltdPties/UltmtDbtr", "party", "ultimate debtor" },
	{ "RltdPties/Cdtr", "party", "creditor" },
	{ "RltdPties/CdtrAcct", "account", "creditor" },
	{ "RltdAgts/CdtrAgt", "agent", "creditor" },
	{ "RltdPties/UltmtCdtr", "party", "ultimate creditor" },
	{ "RltdPties/TradgPty", "party", "trading party" },
	{ NULL },
};

/* ---- pain.001 ---- */

static const struct wh_camt_column order[] = {
	NEEDED("kind", &wh_camt_text, "@kind"),
	NEEDED("message_id", &wh_camt_text, "GrpHdr/MsgId"),
	MOMENT_NEEDED("created", "GrpHdr/CreDtTm"),
	NEEDED("transfers", &wh_camt_count, "GrpHdr/NbOfTxs"),
	COLUMN("control_sum", &wh_camt_sum, "GrpHdr/CtrlSum"),
	TEXT("initiator", "GrpHdr/InitgPty/Nm"),
	TEXT("initiator_bic", "GrpHdr/InitgPty/Id/OrgId/BICOrBEI", "GrpHdr/InitgPty/Id/OrgId/AnyBIC"),
	TEXT("initiator_id", "GrpHdr/InitgPty/Id/OrgId/Othr/Id", "GrpHdr/InitgPty/Id/PrvtId/Othr/Id"),
	{ NULL },
};

/* Who pays or is paid, with a country and lines of the address. */
#define SIDE(name, element) \
	TEXT(name, element "/Nm"), TEXT(name "_country", element "/PstlAdr/Ctry"), \
		COLUMN(name "_address", &wh_camt_lines, element "/PstlAdr/AdrLine")

static const struct wh_camt_column payment[] = {
	NEEDED("message_record", &wh_camt_record, "^message"),
	NEEDED("payment_id", &wh_camt_text, "PmtInfId"),
	NEEDED("payment_method", &wh_camt_text, "PmtMtd"),
	COLUMN("batch_booking", &wh_camt_flag, "BtchBookg"),
	COLUMN("transfers", &wh_camt_count, "NbOfTxs"),
	COLUMN("control_sum", &wh_camt_sum, "CtrlSum"),
	TEXT("priority", "PmtTpInf/InstrPrty"),
	TEXT("service_level", EITHER("PmtTpInf/SvcLvl")),
	TEXT("local_instrument", EITHER("PmtTpInf/LclInstrm")),
	TEXT("category_purpose", EITHER("PmtTpInf/CtgyPurp")),
	MOMENT_NEEDED("execution", "ReqdExctnDt", DAY("ReqdExctnDt")),
	SIDE("debtor", "Dbtr"),
	ACCOUNT_NEEDED("debtor_", "DbtrAcct"),
	COLUMN("debtor_currency", &wh_camt_currency, "DbtrAcct/Ccy"),
	TEXT("debtor_bank_bic", BIC("DbtrAgt")),
	TEXT("ultimate_debtor", "UltmtDbtr/Nm"),
	TEXT("charge_bearer", "ChrgBr"),
	{ NULL },
};

static const struct wh_camt_column transfer[] = {
	NEEDED("payment_record", &wh_camt_record, "^payment"),
	TEXT("instruction_id", "PmtId/InstrId"),
	NEEDED("end_to_end_id", &wh_camt_text, "PmtId/EndToEndId"),
	TEXT("uetr", "PmtId/UETR"),
	TEXT("service_level", EITHER("PmtTpInf/SvcLvl")),
	NEEDED("amount", &wh_camt_amount, "Amt/InstdAmt", "Amt/EqvtAmt/Amt"),
	NEEDED("currency", &wh_camt_currency, "Amt/InstdAmt/@Ccy", "Amt/EqvtAmt/Amt/@Ccy"),
	COLUMN("transfer_currency", &wh_camt_currency, "Amt/EqvtAmt/CcyOfTrf"),
	TEXT("charge_bearer", "ChrgBr"),
	TEXT("ultimate_debtor", "UltmtDbtr/Nm"),
	TEXT("creditor_bank_bic", BIC("CdtrAgt")),
	TEXT("creditor_bank", "CdtrAgt/FinInstnId/Nm"),
	SIDE("creditor", "Cdtr"),
	ACCOUNT("creditor_", "CdtrAcct"),
	TEXT("ultimate_creditor", "UltmtCdtr/Nm"),
	TEXT("purpose", EITHER("Purp")),
	REMITTANCE,
	{ NULL },
};

static const struct wh_camt_column other[] = {
	NEEDED("of_table", &wh_camt_text, "@table"),
	NEEDED("of_record", &wh_camt_record, "@record"),
	NEEDED("path", &wh_camt_text, "@path"),
	NEEDED("value", &wh_camt_text, "@value"),
	{ NULL },
};

const struct wh_camt_table wh_camt_message = { "message", "files: their group headers",
	.columns = message };
const struct wh_camt_table wh_camt_statement = { "statement",
	"statements, reports and notifications of an account", "message", { "Stmt", "Rpt", "Ntfctn" },
	{ "BkToCstmrStmt", "BkToCstmrAcctRpt", "BkToCstmrDbtCdtNtfctn" }, statement };
const struct wh_camt_table wh_camt_balance = { "balance", "balances; a debit is negative",
	"statement", { "Bal" }, { "Stmt" }, balance };
const struct wh_camt_table wh_camt_entry = { "entry", "entries; a debit is negative", "statement",
	{ "Ntry" }, { NULL }, entry };
const struct wh_camt_table wh_camt_batch = { "batch", "the groups of an entry's details", "entry",
	{ "NtryDtls" }, { NULL }, batch };
const struct wh_camt_table wh_camt_detail = { "detail", "transactions that make up an entry",
	"batch", { "TxDtls" }, { NULL }, detail };
const struct wh_camt_table wh_camt_party = { "party",
	"who pays or is paid in a transaction, with account and bank", "detail", { NULL }, { NULL },
	party };
const struct wh_camt_table wh_camt_order = { "message", "files: their group headers",
	.columns = order };
const struct wh_camt_table wh_camt_payment = { "payment", "orders from one account", "message",
	{ "PmtInf" }, { "CstmrCdtTrfInitn" }, payment };
const struct wh_camt_table wh_camt_transfer = { "transfer", "credit transfers of an order",
	"payment", { "CdtTrfTxInf" }, { "PmtInf" }, transfer };
const struct wh_camt_table wh_camt_other = { "other_value",
	"what the files hold beyond the columns of the other tables", .columns = other };

static const struct wh_camt_table *const camt_tables[] = { &wh_camt_message, &wh_camt_statement,
	&wh_camt_balance, &wh_camt_entry, &wh_camt_batch, &wh_camt_detail, &wh_camt_party,
	&wh_camt_other, NULL };
static const struct wh_camt_table *const pain_tables[] = { &wh_camt_order, &wh_camt_payment,
	&wh_camt_transfer, &wh_camt_other, NULL };

static const struct wh_camt_family camt = { "camt", camt_tables };
static const struct wh_camt_family pain = { "pain", pain_tables };

const struct wh_camt_kind wh_camt_kinds[] = {
	{ "camt.052", "BkToCstmrAcctRpt", "report", &camt },
	{ "camt.053", "BkToCstmrStmt", "statement", &camt },
	{ "camt.054", "BkToCstmrDbtCdtNtfctn", "notification", &camt },
	{ "pain.001", "CstmrCdtTrfInitn", "order", &pain },
	{ NULL },
};

size_t wh_camt_column(const struct wh_camt_table *t, const char *name)
{
	for (size_t i = 0; t->columns[i].name; i++)
		if (strcmp(t->columns[i].name, name) == 0)
			return i;
	return SIZE_MAX;
}

const char *wh_camt_below(const char *path, const char *element)
{
	size_t n = strlen(element);
	return strncmp(path, element, n) == 0 && path[n] == '/' ? path + n + 1 : NULL;
}

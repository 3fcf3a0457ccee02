#include "codecs/camt/tables.h"
#include <string.h>

#define BIC(agent) agent "/FinInstnId/BIC|" agent "/FinInstnId/BICFI"
#define EITHER(choice) choice "/Cd|" choice "/Prtry"

#define COLUMN(...) \
	{ \
		__VA_ARGS__ \
	}

/* A date, or date and time: one text that is two columns. */
#define CLOCK(name, paths) COLUMN(name "_time", &wh_camt_clock, paths)
#define MOMENT(name, paths) COLUMN(name "_date", &wh_camt_date, paths), CLOCK(name, paths)
#define MOMENT_NEEDED(name, paths) \
	COLUMN(name "_date", &wh_camt_date, paths, .needed = true), CLOCK(name, paths)
#define DAY(element) element "/Dt|" element "/DtTm"

#define AMOUNT(name, form, path) \
	COLUMN(name "amount", form, path), COLUMN(name "currency", &wh_camt_currency, path "/@Ccy")
#define AMOUNT_NEEDED(form, path) \
	COLUMN("amount", form, path, .needed = true), \
		COLUMN("currency", &wh_camt_currency, path "/@Ccy", .needed = true)

#define OTHER_ACCOUNT(name, element) COLUMN(name "account", &wh_camt_text, element "/Id/Othr/Id")
#define ACCOUNT(name, element) \
	COLUMN(name "iban", &wh_camt_text, element "/Id/IBAN"), OTHER_ACCOUNT(name, element)
#define ACCOUNT_NEEDED(name, element) \
	COLUMN(name "iban", &wh_camt_text, element "/Id/IBAN", .or_next = true), \
		OTHER_ACCOUNT(name, element)

#define BANK_CODES \
	COLUMN("domain", &wh_camt_text, "BkTxCd/Domn/Cd"), \
		COLUMN("family", &wh_camt_text, "BkTxCd/Domn/Fmly/Cd"), \
		COLUMN("subfamily", &wh_camt_text, "BkTxCd/Domn/Fmly/SubFmlyCd"), \
		COLUMN("bank_code", &wh_camt_text, "BkTxCd/Prtry/Cd"), \
		COLUMN("bank_code_issuer", &wh_camt_text, "BkTxCd/Prtry/Issr")

#define CREDITOR_REFERENCE "RmtInf/Strd/CdtrRefInf"
#define REMITTANCE \
	COLUMN("remittance", &wh_camt_lines, "RmtInf/Ustrd"), \
		COLUMN("creditor_reference_type", &wh_camt_text, \
			EITHER(CREDITOR_REFERENCE "/Tp/CdOrPrtry")), \
		COLUMN("creditor_reference", &wh_camt_text, CREDITOR_REFERENCE "/Ref")

/* ---- camt ---- */

static const struct wh_camt_column message[] = {
	{ "kind", &wh_camt_text, "@kind", .needed = true },
	{ "message_id", &wh_camt_text, "GrpHdr/MsgId", .needed = true },
	MOMENT_NEEDED("created", "GrpHdr/CreDtTm"),
	{ "recipient", &wh_camt_text, "GrpHdr/MsgRcpt/Nm" },
	{ "recipient_bic", &wh_camt_text,
		"GrpHdr/MsgRcpt/Id/OrgId/BICOrBEI|GrpHdr/MsgRcpt/Id/OrgId/AnyBIC" },
	{ "recipient_id", &wh_camt_text, "GrpHdr/MsgRcpt/Id/OrgId/Othr/Id" },
	{ "page", &wh_camt_count, "GrpHdr/MsgPgntn/PgNb" },
	{ "last_page", &wh_camt_flag, "GrpHdr/MsgPgntn/LastPgInd" },
	{ "additional_info", &wh_camt_text, "GrpHdr/AddtlInf" },
	{ NULL },
};

static const struct wh_camt_column statement[] = {
	{ "message_record", &wh_camt_record, "^message", .needed = true },
	{ "kind", &wh_camt_text, "@kind", .needed = true },
	{ "statement_id", &wh_camt_text, "Id", .needed = true },
	{ "page", &wh_camt_count, "StmtPgntn/PgNb|RptPgntn/PgNb|NtfctnPgntn/PgNb" },
	{ "last_page", &wh_camt_flag, "StmtPgntn/LastPgInd|RptPgntn/LastPgInd|NtfctnPgntn/LastPgInd" },
	{ "electronic_number", &wh_camt_count, "ElctrncSeqNb" },
	{ "legal_number", &wh_camt_count, "LglSeqNb" },
	MOMENT("created", "CreDtTm"),
	MOMENT("from", "FrToDt/FrDtTm"),
	MOMENT("to", "FrToDt/ToDtTm"),
	{ "copy_duplicate", &wh_camt_text, "CpyDplctInd" },
	ACCOUNT_NEEDED("", "Acct"),
	{ "account_type", &wh_camt_text, EITHER("Acct/Tp") },
	{ "account_currency", &wh_camt_currency, "Acct/Ccy" },
	{ "account_name", &wh_camt_text, "Acct/Nm" },
	{ "owner", &wh_camt_text, "Acct/Ownr/Nm" },
	{ "servicer_bic", &wh_camt_text, BIC("Acct/Svcr") },
	{ "servicer", &wh_camt_text, "Acct/Svcr/FinInstnId/Nm" },
	{ "entries", &wh_camt_count, "TxsSummry/TtlNtries/NbOfNtries" },
	{ "entries_sum", &wh_camt_sum, "TxsSummry/TtlNtries/Sum" },
	{ "entries_net", &wh_camt_net,
		"TxsSummry/TtlNtries/TtlNetNtryAmt|TxsSummry/TtlNtries/TtlNetNtry/Amt" },
	{ "entries_net_direction", &wh_camt_direction,
		"TxsSummry/TtlNtries/CdtDbtInd|TxsSummry/TtlNtries/TtlNetNtry/CdtDbtInd" },
	{ "credits", &wh_camt_count, "TxsSummry/TtlCdtNtries/NbOfNtries" },
	{ "credits_sum", &wh_camt_sum, "TxsSummry/TtlCdtNtries/Sum" },
	{ "debits", &wh_camt_count, "TxsSummry/TtlDbtNtries/NbOfNtries" },
	{ "debits_sum", &wh_camt_sum, "TxsSummry/TtlDbtNtries/Sum" },
	{ "additional_info", &wh_camt_text, "AddtlStmtInf|AddtlRptInf|AddtlNtfctnInf" },
	{ NULL },
};

static const struct wh_camt_column balance[] = {
	{ "statement_record", &wh_camt_record, "^statement", .needed = true },
	{ "balance_type", &wh_camt_text, EITHER("Tp/CdOrPrtry"), .needed = true },
	{ "balance_subtype", &wh_camt_text, EITHER("Tp/SubTp") },
	AMOUNT_NEEDED(&wh_camt_signed, "Amt"),
	{ "direction", &wh_camt_direction, "CdtDbtInd", .needed = true },
	MOMENT_NEEDED("balance", DAY("Dt")),
	{ NULL },
};

static const struct wh_camt_column entry[] = {
	{ "statement_record", &wh_camt_record, "^statement", .needed = true },
	{ "entry_reference", &wh_camt_text, "NtryRef" },
	AMOUNT_NEEDED(&wh_camt_signed, "Amt"),
	{ "direction", &wh_camt_direction, "CdtDbtInd", .needed = true },
	{ "reversal", &wh_camt_flag, "RvslInd" },
	{ "status", &wh_camt_text, "Sts|Sts/Cd|Sts/Prtry", .needed = true },
	MOMENT("booking", DAY("BookgDt")),
	MOMENT("value", DAY("ValDt")),
	{ "servicer_reference", &wh_camt_text, "AcctSvcrRef" },
	BANK_CODES,
	{ "additional_info", &wh_camt_text, "AddtlNtryInf" },
	{ NULL },
};

static const struct wh_camt_column batch[] = {
	{ "entry_record", &wh_camt_record, "^entry", .needed = true },
	{ "message_id", &wh_camt_text, "Btch/MsgId" },
	{ "payment_id", &wh_camt_text, "Btch/PmtInfId" },
	{ "transactions", &wh_camt_count, "Btch/NbOfTxs" },
	AMOUNT("", &wh_camt_signed, "Btch/TtlAmt"),
	{ "direction", &wh_camt_direction, "Btch/CdtDbtInd" },
	{ NULL },
};

static const struct wh_camt_column detail[] = {
	{ "entry_record", &wh_camt_record, "^entry", .needed = true },
	{ "batch_record", &wh_camt_record, "^batch", .needed = true },
	{ "message_id", &wh_camt_text, "Refs/MsgId" },
	{ "servicer_reference", &wh_camt_text, "Refs/AcctSvcrRef" },
	{ "payment_id", &wh_camt_text, "Refs/PmtInfId" },
	{ "instruction_id", &wh_camt_text, "Refs/InstrId" },
	{ "end_to_end_id", &wh_camt_text, "Refs/EndToEndId" },
	{ "uetr", &wh_camt_text, "Refs/UETR" },
	{ "transaction_id", &wh_camt_text, "Refs/TxId" },
	{ "mandate_id", &wh_camt_text, "Refs/MndtId" },
	{ "cheque_number", &wh_camt_text, "Refs/ChqNb" },
	{ "clearing_reference", &wh_camt_text, "Refs/ClrSysRef" },
	AMOUNT("", &wh_camt_signed, "Amt"),
	{ "direction", &wh_camt_direction, "CdtDbtInd" },
	AMOUNT("instructed_", &wh_camt_amount, "AmtDtls/InstdAmt/Amt"),
	AMOUNT("transaction_", &wh_camt_amount, "AmtDtls/TxAmt/Amt"),
	BANK_CODES,
	{ "purpose", &wh_camt_text, EITHER("Purp") },
	REMITTANCE,
	{ "return_reason", &wh_camt_text, EITHER("RtrInf/Rsn") },
	{ "return_info", &wh_camt_lines, "RtrInf/AddtlInf" },
	{ "additional_info", &wh_camt_text, "AddtlTxInf" },
	{ NULL },
};

static const struct wh_camt_column party[] = {
	{ "detail_record", &wh_camt_record, "^detail", .needed = true },
	{ "role", &wh_camt_text, "@role", .needed = true },
	{ "name", &wh_camt_text, "party/Nm|party/Pty/Nm|party/Agt/FinInstnId/Nm" },
	{ "street", &wh_camt_text, "party/PstlAdr/StrtNm|party/Pty/PstlAdr/StrtNm" },
	{ "building", &wh_camt_text, "party/PstlAdr/BldgNb|party/Pty/PstlAdr/BldgNb" },
	{ "post_code", &wh_camt_text, "party/PstlAdr/PstCd|party/Pty/PstlAdr/PstCd" },
	{ "town", &wh_camt_text, "party/PstlAdr/TwnNm|party/Pty/PstlAdr/TwnNm" },
	{ "country", &wh_camt_text, "party/PstlAdr/Ctry|party/Pty/PstlAdr/Ctry" },
	{ "address", &wh_camt_lines, "party/PstlAdr/AdrLine|party/Pty/PstlAdr/AdrLine" },
	{ "party_bic", &wh_camt_text,
		"party/Id/OrgId/BICOrBEI|party/Id/OrgId/AnyBIC|party/Pty/Id/OrgId/AnyBIC|" BIC(
			"party/Agt") },
	{ "party_id", &wh_camt_text,
		"party/Id/OrgId/Othr/Id|party/Id/PrvtId/Othr/Id|"
		"party/Pty/Id/OrgId/Othr/Id|party/Pty/Id/PrvtId/Othr/Id" },
	ACCOUNT("", "account"),
	{ "account_currency", &wh_camt_currency, "account/Ccy" },
	{ "bank_bic", &wh_camt_text, BIC("agent") },
	{ "bank", &wh_camt_text, "agent/FinInstnId/Nm" },
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
	{ "kind", &wh_camt_text, "@kind", .needed = true },
	{ "message_id", &wh_camt_text, "GrpHdr/MsgId", .needed = true },
	MOMENT_NEEDED("created", "GrpHdr/CreDtTm"),
	{ "transfers", &wh_camt_count, "GrpHdr/NbOfTxs", .needed = true },
	{ "control_sum", &wh_camt_sum, "GrpHdr/CtrlSum" },
	{ "initiator", &wh_camt_text, "GrpHdr/InitgPty/Nm" },
	{ "initiator_bic", &wh_camt_text,
		"GrpHdr/InitgPty/Id/OrgId/BICOrBEI|GrpHdr/InitgPty/Id/OrgId/AnyBIC" },
	{ "initiator_id", &wh_camt_text,
		"GrpHdr/InitgPty/Id/OrgId/Othr/Id|GrpHdr/InitgPty/Id/PrvtId/Othr/Id" },
	{ NULL },
};

/* Who pays or is paid, with a country and lines of the address. */
#define SIDE(name, element) \
	COLUMN(name, &wh_camt_text, element "/Nm"), \
		COLUMN(name "_country", &wh_camt_text, element "/PstlAdr/Ctry"), \
		COLUMN(name "_address", &wh_camt_lines, element "/PstlAdr/AdrLine")

static const struct wh_camt_column payment[] = {
	{ "message_record", &wh_camt_record, "^message", .needed = true },
	{ "payment_id", &wh_camt_text, "PmtInfId", .needed = true },
	{ "payment_method", &wh_camt_text, "PmtMtd", .needed = true },
	{ "batch_booking", &wh_camt_flag, "BtchBookg" },
	{ "transfers", &wh_camt_count, "NbOfTxs" },
	{ "control_sum", &wh_camt_sum, "CtrlSum" },
	{ "priority", &wh_camt_text, "PmtTpInf/InstrPrty" },
	{ "service_level", &wh_camt_text, EITHER("PmtTpInf/SvcLvl") },
	{ "local_instrument", &wh_camt_text, EITHER("PmtTpInf/LclInstrm") },
	{ "category_purpose", &wh_camt_text, EITHER("PmtTpInf/CtgyPurp") },
	MOMENT_NEEDED("execution", "ReqdExctnDt|" DAY("ReqdExctnDt")),
	SIDE("debtor", "Dbtr"),
	ACCOUNT_NEEDED("debtor_", "DbtrAcct"),
	{ "debtor_currency", &wh_camt_currency, "DbtrAcct/Ccy" },
	{ "debtor_bank_bic", &wh_camt_text, BIC("DbtrAgt") },
	{ "ultimate_debtor", &wh_camt_text, "UltmtDbtr/Nm" },
	{ "charge_bearer", &wh_camt_text, "ChrgBr" },
	{ NULL },
};

static const struct wh_camt_column transfer[] = {
	{ "payment_record", &wh_camt_record, "^payment", .needed = true },
	{ "instruction_id", &wh_camt_text, "PmtId/InstrId" },
	{ "end_to_end_id", &wh_camt_text, "PmtId/EndToEndId", .needed = true },
	{ "uetr", &wh_camt_text, "PmtId/UETR" },
	{ "service_level", &wh_camt_text, EITHER("PmtTpInf/SvcLvl") },
	{ "amount", &wh_camt_amount, "Amt/InstdAmt|Amt/EqvtAmt/Amt", .needed = true },
	{ "currency", &wh_camt_currency, "Amt/InstdAmt/@Ccy|Amt/EqvtAmt/Amt/@Ccy", .needed = true },
	{ "transfer_currency", &wh_camt_currency, "Amt/EqvtAmt/CcyOfTrf" },
	{ "charge_bearer", &wh_camt_text, "ChrgBr" },
	{ "ultimate_debtor", &wh_camt_text, "UltmtDbtr/Nm" },
	{ "creditor_bank_bic", &wh_camt_text, BIC("CdtrAgt") },
	{ "creditor_bank", &wh_camt_text, "CdtrAgt/FinInstnId/Nm" },
	SIDE("creditor", "Cdtr"),
	ACCOUNT("creditor_", "CdtrAcct"),
	{ "ultimate_creditor", &wh_camt_text, "UltmtCdtr/Nm" },
	{ "purpose", &wh_camt_text, EITHER("Purp") },
	REMITTANCE,
	{ NULL },
};

static const struct wh_camt_column other[] = {
	{ "of_table", &wh_camt_text, "@table", .needed = true },
	{ "of_record", &wh_camt_record, "@record", .needed = true },
	{ "path", &wh_camt_text, "@path", .needed = true },
	{ "value", &wh_camt_text, "@value", .needed = true },
	{ NULL },
};

#define STATEMENTS "Stmt|Rpt|Ntfctn"

const struct wh_camt_table wh_camt_message = { "message", "files: their group headers",
	.columns = message };
const struct wh_camt_table wh_camt_statement = { "statement",
	"statements, reports and notifications of an account", "message", STATEMENTS,
	"BkToCstmrStmt|BkToCstmrAcctRpt|BkToCstmrDbtCdtNtfctn", statement };
const struct wh_camt_table wh_camt_balance = { "balance", "balances; a debit is negative",
	"statement", "Bal", "Stmt", balance };
const struct wh_camt_table wh_camt_entry = { "entry", "entries; a debit is negative", "statement",
	"Ntry", NULL, entry };
const struct wh_camt_table wh_camt_batch = { "batch", "the groups of an entry's details", "entry",
	"NtryDtls", NULL, batch };
const struct wh_camt_table wh_camt_detail = { "detail", "transactions that make up an entry",
	"batch", "TxDtls", NULL, detail };
const struct wh_camt_table wh_camt_party = { "party",
	"who pays or is paid in a transaction, with account and bank", "detail", NULL, NULL, party };
const struct wh_camt_table wh_camt_order = { "message", "files: their group headers",
	.columns = order };
const struct wh_camt_table wh_camt_payment = { "payment", "orders from one account", "message",
	"PmtInf", "CstmrCdtTrfInitn", payment };
const struct wh_camt_table wh_camt_transfer = { "transfer", "credit transfers of an order",
	"payment", "CdtTrfTxInf", "PmtInf", transfer };
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

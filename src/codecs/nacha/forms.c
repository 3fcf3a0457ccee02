#include "codecs/nacha/form.h"

#define TEXT WH_NACHA_TEXT
#define RIGHT WH_NACHA_RIGHT
#define NUMBER WH_NACHA_NUMBER
#define CENTS WH_NACHA_CENTS
#define DATE WH_NACHA_DATE

/* What several forms share. */
/* clang-format off */
#define FILE_COUNTS \
	{ "batch_count", 2, 6, NUMBER, WH_NACHA_BATCHES }, \
	{ "block_count", 8, 6, NUMBER, WH_NACHA_BLOCKS }, \
	{ "entry_addenda_count", 14, 8, NUMBER, WH_NACHA_COUNT }, \
	{ "entry_hash", 22, 10, NUMBER, WH_NACHA_HASH }
#define BATCH_TAIL \
	{ "effective_entry_date", 70, 6, DATE }, \
	{ "settlement_date", 76, 3 }, \
	{ "originator_status_code", 79, 1 }, \
	{ "odfi_id", 80, 8 }, \
	{ "batch_number", 88, 7, NUMBER }
#define CONTROL_HEAD \
	{ "control_service_class_code", 2, 3, TEXT, WH_NACHA_HEADER, "service_class_code" }, \
	{ "entry_addenda_count", 5, 6, NUMBER, WH_NACHA_COUNT }, \
	{ "entry_hash", 11, 10, NUMBER, WH_NACHA_HASH }
#define CONTROL_AMOUNTS \
	{ "debit_total", 21, 12, CENTS, WH_NACHA_DEBIT }, \
	{ "credit_total", 33, 12, CENTS, WH_NACHA_CREDIT }
#define CONTROL_CODE { "message_authentication_code", 55, 19 }, { "control_reserved", 74, 6 }
#define CONTROL_TAIL \
	{ "control_odfi_id", 80, 8, TEXT, WH_NACHA_HEADER, "odfi_id" }, \
	{ "control_batch_number", 88, 7, NUMBER, WH_NACHA_HEADER, "batch_number" }
#define ENTRY_HEAD { "transaction_code", 2, 2 }, { "rdfi_id", 4, 8 }, { "check_digit", 12, 1 }
#define ENTRY_AMOUNT { "account", 13, 17 }, { "amount", 30, 10, CENTS }
#define ENTRY_TAIL { "addenda_indicator", 79, 1 }, { "trace_number", 80, 15 }
#define ADDENDA { "addenda_type", 2, 2 }
#define OF_ENTRY { "entry_sequence", 88, 7 }
#define TRACE { "trace_number", 80, 15 }
#define ORIGINAL { "original_trace_number", 7, 15 }
/* clang-format on */

const char *const wh_nacha_table_names[WH_NACHA_TABLES] = { "ach_file", "ach_file_control", "batch",
	"entry", "addenda" };

static const struct wh_nacha_field file_header[] = {
	{ "priority_code", 2, 2 },
	{ "immediate_destination", 4, 10, RIGHT },
	{ "immediate_origin", 14, 10, RIGHT },
	{ "file_creation_date", 24, 6, DATE },
	{ "file_creation_time", 30, 4 },
	{ "file_id_modifier", 34, 1 },
	{ "record_size", 35, 3 },
	{ "blocking_factor", 38, 2 },
	{ "format_code", 40, 1 },
	{ "destination_name", 41, 23 },
	{ "origin_name", 64, 23 },
	{ "reference_code", 87, 8 },
};

static const struct wh_nacha_field file_control[] = {
	FILE_COUNTS,
	{ "debit_total", 32, 12, CENTS, WH_NACHA_DEBIT },
	{ "credit_total", 44, 12, CENTS, WH_NACHA_CREDIT },
	{ "reserved", 56, 39 },
};

static const struct wh_nacha_field adv_file_control[] = {
	FILE_COUNTS,
	{ "debit_total", 32, 20, CENTS, WH_NACHA_DEBIT },
	{ "credit_total", 52, 20, CENTS, WH_NACHA_CREDIT },
	{ "reserved", 72, 23 },
};

static const struct wh_nacha_field batch_header[] = {
	{ "service_class_code", 2, 3 },
	{ "company_name", 5, 16 },
	{ "company_discretionary_data", 21, 20 },
	{ "company_id", 41, 10 },
	{ "standard_entry_class", 51, 3 },
	{ "company_entry_description", 54, 10 },
	{ "company_descriptive_date", 64, 6 },
	BATCH_TAIL,
};

static const struct wh_nacha_field iat_batch_header[] = {
	{ "service_class_code", 2, 3 },
	{ "iat_indicator", 5, 16 },
	{ "foreign_exchange_indicator", 21, 2 },
	{ "foreign_exchange_reference_indicator", 23, 1 },
	{ "foreign_exchange_reference", 24, 15 },
	{ "destination_country", 39, 2 },
	{ "company_id", 41, 10 },
	{ "standard_entry_class", 51, 3 },
	{ "company_entry_description", 54, 10 },
	{ "originating_currency", 64, 3 },
	{ "destination_currency", 67, 3 },
	BATCH_TAIL,
};

static const struct wh_nacha_field batch_control[] = {
	CONTROL_HEAD,
	CONTROL_AMOUNTS,
	{ "control_company_id", 45, 10, TEXT, WH_NACHA_HEADER, "company_id" },
	CONTROL_CODE,
	CONTROL_TAIL,
};

static const struct wh_nacha_field iat_batch_control[] = {
	CONTROL_HEAD,
	CONTROL_AMOUNTS,
	{ "control_company_id", 45, 10 },
	CONTROL_CODE,
	CONTROL_TAIL,
};

static const struct wh_nacha_field adv_batch_control[] = {
	CONTROL_HEAD,
	{ "debit_total", 21, 20, CENTS, WH_NACHA_DEBIT },
	{ "credit_total", 41, 20, CENTS, WH_NACHA_CREDIT },
	{ "operator_data", 61, 19 },
	CONTROL_TAIL,
};

static const struct wh_nacha_field entry[] = {
	ENTRY_HEAD,
	ENTRY_AMOUNT,
	{ "individual_id", 40, 15 },
	{ "individual_name", 55, 22 },
	{ "discretionary_data", 77, 2 },
	ENTRY_TAIL,
};

static const struct wh_nacha_field cie_entry[] = {
	ENTRY_HEAD,
	ENTRY_AMOUNT,
	{ "individual_name", 40, 15 },
	{ "individual_id", 55, 22 },
	{ "discretionary_data", 77, 2 },
	ENTRY_TAIL,
};

static const struct wh_nacha_field corporate_entry[] = {
	ENTRY_HEAD,
	ENTRY_AMOUNT,
	{ "individual_id", 40, 15 },
	{ "addenda_count", 55, 4, NUMBER },
	{ "individual_name", 59, 16 },
	{ "reserved", 75, 2 },
	{ "discretionary_data", 77, 2 },
	ENTRY_TAIL,
};

static const struct wh_nacha_field check_entry[] = {
	ENTRY_HEAD,
	ENTRY_AMOUNT,
	{ "check_serial_number", 40, 15 },
	{ "individual_name", 55, 22 },
	{ "discretionary_data", 77, 2 },
	ENTRY_TAIL,
};

static const struct wh_nacha_field pop_entry[] = {
	ENTRY_HEAD,
	ENTRY_AMOUNT,
	{ "check_serial_number", 40, 9 },
	{ "terminal_city", 49, 4 },
	{ "terminal_state", 53, 2 },
	{ "individual_name", 55, 22 },
	{ "discretionary_data", 77, 2 },
	ENTRY_TAIL,
};

static const struct wh_nacha_field truncated_entry[] = {
	ENTRY_HEAD,
	ENTRY_AMOUNT,
	{ "check_serial_number", 40, 15 },
	{ "process_control", 55, 6 },
	{ "item_research_number", 61, 16 },
	{ "item_type", 77, 2 },
	ENTRY_TAIL,
};

static const struct wh_nacha_field shr_entry[] = {
	ENTRY_HEAD,
	ENTRY_AMOUNT,
	{ "card_expiration_date", 40, 4 },
	{ "document_reference_number", 44, 11 },
	{ "card_account", 55, 22 },
	{ "card_transaction_type", 77, 2 },
	ENTRY_TAIL,
};

static const struct wh_nacha_field iat_entry[] = {
	ENTRY_HEAD,
	{ "addenda_count", 13, 4, NUMBER },
	{ "reserved", 17, 13 },
	{ "amount", 30, 10, CENTS },
	{ "account", 40, 35 },
	{ "reserved_2", 75, 2 },
	{ "gateway_ofac_indicator", 77, 1 },
	{ "secondary_ofac_indicator", 78, 1 },
	ENTRY_TAIL,
};

static const struct wh_nacha_field adv_entry[] = {
	ENTRY_HEAD,
	{ "account", 13, 15 },
	{ "amount", 28, 12, CENTS },
	{ "advice_routing_number", 40, 9 },
	{ "file_identification", 49, 5 },
	{ "operator_data", 54, 1 },
	{ "individual_name", 55, 22 },
	{ "discretionary_data", 77, 2 },
	{ "addenda_indicator", 79, 1 },
	{ "operator_routing_number", 80, 8 },
	{ "julian_day", 88, 3 },
	{ "sequence_number", 91, 4, NUMBER },
};

static const struct wh_nacha_field addenda_02[] = {
	ADDENDA,
	{ "reference_information", 4, 7 },
	{ "reference_information_2", 11, 3 },
	{ "terminal_id", 14, 6 },
	{ "transaction_serial_number", 20, 6 },
	{ "transaction_date", 26, 4 },
	{ "authorization_code", 30, 6 },
	{ "terminal_location", 36, 27 },
	{ "terminal_city", 63, 15 },
	{ "terminal_state", 78, 2 },
	TRACE,
};

static const struct wh_nacha_field addenda_05[] = {
	ADDENDA,
	{ "payment_information", 4, 80 },
	{ "addenda_sequence", 84, 4, NUMBER },
	OF_ENTRY,
};

static const struct wh_nacha_field addenda_10[] = {
	ADDENDA,
	{ "transaction_type", 4, 3 },
	{ "foreign_payment_amount", 7, 18, CENTS },
	{ "foreign_trace_number", 25, 22 },
	{ "receiver_name", 47, 35 },
	{ "reserved", 82, 6 },
	OF_ENTRY,
};

static const struct wh_nacha_field addenda_11[] = {
	ADDENDA,
	{ "originator_name", 4, 35 },
	{ "originator_street", 39, 35 },
	{ "reserved", 74, 14 },
	OF_ENTRY,
};

static const struct wh_nacha_field addenda_12[] = {
	ADDENDA,
	{ "originator_city_state", 4, 35 },
	{ "originator_country_postal_code", 39, 35 },
	{ "reserved", 74, 14 },
	OF_ENTRY,
};

static const struct wh_nacha_field addenda_bank[] = {
	ADDENDA,
	{ "bank_name", 4, 35 },
	{ "bank_id_qualifier", 39, 2 },
	{ "bank_id", 41, 34 },
	{ "bank_country", 75, 3 },
	{ "reserved", 78, 10 },
	OF_ENTRY,
};

static const struct wh_nacha_field addenda_15[] = {
	ADDENDA,
	{ "receiver_id", 4, 15 },
	{ "receiver_street", 19, 35 },
	{ "reserved", 54, 34 },
	OF_ENTRY,
};

static const struct wh_nacha_field addenda_16[] = {
	ADDENDA,
	{ "receiver_city_state", 4, 35 },
	{ "receiver_country_postal_code", 39, 35 },
	{ "reserved", 74, 14 },
	OF_ENTRY,
};

static const struct wh_nacha_field addenda_18[] = {
	ADDENDA,
	{ "bank_name", 4, 35 },
	{ "bank_id_qualifier", 39, 2 },
	{ "bank_id", 41, 34 },
	{ "bank_country", 75, 3 },
	{ "reserved", 78, 6 },
	{ "addenda_sequence", 84, 4, NUMBER },
	OF_ENTRY,
};

static const struct wh_nacha_field change[] = {
	ADDENDA,
	{ "change_code", 4, 3 },
	ORIGINAL,
	{ "reserved", 22, 6 },
	{ "original_rdfi_id", 28, 8 },
	{ "corrected_data", 36, 29 },
	{ "reserved_2", 65, 15 },
	TRACE,
};

static const struct wh_nacha_field refused_change[] = {
	ADDENDA,
	{ "refusal_code", 4, 3 },
	ORIGINAL,
	{ "reserved", 22, 6 },
	{ "original_rdfi_id", 28, 8 },
	{ "corrected_data", 36, 29 },
	{ "change_code", 65, 3 },
	{ "trace_sequence_number", 68, 7 },
	{ "reserved_2", 75, 5 },
	TRACE,
};

static const struct wh_nacha_field returned[] = {
	ADDENDA,
	{ "return_code", 4, 3 },
	ORIGINAL,
	{ "date_of_death", 22, 6, DATE },
	{ "original_rdfi_id", 28, 8 },
	{ "addenda_information", 36, 44 },
	TRACE,
};

static const struct wh_nacha_field dishonored[] = {
	ADDENDA,
	{ "dishonored_return_code", 4, 3 },
	ORIGINAL,
	{ "reserved", 22, 6 },
	{ "original_rdfi_id", 28, 8 },
	{ "reserved_2", 36, 3 },
	{ "return_trace_number", 39, 15 },
	{ "return_settlement_date", 54, 3 },
	{ "return_code", 57, 2 },
	{ "addenda_information", 59, 21 },
	TRACE,
};

static const struct wh_nacha_field contested[] = {
	ADDENDA,
	{ "contested_return_code", 4, 3 },
	ORIGINAL,
	{ "original_return_date", 22, 6 },
	{ "original_rdfi_id", 28, 8 },
	{ "original_settlement_date", 36, 3 },
	{ "return_trace_number", 39, 15 },
	{ "return_settlement_date", 54, 3 },
	{ "return_code", 57, 2 },
	{ "dishonored_trace_number", 59, 15 },
	{ "dishonored_settlement_date", 74, 3 },
	{ "dishonored_return_code", 77, 2 },
	{ "reserved", 79, 1 },
	TRACE,
};

#define FIELDS(array) .fields = (array), .nfields = sizeof(array) / sizeof *(array)

/* The last that fits is the one: what is general stands before what is special. */
const struct wh_nacha_form wh_nacha_forms[] = {
	{ "file header", WH_NACHA_FILE, '1', FIELDS(file_header) },
	{ "file control", WH_NACHA_FILE_CONTROL, '9', FIELDS(file_control) },
	{ "ADV file control", WH_NACHA_FILE_CONTROL, '9', .of = "ADV", FIELDS(adv_file_control) },
	{ "batch header", WH_NACHA_BATCH, '5', FIELDS(batch_header) },
	{ "IAT batch header", WH_NACHA_BATCH, '5', .of = "IAT", FIELDS(iat_batch_header) },
	{ "batch control", WH_NACHA_BATCH, '8', FIELDS(batch_control) },
	{ "IAT batch control", WH_NACHA_BATCH, '8', .of = "IAT", FIELDS(iat_batch_control) },
	{ "ADV batch control", WH_NACHA_BATCH, '8', .of = "ADV", FIELDS(adv_batch_control) },
	{ "entry", WH_NACHA_ENTRY, '6', FIELDS(entry) },
	{ "CIE entry", WH_NACHA_ENTRY, '6', .of = "CIE", FIELDS(cie_entry) },
	{ "corporate entry", WH_NACHA_ENTRY, '6', .of = "CTX ATX ENR TRX", .counted = true,
		FIELDS(corporate_entry) },
	{ "check entry", WH_NACHA_ENTRY, '6', .of = "ARC BOC RCK", FIELDS(check_entry) },
	{ "POP entry", WH_NACHA_ENTRY, '6', .of = "POP", FIELDS(pop_entry) },
	{ "truncated entry", WH_NACHA_ENTRY, '6', .of = "TRC XCK", FIELDS(truncated_entry) },
	{ "SHR entry", WH_NACHA_ENTRY, '6', .of = "SHR", FIELDS(shr_entry) },
	{ "IAT entry", WH_NACHA_ENTRY, '6', .of = "IAT", FIELDS(iat_entry) },
	{ "ADV entry", WH_NACHA_ENTRY, '6', .of = "ADV", FIELDS(adv_entry) },
	{ "addenda 05", WH_NACHA_ADDENDA, '7', .of = "05 17", FIELDS(addenda_05) },
	{ "addenda 02", WH_NACHA_ADDENDA, '7', .of = "02", FIELDS(addenda_02) },
	{ "addenda 10", WH_NACHA_ADDENDA, '7', .of = "10", FIELDS(addenda_10) },
	{ "addenda 11", WH_NACHA_ADDENDA, '7', .of = "11", FIELDS(addenda_11) },
	{ "addenda 12", WH_NACHA_ADDENDA, '7', .of = "12", FIELDS(addenda_12) },
	{ "addenda 13", WH_NACHA_ADDENDA, '7', .of = "13 14", FIELDS(addenda_bank) },
	{ "addenda 15", WH_NACHA_ADDENDA, '7', .of = "15", FIELDS(addenda_15) },
	{ "addenda 16", WH_NACHA_ADDENDA, '7', .of = "16", FIELDS(addenda_16) },
	{ "addenda 18", WH_NACHA_ADDENDA, '7', .of = "18", FIELDS(addenda_18) },
	{ "return", WH_NACHA_ADDENDA, '7', .of = "99", FIELDS(returned) },
	{ "dishonored return", WH_NACHA_ADDENDA, '7', .of = "99", .codes = "R61 R62 R67 R68 R69 R70",
		FIELDS(dishonored) },
	{ "contested dishonored return", WH_NACHA_ADDENDA, '7', .of = "99",
		.codes = "R71 R72 R73 R74 R75 R76 R77", FIELDS(contested) },
	{ "change", WH_NACHA_ADDENDA, '7', .of = "98", FIELDS(change) },
	{ "refused change", WH_NACHA_ADDENDA, '7', .of = "98",
		.codes = "C61 C62 C63 C64 C65 C66 C67 C68 C69", FIELDS(refused_change) },
};
const size_t wh_nacha_nforms = sizeof wh_nacha_forms / sizeof *wh_nacha_forms;

#include "cli/commands.h"

#define ANY "[MIGRATION]"
#define ENDS "SOURCE TARGET | [MIGRATION]"
#define SOURCE "SOURCE [TARGET] | [MIGRATION]"

const struct wh_command wh_commands[] = {
	{ "run", ENDS, 0, 2, "move a database and prove that everything arrived",
		"Inspects the source, plans, copies, builds keys and indexes, verifies every row and writes "
		"the report. SOURCE and TARGET are URLs; `whimbrel kinds` lists their forms. MIGRATION is a "
		"migration.yaml or the folder it stands in.\n\n"
		"With two URLs the work folder is ./whimbrel-NAME-HASH, made where it is missing; the "
		"settings are kept there as migration.yaml, so the folder itself can be named as MIGRATION "
		"from then on. The same command run again goes on where it stopped; a finished migration "
		"is verified again.\n\n"
		"A password is best kept out of the arguments, where other users can see it: put "
		"password_file, password_env or password_command in migration.yaml.",
		"whimbrel run mysql://shop@db1/shop postgresql://app@pg1/shop\n"
		"whimbrel run sqlite:shop.db postgresql://app@pg1/shop\n"
		"whimbrel run ./whimbrel-shop-1a2b3c4d",
		wh_command_run },
	{ "init", "SOURCE TARGET", 2, 2, "print a migration.yaml to start from",
		"Prints a commented migration.yaml for the two URLs and opens neither. With --workdir it is "
		"written into that folder instead, and a password that stood in a URL into a file beside it "
		"that only its owner can read.",
		"whimbrel init mysql://shop@db1/shop postgresql://app@pg1/shop > migration.yaml",
		wh_command_init },
	{ "assess", SOURCE, 0, 2, "say what a move will meet, before anything is written",
		"Reads the source and a sample of its rows, and writes assess.html and assess.json into the "
		"work folder: a verdict, what was looked at, each finding with minutes of work and a fix to "
		"paste, the shape of the data, time and costs. Nothing is written on the source. On the target, "
		"rows of the largest tables are copied into scratch tables to measure the time, and removed "
		"again; --read-only leaves it alone. Without a "
		"TARGET the move is taken to be to the same engine.\n\n"
		"Findings of severity error (not ready) end with exit code 4.",
		"whimbrel assess mysql://shop@db1/shop postgresql://app@pg1/shop\n"
		"whimbrel assess --sample all --prices prices.yaml ./whimbrel-shop-1a2b3c4d",
		wh_command_assess, .source_alone = true },
	{ "plan", ENDS, 0, 2, "show what a run would do, and write nothing",
		"Inspects the source and prints the plan: tables, types, what is not carried and why.",
		"whimbrel plan --sql sqlite:shop.db postgresql://app@pg1/shop", wh_command_plan },
	{ "copy", ANY, 0, 1, "copy what is missing and build the rest",
		"The part of run up to the verification. Run again, it goes on where it stopped.",
		"whimbrel copy ./shop", wh_command_copy },
	{ "verify", ANY, 0, 1, "compare the target with what was copied, row by row",
		"Reads the target back and compares it with the digests taken while the rows were copied. "
		"Differences are located down to key and column and end with exit code 4.",
		"whimbrel verify --both ./whimbrel-shop-1a2b3c4d", wh_command_verify },
	{ "sync", ANY, 0, 1, "follow the side that serves, until stopped",
		"After the copy of a live move (`whimbrel init --live`): applies to the target, in order and "
		"exactly once, what the source's application writes; after the cutover it carries what the "
		"target's writes back to the old source. Survives restarts of either server; stopped or killed, "
		"the same command goes on. `status` shows lag, rates and when it will have caught up.",
		"whimbrel sync ./shop\nwhimbrel sync --until-synced ./shop", wh_command_sync },
	{ "cutover", ANY, 0, 1, "make the target serve, with a pause of writes of about a second",
		"Judges the guards and prints each with its value and its limit; proves the way back; fences "
		"writes off at the source; drains; compares what changed since the verification; sets counters; "
		"opens the target. Whatever fails before that, or takes longer than the deadline, backs out: "
		"exit code 10, and the source serves on. Works whether `sync` runs or not.\n\n"
		"--dry-run prints the guards and changes nothing. Exit code 3 where one does not hold.",
		"whimbrel cutover --dry-run ./shop\nwhimbrel cutover ./shop", wh_command_cutover },
	{ "rollback", ANY, 0, 1, "make the old source serve again, with all that was written since",
		"The cutover with the ends exchanged. A second cutover then needs no new copy.",
		"whimbrel rollback ./shop", wh_command_rollback },
	{ "commit", ANY, 0, 1, "end the way back: the move is over",
		"After a cutover. Removes everything that whimbrel made on either side.",
		"whimbrel commit ./shop", wh_command_commit },
	{ "abort", ANY, 0, 1, "give a live move up, while the source serves",
		"Removes everything that whimbrel made on either side; the tables on the target stay as they "
		"are.",
		"whimbrel abort ./shop", wh_command_abort },
	{ "status", ANY, 0, 1, "say where a migration stands",
		"Reads the journal only; no endpoint is asked.", "whimbrel status ./shop",
		wh_command_status },
	{ "report", ANY, 0, 1, "write the report: one HTML file, and JSON",
		"Writes report.html and report.json from the journal, into the work folder or --output. "
		"Prints where they are.",
		"whimbrel report --output /srv/audit ./shop", wh_command_report },
	{ "quarantine list", ANY, 0, 1, "list the rows that could not be moved",
		"Each with its number, table, key, column and reason.", "whimbrel quarantine list ./shop",
		wh_command_quarantine_list },
	{ "quarantine show", "ID " ANY, 1, 2, "show one row that could not be moved, whole",
		"ID is the row's number in `whimbrel quarantine list`.",
		"whimbrel quarantine show 1 ./shop", wh_command_quarantine_show },
	{ "quarantine retry", ANY, 0, 1, "take rows out of the quarantine after a fix",
		"Reads each row again from the source, by its key, writes it exactly once, takes it out of the "
		"quarantine and verifies. A row that still cannot go stays, with the reason. The fix may be in "
		"the data, on either side, or in migration.yaml: a policy that was \"quarantine\", or a type "
		"that the target's column has been given meanwhile. Killed, it goes on with the same command. "
		"Exit code 9 while rows remain.",
		"whimbrel quarantine retry ./shop\nwhimbrel quarantine retry --id 12 ./shop",
		wh_command_quarantine_retry },
	{ "quarantine export", ANY, 0, 1, "write the rows that could not be moved as JSON lines",
		"One object a row: id, table, key, column, reason, unit, row, time, and the values whole: text, "
		"null, or {\"hex\": ...} for bytes and for what is not UTF-8. The file can be read by its owner "
		"alone.",
		"whimbrel quarantine export --output rows.jsonl ./shop", wh_command_quarantine_export },
	{ "demo bank", "", 0, 0, "move a small bank's mainframe files, without any server",
		"Makes a file of a bank in ./whimbrel-demo-bank, in EBCDIC, zoned and packed decimals: customers, "
		"accounts and movements in three segments, with their copybook. Moves it to a new SQLite file, "
		"verifies and reconciles it, and writes the report. Three movements are damaged on purpose.",
		"whimbrel demo bank", wh_command_demo_bank },
	{ "demo", "", 0, 0, "move a sample shop, without any server",
		"Makes a sample database in ./whimbrel-demo, moves it to a new SQLite file, verifies it and "
		"writes the report. The sample holds one orphan and one bad row on purpose, so that the "
		"report has something to show; a demo that ends exactly so exits with 0. Run again, it "
		"starts anew.",
		"whimbrel demo", wh_command_demo },
	{ "kinds", "", 0, 0, "list what can be moved, and the form of each URL",
		"Each kind of system with its URL, its options, and whether it can be source or target.",
		NULL, wh_command_kinds },
	{ "types", "SOURCE-KIND TARGET-KIND", 2, 2, "show what each type becomes in another engine",
		"Every type of the source's engine with the type that it becomes, as what its values travel, "
		"how strongly they are compared, and what the target does not keep. It is what a plan would "
		"do; `types` and `map` in migration.yaml change it.",
		"whimbrel types mysql postgresql", wh_command_types },
	{ "inspect copybook", "FILE", 1, 1, "show the layout that a COBOL copybook describes",
		"Prints each field with its level, name, offset, length, picture, usage and the kind of its "
		"values; tables, redefinitions, the values of level 88; and the least and the most bytes of "
		"each record. Offsets count from 0, in bytes, of a table's first occurrence, with all tables "
		"at their most; what moves where a table is shorter says so. No data is read.\n\n"
		"COPY reads copybooks from the file's own folder and from --copy-path: NAME, NAME.cpy, NAME.cob "
		"or NAME.cbl.",
		"whimbrel inspect copybook CUSTOMER.cpy\n"
		"whimbrel inspect copybook --dialect gnucobol --replacing :TAG:=WS --json CUSTOMER.cpy",
		wh_command_inspect_copybook },
	{ "completion", "bash|zsh|fish", 1, 1, "print a completion script for a shell",
		"For bash, load it in ~/.bashrc; for zsh, save it as _whimbrel in a folder of $fpath; for "
		"fish, save it as ~/.config/fish/completions/whimbrel.fish.",
		"source <(whimbrel completion bash)", wh_command_completion },
	{ "man", "[COMMAND]", 0, 2, "print the manual page of whimbrel or of one command",
		"In the man(7) form.", "whimbrel man run | man -l -", wh_command_man },
	{ "help", "[COMMAND]", 0, 2, "print help, of all or of one command",
		"The same as whimbrel COMMAND --help.", "whimbrel help run", wh_command_help },
	{ 0 },
};

#include "lifecycle/assess/rules.h"
#include <string.h>

/* Minutes are those of somebody who knows the application and meets the rule for the first time:
 * `once` to understand and decide, `each` to settle one finding. 0: nothing has to be done. */
const struct wh_rule wh_rules[] = {
	{ "check-not-carried", "Check constraint not carried", 10, 10,
		"Write the condition in the target's SQL, or leave the check to the application." },
	{ "check-of-made", "Check constraint over values that are made on the way", 5, 2,
		"See that what the settings make of the values passes the check." },
	{ "column-made", "Values made on the way", 0, 0,
		"The settings say how; verify compares with what they make of the source." },
	{ "column-not-hidden", "Hidden column becomes visible", 5, 2,
		"See that no SELECT * of the application minds the column." },
	{ "database-rights-not-carried", "Rights on the database itself", 5, 2,
		"Give CONNECT and the like on the target's database to those who need it." },
	{ "default-not-carried", "Default not carried", 5, 5,
		"Set the default on the target, or let the application give the value." },
	{ "default-not-of-type", "Default that its column cannot hold", 5, 5,
		"Correct the default on the source." },
	{ "definer-needed", "Definer of a view or routine", 10, 1,
		"Create the account on the target before the move, or see that the user who takes its place "
		"has its rights." },
	{ "encoding-changes", "Encoding changes", 5, 0,
		"Text arrives as UTF-8. Applications that read bytes must expect it." },
	{ "engine-not-transactional", "Table engine without transactions", 5, 0,
		"The table arrives as InnoDB. Look for code that relies on table locks." },
	{ "foreign-key-dangles", "Foreign key to a table that is not there", 10, 10,
		"Remove the key on the source, or bring back the table that it points at." },
	{ "foreign-key-made", "Foreign key whose ends are not made alike", 10, 10,
		"Give both columns the same transform, key and domain." },
	{ "foreign-key-not-carried", "Foreign key not carried", 10, 10,
		"Add the key by hand, or take over what it guarded." },
	{ "foreign-key-outside", "Foreign key to a table that is not moved", 5, 5,
		"Move that table too, or accept the target without this key." },
	{ "foreign-table", "Foreign table", 15, 10,
		"Its rows live on another server: decide whether they are to be copied or linked." },
	{ "generated-becomes-plain", "Generated column becomes a plain one", 15, 20,
		"Write the expression in the target's SQL, or compute it in the application." },
	{ "generated-translated", "Generated column translated", 5, 1,
		"Compare a few values after the move." },
	{ "geometry-mixed-srid", "Geometries of several reference systems in one column", 20, 20,
		"Transform them to one system, or split the column." },
	{ "grant-not-carried", "Grant not carried", 10, 2,
		"Run the statements listed under accounts and grants." },
	{ "history-not-carried", "History of a system-versioned table not carried", 30, 30,
		"Decide whether the history is needed; if so, move it as a table of its own." },
	{ "identity-not-carried", "Column no longer counted up by the target", 10, 5,
		"Let the application give the values, or set the counter by hand." },
	{ "index-not-carried", "Index not carried", 10, 10,
		"Create what the application's queries need in the target's own kind of index." },
	{ "index-not-ignored", "Ignored index becomes a used one", 5, 2,
		"Drop the index on the target where the optimizer is not to have it." },
	{ "invalid-utf8", "Text that is not valid UTF-8", 15, 10,
		"Such rows wait in quarantine. The policy invalid_utf8 can read them as Windows-1252 or "
		"replace what is broken." },
	{ "key-made", "Unique key over values that are made on the way", 10, 10,
		"Choose a transform that keeps distinct values distinct, or leave the column out of it." },
	{ "keys-collide", "Keys that are equal under the target's rules", 20, 15,
		"Make the keys distinct on the source, or give the column a collation that tells them "
		"apart." },
	{ "merge-table", "MERGE table", 20, 20, "Make it a view over its parts on the target." },
	{ "name-changed", "Name of an index or constraint changed", 0, 0,
		"Nothing refers to such names but migration scripts." },
	{ "name-not-utf8", "Name that is not UTF-8", 10, 10, "Rename the object on the source." },
	{ "no-key", "Table without a key", 5, 2,
		"The rows are verified whole. A primary key would make later changes traceable." },
	{ "not-readable", "Not readable for this account", 5, 5,
		"Grant the missing right to the account of the source's URL and assess again." },
	{ "not-verified", "Column that cannot be compared", 10, 10,
		"Check samples by hand, or choose a type that can be compared." },
	{ "nul-in-text", "U+0000 in text", 10, 5,
		"Such rows wait in quarantine. The policy nul_byte can strip or replace the character." },
	{ "null-in-key", "NULL in a primary key", 10, 10,
		"Give those rows a key; the target's primary keys hold no NULL." },
	{ "object-not-carried", "View, routine, trigger or other object not carried", 15, 30,
		"Port the text to the target's language; it stands in the finding." },
	{ "object-not-known", "Object of an unknown kind", 10, 20,
		"Look at its definition and decide." },
	{ "on-conflict-clause", "ON CONFLICT clause of a constraint", 5, 5,
		"The target raises an error instead; see that the application expects it." },
	{ "on-update-not-carried", "ON UPDATE CURRENT_TIMESTAMP not carried", 15, 5,
		"Create a trigger on the target, or let the application set the column." },
	{ "on-update-trigger", "Column set on update by a trigger", 0, 0, "Nothing is to be done." },
	{ "orphan-rows", "Rows whose parent is missing", 15, 15,
		"Add the parents, or remove the orphans; until then the foreign key cannot be valid." },
	{ "other", "Something to look at", 10, 10, "Read the finding's text." },
	{ "owner-not-carried", "Owner of objects not carried", 10, 2,
		"Give the objects to their owner on the target, once that account is there." },
	{ "packet-too-small", "Row wider than the target's packets", 5, 5,
		"Raise max_allowed_packet on the target above the widest row." },
	{ "partition-folded", "Partition becomes part of its table", 0, 0,
		"The rows are all there, in one table." },
	{ "partitioning-not-carried", "Partitioning not carried", 30, 30,
		"Decide whether the target's table is to be partitioned, and do it before the move." },
	{ "plan-refused", "No plan can be made", 15, 15, "Do what the text says, then assess again." },
	{ "privilege-missing", "Privilege missing", 5, 5, "Grant it and assess again." },
	{ "row-refused", "The target refused sampled rows", 20, 15,
		"Such rows wait in quarantine. Widen the column, or correct the rows." },
	{ "rows-left-out", "Rows left out by the settings", 0, 0,
		"They stay on the source; see that nothing points at them." },
	{ "schema-not-understood", "Definition not understood", 15, 15,
		"Compare the target's table with the source's definition." },
	{ "security-label-not-carried", "Security label not carried", 15, 5,
		"Load its provider on the target, then run the statement of the finding." },
	{ "sequence-not-carried", "Sequence not carried", 10, 10,
		"The target has none: let the application or an identity column count." },
	{ "sequence-not-readable", "Sequence not readable", 5, 5, "Grant SELECT on the sequence." },
	{ "source-locked", "Source is locked by another program", 0, 0,
		"Rows are read by one reader; stop the other program for more speed." },
	{ "table-exists", "Table that the target has already", 10, 2,
		"Choose an empty target, or say with if_exists what becomes of the table." },
	{ "text-too-long", "Text longer than its column", 10, 5,
		"Such rows wait in quarantine. Give the column a wider type." },
	{ "text-twice-encoded", "Text that looks encoded twice", 20, 15,
		"It arrives as it is. Repair it on the source, or after the move." },
	{ "tinyint-not-boolean", "TINYINT(1) that holds more than 0 and 1", 5, 2,
		"The column becomes a small integer: see that the application takes it." },
	{ "type-from-data", "Type found out from the data", 5, 2,
		"Say which type the column is to have if the data so far misleads." },
	{ "type-mapped", "Type carried with a difference", 0, 0,
		"Read the differences once; nothing is lost unnoticed." },
	{ "type-not-known", "Type that is not known", 10, 10,
		"Its values travel as text. Name a type of the target for the column." },
	{ "unique-by-case", "Unique key that ignored case", 15, 10,
		"Use an index over lower() or a case-insensitive type where the application relies on it." },
	{ "value-not-of-type", "Value that is not of its column's type", 15, 10,
		"Such rows wait in quarantine. Correct them, or give the column a text type." },
	{ "value-out-of-range", "Value beyond its column on the target", 15, 10,
		"Such rows wait in quarantine. Give the column a wider type." },
	{ "virtual-table", "Virtual table", 30, 30,
		"Rebuild it with what the target offers (full text, spatial index)." },
	{ "zero-date", "Date that does not exist", 10, 5,
		"The policy zero_date says whether such dates become NULL or wait in quarantine." },
	{ "zero-date-null", "Impossible dates become NULL", 5, 2,
		"See that the application takes NULL in these columns." },
};
const size_t wh_nrules = sizeof wh_rules / sizeof *wh_rules;

const struct wh_rule *wh_rule_find(const char *id)
{
	const struct wh_rule *other = NULL;
	for (size_t i = 0; i < wh_nrules; i++) {
		if (!strcmp(wh_rules[i].id, id))
			return &wh_rules[i];
		if (!strcmp(wh_rules[i].id, "other"))
			other = &wh_rules[i];
	}
	return other;
}

#define MAP_TYPE(type) \
	"map:\n  - table: {table}\n    columns:\n      {column}: { type: " type " }\n"

const struct wh_rule_fix wh_rule_fixes[] = {
	{ "value-not-of-type", NULL, "migration.yaml", MAP_TYPE("{text_type}") },
	{ "value-out-of-range", NULL, "migration.yaml", MAP_TYPE("{text_type}") },
	{ "type-not-known", NULL, "migration.yaml", MAP_TYPE("{text_type}") },
	{ "text-too-long", NULL, "migration.yaml", MAP_TYPE("{text_type}") },
	{ "zero-date", NULL, "migration.yaml", "policies: { zero_date: quarantine }\n" },
	{ "zero-date-null", NULL, "migration.yaml", "policies: { zero_date: quarantine }\n" },
	{ "table-exists", NULL, "migration.yaml", "policies: { if_exists: truncate }\n" },
	{ "packet-too-small", "mysql", "target", "SET GLOBAL max_allowed_packet = 1073741824;\n" },
	{ "invalid-utf8", NULL, "migration.yaml", "policies: { invalid_utf8: cp1252 }\n" },
	{ "nul-in-text", NULL, "migration.yaml", "policies: { nul_byte: replace }\n" },
	{ "not-readable", NULL, "migration.yaml", "select: { exclude: [{table}] }\n" },
	{ "text-twice-encoded", "mysql", "source",
		"UPDATE {source_table} SET {source_column} =\n"
		"  CONVERT(CAST(CONVERT({source_column} USING latin1) AS BINARY) USING utf8mb4)\n"
		"WHERE {source_column} REGEXP '[\xc3\x82-\xc3\xb4][\xc2\x80-\xc2\xbf]';\n" },
	{ "text-twice-encoded", "postgresql", "source",
		"UPDATE {source_table} SET {source_column} =\n"
		"  convert_from(convert_to({source_column}, 'LATIN1'), 'UTF8')\n"
		"WHERE {source_column} ~ '[\xc3\x82-\xc3\xb4][\xc2\x80-\xc2\xbf]';\n" },
	{ "default-not-carried", NULL, "target",
		"ALTER TABLE {target_table} ALTER COLUMN {target_column} SET DEFAULT "
		"/* was: {definition} */;\n" },
	{ "check-not-carried", NULL, "target",
		"ALTER TABLE {target_table} ADD CHECK (/* was: {definition} */);\n" },
	{ "on-update-not-carried", "postgresql", "target",
		"CREATE FUNCTION {touch}() RETURNS trigger LANGUAGE plpgsql AS\n"
		"$$BEGIN NEW.{target_column} := current_timestamp; RETURN NEW; END$$;\n"
		"CREATE TRIGGER {touch} BEFORE UPDATE ON {target_table}\n"
		"FOR EACH ROW EXECUTE FUNCTION {touch}();\n" },
	{ 0 },
};

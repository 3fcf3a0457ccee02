"""Who is measured, each as the shell script that a user would write. What it works on stands in its
environment (Bench.environment): $SOURCE and $TARGET are names of databases, or SQLite's paths."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Peer:
    """`needs`: files and sources besides the work's own. `blind`: columns that it is known to bend.
    `checked`: it makes a target, which is compared. `rest`: ends what goes on behind the script, so
    that it can be run anew with nothing to do."""
    name: str
    about: str
    script: str
    needs: tuple = ()
    blind: tuple = ()
    checked: bool = True
    rest: str = ""


def own(name, about, script, **more):
    return Peer(name, about, script.strip(), **more)


RANGES = '''
each() {  # works on both halves of the key at once
	"$1" 1 $HALF & first=$!
	"$1" $((HALF + 1)) $ROWS
	wait $first
}
'''

WHIMBREL = own("whimbrel", "`whimbrel run`, with verification", """
exec $WHIMBREL run $SOURCE_URL $TARGET_URL --workdir move --quiet --json --workers $WORKERS
""")

WHIMBREL_COPY = own("whimbrel copy", "`whimbrel copy`: without the verification", """
$WHIMBREL init $SOURCE_URL $TARGET_URL --workdir move
exec $WHIMBREL copy move --quiet --json --workers $WORKERS
""")

WHIMBREL_VERIFY = own("whimbrel verify", "`whimbrel verify` of a finished move", """
exec $WHIMBREL verify move --quiet --json --workers $WORKERS
""", checked=False)

LOAD = """
cat > load <<END
LOAD DATABASE FROM {source}
 INTO postgresql://postgres@127.0.0.1:$PG_PORT/$TARGET
 WITH {settings}include drop, create tables, create indexes, reset sequences{more};
END
exec pgloader --no-ssl-cert-verification load
"""
FROM_MYSQL = "mysql://loader:loader@127.0.0.1:$MY_PORT/$SOURCE"
PLAIN_TIME = "\n CAST type datetime to timestamp drop default"

PGLOADER = own("pgloader", "pgloader, prefetch rows = 10000", LOAD.format(
    source=FROM_MYSQL, more=PLAIN_TIME,
    settings="workers = $WORKERS, concurrency = 1, prefetch rows = 10000, "))
PGLOADER_DEFAULT = own("pgloader, default", "pgloader as it comes", LOAD.format(
    source=FROM_MYSQL, more=PLAIN_TIME, settings=""))
PGLOADER_SQLITE = own("pgloader", "pgloader, prefetch rows = 10000", LOAD.format(
    source="sqlite://$SOURCE", more="", settings="workers = $WORKERS, concurrency = 1,"
    " prefetch rows = 10000, "))

PIPE = own("pipe", "`mariadb --quick` into `psql` COPY, 2 key ranges, then the primary key",
           RANGES + """
copy() {
	$MARIADB --quick -N -e "SELECT * FROM $TABLE WHERE id BETWEEN $1 AND $2" $SOURCE |
		$PSQL -d $TARGET -c "COPY $TABLE FROM STDIN WITH (NULL 'NULL')"
}
$PSQL -d $TARGET -c "$PG_DDL"
each copy
$PSQL -d $TARGET -c "ALTER TABLE $TABLE ADD PRIMARY KEY (id)"
""")

BINARY_PIPE = own("binary pipe", "binary COPY out into COPY in, 2 key ranges, then the primary key",
                  RANGES + """
copy() {
	$PSQL -d $SOURCE -c "COPY (SELECT * FROM $TABLE WHERE id BETWEEN $1 AND $2) TO STDOUT BINARY" |
		$PSQL -d $TARGET -c "COPY $TABLE FROM STDIN BINARY"
}
$PSQL -d $TARGET -c "$PG_DDL"
each copy
$PSQL -d $TARGET -c "ALTER TABLE $TABLE ADD PRIMARY KEY (id)"
""")

PGCOPYDB = own("pgcopydb", "`pgcopydb clone`, 2 table jobs, tables split at 200 MB", """
exec pgcopydb clone --source "$PG_URI/$SOURCE" --target "$PG_URI/$TARGET" --dir copydb \\
	--table-jobs 2 --index-jobs 2 --split-tables-larger-than 200MB --no-owner
""")

PG_DUMP = own("pg_dump", "`pg_dump -Fc | pg_restore`", """
pg_dump -d "$PG_URI/$SOURCE" -Fc -Z0 | pg_restore -d "$PG_URI/$TARGET"
""")

MARIADB_DUMP = own("mariadb-dump", "`mariadb-dump | mariadb`, the same rows from MariaDB", """
$MARIADB_DUMP $MY_SOURCE | $MARIADB $TARGET
""", needs=("mysql",))

LOAD_DATA = own("LOAD DATA", "`LOAD DATA INFILE` of a file that the server has already", """
$MARIADB $TARGET -e "$MY_DDL"
$MARIADB $TARGET -e "LOAD DATA INFILE '$TSV' INTO TABLE $TABLE CHARACTER SET utf8mb4"
""", needs=("tsv",))

IMPORT = own(".import", "`sqlite3 .import` of a CSV file (NULL arrives as '')", """
sqlite3 -bail $TARGET "$SQLITE_DDL" ".import --csv --skip 1 $CSV $TABLE"
""", needs=("csv",), blind=("note",))

COPY_CSV = own("\\copy", "`psql \\copy` of the same rows as CSV, 1 stream, then the primary key",
               """
$PSQL -d $TARGET -c "$PG_DDL"
$PSQL -d $TARGET -c "\\copy $TABLE FROM '$CSV' CSV HEADER"
$PSQL -d $TARGET -c "ALTER TABLE $TABLE ADD PRIMARY KEY (id)"
""", needs=("csv",))

PGLOADER_CSV = own("pgloader", "pgloader, prefetch rows = 10000, then the primary key", """
$PSQL -d $TARGET -c "$PG_DDL"
cat > load <<END
LOAD CSV FROM '$CSV' ($COLUMNS)
 INTO postgresql://postgres@127.0.0.1:$PG_PORT/$TARGET?tablename=$TABLE
 WITH workers = $WORKERS, concurrency = 1, prefetch rows = 10000, skip header = 1,
  fields optionally enclosed by '"', fields escaped by double-quote, fields terminated by ',',
  keep unquoted blanks;
END
pgloader --no-ssl-cert-verification load
$PSQL -d $TARGET -c "ALTER TABLE $TABLE ADD PRIMARY KEY (id)"
""", needs=("csv",))

COPY_TO = own("\\copy", "`psql \\copy ... to`, in the order of the heap", """
mkdir $TARGET
$PSQL -d $SOURCE -c "\\copy $TABLE TO '$TARGET/$TABLE.csv' CSV HEADER"
""")

DECODE = own("whimbrel decode", "`bench/decode`: a look, then each unit into one batch", """
exec $DECODE $SOURCE_URL
""", checked=False)

COPY_OUT = own("COPY to nothing", "`psql` COPY TO STDOUT BINARY, 2 key ranges", RANGES + """
copy() {
	$PSQL -d $TARGET -c "COPY (SELECT * FROM $TABLE WHERE id BETWEEN $1 AND $2) TO STDOUT BINARY"
}
each copy > /dev/null
""", checked=False)

COPY_OUT_ONE = own("COPY to nothing, 1 stream", "`psql` COPY TO STDOUT BINARY", """
$PSQL -d $TARGET -c "COPY $TABLE TO STDOUT BINARY" > /dev/null
""", checked=False)

# ---- live moves: $REACHED, $LOG_FILE and $LOG_PLACE say where the backlog ends ----

SYNC = own("whimbrel sync", "`whimbrel sync --until-synced`", """
exec $WHIMBREL sync move --until-synced --quiet
""", needs=("move",))

SUBSCRIPTION = own("subscription", "a subscription, from its start until its replay has passed", """
$POSTGRESQL_TARGET -d bench_native -c "ALTER SUBSCRIPTION bench ENABLE"
$POSTGRESQL_SOURCE <<END
DO \\$\\$ BEGIN
	LOOP
		PERFORM pg_stat_clear_snapshot();
		EXIT WHEN EXISTS (SELECT 1 FROM pg_stat_replication WHERE replay_lsn >= '$REACHED'
			AND application_name = 'bench');
		PERFORM pg_sleep(0.005);
	END LOOP;
END \\$\\$
END
""", needs=("subscription",), rest="""
$POSTGRESQL_TARGET -d bench_native -c "ALTER SUBSCRIPTION bench DISABLE"
sleep 1
""")

REPLICA = own("replica", "MariaDB's replica as it comes, from its start until it is there", """
$MYSQL_TARGET -e "START SLAVE"
test "$($MYSQL_TARGET -N -e "SELECT MASTER_POS_WAIT('$LOG_FILE', $LOG_PLACE)")" -ge 0
""", needs=("replica",), rest="""
$MYSQL_TARGET -e "STOP SLAVE"
""")

FOLLOWING = own("whimbrel sync", "`whimbrel sync`", """
exec $WHIMBREL sync move --quiet
""", needs=("move",))
COPYING = own("whimbrel copy", "`whimbrel copy` of a live move", """
exec $WHIMBREL copy move --quiet --workers $WORKERS
""", needs=("begun",))
NOBODY = own("nobody", "the clients alone", "sleep 2", checked=False)
PG_DUMP = own("pg_dump", "`pg_dump -Fc` to nothing", """
pg_dump -h 127.0.0.1 -p $PORT -U postgres -Fc bench_source > /dev/null
""", checked=False)
MARIADB_DUMP = own("mariadb-dump", "`--single-transaction --master-data=2` to nothing", """
mariadb-dump --no-defaults -h 127.0.0.1 -P $PORT --protocol=tcp -u root --single-transaction \\
	--master-data=2 bench_source > /dev/null
""", checked=False)
SUBSCRIBED = own("subscription", "a subscription", """
$POSTGRESQL_TARGET -d bench_native -c "ALTER SUBSCRIPTION bench ENABLE"
""", needs=("subscription",))
REPLICATED = own("replica", "MariaDB's replica", """
$MYSQL_TARGET -e "START SLAVE"
""", needs=("replica",))

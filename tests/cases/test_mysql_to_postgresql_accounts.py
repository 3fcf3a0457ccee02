"""27: users and grants are listed with the statements to run, which a real server takes, and which
give the rights that the source gives: none less, none more."""

import json

import pytest

HOSTILE = "o'br\"i`en; \\ --"
WORDS = ("SELECT", "INSERT", "UPDATE", "DELETE")


@pytest.fixture
def accounts():
    """Roles and users belong to servers: what a test makes there goes with it."""
    made = []
    yield lambda database, *names: made.append((database, names))
    for database, names in made:
        for name in names:
            forget(database, name)


def forget(database, name):
    if database.engine == "postgresql":
        if database.query("SELECT 1 FROM pg_roles WHERE rolname = %s", name):
            database.execute(f"DROP OWNED BY {database.quote(name)};"
                             f"DROP ROLE {database.quote(name)}")
    elif database.query("SELECT 1 FROM mysql.user WHERE user = %s AND is_role = 'N'", name):
        database.execute("DROP USER %s@'%%'", name)
    elif database.query("SELECT 1 FROM mysql.user WHERE user = %s", name):
        database.execute("DROP ROLE %s", name)


def rights(database, account, table="t"):
    """What the server itself says; on a MySQL server of the table, its columns or its database."""
    if database.engine == "postgresql":
        return {w for w in WORDS if database.one("SELECT has_table_privilege(%s, %s, %s)",
                                                 account, f'"{table}"', w)}
    who = "CONCAT('''', %s, '''@''%%''')"
    return {row[0] for row in database.query(
        "SELECT privilege_type FROM information_schema.table_privileges WHERE table_schema = %s"
        f" AND table_name = %s AND grantee = {who} UNION SELECT privilege_type FROM"
        " information_schema.schema_privileges WHERE %s LIKE table_schema"
        f" AND grantee = {who}", database.name, table, account, database.name, account)
        } & set(WORDS)


def account(database, name, *grants):
    if database.engine == "postgresql":
        database.execute(f"CREATE ROLE {database.quote(name)} LOGIN PASSWORD 'hunter2hunter2'")
        for grant in grants:
            database.execute(f"GRANT {grant} TO {database.quote(name)}")
    else:
        database.execute("CREATE USER %s@'%%' IDENTIFIED BY 'hunter2hunter2'", name)
        for grant in grants:
            database.execute(f"GRANT {grant} TO %s@'%%'", name)


def carry_out(whimbrel, source, target, *names):
    """The statements of the assessment, one after the other, on the target."""
    told = whimbrel.run("assess", source.url, target.url, "--workdir", "w", "--json",
                        expect=None).json
    assert "hunter2" not in json.dumps(told)
    for grant in told["grants"]:
        if grant["account"] in names and grant["statement"]:
            for statement in grant["statement"].split(";\n"):
                target.execute(statement)


PAIRS = pytest.mark.parametrize("pair", [("mysql", "postgresql"), ("postgresql", "mysql")],
                                ids="-".join)


@PAIRS
def test_case_27_statements_give_the_same_rights(make, whimbrel, accounts, pair):
    source, target = make(pair[0]), make(pair[1])
    reader, clerk = f"reader_{source.name}", f"clerk_{source.name}"
    for database in (source, target):
        accounts(database, reader, clerk, HOSTILE)
    source.script("CREATE TABLE t (id int PRIMARY KEY, n int); CREATE TABLE u (id int PRIMARY KEY)")
    account(source, reader, "SELECT ON t")
    account(source, clerk, "SELECT, INSERT, UPDATE, DELETE ON t", "SELECT ON u")
    account(source, HOSTILE, "SELECT, DELETE ON u")
    whimbrel.move(source, target)
    carry_out(whimbrel, source, target, reader, clerk, HOSTILE)
    for table in ("t", "u"):
        for name in (reader, clerk, HOSTILE):
            assert rights(target, name, table) == rights(source, name, table)
    assert rights(target, HOSTILE, "u") == {"SELECT", "DELETE"}


def test_case_27_an_account_called_public_is_not_everyone(make, whimbrel, accounts):
    source, target = make("mysql"), make("postgresql")
    bystander = f"bystander_{source.name}"
    accounts(source, "PUBLIC")
    accounts(target, "PUBLIC", bystander)
    source.script("CREATE TABLE t (id int PRIMARY KEY)")
    account(source, "PUBLIC", "SELECT, DELETE ON t")
    account(target, bystander)
    whimbrel.move(source, target)
    carry_out(whimbrel, source, target, "PUBLIC")
    assert rights(target, "PUBLIC") == {"SELECT", "DELETE"} and rights(target, bystander) == set()


def test_case_27_a_right_on_one_database_reaches_no_other(make, whimbrel, accounts):
    """In MySQL's rights on a database `_` stands for any character."""
    source, target = make("postgresql"), make("mysql", name="wh_27")
    other = make("mysql", name="whx27")
    name = f"maker_{source.name}"
    for database in (source, target):
        accounts(database, name)
    source.script("CREATE TABLE t (id int PRIMARY KEY)")
    account(source, name, "SELECT ON t", "CREATE ON SCHEMA public")
    whimbrel.move(source, target)
    carry_out(whimbrel, source, target, name)
    of = ("SELECT count(*) FROM information_schema.schema_privileges WHERE %s LIKE table_schema"
          " AND grantee LIKE %s")
    assert target.one(of, target.name, f"'{name}'%") > 0
    assert target.one(of, other.name, f"'{name}'%") == 0

"""MySQL and MariaDB to PostgreSQL."""


def test_case_01_unsigned_bigint_and_a_foreign_key_over_it(mysql, postgresql, move):
    mysql.script("""
        CREATE TABLE parent (id bigint unsigned PRIMARY KEY);
        CREATE TABLE child (id int PRIMARY KEY, parent bigint unsigned,
            FOREIGN KEY (parent) REFERENCES parent (id));
        INSERT INTO parent VALUES (18446744073709551615), (0);
        INSERT INTO child VALUES (1, 18446744073709551615), (2, NULL)""")
    move(mysql, postgresql)
    assert postgresql.query("SELECT id FROM parent ORDER BY id") == [(0,), (2**64 - 1,)]
    assert postgresql.query("SELECT * FROM child ORDER BY id") == [(1, 2**64 - 1), (2, None)]
    assert {postgresql.type_of("parent", "id"), postgresql.type_of("child", "parent")} == {
        "numeric(20,0)"}
    assert postgresql.foreign_keys("child") == {(("parent",), "parent", ("id",))}

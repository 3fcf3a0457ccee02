"""A bank in any engine: money that only changes hands, so that every balance and the sum of all can
be told from the transfers."""

ACCOUNTS = 200
OPENING = 100_000  # cents

TABLES = """
CREATE TABLE accounts (id bigint PRIMARY KEY, owner varchar(40), cents bigint NOT NULL){end};
CREATE TABLE transfers (id bigint PRIMARY KEY, payer bigint NOT NULL, payee bigint NOT NULL,
    cents bigint NOT NULL, side varchar(20),
    FOREIGN KEY (payer) REFERENCES accounts (id),
    FOREIGN KEY (payee) REFERENCES accounts (id)){end};
"""


def open_bank(database):
    if database.engine == "sqlite":
        database.execute("PRAGMA journal_mode = WAL")
    database.script(TABLES.format(end=" ENGINE=InnoDB" if database.engine == "mysql" else "")
                    + "INSERT INTO accounts VALUES " + ", ".join(
                        f"({n}, 'owner {n} 🦤', {OPENING})" for n in range(1, ACCOUNTS + 1)) + ";")
    return database


def transfer(session, n, dice):
    """One transaction of the bank; n is the transfer's number."""
    payer, payee = dice.sample(range(1, ACCOUNTS + 1), 2)
    cents = dice.randrange(1, 5000)
    session.execute("INSERT INTO transfers VALUES (%s, %s, %s, %s, %s)", n, payer, payee, cents,
                    session.side)
    session.execute("UPDATE accounts SET cents = cents - %s WHERE id = %s", cents, payer)
    session.execute("UPDATE accounts SET cents = cents + %s WHERE id = %s", cents, payee)


def audit(database):
    """Texts, one for each thing that is wrong with the books."""
    total = int(database.one("SELECT sum(cents) FROM accounts"))
    found = [] if total == ACCOUNTS * OPENING else [f"the total is {total}"]
    balances = {n: OPENING for n in range(1, ACCOUNTS + 1)}
    for payer, payee, cents in database.query("SELECT payer, payee, cents FROM transfers"):
        balances[payer] -= cents
        balances[payee] += cents
    held = dict(database.query("SELECT id, cents FROM accounts"))
    return found + [f"account {n} has {held.get(n)} and not {cents}"
                    for n, cents in balances.items() if held.get(n) != cents]

CREATE TABLE docs (id INTEGER PRIMARY KEY AUTOINCREMENT, title TEXT NOT NULL, body TEXT
    COLLATE NOCASE, n INT CHECK (n > 0), twice AS (n * 2) STORED, UNIQUE (title, n) ON CONFLICT IGNORE);
CREATE INDEX "by ""n" ON docs (n DESC, lower(title)) WHERE n > 1;
CREATE TABLE shelf (k TEXT PRIMARY KEY, v ANY) STRICT, WITHOUT ROWID;
CREATE TABLE "od'd" ("select" INT REFERENCES docs (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED);
INSERT INTO docs (title, body, n) VALUES ('one', 'the quick brown fox', 1), ('two', 'jumps over', 2);
INSERT INTO shelf VALUES ('k', x'00ff');
CREATE VIRTUAL TABLE words USING fts5 (body, tokenize = 'porter unicode61', prefix = '2 3');
INSERT INTO words (rowid, body) VALUES (7, 'running foxes'), (900, 'a lazy dog'), (8, 'gone');
DELETE FROM words WHERE rowid = 8;
CREATE VIRTUAL TABLE outside USING fts5 (title, body, content = 'docs', content_rowid = 'id');
INSERT INTO outside (outside) VALUES ('rebuild');
CREATE VIRTUAL TABLE blind USING fts5 (body, content = '');
INSERT INTO blind (rowid, body) VALUES (3, 'not kept but found');
CREATE VIRTUAL TABLE old USING fts4 (body); INSERT INTO old VALUES ('an older engine');
CREATE VIRTUAL TABLE boxes USING rtree (id, x0, x1, y0, y1, +label TEXT);
INSERT INTO boxes VALUES (1, 0.1, 2.5, 3, 4, 'here'), (2, -5, -4, 1e10, 2e10, 'there');
CREATE VIEW seen (a, b) AS SELECT d.title, w.body FROM docs d, words w;
CREATE VIEW again AS SELECT a FROM seen;
CREATE TRIGGER noted AFTER INSERT ON docs WHEN NEW.n > 5 BEGIN
    INSERT INTO words (body) VALUES (NEW.body); DELETE FROM shelf WHERE k = ';'; END;
CREATE TRIGGER through INSTEAD OF INSERT ON seen BEGIN SELECT raise(ABORT, 'no'); END;
PRAGMA user_version = 12; PRAGMA application_id = 77;

CREATE TABLE people (id int unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY COMMENT 'the key',
    name varchar(40) CHARACTER SET latin1 COLLATE latin1_german2_ci NOT NULL, mood
    enum('sad','it''s fine') DEFAULT 'sad', likes set('a','b'), born date DEFAULT '1970-01-01',
    seen timestamp(3) NOT NULL DEFAULT current_timestamp(3) ON UPDATE current_timestamp(3),
    score decimal(10,2) DEFAULT 0.50 CHECK (score >= 0), hidden int INVISIBLE DEFAULT 7,
    twice int GENERATED ALWAYS AS (id * 2) VIRTUAL, thrice int GENERATED ALWAYS AS (score * 3) STORED,
    extra longtext CHECK (json_valid(extra)), note text, code uuid DEFAULT uuid(), addr inet6,
    place point NOT NULL DEFAULT (POINT(1, 2)), raw binary(16), big bit(10) DEFAULT b'101',
    UNIQUE KEY named (name, mood), KEY by_note (note(10)), FULLTEXT KEY words (note),
    SPATIAL KEY places (place), KEY down (born DESC, seen), KEY unseen (score) IGNORED,
    CONSTRAINT sane CHECK (born > '1900-01-01'))
    COMMENT 'all of
them', AUTO_INCREMENT = 50, ROW_FORMAT = COMPRESSED;
INSERT INTO people (name, score) VALUES ('Ann', 1), ('Bob', 2);
CREATE TABLE orders (id int NOT NULL, person int unsigned, up int, PRIMARY KEY (id),
    CONSTRAINT placed FOREIGN KEY (person) REFERENCES people (id) ON DELETE SET NULL ON UPDATE CASCADE,
    CONSTRAINT above FOREIGN KEY (up) REFERENCES orders (id));
INSERT INTO orders VALUES (1, 50, NULL), (2, NULL, 1);
CREATE TABLE by_range (id int, at date) PARTITION BY RANGE (year(at))
    (PARTITION old VALUES LESS THAN (2000) COMMENT = 'old ones', PARTITION new VALUES LESS THAN MAXVALUE);
CREATE TABLE by_list (id int, kind int) PARTITION BY LIST (kind) SUBPARTITION BY HASH (id) SUBPARTITIONS 2
    (PARTITION a VALUES IN (1, 2), PARTITION b VALUES IN (3, NULL));
CREATE TABLE by_key (id int PRIMARY KEY, v text) PARTITION BY KEY (id) PARTITIONS 3;
INSERT INTO by_range VALUES (1, '1999-01-01'), (2, '2001-01-01'); INSERT INTO by_list VALUES (1, 1), (2, 3);
CREATE TABLE versions (id int PRIMARY KEY, v text) WITH SYSTEM VERSIONING;
INSERT INTO versions VALUES (1, 'x');
CREATE TABLE periods (id int, since date, until date, PERIOD FOR valid (since, until));
CREATE SEQUENCE numbers START WITH 7 INCREMENT BY 3 MINVALUE 1 MAXVALUE 1000 CACHE 10 CYCLE;
SELECT NEXTVAL(numbers);
CREATE VIEW adults AS SELECT id, name, score FROM people WHERE born < '2000-01-01' WITH CASCADED CHECK OPTION;
CREATE ALGORITHM = TEMPTABLE SQL SECURITY INVOKER VIEW totals AS
    SELECT p.name, count(*) AS n, group_concat(o.id ORDER BY o.id SEPARATOR '|') AS ids
    FROM people p JOIN orders o ON o.person = p.id GROUP BY p.name;
CREATE VIEW above_view AS SELECT a.name, t.n FROM adults a JOIN totals t USING (name);
DELIMITER //
CREATE FUNCTION twice(x int) RETURNS int DETERMINISTIC NO SQL COMMENT 'doubles' RETURN x * 2//
CREATE DEFINER = 'wh_nobody'@'%' PROCEDURE tidy(IN n int, OUT left_over int) MODIFIES SQL DATA SQL SECURITY INVOKER
BEGIN
    DELETE FROM orders WHERE id > n; -- a comment; with a semicolon
    SELECT count(*) INTO left_over FROM orders;
END//
CREATE AGGREGATE FUNCTION most(x int) RETURNS int
BEGIN
    DECLARE m int DEFAULT NULL; DECLARE CONTINUE HANDLER FOR NOT FOUND RETURN m;
    LOOP FETCH GROUP NEXT ROW; IF m IS NULL OR x > m THEN SET m = x; END IF; END LOOP;
END//
SET sql_mode = 'ANSI_QUOTES'//
CREATE TRIGGER marked BEFORE INSERT ON orders FOR EACH ROW
BEGIN IF NEW.up IS NULL THEN SET NEW.up = 1; END IF; END//
SET sql_mode = DEFAULT//
CREATE TRIGGER marked_again BEFORE INSERT ON orders FOR EACH ROW FOLLOWS marked SET NEW.person = 1//
CREATE TRIGGER logged AFTER UPDATE ON people FOR EACH ROW INSERT INTO orders (id) VALUES (NEW.id + 1000)//
CREATE EVENT nightly ON SCHEDULE EVERY 1 DAY STARTS '2030-01-01 00:00:00' ON COMPLETION PRESERVE
    ENABLE COMMENT 'sweeps' DO DELETE FROM orders WHERE id = 4711//
CREATE EVENT asleep ON SCHEDULE EVERY 1 HOUR STARTS '2030-01-01 00:00:00' DISABLE DO SELECT 1//
DELIMITER ;
CREATE TABLE bookings (id int, room int, since date, until date, PERIOD FOR stay (since, until),
    PRIMARY KEY (id, stay WITHOUT OVERLAPS), UNIQUE KEY once (room, stay WITHOUT OVERLAPS));
INSERT INTO bookings VALUES (1, 1, '2024-01-01', '2024-01-05');
CREATE USER IF NOT EXISTS wh_nobody@'%', wh_reader@localhost; CREATE ROLE IF NOT EXISTS wh_role;
GRANT SELECT, INSERT ON people TO wh_reader@localhost WITH GRANT OPTION;
GRANT UPDATE (name), SELECT ON adults TO wh_role; GRANT EXECUTE ON FUNCTION twice TO wh_role;
GRANT SELECT (id, `name`), REFERENCES (id) ON people TO wh_nobody@'%';
GRANT EXECUTE, ALTER ROUTINE ON PROCEDURE tidy TO wh_reader@localhost WITH GRANT OPTION;

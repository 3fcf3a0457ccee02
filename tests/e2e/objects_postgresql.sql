CREATE EXTENSION hstore; CREATE EXTENSION citext; CREATE EXTENSION ltree;
CREATE SCHEMA tools; CREATE EXTENSION "uuid-ossp" WITH SCHEMA tools;
COMMENT ON SCHEMA tools IS 'what''s in the box';

CREATE COLLATION german (provider = icu, locale = 'de-DE-u-co-phonebk');
CREATE COLLATION blind (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
COMMENT ON COLLATION german IS 'as in the phone book';
CREATE TYPE mood AS ENUM ('sad', 'it''s fine', 'sehr gut');
CREATE TYPE point3 AS (x double precision, y double precision, label text COLLATE german);
CREATE TYPE floats AS RANGE (subtype = float8, subtype_diff = float8mi);
CREATE DOMAIN positive AS integer CONSTRAINT above CHECK (VALUE > 0);
CREATE DOMAIN short_text AS varchar(10) COLLATE german DEFAULT 'n/a' NOT NULL;
COMMENT ON TYPE mood IS 'how it goes'; COMMENT ON DOMAIN positive IS 'above nought';
COMMENT ON COLUMN point3.x IS 'to the right';

CREATE FUNCTION twice(n integer) RETURNS integer LANGUAGE sql IMMUTABLE STRICT AS 'SELECT n * 2';
CREATE FUNCTION concat_state(text, text) RETURNS text LANGUAGE sql IMMUTABLE AS
    $$SELECT concat_ws('/', nullif($1, ''), $2)$$;
CREATE AGGREGATE path_of(text) (SFUNC = concat_state, STYPE = text, INITCOND = '');
CREATE AGGREGATE median(ORDER BY double precision) (SFUNC = ordered_set_transition,
    STYPE = internal, FINALFUNC = percentile_cont_float8_final, FINALFUNC_EXTRA);
COMMENT ON AGGREGATE path_of(text) IS 'joined by slashes';
CREATE FUNCTION mood_of(integer) RETURNS mood LANGUAGE sql IMMUTABLE AS
    $$SELECT CASE WHEN $1 > 0 THEN 'sehr gut'::mood ELSE 'sad' END$$;
CREATE FUNCTION same_point(point3, point3) RETURNS boolean LANGUAGE sql IMMUTABLE AS
    'SELECT ($1).x = ($2).x AND ($1).y = ($2).y';
CREATE OPERATOR === (LEFTARG = point3, RIGHTARG = point3, FUNCTION = same_point,
    COMMUTATOR = ===);
COMMENT ON OPERATOR ===(point3, point3) IS 'the labels do not matter';
CREATE CAST (integer AS mood) WITH FUNCTION mood_of(integer) AS ASSIGNMENT;
COMMENT ON CAST (integer AS mood) IS 'rough';
CREATE TEXT SEARCH DICTIONARY plain (TEMPLATE = pg_catalog.simple, STOPWORDS = english);
CREATE TEXT SEARCH CONFIGURATION wordy (COPY = pg_catalog.simple);
ALTER TEXT SEARCH CONFIGURATION wordy ALTER MAPPING FOR asciiword WITH plain, simple;
COMMENT ON TEXT SEARCH CONFIGURATION wordy IS 'few stop words';

CREATE SEQUENCE free START 42 INCREMENT 2 CACHE 5 CYCLE MAXVALUE 1000; SELECT nextval('free');
COMMENT ON SEQUENCE free IS 'nobody''s';
CREATE TABLE people (
    id bigint GENERATED ALWAYS AS IDENTITY (START 100 INCREMENT 5) PRIMARY KEY,
    code uuid DEFAULT tools.uuid_generate_v4() UNIQUE,
    name citext NOT NULL, nick short_text, age positive, m mood DEFAULT 'sad',
    at point3, span floats, spans int4multirange, grid integer[][], tags hstore, place ltree,
    born date CHECK (born > '1900-01-01'), doubled integer GENERATED ALWAYS AS (twice(3)) STORED,
    said text COLLATE german, CONSTRAINT grown CHECK (age < 150) NO INHERIT);
INSERT INTO people (name, nick, age, m, at, span, spans, grid, tags, place, born, said) VALUES
    ('Ann', 'a', 41, 'it''s fine', ROW(1, 2, 'x,"y'), '[1.5,2.5)', '{[1,3),[7,9)}',
     '{{1,2},{3,4}}', 'a=>1, b=>NULL', 'top.mid.leaf', '1980-02-29', 'Öl'),
    ('bob', 'b', 7, 'sad', NULL, 'empty', '{}', '{}', '', '', NULL, NULL);
CREATE TABLE serials (id serial PRIMARY KEY, person bigint
    REFERENCES people ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED, v text,
    during int4range, CONSTRAINT apart EXCLUDE USING gist (during WITH &&) WHERE (id > 0),
    CONSTRAINT named UNIQUE (v, person) INCLUDE (during) DEFERRABLE);
INSERT INTO serials (person, v, during) VALUES (100, 'one', '[1,3)'), (105, 'two', '[3,5)');
CREATE TABLE nothing (); INSERT INTO nothing DEFAULT VALUES;
CREATE UNLOGGED TABLE scratch (v text) WITH (fillfactor = 70);
CREATE TABLE "Foo"".Bar" ("new
line" int PRIMARY KEY, "select" text); INSERT INTO "Foo"".Bar" VALUES (1, 'x');
COMMENT ON TABLE "Foo"".Bar" IS E'two\nlines \\ and it''s';
COMMENT ON COLUMN "Foo"".Bar"."new
line" IS 'odd';
COMMENT ON CONSTRAINT apart ON serials IS 'no overlap'; COMMENT ON INDEX people_pkey IS 'the key';
COMMENT ON CONSTRAINT above ON DOMAIN positive IS 'no nought';

CREATE TABLE parted (id int NOT NULL, at date NOT NULL, kind text NOT NULL,
    PRIMARY KEY (id, at, kind))
    PARTITION BY RANGE (at);
CREATE TABLE parted_old PARTITION OF parted FOR VALUES FROM (MINVALUE) TO ('2020-01-01');
CREATE TABLE parted_new PARTITION OF parted FOR VALUES FROM ('2020-01-01') TO ('2030-01-01')
    PARTITION BY LIST (kind);
CREATE TABLE parted_new_ab PARTITION OF parted_new FOR VALUES IN ('a', 'b');
CREATE TABLE parted_new_rest PARTITION OF parted_new DEFAULT PARTITION BY HASH (id);
CREATE TABLE parted_new_rest_0 PARTITION OF parted_new_rest
    FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE parted_new_rest_1 PARTITION OF parted_new_rest
    FOR VALUES WITH (MODULUS 2, REMAINDER 1);
CREATE TABLE parted_rest PARTITION OF parted DEFAULT;
CREATE INDEX parted_by_kind ON parted (kind);
INSERT INTO parted SELECT n, date '2015-01-01' + n * 200, chr(97 + n % 4)
    FROM generate_series(1, 40) n;
CREATE TABLE ancestor (id int PRIMARY KEY, v text DEFAULT 'a' NOT NULL);
CREATE TABLE other_ancestor (w int CHECK (w > 0));
CREATE TABLE heir (more text) INHERITS (ancestor, other_ancestor);
ALTER TABLE heir ALTER v SET DEFAULT 'h';
INSERT INTO ancestor VALUES (1, 'a'); INSERT INTO heir VALUES (2, 'h', 5, 'm');

CREATE INDEX by_twice ON serials (twice(id) DESC NULLS LAST) WHERE id > 0;
CREATE INDEX by_said ON people (said COLLATE "C" text_pattern_ops, lower(nick));
CREATE INDEX tagged ON people USING gin (tags); CREATE INDEX placed ON people USING gist (place);
CREATE STATISTICS related (dependencies, mcv) ON id, kind FROM parted;
COMMENT ON STATISTICS related IS 'they go together';
ALTER TABLE people ALTER said SET STORAGE EXTERNAL, ALTER born SET STATISTICS 500;
ALTER TABLE serials REPLICA IDENTITY FULL; ALTER TABLE people CLUSTER ON people_pkey;

CREATE VIEW adults WITH (security_barrier = true) AS
    SELECT id, name, age FROM people WHERE age >= 18 WITH LOCAL CHECK OPTION;
CREATE VIEW older AS SELECT max(age) AS age, path_of(name::text) AS names FROM adults;
CREATE RECURSIVE VIEW countdown (n) AS VALUES (3) UNION ALL SELECT n - 1 FROM countdown
    WHERE n > 0;
COMMENT ON VIEW adults IS 'of age'; COMMENT ON COLUMN adults.age IS 'in years';
CREATE MATERIALIZED VIEW filled AS SELECT kind, count(*) AS n FROM parted GROUP BY kind;
CREATE UNIQUE INDEX filled_key ON filled (kind);
CREATE MATERIALIZED VIEW unfilled AS SELECT n * 2 AS m FROM filled WITH NO DATA;
COMMENT ON MATERIALIZED VIEW filled IS 'kept';
CREATE PROCEDURE tidy(INOUT n integer) LANGUAGE plpgsql AS
    'BEGIN DELETE FROM scratch; n := n + 1; END';
CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public AS $$BEGIN NEW.v := NEW.v || '!'; RETURN NEW; END$$;
CREATE FUNCTION old_people(from_age integer DEFAULT 18) RETURNS SETOF people LANGUAGE sql STABLE
    ROWS 7 COST 50 AS 'SELECT * FROM people WHERE age >= from_age';
COMMENT ON FUNCTION stamp() IS 'adds a bang';
CREATE TRIGGER stamped BEFORE INSERT ON serials FOR EACH ROW WHEN (NEW.v <> '')
    EXECUTE FUNCTION stamp();
CREATE TRIGGER stamped_never BEFORE UPDATE OF v ON serials FOR EACH ROW
    EXECUTE FUNCTION stamp();
ALTER TABLE serials DISABLE TRIGGER stamped_never;
CREATE TRIGGER stamped_always AFTER DELETE ON serials EXECUTE FUNCTION stamp();
ALTER TABLE serials ENABLE ALWAYS TRIGGER stamped_always;
CREATE CONSTRAINT TRIGGER later AFTER INSERT ON serials DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION stamp();
COMMENT ON TRIGGER stamped ON serials IS 'louder';
CREATE RULE quiet AS ON DELETE TO scratch DO INSTEAD NOTHING;
CREATE RULE loud AS ON UPDATE TO scratch DO ALSO NOTIFY changed;
ALTER TABLE scratch DISABLE RULE loud;
COMMENT ON RULE quiet ON scratch IS 'nothing goes';
CREATE FUNCTION watch() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN NULL; END';
CREATE EVENT TRIGGER watched ON ddl_command_end WHEN TAG IN ('DROP TABLE')
    EXECUTE FUNCTION watch();
ALTER EVENT TRIGGER watched DISABLE; COMMENT ON EVENT TRIGGER watched IS 'asleep';
ALTER TABLE people ENABLE ROW LEVEL SECURITY;
CREATE POLICY grown_up ON people AS RESTRICTIVE FOR SELECT USING (age > 17);
CREATE POLICY mine ON people FOR INSERT WITH CHECK (name = CURRENT_USER);
COMMENT ON POLICY mine ON people IS 'own rows';
CREATE PUBLICATION part FOR TABLE serials (id, v) WHERE (id > 0) WITH (publish = 'insert');
CREATE PUBLICATION rest FOR TABLES IN SCHEMA tools;

DO $$ BEGIN CREATE ROLE wh_app; CREATE ROLE "wh Reader"; EXCEPTION WHEN OTHERS THEN NULL; END $$;
ALTER TABLE ancestor OWNER TO wh_app; ALTER TABLE heir OWNER TO wh_app;
ALTER VIEW older OWNER TO wh_app; ALTER FUNCTION twice(integer) OWNER TO wh_app;
ALTER TYPE mood OWNER TO wh_app; ALTER SEQUENCE free OWNER TO wh_app;
ALTER MATERIALIZED VIEW unfilled OWNER TO wh_app; ALTER SCHEMA tools OWNER TO wh_app;
GRANT SELECT, INSERT ON people TO wh_app WITH GRANT OPTION;
GRANT SELECT ON people, adults TO "wh Reader"; GRANT SELECT ON ancestor TO PUBLIC;
GRANT UPDATE (said, nick) ON people TO "wh Reader"; GRANT USAGE ON SEQUENCE free TO "wh Reader";
REVOKE EXECUTE ON FUNCTION twice(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION twice(integer) TO "wh Reader"; REVOKE ALL ON TYPE mood FROM PUBLIC;
REVOKE DELETE ON ancestor FROM wh_app; GRANT USAGE ON SCHEMA tools TO PUBLIC;
GRANT EXECUTE ON PROCEDURE tidy(integer) TO "wh Reader"; GRANT CREATE ON SCHEMA public TO wh_app;
ALTER DEFAULT PRIVILEGES FOR ROLE wh_app IN SCHEMA tools GRANT SELECT ON TABLES TO "wh Reader";
ALTER DEFAULT PRIVILEGES FOR ROLE wh_app REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;

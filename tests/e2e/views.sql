-- Views, one a line, each created on its engine over the tables of test_views.py, moved, and
-- compared row for row on both sides. "from" says on which engines the lines below are created;
-- "not" that the view above is refused, and a part of the reason.

-- from mysql sqlite
SELECT id, title FROM album
SELECT * FROM artist
SELECT a.* FROM album a WHERE a.price > 9.5
SELECT a.id AS album, b.name AS artist FROM album a JOIN artist b ON a.artist_id = b.id
SELECT a.title, b.name FROM album a LEFT JOIN artist b ON b.id = a.artist_id ORDER BY a.id
SELECT a.title, b.name FROM artist b LEFT JOIN album a ON b.id = a.artist_id AND a.price > 10
SELECT x.id, y.title FROM artist x, album y WHERE x.id = y.artist_id
SELECT x.id, y.title, z.amount FROM artist x JOIN (album y JOIN sale z ON y.id = z.album_id) ON x.id = y.artist_id
SELECT artist_id, count(*) AS n, sum(price) AS total, min(price) AS least, max(released) AS last FROM album GROUP BY artist_id
SELECT b.name, count(a.id) AS n FROM artist b LEFT JOIN album a ON a.artist_id = b.id GROUP BY b.id
SELECT b.id, b.name, b.country, count(*) AS n FROM artist b JOIN album a ON a.artist_id = b.id GROUP BY b.id, b.name HAVING count(*) > 1
SELECT a.id, b.name, count(*) AS n FROM album a JOIN artist b ON a.artist_id = b.id JOIN sale s ON s.album_id = a.id GROUP BY a.id
SELECT a.id, b.name, count(s.id) AS n FROM album a LEFT JOIN artist b ON a.artist_id = b.id LEFT JOIN sale s ON s.album_id = a.id GROUP BY a.id ORDER BY a.id
SELECT artist_id, count(*) AS n FROM album GROUP BY artist_id HAVING n > 1
SELECT count(*) AS n, count(DISTINCT artist_id) AS artists, sum(rating) AS ratings FROM album
SELECT DISTINCT country FROM artist
SELECT DISTINCT artist_id, available FROM album ORDER BY artist_id, available
SELECT id, CASE WHEN rating > 3 THEN 'good' WHEN rating IS NULL THEN 'unknown' ELSE 'bad' END AS verdict FROM album
SELECT id, CASE rating WHEN 5 THEN 'best' ELSE 'other' END AS verdict FROM album
SELECT id, coalesce(rating, 0) AS rating, ifnull(country, '-') AS c FROM (SELECT a.id, a.rating, b.country FROM album a LEFT JOIN artist b ON b.id = a.artist_id) q
SELECT id, nullif(rating, 3) AS r FROM album
SELECT id, available FROM album WHERE available
SELECT id, available = 1 AS yes, NOT available AS no FROM album
SELECT id, price > 10 AS dear, rating IS NULL AS unrated FROM album
SELECT id, rating BETWEEN 3 AND 4 AS middling FROM album WHERE rating IS NOT NULL
SELECT id FROM album WHERE artist_id IN (SELECT id FROM artist WHERE country = 'SE')
SELECT id FROM album WHERE artist_id NOT IN (1, 2) OR artist_id IS NULL
SELECT id, name FROM artist b WHERE EXISTS (SELECT 1 FROM album a WHERE a.artist_id = b.id AND a.rating = 5)
SELECT id, name FROM artist b WHERE NOT EXISTS (SELECT * FROM album a WHERE a.artist_id = b.id)
SELECT id, (SELECT count(*) FROM sale s WHERE s.album_id = a.id) AS sales FROM album a
SELECT id, (SELECT max(sold) FROM sale s WHERE s.album_id = a.id) AS last FROM album a ORDER BY 1
SELECT q.artist_id, q.n FROM (SELECT artist_id, count(*) AS n FROM album GROUP BY artist_id) AS q WHERE q.n > 1
SELECT id AS x, name AS label FROM artist UNION ALL SELECT id, title FROM album
SELECT artist_id AS x FROM album UNION SELECT id FROM artist ORDER BY x
SELECT id FROM artist EXCEPT SELECT artist_id FROM album
SELECT id FROM artist INTERSECT SELECT artist_id FROM album
WITH best AS (SELECT * FROM album WHERE rating = 5) SELECT best.title, artist.name FROM best JOIN artist ON artist.id = best.artist_id
WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < 10) SELECT n FROM t
WITH a AS (SELECT id FROM artist), b AS (SELECT artist_id, count(*) AS n FROM album GROUP BY artist_id) SELECT a.id, b.n FROM a LEFT JOIN b ON b.artist_id = a.id
SELECT id, title FROM album ORDER BY id LIMIT 3
SELECT id, title FROM album ORDER BY id DESC LIMIT 2, 3
SELECT id, rating FROM album ORDER BY rating, id
SELECT id, rating FROM album ORDER BY rating DESC, id LIMIT 4
SELECT id, row_number() OVER (PARTITION BY artist_id ORDER BY released, id) AS place FROM album
SELECT id, rank() OVER (ORDER BY rating DESC) AS place, lag(id) OVER (ORDER BY id) AS earlier FROM album
SELECT id, sum(quantity) OVER (PARTITION BY album_id ORDER BY id ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS running FROM sale
SELECT id, upper(title) AS loud, length(country) AS n FROM album JOIN (SELECT id AS i, country FROM artist) x ON x.i = album.artist_id
SELECT id, substr(title, 1, 3) AS short, replace(title, 'a', 'b') AS other, trim(title) AS bare FROM album
SELECT id, abs(rating - 4) AS off, rating % 2 AS odd, -rating AS minus FROM album
SELECT id, weight / 2 AS half, weight / nullif(quantity - 2, 0) AS each_one FROM sale
SELECT a.id, a.quantity * a.amount AS worth, a.quantity + 1 AS more FROM sale a
SELECT id FROM album WHERE released >= '2000-01-01' AND released < '2010-01-01'
SELECT id FROM album WHERE title LIKE '%o%'
SELECT id FROM album WHERE title NOT LIKE 'The %'
SELECT b.country, min(b.name) AS first FROM artist b GROUP BY b.country
SELECT id, name FROM artist ORDER BY name DESC
SELECT id, artist_id, title FROM album GROUP BY artist_id
-- not: may have several values in a group
SELECT id, soundex(name) AS s FROM artist
-- not: "soundex" is not translated

-- from mysql
SELECT id, IF(rating > 3, 'good', 'bad') AS verdict FROM album
SELECT id, CONCAT(title, ' (', rating, ')') AS label FROM album
SELECT id, CONCAT_WS(', ', title, rating) AS label FROM album
SELECT artist_id, GROUP_CONCAT(title ORDER BY id SEPARATOR '; ') AS titles FROM album GROUP BY artist_id
SELECT artist_id, GROUP_CONCAT(DISTINCT rating ORDER BY rating DESC) AS ratings FROM album GROUP BY artist_id
SELECT artist_id, GROUP_CONCAT(DISTINCT CONCAT(title, '!') ORDER BY title SEPARATOR '') AS titles FROM album GROUP BY artist_id
SELECT id, quantity / 3 AS third, amount / quantity AS each_one FROM sale
SELECT id, quantity DIV 2 AS half, quantity MOD 2 AS odd FROM sale
SELECT album_id, avg(quantity) AS q, avg(amount) AS a, avg(weight) AS w FROM sale GROUP BY album_id
SELECT album_id, sum(amount) / sum(quantity) AS each_one, round(sum(amount) / count(*), 1) AS r FROM sale GROUP BY album_id
SELECT id, amount / quantity * 100 AS cents FROM sale WHERE amount / quantity > 3.3333
SELECT sum(rating > 3) AS good, sum(available) AS there, count(*) AS n FROM album
SELECT STRAIGHT_JOIN a.id FROM album a STRAIGHT_JOIN artist b ON a.artist_id = b.id
SELECT id, YEAR(released) AS y, MONTH(released) AS m, DATE(added) AS d, HOUR(added) AS h FROM album
SELECT id, year(released) AS y, count(*) AS n FROM album GROUP BY id, year(released)
SELECT YEAR(released) AS y, count(*) AS n FROM album GROUP BY YEAR(released) ORDER BY y
SELECT id, CAST(rating AS CHAR) AS r, LEFT(title, 2) AS l, RIGHT(title, 2) AS e FROM album
SELECT id, _utf8mb4'x' AS x, title COLLATE utf8mb4_bin AS t FROM album
SELECT id FROM album WHERE title <=> NULL OR rating <=> NULL
SELECT a.id, a.title FROM album a USE INDEX (PRIMARY) WHERE a.artist_id = 1
SELECT id, greatest(rating, 3) AS g, least(quantity, 2) AS l FROM (SELECT a.id, a.rating, s.quantity FROM album a JOIN sale s ON s.album_id = a.id) q
SELECT id, DATE_ADD(released, INTERVAL 1 MONTH) AS m, released - INTERVAL 2 WEEK AS w, added + INTERVAL rating DAY AS d FROM album
SELECT id, DATE_SUB(added, INTERVAL 90 MINUTE) AS m, released + INTERVAL 5 HOUR AS h FROM album
SELECT id FROM sale WHERE sold >= '2023-06-01' - INTERVAL 1 YEAR
-- not: an interval is added to what may be no date
SELECT id FROM sale WHERE sold < NOW() - INTERVAL 1 DAY AND DATE(sold) < CURDATE()
SELECT id, DATE_FORMAT(added, '%Y-%m') AS ym, DATE_FORMAT(released, '%d.%m.%y, %W %e %M at T') AS long_form FROM album
SELECT id, DATEDIFF(sold, '2023-01-01') AS days, DATEDIFF(sold, sold) AS zero FROM sale
SELECT a.id, DATEDIFF(a.added, a.released) AS days FROM album a
SELECT id, LAST_DAY(released) AS l, QUARTER(released) AS q, DAYOFWEEK(released) AS w, DAYOFYEAR(released) AS y, SECOND(added) AS s FROM album
SELECT id, MONTHNAME(released) AS m, DAYNAME(released) AS d, WEEKDAY(released) AS w FROM album
SELECT DATE_FORMAT(sold, '%Y-%m') AS month, sum(amount) AS total FROM sale GROUP BY DATE_FORMAT(sold, '%Y-%m') ORDER BY month
SELECT id, TIMESTAMPDIFF(YEAR, released, added) AS y, TIMESTAMPDIFF(DAY, added, released) AS d, TIMESTAMPDIFF(HOUR, released, added) AS h FROM album
SELECT artist_id, SUM(CASE WHEN available THEN price ELSE 0 END) AS p, SUM(IF(rating > 3, 1, 0)) AS good, IFNULL(SUM(rating), 0) AS r FROM album GROUP BY artist_id
SELECT id, CONCAT(YEAR(added), '-', LPAD(MONTH(added), 2, '0')) AS ym, REVERSE(title) AS r, MD5(title) AS h FROM album
SELECT id, INSTR(title, 'a') AS i FROM album
-- not: depends on the collation
SELECT id, TRUNCATE(amount, 1) AS t, ROUND(weight, 1) AS w, CONVERT(quantity, CHAR) AS q, CONVERT(album_id USING utf8mb4) AS a FROM sale
SELECT artist_id, count(*) AS n FROM album GROUP BY artist_id WITH ROLLUP
-- not: not understood

-- from sqlite
SELECT id, title || ' (' || rating || ')' AS label FROM album
SELECT artist_id, group_concat(title) AS titles FROM album WHERE id < 3 GROUP BY artist_id
SELECT artist_id, group_concat(DISTINCT rating) AS ratings FROM album WHERE artist_id = 3 GROUP BY artist_id
SELECT id, iif(rating > 3, 'good', 'bad') AS verdict FROM album
SELECT id, quantity / 2 AS half, quantity % 2 AS odd FROM sale
SELECT album_id, avg(quantity) AS q, sum(quantity) / count(*) AS w FROM sale GROUP BY album_id
SELECT [id], "title" FROM [album] WHERE "rating" == 5
SELECT title FROM album NATURAL JOIN (SELECT id FROM sale) s
SELECT id, name, n FROM artist JOIN (SELECT artist_id AS id, count(*) AS n FROM album GROUP BY 1) USING (id)
SELECT id + 1, title FROM album
SELECT id AS a, title AS b FROM album WHERE a > 2
SELECT id FROM album LIMIT -1 OFFSET 0
SELECT id, instr(title, 'a') AS i FROM album
SELECT count(*) FILTER (WHERE rating > 3) AS good FROM album
SELECT strftime('%Y-%m', sold) AS month, count(*) AS n FROM sale GROUP BY month
SELECT id, CAST(strftime('%Y', released) AS INTEGER) AS y, strftime('%d.%m.%Y %H:%M', added) AS t FROM album
SELECT id, strftime('%Y', released) + 0 AS y FROM album
-- not: arithmetic on what is no number
SELECT rowid, title FROM album
-- not: no column "rowid"

-- from postgresql
SELECT id, title FROM album WHERE rating > 3
SELECT a.id, b.name FROM album a JOIN artist b ON a.artist_id = b.id ORDER BY a.id
SELECT artist_id, count(*) AS n FROM album GROUP BY artist_id
SELECT b.name, count(a.id) AS n FROM artist b LEFT JOIN album a ON a.artist_id = b.id GROUP BY b.id
SELECT id, title || '!' AS loud FROM album WHERE available
SELECT id, rating FROM album ORDER BY rating, id
SELECT artist_id, string_agg(title, '; ') AS titles FROM album WHERE id < 3 GROUP BY artist_id
SELECT id FROM artist EXCEPT SELECT artist_id FROM album
WITH best AS (SELECT * FROM album WHERE rating = 5) SELECT best.title FROM best
SELECT id, CASE WHEN rating > 3 THEN 'good'::text ELSE 'bad'::text END AS verdict FROM album
SELECT id, row_number() OVER (PARTITION BY artist_id ORDER BY id) AS place FROM album
SELECT id, coalesce(rating, 0) AS r, extract(year FROM released) AS y FROM album

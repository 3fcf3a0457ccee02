"""PostgreSQL and SQLite to MySQL and MariaDB."""

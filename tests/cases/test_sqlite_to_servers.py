"""SQLite to PostgreSQL, MySQL and MariaDB."""

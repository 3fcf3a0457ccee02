"""PostgreSQL and MySQL to SQLite."""

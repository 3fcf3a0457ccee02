"""PostgreSQL to PostgreSQL."""

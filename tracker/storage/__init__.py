"""The database: tables, write transactions, joined views."""

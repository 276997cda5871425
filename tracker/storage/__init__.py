"""The database: tables, write transactions, joined views.

`make_engine` connects, `migration.upgrade` makes the tables; services write through `SqlStore`, pages read
through `SqlLibrary`. Everything outside this package sees domain objects only.
"""

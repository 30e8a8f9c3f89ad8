"""The database engine ``common.postgresql``: PostgreSQL as Django asks it, but for how a connection is looked at."""

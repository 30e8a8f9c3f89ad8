"""The index that finds two Chinese characters: a GIN index over bigrams, on PostgreSQL only."""

from django.db import migrations

WORDS_TOLD_APART = 1000  # times ten


class OnPostgreSQL(migrations.RunSQL):
    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        if schema_editor.connection.vendor == "postgresql":
            super().database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        if schema_editor.connection.vendor == "postgresql":
            super().database_backwards(app_label, schema_editor, from_state, to_state)


class BigramIndex(OnPostgreSQL):
    """``BigramIndex("deputies_deputy", "search")`` in a migration; SQLite needs none at the scale it is used for."""

    def __init__(self, table, column):
        self.table, self.column = table, column
        name = f"{table}_{column}_bigrams"
        super().__init__(
            f"CREATE INDEX {name} ON {table} USING gin (string_to_array(btrim({column}), ' '))",
            f"DROP INDEX IF EXISTS {name}",
        )

    def deconstruct(self):
        return type(self).__name__, [self.table, self.column], {}


class KnowsRareWords(OnPostgreSQL):
    """Lets PostgreSQL remember of a bigram index how frequent ten thousand words are, instead of one thousand.

    Of any other word it believes half the frequency of the rarest it knows. Where that is too much it leaves the index
    aside and reads the whole list in its order, in the hope of soon finding a page of what is nowhere.
    """

    def __init__(self, table, column):
        self.table, self.column = table, column
        alter = f"ALTER INDEX {table}_{column}_bigrams ALTER COLUMN 1 SET STATISTICS"
        super().__init__(f"{alter} {WORDS_TOLD_APART}; ANALYZE {table}", f"{alter} -1")

    def deconstruct(self):
        return type(self).__name__, [self.table, self.column], {}

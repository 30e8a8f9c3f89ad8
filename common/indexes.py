"""The index that finds two Chinese characters: a GIN index over bigrams, on PostgreSQL only."""

from django.db import migrations


class BigramIndex(migrations.RunSQL):
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

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        if schema_editor.connection.vendor == "postgresql":
            super().database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        if schema_editor.connection.vendor == "postgresql":
            super().database_backwards(app_label, schema_editor, from_state, to_state)

"""All tables of an app in one step, for its first migration."""

from django.db.migrations import CreateModel
from django.db.migrations.operations.base import Operation


class FirstTables(Operation):
    """``FirstTables([CreateModel(…), …])``: what these operations describe, created as it is after the last of them.

    After each operation of its own Django would make every related model anew, which here is nearly every one there is:
    half a minute for an empty database, instead of a few seconds.
    """

    reduces_to_sql = True
    reversible = True

    def __init__(self, operations):
        self.operations = operations

    def state_forwards(self, app_label, state):
        state.__dict__.pop("apps", None)  # models are made anew when somebody asks for one
        for operation in self.operations:
            operation.state_forwards(app_label, state)

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        for model in self._models(app_label, to_state):
            schema_editor.create_model(model)

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        for model in reversed(self._models(app_label, from_state)):
            schema_editor.delete_model(model)

    def describe(self):
        return "Create the first tables"

    def _models(self, app_label, state) -> list:
        """Those it creates, with all their columns, indexes and constraints."""
        created = [operation for operation in self.operations if isinstance(operation, CreateModel)]
        models = [state.apps.get_model(app_label, operation.name) for operation in created]
        return [model for model in models if not model._meta.proxy]

"""So many rows as only years would make, copied inside PostgreSQL: of each record as many copies, tied to each other alike."""

from django.core.management.color import no_style
from django.db import connection

STEP = 1_000_000  # between the keys of a record and of its next copy


def multiply(times: int, *models, **apart) -> None:
    """Make of every row of ``models``, which stand in the order they refer to each other, ``times`` rows.

    A reference to one of ``models`` leads to the copy of the same round, any other stays. ``apart`` tells of columns that
    must differ, ``{"suggestion__number": "number + n * 1000"}``; ``n`` is the round.
    """
    quoted, ours = connection.ops.quote_name, set(models)
    with connection.cursor() as cursor:
        for model in models:
            values = {}
            for field in model._meta.local_concrete_fields:
                column, name = quoted(field.column), f"{model._meta.model_name}__{field.name}"
                is_ours = field.primary_key or field.related_model in ours
                values[column] = apart.get(name) or (f"{column} + n * {STEP}" if is_ours else column)
            table = quoted(model._meta.db_table)
            cursor.execute(
                f"INSERT INTO {table} ({', '.join(values)}) SELECT {', '.join(values.values())}"
                f" FROM {table}, generate_series(1, {times - 1}) AS n"
            )
        for statement in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(statement)
        cursor.execute("ANALYZE")

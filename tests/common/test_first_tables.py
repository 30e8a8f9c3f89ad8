"""The first tables of an app are created together, as the last of their operations leaves them."""

import pytest
from django.db import connection, migrations, models
from django.db.migrations.state import ProjectState

from common.first_tables import FirstTables

from ..processes import empty_database, manage

TABLES = FirstTables(
    [
        migrations.CreateModel("Town", [("id", models.BigAutoField(primary_key=True))]),
        migrations.CreateModel(
            "Street",
            [("id", models.BigAutoField(primary_key=True)), ("name", models.CharField(max_length=20))],
        ),
        migrations.CreateModel("Lane", [], options={"proxy": True}, bases=("sketch.street",)),
        migrations.AddField("Street", "town", models.ForeignKey("sketch.Town", models.CASCADE)),
        migrations.AddIndex("Street", models.Index(fields=["name"], name="street_by_name")),
        migrations.AddConstraint(
            "Street", models.UniqueConstraint(fields=["town", "name"], name="street_once")
        ),
    ]
)


@pytest.mark.django_db(transaction=True)
def test_they_come_with_columns_indexes_and_constraints_and_go_again():
    before, after = ProjectState(), ProjectState()
    TABLES.state_forwards("sketch", after)
    with connection.schema_editor() as editor:
        TABLES.database_forwards("sketch", editor, before, after)
    try:
        with connection.cursor() as cursor:
            assert {"sketch_town", "sketch_street"} <= set(connection.introspection.table_names(cursor))
            kinds = connection.introspection.get_constraints(cursor, "sketch_street")
        assert kinds["street_by_name"]["index"]
        assert kinds["street_once"]["unique"]
        assert ["town_id"] in [kind["columns"] for kind in kinds.values() if kind["foreign_key"]]
    finally:
        with connection.schema_editor() as editor:
            TABLES.database_backwards("sketch", editor, after, before)
    assert not {"sketch_town", "sketch_street"} & set(connection.introspection.table_names())


@pytest.mark.django_db(transaction=True)
def test_an_empty_database_gets_its_tables_without_a_complaint(tmp_path):
    with empty_database(tmp_path, connection.vendor) as url:
        done = manage("migrate", "-v0", DATABASE_URL=url)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")

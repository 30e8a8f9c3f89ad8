"""What the office sees of a roster before anything of it is saved."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from .. import factories

pytestmark = pytest.mark.django_db
ROSTER = "姓名,代表团,性别,联系电话\n梁芳,渝水区,女,13812345678\n"


def test_a_new_deputy_is_shown_with_what_the_file_says(superuser, sign_in):
    factories.DelegationFactory()
    client = sign_in(superuser)
    sheet = SimpleUploadedFile("roster.csv", ROSTER.encode())
    preview = client.post("/admin/deputies/deputy/import/", {"import_file": sheet}, follow=True)
    page = preview.content.decode()
    assert "姓名：梁芳" in page
    assert "代表团：渝水区" in page
    assert "代表：；" not in page  # the person is new: the mandate cannot name them yet

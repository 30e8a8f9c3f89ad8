import pytest
from playwright.sync_api import expect

from .. import factories

pytestmark = [pytest.mark.browser, pytest.mark.same_everywhere]


def test_a_photo_that_the_office_sends_is_public_where_the_deputy_agreed(visit, office):
    deputy = factories.MandateFactory(deputy__name="李四").deputy
    factories.ConsentFactory(deputy=deputy)
    photo = factories.picture()
    page = visit(office)
    page.goto(f"/admin/deputies/deputy/{deputy.pk}/change/")
    page.get_by_label("上传新照片").set_input_files(
        {"name": photo.name, "mimeType": photo.content_type, "buffer": photo.read()}
    )
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_text("已修改代表“李四”")).to_be_visible()

    public = visit()
    public.goto(deputy.get_absolute_url())
    shown = public.get_by_role("img", name="李四的照片")
    expect(shown).to_be_visible()
    assert shown.evaluate("image => image.complete && image.naturalWidth > 0")

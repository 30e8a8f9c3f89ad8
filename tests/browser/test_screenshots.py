import pytest
from PIL import Image

from accounts.demo import PASSWORD
from home.management.commands.screenshots import PICTURES, take

from .. import factories

pytestmark = [pytest.mark.browser, pytest.mark.same_everywhere]


def test_the_pictures_of_the_readme_are_taken_and_small(browser, live_server, office, tmp_path):
    factories.MandateFactory()
    office.username = "office"
    office.set_password(PASSWORD)
    office.save()
    files = list(take(browser, live_server.url, tmp_path))
    assert [path.name for path in files] == [name for name, *_rest in PICTURES]
    assert all(path.stat().st_size < 150_000 for path in files)
    for path, size in zip(files, [(780, 1560), (1280, 800)], strict=True):
        with Image.open(path) as picture:
            assert picture.size == size

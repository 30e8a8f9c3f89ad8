"""What a person does at a page: press a button, choose an act of a record, find something by typing."""

from playwright.sync_api import expect


def press(page, name):
    page.get_by_role("button", name=name, exact=True).first.click()


def act(page, record, label):
    """Open the page of a record and choose what to do with it."""
    page.goto(record.get_absolute_url())
    page.get_by_role("link", name=label, exact=True).click()


def choose(page, name, words):
    """Find one by typing, in the staff area."""
    box = page.locator(".field", has=page.locator(f"#id_{name}"))
    box.locator(".select2-selection").click()
    page.locator(".select2-container--open .select2-search__field").fill(words)
    page.locator(".select2-results__option", has_text=words).first.click()
    expect(page.locator(".select2-dropdown")).to_have_count(0)

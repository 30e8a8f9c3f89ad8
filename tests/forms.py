"""Forms of the staff area, sent as a browser would."""

import re


def form_of(page):
    """What a browser would send back of a change form, its inlines included."""
    data = {}
    forms = [page.context["adminform"].form]
    for formset in page.context["inline_admin_formsets"]:
        forms += [formset.formset.management_form, *formset.formset.forms]
    for form in forms:
        for field in form:
            value = field.value()
            if value is not None and value is not False:
                data[field.html_name] = value
    if key := re.search(r'name="_key" value="([\w-]+)"', page.content.decode()):
        data["_key"] = key[1]
    elif version := getattr(page.context["adminform"].form, "version", ""):
        data["_version"] = version
    return data

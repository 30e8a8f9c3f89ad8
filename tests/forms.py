"""Forms of the staff area, sent as a browser would."""


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
    if "form_key" in page.context:
        data["_key"] = str(page.context["form_key"])
    elif version := getattr(page.context["adminform"].form, "version", ""):
        data["_version"] = version
    return data

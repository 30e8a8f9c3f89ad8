"""What libraries say on our screens and leave in English, or say in another tone than the office's.

Nothing imports this: the names make `manage.py catalogue --collect` bring the strings into our catalogue, which wins
over the libraries' own. Only what somebody can meet on a page stands here.
"""

from django.utils.translation import gettext_noop as _

# django.contrib.admin: 您 to people, 退出 for “Log out”
_("Log out")
_("Are you sure?")
_("You don’t have permission to view or edit anything.")
_("The {name} “{obj}” was added successfully. You may add another {name} below.")
_("The {name} “{obj}” was changed successfully. You may edit it again below.")
_("The {name} “{obj}” was changed successfully. You may add another {name} below.")
_(
    'Are you sure you want to delete the %(object_name)s "%(escaped_object)s"? '
    "All of the following related items will be deleted:"
)
_(
    "Deleting the %(object_name)s '%(escaped_object)s' would result in deleting related objects, "
    "but your account doesn't have permission to delete the following types of objects:"
)

# django.contrib.auth and django.forms
_("Your password can’t be too similar to your other personal information.")
_("Your password can’t be a commonly used password.")
_("%(model)s instance with %(field)s %(value)r is not a valid choice.")

# django-import-export has no word for it, django-simple-history another
_("Home")

"""What libraries say on our screens and leave in English, or say in another tone than the office's.

Nothing imports this: the names make ``manage.py catalogue --collect`` bring the strings into our catalogue, which wins
over the libraries' own. Only what somebody can meet on a page stands here.
"""

from django.utils.translation import gettext_noop as _
from django.utils.translation import ngettext_lazy

# django.forms and django.core: what to do next, not what is invalid
_(":")
_("This field is required.")
_("This field cannot be blank.")
_("This field cannot be null.")
_("Enter a valid value.")
_("Enter a valid email address.")
_("Enter a valid date.")
_("Enter a number.")
_("Select a valid choice. That choice is not one of the available choices.")
_("Select a valid choice. %(value)s is not one of the available choices.")
_("Value %(value)r is not a valid choice.")
_("%(model)s instance with %(field)s %(value)r is not a valid choice.")
_("%(model_name)s with this %(field_label)s already exists.")
_("%(model_name)s with this %(field_labels)s already exists.")
_("Ensure this value is less than or equal to %(limit_value)s.")
_("Ensure this value is greater than or equal to %(limit_value)s.")
ngettext_lazy(
    "Ensure this value has at most %(limit_value)d character (it has %(show_value)d).",
    "Ensure this value has at most %(limit_value)d characters (it has %(show_value)d).",
    "limit_value",
)
_("No file was submitted.")
_("No file was submitted. Check the encoding type on the form.")
_("The submitted file is empty.")

# django.contrib.auth
_("Your password can’t be too similar to your other personal information.")
_("Your password can’t be a commonly used password.")
_("The password is too similar to the %(verbose_name)s.")
_("This password is too common.")

# django.contrib.admin: 您 to people, buttons and titles without loose spaces
_("Breadcrumbs")
_("Error:")
_("Log out")
_("Add %s")
_("Change %s")
_("View %s")
_("Select %s to change")
_("Select %s to view")
_("Filter")
_("Action:")
_("Run the selected action")
_("No action selected.")
_("0 of %(cnt)s selected")
_("Delete selected %(model)s")
_("Save and add another")
_("Save and continue editing")
_("You don’t have permission to view or edit anything.")
_("The {name} “{obj}” was added successfully.")
_("The {name} “{obj}” was added successfully. You may add another {name} below.")
_("The {name} “{obj}” was changed successfully.")
_("The {name} “{obj}” was changed successfully. You may edit it again below.")
_("The {name} “{obj}” was changed successfully. You may add another {name} below.")
_("The %(name)s “%(obj)s” was deleted successfully.")
_("Are you sure?")
_("Cannot delete %(name)s")
_(
    'Are you sure you want to delete the %(object_name)s "%(escaped_object)s"? '
    "All of the following related items will be deleted:"
)
_(
    "Deleting the %(object_name)s '%(escaped_object)s' would result in deleting related objects, "
    "but your account doesn't have permission to delete the following types of objects:"
)
_(
    "Deleting the %(object_name)s '%(escaped_object)s' would require deleting the following protected "
    "related objects:"
)
_("Yes, I’m sure")
_("No, take me back")

# django-allauth: 退出, 验证码, 恢复码
_("Email")
_("Email address")
_("Code")
_("Authenticator code")
_("Please type your current password.")
_("Incorrect password.")
_("Incorrect code.")
_("You must type the same password each time.")
_("This account is currently inactive.")
_("You have signed out.")
_("Successfully signed in as %(name)s.")
_("Signed out of all other sessions.")
_("Authenticator app activated.")
_("Authenticator app deactivated.")
_("A new set of recovery codes has been generated.")

# django-import-export and django-simple-history
_("Home")
_("Format")
_("View history: %s")
_("Created")
_("Changed")
_("Deleted")

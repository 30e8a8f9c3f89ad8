"""What a form carries so that sent twice it does its work once."""

import uuid

from django import template
from django.utils.html import format_html

register = template.Library()


@register.simple_tag
def once():
    """``{% once %}`` inside a form: its key (``common.once``)."""
    return format_html('<input type="hidden" name="_key" value="{}">', uuid.uuid4())

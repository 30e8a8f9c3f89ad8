"""``{{ text|without_numbers }}``: free text for the public, without mobile and identity numbers."""

from django import template

from common.text import without_numbers

register = template.Library()
register.filter("without_numbers", without_numbers)

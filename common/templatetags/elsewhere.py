"""``{{ address|leave }}``: the page on the way to another site."""

from django import template

from common import elsewhere

register = template.Library()
register.filter("leave", elsewhere.leave)

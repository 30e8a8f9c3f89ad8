"""``{% kept "foot" … %}`` … ``{% endkept %}``: a part of a page that is drawn once for as long as it holds.

Drawn anew for each language and for each of the values that follow the name; of those there are few, and the part shows
nothing else that differs between visitors. With “if …” at the end it is kept only where that is true.
"""

from django import template
from django.utils.translation import get_language

from common import freshness

register = template.Library()


@register.tag
def kept(parser, token):
    name, *values = token.split_contents()[1:]
    condition = parser.compile_filter(values.pop()) if values[-2:-1] == ["if"] else None
    values = [value for value in values if value != "if"]
    nodelist = parser.parse(["endkept"])
    parser.delete_first_token()
    return KeptNode(nodelist, name, [parser.compile_filter(value) for value in values], condition)


class KeptNode(template.Node):
    def __init__(self, nodelist, name, values, condition):
        self.nodelist, self.name, self.values, self.condition = nodelist, name, values, condition

    def render(self, context):
        if self.condition is not None and not self.condition.resolve(context):
            return self.nodelist.render(context)
        key = ("part", self.name, get_language(), *(value.resolve(context) for value in self.values))
        return freshness.kept(key, lambda: self.nodelist.render(context))

"""``{% kept "foot" … %}`` … ``{% endkept %}``: a part of a page that is drawn once for as long as it holds.

Drawn anew for each language and for each of the values that follow the name; of those there are few, and the part shows
nothing else that differs between visitors.
"""

from django import template
from django.utils.translation import get_language

from common import freshness

register = template.Library()


@register.tag
def kept(parser, token):
    name, *values = token.split_contents()[1:]
    nodelist = parser.parse(["endkept"])
    parser.delete_first_token()
    return KeptNode(nodelist, name, [parser.compile_filter(value) for value in values])


class KeptNode(template.Node):
    def __init__(self, nodelist, name, values):
        self.nodelist, self.name, self.values = nodelist, name, values

    def render(self, context):
        key = ("part", self.name, get_language(), *(value.resolve(context) for value in self.values))
        return freshness.kept(key, lambda: self.nodelist.render(context))

"""Drawing what upper apps add to a page."""

from django import template

register = template.Library()


@register.simple_tag(takes_context=True)
def draw(context, section) -> str:
    """The block's template with its own facts, inside the page's context: that is made once."""
    with context.push(**section["context"]):
        return context.template.engine.get_template(section["template"]).render(context)

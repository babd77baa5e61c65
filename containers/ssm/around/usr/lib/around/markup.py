# Text becomes HTML in one place, and is escaped there.

from html import escape


class Html(str):
    """Text that is markup already."""


def h(template, *values, **named):
    """h('<td>{}</td>', '<b>') → <td>&lt;b&gt;</td>; lists are joined, None is empty."""
    return Html(template.format(*map(safe, values), **{name: safe(value) for name, value in named.items()}))


def safe(value):
    if isinstance(value, Html):
        return value
    if isinstance(value, (list, tuple)):
        return ''.join(map(safe, value))
    return '' if value is None else escape(str(value))

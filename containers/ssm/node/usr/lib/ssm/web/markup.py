# Text becomes HTML in one place, and is escaped there: what comes from a form or the database cannot act as markup.

from html import escape


class Html(str):
    """Text that is markup already."""


def h(template, *values, **named):
    """The template with each value escaped, unless it is Html; lists are joined, None is empty.

    h('<td>{}</td>', '<b>')  →  <td>&lt;b&gt;</td>
    """
    return Html(template.format(*map(safe, values), **{name: safe(value) for name, value in named.items()}))


def safe(value):
    if isinstance(value, Html):
        return value
    if isinstance(value, (list, tuple)):
        return ''.join(map(safe, value))
    return '' if value is None else escape(str(value))

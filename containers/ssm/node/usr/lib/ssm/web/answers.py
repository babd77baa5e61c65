# What the handlers of the pages share: a visit, its form read, and the ways to answer it.

from collections import namedtuple

import pages
from server import Response

HTML = ('Content-Type', 'text/html; charset=utf-8')
TEXT = ('Content-Type', 'text/plain; charset=utf-8')
NAME_MAX = 128

# One request on its way: `who` is a Session or None, `csrf` the token of its forms.
Visit = namedtuple('Visit', 'query form who csrf')


class BadForm(Exception):
    pass


def page(status, body, *headers):
    return Response(status, body, (HTML, ('Content-Security-Policy', pages.CONTENT_POLICY), *headers))


def see_other(location, *headers):
    return Response(303, '', (('Location', location), *headers))


def text(form, field, label, longest, required=False):
    """One line that a person can read; anything else is named in the message."""
    value = form.get(field, '').strip()
    if required and not value:
        raise BadForm(f'{label} is required.')
    if len(value) > longest:
        raise BadForm(f'{label} is longer than {longest} characters.')
    if not value.isprintable():
        raise BadForm(f'{label} contains characters that cannot be printed.')
    return value


def number(form, field, label, smallest, largest):
    """A whole number, written in digits."""
    value = form.get(field, '').strip()
    if not (value.isascii() and value.isdigit() and len(value) < 10 and smallest <= int(value) <= largest):
        raise BadForm(f'{label} must be a whole number from {smallest} to {largest}.')
    return int(value)


def searched(visit):
    """What the visitor searches for; a search never fails for what is in it."""
    return ''.join(filter(str.isprintable, visit.query.get('search', '')))[:NAME_MAX].strip()

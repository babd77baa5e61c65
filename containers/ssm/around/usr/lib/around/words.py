# Text from the outside is looked at before it is kept or shown: a terminal obeys no character of it.

import math

TEXT_MAX = 256


def printable(text):
    """One line that no terminal takes for a command."""
    return ''.join(character if character.isprintable() else '?' for character in str(text))


def is_text(value, longest=TEXT_MAX):
    """Whether it is one line for a person to read; lone surrogates and control characters are not."""
    return isinstance(value, str) and 0 < len(value) <= longest and value.isprintable()


def described(value):
    """What came, in an error: short, and always one line."""
    shown = printable(repr(value) if isinstance(value, (str, int, float, bool, type(None))) else f'{"an object" if isinstance(value, dict) else "a list"}')
    return shown if len(shown) <= 80 else f'{shown[:77]}...'


def seconds(text, least, most):
    """A length of time as it was typed, or ValueError."""
    value = float(text) if text.replace('.', '', 1).isascii() and text.replace('.', '', 1).isdigit() else math.nan
    if not least <= value <= most:
        raise ValueError(f'expected seconds from {least} to {most}, got {described(text)}')
    return int(value) if value == int(value) else value


def count(text, most=10**9):
    if not (text.isascii() and text.isdigit() and len(text) <= 10 and int(text) <= most):
        raise ValueError(f'expected a count from 0 to {most}, got {described(text)}')
    return int(text)

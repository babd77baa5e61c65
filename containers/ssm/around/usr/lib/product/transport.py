# How the product reaches SSM On-Prem: which ways there are, and which addresses are taken for them.

import re
from urllib.parse import urlsplit

from words import described, is_text

DIRECT_URL = 'https://tools.cisco.com/its/service/oddce/services/DDCEService'
URL_MAX = 1024
LABELS = {'direct': 'Direct', 'gateway': 'Transport Gateway', 'smart': 'Smart Transport', 'proxy': 'HTTP/HTTPS Proxy'}
FRESH = {'mode': 'direct', 'url': '', 'proxy': {'host': '', 'port': '', 'user': '', 'password': ''}, 'private': False}
HOST = re.compile(r'[A-Za-z0-9._:-]{1,253}', re.ASCII)


def url_in_force(transport):
    """Empty where registering is not possible."""
    return {'direct': DIRECT_URL, 'proxy': ''}.get(transport['mode'], transport['url'])


def checked_url(url):
    """The address if it is one of a Transport Gateway, or ValueError."""
    try:
        parts = urlsplit(url)
        good = (
            0 < len(url) <= URL_MAX and re.fullmatch(r'[!-~]+', url) and '\\' not in url and parts.scheme == 'https' and parts.hostname
            and HOST.fullmatch(parts.hostname) and '@' not in parts.netloc and not parts.fragment and parts.port != 0)
    except ValueError:  # what urlsplit cannot take apart: a port that is no number, half an IPv6 address
        good = False
    if not good:
        raise ValueError(f'expected an address like https://ssm.example.com/SmartTransport, got {described(url)}')
    return url


def checked_proxy(host, port, user, password):
    if not HOST.fullmatch(host):
        raise ValueError(f'expected the name or the address of a proxy, got {described(host)}')
    if not (port.isascii() and port.isdigit() and len(port) <= 5 and 0 < int(port) < 65536):
        raise ValueError(f'expected the port of the proxy, from 1 to 65535, got {described(port)}')
    if not all(value == '' or is_text(value) for value in (user, password)):
        raise ValueError('expected a user and a password of the proxy of at most 256 printable characters')
    return {'host': host, 'port': port, 'user': user, 'password': password}

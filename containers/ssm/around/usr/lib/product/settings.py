# Which product this is, and which licences it was installed to ask for: cluster.conf, written by whoever made the container.

from collections import namedtuple

from words import count, described, is_text

Kind = namedtuple('Kind', 'id name product_type licensing_mode registered')
Settings = namedtuple('Settings', 'kind node udi licences')

KINDS = {kind.id: kind for kind in (
    Kind('prime', 'Prime Infrastructure', 'SDNMGMT', 'Smart Software Licensing', 'Smart agent registered successfully'),
    Kind('cucm', 'Cisco Unified Communications Manager', 'UCL', 'Enterprise', 'Registration completed successfully'),
)}


def read_settings(path):
    with open(path, encoding='utf-8') as file:
        return settings(file.read())


def settings(text):
    """From KEY=value lines; a value may stand in quotes."""
    conf = {}
    for line in text.splitlines():
        key, equals, value = line.strip().partition('=')
        if equals and not key.startswith('#'):
            conf[key] = value[1:-1] if len(value) > 1 and value[0] == value[-1] and value[0] in '"\'' else value
    for name in ('NODE', 'UDI'):
        if not is_text(conf.get(name)):
            raise ValueError(f'cluster.conf: {name}: expected one line, got {described(conf.get(name))}')
    if conf.get('KIND') not in KINDS:
        raise ValueError(f'cluster.conf: KIND: expected {" or ".join(KINDS)}, got {described(conf.get("KIND"))}')
    return Settings(KINDS[conf['KIND']], conf['NODE'], conf['UDI'], licences(conf.get('LICENCES', '')))


def licences(text):
    """`Name=34;Other name=1` → {'Name': 34, 'Other name': 1}"""
    found = {}
    for part in filter(None, map(str.strip, text.split(';'))):
        name, equals, number = part.rpartition('=')
        if not equals or not is_text(name.strip()):
            raise ValueError(f'cluster.conf: LICENCES: expected NAME=COUNT, got {described(part)}')
        found[name.strip()] = count(number.strip())
    return found

# What this node was told about itself and its peer: /etc/ssm/cluster.conf, read once.

CONF = '/etc/ssm/cluster.conf'
PRODUCT = 'Smart Software Manager On-Prem'


def read_conf(path=CONF):
    """KEY=value lines, as a shell would source them; quotes around a value are allowed."""
    conf = {'NODE': 'unknown', 'VERSION': '8-202105'}
    with open(path, encoding='utf-8') as lines:
        for line in lines:
            key, equals, value = line.strip().partition('=')
            if equals and not key.startswith('#'):
                conf[key.strip()] = value.strip().strip('"\'')
    return conf

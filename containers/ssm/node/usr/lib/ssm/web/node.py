# What this node was told about itself and its peer: /etc/ssm/cluster.conf, read once.

import os

CONF = '/etc/ssm/cluster.conf'
STAND_ALONE = '/var/lib/ssm/stand-alone'
PRODUCT = 'Smart Software Manager On-Prem'


def stand_alone():
    """Whether this server has no cluster. It stays so for as long as the application runs: whoever changes it stops that first."""
    return os.path.exists(STAND_ALONE)


def read_conf(path=CONF):
    """KEY=value lines, as a shell would source them; quotes around a value are allowed."""
    conf = {'NODE': 'unknown', 'VERSION': '8-202105'}
    with open(path, encoding='utf-8') as lines:
        for line in lines:
            key, equals, value = line.strip().partition('=')
            if equals and not key.startswith('#'):
                conf[key.strip()] = value.strip().strip('"\'')
    return conf

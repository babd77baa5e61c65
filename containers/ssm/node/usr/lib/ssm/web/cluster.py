# "Normal" is never shown while the standby is away: it comes from corosync membership and replication, not from hope.
#
# Degraded means that the peer is not a corosync member, or that it is not streaming. The server that shows the page
# is the active one by definition: the web application runs nowhere else.

import json
import time
from collections import namedtuple

import store
from node import stand_alone

GUARD = '/run/ssm/guard.json'
GUARD_STALE_S = 2  # the guard writes every 200 ms

# The first two sentences are the product's own, missing punctuation included; the others follow their pattern.
NORMAL = 'The status of the high availability cluster is normal.'
OFFLINE = 'The cluster is degraded One of the cluster nodes is offline'
UNKNOWN = 'The cluster is degraded The state of the other cluster node is not known'
NOT_REPLICATING = 'The cluster is degraded The standby database is not replicating'
BEHIND = 'The cluster is degraded The standby database is not up to date'

Verdict = namedtuple('Verdict', 'state message heartbeat')


def verdict(guard, replication):
    """What the page says, from what the guard saw (None: it is silent) and what the walsender to the standby does."""
    # A server whose HA is stopped sends no heartbeat, even when its machine still answers on that network.
    heartbeat = 'Connected' if guard and guard['peerMember'] and guard['links']['heartbeat'] else 'Disconnected'
    if guard is None:
        return Verdict('Degraded', UNKNOWN, heartbeat)
    if not guard['peerMember']:
        return Verdict('Degraded', OFFLINE, heartbeat)
    if replication is None:
        return Verdict('Degraded', NOT_REPLICATING, heartbeat)
    if replication != 'streaming':
        return Verdict('Degraded', BEHIND, heartbeat)
    return Verdict('Normal', NORMAL, heartbeat)


def read_guard():
    """The guard's last word, or None when there is none that is recent."""
    try:
        with open(GUARD, encoding='utf-8') as file:
            guard = json.load(file)
        fresh = time.monotonic() - guard['t'] <= GUARD_STALE_S
        return guard if fresh and {'heartbeat'} <= guard['links'].keys() and 'peerMember' in guard else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def present():
    """None on a stand-alone server."""
    if stand_alone():
        return None
    return verdict(read_guard(), store.replication_state())


class LonelyChronicle:
    """Of a stand-alone server there is nothing to tell but that it is one."""

    def __init__(self, node):
        self.pending = f'Web application started on {node} in stand-alone mode'

    def look(self):
        if self.pending:
            with store.note() as cursor:
                store.log(cursor, store.HIGH_AVAILABILITY, self.pending)
            self.pending = None


class Chronicle:
    """Writes a line to the event log whenever the verdict changes. What could not be written is written with the next look."""

    def __init__(self, node):
        self.pending = f'Web application started on {node}, the active server'
        self.state = None

    def look(self):
        now = present()
        if self.state is None or now[:2] != self.state[:2]:
            with store.note() as cursor:
                if self.pending:
                    store.log(cursor, store.HIGH_AVAILABILITY, self.pending)
                store.log(cursor, store.HIGH_AVAILABILITY, now.message)
            self.pending, self.state = None, now

"""Decides by time who may be active: two nodes without fencing are both quorate when they lose each other.

An active server that reaches neither its peer nor the gateway for GIVE_UP_S gives up everything by itself (within T1). The
other takes over only when the peer says that it holds nothing, or after T2 of its silence. T2 > T1 + margin, so that the two
never overlap. An active server that has lost the clients' network alone hands over to a peer that has it. The guard also says when commits need not wait for the standby: only after the cluster has agreed that it is
not promotable, and the standby itself has, or is where it cannot be promoted.

Whoever needs a clock must not be held up: what may hang (database, cluster) is asked by threads, and the loop that beacons,
gives up and allows reads only what they left.
"""

import ctypes
import json
import os
import re
import select
import signal
import subprocess
import sys
import threading
import time

import psycopg2

from contact import LINK_FRESH_S, WORD_FRESH_S, Gateway, Peer, VipWitness, device_of

BEACON_EVERY_S = 0.2
LOOK_EVERY_S = 0.2
DATABASE_EVERY_S = 0.25
MEMBERS_EVERY_S = 0.25
TELL_EVERY_S = 0.5
DISK_EVERY_S = 0.5

# T1 = GIVE_UP_S + LET_GO_S; T2 = T1 + 3 s. Corosync's token (3 s) and consensus (3.6 s) pass within T2.
GIVE_UP_S = 4.0
LET_GO_S = 1.0
TAKE_OVER_S = 8.0
# In that time before T2 the VIP is asked for on the wire: whoever answers still has it.
WITNESS_FROM_S = 4.0
# Cluster software that is gone this long, while its resources are still held or nobody has stopped it, has died.
STACK_GONE_S = 1.0
# After a stall of our own (stopped, starved) what lies in the sockets is old: one exchange is waited for before giving up.
STALLED_S = 1.0
STALL_GRACE_S = 0.5
# A stall that comes this close to T2 leaves no room for doubt: the other may be active, so this server gives up before it listens.
STALL_MARGIN_S = 2.0

# One that gave up comes back when the other serves, and waits for that so long at most: the cluster starts web application and
# VIP only when it has nothing more to start of the database, on either server, and a return may take ten seconds.
TAKEN_OVER_S = 10.0

# A standby that does not stream for this long is declared not promotable, if the cluster can agree on it.
NOT_STREAMING_S = 1.0
# A standby that reaches nobody for this long must think that the active server went on without it. It thinks so before the
# active server does: that waits for the standby's word, or for SILENT_S of silence while the gateway answers.
CUT_OFF_S = 2.0
SILENT_S = 3.0
# From "the standby is waited for" to "no commit is under way that was not": the checkpointer reads the setting in between.
SETTLE_S = 1.0
# A disk that refuses writes for this long is given up for the other server's: a moment of it may be a file that comes and goes.
REFUSED_S = 3.0
# The database needs as much to go on: one more segment of its log.
ROOM_BYTES = 4 * 1024 * 1024
# What the cluster was told is looked up again: two halves that were apart may agree on the older word when they meet.
REMIND_S = 10.0
# Clients come by the gateway's network: a server that has not heard the gateway for so long, while its peer does, is out of their reach.
OUT_OF_REACH_S = 3.0
# What a thread last saw counts for this long.
SEEN_FRESH_S = 2.0

SYNC_CONF = '/var/lib/ssm/sync.conf'
# This database may lack what the active server has acknowledged. It outlives a boot.
BEHIND = '/var/lib/ssm/behind'
DATABASE_DISK = '/var/lib/postgresql/15'
STANDBY_SIGNAL = '/var/lib/postgresql/15/ssm/standby.signal'
STATE = '/run/ssm/guard.json'
MAY_PROMOTE = '/run/ssm/may-promote'
PEER_IS_ACTIVE = '/run/ssm/peer-is-active'
# The database's disk takes nothing; and that for so long that the other server, which can, is to be active instead.
DISK_REFUSES = '/run/ssm/disk-refuses'
GIVE_WAY = '/run/ssm/give-way'
STACK_STOPPED = '/run/ssm/guard-stopped-cluster'
# An administrator stopped HA here: then nobody else starts it.
STOPPED_BY_CONSOLE = '/run/ssm/stopped-by-console'
# Some thresholds can be set for trials and planted defects; what is not there has the value above.
OVERRIDES = '/etc/ssm/guard.json'


class Guard:
    def __init__(self, conf):
        self.conf = conf
        self.limits = {'giveUp': GIVE_UP_S, 'takeOver': TAKE_OVER_S, **(read_json(OVERRIDES) or {})}
        self.peer = Peer(conf)
        self.gateway = Gateway(conf['GATEWAY'], conf['PUBLIC_IP'], self.peer.hear)
        self.witness = VipWitness(conf)
        self.held = Held(conf)
        self.stack = Processes('pacemakerd', 'corosync')
        self.members = Members('2' if conf['NODE'] == 'primary-node' else '1')
        self.disk = Disk()
        self.replication = Replication(conf, self.peer, self.gateway, self.members)
        # By these the cluster decides where it promotes.
        self.told = Told('ssm-behind', lambda: self.behind), Told('ssm-out-of-reach', lambda: self.out_of_reach)
        now = time.monotonic()
        self.started_at = now
        # A guard that died during a cut must not start to count anew.
        self.contact_before = (read_json(STATE) or {}).get('contact', now)
        self.looked_at = now
        self.grace_until = now + STALL_GRACE_S
        self.stack_missing_since = None
        self.stack_ran = False
        self.gave_up_at = now
        self.allowed_why = None
        self.behind = os.path.exists(BEHIND)
        self.out_of_reach = False
        self.next = {'look': 0.0, 'beacon': 0.0}

    def live(self):
        say('started', limits=self.limits)
        for thread in (self.members, self.replication, *self.told, self.disk):
            threading.Thread(target=thread.live, daemon=True).start()
        sockets = {**{sock: lambda sock=sock: self.peer.receive(sock) for sock in self.peer.sockets},
                   self.gateway.socket: self.gateway.receive, self.witness.socket: self.witness.receive}
        while True:
            ready, _, _ = select.select(list(sockets), [], [], max(0.0, min(self.next.values()) - time.monotonic()))
            for sock in ready:
                sockets[sock]()
            if self.due('look', LOOK_EVERY_S):
                self.look()
            if self.due('beacon', BEACON_EVERY_S):
                self.beacon()
                self.tell()

    def due(self, what, every):
        now = time.monotonic()
        if now < self.next[what]:
            return False
        self.next[what] = now + every
        return True

    def beacon(self):
        self.peer.send({'holds': self.held.anything(), 'stack': self.stack.all_there(), 'standby': self.replication.word(),
                        'behind': self.behind, 'gateway': self.gateway.fresh(LINK_FRESH_S), 'writes': not self.disk.refused_for(),
                        'gaveUp': os.path.exists(STACK_STOPPED), 'serves': self.held.everything()})
        self.gateway.ask()

    # --- who may be active -------------------------------------------------------------------------------------------------

    def look(self):
        now = time.monotonic()
        before = self.held.anything()
        self.held.look(self.replication.primary)
        if before != self.held.anything():
            self.beacon()
        stalled = now - self.looked_at
        if stalled > STALLED_S:
            say('stalled', seconds=round(stalled, 2))
            self.grace_until = now + STALL_GRACE_S
            self.peer.forget()
            self.beacon()
        self.looked_at = now
        if self.held.anything() and stalled > max(STALLED_S, self.limits['takeOver'] - STALL_MARGIN_S):
            self.give_up('it stood still for so long that the other server may have taken over')
        elif self.held.anything():
            self.keep_or_give_up(now)
        elif self.stack_died(now):
            self.give_up('the cluster software is gone')
        elif self.may_come_back(now):
            self.come_back()
        self.judge_own_copy(now)
        self.judge_reach(now)
        if self.peer.silence() > WITNESS_FROM_S and now - self.witness.asked > 0.4:
            self.witness.ask()
        self.allow()

    def contact(self):
        """When we last knew that somebody hears us."""
        return max(self.contact_before, self.peer.last_confirmed(), self.gateway.answered)

    def keep_or_give_up(self, now):
        if self.stack.all_there():
            self.stack_missing_since = None
        else:
            self.stack_missing_since = self.stack_missing_since or now
        if now - self.contact() > self.limits['giveUp'] and now >= self.grace_until:
            self.give_up('cut off from the other server and from the gateway')
        elif self.stack_missing_since and now - self.stack_missing_since > STACK_GONE_S:
            self.give_up('the cluster software is gone while this server holds its resources')

    def stack_died(self, now):
        """Cluster software that ran is gone, and nobody stopped it: a standby without it would never take over."""
        if self.stack.all_there():
            self.stack_ran, self.stack_missing_since = True, None
        elif not self.stack_ran or os.path.exists(STACK_STOPPED) or os.path.exists(STOPPED_BY_CONSOLE):
            self.stack_ran, self.stack_missing_since = False, None
        else:
            self.stack_missing_since = self.stack_missing_since or now
        return self.stack_missing_since is not None and now - self.stack_missing_since > STACK_GONE_S

    def give_up(self, why):
        """VIP first, so that nobody reaches what is still running; then the cluster, so that nothing is started again; then the rest."""
        began = time.monotonic()
        say('giving-up', why=why, sinceContactMs=round((began - self.contact()) * 1000), held=self.held.what())
        device = device_of(self.conf['VIP'])
        if device:
            run('ip', 'addr', 'del', f"{self.conf['VIP']}/{self.conf['PUBLIC_PREFIX']}", 'dev', device)
        write(STACK_STOPPED, '')
        kill_all('pacemakerd', 'pacemaker-based', 'pacemaker-fenced', 'pacemaker-execd', 'pacemaker-attrd', 'pacemaker-schedulerd',
                 'pacemaker-controld', 'corosync')
        kill_all('postgres', command='/usr/lib/ssm/web/app.py')
        # Whatever they had started: an agent that survives would go on with its promotion.
        run('systemctl', 'kill', '--signal=KILL', 'ssm-web.service', 'pacemaker.service', 'corosync.service')
        kill_all('postgres')
        self.replication.primary = None
        self.held.look(None)
        # What was killed needs a moment to be gone; whatever is left then is tried again with the next look.
        while self.held.anything() and time.monotonic() - began < LET_GO_S:
            time.sleep(0.02)
            self.held.look(None)
        self.gave_up_at = time.monotonic()
        say('gave-up', tookMs=round((self.gave_up_at - began) * 1000),
            sinceContactMs=round((self.gave_up_at - self.contact()) * 1000), held=self.held.what())
        self.beacon()

    def may_come_back(self, now):
        return (os.path.exists(STACK_STOPPED) and not os.path.exists(STOPPED_BY_CONSOLE)
                and now - self.contact() < LINK_FRESH_S and now - self.gave_up_at > (TAKEN_OVER_S if self.peer_takes_over() else 1.0))

    def peer_takes_over(self):
        return self.peer.says('stack') is True and not any(self.peer.says(word) for word in ('serves', 'behind', 'gaveUp'))

    def come_back(self):
        say('rejoining', why='there is contact again')
        remove(STACK_STOPPED)
        remove('/run/ssm/database-waits')
        run('systemctl', 'reset-failed', 'corosync.service', 'pacemaker.service', 'ssm-web.service')
        subprocess.Popen(['systemctl', 'start', 'pacemaker.service'], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def judge_own_copy(self, now):
        """A copy that may lack acknowledged rows is never promoted, whatever the cluster remembers."""
        if self.held.primary_there or self.peer.says('standby') == 'synced':
            if self.behind:
                self.behind = False
                remove(BEHIND)
                say('caught-up', why='this server is active' if self.held.primary_there else 'the active server says so')
            return
        if self.behind:
            return
        heard = max(self.contact_before, self.peer.last_heard, self.gateway.answered)
        if self.peer.says('standby') == 'behind':
            why = 'the active server goes on without this one'
        elif now - heard > CUT_OFF_S and now >= self.grace_until and not self.held.anything() and os.path.exists(STANDBY_SIGNAL):
            why = 'cut off: the active server may go on without this one'
        else:
            return
        write(BEHIND, why, durable=True)
        self.behind = True
        say('behind', why=why)
        self.beacon()

    def judge_reach(self, now):
        """A server without the clients' network is not the one to serve while the other has it and may take over.

        Once it has begun to hand over it does not change its mind until its own gateway answers or the other's does not: it holds
        nothing any more by then, and would be the better one again.
        """
        heard = max(self.gateway.answered, self.started_at)
        lost = now - heard > OUT_OF_REACH_S and now >= self.grace_until and self.peer.says('gateway') is True
        nothing_to_lose = not self.held.primary_there or self.standby_promotable()
        out_of_reach = lost and (self.out_of_reach or nothing_to_lose)
        if out_of_reach != self.out_of_reach:
            say('out-of-reach' if out_of_reach else 'in-reach', silentForMs=round((now - heard) * 1000), held=self.held.what())
            self.out_of_reach = out_of_reach

    def standby_promotable(self):
        return self.replication.seen_streaming() and bool(self.replication.peer_in_sync) and self.peer.says('behind') is False

    def allow(self):
        """May this server be promoted now? The database's resource agent asks for the file."""
        silence = self.peer.silence()
        why = None
        if os.path.exists(STACK_STOPPED) or self.behind or time.monotonic() < self.grace_until:
            pass
        elif self.peer.says('holds') is False and (self.members.peer() or self.peer.says('stack') is False):
            why = 'the other server says that it holds nothing'
        elif silence >= self.limits['takeOver'] and self.gateway.fresh(WORD_FRESH_S) and self.witness.unanswered():
            why = f'the other server has been silent for {silence:.1f} s, the gateway answers and nobody has the VIP'
        if bool(why) != bool(self.allowed_why):
            no = 'this copy is behind' if self.behind else 'the other server is there, or may be'
            say('may-promote' if why else 'may-not-promote', why=why or no)
            flag(MAY_PROMOTE, bool(why))
        self.allowed_why = why

    # --- what others read --------------------------------------------------------------------------------------------------

    def tell(self):
        now = time.monotonic()
        replication = self.replication
        # What was allowed before a stall is looked at anew first.
        flag(MAY_PROMOTE, bool(self.allowed_why) and now - self.looked_at < STALLED_S)
        # One whose cluster software died is no reason to refuse a promotion: it gives up, and the promotion waits for that.
        flag(PEER_IS_ACTIVE, self.peer.says('holds') is True and self.peer.says('stack') is True and self.members.peer())
        promotable = self.standby_promotable()
        flag(DISK_REFUSES, self.disk.refused_for() > 0)
        # Where the other cannot take over, reading here is better than nothing.
        flag(GIVE_WAY, self.disk.refused_for() > REFUSED_S and promotable)
        write(STATE, json.dumps({
            't': now,
            'clock': round(time.time(), 3),
            'node': self.conf['NODE'],
            'links': {link: self.peer.link_up(link) for link in self.peer.addresses},
            'gateway': self.gateway.fresh(LINK_FRESH_S),
            'contact': self.contact(),
            'peerMember': self.members.peer(),
            'peerHolds': self.peer.says('holds'),
            'peerLastHeard': round(self.peer.silence(), 3),
            'holds': self.held.what(),
            'standbyStreaming': replication.seen_streaming(),
            'standbyPromotable': promotable,
            'mode': replication.mode if replication.primary else None,
            'behind': self.behind,
            'outOfReach': self.out_of_reach,
            'diskRefuses': self.disk.why,
            'mayPromote': self.allowed_why,
            'gaveUp': os.path.exists(STACK_STOPPED),
        }))


class Held:
    """What this server holds and would serve at this moment."""

    def __init__(self, conf):
        self.vip = re.compile(r'\|-- ' + re.escape(conf['VIP']) + r'\n\s+/32 host LOCAL')
        self.vip_there = self.web_there = self.primary_there = False

    def look(self, primary):
        with open('/proc/net/fib_trie', encoding='ascii') as file:
            self.vip_there = bool(self.vip.search(file.read()))
        with open('/proc/net/tcp', encoding='ascii') as file:
            self.web_there = ':01BB 00000000:0000 0A' in file.read()
        # A database that was primary is one until its process is gone.
        self.primary_there = postmaster() is not None and (primary if primary is not None else self.primary_there)

    def anything(self):
        return self.vip_there or self.web_there or self.primary_there

    def everything(self):
        return self.vip_there and self.web_there and self.primary_there

    def what(self):
        return {'vip': self.vip_there, 'web': self.web_there, 'primary': self.primary_there}


class Members:
    """Is the peer a member of the cluster? Corosync's own library is asked; a thread, because it may keep us waiting."""

    def __init__(self, peer_id):
        self.key = f'runtime.members.{peer_id}.status'.encode()
        self.joined = False
        self.seen_at = 0.0
        self.map = ctypes.CDLL('libcmap.so.4')
        self.map.cmap_get_string.argtypes = [ctypes.c_uint64, ctypes.c_char_p, ctypes.POINTER(ctypes.c_void_p)]
        self.map.cmap_finalize.argtypes = [ctypes.c_uint64]
        self.free = ctypes.CDLL(None).free
        self.free.argtypes = [ctypes.c_void_p]
        self.handle = None

    def live(self):
        while True:
            self.joined = self.ask() == b'joined'
            self.seen_at = time.monotonic()
            time.sleep(MEMBERS_EVERY_S)

    def peer(self):
        return self.joined and time.monotonic() - self.seen_at < SEEN_FRESH_S

    def ask(self):
        ok = 1
        if self.handle is None:
            handle = ctypes.c_uint64()
            if self.map.cmap_initialize(ctypes.byref(handle)) != ok:
                return None
            self.handle = handle
        text = ctypes.c_void_p()
        if self.map.cmap_get_string(self.handle, self.key, ctypes.byref(text)) != ok:
            self.map.cmap_finalize(self.handle)
            self.handle = None
            return None
        try:
            return ctypes.string_at(text)
        finally:
            self.free(text)


class Told:
    """An attribute of this server by which the cluster knows not to promote it. A thread: the cluster may keep us waiting."""

    def __init__(self, name, true):
        self.name = name
        self.true = true

    def live(self):
        told, told_at = None, 0.0
        while True:
            value = 'yes' if self.true() else 'no'
            # Said again now and then: a cluster that was started anew has forgotten it.
            if value != told or value == 'yes' and time.monotonic() - told_at > REMIND_S:
                code, _ = run('attrd_updater', '--name', self.name, '--update', value)
                told, told_at = (value if code == 0 else None), time.monotonic()
            time.sleep(TELL_EVERY_S)


class Disk:
    """Does the database's disk take what is written? Tried by writing to it; a thread, because a disk that fails may keep us waiting."""

    def __init__(self):
        self.why = None
        self.since = 0.0

    def live(self):
        while True:
            why = self.refusal()
            if (why is None) != (self.why is None):
                self.since = time.monotonic()
                say('disk-refuses' if why else 'disk-writes', why=why or 'it takes what is written again')
            self.why = why
            time.sleep(DISK_EVERY_S)

    def refused_for(self):
        """Seconds; 0 when it takes writes."""
        return max(time.monotonic() - self.since, 0.001) if self.why else 0

    def refusal(self):
        trial = os.path.join(DATABASE_DISK, '.guard')
        try:
            with open(trial, 'wb') as file:
                file.write(bytes(4096))
            os.remove(trial)
            room = os.statvfs(DATABASE_DISK)
        except OSError as error:
            return error.strerror
        return None if room.f_bavail * room.f_frsize >= ROOM_BYTES else f'only {room.f_bavail * room.f_frsize} bytes are left'


class Replication:
    """What commits wait for, on the active server: asked and set in a thread, because database and cluster may keep us waiting."""

    def __init__(self, conf, peer, gateway, members):
        self.conf = conf
        self.peer = peer
        self.gateway = gateway
        self.members = members
        self.database = Database()
        self.forget()

    def forget(self):
        self.primary = None
        self.mode = None
        self.streaming = False
        self.seen_at = 0.0
        self.not_streaming_since = None
        self.alone = False
        self.peer_in_sync = None
        self.asked_cluster_at = 0.0
        self.waited_for_since = None
        self.catch_up_to = None
        self.caught_up = False

    def live(self):
        while True:
            self.ask_database()
            time.sleep(DATABASE_EVERY_S)

    def word(self):
        """What the standby has to know: an acknowledged row may be missing there, or none is."""
        if not self.primary:
            return None
        return 'behind' if self.alone else 'synced' if self.caught_up else None

    def seen_streaming(self):
        return self.streaming and time.monotonic() - self.seen_at < SEEN_FRESH_S

    def ask_database(self):
        if postmaster() is None:
            self.database.close()
            self.forget()
            return
        rows = self.database.ask("""
            select pg_is_in_recovery(), current_setting('synchronous_standby_names'),
                   case when pg_is_in_recovery() then null else pg_current_wal_flush_lsn() - '0/0' end,
                   s.state, s.sync_state, s.flush_lsn - '0/0'
            from (select 1) one left join pg_stat_replication s on s.application_name = %s""", self.conf['PEER'])
        if not rows:
            return
        recovering, names, location, state, sync_state, flushed = rows[-1]
        if recovering:
            self.forget()
            self.primary = False
            return
        self.primary = True
        self.mode = 'sync' if names else 'async'
        # What the standby receives but cannot write down does not count.
        self.streaming = any(row[3] == 'streaming' for row in rows) and self.peer.says('writes') is not False
        self.seen_at = time.monotonic()
        self.not_streaming_since = None if self.streaming else self.not_streaming_since or self.seen_at
        if not self.streaming or sync_state != 'sync':
            self.waited_for_since, self.catch_up_to, self.caught_up = None, None, False
        self.alone = self.alone or not names
        if self.seen_at - self.asked_cluster_at > REMIND_S:
            self.asked_cluster_at = self.seen_at
            self.peer_in_sync = self.in_sync_attribute() == 'yes'
        if not names:
            self.while_alone()
        elif self.streaming:
            self.while_synchronous(sync_state, location, flushed)
        else:
            self.while_missed()

    def while_synchronous(self, sync_state, location, flushed):
        """Promotable once it has all that was ever acknowledged without it; both servers know before the cluster does."""
        now = time.monotonic()
        if sync_state != 'sync':
            return
        self.waited_for_since = self.waited_for_since or now
        if self.catch_up_to is None and now - self.waited_for_since >= SETTLE_S:
            self.catch_up_to = location
        if self.catch_up_to is not None and flushed is not None and flushed >= self.catch_up_to:
            self.caught_up, self.alone = True, False
        if self.caught_up and not self.peer_in_sync and self.peer.says('behind') is False and self.set_in_sync('yes'):
            say('synchronous', why='the standby has caught up and is promotable')

    def while_missed(self):
        """Commits wait. They go on without the standby once nobody can promote it."""
        now = time.monotonic()
        gone = now - self.not_streaming_since > NOT_STREAMING_S or not self.members.peer()
        # Alone in the dark nobody may decide this: who is cut off waits, and gives up.
        in_contact = now - max(self.gateway.answered, self.peer.last_confirmed()) < WORD_FRESH_S
        self.alone = bool(gone and in_contact and self.peer.says('holds') is not True)
        # Asked twice: the cluster's answer may have taken seconds.
        if self.alone and self.peer_cannot_be_promoted() and self.set_in_sync('no') and self.peer_cannot_be_promoted():
            self.wait_for_standby(False)
            say('asynchronous', why='the standby does not stream; the cluster knows that it is not promotable')

    def peer_cannot_be_promoted(self):
        """It said so itself; or it is dead, or out of reach of the gateway, without which nobody takes over: else we would hear it.

        One that gave up runs no cluster until it has contact, and then not without us. It may be heard all the time: half a link.
        """
        if self.peer.says('behind') or self.peer.says('gaveUp'):
            return True
        return self.peer.silence() >= SILENT_S and self.gateway.answering_for() >= WORD_FRESH_S

    def while_alone(self):
        if self.peer_in_sync:
            self.set_in_sync('no')
        if self.streaming:
            self.wait_for_standby(True)

    def wait_for_standby(self, wait):
        names = f'"{self.conf["PEER"]}"' if wait else ''
        write(SYNC_CONF, f"synchronous_standby_names = '{names}'\n")
        self.database.ask('select pg_reload_conf()')
        for _ in range(20):
            if self.database.ask('show synchronous_standby_names') == [(names,)]:
                return
            time.sleep(0.05)

    def in_sync_attribute(self):
        code, value = run('crm_attribute', '--node', self.conf['PEER'], '--name', 'ssm-insync', '--query', '--quiet')
        return value if code == 0 else None

    def set_in_sync(self, value):
        code, output = run('crm_attribute', '--node', self.conf['PEER'], '--name', 'ssm-insync', '--update', value, '--lifetime', 'forever')
        if code != 0:
            say('not-agreed', why=output)
            return False
        self.peer_in_sync = value == 'yes'
        self.asked_cluster_at = time.monotonic()
        return True


class Database:
    """The local database, asked over one connection that is made again when it breaks."""

    def __init__(self):
        self.connection = None

    def ask(self, query, *values):
        """Rows, or None when the database does not answer."""
        try:
            if self.connection is None:
                self.connection = psycopg2.connect(host='/run/postgresql', user='postgres', dbname='postgres', connect_timeout=1,
                                                   options='-c statement_timeout=1000 -c synchronous_commit=local')
                self.connection.autocommit = True
            with self.connection.cursor() as cursor:
                cursor.execute(query, values)
                return cursor.fetchall() if cursor.description else []
        except psycopg2.Error:
            self.close()
            return None

    def close(self):
        try:
            if self.connection:
                self.connection.close()
        except psycopg2.Error:
            pass
        self.connection = None


class Processes:
    """Are processes of these names there? The last pid is looked at first: the whole of /proc ten times a second is too much."""

    def __init__(self, *names):
        self.pids = dict.fromkeys(names, 0)

    def all_there(self):
        for name, pid in self.pids.items():
            if comm_of(pid) != name:
                self.pids[name] = next((other for other in pids() if comm_of(other) == name), 0)
        return all(self.pids.values())


def postmaster():
    """The pid of the running database server, or None."""
    try:
        with open('/run/postgresql/ssm.pid', encoding='ascii') as file:
            pid = int(file.readline())
    except (OSError, ValueError):
        return None
    return pid if comm_of(pid) == 'postgres' else None


def pids():
    return [int(entry) for entry in os.listdir('/proc') if entry.isdigit()]


def comm_of(pid):
    """Its name; None when it is gone, or dead and not yet reaped."""
    try:
        with open(f'/proc/{pid}/stat', encoding='utf-8', errors='replace') as file:
            name, _, rest = file.read().partition('(')[2].rpartition(')')
    except OSError:
        return None
    return None if rest.split()[0] in 'ZX' else name


def command_of(pid):
    try:
        with open(f'/proc/{pid}/cmdline', encoding='utf-8', errors='replace') as file:
            return file.read()
    except OSError:
        return ''


def kill_all(*names, command=None):
    """Twice, for those that were being started meanwhile. The kernel keeps 15 letters of a name; a script goes by its command."""
    short = {name[:15] for name in names}
    for _ in range(2):
        for pid in pids():
            if comm_of(pid) in short or command and command in command_of(pid):
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass


def run(*command, timeout=5):
    """Exit code and output; a command that hangs counts as failed."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=timeout, check=False)
        return done.returncode, done.stdout.strip() or done.stderr.strip()
    except (subprocess.TimeoutExpired, OSError) as error:
        return 1, str(error)


def say(event, **detail):
    print(json.dumps({'event': event, 't': round(time.monotonic(), 3), **detail}), flush=True)


def write(path, text, durable=False):
    temporary = path + '.new'
    with open(temporary, 'w', encoding='utf-8') as file:
        file.write(text)
        if durable:
            file.flush()
            os.fsync(file.fileno())
    os.replace(temporary, path)


def flag(path, there):
    """A file that says yes while it is fresh: it holds the time since boot, which no change of the clock moves."""
    if there:
        write(path, f'{time.clock_gettime(time.CLOCK_BOOTTIME):.1f}\n')
    else:
        remove(path)


def remove(path):
    try:
        os.remove(path)
    except FileNotFoundError:
        pass


def read_json(path):
    try:
        with open(path, encoding='utf-8') as file:
            return json.load(file)
    except (OSError, ValueError):
        return None


def read_conf(path='/etc/ssm/cluster.conf'):
    with open(path, encoding='utf-8') as lines:
        return dict(line.strip().split('=', 1) for line in lines if '=' in line)


if __name__ == '__main__':
    try:
        Guard(read_conf()).live()
    except KeyboardInterrupt:
        sys.exit(0)

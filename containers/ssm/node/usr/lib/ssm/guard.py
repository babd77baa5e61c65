"""Decides by time who may be active: two nodes without fencing are both quorate when they lose each other.

An active server that reaches neither its peer nor the gateway for GIVE_UP_S gives up everything by itself (within T1). The
other takes over only when the peer says that it holds nothing, or after T2 of its silence. T2 > T1 + margin, so that the two
never overlap. The guard also says when commits need not wait for the standby: only after the cluster has agreed that it is
not promotable.
"""

import json
import os
import select
import signal
import socket
import struct
import subprocess
import sys
import time

import psycopg2

BEACON_PORT = 5450
BEACON_EVERY_S = 0.2
LOOK_EVERY_S = 0.1
DATABASE_EVERY_S = 0.25
MEMBERS_EVERY_S = 0.5

# T1 = GIVE_UP_S + LET_GO_S = 5 s; T2 = T1 + 3 s. The token of 3 s and its consensus of 3.6 s pass within T2.
GIVE_UP_S = 4.0
TAKE_OVER_S = 8.0
# A link counts as up while a round trip over it is younger than this.
LINK_FRESH_S = 1.5
# A standby that does not stream for this long is declared not promotable, if the cluster can agree on it.
NOT_STREAMING_S = 1.0
# In that time before T2 the VIP is asked for on the wire: whoever answers still has it.
WITNESS_FROM_S = 4.0

SYNC_CONF = '/var/lib/ssm/sync.conf'
STACK_STOPPED = '/run/ssm/guard-stopped-cluster'
# An administrator stopped HA here: then nobody else starts it.
STOPPED_BY_CONSOLE = '/run/ssm/stopped-by-console'
# Some thresholds can be set for trials and planted defects; what is not there has the value above.
OVERRIDES = '/etc/ssm/guard.json'


def read_conf(path='/etc/ssm/cluster.conf'):
    with open(path, encoding='utf-8') as lines:
        return dict(line.strip().split('=', 1) for line in lines if '=' in line)


def say(event, **detail):
    print(json.dumps({'event': event, 't': round(time.monotonic(), 3), **detail}), flush=True)


def write(path, text):
    temporary = path + '.new'
    with open(temporary, 'w', encoding='utf-8') as file:
        file.write(text)
    os.replace(temporary, path)


def quietly(path):
    try:
        os.remove(path)
    except FileNotFoundError:
        pass


def run(*command, timeout=5):
    """Exit code and output; a command that hangs counts as failed."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=timeout, check=False)
        return done.returncode, done.stdout.strip()
    except (subprocess.TimeoutExpired, OSError) as error:
        return 1, str(error)


class Peer:
    """Beacons to and from the other server, on both networks. A round trip proves that both directions work."""

    def __init__(self, conf):
        self.name = conf['PEER']
        self.node = conf['NODE']
        self.addresses = {'heartbeat': conf['PEER_HEARTBEAT_IP'], 'public': conf['PEER_PUBLIC_IP']}
        self.own = {'heartbeat': conf['HEARTBEAT_IP'], 'public': conf['PUBLIC_IP']}
        start = time.monotonic()
        self.heard = {link: 0.0 for link in self.addresses}
        self.confirmed = {link: 0.0 for link in self.addresses}
        self.last_heard = start  # silence is counted from the guard's own start at the earliest
        self.echo = {link: 0 for link in self.addresses}
        self.sent = {}
        self.sequence = 0
        self.holds = None
        self.holds_at = 0.0
        self.sockets = {}
        for link, address in self.own.items():
            sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            sock.setblocking(False)
            sock.bind((address, BEACON_PORT))
            self.sockets[sock] = link

    def send(self, holds):
        now = time.monotonic()
        self.sequence += 1
        self.sent[self.sequence] = now
        self.sent.pop(self.sequence - 100, None)
        message = json.dumps({'node': self.node, 'seq': self.sequence, 'echo': self.echo, 'holds': holds}).encode()
        for sock, link in self.sockets.items():
            try:
                sock.sendto(message, (self.addresses[link], BEACON_PORT))
            except OSError:
                pass  # no route, no neighbour: silence says it

    def receive(self, sock):
        link = self.sockets[sock]
        while True:
            try:
                data, (address, _) = sock.recvfrom(2048)
            except OSError:
                return
            if address != self.addresses[link]:
                continue
            try:
                message = json.loads(data)
                sequence, echo, holds = int(message['seq']), int(message['echo'][link]), bool(message['holds'])
            except (ValueError, KeyError, TypeError):
                continue
            now = time.monotonic()
            self.heard[link] = self.last_heard = now
            self.echo[link] = sequence
            self.holds, self.holds_at = holds, now
            self.confirmed[link] = max(self.confirmed[link], self.sent.get(echo, 0.0))

    def link_up(self, link):
        return time.monotonic() - self.confirmed[link] < LINK_FRESH_S

    def last_confirmed(self):
        return max(self.confirmed.values())


class Gateway:
    """The gateway of the public network, asked by ICMP echo: is it us who are cut off?"""

    def __init__(self, address):
        self.address = address
        self.identity = os.getpid() & 0xFFFF
        self.sequence = 0
        self.sent = {}
        self.answered = 0.0
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
        self.socket.setblocking(False)

    def ask(self):
        self.sequence = (self.sequence + 1) & 0xFFFF
        self.sent[self.sequence] = time.monotonic()
        self.sent.pop((self.sequence - 100) & 0xFFFF, None)
        header = struct.pack('!BBHHH', 8, 0, 0, self.identity, self.sequence)
        total = sum(struct.unpack('!4H', header))
        total = (total >> 16) + (total & 0xFFFF)
        packet = struct.pack('!BBHHH', 8, 0, ~(total + (total >> 16)) & 0xFFFF, self.identity, self.sequence)
        try:
            self.socket.sendto(packet, (self.address, 0))
        except OSError:
            pass

    def receive(self):
        while True:
            try:
                data, (address, _) = self.socket.recvfrom(1024)
            except OSError:
                return
            kind, _, _, identity, sequence = struct.unpack('!BBHHH', data[20:28])
            if kind == 0 and identity == self.identity and address == self.address:
                self.answered = max(self.answered, self.sent.get(sequence, 0.0))


class VipWitness:
    """Asks on the wire who has the VIP: whoever answers is active, whatever the cluster thinks."""

    def __init__(self, conf):
        self.vip = socket.inet_aton(conf['VIP'])
        self.own = socket.inet_aton(conf['PUBLIC_IP'])
        self.device = device_of(conf['PUBLIC_IP'])
        self.answered = 0.0
        self.asked = 0.0
        self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0806))
        self.socket.setblocking(False)
        self.socket.bind((self.device, 0x0806))
        self.mac = self.socket.getsockname()[4]

    def ask(self):
        self.asked = time.monotonic()
        frame = b'\xff' * 6 + self.mac + b'\x08\x06' + struct.pack('!HHBBH', 1, 0x0800, 6, 4, 1) + self.mac + self.own + b'\0' * 6 + self.vip
        try:
            self.socket.send(frame)
        except OSError:
            pass

    def receive(self):
        while True:
            try:
                frame = self.socket.recv(128)
            except OSError:
                return
            if len(frame) >= 42 and frame[28:32] == self.vip and frame[22:28] != self.mac:
                self.answered = time.monotonic()


def device_of(address):
    _, listing = run('ip', '-o', '-4', 'addr', 'show')
    for line in listing.splitlines():
        fields = line.split()
        if fields[3].split('/')[0] == address:
            return fields[1]
    raise SystemExit(f'no interface has the address {address}')


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


def postmaster():
    """The pid of the running database server, or None."""
    try:
        with open('/run/postgresql/ssm.pid', encoding='ascii') as file:
            pid = int(file.readline())
        with open(f'/proc/{pid}/comm', encoding='ascii') as file:
            return pid if file.read().strip() == 'postgres' else None
    except (OSError, ValueError):
        return None


class Held:
    """What this server holds and would serve at this moment."""

    def __init__(self, conf):
        self.vip = conf['VIP']
        self.vip_there = self.web_there = self.primary_there = False

    def look(self, primary):
        with open('/proc/net/fib_trie', encoding='ascii') as file:
            self.vip_there = f'|-- {self.vip}\n           /32 host LOCAL' in file.read()
        with open('/proc/net/tcp', encoding='ascii') as file:
            self.web_there = any(fields[1].endswith(':01BB') and fields[3] == '0A' for fields in map(str.split, file.readlines()[1:]))
        # A database that was primary is one until its process is gone.
        self.primary_there = postmaster() is not None and (primary if primary is not None else self.primary_there)

    def anything(self):
        return self.vip_there or self.web_there or self.primary_there


class Guard:
    def __init__(self, conf):
        self.conf = conf
        self.limits = {'giveUp': GIVE_UP_S, 'takeOver': TAKE_OVER_S}
        try:
            with open(OVERRIDES, encoding='utf-8') as file:
                self.limits.update(json.load(file))
        except FileNotFoundError:
            pass
        self.peer = Peer(conf)
        self.gateway = Gateway(conf['GATEWAY'])
        self.witness = VipWitness(conf)
        self.database = Database()
        self.held = Held(conf)
        self.peer_id = '2' if conf['NODE'] == 'primary-node' else '1'
        self.peer_member = False
        self.primary = None
        self.streaming = False
        self.not_streaming_since = None
        self.peer_in_sync = None
        self.catch_up_to = None
        self.gave_up_at = None
        self.allowed_why = None
        self.next = {'beacon': 0.0, 'look': 0.0, 'database': 0.0, 'members': 0.0}

    def live(self):
        say('started', limits=self.limits)
        while True:
            now = time.monotonic()
            wait = max(0.0, min(self.next.values()) - now)
            try:
                ready, _, _ = select.select([*self.peer.sockets, self.gateway.socket, self.witness.socket], [], [], wait)
            except InterruptedError:
                ready = []
            for sock in ready:
                if sock in self.peer.sockets:
                    self.peer.receive(sock)
                elif sock is self.gateway.socket:
                    self.gateway.receive()
                else:
                    self.witness.receive()
            if self.due('look', LOOK_EVERY_S):
                self.look()
            if self.due('database', DATABASE_EVERY_S):
                self.ask_database()
            if self.due('members', MEMBERS_EVERY_S):
                self.ask_members()
            if self.due('beacon', BEACON_EVERY_S):
                self.peer.send(self.held.anything())
                self.gateway.ask()
                self.tell()

    def due(self, what, every):
        now = time.monotonic()
        if now < self.next[what]:
            return False
        self.next[what] = now + every
        return True

    # --- who may be active -------------------------------------------------------------------------------------------------

    def look(self):
        before = self.held.anything()
        self.held.look(self.primary)
        if before != self.held.anything():
            self.peer.send(self.held.anything())
        contact = max(self.peer.last_confirmed(), self.gateway.answered)
        if self.held.anything():
            if time.monotonic() - contact > self.limits['giveUp'] and contact > 0:
                self.give_up('cut off from the other server and from the gateway')
            elif not alive('pacemakerd') or not alive('corosync'):
                if self.stack_missing_since is None:
                    self.stack_missing_since = time.monotonic()
                elif time.monotonic() - self.stack_missing_since > 1.0:
                    self.give_up('the cluster software is gone while this server holds its resources')
            else:
                self.stack_missing_since = None
        else:
            self.stack_missing_since = None
            if os.path.exists(STACK_STOPPED) and not os.path.exists(STOPPED_BY_CONSOLE) and time.monotonic() - contact < LINK_FRESH_S and time.monotonic() - self.gave_up_at > 1.0:
                self.come_back()
        silence = time.monotonic() - self.peer.last_heard
        if silence > WITNESS_FROM_S and time.monotonic() - self.witness.asked > 0.4:
            self.witness.ask()
        self.allow()

    stack_missing_since = None

    def give_up(self, why):
        """VIP first, so that nobody reaches what is still running; then the cluster, so that nothing is started again; then the rest."""
        began = time.monotonic()
        device = device_of(self.conf['PUBLIC_IP'])
        run('ip', 'addr', 'del', f"{self.conf['VIP']}/{self.conf['PUBLIC_PREFIX']}", 'dev', device)
        write(STACK_STOPPED, '')
        kill_all({'pacemakerd', 'pacemaker-based', 'pacemaker-fence', 'pacemaker-fenced', 'pacemaker-execd', 'pacemaker-execu', 'pacemaker-attrd', 'pacemaker-sched', 'pacemaker-schedulerd', 'pacemaker-contr', 'pacemaker-controld', 'corosync'})
        run('systemctl', 'kill', '--signal=KILL', 'ssm-web.service')
        kill_all({'postgres'})
        self.database.close()
        self.primary = None
        self.held.look(False)
        self.gave_up_at = time.monotonic()
        say('gave-up', why=why, tookMs=round((self.gave_up_at - began) * 1000), held=self.held.anything())
        self.peer.send(self.held.anything())

    def come_back(self):
        say('rejoining', why='there is contact again')
        quietly(STACK_STOPPED)
        quietly('/run/ssm/database-waits')
        run('systemctl', 'reset-failed', 'corosync.service', 'pacemaker.service', 'ssm-web.service')
        subprocess.Popen(['systemctl', 'start', 'pacemaker.service'], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def allow(self):
        """May this server be promoted now? The database's resource agent asks for the file."""
        now = time.monotonic()
        silence = now - self.peer.last_heard
        why = None
        if now - self.peer.holds_at < 1.0 and self.peer.holds is False:
            why = 'the other server says that it holds nothing'
        elif silence >= self.limits['takeOver'] and now - self.gateway.answered < 1.0 and now - self.witness.answered > 1.0 and self.witness.asked > 0:
            why = f'the other server has been silent for {silence:.1f} s, the gateway answers and nobody has the VIP'
        if os.path.exists(STACK_STOPPED):
            why = None
        if why:
            write('/run/ssm/may-promote', why)
        else:
            quietly('/run/ssm/may-promote')
        if now - self.peer.holds_at < 1.0 and self.peer.holds:
            write('/run/ssm/peer-is-active', '')
        else:
            quietly('/run/ssm/peer-is-active')
        if bool(why) != bool(self.allowed_why):
            say('may-promote' if why else 'may-not-promote', why=why or 'the other server is there, or may be')
        self.allowed_why = why

    # --- what commits wait for ---------------------------------------------------------------------------------------------

    def ask_database(self):
        if postmaster() is None:
            self.database.close()
            self.primary, self.streaming, self.not_streaming_since, self.catch_up_to, self.peer_in_sync = None, False, None, None, None
            return
        rows = self.database.ask("""
            select pg_is_in_recovery(), current_setting('synchronous_standby_names'),
                   case when pg_is_in_recovery() then null else pg_current_wal_lsn() - '0/0' end, s.state, s.sync_state, s.flush_lsn - '0/0'
            from (select 1) one left join pg_stat_replication s on s.application_name = %s""", self.conf['PEER'])
        if not rows:
            return
        recovering, names, location, state, sync_state, flushed = rows[-1]
        self.primary = not recovering
        if recovering:
            self.streaming, self.not_streaming_since, self.catch_up_to, self.peer_in_sync = False, None, None, None
            return
        self.streaming = any(row[3] == 'streaming' for row in rows)
        self.not_streaming_since = None if self.streaming else self.not_streaming_since or time.monotonic()
        if names:
            self.while_synchronous(sync_state, flushed)
        else:
            self.while_alone(location)

    def while_synchronous(self, sync_state, flushed):
        now = time.monotonic()
        if self.streaming:
            if self.peer_in_sync is None:
                self.peer_in_sync = self.in_sync_attribute() == 'yes'
            if not self.peer_in_sync and sync_state == 'sync' and flushed is not None and flushed >= (self.catch_up_to or 0) and self.set_in_sync('yes'):
                say('synchronous', why='the standby has caught up and is promotable')
            return
        gone = now - self.not_streaming_since > NOT_STREAMING_S or not self.peer_member
        # Alone in the dark nobody may decide this: who is cut off waits, and gives up.
        in_contact = now - max(self.gateway.answered, self.peer.last_confirmed()) < 1.0
        if gone and in_contact and self.peer.holds is not True and self.set_in_sync('no'):
            self.wait_for_standby(False)
            say('asynchronous', why='the standby does not stream; the cluster knows that it is not promotable')
        elif gone and in_contact and self.peer.holds is True:
            say('waiting', why='the other server says that it is active')

    def while_alone(self, location):
        if not self.streaming:
            return
        self.wait_for_standby(True)
        self.catch_up_to = location
        self.peer_in_sync = None

    def wait_for_standby(self, wait):
        name = self.conf['PEER'] if wait else ''
        write(SYNC_CONF, f"synchronous_standby_names = '{chr(34) + name + chr(34) if name else ''}'\n")
        self.database.ask('select pg_reload_conf()')

    def in_sync_attribute(self):
        code, value = run('crm_attribute', '--node', self.conf['PEER'], '--name', 'ssm-insync', '--query', '--quiet')
        return value if code == 0 else None

    def set_in_sync(self, value):
        code, output = run('crm_attribute', '--node', self.conf['PEER'], '--name', 'ssm-insync', '--update', value, '--lifetime', 'forever')
        if code != 0:
            say('not-agreed', why=output)
            return False
        self.peer_in_sync = value == 'yes'
        return True

    # --- what others read --------------------------------------------------------------------------------------------------

    def ask_members(self):
        code, output = run('corosync-cmapctl', '-g', f'runtime.members.{self.peer_id}.status', timeout=2)
        self.peer_member = code == 0 and output.endswith('joined')

    def tell(self):
        now = time.monotonic()
        write('/run/ssm/guard.json', json.dumps({
            't': now,
            'node': self.conf['NODE'],
            'links': {link: self.peer.link_up(link) for link in self.peer.addresses},
            'gateway': now - self.gateway.answered < LINK_FRESH_S,
            'peerMember': self.peer_member,
            'peerHolds': self.peer.holds if now - self.peer.holds_at < 1.0 else None,
            'peerLastHeard': round(now - self.peer.last_heard, 3),
            'holds': {'vip': self.held.vip_there, 'web': self.held.web_there, 'primary': self.held.primary_there},
            'standbyStreaming': self.streaming,
            'standbyPromotable': bool(self.peer_in_sync),
            'mode': 'sync' if self.primary and self.peer_in_sync else 'async' if self.primary else None,
            'mayPromote': self.allowed_why,
            'gaveUp': os.path.exists(STACK_STOPPED),
        }))


def alive(name):
    return any(comm == name for _, comm in processes())


def processes():
    for entry in os.listdir('/proc'):
        if entry.isdigit():
            try:
                with open(f'/proc/{entry}/comm', encoding='utf-8', errors='replace') as file:
                    yield int(entry), file.read().strip()
            except OSError:
                pass


def kill_all(names):
    """Twice, for those that were being started meanwhile."""
    for _ in range(2):
        for pid, comm in list(processes()):
            if comm in names or comm[:15] in {name[:15] for name in names}:
                try:
                    os.kill(pid, signal.SIGKILL)
                except OSError:
                    pass


if __name__ == '__main__':
    conf = read_conf()
    try:
        Guard(conf).live()
    except KeyboardInterrupt:
        sys.exit(0)

# What this node holds and would serve, written down ten times a second where nobody can cut it off: on its own disk.
#
# Started over SSH it detaches itself, so that it outlives a cut connection. It says who it is in one line and goes on until it is
# killed or its time is up; when it ends for any reason but a loss of power, its folder goes with it.
# Nothing that it looks at can hold it up: the database is asked through one long-lived psql and may answer late, corosync in a
# thread of its own.

import ctypes
import fcntl
import json
import os
import select
import shutil
import signal
import socket
import struct
import subprocess
import sys
import threading
import time

PERIOD_NS = 100_000_000
# An answer of the database that is older counts as none: a server that takes so long serves nobody.
DATABASE_SILENT_NS = 2_000_000_000
# How long one look waits for the database's answer, in s; a later answer counts for the next look.
ANSWER_S = 0.02
PSQL_AGAIN_NS = 500_000_000
QUORUM_EVERY_S = 1
QUORUM_SILENT_NS = 3_000_000_000

QUESTION = b"select pg_is_in_recovery(), current_setting('transaction_read_only');\n"
PSQL = ['runuser', '-u', 'postgres', '--', 'psql', '-XAtq', '-d', 'postgres']


def addresses():
    """Every address of this machine, asked of the kernel (RTM_GETADDR)."""
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0) as netlink:
        netlink.send(struct.pack('=IHHII', 24, 22, 0x301, 1, 0) + struct.pack('=BBBBI', 0, 0, 0, 0, 0))
        found = set()
        while True:
            data = netlink.recv(65536)
            while data:
                length, kind = struct.unpack_from('=IH', data)
                if kind != 20:  # RTM_NEWADDR; anything else is the end of the list
                    return found
                family, attributes = data[16], data[24:length]
                while len(attributes) >= 4:
                    size, attribute = struct.unpack_from('=HH', attributes)
                    # IFA_LOCAL is the own address; IPv6 has only IFA_ADDRESS.
                    if attribute == (2 if family == socket.AF_INET else 1):
                        found.add(socket.inet_ntop(family, attributes[4:size]))
                    attributes = attributes[(size + 3) & ~3:]
                data = data[(length + 3) & ~3:]


def listens(port):
    """Whether anybody here accepts connections on that port."""
    wanted = f':{port:04X}'
    for path in ('/proc/net/tcp', '/proc/net/tcp6'):
        try:
            with open(path) as table:
                next(table)
                for line in table:
                    fields = line.split(None, 4)
                    # The kernel lists listening sockets (0A) first: connections, thousands of them, need not be read.
                    if fields[3] != '0A':
                        break
                    if fields[1].endswith(wanted):
                        return True
        except FileNotFoundError:
            pass
    return False


class Database:
    """What the database last said of itself, and when."""

    def __init__(self):
        self.psql = None
        self.rest = b''
        self.asked = False
        self.started = 0
        self.answer, self.answered = None, 0

    def look(self, now):
        """(role, writable, age of that answer in ns or None)"""
        if not self.psql and now - self.started >= PSQL_AGAIN_NS:
            self.start(now)
        if self.psql:
            self.ask()
        if self.answer and time.monotonic_ns() - self.answered < DATABASE_SILENT_NS:
            recovery, read_only = self.answer
            return 'standby' if recovery else 'primary', not recovery and not read_only, time.monotonic_ns() - self.answered
        return 'down', False, None

    def start(self, now):
        self.started = now
        self.rest, self.asked = b'', False
        self.psql = subprocess.Popen(PSQL, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd='/')
        os.set_blocking(self.psql.stdin.fileno(), False)
        os.set_blocking(self.psql.stdout.fileno(), False)

    def ask(self):
        try:
            # What was left unanswered by the last look may have been answered since.
            self.take(0)
            if self.psql and not self.asked:
                os.write(self.psql.stdin.fileno(), QUESTION)
                self.asked = True
                self.take(ANSWER_S)
        except OSError:
            self.lost()

    def take(self, wait):
        if not self.asked or not select.select([self.psql.stdout], [], [], wait)[0]:
            return
        more = os.read(self.psql.stdout.fileno(), 4096)
        if not more:
            return self.lost()
        *lines, self.rest = (self.rest + more).split(b'\n')
        for line in lines:
            recovery, _, read_only = line.partition(b'|')
            self.answer, self.answered = (recovery == b't', read_only == b'on'), time.monotonic_ns()
            self.asked = False

    def lost(self):
        """It said goodbye: there is no database, from now on."""
        self.answer = None
        psql, self.psql = self.psql, None
        psql.stdin.close()
        psql.stdout.close()
        psql.kill()
        # A killed child is gone at once; it is waited for so that no zombie stays.
        threading.Thread(target=psql.wait, daemon=True).start()


class VotequorumInfo(ctypes.Structure):
    _fields_ = [(name, ctypes.c_uint) for name in (
        'node_id', 'node_state', 'node_votes', 'node_expected_votes', 'highest_expected', 'total_votes', 'quorum', 'flags', 'qdevice_votes')
    ] + [('qdevice_name', ctypes.c_char * 255)]


class Quorum:
    """Corosync's own word on quorum and members; a corosync that is paused holds up nobody but this thread."""
    OK, QUORATE = 1, 2

    def __init__(self):
        self.said, self.at = (None, None), 0
        try:
            self.cmap, self.votequorum = ctypes.CDLL('libcmap.so.4'), ctypes.CDLL('libvotequorum.so.8')
        except OSError:
            return
        threading.Thread(target=self.watch, daemon=True).start()

    def look(self, now):
        return self.said if now - self.at < QUORUM_SILENT_NS else (None, None)

    def watch(self):
        while True:
            self.said = self.ask()
            self.at = time.monotonic_ns()
            time.sleep(QUORUM_EVERY_S)

    def ask(self):
        """(quorate, members); nothing is quorate without corosync."""
        handle = ctypes.c_uint64()
        if self.cmap.cmap_initialize(ctypes.byref(handle)) != self.OK:
            return False, 0
        own = ctypes.c_uint32()
        known = self.cmap.cmap_get_uint32(handle, b'runtime.votequorum.this_node_id', ctypes.byref(own)) == self.OK
        self.cmap.cmap_finalize(handle)
        if not known or self.votequorum.votequorum_initialize(ctypes.byref(handle), None) != self.OK:
            return False, 0
        info = VotequorumInfo()
        said = self.votequorum.votequorum_getinfo(handle, own, ctypes.byref(info)) == self.OK
        self.votequorum.votequorum_finalize(handle)
        # Each server has one vote.
        return (bool(info.flags & self.QUORATE), info.total_votes) if said else (False, 0)


def record(folder, vip, port, until):
    database, quorum = Database(), Quorum()
    file = open(f'{folder}/flight.jsonl', 'a', buffering=1)
    # A loss of power may have left half a line, and each boot has a clock of its own.
    file.write('\n' + json.dumps({'boot': boot_id()}) + '\n')
    threading.Thread(target=keep, args=(file.fileno(),), daemon=True).start()
    due = time.monotonic_ns()
    first = due
    while time.monotonic_ns() < until:
        time.sleep(max(0, due - time.monotonic_ns()) / 1e9)
        now = time.monotonic_ns()
        held, web = vip in addresses(), listens(port)
        role, writable, age = database.look(now)
        quorate, members = quorum.look(now)
        line = {
            'ns': now, 'tookMs': ms(time.monotonic_ns() - now), 'slipMs': ms(max(0, now - due)),
            'value': {'vip': held, 'web': web, 'role': role, 'writable': writable, 'quorate': quorate, 'members': members},
        }
        if age is not None and age > PERIOD_NS:
            line['value']['databaseAgeMs'] = ms(age)
        # Before the database has answered for the first time, or failed to for long enough, nothing is known of it.
        if role != 'down' or database.answered or now - first > DATABASE_SILENT_NS:
            file.write(json.dumps(line, separators=(',', ':')) + '\n')
        due = max(due + PERIOD_NS, now)


def keep(descriptor):
    """Once a second on the disk itself: a machine that loses its power loses its memory too."""
    while True:
        time.sleep(1)
        os.fdatasync(descriptor)


def ms(ns):
    return round(ns / 1e6, 2)


def start_time(pid):
    with open(f'/proc/{pid}/stat') as stat:
        return stat.read().rpartition(')')[2].split()[19]


def boot_id():
    with open('/proc/sys/kernel/random/boot_id') as boot:
        return boot.read().strip()


def main():
    options = json.loads(sys.argv[1])
    folder = options['folder']
    os.makedirs(folder, mode=0o700, exist_ok=True)
    lock = open(f'{folder}/lock', 'a+')
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        # One is running already.
        lock.seek(0)
        print(lock.read(), flush=True)
        return
    readable, writable = os.pipe()
    if os.fork():
        os.close(writable)
        print(os.read(readable, 4096).decode(), flush=True)
        os._exit(0)
    os.setsid()
    nothing = os.open('/dev/null', os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nothing, descriptor)
    os.chdir('/')
    recorder = os.fork()
    if recorder:
        # Stays behind to clear up, also when the recorder is killed. The lock goes on until then.
        who = {'pid': recorder, 'startTime': start_time(recorder), 'ns': time.monotonic_ns(), 'boot': boot_id()}
        lock.truncate(0)
        lock.write(json.dumps(who))
        lock.flush()
        os.write(writable, json.dumps(who).encode())
        os.close(writable)
        os.waitpid(recorder, 0)
        shutil.rmtree(folder, ignore_errors=True)
        os._exit(0)
    os.close(writable)
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    try:
        record(folder, options['vip'], options['port'], time.monotonic_ns() + options['lifeS'] * 1_000_000_000)
    finally:
        os._exit(0)


if __name__ == '__main__':
    main()

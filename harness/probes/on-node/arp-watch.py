# Who owns the VIP, asked and overheard on the wire: one JSON line for every ARP frame that claims it, and one for every second without an answer.
#
# It asks by broadcast, so every owner answers: two owners give two answers. It sees announcements (gratuitous ARP) as they come, and whether they are for all.
# Beside that it pings the VIP as two clients would: one that has had it in its ARP cache for long, and learns of a new owner from announcements
# alone (a router keeps its entries for hours: RFC 826 lets it), and one that asks anew each time. Both send to the MAC they know, past this machine's own cache.
# It comes over SSH and runs until its standard input ends; nothing is kept on this machine.

import json
import os
import select
import socket
import struct
import sys
import time

ASK_NS = 100_000_000
UNANSWERED_NS = 1_000_000_000
ASK_NODES_NS = 5_000_000_000
PING_NS = 200_000_000
PING_LIMIT_NS = 1_000_000_000
ETH_P_ARP = 0x0806
ETH_P_IP = 0x0800
BROADCAST = b'\xff' * 6
REQUEST, REPLY = 1, 2
ECHO_REQUEST, ECHO_REPLY = 8, 0


def parse(frame):
    """(operation, sender's MAC, sender's address, target's address) of an ARP frame for IPv4 over Ethernet; None for any other."""
    if len(frame) < 42 or frame[12:14] != b'\x08\x06':
        return None
    hardware, protocol, hardware_length, protocol_length, operation = struct.unpack('!HHBBH', frame[14:22])
    if (hardware, protocol, hardware_length, protocol_length) != (1, 0x0800, 6, 4):
        return None
    return operation, frame[22:28], socket.inet_ntoa(frame[28:32]), socket.inet_ntoa(frame[38:42])


def claim(frame, vip):
    """(kind, MAC) of a frame by which somebody says that the VIP is theirs; None for any other.

    A question by the owner for someone else's address is none: every owner of an address asks such, and nobody is told by it.
    An announcement for this machine alone is `unicast`: by asking the servers it makes itself known to them, as clients of the VIP do not.
    """
    parsed = parse(frame)
    if not parsed:
        return None
    operation, mac, sender, target = parsed
    if sender != vip:
        return None
    if sender == target:
        return 'gratuitous' if frame[:6] == BROADCAST else 'unicast', mac
    return ('reply', mac) if operation == REPLY else None


def question(mac, own, wanted):
    return (BROADCAST + mac + struct.pack('!H', ETH_P_ARP)
            + struct.pack('!HHBBH', 1, 0x0800, 6, 4, REQUEST) + mac + socket.inet_aton(own) + b'\0' * 6 + socket.inet_aton(wanted))


def checksum(data):
    total = sum(struct.unpack(f'!{len(data) // 2}H', data))
    total = (total >> 16) + (total & 0xffff)
    return ~(total + (total >> 16)) & 0xffff


def echo(to, mac, own, vip, identity, sequence):
    """The frame of an ICMP echo request (RFC 792) to whoever has that MAC."""
    icmp = struct.pack('!BBHHH', ECHO_REQUEST, 0, 0, identity, sequence)
    icmp = icmp[:2] + struct.pack('!H', checksum(icmp)) + icmp[4:]
    ip = struct.pack('!BBHHHBBH', 0x45, 0, 20 + len(icmp), 0, 0x4000, 64, socket.IPPROTO_ICMP, 0) + socket.inet_aton(own) + socket.inet_aton(vip)
    ip = ip[:10] + struct.pack('!H', checksum(ip)) + ip[12:]
    return to + mac + struct.pack('!H', ETH_P_IP) + ip + icmp


def echoed(packet, vip, identity):
    """Which of our echo requests this IPv4 packet answers; None when it answers none."""
    if len(packet) < 28 or socket.inet_ntoa(packet[12:16]) != vip:
        return None
    icmp = packet[(packet[0] & 15) * 4:]
    if len(icmp) < 8:
        return None
    kind, _, _, whose, sequence = struct.unpack('!BBHHH', icmp[:8])
    return sequence if kind == ECHO_REPLY and whose == identity else None


class Pings:
    """The two clients: `cached` sends to the owner that was announced last, `fresh` to the first that answers its question."""

    def __init__(self, send, say):
        self.send, self.say = send, say
        self.answers = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
        self.answers.setblocking(False)
        self.identity = os.getpid() & 0xffff
        self.sequence = 0
        self.cached = None  # the MAC it knows
        self.asked = None  # the `fresh` attempt that waits for an answer to its question
        self.open = {}  # sequence → (probe, when it began, MAC)

    def begin(self, now):
        """One attempt of each; the question for the VIP goes out at the same time."""
        self.expire(now)
        if self.asked is not None:
            self.say({'probe': 'vip-ping-fresh', 'ns': self.asked, 'error': 'unanswered', 'tookMs': round((now - self.asked) / 1e6, 2)})
        self.asked = now
        if self.cached:
            self.ping('vip-ping-cached', now, self.cached)

    def learn(self, kind, mac, now):
        if kind != 'reply' or not self.cached:
            self.cached = mac
        if kind == 'reply' and self.asked is not None:
            began, self.asked = self.asked, None
            self.ping('vip-ping-fresh', began, mac)

    def ping(self, probe, began, mac):
        self.sequence = (self.sequence + 1) & 0xffff
        self.open[self.sequence] = probe, began, mac
        try:
            self.send(mac, self.identity, self.sequence)
        except OSError as error:
            del self.open[self.sequence]
            self.say({'probe': probe, 'ns': began, 'error': f'cannot ask: {os.strerror(error.errno)}'})

    def hear(self, packet, vip, now):
        found = self.open.pop(echoed(packet, vip, self.identity), None)
        if found:
            probe, began, mac = found
            self.say({'probe': probe, 'ns': began, 'tookMs': round((now - began) / 1e6, 2), 'value': {'mac': text(mac)}})

    def expire(self, now):
        for sequence, (probe, began, _) in list(self.open.items()):
            if now - began >= PING_LIMIT_NS:
                del self.open[sequence]
                self.say({'probe': probe, 'ns': began, 'error': 'unanswered', 'tookMs': round((now - began) / 1e6, 2)})


def interface_of(own):
    """The interface that has this address."""
    import array
    import fcntl
    SIOCGIFCONF, SIZE = 0x8912, 40
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        buffer = array.array('B', bytes(SIZE * 128))
        length = struct.unpack('iL', fcntl.ioctl(any_socket, SIOCGIFCONF, struct.pack('iL', len(buffer), buffer.buffer_info()[0])))[0]
    for at in range(0, length, SIZE):
        entry = buffer[at:at + SIZE].tobytes()
        if socket.inet_ntoa(entry[20:24]) == own:
            return entry[:16].rstrip(b'\0').decode().split(':')[0]
    raise SystemExit(f'no interface of this machine has the address {own}')


def text(mac):
    return ':'.join(f'{byte:02x}' for byte in mac)


class Watch:
    def __init__(self, own, vip, nodes):
        self.own, self.vip = own, vip
        self.nodes = nodes  # address → name
        self.owners = {}  # MAC → name
        self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ARP))
        self.socket.bind((interface_of(own), ETH_P_ARP))
        self.mac = self.socket.getsockname()[4]
        self.pings = Pings(lambda to, identity, sequence: self.socket.send(echo(to, self.mac, self.own, self.vip, identity, sequence)), self.say)
        self.asked = 0  # since when nobody has answered
        self.commands = b''

    def run(self):
        os.set_blocking(0, False)
        now = time.monotonic_ns()
        ask, ask_nodes, ping = now, now, now
        # Names first: a claim by a MAC that nobody knows yet tells less.
        while len(self.owners) < len(self.nodes) and time.monotonic_ns() < now + UNANSWERED_NS:
            self.ask(*self.nodes)
            if not self.listen(time.monotonic_ns() + ASK_NS):
                return
        while True:
            now = time.monotonic_ns()
            if now >= ask_nodes:
                self.ask(*self.nodes)
                ask_nodes = now + ASK_NODES_NS
            if now >= ask:
                if self.asked and now - self.asked >= UNANSWERED_NS:
                    self.say({'ns': self.asked, 'error': 'unanswered', 'tookMs': round((now - self.asked) / 1e6, 2)})
                    self.asked = 0
                if now >= ping:
                    self.pings.begin(now)
                    ping = max(ping + PING_NS, now)
                self.ask(self.vip)
                self.asked = self.asked or now
                ask = max(ask + ASK_NS, now)
            if not self.listen(ask):
                return

    def ask(self, *addresses):
        for address in addresses:
            try:
                self.socket.send(question(self.mac, self.own, address))
            except OSError as error:
                # Our own link is down: what cannot be asked is not unanswered.
                self.say({'ns': time.monotonic_ns(), 'error': f'cannot ask: {os.strerror(error.errno)}'})
                self.asked = 0

    def listen(self, until):
        """Takes in what comes until then; False when the other side has gone."""
        while True:
            left = until - time.monotonic_ns()
            if left <= 0:
                return True
            readable, _, _ = select.select([self.socket, self.pings.answers, 0], [], [], left / 1e9)
            if 0 in readable and not self.command():
                return False
            if self.socket in readable:
                self.hear(self.socket.recv(2048), time.monotonic_ns())
            if self.pings.answers in readable:
                self.pings.hear(self.pings.answers.recv(2048), self.vip, time.monotonic_ns())

    def command(self):
        """The other side asks for our clock, `clock ID`, to learn how far apart ours are. False when it is gone."""
        more = os.read(0, 4096)
        if not more:
            return False
        *lines, self.commands = (self.commands + more).split(b'\n')
        for line in lines:
            self.say({'ns': time.monotonic_ns(), 'clock': line.decode().partition(' ')[2]})
        return True

    def hear(self, frame, now):
        parsed = parse(frame)
        if parsed and parsed[2] in self.nodes:
            self.owners[parsed[1]] = self.nodes[parsed[2]]
        claimed = claim(frame, self.vip)
        if claimed:
            kind, mac = claimed
            if kind == 'reply':
                self.asked = 0
            self.pings.learn(kind, mac, now)
            self.say({'ns': now, 'value': {'mac': text(mac), 'node': self.owners.get(mac), 'kind': kind}})

    def say(self, line):
        os.write(1, (json.dumps({'probe': 'vip-arp', **line}, separators=(',', ':')) + '\n').encode())


if __name__ == '__main__':
    options = json.loads(sys.argv[1])
    try:
        Watch(options['own'], options['vip'], options['nodes']).run()
    except BrokenPipeError:  # nobody reads any more
        pass

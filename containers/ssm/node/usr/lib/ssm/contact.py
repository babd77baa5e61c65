"""What this server hears from outside: its peer on three paths, the gateway, and whoever has the VIP on the wire."""

import json
import socket
import struct
import subprocess
import time

BEACON_PORT = 5450
# A link counts as up while a round trip over it is younger than this.
LINK_FRESH_S = 1.5
# What the peer said counts for this long: five beacons.
WORD_FRESH_S = 1.0
# Marks an echo request whose answer the gateway sends to the peer.
REFLECTED = 0x5353
ECHO_REQUEST, ECHO_REPLY = 8, 0
ETH_P_ARP = 0x0806
# Not in Python 3.11: of linux/in.h.
IP_FREEBIND = 15


class Peer:
    """Beacons to and from the other server. A round trip over a network proves that both of its directions work.

    The third path has no wire of its own: an echo request to the gateway that carries the peer's address as its source. The
    answer, with our beacon in it, goes to the peer. So two servers that are cut off from each other alone still hear each other,
    and neither takes the silence for the other's end.
    """

    def __init__(self, conf):
        self.node = conf['NODE']
        self.addresses = {'heartbeat': conf['PEER_HEARTBEAT_IP'], 'public': conf['PEER_PUBLIC_IP']}
        self.own = {'heartbeat': conf['HEARTBEAT_IP'], 'public': conf['PUBLIC_IP']}
        self.last_heard = time.monotonic()  # silence is counted from the guard's own start at the earliest
        self.confirmed = {link: 0.0 for link in self.addresses}
        self.echo = {link: 0 for link in self.addresses}
        self.sent = {}
        # Never a number that an earlier guard of this server used: the peer may still echo those.
        self.sequence = int(time.monotonic() * 1000)
        self.word = {}
        self.word_at = 0.0
        self.sockets = {}
        for link, address in self.own.items():
            sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            # A network card may be missing when the guard starts, and come later.
            sock.setsockopt(socket.IPPROTO_IP, IP_FREEBIND, 1)
            sock.setblocking(False)
            sock.bind((address, BEACON_PORT))
            self.sockets[sock] = link
        self.reflector = Reflector(conf)

    def send(self, word):
        """`word` is what this server says of itself: holds, stack, standby, behind, gateway, gaveUp, serves."""
        self.sequence += 1
        self.sent[self.sequence] = time.monotonic()
        self.sent.pop(self.sequence - 100, None)
        message = json.dumps({'node': self.node, 'seq': self.sequence, 'echo': self.echo, **word}).encode()
        for sock, link in self.sockets.items():
            try:
                sock.sendto(message, (self.addresses[link], BEACON_PORT))
            except OSError:
                pass  # no route, no neighbour: silence says it
        self.reflector.send(message)

    def receive(self, sock):
        link = self.sockets[sock]
        while True:
            try:
                data, (address, _) = sock.recvfrom(2048)
            except OSError:
                return
            if address == self.addresses[link]:
                self.hear(data, link)

    def hear(self, data, link=None):
        """A beacon; without a link it came by way of the gateway."""
        try:
            message = json.loads(data)
            node, sequence, echo = message.pop('node'), int(message.pop('seq')), message.pop('echo')
            message['holds'] = bool(message['holds'])
            echo = int(echo[link]) if link else 0
        except (ValueError, KeyError, TypeError, AttributeError):
            return
        if node == self.node:
            return
        self.last_heard = self.word_at = time.monotonic()
        self.word = message
        if link:
            self.echo[link] = sequence
            self.confirmed[link] = max(self.confirmed[link], self.sent.get(echo, 0.0))

    def forget(self):
        """After a stall of our own what lay in the sockets was said long ago."""
        self.word, self.word_at = {}, 0.0

    def says(self, what):
        """True, False or another value; None while the last word is too old to count."""
        return self.word.get(what) if time.monotonic() - self.word_at < WORD_FRESH_S else None

    def link_up(self, link):
        return time.monotonic() - self.confirmed[link] < LINK_FRESH_S

    def last_confirmed(self):
        return max(self.confirmed.values())

    def silence(self):
        return time.monotonic() - self.last_heard


class Reflector:
    def __init__(self, conf):
        self.gateway = conf['GATEWAY']
        self.addresses = socket.inet_aton(conf['PEER_PUBLIC_IP']) + socket.inet_aton(conf['GATEWAY'])
        self.sequence = 0
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
        self.socket.setblocking(False)

    def send(self, message):
        self.sequence = (self.sequence + 1) & 0xFFFF
        # The kernel fills in length, identification and checksum.
        header = struct.pack('!BBHHHBBH', 0x45, 0, 0, 0, 0, 64, socket.IPPROTO_ICMP, 0) + self.addresses
        try:
            self.socket.sendto(header + echo_request(REFLECTED, self.sequence, message), (self.gateway, 0))
        except OSError:
            pass


class Gateway:
    """The gateway of the public network, asked by ICMP echo: is it us who are cut off?"""

    def __init__(self, address, own, hear):
        self.address = address
        self.hear = hear
        self.identity = REFLECTED ^ 0xFFFF
        self.sequence = int(time.monotonic() * 10) & 0xFFFF
        self.sent = {}
        self.answered = 0.0
        self.answering_since = None
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
        self.socket.setblocking(False)
        # By our own address there, or whoever has the gateway's address might answer by way of another network.
        self.socket.setsockopt(socket.IPPROTO_IP, IP_FREEBIND, 1)
        self.socket.bind((own, 0))

    def ask(self):
        self.sequence = (self.sequence + 1) & 0xFFFF
        self.sent[self.sequence] = time.monotonic()
        self.sent.pop((self.sequence - 100) & 0xFFFF, None)
        try:
            self.socket.sendto(echo_request(self.identity, self.sequence, b''), (self.address, 0))
        except OSError:
            pass
        if not self.fresh(LINK_FRESH_S):
            self.answering_since = None

    def receive(self):
        while True:
            try:
                data, (address, _) = self.socket.recvfrom(2048)
            except OSError:
                return
            if address != self.address or len(data) < 28:
                continue
            kind, _, _, identity, sequence = struct.unpack('!BBHHH', data[20:28])
            if kind == ECHO_REPLY and identity == REFLECTED:
                self.hear(data[28:])
            elif kind == ECHO_REPLY and identity == self.identity:
                self.answered = max(self.answered, self.sent.get(sequence, 0.0))
                self.answering_since = self.answering_since or self.answered

    def fresh(self, seconds):
        return time.monotonic() - self.answered < seconds

    def answering_for(self):
        """How long it has answered without a gap."""
        return time.monotonic() - self.answering_since if self.answering_since and self.fresh(LINK_FRESH_S) else 0.0


class VipWitness:
    """Asks on the wire who has the VIP: whoever answers is active, whatever the cluster thinks."""

    def __init__(self, conf):
        self.address = conf['PUBLIC_IP']
        self.vip = socket.inet_aton(conf['VIP'])
        self.own = socket.inet_aton(self.address)
        self.answered = 0.0
        self.asked = 0.0
        self.mac = b''
        # Deaf until it is bound to a network card.
        self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
        self.socket.setblocking(False)

    def ask(self):
        """A question that could not be sent is none: nobody may conclude anything from its silence."""
        try:
            self.send()
        except OSError:
            # A card that was taken away and put back is another one, though it has the same name.
            device = device_of(self.address)
            if device is None:
                return
            try:
                self.socket.bind((device, ETH_P_ARP))
                self.mac = self.socket.getsockname()[4]
                self.send()
            except OSError:
                return
        self.asked = time.monotonic()

    def send(self):
        question = struct.pack('!HHBBH', 1, 0x0800, 6, 4, 1) + self.mac + self.own + b'\0' * 6 + self.vip
        self.socket.send(b'\xff' * 6 + self.mac + struct.pack('!H', ETH_P_ARP) + question)

    def receive(self):
        while True:
            try:
                frame = self.socket.recv(128)
            except OSError:
                return
            if len(frame) >= 42 and frame[28:32] == self.vip and frame[22:28] != self.mac:
                self.answered = time.monotonic()

    def unanswered(self):
        """Asked just now, and nobody has answered for a second."""
        now = time.monotonic()
        return now - self.asked < WORD_FRESH_S and now - self.answered > WORD_FRESH_S


def echo_request(identity, sequence, payload):
    packet = struct.pack('!BBHHH', ECHO_REQUEST, 0, 0, identity, sequence) + payload
    padded = packet + b'\0' * (len(packet) % 2)
    total = sum(struct.unpack(f'!{len(padded) // 2}H', padded))
    total = (total >> 16) + (total & 0xFFFF)
    return packet[:2] + struct.pack('!H', ~(total + (total >> 16)) & 0xFFFF) + packet[4:]


def device_of(address):
    """The name of the network card that has the address, or None."""
    listing = subprocess.run(['ip', '-o', '-4', 'addr', 'show'], capture_output=True, text=True, check=True).stdout
    for line in listing.splitlines():
        fields = line.split()
        if fields[3].split('/')[0] == address:
            return fields[1]
    return None

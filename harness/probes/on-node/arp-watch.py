# Who owns the VIP, asked and overheard on the wire: one JSON line for every ARP frame that claims it, and one for every second without an answer.
#
# It asks by broadcast, so every owner answers: two owners give two answers. It sees announcements (gratuitous ARP) as they come.
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
ETH_P_ARP = 0x0806
BROADCAST = b'\xff' * 6
REQUEST, REPLY = 1, 2


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
    """
    parsed = parse(frame)
    if not parsed:
        return None
    operation, mac, sender, target = parsed
    if sender != vip:
        return None
    if sender == target:
        return 'gratuitous', mac
    return ('reply', mac) if operation == REPLY else None


def question(mac, own, wanted):
    return (BROADCAST + mac + struct.pack('!H', ETH_P_ARP)
            + struct.pack('!HHBBH', 1, 0x0800, 6, 4, REQUEST) + mac + socket.inet_aton(own) + b'\0' * 6 + socket.inet_aton(wanted))


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
        self.asked = 0  # since when nobody has answered
        self.commands = b''

    def run(self):
        os.set_blocking(0, False)
        now = time.monotonic_ns()
        ask, ask_nodes = now, now
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
            readable, _, _ = select.select([self.socket, 0], [], [], left / 1e9)
            if 0 in readable and not self.command():
                return False
            if self.socket in readable:
                self.hear(self.socket.recv(2048), time.monotonic_ns())

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
            self.say({'ns': now, 'value': {'mac': text(mac), 'node': self.owners.get(mac), 'kind': kind}})

    def say(self, line):
        os.write(1, (json.dumps({'probe': 'vip-arp', **line}, separators=(',', ':')) + '\n').encode())


if __name__ == '__main__':
    options = json.loads(sys.argv[1])
    try:
        Watch(options['own'], options['vip'], options['nodes']).run()
    except BrokenPipeError:  # nobody reads any more
        pass

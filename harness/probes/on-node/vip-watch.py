# Watches the VIP from where clients are: a TCP connection every 10 ms, an HTTPS answer every 200 ms, one JSON line for each attempt.
#
# It comes over SSH and runs until its standard input ends, so a cut connection ends it too; nothing is kept on this machine.
# Each attempt has a socket and a time limit of its own; its time is when it was launched, so a silent VIP delays nobody.

import errno
import json
import os
import selectors
import socket
import ssl
import struct
import sys
import time

TCP_PERIOD_NS = 10_000_000
TCP_LIMIT_NS = 250_000_000
HTTPS_PERIOD_NS = 200_000_000
HTTPS_LIMIT_NS = 1_000_000_000
FLUSH_NS = 50_000_000

WORDS = {
    errno.ECONNREFUSED: 'refused', errno.ECONNRESET: 'reset', errno.EPIPE: 'reset', errno.EHOSTUNREACH: 'unreachable',
    errno.ENETUNREACH: 'unreachable', errno.EHOSTDOWN: 'unreachable', errno.ETIMEDOUT: 'timeout',
}


class Attempt:
    def __init__(self, watch, probe, due, limit):
        self.watch, self.probe = watch, probe
        self.began = time.monotonic_ns()
        self.slip = max(0, self.began - due)
        self.deadline = self.began + limit
        self.socket = socket.socket(socket.AF_INET6 if ':' in watch.vip else socket.AF_INET, socket.SOCK_STREAM)
        self.socket.setblocking(False)
        # Closed by a reset: a hundred connections a second would otherwise leave thousands in TIME_WAIT.
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
        watch.open.add(self)
        code = self.socket.connect_ex((watch.vip, watch.port))
        if code in (0, errno.EINPROGRESS):
            self.listen(selectors.EVENT_WRITE, self.connected)
        else:
            self.end(error=word(code))

    def listen(self, events, then):
        self.then = then
        selector = self.watch.selector
        if self.socket in selector.get_map():
            selector.modify(self.socket, events, self)
        else:
            selector.register(self.socket, events, self)

    def ready(self):
        try:
            self.then()
        except ssl.SSLError as error:
            self.end(error='certificate' if isinstance(error, ssl.SSLCertVerificationError) else 'tls')
        except OSError as error:
            self.end(error=word(error.errno))

    def connected(self):
        code = self.socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if code:
            self.end(error=word(code))
        elif self.probe == 'vip-tcp':
            self.end(value={'connected': True})
        else:
            self.watch.selector.unregister(self.socket)
            self.socket = self.watch.tls.wrap_socket(self.socket, server_hostname=self.watch.vip, do_handshake_on_connect=False)
            self.handshake()

    def handshake(self):
        try:
            self.socket.do_handshake()
        except ssl.SSLWantReadError:
            return self.listen(selectors.EVENT_READ, self.handshake)
        except ssl.SSLWantWriteError:
            return self.listen(selectors.EVENT_WRITE, self.handshake)
        self.socket.send(f'GET /health HTTP/1.1\r\nHost: {self.watch.vip}\r\nConnection: close\r\n\r\n'.encode())
        self.answer = b''
        self.read()

    def read(self):
        try:
            more = self.socket.recv(4096)
        except ssl.SSLWantReadError:
            return self.listen(selectors.EVENT_READ, self.read)
        self.answer += more
        head, complete, _ = self.answer.partition(b'\r\n\r\n')
        if complete:
            status, *headers = head.decode('latin-1').split('\r\n')
            server = next((line.partition(':')[2].strip() for line in headers if line.lower().startswith('x-ssm-server:')), None)
            try:
                self.end(value={'status': int(status.split(' ')[1]), 'server': server})
            except (IndexError, ValueError):
                self.end(error='not HTTP')
        elif not more:
            self.end(error='reset')

    def end(self, value=None, error=None):
        took = time.monotonic_ns() - self.began
        if self.socket in self.watch.selector.get_map():
            self.watch.selector.unregister(self.socket)
        self.socket.close()
        self.watch.open.discard(self)
        line = {'ns': self.began, 'probe': self.probe, 'tookMs': ms(took), 'slipMs': ms(self.slip)}
        line.update({'error': error} if error else {'value': value})
        self.watch.say(line)


class Watch:
    def __init__(self, vip, port, ca):
        self.vip, self.port = vip, port
        self.tls = ssl.create_default_context(cadata=ca or None)
        self.selector = selectors.DefaultSelector()
        self.open = set()
        self.lines = []
        self.flush_at = 0
        self.missed = 0
        self.slips = []
        self.commands = b''

    def run(self):
        os.set_blocking(0, False)
        self.selector.register(0, selectors.EVENT_READ)
        now = time.monotonic_ns()
        schedule = {'vip-tcp': now, 'vip-https': now}
        periods = {'vip-tcp': (TCP_PERIOD_NS, TCP_LIMIT_NS), 'vip-https': (HTTPS_PERIOD_NS, HTTPS_LIMIT_NS)}
        host_at = now + 1_000_000_000
        while True:
            now = time.monotonic_ns()
            for probe, (period, limit) in periods.items():
                due = schedule[probe]
                if now < due:
                    continue
                self.slips.append(now - due)
                Attempt(self, probe, due, limit)
                # What was due while we could not look is missed, not made up for.
                late = (now - due) // period
                self.missed += late
                schedule[probe] = due + (late + 1) * period
            for attempt in [each for each in self.open if each.deadline <= now]:
                attempt.end(error='timeout')
            if now >= host_at:
                self.slips.sort()
                late = self.slips[max(0, -(-99 * len(self.slips) // 100) - 1)] if self.slips else 0
                self.say({'ns': now, 'probe': 'host', 'value': {'lateMs': ms(late), 'load': os.getloadavg()[0], 'missed': self.missed}})
                self.slips, self.missed = [], 0
                host_at = now + 1_000_000_000
            if self.lines and now >= self.flush_at:
                self.flush()
            for key, _ in self.selector.select(max(0, min(schedule.values()) - time.monotonic_ns()) / 1e9):
                if key.data:
                    key.data.ready()
                elif not self.command():
                    return

    def command(self):
        """The other side asks for our clock, `clock ID`, to learn how far apart ours are. False when it is gone."""
        text = os.read(0, 4096)
        if not text:
            return False
        *lines, self.commands = (self.commands + text).split(b'\n')
        for line in lines:
            self.say({'ns': time.monotonic_ns(), 'clock': line.decode().partition(' ')[2]})
            self.flush()
        return True

    def say(self, line):
        if not self.lines:
            self.flush_at = time.monotonic_ns() + FLUSH_NS
        self.lines.append(json.dumps(line, separators=(',', ':')))

    def flush(self):
        os.write(1, ('\n'.join(self.lines) + '\n').encode())
        self.lines = []


def word(code):
    return WORDS.get(code) or errno.errorcode.get(code, 'error').lower()


def ms(ns):
    return round(ns / 1e6, 2)


if __name__ == '__main__':
    options = json.loads(sys.argv[1])
    try:
        Watch(options['vip'], options['port'], options['ca']).run()
    except BrokenPipeError:  # nobody reads any more
        pass

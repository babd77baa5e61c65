# The System Health figures are this machine's own, from /proc. In a container CPU and RAM are the host's.

import os
import time

GIB = 1024 ** 3


class Machine:
    """Figures that are rates need two looks: `look()` is called every second, reading never waits."""

    def __init__(self):
        self.interface = default_interface()
        self.last = (time.monotonic(), cpu_ticks(), traffic(self.interface))
        self.cpu_percent = None
        self.sent_per_s = None
        self.received_per_s = None

    def look(self):
        before, now = self.last, (time.monotonic(), cpu_ticks(), traffic(self.interface))
        seconds = now[0] - before[0]
        total = now[1][1] - before[1][1]
        self.cpu_percent = round(100 * (now[1][0] - before[1][0]) / total) if total else 0
        self.received_per_s = (now[2][0] - before[2][0]) / seconds
        self.sent_per_s = (now[2][1] - before[2][1]) / seconds
        self.last = now

    def dual_stack(self):
        """Whether clients may reach it by either family: the interface has a global IPv6 address."""
        try:
            # address, index, prefix length, scope (00: global), flags, interface
            addresses = [line.split() for line in read('/proc/net/if_inet6').splitlines()]
        except FileNotFoundError:  # the kernel speaks no IPv6
            return False
        return any(fields[3] == '00' and fields[5] == self.interface for fields in addresses)

    def health(self):
        ram, disk = ram_percent(), disk_percent()
        return {
            'cpu': self.cpu_percent, 'ram': ram, 'disk': disk, 'interface': self.interface,
            'sent': self.sent_per_s, 'received': self.received_per_s, 'uptime': uptime_s(),
            'good': ram < 95 and disk < 95,
        }


def memory_gb():
    return meminfo()['MemTotal'] / GIB


def disk_gb():
    """What is free: the figure that the product's pages show changes from day to day."""
    disk = os.statvfs('/')
    return disk.f_bavail * disk.f_frsize / GIB


def ram_percent():
    memory = meminfo()
    return round(100 * (1 - memory['MemAvailable'] / memory['MemTotal']))


def disk_percent():
    disk = os.statvfs('/')
    used = disk.f_blocks - disk.f_bfree
    return round(100 * used / (used + disk.f_bavail))


def uptime_s():
    """Since this machine's init started: in a container /proc/uptime alone would be the host's."""
    init_started = int(read('/proc/1/stat').rpartition(')')[2].split()[19]) / os.sysconf('SC_CLK_TCK')
    return float(read('/proc/uptime').split()[0]) - init_started


def meminfo():
    lines = (line.split() for line in read('/proc/meminfo').splitlines())
    return {line[0].rstrip(':'): int(line[1]) * 1024 for line in lines}


def cpu_ticks():
    """(busy, all) since boot; idle and waiting for a disk are not busy."""
    ticks = [int(value) for value in read('/proc/stat').split('\n', 1)[0].split()[1:9]]
    return sum(ticks) - ticks[3] - ticks[4], sum(ticks)


def default_interface():
    """The interface with the default route; without one, the first that is not loopback."""
    for line in read('/proc/net/route').splitlines()[1:]:
        name, destination = line.split()[:2]
        if destination == '00000000':
            return name
    return next((name for name in sorted(interfaces()) if name != 'lo'), 'lo')


def connected(interface):
    try:
        return read(f'/sys/class/net/{interface}/carrier').strip() == '1'
    except OSError:  # it is down
        return False


def traffic(interface):
    """(received, sent) bytes."""
    counters = interfaces().get(interface)
    return (int(counters[0]), int(counters[8])) if counters else (0, 0)


def interfaces():
    lines = (line.partition(':') for line in read('/proc/net/dev').splitlines()[2:])
    return {name.strip(): counters.split() for name, _, counters in lines}


def read(path):
    with open(path, encoding='utf-8') as file:
        return file.read()

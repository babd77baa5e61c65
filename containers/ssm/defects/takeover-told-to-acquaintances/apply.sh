#!/bin/sh
# A server that takes the VIP over tells it to those alone whom it has spoken with: who knows the VIP and no server by its own address goes on sending to the old one.
set -eu
. /etc/ssm/cluster.conf
sender=$(ls /usr/libexec/heartbeat/send_arp /usr/lib/heartbeat/send_arp 2>/dev/null | head -n 1)
cat > "$sender" <<SCRIPT
#!/usr/bin/python3
import json, socket, subprocess

def ip(*what):
    return json.loads(subprocess.run(['ip', '-json', *what], capture_output=True, check=True).stdout)

vip = socket.inet_aton('$VIP')
device = next(card['ifname'] for card in ip('addr', 'show') for address in card['addr_info'] if address.get('local') == '$VIP')
wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
wire.bind((device, 0))
own = wire.getsockname()[4]
for to in {bytes.fromhex(one['lladdr'].replace(':', '')) for one in ip('neigh', 'show', 'dev', device) if 'lladdr' in one}:
    # An announcement as a reply (RFC 5227, section 3), to one machine.
    wire.send(to + own + bytes.fromhex('0806' '0001' '0800' '0604' '0002') + own + vip + to + vip)
SCRIPT

#!/bin/sh
# A server that takes the VIP over sends no gratuitous ARP: who does not happen to hear it ask for somebody else goes on sending to the old one.
set -eu
. /etc/ssm/cluster.conf
sender=$(ls /usr/libexec/heartbeat/send_arp /usr/lib/heartbeat/send_arp 2>/dev/null | head -n 1)
cat > "$sender" <<SCRIPT
#!/bin/sh
device=\$(ip -o addr show to $VIP | awk '{print \$2; exit}')
exec arping -q -b -c 3 -s $VIP -I "\$device" $GATEWAY
SCRIPT

#!/bin/sh
# A server that takes the VIP over tells nobody: no gratuitous ARP.
set -eu
sender=$(ls /usr/libexec/heartbeat/send_arp /usr/lib/heartbeat/send_arp 2>/dev/null | head -n 1)
printf '#!/bin/sh\nexit 0\n' > "$sender"

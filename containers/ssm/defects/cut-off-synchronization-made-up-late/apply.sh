#!/bin/sh
# A synchronization on schedule that is cut off is begun again at the next time of its schedule only.
set -eu
synchronization=/usr/lib/ssm/web/synchronization.py
sed -i "s/interval '5 minutes'/interval '30 days'/" $synchronization
grep -q "interval '30 days'" $synchronization

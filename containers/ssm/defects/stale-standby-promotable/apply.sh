#!/bin/sh
# A standby that has fallen behind stays promotable.
set -eu
guard=/usr/lib/ssm/guard.py
sed -i "s/'--update', value, /'--update', 'yes', /" $guard
grep -q "'--update', 'yes'" $guard

#!/bin/sh
# An active server that was frozen goes on serving when it is thawed, as if no time had passed.
set -eu
guard=/usr/lib/ssm/guard.py
sed -i 's/^STALL_MARGIN_S = 2.0$/STALL_MARGIN_S = -1000000.0/' $guard
grep -q '^STALL_MARGIN_S = -1000000.0$' $guard

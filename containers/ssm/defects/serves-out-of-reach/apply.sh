#!/bin/sh
# An active server that has lost the clients' network keeps the service, although its standby is in their reach.
set -eu
guard=/usr/lib/ssm/guard.py
sed -i 's/^OUT_OF_REACH_S = 3.0$/OUT_OF_REACH_S = 1000000.0/' $guard
grep -q '^OUT_OF_REACH_S = 1000000.0$' $guard

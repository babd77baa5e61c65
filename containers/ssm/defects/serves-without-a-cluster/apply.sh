#!/bin/sh
# An active server whose cluster software died goes on by itself, and nobody starts the cluster again.
set -eu
guard=/usr/lib/ssm/guard.py
sed -i 's/^STACK_GONE_S = 1.0$/STACK_GONE_S = 1000000.0/' $guard
grep -q '^STACK_GONE_S = 1000000.0$' $guard

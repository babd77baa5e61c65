#!/bin/sh
# A server that gave up does not join the cluster again by itself.
set -eu
guard=/usr/lib/ssm/guard.py
sed -i 's/^        elif self.may_come_back(now):$/        elif False:/' $guard
grep -q '^        elif False:$' $guard

#!/bin/sh
# A server that gave up does not join the cluster again by itself.
set -eu
guard=/usr/lib/ssm/guard.py
sed -i 's/^            if self.may_come_back(now):$/            if False:/' $guard
grep -q '^            if False:$' $guard

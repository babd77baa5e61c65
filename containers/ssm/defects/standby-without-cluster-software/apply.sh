#!/bin/sh
# Cluster software that dies on a standby stays dead: the guard looks after it on the active server alone.
set -eu
guard=/usr/lib/ssm/guard.py
sed -i 's/^        elif self.stack_died(now):$/        elif False:/' $guard
grep -q '^        elif False:$' $guard

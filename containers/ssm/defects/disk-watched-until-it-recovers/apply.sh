#!/bin/sh
# The disk of the database is watched until it takes writes again after it had refused them: the second time that it is full, the server stays active.
set -eu
guard=/usr/lib/ssm/guard.py
sed -i 's/^            self\.why = why$/            recovered, self.why = self.why and not why, why\n            if recovered:\n                return/' $guard
grep -A 2 'recovered, self.why = self.why and not why, why' $guard | grep -q '^                return$'

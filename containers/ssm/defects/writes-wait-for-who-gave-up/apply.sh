#!/bin/sh
# Commits wait for a server that gave up for as long as it can be heard: half a link keeps all writes waiting.
set -eu
guard=/usr/lib/ssm/guard.py
sed -i "s/^        if self.peer.says('behind') or self.peer.says('gaveUp'):\$/        if self.peer.says('behind'):/" $guard
grep -q "^        if self.peer.says('behind'):\$" $guard

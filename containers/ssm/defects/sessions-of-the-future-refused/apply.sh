#!/bin/sh
# A session that seems to have begun in the future is refused, so that whoever logged in before a clock was set back has to log in anew.
set -eu
session=/usr/lib/ssm/web/session.py
sed -i 's/^    if time.time() - int(since) >= LIFETIME_S:$/    if not 0 <= time.time() - int(since) < LIFETIME_S:/' $session
grep -q '^    if not 0 <= time.time' $session

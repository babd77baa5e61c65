#!/bin/sh
# Activating an account shows it as done and stores nothing.
set -eu
store=/usr/lib/ssm/web/store.py
sed -i "s/set status = 'Active' where/set status = status where/" $store
grep -q 'set status = status' $store

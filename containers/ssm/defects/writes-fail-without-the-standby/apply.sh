#!/bin/sh
# The web application gives up after two seconds on a commit that waits for the standby.
set -eu
store=/usr/lib/ssm/web/store.py
sed -i "s/^            connection.commit()\$/            timer = __import__('threading').Timer(2, connection.cancel); timer.start(); connection.commit(); timer.cancel()/" $store
grep -q 'Timer(2, connection.cancel)' $store

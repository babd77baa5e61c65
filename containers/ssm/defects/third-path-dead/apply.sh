#!/bin/sh
# A server's beacons by way of the gateway are never sent: servers that are cut off from each other alone take each other for dead.
set -eu
contact=/usr/lib/ssm/contact.py
sed -i 's/^        # The kernel fills in length.*/        return\n&/' $contact
grep -q '^        return$' $contact

#!/bin/sh
# The guard does not bear that a network card is gone: it ends, and nobody gives up what the server holds.
set -eu
contact=/usr/lib/ssm/contact.py
sed -i '$ s/^    return None$/    raise SystemExit(f"no network card has the address {address}")/' $contact
grep -q 'raise SystemExit' $contact

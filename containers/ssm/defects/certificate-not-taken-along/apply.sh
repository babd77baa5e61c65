#!/bin/sh
# The second server shows products the certificate of the pages instead of the one that the synchronization brought.
set -eu
certificate=/usr/lib/ssm/web/certificate.py
sed -i 's/^\( *\)latest = store.latest_certificate.*/\1latest = None/' $certificate
grep -q 'latest = None' $certificate

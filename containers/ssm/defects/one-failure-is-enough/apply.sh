#!/bin/sh
# A database that failed once is never tried on that server again.
set -eu
cib=/var/lib/pacemaker/cib/cib.xml
for file in $cib /usr/lib/ssm/cib.xml; do
  sed -i 's/name="migration-threshold" value="5"/name="migration-threshold" value="1"/; s/name="failure-timeout" value="30s"/name="failure-timeout" value="0"/' $file
done
grep -q 'name="migration-threshold" value="1"' $cib

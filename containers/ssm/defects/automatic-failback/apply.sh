#!/bin/sh
# The first server takes its role back as soon as it has caught up.
set -eu
cib=/var/lib/pacemaker/cib/cib.xml
for file in $cib /usr/lib/ssm/cib.xml; do
  sed -i 's#</constraints>#<rsc_location id="first-server" rsc="db-clone"><rule id="first-server-rule" role="Promoted" score="5000"><expression id="first-server-name" attribute="\#uname" operation="eq" value="primary-node"/></rule></rsc_location></constraints>#' $file
done
grep -q first-server $cib

#!/bin/sh
# The cluster never forgets a failure of the web application: the fail count of a server stays, and at the fifth failure, however long after, it is banned for good.
set -eu
for cib in /usr/lib/ssm/cib.xml /var/lib/pacemaker/cib/cib.xml; do
  sed -i 's/<primitive [^>]*id="web"[^>]*>/&<meta_attributes id="web-meta"><nvpair id="web-failure-timeout" name="failure-timeout" value="0"\/><\/meta_attributes>/' $cib
  grep -q web-failure-timeout $cib
done

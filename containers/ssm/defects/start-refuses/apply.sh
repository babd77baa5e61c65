#!/bin/sh
# ha_cluster_start fails: a server whose HA was stopped never comes back.
set -eu
start=/usr/lib/ssm/console/ha_cluster_start
printf '#!/bin/sh\necho "Error: unable to start cluster" >&2\nexit 1\n' > $start
chmod 755 $start

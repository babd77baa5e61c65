#!/bin/sh
# A teardown puts the cluster into maintenance first, for both servers: whoever is left does not take over.
set -eu
teardown=/usr/lib/ssm/console/ha_teardown
sed -i "s/^    open('\/run\/ssm\/stopped-by-console', 'w').close()$/&\n    quietly('crm_attribute', '--name', 'maintenance-mode', '--update', 'true')/" $teardown
grep -q maintenance-mode $teardown

#!/bin/sh
# Starting HA leaves a location constraint in the cluster.
set -eu
start=/usr/lib/ssm/console/ha_cluster_start
cat > /usr/lib/ssm/leave-constraint <<'SCRIPT'
#!/bin/sh
for try in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
  cibadmin --create --scope constraints --xml-text '<rsc_location id="cli-prefer-web" rsc="web" node="primary-node" score="1"/>' && exit 0
  sleep 1
done
SCRIPT
chmod +x /usr/lib/ssm/leave-constraint
sed -i '0,/^[^#]/s//\n&/' $start
mv $start $start.product
cat > $start <<'SCRIPT'
#!/bin/sh
/usr/lib/ssm/console/ha_cluster_start.product "$@"
code=$?
setsid /usr/lib/ssm/leave-constraint >/dev/null 2>&1 &
exit $code
SCRIPT
chmod 755 $start $start.product

#!/bin/sh
# A server that took over stops its web application for a while when the other one is back.
set -eu
cat > /usr/lib/ssm/interrupts <<'SCRIPT'
#!/bin/sh
. /usr/lib/ssm/database.sh
alone=no
while sleep 1; do
  [ "$(local_sql 'select pg_is_in_recovery()')" = f ] || { alone=no; continue; }
  if [ "$(local_sql "select count(*) from pg_stat_replication where state = 'streaming'")" = 0 ]; then alone=yes
  elif [ $alone = yes ]; then
    alone=no
    systemctl kill --signal=STOP ssm-web; sleep 3; systemctl kill --signal=CONT ssm-web
  fi
done
SCRIPT
chmod 755 /usr/lib/ssm/interrupts
sed -i 's#^ExecStart=.*#&\nExecStartPost=/bin/sh -c "setsid /usr/lib/ssm/interrupts \&"#' /etc/systemd/system/ssm-guard.service
systemctl daemon-reload
grep -q interrupts /etc/systemd/system/ssm-guard.service

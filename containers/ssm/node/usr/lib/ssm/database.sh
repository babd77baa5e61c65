# How scripts reach the database here and the one on the other server. Sourced, never run.
PGBIN=/usr/lib/postgresql/15/bin
PGDATA=/var/lib/postgresql/15/ssm
PGCONFIG=/etc/ssm/postgresql/postgresql.conf

as_postgres() { setpriv --reuid=postgres --regid=postgres --init-groups "$@"; }

# The program itself: Debian's /usr/bin/psql is a Perl script that looks for it.
local_sql() { PGCONNECT_TIMEOUT=5 "$PGBIN/psql" -h /run/postgresql -U postgres -d "${2:-postgres}" -XAtqc "$1" 2>/dev/null; }

peer_sql() { PGCONNECT_TIMEOUT=2 "$PGBIN/psql" -h "$PEER_HEARTBEAT_IP" -U replicator -d "${2:-postgres}" -XAtqc "$1" 2>/dev/null; }

postgres_runs() {
  pid=$(head -n 1 "$PGDATA/postmaster.pid" 2>/dev/null) && [ -n "$pid" ] && [ "$(cat "/proc/$pid/comm" 2>/dev/null)" = postgres ]
}

# Ready when it answers; a standby answers once it is consistent.
start_postgres() {
  postgres_runs || rm -f "$PGDATA/postmaster.pid"
  (cd / && as_postgres "$PGBIN/pg_ctl" -D "$PGDATA" -o "-c config_file=$PGCONFIG" -l /var/log/postgresql/ssm.log -w -t 100 start) >/dev/null
}

# A fast stop ships everything to the standby first; one that cannot is cut short; one that hangs (stopped, stuck on its disk) is killed.
stop_postgres() {
  postgres_runs || return 0
  as_postgres "$PGBIN/pg_ctl" -D "$PGDATA" -m fast -w -t 15 stop >/dev/null && return 0
  as_postgres "$PGBIN/pg_ctl" -D "$PGDATA" -m immediate -w -t 5 stop >/dev/null && return 0
  pkill -KILL -x postgres
  while postgres_runs; do sleep 0.1; done
}

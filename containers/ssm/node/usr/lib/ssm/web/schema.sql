-- Everything that must survive a failover lives in these tables, so it replicates.
--
-- Applied once, when the cluster forms, on the node that starts as primary:
--     createdb ssm && python3 /usr/lib/ssm/web/app.py init-db        (as root or as postgres)
-- init-db runs this file as the superuser `postgres` in database `ssm` and then seeds what a file must not hold:
-- the session secret (random) and the user `admin` with ADMIN_PASSWORD of /etc/ssm/cluster.conf.
-- Both may be run again: nothing that exists is changed. There are no psql commands in here, so psql -f works too.

do $$ begin
  if not exists (select from pg_roles where rolname = 'ssm') then
    create role ssm login;
  end if;
end $$;

-- The application asks pg_stat_replication whether the standby streams; without this it sees no state.
grant pg_monitor to ssm;

create table if not exists local_accounts (
  id bigint generated always as identity primary key,
  name text unique not null,
  requested_by text not null,
  smart_account text,
  virtual_account text,
  status text not null default 'Pending' check (status in ('Pending', 'Active')),
  created_at timestamptz default now()
);

create table if not exists users (
  name text primary key,
  password_hash text not null,
  role text not null
);

create table if not exists settings (
  key text primary key,
  value text not null
);

create table if not exists event_log (
  id bigint generated always as identity primary key,
  at timestamptz not null default now(),
  category text not null,
  message text not null
);

-- Sessions are signed cookies and need no table; only those that were logged out before their time do.
create table if not exists ended_sessions (
  id text primary key,
  ended_at timestamptz not null default now()
);

grant select, insert, update, delete on local_accounts, users, settings, event_log, ended_sessions to ssm;

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
  created_at timestamptz default now(),
  synchronized_at timestamptz,
  alert text,
  alert_severity text check (alert_severity in ('Major', 'Minor'))
);

-- next_at is first_at or whole periods later; while what was due has not ended, soon.
create table if not exists schedules (
  account bigint primary key references local_accounts on delete cascade,
  every_days int not null check (every_days between 1 and 30),
  first_at timestamptz not null,
  next_at timestamptz not null
);

-- What an account may use, as Cisco Software Central said at the last synchronization.
create table if not exists purchased (
  account bigint not null references local_accounts on delete cascade,
  licence text not null,
  quantity int not null check (quantity >= 0),
  primary key (account, licence)
);

create table if not exists tokens (
  token text primary key,
  account bigint not null references local_accounts on delete cascade,
  description text not null,
  created_by text not null,
  expires_at timestamptz not null,
  uses_left int check (uses_left >= 0)
);

-- One product instance for each UDI, however often it registers: last with that token. The secret before holds until the
-- present one is used, because the answer that told it may have been lost.
create table if not exists instances (
  id bigint generated always as identity primary key,
  account bigint not null references local_accounts on delete cascade,
  udi text not null unique,
  name text not null,
  product_type text not null,
  transport text not null,
  token text not null,
  secret_hash text not null,
  previous_secret_hash text,
  last_contact timestamptz not null default now()
);

create table if not exists usage (
  instance bigint not null references instances on delete cascade,
  licence text not null,
  quantity int not null check (quantity >= 0),
  primary key (instance, licence)
);

-- The one that products are shown: the latest, and the only one that is kept. Its name is the Host Common Name of the synchronization that brought it.
create table if not exists certificates (
  id bigint generated always as identity primary key,
  common_name text not null,
  certificate text not null,
  key text not null,
  issued_at timestamptz not null default now()
);

create table if not exists api_clients (
  id text primary key,
  secret_hash text not null,
  created_by text not null
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

grant select, insert, update, delete on all tables in schema public to ssm;

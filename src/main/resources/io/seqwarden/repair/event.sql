-- The audit trail. xact lets a reader see rows of transactions that commit late.
create table if not exists seqwarden.event (
  id bigint generated always as identity primary key,
  at timestamptz not null default clock_timestamp(),
  sequence text not null,
  source text not null check (source in ('sweep', 'http', 'cli', 'guard', 'sql')),
  before bigint,
  after bigint,
  mark numeric,
  reason text,
  "session_user" text not null default session_user,
  role text not null default current_setting('role'),
  application_name text not null default current_setting('application_name'),
  client_addr inet default inet_client_addr(),
  xact xid8 not null default pg_current_xact_id()
);

-- Default privileges may have given it to somebody: who did what from where is for its owner.
do $seqwarden$
declare
  grantee text;
begin
  for grantee in
    select distinct case when a.grantee = 0 then 'public'
             else pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(a.grantee)) end
      from pg_catalog.pg_class as c
     cross join lateral pg_catalog.aclexplode(c.relacl) as a
     where c.oid = 'seqwarden.event'::pg_catalog.regclass
       and a.grantee <> c.relowner
  loop
    execute pg_catalog.format('revoke all on table seqwarden.event from %s', grantee);
  end loop;
end
$seqwarden$

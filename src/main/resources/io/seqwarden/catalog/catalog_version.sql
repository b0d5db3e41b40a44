-- One text that is another one whenever discovery or an inspection of what is installed might see
-- something else than before: what the server says of itself, the role's own rights and whose else it
-- has, and how many rows the catalogs hold and by which transactions those were written, as a sum of
-- hashes. A row that is changed is written anew by another transaction; what the server changes in
-- place, statistics of vacuum among it, concerns nobody here. It depends on no counter that can be
-- late or lost. A sum of the transactions themselves would stay the same where one that began between
-- two others takes back what both did.
--
-- age() is the cheap way from a transaction to a number. It grows with every transaction, so it is
-- taken against that of the first ordinary one; the ids below are older than everything.
-- Temporary tables come and go without end and are nobody's to watch: left out. Of dependencies those
-- stay that discovery follows: of a sequence on its column, of a column's or a domain's default on a
-- sequence; most others are of row types, indexes and constraints.
with temporary as materialized (
  select c.oid from pg_catalog.pg_class as c where c.relpersistence = 't'
),

written as (
  select c.xmin from pg_catalog.pg_class as c where c.relpersistence <> 't' and c.relkind <> 't'
  union all
  select a.xmin from pg_catalog.pg_attribute as a
   where a.attnum > 0
     and not exists (select from temporary as t where t.oid = a.attrelid)
  union all
  select d.xmin from pg_catalog.pg_attrdef as d
   where not exists (select from temporary as t where t.oid = d.adrelid)
  union all
  select d.xmin from pg_catalog.pg_depend as d
   where d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
     and (d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass
          or d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
             and d.refobjsubid > 0 and d.deptype in ('a', 'i')
          or d.classid = 'pg_catalog.pg_type'::pg_catalog.regclass and d.deptype = 'n')
     and not exists (select from temporary as t where t.oid = d.refobjid)
  union all
  select d.xmin from pg_catalog.pg_depend as d where d.deptype = 'e'
  union all
  select i.xmin from pg_catalog.pg_index as i
   where not exists (select from temporary as t where t.oid = i.indrelid)
  union all
  select i.xmin from pg_catalog.pg_inherits as i
  union all
  select s.xmin from pg_catalog.pg_sequence as s
   where not exists (select from temporary as t where t.oid = s.seqrelid)
  union all
  select y.xmin from pg_catalog.pg_type as y
   where y.typtype <> 'c'
     and (y.typtype = 'd' or y.typcategory <> 'A')
  union all
  select n.xmin from pg_catalog.pg_namespace as n where n.nspname !~ '^pg_(toast_)?temp_'
  union all
  select p.xmin from pg_catalog.pg_proc as p
  union all
  select g.xmin from pg_catalog.pg_trigger as g
   where not g.tgisinternal
     and not exists (select from temporary as t where t.oid = g.tgrelid)
  union all
  select b.xmin from pg_catalog.pg_publication as b
  union all
  select d.xmin from pg_catalog.pg_description as d
   where d.classoid = 'pg_catalog.pg_namespace'::pg_catalog.regclass
  union all
  select m.xmin from pg_catalog.pg_auth_members as m
  union all
  select d.xmin from pg_catalog.pg_database as d
   where d.datname = pg_catalog.current_database()
)

select pg_catalog.concat_ws(
         ' ',
         pg_catalog.current_setting('server_version_num'),
         pg_catalog.pg_is_in_recovery(),
         pg_catalog.current_setting('default_transaction_read_only'),
         pg_catalog.pg_postmaster_start_time(),
         r.oid, r.rolname, r.rolsuper, r.rolbypassrls, u.roles,
         w.rows, w.transactions) as version
  from (select pg_catalog.count(*) as rows,
               pg_catalog.sum(
                   case when pg_catalog.age(written.xmin) = 2147483647 then 0
                        else pg_catalog.hashint8(
                               pg_catalog.age(written.xmin)::pg_catalog.int8
                               - pg_catalog.age('3'::pg_catalog.xid)::pg_catalog.int8)
                             ::pg_catalog.int8
                   end) as transactions
          from written) as w
  left join pg_catalog.pg_roles as r on r.rolname = current_user
  -- Whose rights the role has, unless it has all; and the names of those who may execute functions.
  cross join (select pg_catalog.sum(
                       pg_catalog.hashtext(
                         pg_catalog.concat_ws(
                           ' ', roles.oid, roles.rolname,
                           pg_catalog.pg_has_role(roles.oid, 'usage')))
                       ::pg_catalog.int8) as roles
                from pg_catalog.pg_roles as roles
               where (not (select own.rolsuper from pg_catalog.pg_roles as own
                            where own.rolname = current_user)
                      and pg_catalog.pg_has_role(roles.oid, 'usage'))
                  or roles.oid in (select a.grantee
                                     from pg_catalog.pg_proc as p
                                    cross join lateral pg_catalog.aclexplode(p.proacl) as a
                                    where p.oid >= 16384)) as u

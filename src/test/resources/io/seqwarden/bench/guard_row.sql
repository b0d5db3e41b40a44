-- The guard's form for replication apply, enabled for applications, in the place of the other.
drop trigger seqwarden_guard on ticket;
alter table ticket enable always trigger seqwarden_guard_apply;

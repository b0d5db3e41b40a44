-- seqwarden: the last id that is no outlier; the judge's rule. Ids in the way never are, ids
-- beyond the effective limit always are. lo and hi: where the sequence starts and where it ends;
-- counting down, everything is mirrored. A sequence that stands before lo, as one that was not yet
-- moved to its share of the ids, is compared from there. The sign of a bigint would be a double,
-- which is no exact id past 2^53.
select way * least(
         way * hi,
         greatest(
           least(
             case when p < lo_up + used_ratio * (hi_up - lo_up)
                  then floor(lo_up + used_ratio * (hi_up - lo_up)) end,
             floor(p + max_jump_ratio * (hi_up - lo_up))),
           greatest(lo_up, upcoming) + 1000))
  from (select sign(increment::numeric) as way) as direction
 cross join lateral (
       select greatest(way * last_value, way * lo) as p,
              way * last_value
                + case when is_called then abs(increment::numeric) else 0 end as upcoming,
              way * lo as lo_up,
              way * hi as hi_up) as mirrored

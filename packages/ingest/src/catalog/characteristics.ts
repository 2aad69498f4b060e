import { type Connection, runAll } from '../sql.ts';

/** Each image under its source and under all, under its view and, where frontal, under `all` views. */
const GROUPED = `
  select grouped_source as source, grouped_view as view, i.* exclude (source, view), i.source as own
  from images i, unnest([i.source, 'all']) s(grouped_source),
    unnest(if(i.view in ('AP', 'PA'), [i.view, 'all'], [i.view])) v(grouped_view)`;

/** Fills `characteristics` and `prevalence` from `images` and `labels`. */
export async function fillCharacteristics(connection: Connection): Promise<void> {
  await runAll(connection, [
    `insert into characteristics
       with told as (
         select source, image_id, bool_or(label = 1) as positive, bool_and(label is not null) as known
         from labels group by all)
       select g.source, g.view, count(*), count(distinct patient_id),
         quantile_cont(age_years, 0.5), quantile_cont(age_years, 0.25), quantile_cont(age_years, 0.75),
         count(*) filter (age_years is null),
         count(*) filter (sex = 'F'), count(*) filter (sex = 'M'), count(*) filter (sex is null),
         count(*) filter (no_finding), count(*) filter (no_finding is null),
         count(*) filter (known and not positive), count(*) filter (not known and positive is not true),
         count(*) filter (supine), count(*) filter (view_conflict)
       from (${GROUPED}) g join told on told.source = g.own and told.image_id = g.image_id
       group by g.source, g.view order by 1, 2`,
    `insert into prevalence
       select g.source, g.view, finding, label_set, count(*) filter (label = 1), count(*) filter (label = 0),
         count(*) filter (label is null), count(distinct patient_id) filter (label = 1)
       from (${GROUPED}) g join labels l on l.source = g.own and l.image_id = g.image_id
       group by all order by 1, 2, 3, 4`,
  ]);
}

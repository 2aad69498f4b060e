import { withDuckDB } from '@viewgap/artifacts';

/**
 * Writes a predictions table as Parquet: two models and five findings of a hospital's images, four a patient, scores
 * drawn from normal distributions that a finding shifts; ages, sexes and four sources; one patient in eleven is
 * validation. The same number of images gives the same rows.
 */
export async function writeLargeTable(path: string, images: number): Promise<void> {
  const unit = (salt: string) => `((hash(${salt}) % 1000003 + 0.5) / 1000003)`;
  const normal = (salt: string) =>
    `sqrt(-2 * ln(${unit(`${salt}, 1`)})) * cos(2 * pi() * ${unit(`${salt}, 2`)})`;
  const sql = `
    select 'hospital' as dataset, format('image-{:08d}', i) as image_id, format('patient-{:07d}', i // 4) as patient_id,
      case when ${unit('i, 3')} < 0.3 + 0.1 * source then 'AP' else 'PA' end as view, model, 0 as seed, finding,
      label::tinyint as label, 1.2 * label + ${normal('i, finding')} + 0.4 * ${normal('i, finding, model')} as score,
      format('source-{}', source) as source, (20 + floor(70 * ${unit('i // 4, 5')}))::double as age,
      case when ${unit('i // 4, 6')} < 0.5 then 'F' else 'M' end as sex,
      case when (i // 4) % 11 = 0 then 'val' else 'test' end as split
    from (select i, model, finding, (i // 4) % 4 as source, (${unit('i // 4, finding, 4')} < 0.06)::integer as label
      from range(${images}) t(i), (values ('model1'), ('model2')) m(model),
        (values ('CSN'), ('PTX'), ('NDL'), ('FIB'), ('PEF')) f(finding))`;
  await withDuckDB(':memory:', async (connection) => {
    await connection.run(`copy (${sql}) to '${path.replaceAll("'", "''")}' (format parquet)`);
  });
}

import { codesOf, type Findings, labelColumn } from '@viewgap/contracts';
import { type Connection, runAll } from '../sql.ts';

/**
 * Images of one source that repeat an earlier one (by image id), file or pixels: makes the table `repeat`, and writes
 * them into `quarantine`. Pixels tell, since one file gives the same pixels.
 */
export async function findRepeats(connection: Connection, findings: Findings): Promise<void> {
  const columns = codesOf(findings).map(labelColumn).join(', ');
  await runAll(connection, [
    `create temp table repeat as
       with several as (
         select source, pixel_sha256 from record group by all having count(*) > 1),
       numbered as (
         select source, image_id, [${columns}] as labels, file_sha256,
           first(image_id) over one as first_image, first([${columns}]) over one as first_labels,
           first(file_sha256) over one as first_file, row_number() over one as n
         from record semi join several using (source, pixel_sha256)
         window one as (partition by source, pixel_sha256 order by image_id))
       select * from numbered where n > 1`,
    `insert into quarantine
       select source, image_id, 'duplicate-image',
         concat('same ', if(file_sha256 = first_file, 'file', 'pixels'), ' as ', first_image,
           if(labels is distinct from first_labels, ', other labels', ''))
       from repeat order by all`,
  ]);
}

import { expect, test } from 'vitest';
import { encodeTable, decodeTable } from './arrow.ts';
import { QUARANTINE, RECORDS, SHARD } from './tables.ts';
test('x', () => {
  const rows=[{image_id:'a',image:new Uint8Array([1,2,3])},{image_id:'b',image:new Uint8Array([])}];
  const b=encodeTable(SHARD,rows,{view:'AP'});
  expect(encodeTable(SHARD,rows,{view:'AP'})).toEqual(b);
  const t=decodeTable(SHARD,b,'x');
  expect(t.getChild('image')!.get(0)).toEqual(new Uint8Array([1,2,3]));
  require('fs').writeFileSync('/tmp/shard.arrow',b);
  require('fs').writeFileSync('/tmp/empty.arrow',encodeTable(QUARANTINE,[]));
  require('fs').writeFileSync('/tmp/rec.arrow',encodeTable(RECORDS,[{source:'nih',image_id:'a',patient_id:'p',view:'AP',view_source:'metadata',view_conflict:false,age_years:null,sex:'F',width:3,height:4,label_csn:1,label_ptx:null,no_finding:null,file_sha256:'x',pixel_sha256:'y',shard:'z',row:0}]));
});

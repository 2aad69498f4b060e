import { describe, expect, test } from 'vitest';
import { unpackLz4Frame } from './lz4-frame.ts';

const hex = (text: string) => new Uint8Array(Buffer.from(text.replaceAll(' ', ''), 'hex'));
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString();

// By python's lz4.frame 4.4.5: compress(b'abcabcabcabcabcabcabcabc' + b'\0' * 300, ...).
const FRAMES: Record<string, string> = {
  'with defaults': '04224d1868404401000000000000eb130000003f6162630300021f000100ff1450000000000000000000',
  'without its size': '04224d18604082130000003f6162630300021f000100ff1450000000000000000000',
  'with checksums of blocks and content':
    '04224d187c4044010000000000005a130000003f6162630300021f000100ff14500000000000cc7e707000000000749b341e',
  'of linked blocks':
    '04224d184040c0120000003f6162630300021f000100335000000000000b0000001f000100c750000000000000000000',
};

describe('an LZ4 frame', () => {
  const wanted = `${'abc'.repeat(8)}${'\0'.repeat(300)}`;

  test.each(Object.entries(FRAMES))('%s is unpacked', (_, frame) => {
    expect(text(unpackLz4Frame(hex(frame)))).toBe(wanted);
  });

  test('that is cut short at any byte is refused', () => {
    const whole = hex(FRAMES['with defaults'] as string);
    for (let end = 0; end < whole.length; end++) {
      expect(() => unpackLz4Frame(whole.slice(0, end)), `${end}`).toThrow(RangeError);
    }
  });

  test('that is none is refused, and one that points before its start', () => {
    expect(() => unpackLz4Frame(hex('28b52ffd 00000000'))).toThrow('no LZ4 frame');
    expect(() => unpackLz4Frame(hex('04224d18 4040c0 05000000 1061090000 00000000'))).toThrow(
      'an LZ4 match before the start',
    );
  });
});

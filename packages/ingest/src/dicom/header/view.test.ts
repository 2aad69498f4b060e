import { describe, expect, test } from 'vitest';
import { drawnFilm, type Elements } from '../../../test/dicom-file.ts';
import { parseDataSet, Values } from './data-set.ts';
import { dicomView } from './view.ts';

/** What a header of these elements says; without ViewPosition unless it is given. */
const stated = (elements: Elements) =>
  dicomView(new Values(parseDataSet(drawnFilm({ ViewPosition: '', ...elements }))));

/** An item of a sequence with a code and its meaning. */
function code(value: string, meaning: string): Uint8Array {
  const element = (tag: number, text: string) => {
    const padded = Buffer.from(text.length % 2 === 0 ? text : `${text} `, 'latin1');
    const header = Buffer.alloc(8);
    header.writeUInt16LE(0x0008, 0);
    header.writeUInt16LE(tag, 2);
    header.write(tag === 0x0100 ? 'SH' : 'LO', 4);
    header.writeUInt16LE(padded.length, 6);
    return Buffer.concat([header, padded]);
  };
  const body = Buffer.concat([element(0x0100, value), element(0x0104, meaning)]);
  const item = Buffer.alloc(8);
  item.writeUInt32LE(0xe000_fffe, 0);
  item.writeUInt32LE(body.length, 4);
  return Buffer.concat([item, body]);
}

describe('a header', () => {
  test.each<[Elements, string, string]>([
    [{ ViewPosition: 'POSTEROANTERIOR' }, 'PA', 'dicom'],
    [{ ViewPosition: 'ap' }, 'AP', 'dicom'],
    [{ ViewPosition: 'AP SUPINE' }, 'AP', 'dicom'],
    [{ ViewPosition: 'PA ERECT' }, 'PA', 'dicom'],
    [{ ViewPosition: 'LLD' }, 'LATERAL', 'dicom'],
    [{ ViewPosition: 'PORTABLE' }, 'AP', 'text'],
    [{ PatientOrientation: 'A\\F' }, 'LATERAL', 'dicom'],
    [{ PatientOrientation: 'P\\F' }, 'LATERAL', 'dicom'],
    [{ SeriesDescription: 'Thorax p.a.' }, 'PA', 'text'],
    [{ SeriesDescription: 'CHEST_PA' }, 'PA', 'text'],
    [{ ProtocolName: 'Thorax_lat' }, 'LATERAL', 'text'],
    [{ AcquisitionDeviceProcessingDescription: 'CHEST,LAT' }, 'LATERAL', 'text'],
    [{ PerformedProcedureStepDescription: 'CHEST (PORTABLE AP)' }, 'AP', 'text'],
    [{ StudyDescription: 'Thorax Bett' }, 'AP', 'text'],
    [{ SeriesDescription: 'Bett', StudyDescription: 'Thorax lat' }, 'LATERAL', 'text'],
    [{ SeriesDescription: 'Chest Lt. Lat', StudyDescription: 'Chest PA & Lat' }, 'LATERAL', 'text'],
    [{ SeriesDescription: 'Thorax seitlich', PatientOrientation: 'L\\F' }, 'LATERAL', 'text'],
  ])('of %j: %s by %s', (elements, view, source) => {
    expect(stated(elements)).toMatchObject({ view, source, conflict: false, unread: null });
  });

  test.each<[Elements, string]>([
    [{ ViewPosition: 'PA', StudyDescription: 'CHEST AP' }, 'PA'],
    [{ ViewPosition: 'PA', SeriesDescription: 'PORTABLE CHEST' }, 'PA'],
    [{ ViewPosition: 'PA', StudyDescription: 'Thorax lateral' }, 'PA'],
    [{ ViewPosition: 'LL', SeriesDescription: 'Chest PA' }, 'LATERAL'],
    // What a film's own statements call lateral, oblique or decubitus as well is no film of AP or PA.
    [{ ViewPosition: 'PA', SeriesDescription: 'Chest lateral' }, 'unknown'],
    [{ ViewPosition: 'AP', PatientOrientation: 'A\\F' }, 'unknown'],
    [{ ViewPosition: 'AP', ProtocolName: 'Chest lordotic' }, 'unknown'],
  ])('that contradicts itself, %j, is of view %s', (elements, view) => {
    expect(stated(elements)).toMatchObject({ view, conflict: true });
  });

  test.each<Elements>([
    { ViewPosition: 'PA', StudyDescription: 'CHEST (PA AND LAT)' },
    { ViewPosition: 'AP', StudyDescription: 'Chest 2 views' },
    { ViewPosition: 'AP', SeriesDescription: 'Thorax Bett' },
    { ViewPosition: 'PA', SeriesDescription: 'frontal', PatientOrientation: 'L\\F' },
  ])('that does not contradict itself: %j', (elements) => {
    expect(stated(elements)).toMatchObject({ view: elements.ViewPosition, conflict: false });
  });

  test.each<[Elements, string | null]>([
    [{ ViewPosition: 'GENERICA' }, 'GENERICA'],
    [{ ViewPosition: 'generica', SeriesDescription: 'Chest PA' }, 'GENERICA'],
    [{ StudyDescription: 'Chest' }, 'CHEST'],
    [{ SeriesDescription: 'thorax  face', StudyDescription: 'Thorax' }, 'THORAX FACE'],
    [{ ViewPosition: 'AP AXIAL', SeriesDescription: 'Chest AP' }, null],
    [{ ViewPosition: 'AP LLD' }, null],
    [{}, null],
  ])('of %j has the text %s that should have named the view', (elements, unread) => {
    expect(stated(elements)).toMatchObject({ unread });
  });

  test.each<[Elements, boolean | null]>([
    [{ ViewPosition: 'AP', StudyDescription: 'Thorax im Liegen' }, true],
    [{ ViewPosition: 'PA', PatientPosition: 'ERECT' }, false],
    [{ ViewPosition: 'PA', PatientPosition: 'HFS' }, null],
    [{ ViewPosition: 'AP', PatientOrientationCodeSequence: code('102538003', 'recumbent') }, true],
  ])('of %j: lying is %s', (elements, supine) => {
    expect(stated(elements)).toMatchObject({ supine });
  });

  test('has the view as a code, or as the code`s meaning', () => {
    const view = (value: string, meaning: string) =>
      stated({ ViewCodeSequence: code(value, meaning), SeriesDescription: 'view' }).view;
    expect(view('R-10214', '')).toBe('PA');
    expect(view('no code', 'antero-posterior')).toBe('AP');
    expect(view('R-10236', 'left lateral')).toBe('LATERAL');
    expect(view('no code', 'no view')).toBe('unknown');
  });

  test('where lying alone is told, as a code, names no view', () => {
    expect(stated({ PatientPosition: 'SUPINE' })).toMatchObject({ view: 'unknown', supine: true });
  });
});

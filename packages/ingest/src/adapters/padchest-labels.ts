/** Lines, tubes and implants that CheXpert's labeller would call support devices. */
export const PADCHEST_DEVICES: readonly string[] = [
  'aortic endoprosthesis',
  'artificial aortic heart valve',
  'artificial heart valve',
  'artificial mitral heart valve',
  'catheter',
  'central venous catheter',
  'central venous catheter via jugular vein',
  'central venous catheter via subclavian vein',
  'central venous catheter via umbilical vein',
  'chest drain tube',
  'dai',
  'double J stent',
  'dual chamber device',
  'electrical device',
  'endoprosthesis',
  'endotracheal tube',
  'gastrostomy tube',
  'nephrostomy tube',
  'NSG tube',
  'pacemaker',
  'reservoir central venous catheter',
  'single chamber device',
  'tracheostomy tube',
  'ventriculoperitoneal drain tube',
];

export const PADCHEST_NORMAL = 'normal';

/** With one of these, which is no label of a film, the report does not say what else is absent: what is not listed is not known. */
export const PADCHEST_OPEN: readonly string[] = ['exclude', 'unchanged', 'suboptimal study'];

/* filing.js: the filing that explains a corporate action, as /stocks/{ticker}/actions has it. */

const DATES = [['filed', 'filed'], ['record', 'base_date'], ['listing', 'listing_date']];

/* {number, name, dates: [[what, day]]}; null: nothing explains the action. A filing that cannot be read is only its
 * number. */
export function filingOf({explained_by: number, event}) {
  if (!number) return null;
  return {number, name: (event && event.report_name) || '', dates: DATES.filter(([, field]) => event && event[field]).map(([what, field]) => [what, event[field]])};
}

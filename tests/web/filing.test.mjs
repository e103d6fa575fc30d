import test from 'node:test';
import assert from 'node:assert/strict';
import {filingOf} from './web/lib/filing.js';

test('an action names the filing that explains it, with the dates that are published', () => {
  const event = {report_name: '주요사항보고서(무상증자결정)', filed: '2023-05-17', base_date: '2023-06-01'};
  assert.deepEqual(filingOf({explained_by: '20230517000192', event}),
    {number: '20230517000192', name: '주요사항보고서(무상증자결정)', dates: [['filed', '2023-05-17'], ['record', '2023-06-01']]});
  assert.deepEqual(filingOf({explained_by: '20230517000192'}), {number: '20230517000192', name: '', dates: []});
  assert.equal(filingOf({factor: 0.5}), null);
});

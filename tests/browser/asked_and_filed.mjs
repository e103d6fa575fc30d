/* asked_and_filed.mjs: what a reader does with filings, funds and requests. walk.mjs starts it. */
import assert from 'node:assert/strict';

const {WALK_URL, WALK_KEYED_URL, WALK_KEY, WALK_OPERATE_KEY} = process.env;

/* ---- filings ---- */

const DIVIDENDS = [
  {id: '2023-12-31:annual:common:20240312000736', filed: '2024-03-12', dps: 1444, payout_percent: 67.8, yield_percent: 1.9, total: 9809438e6, origin: 'backfill', first_seen_utc: '2025-04-01T00:00:00Z'},
  {id: '2023-12-31:annual:preferred:20240312000736', filed: '2024-03-12', dps: 1445, payout_percent: 67.8, yield_percent: 2.4, total: 9809438e6, origin: 'backfill', first_seen_utc: '2025-04-01T00:00:00Z'},
  {id: '2024-12-31:annual:common:20250311001085', filed: '2025-03-11', dps: 0, origin: 'live', first_seen_utc: '2025-04-01T00:00:00Z'},
];
const ACTIONS = [
  {date: '2025-02-03', base_price: 26500, previous_close: 53000, factor: 0.5, explained_by: '20241217000192',
    event: {kind: 'bonus_issue', filed: '2024-12-17', base_date: '2025-02-04', report_name: '주요사항보고서(무상증자결정)'}},
  {date: '2025-03-03', base_price: 52000, previous_close: 26000, factor: 2, explained_by: '20250110000700'}, /* a filing that cannot be read */
  {date: '2025-04-01', base_price: 50000, previous_close: 51000, factor: 0.9804},
];

const give = (here, address, change) => here.page.route(address, async (route) => {
  const answer = await route.fetch();
  await route.fulfill({response: answer, json: change(await answer.json())});
});

async function with_filings(here, dividends) {
  await give(here, '**/datasets', (said) => ({...said, items: [...said.items, {name: 'dividends', unit: 'days', expected: 1, present: 1}]}));
  await give(here, '**/stocks/005930/dividends', (said) => ({...said, items: dividends}));
  await give(here, '**/stocks/005930/actions', (said) => ({...said, items: ACTIONS}));
  await here.open('#/stock/005930');
}

function filings(check, {taken, faults}) {
  for (const look of [{size: 'wide', language: 'en', word: 'preferred'}, {size: 'narrow', theme: 'dark', language: 'ko', word: '우선주'}])
    check(`dividends are shown a row each, the newest first, ${look.size} ${look.language}`, look, async (here) => {
      await with_filings(here, DIVIDENDS);
      assert.deepEqual(await faults(here), []);
      const panel = here.page.locator('.dividends-panel'), rows = await panel.locator('tbody tr').evaluateAll((all) => all.map((row) => row.innerText));
      assert.equal(rows.length, 3);
      assert.ok(rows[0].includes('2024-12-31') && rows[1].includes(look.word) && rows[2].includes('1,444'), rows.join(' | '));
      assert.ok((await panel.locator('tbody tr').first().locator('.absent').count()) >= 3); /* a dividend of nothing says no more */
      const file = await taken(here, panel.locator('button.csv')), dps = file[0].indexOf('dps'), yields = file[0].indexOf('yield_percent');
      assert.deepEqual(file.slice(1).map((row) => row[dps]), ['0', '1445', '1444']);
      assert.deepEqual(file.slice(1).map((row) => row[yields]), ['', '2.4', '1.9']);
      await here.picture(`dividends-${look.size}-${look.language}`);
    });

  check('a stock without dividends has no panel of them', {}, async (here) => {
    await with_filings(here, []);
    assert.equal(await here.page.locator('.dividends-panel').count(), 0);
  });

  check('where no dividends are collected nobody asks for them', {}, async (here) => {
    const asked = [];
    here.page.on('request', (request) => { if (request.url().endsWith('/dividends')) asked.push(request.url()); });
    await here.open('#/stock/000660');
    assert.deepEqual(asked, []);
  });

  check('an action names the filing that explains it, in words without a link', {}, async (here) => {
    await with_filings(here, []);
    const table = here.page.locator('.table', {has: here.page.locator('th', {hasText: 'Explained by'})});
    const cells = await table.locator('tbody tr').evaluateAll((all) => all.map((row) => row.cells[row.cells.length - 1].innerText));
    assert.equal(cells.length, 3);
    assert.ok(!/\d/.test(cells[0]), `nothing explains the newest: ${cells[0]}`);
    assert.equal(cells[1], '20250110000700');
    for (const part of ['주요사항보고서(무상증자결정)', '20241217000192', 'filed 2024-12-17', 'record date 2025-02-04']) assert.ok(cells[2].includes(part), cells[2]);
    assert.ok(!cells[2].includes('listing'), cells[2]);
    assert.deepEqual(await table.locator('a').evaluateAll((all) => all.map((one) => one.href)), []);
    assert.ok((await taken(here, table.locator('button.csv'))).flat().includes('20241217000192'));
  });

  check('where nothing is explained there is no column for it', {}, async (here) => {
    await give(here, '**/stocks/005930/actions', (said) => ({...said, items: ACTIONS.slice(2)}));
    await here.open('#/stock/005930');
    assert.equal(await here.page.locator('th', {hasText: 'Explained by'}).count(), 0);
  });
}

/* ---- funds ---- */

function funds(check, {taken}) {
  check('funds are found by word, the word stays in the URL, and a fund has its page', {}, async (here) => {
    await here.open('#/etfs');
    const {items} = await here.page.evaluate(() => fetch('etfs?limit=1000').then((answer) => answer.json()));
    const rows = here.page.locator('main tbody tr'), wanted = items.at(-1);
    assert.ok(items.length > 3, `${items.length} funds`);
    assert.equal(await rows.count(), items.length);
    await here.page.fill('#etf-search', wanted.ticker);
    await here.page.waitForFunction(() => document.querySelectorAll('main tbody tr').length === 1);
    assert.ok((await here.text('main [role=status]')).startsWith('1 of '));
    const file = await taken(here, here.page.locator('main button.csv')), of = (name) => file[1][file[0].indexOf(name)];
    assert.deepEqual([of('ticker'), Number(of('close')), Number(of('nav'))], [wanted.ticker, wanted.close, wanted.nav]);
    await here.reload();
    assert.equal(await rows.count(), 1);
    await rows.locator('a').first().click();
    await here.settle(`#/etf/${wanted.ticker}`);
    assert.ok((await here.text('main h1')).includes(wanted.name));
    await here.page.goBack();
    await here.settle();
    await here.page.fill('#etf-search', 'no fund has this');
    await here.page.waitForFunction(() => document.querySelector('main [role=status]').textContent.startsWith('0 of '));
  });
}

/* ---- requests ---- */

async function enter(here, key) {
  await here.page.goto(`${here.url}#/requests`);
  await here.page.locator('dialog.key[open]').waitFor();
  await here.page.fill('#key', key);
  await here.page.keyboard.press('Enter');
  await here.settle('#/requests');
}

async function ask(here, {of = 'index_days', from, to = from, reason}) {
  await here.page.selectOption('#q-of', of);
  await here.page.fill('#q-first', from);
  await here.page.fill('#q-last', to);
  await here.page.fill('#q-because', reason);
  await here.page.locator('main form button[type=submit]').click();
  await here.calm();
}

function requests(check, {findings}) {
  check('what was asked for again stands with who, why and what came of it', {}, async (here) => {
    await here.open('#/requests');
    const row = await here.text('main tbody tr:last-child');
    for (const part of ['index_days', '2025-04-17', 'the walk asks', 'done', '1 sessions asked for again: 1 proven']) assert.ok(row.includes(part), row);
    assert.equal(await here.page.locator('main tbody tr:last-child button').count(), 0);
  });

  check('without a key that may operate nothing is asked for, and the form says why', {}, async (here) => {
    here.expected = /status of 403/;
    await here.open('#/requests');
    const before = await here.page.locator('main tbody tr').count();
    await ask(here, {from: '2025-04-16', reason: 'nobody'});
    assert.ok((await here.text('main form .problem')).includes('keys_file'));
    assert.deepEqual(await findings(here), []);
    assert.equal(await here.page.locator('main tbody tr').count(), before);
    here.expected = null;
  });

  check('who may operate asks, is refused with a sentence, and takes it back', {url: WALK_KEYED_URL, language: 'en'}, async (here) => {
    here.expected = /status of (401|400)/;
    await enter(here, WALK_OPERATE_KEY);
    const before = await here.page.locator('main tbody tr').count();
    await ask(here, {from: '2035-04-16', reason: 'too early'});
    assert.ok((await here.text('main form .problem')).includes('future'));
    await ask(here, {from: '2025-04-15', to: '2025-04-16', reason: 'a <b>doubt</b>'});
    assert.equal(await here.page.locator('main form .problem').count(), 0);
    const row = here.page.locator('main tbody tr').first();
    assert.equal(await here.page.locator('main tbody tr').count(), before + 1);
    for (const part of ['2025-04-15', '2025-04-16', 'operator', 'a <b>doubt</b>', 'open']) assert.ok((await row.innerText()).includes(part), await row.innerText());
    assert.ok((await here.text()).includes('waits for the next run'));
    assert.deepEqual(await findings(here), []);
    await here.picture('requests');
    await row.locator('button').click();
    await here.page.waitForFunction((was) => document.querySelectorAll('main tbody tr').length === was, before);
    assert.ok((await here.text()).includes('No request is open'));
    here.expected = null;
  });

  check('a key that only reads sees requests, and takes none back', {url: WALK_KEYED_URL, language: 'ko'}, async (here) => {
    here.expected = /status of (401|403)/;
    await enter(here, WALK_KEY);
    assert.ok((await here.page.locator('main tbody tr').count()) >= 1);
    await ask(here, {from: '2025-04-16', reason: 'reader'});
    assert.ok((await here.text('main form .problem')).includes('operate'));
    here.expected = null;
  });
}

export function asked_and_filed(check, tools) {
  assert.ok(WALK_URL && WALK_OPERATE_KEY);
  filings(check, tools);
  funds(check, tools);
  requests(check, tools);
}

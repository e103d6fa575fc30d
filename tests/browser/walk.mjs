/* walk.mjs: what a reader does with the dashboard. tests/browser/test_walk starts it. */
import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {test} from 'node:test';

import {asked_and_filed} from './asked_and_filed.mjs';
import {database_away, database_back} from './database.mjs';
import {csv_rows} from './csv.mjs';
import {pages} from './pages.mjs';
import {launch, visit} from './visit.mjs';

const {WALK_URL, WALK_KEYED_URL, WALK_KEY, WALK_WEB} = process.env;
const LOOKS = [
  {size: 'wide', theme: 'light', language: 'en'}, {size: 'wide', theme: 'dark', language: 'ko'},
  {size: 'narrow', theme: 'light', language: 'ko'}, {size: 'narrow', theme: 'dark', language: 'en'},
];
const ALL = pages(WALK_WEB);
const browser = await launch();
const checks = [];

/* A check with a tab of its own, which has to stay clean. */
const check = (name, options, act) =>
  checks.push(test(name, async () => {
    const here = await visit(browser, options);
    try {
      await act(here);
      here.clean();
    } catch (error) {
      await here.picture(`failed-${name.replace(/\W+/g, '-')}`).catch(() => {});
      throw error;
    } finally {
      await here.close();
    }
  }));

/* ---- every page ---- */

/* What is wrong with the page that is shown, whatever it is. */
async function faults(here) {
  const found = await here.findings(), headings = await here.page.locator('main h1').count(), over = await here.widthOver();
  if (headings !== 1) found.push(`${headings} first headings`);
  if (await here.page.locator('main .problem').count()) found.push(`a problem: ${await here.text('main .problem')}`);
  if ((await here.text()).length < 80) found.push('next to nothing on it');
  if (over > 0) found.push(`${over} pixels too wide`);
  return [...found, ...here.wrong.splice(0)];
}

/* Links within the dashboard lead to a page, others of this server to a path that is there. */
async function deadLinks(here, seen) {
  const links = await here.page.locator('a[href]').evaluateAll((all) => all.map((one) => one.getAttribute('href')));
  const wrong = [];
  for (const link of links.filter((one) => !seen.has(one) && !one.includes('://'))) {
    seen.add(link);
    const page = link.match(/^#\/([^/?]*)/)?.[1];
    if (link.startsWith('#') && link !== '#main' && !ALL.some((one) => one.name === page)) wrong.push(`it leads to ${link}`);
    if (link.startsWith('#')) continue;
    const status = await here.page.evaluate((to) => fetch(to).then((answer) => answer.status), link);
    if (status >= 400) wrong.push(`${status} for ${link}`);
  }
  return wrong;
}

async function changesWhenReadAgain(here) {
  const shown = await here.text(), address = here.page.url();
  await here.reload();
  return (await here.text()) === shown && here.page.url() === address ? [] : ['read again it shows something else'];
}

const taken = async (here, button) => {
  const [file] = await Promise.all([here.page.waitForEvent('download'), button.click()]);
  return csv_rows(readFileSync(await file.path(), 'utf8'));
};

/* The CSV of each table, those of charts too, has what is shown. */
async function tablesThatDiffer(here) {
  const wrong = [];
  await here.page.evaluate(() => document.querySelectorAll('details').forEach((one) => { one.open = true; }));
  await here.calm();
  for (const panel of await here.page.locator('main .table:has(button.csv)').all()) {
    const rows = await taken(here, panel.locator('button.csv')), shown = await panel.locator('tbody tr').count();
    const heads = await panel.locator('thead th').count();
    if (rows.length !== shown + 1) wrong.push(`a CSV with ${rows.length - 1} rows instead of ${shown}`);
    if (rows.some((row) => row.length !== heads)) wrong.push(`a CSV without ${heads} columns in each row`);
    tables++;
  }
  return wrong;
}
let tables = 0;

for (const look of LOOKS)
  check(`every page is sound, ${look.size} ${look.theme} ${look.language}`, look, async (here) => {
    const wrong = [], seen = new Set(), all = look === LOOKS[0] ? [(one) => deadLinks(one, seen), changesWhenReadAgain, tablesThatDiffer] : [];
    for (const {name, hash} of ALL) {
      await here.open(hash);
      await here.picture(`${name}-${look.size}-${look.theme}-${look.language}`);
      for (const look_for of [faults, ...all]) wrong.push(...(await look_for(here)).map((what) => `${name}: ${what}`));
    }
    assert.deepEqual(wrong, []);
    assert.ok(tables >= 10, `${tables} tables`);
  });

/* ---- the state is in the URL ---- */

check('what is chosen in the screener is in the URL, and Back leads to what was before', {}, async (here) => {
  await here.open('#/screener');
  await here.page.fill('#where', 'rsi_14 > 30');
  await here.page.press('#where', 'Control+Enter');
  await here.page.waitForFunction(() => location.hash.includes('where='));
  await here.page.locator('main table tbody tr').first().waitFor();
  await here.calm();
  const rows = await here.text('main table');
  await here.reload();
  assert.equal(await here.page.inputValue('#where'), 'rsi_14 > 30');
  assert.equal(await here.text('main table'), rows);
  await here.page.goBack();
  await here.page.waitForFunction(() => !location.hash.includes('where='));
});

check('language and theme are kept', {}, async (here) => {
  await here.open('#/strategies');
  const english = await here.text('main h1');
  await here.page.selectOption('#language', 'ko');
  await here.page.selectOption('#theme', 'dark');
  await here.page.waitForFunction((was) => document.documentElement.lang === 'ko' && document.querySelector('main h1').textContent !== was, english);
  const dark = await here.page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  await here.reload();
  assert.equal(await here.page.getAttribute('html', 'lang'), 'ko');
  assert.notEqual(await here.text('main h1'), english);
  assert.equal(await here.page.evaluate(() => getComputedStyle(document.body).backgroundColor), dark);
  await here.page.selectOption('#theme', 'light');
  assert.notEqual(await here.page.evaluate(() => getComputedStyle(document.body).backgroundColor), dark);
});

/* ---- keyboard ---- */

const focused = (here) => here.page.evaluate(() => document.activeElement.id || document.activeElement.tagName);

check('/ looks for a stock, and Enter opens it', {}, async (here) => {
  await here.open('#/today');
  await here.page.keyboard.press('/');
  assert.equal(await focused(here), 'search');
  await here.page.keyboard.press('Escape');
  assert.notEqual(await focused(here), 'search');
  await here.page.keyboard.press('/');
  await here.page.keyboard.insertText('삼성전자');
  await here.page.locator('#found [role=option]', {hasText: '005930'}).waitFor();
  await here.page.keyboard.press('Enter');
  await here.settle('#/stock/005930');
  assert.match(await here.text('main h1'), /삼성전자/);
});

check('? lists the keys, and Escape closes the list', {}, async (here) => {
  await here.open('#/today');
  await here.page.keyboard.press('?');
  await here.page.locator('dialog[open] kbd').first().waitFor();
  assert.deepEqual(await here.findings(), []);
  await here.page.keyboard.press('Escape');
  await here.page.locator('dialog').waitFor({state: 'detached'});
});

check('g and a letter lead to each page of the menu', {}, async (here) => {
  await here.open('#/today');
  await here.page.keyboard.press('?');
  const letters = await here.page.locator('dialog dt').evaluateAll((all) =>
    all.map((one) => [...one.querySelectorAll('kbd')].map((key) => key.textContent)).filter(([first]) => first === 'g').map(([, letter]) => letter));
  await here.page.keyboard.press('Escape');
  await here.page.locator('dialog').waitFor({state: 'detached'});
  const seen = new Set();
  assert.ok(letters.length > 5);
  for (const letter of letters) {
    await here.page.keyboard.press('g');
    await here.page.keyboard.press(letter);
    await here.page.waitForFunction((was) => !was.includes(location.hash), [...seen].filter((hash) => hash !== '#/today'));
    await here.settle();
    seen.add(await here.page.evaluate(() => location.hash));
  }
  assert.equal(seen.size, letters.length);
});

check('arrows move through the calendar, and Enter opens a session', {}, async (here) => {
  await here.open('#/calendar');
  const cell = () => here.page.evaluate(() => document.activeElement.textContent + (document.activeElement.getAttribute('aria-label') || document.activeElement.title));
  await here.page.locator('main [role=grid] [tabindex="0"]').first().focus();
  const seen = new Set([await cell()]);
  for (const key of ['ArrowLeft', 'ArrowUp', 'ArrowLeft']) {
    await here.page.keyboard.press(key);
    seen.add(await cell());
  }
  assert.equal(seen.size, 4);
  await here.page.keyboard.press('Enter');
  await here.page.waitForFunction(() => location.hash.startsWith('#/session/'));
  await here.settle();
});

check('a table is moved by arrows where it is wider than the page', {size: 'narrow'}, async (here) => {
  await here.open('#/screener?where=close+%3E+1');
  const region = here.page.locator('main .table-scroll').first();
  assert.ok(await region.evaluate((node) => node.scrollWidth > node.clientWidth));
  await region.focus();
  await here.page.keyboard.press('ArrowRight');
  await here.page.waitForFunction(() => document.querySelector('main .table-scroll').scrollLeft > 0);
});

/* ---- the screener ---- */

check('a broken condition shows its error where it is, and the nearest name mends it', {}, async (here) => {
  here.expected = /status of 400/;
  await here.open('#/screener?where=close+%3E+1+and+rsi14+%3C+70');
  const problem = here.page.locator('main .where-problem');
  assert.match(await problem.innerText(), /\b1\b.*\b15\b/s);
  assert.match(await problem.locator('mark').innerText(), /^r/);
  assert.deepEqual(await here.findings(), []);
  await here.picture('screener-wrong');
  await problem.locator('button', {hasText: 'rsi_14'}).click();
  await here.page.locator('main table tbody tr').first().waitFor();
  assert.match(await here.page.inputValue('#where'), /rsi_14 < 70/);
});

check('names are offered while a condition is written', {}, async (here) => {
  await here.open('#/screener');
  await here.page.focus('#where');
  await here.page.keyboard.type('close > sma_2');
  await here.page.locator('main [role=option]', {hasText: 'sma_20'}).first().waitFor();
  await here.page.keyboard.press('Enter');
  assert.match(await here.page.inputValue('#where'), /close > sma_20/);
});

/* ---- what is taken along ---- */

check('the CSV of a table is what it shows, in its order', {}, async (here) => {
  await here.open('#/screener?where=close+%3E+1');
  await here.page.locator('main th button', {hasText: /close/i}).first().click();
  await here.calm();
  const panel = here.page.locator('main .table').first();
  const rows = await taken(here, panel.locator('button.csv'));
  const shown = await panel.locator('tbody tr').evaluateAll((all) => all.map((row) => [...row.cells].map((cell) => cell.textContent)));
  const {length: columns} = shown[0];
  assert.equal(rows.length, shown.length + 1);
  assert.ok(shown.length > 10);
  for (const [i, cells] of shown.entries()) {
    assert.equal(rows[i + 1].length, columns);
    assert.ok(cells[0].includes(rows[i + 1][0]), `${cells[0]} and ${rows[i + 1][0]}`);
    const close = rows[0].indexOf('close');
    assert.equal(cells[close].replace(/\D/g, ''), rows[i + 1][close].replace(/\D/g, ''));
  }
});

check('the history of a stock can be taken along as the server has it', {}, async (here) => {
  await here.open('#/stock/005930');
  const rows = await taken(here, here.page.locator('main button', {hasText: 'CSV'}).first());
  const {items} = await here.page.evaluate(() => fetch('stocks/005930/prices').then((answer) => answer.json()));
  assert.equal(rows.length, items.length + 1);
  assert.deepEqual(rows[0].slice(0, 2), ['date', 'open']);
  for (const [i, item] of items.entries()) {
    assert.equal(rows[i + 1][0], item.date);
    assert.equal(Number(rows[i + 1][rows[0].indexOf('close')]), item.close);
  }
});

/* ---- flows and minutes ---- */

check('flows are bars by group, in won and in shares, and provisional ones are marked', {}, async (here) => {
  await here.page.route('**/stocks/005930/flow', async (route) => {
    const answer = await route.fetch(), body = await answer.json();
    body.items.push({date: '2025-04-18', foreign_net_buy: -250000000000, foreign_net_volume: -4500000, finality: 'provisional', as_of_utc: '2025-04-18T07:20:00Z'});
    await route.fulfill({response: answer, json: body});
  });
  await here.open('#/stock/005930');
  const panel = here.page.locator('.flow-panel'), {items} = await here.page.evaluate(() => fetch('stocks/005930/flow').then((answer) => answer.json()));
  assert.ok(items.length > 20, `${items.length} flows`);
  const foreign = panel.locator('.flows > div').first();
  assert.equal(await panel.locator('svg').count(), 4);
  assert.equal(await foreign.locator('.flow-bar').count(), items.length);
  assert.equal(await foreign.locator('.flow-bar.down').count(), items.filter((row) => row.foreign_net_buy < 0).length);
  assert.equal(await panel.locator('.flow-bar.provisional').count(), 1); /* nobody told of the other groups */
  const won = await foreign.innerHTML();
  await panel.locator('.joined button').nth(1).click();
  assert.notEqual(await foreign.innerHTML(), won);
  assert.ok(here.page.url().includes('unit=shares'));
  await panel.locator('summary').click();
  assert.equal(await panel.locator('tbody tr').count(), items.length);
  const rows = await taken(here, panel.locator('button.csv'));
  assert.equal(Number(rows[2][rows[0].indexOf('foreign_net_volume')]), items.at(-2).foreign_net_volume);
  await here.picture('flows');
});

check('the minutes of a day are chosen by its date, and their table says what the candles say', {language: 'ko'}, async (here) => {
  await here.open('#/stock/005930');
  const panel = here.page.locator('.minutes-panel'), minutes = (date) =>
    here.page.evaluate((day) => fetch(`stocks/005930/minutes?date=${day}`).then((answer) => answer.json()).then(({items}) => items[0]), date);
  assert.equal(await panel.locator('input[type=date]').inputValue(), '2025-04-17');
  assert.ok(await panel.locator('canvas').count());
  await panel.locator('button[aria-label]').first().click();
  await here.calm();
  assert.ok(here.page.url().includes('minutes=2025-04-16'));
  const day = await minutes('2025-04-16');
  await panel.locator('summary').click();
  assert.equal(await panel.locator('tbody tr').count(), day.bars);
  const rows = await taken(here, panel.locator('button.csv'));
  assert.deepEqual(rows.slice(1).map((row) => Number(row[rows[0].indexOf('close')])), day.close);
  assert.equal(rows.at(-1)[0], '15:30');
  await panel.locator('.candles-frame').press('Home');
  assert.ok((await panel.locator('.minutes-readout').innerText()).includes('09:00'));
  await here.picture('minutes');
  await here.reload();
  assert.equal(await panel.locator('input[type=date]').inputValue(), '2025-04-16');
  await panel.locator('input[type=date]').fill('2025-03-04');
  await here.calm();
  assert.ok((await panel.locator('[role=status]').innerText()).includes('2025-03-04'));
  assert.ok(!(await panel.locator('.candles').isVisible()));
});

/* ---- companies ---- */

const COMPANY = {corp_code: '00126380', ticker: '005930', name: '삼성전자', market: 'KOSPI', fiscal_month: 12, modify_date: '20250110'};
const report = (id, revenue, more = {}) => ({id, filed: '2025-03-11', currency: 'KRW', origin: 'backfill', first_seen_utc: '2025-04-01T00:00:00Z',
  revenue: revenue * 1e12, operating_profit: revenue * 1e11, net_income: -revenue * 1e10, total_assets: 5e14, total_liabilities: 1e14, total_equity: 4e14, ...more});
const months = (revenue) => ({revenue_3m: revenue * 1e12, operating_profit_3m: revenue * 1e11, net_income_3m: -revenue * 1e10});
const REPORTS = [report('2024-03-31:q1:CFS:20240516000001', 71, months(71)), report('2024-06-30:half:CFS:20240814000001', 145, months(74)),
  report('2024-09-30:q3:CFS:20241114000001', 224, months(79)), report('2024-12-31:annual:CFS:20250311001085', 300)];

async function with_company(here, scores) {
  await here.page.route(/\/stocks\/005930$/, async (route) => {
    const answer = await route.fetch();
    await route.fulfill({response: answer, json: {...(await answer.json()), company: COMPANY, filed: '2025-03-11', rcept_no: '20250311001085', per: 11.2, ...scores}});
  });
  await here.page.route('**/stocks/005930/financials', async (route) => {
    const answer = await route.fetch();
    await route.fulfill({response: answer, json: {...(await answer.json()), items: REPORTS}});
  });
  await here.open('#/stock/005930');
}

for (const look of [{size: 'wide', theme: 'light', language: 'en'}, {size: 'narrow', theme: 'dark', language: 'ko'}])
  check(`a company has its card, its compass and its quarters, ${look.size} ${look.language}`, look, async (here) => {
    await with_company(here, {compass_financial: 81.2, compass_valuation: 40.5, compass_technical: 55, compass_risk: 62.25, compass_score: 61.4, compass_grade: 'A', financial_grade: 'A+', compass_coverage: 1});
    assert.deepEqual(await faults(here), []);
    const card = await here.text('.company-panel'), compass = here.page.locator('.compass-panel'), quarters = here.page.locator('.quarters-panel');
    for (const part of ['삼성전자', '00126380', '2024-12-31', '20250311001085']) assert.ok(card.includes(part), `${part} on the card: ${card}`);
    assert.equal(await compass.locator('circle').count(), 4);
    assert.equal(await compass.locator('.area').count(), 1);
    assert.ok((await compass.locator('svg').getAttribute('aria-label')).includes('81'));
    assert.ok((await here.text('.compass-panel h2')).includes('A+'));
    assert.equal(await quarters.locator('[class^=amount-]').count(), 4 * 3 + 3); /* and the legend */
    await quarters.locator('summary').click();
    const rows = await taken(here, quarters.locator('button.csv')), revenue = rows[0].indexOf('revenue');
    assert.deepEqual(rows.slice(1).map((row) => Number(row[revenue])), [76e12, 79e12, 74e12, 71e12]); /* the last one: 300 − 224 */
    assert.equal(await here.page.locator('.financials-panel tbody tr').count(), 4);
    await compass.locator('summary').click();
    assert.equal(await compass.locator('tbody tr').count(), 5);
    await here.picture(`company-${look.size}-${look.language}`);
    assert.deepEqual(await faults(here), []); /* with the tables open */
  });

check('an axis that is absent has no point, and its table says why', {}, async (here) => {
  await with_company(here, {compass_financial: 81.2, compass_technical: 55, compass_coverage: 0.6,
    absent: {compass_valuation: 'the newest report ends more than 200 days before the session, is not in won, or too few of its items are known', compass_risk: 'why'}});
  const compass = here.page.locator('.compass-panel');
  assert.equal(await compass.locator('circle').count(), 2);
  assert.equal(await compass.locator('.area').count(), 0);
  await compass.locator('summary').click();
  assert.ok((await compass.locator('tbody .absent').first().getAttribute('title')).includes('200 days'));
  assert.ok((await here.text('.compass-panel')).includes('60%'));
});

check('the newest values are those of one session', {}, async (here) => {
  await here.open('#/today');
  const {as_of: to} = await here.page.evaluate(() => fetch('datasets').then((answer) => answer.json()));
  const {items} = await here.page.evaluate((day) => fetch(`indices/KOSPI?from=${day}&to=${day}`).then((answer) => answer.json()), to);
  const close = items[0].close.toLocaleString('en-US', {minimumFractionDigits: 2});
  assert.ok((await here.text('main')).includes(`KOSPI ${close}`), `the close of KOSPI on ${to} is ${close}`);
});

/* ---- keys ---- */

check('a server with keys is asked with one, which is asked for once', {url: WALK_KEYED_URL}, async (here) => {
  here.expected = /status of 401/;
  await here.page.goto(`${here.url}#/leaders`);
  await here.page.locator('dialog.key[open]').waitFor();
  assert.deepEqual(await here.findings(), []);
  await here.picture('key');
  await here.page.fill('#key', 'no key of this server');
  await here.page.keyboard.press('Enter');
  await here.page.waitForFunction(() => document.querySelector('#key')?.value === '');
  await here.page.fill('#key', WALK_KEY);
  await here.page.keyboard.press('Enter');
  await here.settle('#/leaders');
  here.expected = null;
  await here.open('#/runs');
  assert.equal(await here.page.locator('dialog').count(), 0);
  assert.equal(await here.page.locator('main .problem').count(), 0);
  await here.open('#/today');
  await here.page.locator('.live .badge.good').waitFor(); /* the key goes along with the stream */
  assert.ok(!here.page.url().includes(WALK_KEY));
});

/* ---- what comes to be ---- */

const asked = (here, path) => {
  const found = [];
  here.page.on('request', (request) => { if (new URL(request.url()).pathname === path) found.push(request); });
  return found;
};
const EVENT = 'retry: 5000\nid: first\n\nid: second\nevent: session\ndata: {"date":"2025-04-23","status":"completed"}\n\n';

check('today is live, and a tab that is left and come back to is again', {language: 'ko'}, async (here) => {
  const streams = asked(here, '/events');
  await here.open('#/today');
  await here.page.locator('.live .badge.good', {hasText: '실시간'}).waitFor();
  assert.equal(await here.page.locator('.live').getAttribute('role'), 'status');
  assert.deepEqual(await here.findings(), []);
  await here.open('#/runs');
  await here.open('#/today');
  await here.page.locator('.live .badge.good').waitFor();
  assert.equal(streams.length, 2);
});

check('an event has the page read again, and a stream that ends is gone on with', {}, async (here) => {
  const streams = asked(here, '/events'), reads = asked(here, '/datasets');
  await here.page.route('**/events', (route) => route.fulfill({status: 200, contentType: 'text/event-stream', body: EVENT}));
  await here.open('#/today');
  await here.page.waitForFunction(() => performance.getEntriesByType('resource').filter((one) => one.name.endsWith('/datasets')).length > 1);
  await here.page.locator('.live .badge.wait').waitFor();
  while (streams.length < 2) await here.page.waitForTimeout(50);
  assert.equal(streams[0].headers()['last-event-id'], undefined);
  assert.equal(streams[1].headers()['last-event-id'], 'second');
  assert.ok(reads.length > 1);
});

check('without a stream the page is read every minute, and says so', {}, async (here) => {
  here.expected = /status of 404/;
  const streams = asked(here, '/events');
  await here.page.route('**/events', (route) => route.fulfill({status: 404, contentType: 'application/problem+json', body: '{}'}));
  await here.page.clock.install();
  await here.open('#/today');
  await here.page.locator('.live .badge.idle', {hasText: 'every minute'}).waitFor();
  const reads = asked(here, '/datasets');
  await here.page.clock.runFor(61000);
  while (reads.length < 1) await here.page.waitForTimeout(50);
  assert.equal(streams.length, 1);
  here.expected = null;
});

/* ---- filings, funds, requests ---- */

asked_and_filed(check, {taken, faults, findings: (here) => here.findings()});

/* ---- the database goes away ---- */

check('while the database is away the page says so, and it comes back by itself', {}, async (here) => {
  here.expected = /status of 503/;
  await here.open('#/runs');
  await database_away();
  await here.page.keyboard.press('r');
  const problem = here.page.locator('main .problem').first();
  await problem.waitFor();
  assert.ok((await problem.innerText()).length > 10);
  await here.picture('away');
  await here.open('#/screener?where=close+%3E+1'); /* from the server's memory */
  assert.ok(await here.page.locator('main tbody tr').count());
  await here.page.goto(`${WALK_URL}#/runs`);
  await problem.waitFor();
  await database_back();
  const end = Date.now() + 60000;
  while (await problem.count()) {
    assert.ok(Date.now() < end, 'the page does not recover');
    await problem.locator('button').first().click();
    await here.settle();
  }
  assert.ok(await here.page.locator('main tbody tr').count());
});

await Promise.all(checks);
await browser.close();

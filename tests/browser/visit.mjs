/* visit.mjs: a page of the dashboard in Chromium, and all that goes wrong while it is looked at. */
import assert from 'node:assert/strict';
import {readFileSync, statSync} from 'node:fs';
import {createRequire} from 'node:module';
import path from 'node:path';

const {WALK_URL, WALK_MODULES, WALK_CHROMIUM, WALK_SCREENSHOTS} = process.env;
const require = createRequire(path.join(WALK_MODULES, 'package.json'));
const {chromium} = require('playwright-core');
const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const WAIT_MS = 30000, TALLEST = 3000, LARGEST_BYTES = 2000000;

export const SIZES = {wide: {width: 1280, height: 900}, narrow: {width: 360, height: 740}};

export const launch = () =>
  chromium.launch({executablePath: WALK_CHROMIUM, args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu']});

/* One tab in a browser that has never been here. */
export async function visit(browser, {size = 'wide', theme = 'light', language = 'en', url = WALK_URL} = {}) {
  const context = await browser.newContext({viewport: SIZES[size], colorScheme: theme, locale: language === 'ko' ? 'ko-KR' : 'en-US',
    reducedMotion: 'reduce', timezoneId: 'Asia/Seoul', acceptDownloads: true});
  context.setDefaultTimeout(WAIT_MS);
  const page = await context.newPage();
  return new Visit(context, page, url);
}

class Visit {
  constructor(context, page, url) {
    Object.assign(this, {context, page, url, wrong: [], expected: null, under: 0});
    this.watch();
  }

  /* What is noted here fails the check that asks `clean`, but for statuses that it expects. */
  watch() {
    const note = (what) => this.wrong.push(what);
    const goesOn = (request) => new URL(request.url()).pathname.endsWith('/events'); /* it never ends */
    const isExpected = (text) => this.expected?.test(text);
    this.page.on('pageerror', (error) => note(`error on the page: ${error.stack || error}`));
    this.page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type()) && !isExpected(message.text())) note(`console: ${message.text()}`);
    });
    this.page.on('request', (request) => {
      if (!goesOn(request)) this.under++;
      const to = request.url();
      if (!to.startsWith(this.url) && !/^(data|blob):/.test(to)) note(`a request to elsewhere: ${to}`);
    });
    this.page.on('requestfinished', (request) => { if (!goesOn(request)) this.under--; });
    this.page.on('requestfailed', (request) => {
      if (!goesOn(request)) this.under--;
      const why = request.failure()?.errorText || '';
      if (why !== 'net::ERR_ABORTED' && !isExpected(why)) note(`${request.url()} failed: ${why}`);
    });
    this.page.on('response', (response) => {
      if (response.status() >= 400 && !isExpected(`status of ${response.status()}`)) note(`${response.status()} for ${response.url()}`);
    });
  }

  clean() {
    assert.deepEqual(this.wrong, []);
  }

  close() {
    return this.context.close();
  }

  /* The page of that hash is shown, or of the one in the URL, and nothing is asked for any more. */
  async settle(hash = null) {
    await this.page.waitForFunction((wanted) => document.querySelector('main > [data-hash]')?.dataset.hash === (wanted ?? location.hash), hash);
    await this.calm();
  }

  /* Nothing is under way any more. */
  async calm() {
    await this.page.waitForFunction(() => !document.querySelector('[aria-busy=true]'));
    await this.quiet();
  }

  /* No request is under way over a few frames. */
  async quiet() {
    const end = Date.now() + WAIT_MS;
    for (let calm = 0; calm < 3; calm = this.under === 0 ? calm + 1 : 0) {
      assert.ok(Date.now() < end, `${this.under} requests are under way for ever`);
      await this.page.evaluate(() => new Promise((done) => { requestAnimationFrame(() => requestAnimationFrame(done)); }));
    }
  }

  async open(hash) {
    await this.page.goto(this.url + hash);
    await this.settle();
  }

  reload() {
    return this.page.reload().then(() => this.settle());
  }

  /* What a reader sees, without blanks that differ. */
  text(selector = 'main') {
    return this.page.locator(selector).first().innerText().then((text) => text.replace(/\s+/g, ' ').trim());
  }

  /* Serious and critical findings, each with its first places. */
  async findings() {
    await this.page.evaluate(AXE);
    const result = await this.page.evaluate(() => globalThis.axe.run(document, {resultTypes: ['violations']}));
    return result.violations.filter((one) => ['serious', 'critical'].includes(one.impact))
      .map((one) => `${one.impact} ${one.id}: ${one.nodes.slice(0, 3).map((node) => `${node.target.join(' ')} (${node.any[0]?.message || node.failureSummary})`).join('; ')}`);
  }

  async widthOver() {
    return this.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  }

  /* The whole page, no taller than TALLEST, in a file that is no monster. */
  async picture(name) {
    const file = path.join(WALK_SCREENSHOTS, `${name}.png`);
    const {width} = this.page.viewportSize();
    const height = await this.page.evaluate(() => document.documentElement.scrollHeight);
    await this.page.screenshot({path: file, fullPage: true, clip: {x: 0, y: 0, width, height: Math.min(height, TALLEST)}});
    assert.ok(statSync(file).size < LARGEST_BYTES, `${file} is larger than ${LARGEST_BYTES} bytes`);
  }
}

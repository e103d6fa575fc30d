// closebell.js: looks at closebell's databases from mongosh: mongosh "$MONGODB_URI" --shell closebell.js, then cb.help().
// It only reads. One query a collection, none of them more than a list of targets or sessions.

var cb = (function () {
  'use strict';

  const DAY_MS = 86400000;
  const KOREA_MS = 9 * 3600000;
  const LISTED_UNTOUCHED = 10; // so many sessions that no run has come to are listed; more are one line
  const BEHIND_FIRST = 3; // so many sessions behind are analysed first, whatever the market cap

  const system = () => db.getSiblingDB('system_info');

  // ---- text: what a terminal shows ----

  // As src/base/escape.c has them: what steers a terminal, begins a line, turns or hides letters.
  const HIDDEN = [
    [0x0000, 0x001f], [0x007f, 0x009f], [0x00ad, 0x00ad], [0x034f, 0x034f], [0x0600, 0x0605],
    [0x061c, 0x061c], [0x06dd, 0x06dd], [0x070f, 0x070f], [0x0890, 0x0891], [0x08e2, 0x08e2],
    [0x115f, 0x1160], [0x17b4, 0x17b5], [0x180b, 0x180f], [0x200b, 0x200f], [0x2028, 0x202e],
    [0x2060, 0x206f], [0x3164, 0x3164], [0xfeff, 0xfeff], [0xffa0, 0xffa0], [0xfff0, 0xfffb],
    [0xfffe, 0xffff], [0x110bd, 0x110bd], [0x110cd, 0x110cd], [0x13430, 0x1343f], [0x1bca0, 0x1bca3],
    [0x1d173, 0x1d17a], [0xe0000, 0xe0fff],
  ];

  // 삼성\x1b[2J, \u202e: a name that is no name shows what it holds.
  function visible(text) {
    let shown = '';
    for (const letter of String(text)) {
      const code = letter.codePointAt(0);
      const hidden = HIDDEN.some(([first, last]) => code >= first && code <= last) || (code >= 0xd800 && code <= 0xdfff);
      if (!hidden) shown += letter;
      else if (code >= 0x07 && code <= 0x0d) shown += '\\' + 'abtnvfr'[code - 7];
      else if (code < 0x80) shown += '\\x' + code.toString(16).padStart(2, '0');
      else if (code <= 0xffff) shown += '\\u' + code.toString(16).padStart(4, '0');
      else shown += '\\U' + code.toString(16).padStart(8, '0');
    }
    return shown;
  }

  // For everything that is printed: a line each, whatever the database holds.
  const say = (...lines) => print(lines.map(visible).join('\n'));

  // Korean, Chinese, Japanese and full-width letters take two columns, accents that join the letter before none.
  function columnsOf(letter) {
    const code = letter.codePointAt(0);
    if ((code >= 0x300 && code <= 0x36f) || (code >= 0x200b && code <= 0x200f)) return 0;
    const wide =
      (code >= 0x1100 && code <= 0x115f) ||
      (code >= 0x2e80 && code <= 0xa4cf) ||
      (code >= 0xac00 && code <= 0xd7a3) ||
      (code >= 0xf900 && code <= 0xfaff) ||
      (code >= 0xfe30 && code <= 0xfe6f) ||
      (code >= 0xff00 && code <= 0xff60) ||
      (code >= 0xffe0 && code <= 0xffe6) ||
      (code >= 0x1f300 && code <= 0x1faff) ||
      (code >= 0x20000 && code <= 0x3fffd);
    return wide ? 2 : 1;
  }

  function width(text) {
    let columns = 0;
    for (const letter of text) columns += columnsOf(letter);
    return columns;
  }

  function cut(text, columns) {
    if (width(text) <= columns) return text;
    let kept = '', used = 0;
    for (const letter of text) {
      if (used + columnsOf(letter) > columns - 1) break;
      kept += letter;
      used += columnsOf(letter);
    }
    return kept + '…';
  }

  const pad = (text, columns, right) => {
    const blanks = ' '.repeat(Math.max(0, columns - width(text)));
    return right ? blanks + text : text + blanks;
  };

  // Columns: {head, of: row => text, right: true for numbers, most: columns at most}.
  function table(columns, rows) {
    const cells = rows.map((row) => columns.map((column) => cut(visible(column.of(row)), column.most || 60)));
    const widths = columns.map((column, i) => Math.max(width(visible(column.head)), ...cells.map((line) => width(line[i]))));
    const line = (texts) =>
      texts.map((text, i) => pad(text, widths[i], columns[i].right)).join('  ').replace(/ +$/, '');
    say(line(columns.map((column) => visible(column.head))), ...cells.map(line));
  }

  const pairs = (rows) => {
    const columns = Math.max(...rows.map(([name]) => width(name)));
    say(...rows.map(([name, text]) => pad(name, columns) + '  ' + text));
  };

  // ---- values ----

  const number = (value) => (value === undefined || value === null ? NaN : Number(value));
  // As printf rounds, and so the programs' tables: a half goes to the even neighbour, where toFixed goes away from zero. A
  // double is half-way between two decimals only where twice the power of two makes it odd. No "-0".
  const rounded = (n, decimals) => {
    const text = n.toFixed(decimals), half = Math.abs(n) * 2 ** (decimals + 1), last = Number(text.slice(-1));
    const even = half % 2 === 1 && last % 2 === 1 ? text.slice(0, -1) + (last - 1) : text;
    return Number(even) === 0 ? even.replace('-', '') : even;
  };
  const grouped = (value) => {
    const n = number(value);
    return Number.isFinite(n) ? rounded(n, 0).replace(/\B(?=(\d{3})+$)/g, ',') : '-';
  };
  const decimal = (value) => (Number.isFinite(number(value)) ? rounded(number(value), 1) : '-');
  const shown = (value) => {
    if (value === undefined || value === null) return '-';
    if (typeof value === 'boolean') return value ? 'yes' : 'no';
    if (typeof value === 'string') return value;
    const n = number(value);
    if (!Number.isFinite(n)) return String(value);
    return Number.isInteger(n) || Math.abs(n) >= 1000 ? grouped(n) : rounded(n, 2);
  };
  const instant = (date) => (date ? new Date(date.getTime() + KOREA_MS).toISOString().slice(0, 16).replace('T', ' ') + ' KST' : '-');
  const points = (value) => (Number.isFinite(number(value)) ? rounded(number(value), 2).replace(/\B(?=(\d{3})+\.)/g, ',') : '-');
  const billions = (won) => grouped(number(won) / 1e9);
  const plural = (count, what) => `${count} ${what}${count === 1 ? '' : 's'}`;

  // As --history has it.
  function duration(ms) {
    const seconds = Math.floor(ms / 1000);
    if (ms < 10000) return `${seconds}.${Math.floor((ms % 1000) / 100)} s`;
    return seconds < 600 ? `${seconds} s` : `${Math.floor(seconds / 60)} min`;
  }

  // ---- what a caller may say ----

  // One sentence, without the lines of this file.
  function refuse(sentence) {
    const error = new Error(visible(sentence));
    error.stack = error.message;
    throw error;
  }

  const said = (value) => {
    if (typeof value === 'string') return JSON.stringify(value);
    return typeof value === 'function' ? 'a function' : String(EJSON.stringify(value));
  };
  const isPlain = (value) => value !== null && typeof value === 'object' && [Object.prototype, null].includes(Object.getPrototypeOf(value));
  const isNumeric = (value) => typeof value === 'number' || ['Long', 'Int32', 'Double', 'Decimal128'].includes((value || {})._bsontype);

  // How many letters have to be put in, taken out or changed.
  function distance(from, to) {
    let before = Array.from({ length: to.length + 1 }, (_, i) => i);
    for (let i = 1; i <= from.length; i++) {
      const now = [i];
      for (let k = 1; k <= to.length; k++)
        now[k] = Math.min(before[k] + 1, now[k - 1] + 1, before[k - 1] + (from[i - 1] === to[k - 1] ? 0 : 1));
      before = now;
    }
    return before[to.length];
  }

  function nearest(name, known) {
    const letters = (text) => text.toLowerCase().replace(/[^a-z0-9]/g, '');
    const begins = (one) => letters(name) !== '' && letters(one).startsWith(letters(name));
    const away = (one) => (begins(one) ? 1 : distance(letters(name), letters(one))) + distance(name, one) / 100;
    return known.reduce((best, one) => (away(one) < away(best) ? one : best));
  }

  // Options as {key: test}; a test returns what it should be, or nothing.
  function checkOptions(helper, options, tests) {
    if (options === undefined || options === null) return {};
    if (!isPlain(options)) refuse(`${helper}: options are written like {${Object.keys(tests)[0]}: ...}, not ${said(options)}.`);
    for (const [key, value] of Object.entries(options)) {
      if (!tests[key]) refuse(`${helper} has no option ${key}; did you mean ${nearest(key, Object.keys(tests))}?`);
      const wanted = value === undefined ? undefined : tests[key](value);
      if (wanted) refuse(`${helper}: ${key} is ${wanted}, not ${said(value)}.`);
    }
    return options;
  }

  const isCount = (value) => isNumeric(value) && Number.isInteger(Number(value)) && Number(value) >= 1 && Number(value) <= 100000;
  const COUNT = 'a whole number from 1 on';
  function checkCount(helper, count, usual) {
    if (count === undefined || count === null) return usual;
    if (!isCount(count)) refuse(`${helper}: how many is ${COUNT}, not ${said(count)}.`);
    return Number(count);
  }

  const isDay = (value) => {
    if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\d$/.test(value)) return false;
    const ms = dayMs(value);
    return Number.isFinite(ms) && dayText(ms) === value;
  };

  const INSTANT = 'an instant like ISODate("2025-04-18T00:00:00Z")';
  const asInstant = (value) => {
    if (value instanceof Date) return value;
    return typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(value) ? new Date(value) : new Date(NaN);
  };
  const WHEN = {
    publication: (value) => (typeof value === 'string' && parsePublication(value) ? undefined : '"next-day HH:MM" or "same-day HH:MM"'),
    now: (value) => (Number.isFinite(asInstant(value).getTime()) ? undefined : INSTANT),
  };

  // ---- sessions ----

  // The weekdays that src/market/closures_table.c expects to be closed. A day that is stored says itself what it was.
  const CLOSURES = {
    2015: '01-01 02-18 02-19 02-20 05-01 05-05 05-25 08-14 09-28 09-29 10-09 12-25 12-31',
    2016: '01-01 02-08 02-09 02-10 03-01 04-13 05-05 05-06 06-06 08-15 09-14 09-15 09-16 10-03 12-30',
    2017: '01-27 01-30 03-01 05-01 05-03 05-05 05-09 06-06 08-15 10-02 10-03 10-04 10-05 10-06 10-09 12-25 12-29',
    2018: '01-01 02-15 02-16 03-01 05-01 05-07 05-22 06-06 06-13 08-15 09-24 09-25 09-26 10-03 10-09 12-25 12-31',
    2019: '01-01 02-04 02-05 02-06 03-01 05-01 05-06 06-06 08-15 09-12 09-13 10-03 10-09 12-25 12-31',
    2020: '01-01 01-24 01-27 04-15 04-30 05-01 05-05 08-17 09-30 10-01 10-02 10-09 12-25 12-31',
    2021: '01-01 02-11 02-12 03-01 05-05 05-19 08-16 09-20 09-21 09-22 10-04 10-11 12-31',
    2022: '01-31 02-01 02-02 03-01 03-09 05-05 06-01 06-06 08-15 09-09 09-12 10-03 10-10 12-30',
    2023: '01-23 01-24 03-01 05-01 05-05 05-29 06-06 08-15 09-28 09-29 10-02 10-03 10-09 12-25 12-29',
    2024: '01-01 02-09 02-12 03-01 04-10 05-01 05-06 05-15 06-06 08-15 09-16 09-17 09-18 10-01 10-03 10-09 12-25 12-31',
    2025: '01-01 01-27 01-28 01-29 01-30 03-03 05-01 05-05 05-06 06-03 06-06 08-15 10-03 10-06 10-07 10-08 10-09 12-25 12-31',
    2026: '01-01 02-16 02-17 02-18 03-02 05-01 05-05 05-25 06-03 07-17 08-17 09-24 09-25 10-05 10-09 12-25 12-31',
    2027: '01-01 02-08 02-09 03-01 05-03 05-05 05-13 07-19 08-16 09-14 09-15 09-16 10-04 10-11 12-27 12-31',
  };
  const isHoliday = (day) => ` ${CLOSURES[day.slice(0, 4)] || ''} `.includes(` ${day.slice(5)} `);

  const dayText = (ms) => new Date(ms).toISOString().slice(0, 10);
  const dayMs = (text) => Date.parse(text + 'T00:00:00Z');
  const isWeekday = (ms) => ![0, 6].includes(new Date(ms).getUTCDay());

  // "next-day 08:00" and "same-day 18:00", as [krx] publication.
  function parsePublication(text) {
    const parts = /^(next|same)-day (\d\d):(\d\d)$/.exec(text);
    if (!parts || Number(parts[2]) > 23 || Number(parts[3]) > 59) return undefined;
    return { next: parts[1] === 'next', ms: (Number(parts[2]) * 60 + Number(parts[3])) * 60000 };
  }

  function readSessions() {
    const calendar = {}, status = {};
    for (const day of system().trading_calendar.find().toArray()) calendar[day._id] = day;
    for (const one of system().job_status.find({ job_name: 'daily_update' }).toArray()) status[one.date_kst] = one;
    const kept = Object.keys(calendar).sort();
    return { calendar, status, first: kept[0] };
  }

  // What the calendar has observed, or else what the table of closures expects.
  function isClosed(sessions, day) {
    const state = (sessions.calendar[day] || {}).state;
    return state === 'open' ? false : state === 'closed' || isHoliday(day);
  }

  // Every session that the source should have published by now. A holiday that a run has begun, or failed to settle, is one.
  function dueDays(sessions, options) {
    const { next, ms } = parsePublication(options.publication || 'next-day 08:00');
    const now = (options.now ? asInstant(options.now).getTime() : Date.now()) + KOREA_MS;
    const isShut = (day) => !isWeekday(day) || isClosed(sessions, dayText(day));
    const due = [];
    for (let day = dayMs(sessions.first); day <= now; day += DAY_MS) {
      if (!isWeekday(day) || (isShut(day) && !sessions.status[dayText(day)])) continue;
      let published = day;
      if (next) do published += DAY_MS; while (isShut(published));
      if (published + ms <= now) due.push(dayText(day));
    }
    return due;
  }

  const isDone = (status) => status && (status.status === 'completed' || status.status === 'closed');

  // The newest session up to which nothing is missing. With passOver, what the analysis works on: it waits no longer for a
  // session that failed once three later ones are completed.
  function completedUntil(sessions, passOver) {
    const completed = Object.keys(sessions.status).filter((day) => sessions.status[day].status === 'completed').sort();
    const isPassedOver = (day) => passOver && sessions.status[day] && completed.filter((later) => later > day).length >= 3;
    let newest;
    for (let day = dayMs(sessions.first); dayText(day) <= completed[completed.length - 1]; day += DAY_MS) {
      if (!isWeekday(day)) continue;
      const text = dayText(day), status = sessions.status[text];
      if (!isDone(status) && !isPassedOver(text)) break;
      if (status.status === 'completed') newest = text;
    }
    return newest;
  }

  function findGaps(sessions, options) {
    return dueDays(sessions, options)
      .filter((day) => !isDone(sessions.status[day]))
      .map((day) => ({ day, status: sessions.status[day], calendar: sessions.calendar[day] }));
  }

  // Weekdays between the first and the last gap on which no session is expected, and that no run has settled.
  function countHolidays(sessions, missing) {
    let holidays = 0;
    for (let day = dayMs(missing[0].day); day <= dayMs(missing[missing.length - 1].day); day += DAY_MS) {
      const text = dayText(day);
      holidays += isWeekday(day) && isClosed(sessions, text) && !sessions.status[text];
    }
    return holidays;
  }

  const empty = (what) => say(`There ${what} yet: manual_setup has not begun here (databases system_info, stock_data, stock_analyzed).`);

  // ---- what an operator calls ----

  function leaseRows() {
    const newest = {};
    for (const lease of system().job_locks.find().toArray()) {
      if (!newest[lease.job] || newest[lease.job]._id < lease._id) newest[lease.job] = lease;
    }
    return Object.values(newest).map((lease) => {
      const held = !lease.released_utc && lease.expires_utc > new Date();
      const holder = `${lease.host}, process ${lease.pid}`;
      if (held) return [`lease of ${lease.job}`, `held by ${holder}, until ${instant(lease.expires_utc)} unless renewed`];
      const end = lease.released_utc ? `released ${instant(lease.released_utc)}` : `expired ${instant(lease.expires_utc)}, not released`;
      return [`lease of ${lease.job}`, `free; last held by ${holder}, ${end}`];
    });
  }

  function analysisRow() {
    const newest = system().job_status.find({ job_name: 'hourly_analysis' }).sort({ _id: -1 }).limit(1).toArray()[0];
    if (!newest) return ['analysis', 'none yet'];
    const failed = (newest.failed || []).length;
    return ['analysis', `${newest.date_kst} ${newest.status}${newest.reason ? ` (${newest.reason})` : ''}: ${newest.remaining} remaining` +
      (failed ? `, ${failed} failed: ${newest.failed.slice(0, 5).join(' ')}` : '') +
      ((newest.passed_over || []).length ? `, passed over: ${newest.passed_over.join(' ')}` : '')];
  }

  function runRow(job) {
    const run = system().job_runs.find({ job }).sort({ _id: -1 }).limit(1).toArray()[0];
    if (!run) return [`last ${job}`, 'never'];
    return [`last ${job}`, `${instant(run.start_utc)}, ${run.end_utc ? `exit code ${run.exit_code}` : 'still running, or killed'}: ${run.message || '-'}`];
  }

  // A dataset is what daily_update brings besides prices. Whoever is no program in job_status is one.
  const PROGRAMS = ['manual_setup', 'daily_update', 'hourly_analysis'];

  // How many of the completed sessions each dataset has proven, and by what: the newest stamp says it.
  function datasetRows(sessions) {
    const datasets = {};
    for (const one of system().job_status.find({ job_name: { $nin: PROGRAMS } }).sort({ _id: 1 }).toArray())
      (datasets[one.job_name] = datasets[one.job_name] || {})[one.date_kst] = one;
    const wanted = Object.keys(sessions.status).filter((day) => sessions.status[day].status === 'completed');
    return Object.keys(datasets).sort().map((name) => {
      const of = (day) => (datasets[name][day] || {}).status;
      const proven = wanted.filter((day) => of(day) === 'completed').sort(), newest = proven[proven.length - 1];
      const failed = wanted.filter((day) => of(day) === 'failed').sort();
      const missing = wanted.length - proven.length - failed.length;
      return [`dataset ${name}`, `${proven.length} of ${plural(wanted.length, 'session')} ${(newest && datasets[name][newest].reason) || 'proven'}` +
        (newest ? `, the newest ${newest}` : '') +
        (failed.length ? `; ${failed.length} failed: ${failed.slice(-5).join(' ')}, see cb.day("${failed[failed.length - 1]}")` : '') +
        (missing ? `; ${missing} missing` : '')];
    });
  }

  // What is not asked for now, and why: a key without approval, a source that blocks us.
  function shutRows() {
    return system().source_state.find().toArray()
      .filter((source) => source.blocked_until_utc > new Date())
      .map((source) => [`not asked: ${source._id}`, `until ${instant(source.blocked_until_utc)}: ${source.reason || '-'}`]);
  }

  function status(options) {
    options = checkOptions('cb.status', options, WHEN);
    const sessions = readSessions();
    if (!sessions.first) return empty('is nothing');
    const due = dueDays(sessions, options), gaps = findGaps(sessions, options);
    const targets = system().target_tickers.find({}, { is_active: 1, backfill_needed: 1 }).toArray();
    const active = targets.filter((target) => target.is_active);
    const alerts = system().ops_alerts.find().toArray().filter((alert) => !alert.resolved_utc);
    const critical = alerts.filter((alert) => alert.severity === 'CRITICAL').length;
    const meta = system().meta.findOne({ _id: 'contract' }) || {};
    pairs([
      ['set-up', meta.setup_completed ? 'done' : 'begun, not completed: run manual_setup again'],
      ['sessions kept', `from ${sessions.first} on`],
      ['session due', due.length ? due[due.length - 1] : 'none'],
      ['completed until', completedUntil(sessions) || 'none'],
      ['missing', gaps.length ? `${plural(gaps.length, 'session')}, see cb.gaps()` : 'nothing'],
      ['universe', `${active.length} active, ${active.filter((target) => target.backfill_needed).length} to be filled, ${targets.length - active.length} left it`],
      analysisRow(),
      ...datasetRows(sessions),
      ...shutRows(),
      ...leaseRows(),
      runRow('daily_update'),
      runRow('hourly_analysis'),
      ['open alerts', alerts.length ? `${alerts.length}, ${critical} of them CRITICAL: see cb.alerts()` : 'none'],
    ]);
  }

  function runs(count) {
    count = checkCount('cb.runs', count, 15);
    const all = system().job_runs.find().sort({ _id: -1 }).limit(count).toArray();
    if (!all.length) return empty('are no runs');
    table([
      { head: 'started', of: (run) => instant(run.start_utc) },
      { head: 'program', of: (run) => run.job },
      { head: 'took', of: (run) => (run.end_utc ? duration(run.end_utc - run.start_utc) : '-'), right: true },
      { head: 'exit', of: (run) => (run.end_utc ? shown(run.exit_code) : '?'), right: true },
      { head: 'sessions', of: (run) => grouped(run.sessions), right: true },
      { head: 'rows', of: (run) => grouped(run.rows), right: true },
      { head: 'analysed', of: (run) => grouped(run.analyzed), right: true },
      { head: 'calls', of: (run) => grouped(run.source_calls), right: true },
      { head: 'healed', of: (run) => grouped(run.healed), right: true },
      { head: 'message', of: (run) => run.message || '-', most: 100 },
    ], all);
  }

  // The due days from the newest that a run has dealt with on, when they are many: somebody has stopped the timer, or
  // looks at a sample of years ago.
  function untouchedFrom(sessions, missing) {
    const touched = Object.keys(sessions.status).sort().pop() || '';
    const untouched = missing.filter((gap) => gap.day > touched);
    return untouched.length > LISTED_UNTOUCHED ? untouched : [];
  }

  function gaps(options) {
    options = checkOptions('cb.gaps', options, WHEN);
    const sessions = readSessions();
    if (!sessions.first) return empty('are no sessions');
    const missing = findGaps(sessions, options), untouched = untouchedFrom(sessions, missing);
    const listed = missing.slice(0, missing.length - untouched.length);
    if (!missing.length) return say('Nothing is missing: every weekday that is due is completed or closed.');
    if (listed.length) {
      table([
        { head: 'session', of: (gap) => gap.day },
        { head: 'status', of: (gap) => (gap.status ? gap.status.status : 'not yet tried') },
        { head: 'rows', of: (gap) => (gap.status && gap.status.expected_rows !== undefined ? `${grouped(gap.status.stored_rows)} of ${grouped(gap.status.expected_rows)}` : '-'), right: true },
        { head: 'attempts', of: (gap) => (gap.status ? shown(gap.status.attempt) : '-'), right: true },
        { head: 'calendar', of: (gap) => (gap.calendar ? gap.calendar.state : '-') },
        { head: 'reason', of: (gap) => (gap.status && gap.status.reason) || '-', most: 110 },
      ], listed);
    }
    if (untouched.length)
      say(`${untouched[0].day} to ${untouched[untouched.length - 1].day}: ${plural(untouched.length, 'session')} that no run has come to yet; cb.gaps({now: ISODate("...")}) looks as of then`);
    const holidays = countHolidays(sessions, missing);
    if (holidays) say(`${plural(holidays, 'weekday')} among them ${holidays === 1 ? 'is a holiday' : 'are holidays'}, and not counted`);
    say(`${plural(missing.length, 'session')} missing; daily_update takes them oldest first`);
  }

  function ticker(code, count) {
    if (typeof code !== 'string' || !/^[0-9A-Z]{6}$/.test(code)) refuse(`cb.ticker("005930"): a code is text of six characters, not ${said(code)}.`);
    count = checkCount('cb.ticker', count, 10);
    const target = system().target_tickers.findOne({ _id: code });
    if (!target) return say(`${code} is not, and never was, in the universe (target_tickers).`);
    pairs([
      [code, `${target.name}, ${target.market}`],
      ['market cap', `${billions(target.market_cap)} billion won, ${grouped(target.listed_shares)} shares`],
      ['universe', target.is_active ? `since ${target.added_date}${target.backfill_needed ? ', history still to be filled' : ''}` : `left ${target.removed_date}: ${target.removed_reason}`],
      ['history from', target.history_from || '-'],
      ['analysed up to', target.last_analyzed_date || 'not yet'],
      ...(target.failures ? [['failures', `${target.failures.count}, the last ${instant(target.failures.last_utc)}: ${target.failures.last_error}`]] : []),
    ]);
    const newest = (name) => db.getSiblingDB(name).getCollection(code).find().sort({ _id: -1 }).limit(count).toArray();
    const published = newest('stock_data'), analysed = {};
    for (const row of newest('stock_analyzed')) analysed[row._id] = row;
    const of = (field) => (row) => decimal((analysed[row._id] || {})[field]);
    if (!published.length) return say('', `No rows in stock_data.${code} yet.`);
    say('');
    table([
      { head: 'session', of: (row) => row._id },
      { head: 'open', of: (row) => grouped(row.open), right: true },
      { head: 'high', of: (row) => grouped(row.high), right: true },
      { head: 'low', of: (row) => grouped(row.low), right: true },
      { head: 'close', of: (row) => grouped(row.close), right: true },
      { head: 'volume', of: (row) => grouped(row.volume), right: true },
      { head: 'adjusted', of: of('close'), right: true },
      { head: 'RSI 14', of: of('rsi_14'), right: true },
      { head: 'MACD', of: of('macd'), right: true },
      { head: 'SMA 20', of: of('sma_20'), right: true },
      { head: 'ADX 14', of: of('adx_14'), right: true },
    ], published);
  }

  // In the order in which hourly_analysis takes them.
  function queue(count) {
    count = checkCount('cb.queue', count, 20);
    const sessions = readSessions();
    if (!sessions.first) return empty('is no universe');
    const until = completedUntil(sessions, true);
    const open = Object.keys(sessions.status).filter((day) => sessions.status[day].status === 'completed' && day <= until).sort();
    const behind = (target) => open.filter((day) => day > (target.last_analyzed_date || '') && day >= (target.history_from || '')).length;
    const waiting = system().target_tickers.find().toArray()
      .filter((target) => target.is_active && !target.backfill_needed && (target.last_analyzed_date || '') < (until || ''))
      .map((target) => ({ target, behind: behind(target) }));
    if (!waiting.length) return say(`Nothing waits: every stock is analysed up to ${until || 'nothing, since no session is completed'}.`);
    const first = (one) => (one.behind >= BEHIND_FIRST ? 0 : 1);
    waiting.sort((a, b) => first(a) - first(b) || number(b.target.market_cap) - number(a.target.market_cap));
    table([
      { head: 'ticker', of: (one) => one.target._id },
      { head: 'name', of: (one) => one.target.name, most: 24 },
      { head: 'cap (bn)', of: (one) => billions(one.target.market_cap), right: true },
      { head: 'analysed up to', of: (one) => one.target.last_analyzed_date || 'not yet' },
      { head: 'sessions behind', of: (one) => grouped(one.behind), right: true },
      { head: 'failures', of: (one) => (one.target.failures ? shown(one.target.failures.count) : '-'), right: true },
    ], waiting.slice(0, count));
    say(`${plural(waiting.length, 'stock')} to be analysed up to ${until}`);
  }

  function alerts(options) {
    options = checkOptions('cb.alerts', options, { all: (value) => (typeof value === 'boolean' ? undefined : 'true or false') });
    const all = system().ops_alerts.find().toArray();
    const open = options.all ? all : all.filter((alert) => !alert.resolved_utc);
    if (!open.length) return say(all.length ? `No open alerts; ${all.length} resolved: cb.alerts({all: true})` : 'No alerts.');
    const rank = (alert) => (alert.resolved_utc ? 2 : alert.severity === 'CRITICAL' ? 0 : 1);
    open.sort((a, b) => rank(a) - rank(b) || b.last_utc - a.last_utc);
    table([
      { head: 'severity', of: (alert) => alert.severity },
      { head: 'kind', of: (alert) => alert.kind },
      { head: 'subject', of: (alert) => alert.subject },
      { head: 'first', of: (alert) => instant(alert.first_utc) },
      { head: 'last', of: (alert) => instant(alert.last_utc) },
      { head: 'count', of: (alert) => grouped(alert.count), right: true },
      ...(options.all ? [{ head: 'resolved', of: (alert) => instant(alert.resolved_utc) }] : []),
      { head: 'message', of: (alert) => alert.message, most: 120 },
    ], open);
  }

  // ---- screens ----

  // What latest_analysis may hold: the tables of README.md beside this file. A field that is new there is found in the documents.
  const TEXTS = ['_id', 'name', 'market', 'date', 'as_of'];
  const NUMBERS = ('market_cap open high low close volume sma_5 sma_10 sma_20 sma_50 sma_60 sma_120 sma_150 sma_200 ema_12 ema_26 macd macd_signal ' +
    'macd_hist rsi_14 bb_upper bb_middle bb_lower stoch_k stoch_d atr_14 adx_14 plus_di_14 minus_di_14 cci_20 mfi_14 obv willr_14 ' +
    'roc_10 volume_sma_20 high_52w low_52w ichimoku_conversion ichimoku_base ichimoku_span_a ichimoku_span_b rs_raw rs_rating stale_sessions').split(' ');
  const SIGNALS = ('near_high_52w golden_cross dead_cross macd_cross_up macd_cross_down rsi_oversold rsi_overbought bb_breakout_up ' +
    'bb_breakout_down volume_surge ichimoku_above_cloud trend_template').split(' ');
  const FIELDS = [...TEXTS, ...NUMBERS, ...SIGNALS];

  function checkField(helper, name) {
    if (FIELDS.includes(name)) return;
    const plain = /^[A-Za-z0-9_]+$/.test(name);
    if (plain && system().latest_analysis.find({ [name]: { $exists: true } }).limit(1).toArray().length) return;
    refuse(`${helper}: latest_analysis has no field ${name}; did you mean ${nearest(name, FIELDS)}?`);
  }

  // A value of the wrong type fits nothing, and nobody would know why.
  function checkValue(name, value) {
    const kind = TEXTS.includes(name) ? 'text' : SIGNALS.includes(name) ? 'true or false' : NUMBERS.includes(name) ? 'a number' : undefined;
    const values = Array.isArray(value) ? value : [value];
    for (const one of values) {
      const right = { text: typeof one === 'string' || one instanceof RegExp, 'true or false': typeof one === 'boolean', 'a number': isNumeric(one) };
      if (kind && one !== null && !right[kind]) refuse(`cb.screen: ${name} is ${kind}${name === 'date' || name === 'as_of' ? ', like "2025-04-10"' : ''}, not ${said(one)}.`);
    }
  }

  const COMPARING = ['$eq', '$ne', '$gt', '$gte', '$lt', '$lte', '$in', '$nin'];
  function checkCondition(name, condition) {
    if (!isPlain(condition)) return checkValue(name, condition);
    for (const [operator, value] of Object.entries(condition)) {
      if (!operator.startsWith('$')) refuse(`cb.screen: ${name}: ${said(condition)} is no condition; did you mean {${nearest('$' + operator, COMPARING)}: ...}?`);
      if (COMPARING.includes(operator)) checkValue(name, value);
      if (operator === '$not') checkCondition(name, value);
    }
  }

  // The fields that the filter names, each of them known and compared with what it can be.
  function fieldsOf(filter) {
    if (!isPlain(filter)) refuse(`cb.screen: a filter is written like {rsi_14: {$lt: 40}}, not ${said(filter)}.`);
    const fields = [];
    for (const [name, value] of Object.entries(filter)) {
      if (name.startsWith('$') && Array.isArray(value)) value.forEach((part) => fields.push(...fieldsOf(part)));
      if (name.startsWith('$')) continue;
      checkField('cb.screen', name);
      checkCondition(name, value);
      fields.push(name);
    }
    return fields;
  }

  const SCREEN = {
    sort: (value) => (isPlain(value) && Object.values(value).every((one) => [1, -1].includes(Number(one))) ? undefined : 'written like {rs_rating: -1}'),
    limit: (value) => (isCount(value) ? undefined : COUNT),
    show: (value) => (Array.isArray(value) && value.every((one) => typeof one === 'string') ? undefined : 'a list like ["adx_14"]'),
    stale: (value) => (typeof value === 'boolean' ? undefined : 'true or false'),
  };

  function screen(filter, options) {
    if (typeof filter === 'string') return strategyList(filter, options);
    filter = filter === undefined || filter === null ? {} : filter;
    const { sort = { market_cap: -1 }, limit = 20, show = [], stale = false } = checkOptions('cb.screen', options, SCREEN);
    const named = fieldsOf(filter);
    [...Object.keys(sort), ...show].forEach((name) => checkField('cb.screen', name));
    const query = stale || named.includes('stale_sessions') ? filter : { ...filter, stale_sessions: { $exists: false } };
    const standing = ['_id', 'name', 'market', 'market_cap', 'date', 'close', 'rsi_14', 'macd', 'sma_20', 'rs_rating'];
    const fields = [...new Set([...named, ...Object.keys(sort), ...show])].filter((field) => !standing.includes(field));
    const found = system().latest_analysis.find(query).sort(sort).limit(Number(limit)).toArray();
    const count = system().latest_analysis.countDocuments(query);
    if (!found.length) {
      return say(system().latest_analysis.findOne() ? 'No analysed stock fits.' : 'No stock is analysed yet: hourly_analysis has not run here.');
    }
    table([
      { head: 'ticker', of: (stock) => stock._id },
      { head: 'name', of: (stock) => stock.name, most: 24 },
      { head: 'market', of: (stock) => stock.market },
      { head: 'cap (bn)', of: (stock) => billions(stock.market_cap), right: true },
      { head: 'session', of: (stock) => stock.date },
      { head: 'close', of: (stock) => grouped(stock.close), right: true },
      { head: 'RSI 14', of: (stock) => decimal(stock.rsi_14), right: true },
      { head: 'MACD', of: (stock) => decimal(stock.macd), right: true },
      { head: 'SMA 20', of: (stock) => grouped(stock.sma_20), right: true },
      { head: 'RS', of: (stock) => grouped(stock.rs_rating), right: true },
      ...fields.map((field) => ({ head: field, of: (stock) => shown(stock[field]), right: true })),
    ], found);
    say(`${found.length} of ${plural(count, 'stock')}`);
  }

  // ---- strategies ----

  const listsOf = (date) => system().strategy_days.find({ _id: { $gte: `${date}:`, $lt: `${date};` } }).sort({ _id: 1 }).toArray();

  function newestLists() {
    const newest = system().strategy_days.find({}, { date: 1 }).sort({ _id: -1 }).limit(1).toArray()[0];
    return newest ? listsOf(newest.date) : [];
  }

  function strategies() {
    const lists = newestLists();
    if (!lists.length) return say('No strategy has a list yet: no analysis of a session is completed, or there is no folder of strategies.');
    table([
      { head: 'strategy', of: (one) => one.strategy },
      { head: 'title', of: (one) => one.title || '-', most: 40 },
      { head: 'matches', of: (one) => grouped(one.matches.length), right: true },
      { head: 'considered', of: (one) => grouped(one.considered), right: true },
      { head: 'unknown', of: (one) => grouped(one.unknown), right: true },
      { head: 'where', of: (one) => one.where, most: 60 },
    ], lists);
    say(`${lists[0].date}: ${lists.length === 1 ? '1 strategy' : `${lists.length} strategies`}`);
  }

  // A strategy that is not there, or has no list of that session.
  function noList(name, date) {
    const known = newestLists();
    if (!known.length) return strategies();
    const names = known.map((one) => one.strategy);
    if (!names.includes(name)) refuse(`cb.screen: ${said(name)} has no list; did you mean ${nearest(name, names)}?`);
    const newest = system().strategy_days.find({ strategy: name }, { date: 1 }).sort({ _id: -1 }).limit(5).toArray();
    say(`${name} has no list of ${date}; its newest are of ${newest.map((one) => one.date).join(', ')}.`);
  }

  function sayWhatDiffers(list) {
    if (!list.recomputed) return;
    const today = list.recomputed.matches;
    const more = today.filter((ticker) => !list.matches.includes(ticker)), fewer = list.matches.filter((ticker) => !today.includes(ticker));
    const named = (what, tickers) => (tickers.length ? `; ${what} ${tickers.slice(0, 10).join(', ')}${tickers.length > 10 ? ', ...' : ''}` : '');
    say(`An earlier session was restated since. Today the list would have ${plural(today.length, 'stock')}${named('with', more)}${named('without', fewer)}.`);
  }

  // A strategy's list of a session, the newest without a date. The numbers are those of today.
  function strategyList(name, date) {
    if (date !== undefined && date !== null && !isDay(date)) refuse(`cb.screen: a session is text like "2025-04-10", not ${said(date)}.`);
    const list = date ? system().strategy_days.findOne({ _id: `${date}:${name}` }) : newestLists().find((one) => one.strategy === name);
    if (!list) return noList(name, date || 'the newest session');
    const followed = {};
    system().latest_analysis.find({ _id: { $in: list.matches } }).forEach((stock) => { followed[stock._id] = stock; });
    const rows = list.matches.map((ticker, at) => ({ at: at + 1, ticker, ...followed[ticker] }));
    say(`${list.date}: ${list.where}`);
    if (rows.length) {
      table([
        { head: 'rank', of: (one) => shown(one.at), right: true },
        { head: 'ticker', of: (one) => one.ticker },
        { head: 'name', of: (one) => one.name || 'not followed', most: 24 },
        { head: 'market', of: (one) => one.market || '-' },
        { head: 'cap (bn)', of: (one) => billions(one.market_cap), right: true },
        { head: 'session', of: (one) => one.date || '-' },
        { head: 'close', of: (one) => grouped(one.close), right: true },
        { head: 'RSI 14', of: (one) => decimal(one.rsi_14), right: true },
        { head: 'RS', of: (one) => grouped(one.rs_rating), right: true },
      ], rows);
    }
    say(`${shown(list.matches.length)} of ${plural(number(list.considered), 'stock')} that traded; ${grouped(list.unknown)} unknown`);
    sayWhatDiffers(list);
  }

  // ---- leaders ----

  // Sessions made up for in one go have one list, the newest's: which ones there are is not obvious.
  function otherLeaders() {
    const newest = system().leader_candidates.find({}, { _id: 1 }).sort({ _id: -1 }).limit(5).toArray();
    return newest.length ? `the newest lists are of ${newest.map((one) => one._id).join(', ')}.` : 'no analysis of a session is completed yet.';
  }

  function leaders(date) {
    if (date !== undefined && date !== null && !isDay(date)) refuse(`cb.leaders: a session is text like "2025-04-10", not ${said(date)}.`);
    const all = system().leader_candidates;
    const found = date ? all.findOne({ _id: date }) : all.find().sort({ _id: -1 }).limit(1).toArray()[0];
    if (!found && date) return say(`There are no leader candidates of ${date}; ${otherLeaders()}`);
    if (!found) return say('There are no leader candidates yet: no analysis of a session is completed.');
    const known = ['rank', 'ticker', 'name', 'market', 'market_cap', 'close', 'rs_rating', 'high_52w', 'value', 'value_average_20'];
    const fields = [...new Set(found.candidates.flatMap((one) => Object.keys(one)))].filter((field) => !known.includes(field));
    say(`${found._id}: ${found.criteria}`);
    if (found.candidates.length) {
      table([
        { head: 'rank', of: (one) => shown(one.rank), right: true },
        { head: 'ticker', of: (one) => one.ticker },
        { head: 'name', of: (one) => one.name, most: 24 },
        { head: 'market', of: (one) => one.market },
        { head: 'cap (bn)', of: (one) => billions(one.market_cap), right: true },
        { head: 'close', of: (one) => grouped(one.close), right: true },
        { head: 'RS', of: (one) => grouped(one.rs_rating), right: true },
        { head: 'high 52w', of: (one) => grouped(one.high_52w), right: true },
        ...fields.map((field) => ({ head: field, of: (one) => grouped(one[field]), right: true })),
        { head: 'value (bn)', of: (one) => billions(one.value), right: true },
        { head: 'average', of: (one) => billions(one.value_average_20), right: true },
      ], found.candidates);
    }
    say(`${shown(found.count)} of ${plural(number(found.considered), 'stock')} that traded`);
  }

  // ---- datasets ----

  // What each job and dataset says of one session, and the totals of its markets.
  function day(date) {
    if (!isDay(date)) refuse(`cb.day: a session is text like "2025-04-10", not ${said(date)}.`);
    const statuses = system().job_status.find({ date_kst: date }).sort({ _id: 1 }).toArray();
    if (!statuses.length) return say(`There is no status of ${date}: no run has come to it.`);
    table([
      { head: 'job or dataset', of: (one) => one.job_name },
      { head: 'status', of: (one) => one.status },
      { head: 'rows', of: (one) => (one.expected_rows === undefined ? '-' : `${grouped(one.stored_rows)} of ${grouped(one.expected_rows)}`), right: true },
      { head: 'attempts', of: (one) => shown(one.attempt), right: true },
      { head: 'reason', of: (one) => one.reason || '-', most: 160 },
    ], statuses);
    const totals = system().market_totals.findOne({ _id: date });
    if (!totals) return;
    const sides = Object.keys(totals).filter((name) => totals[name].volume_published !== undefined).flatMap((market) => [
      { market, side: 'archive', of: (field) => totals[market][field] },
      { market, side: 'exchange', of: (field) => totals[market][`${field}_published`] },
    ]);
    say('');
    table([
      { head: 'market', of: (one) => one.market },
      { head: 'by the', of: (one) => one.side },
      { head: 'volume', of: (one) => grouped(one.of('volume')), right: true },
      { head: 'value', of: (one) => grouped(one.of('value')), right: true },
      { head: 'market cap', of: (one) => grouped(one.of('market_cap')), right: true },
      { head: 'stocks', of: (one) => grouped(one.of('rows')), right: true },
    ], sides);
    say(totals.agrees ? "The exchange's totals are what the archived rows sum to." : "The exchange's totals are not what the archived rows sum to.");
  }

  const INDICES = ['KOSPI', 'KOSDAQ', 'KOSPI200'];

  function index(name, count) {
    if (typeof name !== 'string' || !INDICES.includes(name)) refuse(`cb.index: an index is one of ${INDICES.join(', ')}, not ${said(name)}.`);
    count = checkCount('cb.index', count, 10);
    const rows = db.getSiblingDB('index_data').getCollection(name).find().sort({ _id: -1 }).limit(count).toArray();
    if (!rows.length) return say(`There are no rows of ${name} yet (index_data): [indices] names does not name it, or no run has asked for it.`);
    table([
      { head: 'session', of: (row) => row._id },
      ...['open', 'high', 'low', 'close', 'change'].map((field) => ({ head: field, of: (row) => points(row[field]), right: true })),
      { head: 'volume', of: (row) => grouped(row.volume), right: true },
      { head: 'value (bn)', of: (row) => billions(row.value), right: true },
      { head: 'cap (bn)', of: (row) => billions(row.market_cap), right: true },
    ], rows);
  }

  function help() {
    pairs([
      ['cb.status()', 'session due, completed until, analysis, datasets, leases, last runs, alerts'],
      ['cb.runs(15)', 'the newest runs of all programs'],
      ['cb.gaps()', 'due sessions that are neither completed nor closed, and why'],
      ['cb.ticker("005930", 10)', 'one stock: its place in the universe, its newest rows and indicators'],
      ['cb.queue(20)', 'what hourly_analysis takes next'],
      ['cb.alerts()', 'open alerts; cb.alerts({all: true}) the resolved ones too'],
      ['cb.screen({rsi_14: {$lt: 40}})', 'analysed stocks that fit, by market cap; any field of latest_analysis'],
      ['cb.screen({}, {stale: true})', 'those that did not trade in the newest session as well: by default they are left out'],
      ['', 'cb.screen({rs_rating: {$gte: 80}}, {sort: {rs_rating: -1}, limit: 50, show: ["adx_14"]})'],
      ['cb.strategies()', 'the strategies, and how many stocks each matched in the newest session'],
      ['cb.screen("pocket_pivot", "2025-04-17")', "a strategy's list of a session, of the newest without a date"],
      ['cb.leaders("2025-04-17")', 'leader candidates of a session, of the newest without a date'],
      ['cb.day("2025-04-17")', 'one session: what each job and dataset says of it, and its totals'],
      ['cb.index("KOSPI", 10)', 'the newest rows of an index: KOSPI, KOSDAQ, KOSPI200'],
      ['cb.help()', 'this'],
    ]);
    say('cb.status and cb.gaps take {publication: "same-day 18:00"} where the source publishes otherwise than next-day 08:00, and {now: ISODate(...)}.');
  }

  return { status, runs, gaps, ticker, queue, alerts, screen, strategies, leaders, day, index, help, width };
})();

// closebell.js: looks at closebell's databases from mongosh: mongosh "$MONGODB_URI" --shell closebell.js, then cb.help().
// It only reads. One query a collection, none of them more than a list of targets or sessions.

var cb = (function () {
  'use strict';

  const DAY_MS = 86400000;
  const KOREA_MS = 9 * 3600000;
  const BEHIND_FIRST = 3; // so many sessions behind are analysed first, whatever the market cap

  const system = () => db.getSiblingDB('system_info');

  // ---- text: what a terminal shows ----

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
    const cells = rows.map((row) => columns.map((column) => cut(String(column.of(row)), column.most || 60)));
    const widths = columns.map((column, i) => Math.max(width(column.head), ...cells.map((line) => width(line[i]))));
    const line = (texts) =>
      texts.map((text, i) => pad(text, widths[i], columns[i].right)).join('  ').replace(/ +$/, '');
    print([line(columns.map((column) => column.head)), ...cells.map(line)].join('\n'));
  }

  const pairs = (rows) => {
    const columns = Math.max(...rows.map(([name]) => width(name)));
    print(rows.map(([name, text]) => pad(name, columns) + '  ' + text).join('\n'));
  };

  // ---- values ----

  const number = (value) => (value === undefined || value === null ? NaN : Number(value));
  const grouped = (value) => {
    const n = number(value);
    return Number.isFinite(n) ? n.toFixed(0).replace(/\B(?=(\d{3})+$)/g, ',') : '-';
  };
  const decimal = (value) => (Number.isFinite(number(value)) ? number(value).toFixed(1) : '-');
  const shown = (value) => {
    if (value === undefined || value === null) return '-';
    if (typeof value === 'boolean') return value ? 'yes' : 'no';
    if (typeof value === 'string') return value;
    const n = number(value);
    if (!Number.isFinite(n)) return String(value);
    return Number.isInteger(n) || Math.abs(n) >= 1000 ? grouped(n) : n.toFixed(2);
  };
  const instant = (date) => (date ? date.toISOString().slice(0, 16).replace('T', ' ') + ' UTC' : '-');
  const billions = (won) => grouped(number(won) / 1e9);
  const plural = (count, what) => `${count} ${what}${count === 1 ? '' : 's'}`;

  function duration(ms) {
    const seconds = Math.round(ms / 1000);
    if (seconds < 60) return `${(ms / 1000).toFixed(1)} s`;
    return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
  }

  // ---- sessions ----

  const dayText = (ms) => new Date(ms).toISOString().slice(0, 10);
  const dayMs = (text) => Date.parse(text + 'T00:00:00Z');
  const isWeekday = (ms) => ![0, 6].includes(new Date(ms).getUTCDay());

  // "next-day 08:00" and "same-day 18:00", as [krx] publication.
  function parsePublication(text) {
    const parts = /^(next|same)-day (\d\d):(\d\d)$/.exec(text);
    if (!parts) throw new Error(`publication "${text}": next-day HH:MM or same-day HH:MM`);
    return { next: parts[1] === 'next', ms: (Number(parts[2]) * 60 + Number(parts[3])) * 60000 };
  }

  function readSessions() {
    const calendar = {}, status = {};
    for (const day of system().trading_calendar.find().toArray()) calendar[day._id] = day;
    for (const one of system().job_status.find({ job_name: 'daily_update' }).toArray()) status[one.date_kst] = one;
    const kept = Object.keys(calendar).sort();
    return { calendar, status, first: kept[0] };
  }

  // Every weekday that the source should have published by now, as far as weekends and known closures tell.
  function dueDays(sessions, options) {
    const { next, ms } = parsePublication((options && options.publication) || 'next-day 08:00');
    const now = (options && options.now ? options.now.getTime() : Date.now()) + KOREA_MS;
    const isClosed = (day) => !isWeekday(day) || (sessions.calendar[dayText(day)] || {}).state === 'closed';
    const due = [];
    for (let day = dayMs(sessions.first); day <= now; day += DAY_MS) {
      if (!isWeekday(day)) continue;
      let published = day;
      if (next) do published += DAY_MS; while (isClosed(published));
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

  const empty = (what) => print(`There ${what} yet: manual_setup has not begun here (databases system_info, stock_data, stock_analyzed).`);

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

  function status(options) {
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
      ...leaseRows(),
      runRow('daily_update'),
      runRow('hourly_analysis'),
      ['open alerts', alerts.length ? `${alerts.length}, ${critical} of them CRITICAL: see cb.alerts()` : 'none'],
    ]);
  }

  function runs(count) {
    const all = system().job_runs.find().sort({ _id: -1 }).limit(count || 15).toArray();
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

  function gaps(options) {
    const sessions = readSessions();
    if (!sessions.first) return empty('are no sessions');
    const missing = findGaps(sessions, options);
    if (!missing.length) return print('Nothing is missing: every weekday that is due is completed or closed.');
    table([
      { head: 'session', of: (gap) => gap.day },
      { head: 'status', of: (gap) => (gap.status ? gap.status.status : 'not yet tried') },
      { head: 'rows', of: (gap) => (gap.status && gap.status.expected_rows !== undefined ? `${grouped(gap.status.stored_rows)} of ${grouped(gap.status.expected_rows)}` : '-'), right: true },
      { head: 'attempts', of: (gap) => (gap.status ? shown(gap.status.attempt) : '-'), right: true },
      { head: 'calendar', of: (gap) => (gap.calendar ? gap.calendar.state : '-') },
      { head: 'reason', of: (gap) => (gap.status && gap.status.reason) || '-', most: 110 },
    ], missing);
    print(`${plural(missing.length, 'session')} missing; daily_update takes them oldest first`);
  }

  function ticker(code, count) {
    if (!/^[0-9A-Z]{6}$/.test(code || '')) return print('cb.ticker("005930"): a code has six characters');
    const target = system().target_tickers.findOne({ _id: code });
    if (!target) return print(`${code} is not, and never was, in the universe (target_tickers).`);
    pairs([
      [code, `${target.name}, ${target.market}`],
      ['market cap', `${billions(target.market_cap)} billion won, ${grouped(target.listed_shares)} shares`],
      ['universe', target.is_active ? `since ${target.added_date}${target.backfill_needed ? ', history still to be filled' : ''}` : `left ${target.removed_date}: ${target.removed_reason}`],
      ['history from', target.history_from || '-'],
      ['analysed up to', target.last_analyzed_date || 'not yet'],
      ...(target.failures ? [['failures', `${target.failures.count}, the last ${instant(target.failures.last_utc)}: ${target.failures.last_error}`]] : []),
    ]);
    const newest = (name) => db.getSiblingDB(name).getCollection(code).find().sort({ _id: -1 }).limit(count || 10).toArray();
    const published = newest('stock_data'), analysed = {};
    for (const row of newest('stock_analyzed')) analysed[row._id] = row;
    const of = (field) => (row) => decimal((analysed[row._id] || {})[field]);
    if (!published.length) return print(`\nNo rows in stock_data.${code} yet.`);
    print('');
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
    const sessions = readSessions();
    if (!sessions.first) return empty('is no universe');
    const until = completedUntil(sessions, true);
    const open = Object.keys(sessions.status).filter((day) => sessions.status[day].status === 'completed' && day <= until).sort();
    const behind = (target) => open.filter((day) => day > (target.last_analyzed_date || '') && day >= (target.history_from || '')).length;
    const waiting = system().target_tickers.find().toArray()
      .filter((target) => target.is_active && !target.backfill_needed && (target.last_analyzed_date || '') < (until || ''))
      .map((target) => ({ target, behind: behind(target) }));
    if (!waiting.length) return print(`Nothing waits: every stock is analysed up to ${until || 'nothing, since no session is completed'}.`);
    const first = (one) => (one.behind >= BEHIND_FIRST ? 0 : 1);
    waiting.sort((a, b) => first(a) - first(b) || number(b.target.market_cap) - number(a.target.market_cap));
    table([
      { head: 'ticker', of: (one) => one.target._id },
      { head: 'name', of: (one) => one.target.name, most: 24 },
      { head: 'cap (bn)', of: (one) => billions(one.target.market_cap), right: true },
      { head: 'analysed up to', of: (one) => one.target.last_analyzed_date || 'not yet' },
      { head: 'sessions behind', of: (one) => grouped(one.behind), right: true },
      { head: 'failures', of: (one) => (one.target.failures ? shown(one.target.failures.count) : '-'), right: true },
    ], waiting.slice(0, count || 20));
    print(`${plural(waiting.length, 'stock')} to be analysed up to ${until}`);
  }

  function alerts(options) {
    const all = system().ops_alerts.find().toArray();
    const open = options && options.all ? all : all.filter((alert) => !alert.resolved_utc);
    if (!open.length) return print(all.length ? `No open alerts; ${all.length} resolved: cb.alerts({all: true})` : 'No alerts.');
    const rank = (alert) => (alert.resolved_utc ? 2 : alert.severity === 'CRITICAL' ? 0 : 1);
    open.sort((a, b) => rank(a) - rank(b) || b.last_utc - a.last_utc);
    table([
      { head: 'severity', of: (alert) => alert.severity },
      { head: 'kind', of: (alert) => alert.kind },
      { head: 'subject', of: (alert) => alert.subject },
      { head: 'first', of: (alert) => instant(alert.first_utc) },
      { head: 'last', of: (alert) => instant(alert.last_utc) },
      { head: 'count', of: (alert) => grouped(alert.count), right: true },
      ...(options && options.all ? [{ head: 'resolved', of: (alert) => instant(alert.resolved_utc) }] : []),
      { head: 'message', of: (alert) => alert.message, most: 120 },
    ], open);
  }

  function fieldsOf(filter) {
    const fields = [];
    for (const [name, value] of Object.entries(filter)) {
      if (name.startsWith('$') && Array.isArray(value)) value.forEach((part) => fields.push(...fieldsOf(part)));
      else if (!name.startsWith('$')) fields.push(name);
    }
    return fields;
  }

  function screen(filter, options) {
    const { sort = { market_cap: -1 }, limit = 20, show = [], stale = false } = options || {};
    const query = stale || fieldsOf(filter || {}).includes('stale_sessions') ? filter || {} : { ...filter, stale_sessions: { $exists: false } };
    const standing = ['_id', 'name', 'market', 'market_cap', 'date', 'close', 'rsi_14', 'macd', 'sma_20', 'rs_rating'];
    const fields = [...new Set([...fieldsOf(filter || {}), ...Object.keys(sort), ...show])].filter((field) => !standing.includes(field));
    const found = system().latest_analysis.find(query).sort(sort).limit(limit).toArray();
    const count = system().latest_analysis.countDocuments(query);
    if (!found.length) {
      return print(system().latest_analysis.findOne() ? 'No analysed stock fits.' : 'No stock is analysed yet: hourly_analysis has not run here.');
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
    print(`${found.length} of ${plural(count, 'stock')}`);
  }

  function leaders(date) {
    const all = system().leader_candidates;
    const found = date ? all.findOne({ _id: date }) : all.find().sort({ _id: -1 }).limit(1).toArray()[0];
    if (!found) return print(date ? `There are no leader candidates of ${date}.` : 'There are no leader candidates yet: no analysis of a session is completed.');
    const known = ['rank', 'ticker', 'name', 'market', 'market_cap', 'close', 'rs_rating', 'high_52w', 'value', 'value_average_20'];
    const fields = [...new Set(found.candidates.flatMap((one) => Object.keys(one)))].filter((field) => !known.includes(field));
    print(`${found._id}: ${found.criteria}`);
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
    print(`${shown(found.count)} of ${plural(number(found.considered), 'stock')} that traded`);
  }

  function help() {
    pairs([
      ['cb.status()', 'session due, completed until, analysis, leases, last runs, alerts'],
      ['cb.runs(15)', 'the newest runs of all programs'],
      ['cb.gaps()', 'due sessions that are neither completed nor closed, and why'],
      ['cb.ticker("005930", 10)', 'one stock: its place in the universe, its newest rows and indicators'],
      ['cb.queue(20)', 'what hourly_analysis takes next'],
      ['cb.alerts()', 'open alerts; cb.alerts({all: true}) the resolved ones too'],
      ['cb.screen({rsi_14: {$lt: 30}})', 'analysed stocks that fit, by market cap; any field of latest_analysis'],
      ['cb.screen({}, {stale: true})', 'those that did not trade in the newest session as well: by default they are left out'],
      ['', 'cb.screen({rs_rating: {$gte: 80}}, {sort: {rs_rating: -1}, limit: 50, show: ["adx_14"]})'],
      ['cb.leaders("2025-04-10")', 'leader candidates of a session, of the newest without a date'],
      ['cb.help()', 'this'],
    ]);
    print('cb.status and cb.gaps take {publication: "same-day 18:00"} where the source publishes otherwise than next-day 08:00, and {now: ISODate(...)}.');
  }

  return { status, runs, gaps, ticker, queue, alerts, screen, leaders, help, width };
})();

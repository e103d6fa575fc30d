/* feeds.js: how a declared feed stands, from an item of /feeds: pure. */
const GRACE = 3 * 3600e3;

/* How far it is: {done, all}: items where it has items, else rows; null where nothing is known. */
export function progressOf(feed) {
  if (feed.items) return {done: Math.min(feed.items_done ?? 0, feed.items), all: feed.items};
  if (feed.expected_rows) return {done: feed.stored_rows ?? 0, all: feed.expected_rows};
  return null;
}

/* {kind, word}: word is a key of the page's texts. A unit that is due and that no run has come to is late after some hours. */
export function standOf(feed, now) {
  if (feed.status === 'failed') return {kind: 'bad', word: 'failed'};
  if (feed.status === 'waiting') return {kind: 'wait', word: 'waiting'};
  if (feed.next_due_utc && now - Date.parse(feed.next_due_utc) > GRACE) return {kind: 'warn', word: 'd-late'};
  if (feed.status === 'completed') return {kind: 'good', word: 'completed'};
  return {kind: 'wait', word: feed.status === 'running' ? 'running' : 'unknown'};
}

/* What it waits for, in the program's own words. */
export const whyOf = (feed) => (feed.status === 'completed' ? '' : feed.reason ?? '');

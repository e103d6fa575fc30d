/* events.js: server-sent events out of the pieces in which they come. Pure. */

/* Takes pieces of text in turn; returns what has become whole: {id, event, data}. An id may come without an event: then
   event is null. */
export function eventParser() {
  let rest = '';
  return (piece) => {
    const blocks = (rest + piece).split('\n\n');
    rest = blocks.pop();
    return blocks.map(blockOf).filter((one) => one.event || one.id);
  };
}

function blockOf(block) {
  const found = {id: null, event: null, data: null};
  for (const line of block.split('\n')) {
    const at = line.indexOf(': '), name = line.slice(0, at);
    if (at > 0 && Object.hasOwn(found, name)) found[name] = line.slice(at + 2);
  }
  return found;
}

/* Milliseconds before the next try, after so many in a row that failed; random is 0 to 1. */
const FIRST_MS = 1000, LONGEST_MS = 60000;
export const waitAfter = (failures, random) => Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.max(0, failures - 1)) * (0.75 + random / 2);

/* Whether another try makes sense: the server was away, is full, or stopped; or the id is too old, and is left out then. */
export const isTriedAgain = (status) => status === 0 || status === 410 || status === 429 || status >= 500;

/* streaks.js: for how many sessions in a row a stock has been among the leaders. Pure. */

const has = (document, ticker) => (document.candidates || []).some((one) => one.ticker === ticker);

/* documents: the newest first. ticker → {days, more}: days in a row up to that document; more: the oldest one has it too,
 * so that there may be others before. */
export function streaksOf(documents, index) {
  return new Map((documents[index].candidates || []).map(({ticker}) => {
    let last = index;
    while (last + 1 < documents.length && has(documents[last + 1], ticker)) last++;
    return [ticker, {days: last - index + 1, more: last + 1 === documents.length}];
  }));
}

/* Those of the session before that are none any more. */
export const leftOf = (documents, index) =>
  (documents[index + 1]?.candidates || []).filter((one) => !has(documents[index], one.ticker));

/* match.js: which stocks somebody means: by ticker, by a part of the name, or by the first consonants of its syllables
 * (ㅅㅅㅈㅈ is 삼성전자). Pure. */

const FIRST = 'ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ', SYLLABLES = 0xac00, SYLLABLES_END = 0xd7a3, OF_ONE_CONSONANT = 588;

export const consonants = (text) =>
  [...text].map((letter) => {
    const code = letter.charCodeAt(0);
    return code >= SYLLABLES && code <= SYLLABLES_END ? FIRST[Math.floor((code - SYLLABLES) / OF_ONE_CONSONANT)] : letter;
  }).join('');

const plain = (text) => text.normalize('NFC').toLowerCase().replace(/\s+/g, '');

/* How good: 0 is best; −1: not meant. */
function grade(stock, wanted, byConsonants) {
  const ticker = stock.ticker.toLowerCase(), name = plain(stock.name || '');
  if (ticker === wanted || name === wanted) return 0;
  if (name.startsWith(wanted)) return 1;
  if (ticker.startsWith(wanted)) return 2;
  if (name.includes(wanted)) return 3;
  if (!byConsonants) return -1;
  const first = consonants(name);
  return first.startsWith(wanted) ? 4 : first.includes(wanted) ? 5 : -1;
}

/* The best `limit` of them; of equally good ones the larger company first. */
export function matches(stocks, text, limit = 8) {
  const wanted = plain(text), byConsonants = [...wanted].every((letter) => FIRST.includes(letter));
  if (wanted === '') return [];
  return stocks.map((stock) => ({stock, grade: grade(stock, wanted, byConsonants)}))
    .filter((one) => one.grade >= 0)
    .sort((a, b) => a.grade - b.grade || (b.stock.market_cap || 0) - (a.stock.market_cap || 0) ||
      a.stock.ticker.localeCompare(b.stock.ticker))
    .slice(0, limit)
    .map((one) => one.stock);
}

/* {place, of}: 1 is the largest by that field, ties share the better place; null where the stock has no such number. */
export function placeOf(stocks, ticker, field) {
  const own = stocks.find((stock) => stock.ticker === ticker);
  if (!own || typeof own[field] !== 'number') return null;
  const known = stocks.filter((stock) => typeof stock[field] === 'number');
  return {place: 1 + known.filter((stock) => stock[field] > own[field]).length, of: known.length};
}

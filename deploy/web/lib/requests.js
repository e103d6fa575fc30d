/* requests.js: what of requests is no page. Pure. */

/* Names to choose from: datasets in their order, then feeds, each once. What cannot be asked for again the server
 * refuses, and says why. */
export const datasetsToAsk = (datasets, feeds) => [...new Set([...datasets, ...feeds].map((one) => one.name))];

export const openOnes = (requests) => requests.filter((one) => one.status === 'open');

/* state.js: what is looked at, in the URL: #/stock/005930?range=1y */

export function read() {
  const [path, query = ''] = location.hash.replace(/^#\/?/, '').split(/\?(.*)/s);
  const parts = path.split('/').map(decode).filter((part) => part !== '');
  return {page: parts[0] || 'today', parts: parts.slice(1), params: new URLSearchParams(query)};
}

function decode(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/* params: an object or URLSearchParams; what is null, undefined or '' is left out. */
export function href(page, parts = [], params = {}) {
  const entries = params instanceof URLSearchParams ? [...params] : Object.entries(params);
  const query = new URLSearchParams(entries.filter(([, value]) => value !== null && value !== undefined && value !== ''));
  return `#/${[page, ...parts].map(encodeURIComponent).join('/')}${query.size ? `?${query}` : ''}`;
}

export function go(page, parts, params) {
  location.hash = href(page, parts, params);
}

/* Changes parameters of the page that is shown, which is not shown anew. history: Back leads to the state before. */
export function change(params, {history = false} = {}) {
  const now = read(), next = new URLSearchParams(now.params);
  for (const [name, value] of Object.entries(params)) {
    if (value === null || value === undefined || value === '') next.delete(name);
    else next.set(name, value);
  }
  const url = href(now.page, now.parts, next);
  if (url === location.hash) return;
  if (history) window.history.pushState(null, '', url);
  else window.history.replaceState(null, '', url);
}

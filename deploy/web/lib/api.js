/* api.js: the server's answers. */
import {h} from './dom.js';
import {add, t} from './i18n.js';

add({
  en: {
    'key-wanted': 'This server wants a key', 'key-unknown': 'The server does not know that key. Another one?',
    'key-help': 'It is kept until this tab is closed, and sent to this server alone.', key: 'Key', open: 'Open', cancel: 'Cancel',
    unreachable: 'The server does not answer', 'unreachable-detail': 'It may be restarting, or the way to it is broken.',
  },
  ko: {
    'key-wanted': '이 서버는 키가 필요합니다', 'key-unknown': '서버가 모르는 키입니다. 다른 키가 있습니까?',
    'key-help': '이 탭을 닫을 때까지만 보관하며, 이 서버에만 보냅니다.', key: '키', open: '열기', cancel: '취소',
    unreachable: '서버가 응답하지 않습니다', 'unreachable-detail': '다시 시작하는 중이거나 연결이 끊겼습니다.',
  },
});

const KEPT = 'closebell-key', ENTRIES = 200, WAITS = 3, LONGEST_WAIT_S = 30;
const answers = new Map(); /* url → {etag, data}, the oldest first */
let asking = null, inMemory = null;

/* What the server said is wrong: RFC 9457. status 0: it did not answer. */
export class Problem extends Error {
  constructor(status, body = {}) {
    super(body.detail || body.title || `HTTP ${status}`);
    this.name = 'Problem';
    Object.assign(this, {status, title: body.title || `HTTP ${status}`, detail: body.detail || '', parameter: body.parameter,
      nearest: body.nearest, position: body.position});
  }
}

export function url(path, params = {}) {
  const to = new URL(`.${path}`, document.baseURI);
  to.hash = '';
  const entries = params instanceof URLSearchParams ? [...params] : Object.entries(params);
  for (const [name, value] of entries)
    if (value !== null && value !== undefined && value !== '') to.searchParams.set(name, value);
  return to.href;
}

/* ---- the key ---- */

function key() {
  try {
    return sessionStorage.getItem(KEPT) || inMemory;
  } catch {
    return inMemory;
  }
}

export function setKey(text) {
  inMemory = text;
  try {
    if (text) sessionStorage.setItem(KEPT, text);
    else sessionStorage.removeItem(KEPT);
  } catch { /* then for this page alone */ }
}

/* True: there is another key now. Several requests at once ask once. */
function askKey(tried) {
  if (key() !== tried) return Promise.resolve(true);
  asking ??= new Promise((resolve) => {
    const field = h('input', {type: 'password', id: 'key', autocomplete: 'current-password', required: true});
    const dialog = h('dialog', {class: 'key', 'aria-labelledby': 'key-title'},
      h('form', {method: 'dialog'},
        h('h2', {id: 'key-title'}, t(tried ? 'key-unknown' : 'key-wanted')),
        h('label', {for: 'key'}, t('key')), field,
        h('p', {class: 'quiet'}, t('key-help')),
        h('div', {class: 'buttons'},
          h('button', {type: 'button', onclick: () => dialog.close('')}, t('cancel')),
          h('button', {type: 'submit', value: 'open', class: 'primary'}, t('open')))));
    dialog.addEventListener('close', () => {
      const given = dialog.returnValue === 'open' && field.value.trim();
      dialog.remove();
      asking = null;
      if (given) setKey(given);
      resolve(Boolean(given));
    });
    document.body.append(dialog);
    dialog.showModal();
    field.focus();
  });
  return asking;
}

/* ---- requests ---- */

const pause = (seconds, signal) => new Promise((resolve, reject) => {
  const timer = setTimeout(resolve, seconds * 1000);
  signal?.addEventListener('abort', () => {
    clearTimeout(timer);
    reject(signal.reason);
  }, {once: true});
});

async function problemOf(response) {
  try {
    return new Problem(response.status, await response.json());
  } catch {
    return new Problem(response.status, {title: response.statusText});
  }
}

/* The response; a key is asked for, and a server that wants us slower is waited for. */
async function ask(address, {method = 'GET', headers = {}, body, signal} = {}) {
  for (let waits = 0; ;) {
    const tried = key(), all = {...headers};
    if (tried) all.Authorization = `Bearer ${tried}`;
    let response;
    try {
      response = await fetch(address, {method, headers: all, body, signal, credentials: 'same-origin', redirect: 'error'});
    } catch (error) {
      if (signal?.aborted) throw error;
      throw new Problem(0, {title: t('unreachable'), detail: t('unreachable-detail')});
    }
    if (response.ok || response.status === 304) return response;
    const wait = Number(response.headers.get('Retry-After')) || 1;
    if (response.status === 429 && wait <= LONGEST_WAIT_S && waits++ < WAITS) await pause(wait, signal);
    else if (response.status !== 401 || !(await askKey(tried))) throw await problemOf(response);
  }
}

function remember(address, etag, data) {
  answers.delete(address);
  if (etag) answers.set(address, {etag, data});
  if (answers.size > ENTRIES) answers.delete(answers.keys().next().value);
}

/* Whoever shows which state of the database this is. */
function tell(data) {
  if (data && data.proof) dispatchEvent(new CustomEvent('closebell-state', {detail: data}));
}

/* {data, status}: JSON. What was had and has not changed comes from memory: do not change it. */
export async function get(path, params, {signal} = {}) {
  const address = url(path, params), had = answers.get(address);
  const response = await ask(address, {headers: {Accept: 'application/json', ...(had && {'If-None-Match': had.etag})}, signal});
  const data = response.status === 304 ? had.data : await response.json();
  if (response.status !== 304) remember(address, response.headers.get('ETag'), data);
  tell(data);
  return {data, status: response.status};
}

/* The response of a path that goes on; id: of the last event that was seen, or null. */
export const stream = (path, id, {signal} = {}) =>
  ask(url(path), {headers: {Accept: 'text/event-stream', ...(id && {'Last-Event-ID': id})}, signal});

/* PUT, POST, DELETE; data is null where the answer has no body. */
export async function send(method, path, content, {signal} = {}) {
  const headers = content === undefined ? {} : {'Content-Type': 'application/json'};
  const response = await ask(url(path), {method, headers, signal, body: content === undefined ? undefined : JSON.stringify(content)});
  const text = await response.text();
  return {data: text ? JSON.parse(text) : null, status: response.status};
}

export function save(blob, name) {
  const link = h('a', {href: URL.createObjectURL(blob), download: name});
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}

/* A file of the server's, as it stands. */
export async function download(path, params, name) {
  const response = await ask(url(path, params));
  save(await response.blob(), name);
}

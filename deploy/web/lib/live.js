/* live.js: a page that is read again when something comes to be: by /events, which is read by fetch, for EventSource cannot
   send a key; and every minute where that fails. */
import {h, fill} from './dom.js';
import {stream} from './api.js';
import {add, t} from './i18n.js';
import {badge} from './status.js';
import {eventParser, isTriedAgain, waitAfter} from './events.js';

add({
  en: {'live-on': 'live', 'live-again': 'connecting again', 'live-off': 'read again every minute', 'live-title': 'Whether this page shows what comes to be by itself'},
  ko: {'live-on': '실시간', 'live-again': '다시 연결 중', 'live-off': '1분마다 새로 읽음', 'live-title': '새로운 내용이 저절로 표시되는지'},
});

const POLL_MS = 60000, GATHER_MS = 300, SILENCE_MS = 50000, PATIENCE = 3;
const KINDS = {on: 'good', again: 'wait', off: 'idle'};

const pause = (ms, signal) => new Promise((resolve) => {
  const timer = setTimeout(resolve, ms);
  signal.addEventListener('abort', () => {
    clearTimeout(timer);
    resolve();
  }, {once: true});
});

/* The server says something every 15 s: a connection that is silent for longer leads nowhere. */
async function nextPiece(reader) {
  let timer;
  const silence = new Promise((resolve, reject) => { timer = setTimeout(() => reject(new Error('silence')), SILENCE_MS); });
  try {
    return await Promise.race([reader.read(), silence]);
  } catch (error) {
    reader.cancel().catch(() => {});
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/* One connection, to its end. */
async function readStream(place, told, signal) {
  const response = await stream('/events', place.id, {signal});
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader(), parse = eventParser();
  place.begun();
  for (let piece = await nextPiece(reader); !piece.done; piece = await nextPiece(reader))
    for (const one of parse(piece.value)) {
      place.id = one.id ?? place.id;
      if (one.event) told(one);
    }
}

/* Until the signal. What was missed while the id was too old is read like anything new. */
async function listen(place, told, say, signal) {
  for (let failures = 0; !signal.aborted;) {
    let status = 0;
    place.begun = () => {
      failures = 0;
      say('on');
    };
    try {
      await readStream(place, told, signal);
    } catch (error) {
      status = error.status ?? 0;
    }
    if (signal.aborted) return;
    if (status === 410) {
      place.id = null;
      told(null);
    }
    failures++;
    say(isTriedAgain(status) && failures < PATIENCE ? 'again' : 'off');
    if (!isTriedAgain(status)) return;
    await pause(waitAfter(failures, Math.random()), signal);
  }
}

/* Calls `read` when something came to be, several events at once as one; the node says how it stands. A tab that nobody
   sees takes no connection: it goes on from where it was. */
export function follow(read, {signal}) {
  const node = h('p', {class: 'note live', role: 'status', 'aria-busy': 'true', title: t('live-title')});
  const place = {id: null};
  let state = null, gathering = null, connection = null;
  const readAgain = () => {
    clearTimeout(gathering);
    gathering = setTimeout(() => { if (!signal.aborted) read().catch(() => {}); }, GATHER_MS);
  };
  const say = (next) => {
    if (next === state) return;
    state = next;
    fill(node, badge(KINDS[next], t(`live-${next}`)));
    node.removeAttribute('aria-busy');
  };
  const turn = () => {
    connection?.abort();
    connection = null;
    if (signal.aborted || document.visibilityState !== 'visible') return;
    connection = new AbortController();
    listen(place, readAgain, say, connection.signal);
  };
  const poll = setInterval(() => { if (state !== 'on' && document.visibilityState === 'visible') readAgain(); }, POLL_MS);
  document.addEventListener('visibilitychange', turn, {signal});
  signal.addEventListener('abort', () => {
    clearInterval(poll);
    clearTimeout(gathering);
    turn();
  }, {once: true});
  turn();
  return node;
}

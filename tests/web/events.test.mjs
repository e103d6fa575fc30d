import test from 'node:test';
import assert from 'node:assert/strict';
import {eventParser, isTriedAgain, waitAfter} from './web/lib/events.js';

const STREAM = 'retry: 5000\nid: a\n\n:\n\nid: b\nevent: session\ndata: {"date":"2025-04-10"}\n\nid: c\nevent: alert\ndata: {"name":"x: y"}\n\n';
const WHOLE = [
  {id: 'a', event: null, data: null}, {id: 'b', event: 'session', data: '{"date":"2025-04-10"}'},
  {id: 'c', event: 'alert', data: '{"name":"x: y"}'},
];

test('events are the same in whatever pieces they come', () => {
  for (let size = 1; size <= STREAM.length; size++) {
    const parse = eventParser(), found = [];
    for (let at = 0; at < STREAM.length; at += size) found.push(...parse(STREAM.slice(at, at + size)));
    assert.deepEqual(found, WHOLE, `in pieces of ${size}`);
  }
});

test('what has not become whole is no event', () => {
  assert.deepEqual(eventParser()('id: a\nevent: session\ndata: {}\n'), []);
});

test('waits grow, and end at a minute or a little more', () => {
  assert.equal(waitAfter(1, 0.5), 1000);
  assert.equal(waitAfter(2, 0.5), 2000);
  assert.equal(waitAfter(5, 0.5), 16000);
  assert.equal(waitAfter(50, 0.5), 60000);
  assert.ok(waitAfter(50, 1) <= 75000 && waitAfter(1, 0) >= 750);
});

test('a server that is away, full or stopping is tried again, one that refuses is not', () => {
  for (const status of [0, 410, 429, 500, 503]) assert.ok(isTriedAgain(status), `${status}`);
  for (const status of [400, 401, 403, 404, 405, 406]) assert.ok(!isTriedAgain(status), `${status}`);
});

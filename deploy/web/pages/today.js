import {h, fill} from '../lib/dom.js';
import {get} from '../lib/api.js';
import {date} from '../lib/format.js';

export const title = {en: 'Today', ko: '오늘'};

export async function show(root, state, {signal}) {
  const {data} = await get('/datasets', {}, {signal});
  fill(root, h('h1', {}, date(data.as_of)));
}

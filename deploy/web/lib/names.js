/* names.js: the fields that conditions, charts and tables know, as the server describes them. */
import {get} from './api.js';

/* [{name, kind: number, truth or text, analysed, help}], in the server's order. analysed: of the table of indicators. */
export async function names(options) {
  const {data} = await get('/openapi.json', {}, options);
  return data.paths['/screener'].get.parameters.find((one) => one.name === 'where')['x-names'] || [];
}

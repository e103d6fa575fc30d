/* dom.js: nodes of the page. Data become text nodes, never markup. */

function setAttribute(node, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
  else if (name === 'style') Object.entries(value).forEach(([key, text]) => node.style.setProperty(key, text));
  else node.setAttribute(name, value === true ? '' : value);
}

/* children: nodes, texts, numbers, lists of them; null, undefined and false are left out. */
export function append(node, ...children) {
  for (const child of children.flat(Infinity))
    if (child !== null && child !== undefined && child !== false) node.append(child);
  return node;
}

export function build(node, attributes, children) {
  Object.entries(attributes || {}).forEach(([name, value]) => setAttribute(node, name, value));
  return append(node, ...children);
}

/* h('a', {class: 'x', href: '#/today', onclick: f}, 'text', node). style is an object: {'--share': '40%'}. */
export const h = (tag, attributes, ...children) => build(document.createElement(tag), attributes, children);

export function fill(node, ...children) {
  node.replaceChildren();
  return append(node, ...children);
}

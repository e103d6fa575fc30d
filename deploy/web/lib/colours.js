/* colours.js: which colour rises: red as in Korea, or green. Decided by the language until the reader chooses. */
import {language} from './i18n.js';

const KEPT = 'closebell-colours';
let chosen = null; /* where nothing can be kept */

export function colours() {
  let kept = chosen;
  try {
    kept = localStorage.getItem(KEPT);
  } catch { /* then what was chosen on this page */ }
  return kept === 'korea' || kept === 'west' ? kept : language() === 'ko' ? 'korea' : 'west';
}

/* Makes the page follow. */
export function applyColours() {
  document.documentElement.dataset.colours = colours();
}

export function setColours(name) {
  chosen = name;
  try {
    localStorage.setItem(KEPT, name);
  } catch { /* see above */ }
  applyColours();
  dispatchEvent(new CustomEvent('closebell-colours', {detail: name}));
}

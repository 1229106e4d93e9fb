'use strict';
// What a scenario holds is in the page as text, and is made part of it when it is opened: thousands of them are not parsed
// before anybody looks. The text is what Go's html/template has escaped.
const rows = [...document.querySelectorAll('details.row')];
const search = document.getElementById('search');
const boxes = [...document.querySelectorAll('#filters input[type=checkbox]')];
const shown = document.getElementById('shown');
let kept; // the scenarios that are not part of the page yet, deflated, some in each text
const unpacked = []; // promises of those that have been looked at
let texts; // of the rows, for the search

async function unpack(text) {
  const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'))).json();
}

async function fill(row) {
  if (!row.dataset.from) return;
  const body = row.appendChild(document.createElement('div'));
  body.className = 'body';
  const store = document.getElementById('kept');
  const packed = Number(store.dataset.packed);
  const number = Number(row.dataset.from);
  const chunk = Math.floor(number / packed);
  delete row.dataset.from;
  kept ??= JSON.parse(store.textContent);
  unpacked[chunk] ??= unpack(kept[chunk]);
  try {
    body.innerHTML = (await unpacked[chunk])[number % packed];
  } catch (err) {
    body.textContent = `This browser cannot unpack what is kept here (${err.message}).`;
  }
}

function filter() {
  texts ??= rows.map((r) => `${r.firstElementChild.textContent} ${r.id} ${r.dataset.tags}`.toLowerCase());
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  const on = new Set(boxes.filter((b) => b.checked).map((b) => b.value));
  let number = 0;
  rows.forEach((row, i) => {
    const fits = on.has(row.classList[1]) && words.every((w) => texts[i].includes(w));
    row.hidden = !fits;
    number += fits;
  });
  for (const file of document.querySelectorAll('.file')) file.hidden = !file.querySelector('details.row:not([hidden])');
  shown.textContent = `${number} of ${rows.length} shown`;
}

function open() {
  const id = decodeURIComponent(location.hash.slice(1));
  const row = document.getElementById(id);
  if (id && !row) shown.textContent = `This report has no scenario #${id}`;
  if (!row || !row.matches('details.row')) return;
  row.hidden = false;
  row.closest('.file').hidden = false;
  row.open = true;
  fill(row);
  document.documentElement.style.scrollPaddingTop = `${document.getElementById('filters').offsetHeight}px`; // it covers what is below it
  row.scrollIntoView();
  row.querySelector('summary').focus();
}

document.addEventListener('toggle', (e) => e.target.open && e.target.matches('details.row') && fill(e.target), true);
search.addEventListener('input', filter);
document.getElementById('filters').addEventListener('change', filter);
document.getElementById('filters').addEventListener('submit', (e) => e.preventDefault());
window.addEventListener('hashchange', open);
document.addEventListener('keydown', (e) => {
  if (e.target.matches('input') || e.ctrlKey || e.metaKey || e.altKey) return;
  if (e.key === '/') {
    e.preventDefault();
    search.focus();
  } else if (e.key === 'j' || e.key === 'k') { // the next and the last scenario that is shown
    const list = rows.filter((r) => !r.hidden);
    const at = list.indexOf(document.activeElement.closest('details.row'));
    const next = list[e.key === 'j' ? at + 1 : Math.max(at - 1, 0)];
    if (next) next.querySelector('summary').focus();
  }
});
open();
window.addEventListener('load', () => requestAnimationFrame(open)); // a browser that follows the link itself takes the focus away

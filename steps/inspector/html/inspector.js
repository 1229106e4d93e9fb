'use strict';
// The page is made by the server, and so is every part of it that comes later: all text in it is escaped there. The script puts
// the parts in their places, and turns forms into orders.
const timeline = document.getElementById('timeline');
const rows = document.getElementById('rows'); // of a run
const filter = document.getElementById('filter');
const event = document.getElementById('event');
const payload = document.getElementById('payload');
const instance = document.body.dataset.at.split('.')[0]; // the process that made the page, and names what is in it
const most = 500; // so many lines stay in the page

// What a line holds is fetched when it is opened.
document.addEventListener('toggle', async (e) => {
  const from = e.target.dataset.from;
  if (!e.target.open || !from) return;
  delete e.target.dataset.from;
  const answer = await fetch(from, { headers: { 'X-Hookdrill': instance } });
  const body = e.target.querySelector('.body');
  if (answer.ok) body.innerHTML = await answer.text();
  else body.textContent = (await answer.json()).error;
}, true);

// What comes does not move what somebody has opened to read.
function put(list, items) {
  const read = list.querySelector(':scope > li > details[open]');
  const top = read && read.getBoundingClientRect().top;
  for (const html of items || []) list.insertAdjacentHTML('afterbegin', html);
  for (let n = list.childElementCount - most; n > 0; n--) {
    const oldest = [...list.children].findLast((li) => !li.matches('.failed')) || list.lastElementChild;
    oldest.remove();
  }
  if (!read || !read.isConnected) return;
  const scrolled = list === rows ? list : window; // the scenarios have a box of their own
  scrolled.scrollBy(0, read.getBoundingClientRect().top - top);
}

function filtered() {
  const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
  for (const li of [...timeline.children, ...(rows ? rows.children : [])]) {
    const text = `${li.textContent} ${li.title} ${li.id}`.toLowerCase();
    li.hidden = !words.every((w) => text.includes(w));
  }
}
filter.addEventListener('input', filtered);
document.addEventListener('keydown', (e) => {
  if (e.key !== '/' || e.target.matches('input, textarea, select') || e.ctrlKey || e.metaKey || e.altKey) return;
  e.preventDefault();
  filter.focus();
});

// A browser makes six connections to us and no more, over all its tabs: only the one in sight is told what happens. It goes on
// where it was.
const line = document.getElementById('line');
let at = document.body.dataset.at;
let events;

function told(e) {
  const change = JSON.parse(e.data);
  at = e.lastEventId;
  put(timeline, change.exchanges);
  if (rows) put(rows, change.scenarios);
  document.getElementById('nothing').hidden = timeline.childElementCount > 0;
  document.getElementById('running').textContent = change.running;
  document.getElementById('waiting').hidden = change.playing;
  for (const set of document.querySelectorAll('[data-playing] > fieldset')) set.disabled = !change.playing;
  for (const store of document.querySelectorAll('.store')) store.hidden = !change.playing;
  for (const [platform, parts] of Object.entries(change.stores || {})) {
    for (const [name, html] of Object.entries(parts)) {
      document.querySelector(`.store[data-platform="${platform}"] [data-live="${name}"]`).innerHTML = html;
    }
  }
  filtered();
}

function watch() {
  if (document.hidden || events) return;
  events = new EventSource(`/events?from=${at}`);
  events.addEventListener('message', told);
  events.addEventListener('open', () => { line.textContent = ''; });
  events.addEventListener('reload', () => {
    events.close(); // and no other is opened: what is on the page is lost only when its reader wants it to be
    line.innerHTML = 'hookdrill was started anew: <a href="/">load this page anew</a> to see it.';
  });
  events.addEventListener('error', async () => {
    line.textContent = 'hookdrill does not answer; this page shows what was.';
    if (events.readyState !== EventSource.CLOSED) return; // the browser tries again by itself
    unwatch();
    const answer = await fetch('/script.js').catch(() => undefined);
    if (answer && answer.status === 401) {
      line.innerHTML = 'The token is asked for again: <a href="/">enter it</a>.';
      return;
    }
    if (answer) line.textContent = 'This page is not told what happens, as too many watch; it goes on trying.';
    setTimeout(watch, 2000);
  });
}

function unwatch() {
  events.close();
  events = undefined;
}

document.addEventListener('visibilitychange', () => {
  if (!document.hidden) watch();
  else if (events && events.readyState !== EventSource.CLOSED) unwatch();
});

// A link that leads to a scenario opens it.
function follow() {
  const row = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (row && row.matches('.scenario')) row.querySelector('details').open = true;
}
window.addEventListener('hashchange', follow);

// The orders, by the forms that give them.
const orders = {
  send: (form) => ({
    platform: event.selectedOptions[0].dataset.platform,
    event: event.value,
    values: [
      ...[...payload.querySelectorAll('input.changed')].map((i) => ({ path: i.dataset.path, value: i.value })),
      ...form.elements.more.value.split('\n').filter((l) => l.trim()).map((l) => {
        const [, path, value] = /^\s*([^=]+)=(.*)$/.exec(l) || [];
        if (!path) throw new Error(`${l}: write PATH=VALUE`);
        return { path: path.trim(), value: value.trim() };
      }),
    ],
    faults: [form.elements.fault.value].filter(Boolean),
    target: form.elements.target.value,
    new: form.elements.new.checked,
  }),
  pass: (form, by) => ({ platform: platformOf(form), by }),
  fault: (form, on) => ({ platform: platformOf(form), fault: on && form.elements.fault.value }),
  again: (form, anew) => ({ exchange: form.elements.exchange.value, new: anew !== '' }),
  save: (form) => ({ exchange: form.elements.exchange.value, name: form.elements.name.value }),
  remove: (form, hook) => ({ platform: platformOf(form), hook: Number(hook) }),
};

function platformOf(form) { return form.closest('.store').dataset.platform; }

document.addEventListener('submit', async (e) => {
  const form = e.target;
  const name = form.dataset.order;
  if (!name) return;
  e.preventDefault();
  const output = form.querySelector('output');
  output.className = '';
  output.textContent = '…';
  let done;
  try {
    const answer = await fetch(`/${name}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-Hookdrill': instance },
      body: JSON.stringify(orders[name](form, e.submitter ? e.submitter.value : '')),
    });
    done = await answer.json();
  } catch (err) {
    done = { error: err instanceof TypeError ? `hookdrill does not answer (${err.message})` : err.message };
  }
  output.textContent = done.error || done.said;
  output.className = done.error ? 'wrong' : '';
});

// The values of the event that is chosen, to be edited. Only those that differ go into the order; they are there again when
// the event is chosen again.
const drafts = new Map(); // by option: values by path
async function fetchPayload() {
  const option = event.selectedOptions[0];
  payload.replaceChildren();
  const query = new URLSearchParams({ platform: option.dataset.platform, event: event.value });
  const answer = await fetch(`/payload?${query}`);
  const html = answer.ok ? await answer.text() : '';
  if (event.selectedOptions[0] !== option) return; // another was chosen in the meantime
  payload.innerHTML = html;
  const draft = drafts.get(option) || new Map();
  drafts.set(option, draft);
  for (const input of payload.querySelectorAll('input')) {
    if (draft.has(input.dataset.path)) input.value = draft.get(input.dataset.path);
    input.classList.toggle('changed', draft.has(input.dataset.path));
  }
}
payload.addEventListener('input', ({ target }) => {
  const draft = drafts.get(event.selectedOptions[0]);
  const changed = target.classList.toggle('changed', target.value !== target.dataset.was);
  if (changed) draft.set(target.dataset.path, target.value);
  else draft.delete(target.dataset.path);
});
event.addEventListener('change', fetchPayload);
fetchPayload();
watch();
follow();

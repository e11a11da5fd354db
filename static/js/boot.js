// The gate: old browsers skip type=module or stop here, and get the plain pages.
// All enhancement comes after it, from our own host, so the content security policy needs no exception.
const gate = document.getElementById('boot');

function load(url) {
  const script = document.createElement('script');
  script.src = url;
  script.async = false; // keep the order
  document.head.append(script);
}

function hasDrafts() {
  try {
    return Object.keys(localStorage).some((key) => key.startsWith('portal:draft:'));
  } catch (error) {
    return false; // no storage, no drafts
  }
}

if ('replaceAll' in String.prototype && gate) {
  const has = (selector) => document.querySelector(selector) !== null;
  window.portal = { icons: gate.dataset.icons };
  load(gate.dataset.page);
  if (has('[data-formset],[data-roster],[data-guard],[data-phrases]')) load(gate.dataset.form);
  if (has('meta[name=portal-user]') && (has('[data-autosave]') || hasDrafts())) load(gate.dataset.autosave);
  // htmx starts itself only before DOMContentLoaded or after the page is complete, never between the two
  if (has('[hx-get],[hx-post],[hx-boost]')) window.addEventListener('load', () => load(gate.dataset.htmx));
}

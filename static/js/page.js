// Small helps on every page. Each works on a page that is complete without it.
(function () {
  'use strict';
  const portal = window.portal;
  const all = (selector, root) => Array.from((root || document).querySelectorAll(selector));
  const meta = (name) => (document.querySelector('meta[name="' + name + '"]') || {}).content || '';

  portal.all = all;
  portal.meta = meta;

  portal.icon = function (name) {
    const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
    const use = document.createElementNS('http://www.w3.org/2000/svg', 'use');
    svg.setAttribute('class', 'ico');
    svg.setAttribute('aria-hidden', 'true');
    use.setAttribute('href', portal.icons + '#i-' + name);
    svg.append(use);
    return svg;
  };

  portal.button = function (text, onclick, css) {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = css || 'btn btn-sm';
    button.textContent = text;
    button.addEventListener('click', onclick);
    return button;
  };

  // A strip with a sentence and buttons, put before `place`.
  portal.strip = function (place, text, buttons, icon) {
    const strip = document.createElement('div');
    const sentence = document.createElement('p');
    strip.className = 'strip strip-due';
    strip.setAttribute('role', 'group');
    strip.setAttribute('aria-label', text);
    strip.tabIndex = -1;
    sentence.textContent = text;
    strip.append(portal.icon(icon || 'info'), sentence, ...buttons);
    place.before(strip);
    return strip;
  };

  portal.say = function (text) {
    const live = document.getElementById('live');
    if (live) live.textContent = text;
  };

  // Errors first: the focus goes to the summary.
  const summary = document.querySelector('[data-focus]');
  if (summary) {
    summary.focus();
    // a field may wait inside a folded part
    summary.addEventListener('click', function (event) {
      const link = event.target.closest('a');
      const field = link && document.getElementById(link.hash.slice(1));
      if (!field) return;
      event.preventDefault();
      for (let box = field.closest('details'); box; box = box.parentElement.closest('details')) box.open = true;
      field.focus();
      (field.closest('.field') || field).scrollIntoView();
    });
  }

  // One press, one submit. The button's own value must still be sent, so it is disabled a moment later.
  document.addEventListener('submit', function (event) {
    const form = event.target;
    if (form.method !== 'post' || 'download' in form.dataset || event.defaultPrevented) return;
    if (form.dataset.sending) {
      event.preventDefault();
      return;
    }
    form.dataset.sending = '1';
    const pressed = event.submitter || form.querySelector('button:not([type=button])');
    setTimeout(function () {
      all('button:not([type=button])', form).forEach((button) => { button.disabled = true; });
      if (pressed && pressed.closest('.submit, .card-in, .pwdform')) {
        pressed.dataset.label = pressed.textContent;
        pressed.textContent = '正在提交…';
      }
    }, 0);
  });

  window.addEventListener('pageshow', function (event) {
    if (!event.persisted) return;
    all('form[data-sending]').forEach(function (form) {
      delete form.dataset.sending;
      all('button', form).forEach(function (button) {
        button.disabled = false;
        if (button.dataset.label) button.textContent = button.dataset.label;
      });
    });
  });

  // A form that waits for a sign-in in another window: the token changes with the sign-in, so take the new one.
  const again = document.querySelector('form[data-again]');
  if (again) {
    window.addEventListener('focus', async function () {
      const answer = await fetch(again.dataset.again);
      const other = new DOMParser().parseFromString(await answer.text(), 'text/html');
      const token = other.querySelector('meta[name="csrf-token"]');
      if (token) again.querySelector('[name=csrfmiddlewaretoken]').value = token.content;
    });
  }

  // Passwords may be looked at.
  all('[data-password]').forEach(function (box) {
    const input = box.querySelector('input');
    const name = (document.querySelector('label[for="' + input.id + '"]') || {}).firstChild;
    const button = portal.button('显示', function () {
      const hidden = input.type === 'password';
      input.type = hidden ? 'text' : 'password';
      button.textContent = hidden ? '隐藏' : '显示';
      button.setAttribute('aria-pressed', String(hidden));
    }, 'btn');
    button.setAttribute('aria-controls', input.id);
    button.setAttribute('aria-pressed', 'false');
    if (name) button.setAttribute('aria-description', name.textContent.trim());
    box.append(button);
  });

  // A revealed phone number is covered again after its seconds.
  all('[data-reveal]').forEach(function (shown) {
    const note = document.createElement('span');
    let left = Number(shown.dataset.reveal) || 60;
    note.className = 'left';
    note.textContent = left + ' 秒后重新隐藏';
    shown.after(note);
    const timer = setInterval(function () {
      left -= 1;
      note.textContent = left + ' 秒后重新隐藏';
      if (left > 0) return;
      clearInterval(timer);
      shown.textContent = shown.dataset.masked;
      note.remove();
    }, 1000);
  });

  // The user's menu closes by Escape and by a click elsewhere.
  const menu = document.querySelector('details.usermenu');
  if (menu) {
    document.addEventListener('click', function (event) {
      if (menu.open && !menu.contains(event.target)) menu.open = false;
    });
    menu.addEventListener('keydown', function (event) {
      if (event.key !== 'Escape' || !menu.open) return;
      menu.open = false;
      menu.querySelector('summary').focus();
    });
  }

  // The page printed by its own button; without script the browser's menu does it.
  all('[data-print]').forEach(function (place) {
    place.append(portal.button('打印', () => window.print(), 'btn'));
  });

  // htmx: the token, what was found said aloud, a lost connection said plainly.
  const KEPT = ['sort', 'per_page'];
  document.addEventListener('htmx:configRequest', function (event) {
    const request = event.detail;
    request.headers['X-CSRFToken'] = meta('csrf-token');
    if (request.verb !== 'get' || !request.elt.matches('form')) return;
    // a short address: no empty filters; the order that was chosen in the table stays
    const now = new URLSearchParams(window.location.search);
    KEPT.forEach((name) => { if (now.has(name)) request.formData.set(name, now.get(name)); });
    Array.from(request.formData.keys()).forEach(function (name) {
      if (request.formData.getAll(name).every((value) => value === '')) request.formData.delete(name);
    });
  });

  // After a swap: say what was found, mark the preset that is open now.
  const sameQuery = function (one, other) {
    const plain = (query) => Array.from(new URLSearchParams(query))
      .filter((pair) => pair[1] && KEPT.indexOf(pair[0]) < 0 && pair[0] !== 'page').map(String).sort().join();
    return plain(one) === plain(other);
  };
  document.addEventListener('htmx:afterSettle', function () {
    const line = document.querySelector('[data-announce]');
    if (line) portal.say(line.textContent.trim());
    all('.views a').forEach(function (link) {
      if (sameQuery(link.search, window.location.search)) link.setAttribute('aria-current', 'page');
      else link.removeAttribute('aria-current');
    });
  });
  ['htmx:responseError', 'htmx:sendError', 'htmx:timeout'].forEach(function (name) {
    document.addEventListener(name, function (event) {
      const place = event.detail.elt.closest('form, section') || document.querySelector('#main > .wrap > *');
      if (!place || document.getElementById('lost')) return;
      const strip = portal.strip(place, '网络不稳定，没有取到内容，请重试。', [
        portal.button('重新打开本页', () => window.location.reload()),
      ], 'wifi');
      strip.id = 'lost';
    });
  });
})();

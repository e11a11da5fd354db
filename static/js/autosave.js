// Drafts in the browser: what was typed survives a crash, a closed tab and a lapsed session.
// Kept for this user alone, on this machine, at most seven days; never passwords, never files.
(function () {
  'use strict';
  const portal = window.portal;
  const all = portal.all;
  const WEEK = 7 * 24 * 3600 * 1000;
  const PREFIX = 'portal:draft:';
  const mine = PREFIX + portal.meta('portal-user') + ':';
  const SKIP = ['password', 'file', 'submit', 'button', 'reset', 'image'];

  // Storage may be missing or full: then nothing is promised.
  const store = {
    keys() {
      try { return Object.keys(localStorage); } catch (error) { return []; }
    },
    get(key) {
      try { return JSON.parse(localStorage.getItem(key)); } catch (error) { return null; }
    },
    put(key, draft) {
      try {
        localStorage.setItem(key, JSON.stringify(draft));
        return true;
      } catch (error) {
        return false;
      }
    },
    drop(key) {
      try { localStorage.removeItem(key); } catch (error) { /* nothing to drop */ }
    },
  };

  const drafts = () => store.keys().filter((key) => key.startsWith(mine));

  function forget(key) {
    if (key) store.drop(mine + key);
  }

  function clock(moment) {
    const two = (number) => String(number).padStart(2, '0');
    const time = two(moment.getHours()) + ':' + two(moment.getMinutes());
    if (moment.toDateString() === new Date().toDateString()) return time;
    return two(moment.getMonth() + 1) + '-' + two(moment.getDate()) + ' ' + time;
  }

  // --- reading and writing a form ---

  const fields = (form) => Array.from(form.elements).filter(function (field) {
    return field.name && !field.disabled && field.type !== 'hidden' && SKIP.indexOf(field.type) < 0;
  });

  function valueOf(field) {
    if (field.type === 'checkbox' || field.type === 'radio') return field.checked ? field.value : null;
    if (field.type === 'select-multiple') return Array.from(field.selectedOptions, (option) => option.value);
    return field.value;
  }

  // name → values of the inputs of that name, in the order of the page
  function read(form) {
    const values = {};
    fields(form).forEach(function (field) {
      (values[field.name] = values[field.name] || []).push(valueOf(field));
    });
    return values;
  }

  function write(form, values) {
    const seen = {};
    fields(form).forEach(function (field) {
      const stored = values[field.name];
      const place = seen[field.name] = (seen[field.name] || 0) + 1;
      if (!stored) return;
      if (field.type === 'checkbox' || field.type === 'radio') field.checked = stored.indexOf(field.value) >= 0;
      else if (field.type === 'select-multiple') {
        Array.from(field.options).forEach((option) => { option.selected = (stored[place - 1] || []).indexOf(option.value) >= 0; });
      } else if (stored[place - 1] !== undefined) field.value = stored[place - 1];
    });
  }

  // The keys that go with the text: a draft keeps the version it was made on, so that a newer one is
  // compared and not overwritten, and its idempotency key, so that a form sent twice makes one record.
  const KEYS = ['version', 'idempotency_key'];
  const hidden = (form, name) => form.querySelector('input[type=hidden][name="' + name + '"]');

  function readKeys(form) {
    const kept = {};
    KEYS.forEach(function (name) {
      const field = hidden(form, name);
      if (field) kept[name] = field.value;
    });
    return kept;
  }

  function writeKeys(form, kept) {
    KEYS.forEach(function (name) {
      const field = hidden(form, name);
      if (field && kept && kept[name]) field.value = kept[name];
    });
  }

  function readRows(form) {
    const rows = {};
    all('[data-formset]', form).forEach(function (block) {
      const total = block.querySelector('[name$="-TOTAL_FORMS"]');
      if (total) rows[total.name] = Number(total.value);
    });
    return rows;
  }

  function writeRows(form, rows) {
    all('[data-formset]', form).forEach(function (block) {
      const total = block.querySelector('[name$="-TOTAL_FORMS"]');
      const wanted = total && rows ? rows[total.name] || 0 : 0;
      while (total && Number(total.value) < wanted && portal.addRow && portal.addRow(block));
    });
  }

  // --- one form ---

  function watch(form) {
    const key = mine + form.dataset.autosave;
    const first = JSON.stringify(read(form));
    let last = first;
    const mark = form.querySelector('.saved');
    let works = true;
    let timer = null;
    form.keepsDraft = () => works;

    function save() {
      const values = read(form);
      timer = null;
      if (JSON.stringify(values) === last) return;
      last = JSON.stringify(values);
      works = store.put(key, { at: Date.now(), values: values, keys: readKeys(form), rows: readRows(form) });
      if (mark && works) {
        mark.hidden = false;
        mark.replaceChildren(portal.icon('check'), '已自动保存 ' + clock(new Date()) + '，断网也不会丢');
      }
    }
    function soon() {
      clearTimeout(timer);
      timer = setTimeout(save, 500);
    }
    form.addEventListener('input', soon);
    form.addEventListener('change', soon);
    // what was typed in the last half second
    form.addEventListener('submit', save);
    window.addEventListener('pagehide', function () { if (timer) save(); });

    offer(form, key, first);
  }

  function offer(form, key, first) {
    const draft = store.get(key);
    if (!draft || !draft.values || JSON.stringify(draft.values) === first) return;
    const strip = portal.strip(form, '找到 ' + clock(new Date(draft.at)) + ' 未提交的内容', [
      portal.button('恢复', function () {
        writeRows(form, draft.rows);
        write(form, draft.values);
        writeKeys(form, draft.keys);
        form.dispatchEvent(new Event('change', { bubbles: true }));
        all('[data-roster]', form).forEach((roster) => roster.dispatchEvent(new Event('change')));
        done('已恢复未提交的内容');
      }),
      portal.button('丢弃', function () {
        store.drop(key);
        done('已丢弃未提交的内容');
      }),
    ], 'undo');
    function done(text) {
      const field = fields(form)[0];
      strip.remove();
      portal.say(text);
      if (field) field.focus();
    }
  }

  portal.keepsDraft = (form) => Boolean(form.keepsDraft && form.keepsDraft());

  // --- the life of a draft ---

  forget(portal.meta('portal-saved'));
  all('[data-saved]').forEach((strip) => forget(strip.dataset.saved));
  store.keys().filter((key) => key.startsWith(PREFIX)).forEach(function (key) {
    const draft = store.get(key);
    if (!draft || !(Date.now() - draft.at < WEEK)) store.drop(key);
  });
  all('form[data-autosave]').forEach(function (form) {
    if (!('autosaveOff' in form.dataset)) watch(form);
  });

  // Leaving clears this user's drafts, but says so first.
  all('form[data-logout]').forEach(function (form) {
    form.addEventListener('submit', function (event) {
      const kept = drafts();
      if (!kept.length) return;
      if (form.dataset.sure) {
        kept.forEach(store.drop);
        return;
      }
      event.preventDefault();
      const place = document.querySelector('#main > .wrap > *') || form;
      const strip = portal.strip(place, '本机还有 ' + kept.length + ' 份未提交的内容，退出后会清除。', [
        portal.button('清除并退出', function () {
          form.dataset.sure = '1';
          form.requestSubmit ? form.requestSubmit() : (kept.forEach(store.drop), form.submit());
        }),
        portal.button('先不退出', () => strip.remove()),
      ], 'alert');
      strip.focus();
    });
  });
})();

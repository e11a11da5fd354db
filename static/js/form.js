// Forms: attendance tally, added rows, quick phrases, a warning before unsaved work is left.
(function () {
  'use strict';
  const portal = window.portal;
  const all = portal.all;

  // 应到 / 缺席 / 实到 follow the ticks.
  function tally(roster) {
    const put = function (name, number) {
      all('[data-tally="' + name + '"]', roster).forEach((place) => { place.textContent = number; });
    };
    const count = function () {
      const boxes = all('.roster input[type=checkbox]', roster);
      const absent = boxes.filter((box) => box.checked).length;
      put('expected', boxes.length);
      put('absent', absent);
      put('present', boxes.length - absent);
    };
    roster.addEventListener('change', count);
    count();
  }
  all('[data-roster]').forEach(tally);
  // a list that came for another day
  document.addEventListener('htmx:afterSwap', (event) => all('[data-roster]', event.detail.target).forEach(tally));

  // Rows of a formset, cloned from its <template>.
  portal.addRow = function (block) {
    const total = block.querySelector('[name$="-TOTAL_FORMS"]');
    const maximum = block.querySelector('[name$="-MAX_NUM_FORMS"]');
    if (maximum && Number(total.value) >= Number(maximum.value)) return null;
    const holder = document.createElement('div');
    const source = block.querySelector('template');
    holder.append(source.content.cloneNode(true));
    holder.innerHTML = holder.innerHTML.replaceAll('__prefix__', total.value)
      .replaceAll('__number__', String(Number(total.value) + 1));
    const row = holder.firstElementChild;
    block.querySelector('[data-rows]').append(row);
    total.value = Number(total.value) + 1;
    return row;
  };
  all('[data-formset]').forEach(function (block) {
    const place = block.querySelector('[data-add]');
    if (!place) return;
    place.append(portal.button(place.dataset.add || '再加一行', function () {
      const row = portal.addRow(block);
      const first = row && row.querySelector('input:not([type=hidden]), select, textarea');
      if (first) first.focus();
    }));
  });

  // Quick phrases put their words at the end of the text.
  all('[data-phrases]').forEach(function (box) {
    const target = document.getElementById(box.dataset.phrases);
    box.addEventListener('click', function (event) {
      const button = event.target.closest('button');
      if (!button || !target) return;
      event.preventDefault();
      target.value += (target.value && !/[。；，\s]$/.test(target.value) ? '；' : '') + button.textContent.trim();
      target.dispatchEvent(new Event('input', { bubbles: true }));
      target.focus();
    });
  });

  // What was chosen, where the file input itself is hidden.
  all('[data-file-names]').forEach(function (place) {
    const input = place.closest('label').querySelector('input[type=file]');
    const empty = place.textContent;
    input.addEventListener('change', function () {
      place.textContent = input.files.length ? '已选 ' + input.files.length + ' 个' : empty;
    });
  });

  // Leaving with work that is stored nowhere: forms without autosave, or chosen files, which no draft keeps.
  all('form[data-guard]').forEach(function (form) {
    let changed = false;
    form.addEventListener('input', function (event) {
      const kept = portal.keepsDraft && portal.keepsDraft(form);
      if (!kept || event.target.type === 'file') changed = true;
    });
    form.addEventListener('submit', function () { changed = false; });
    window.addEventListener('beforeunload', function (event) {
      if (!changed) return;
      event.preventDefault();
      event.returnValue = '';
    });
  });
})();

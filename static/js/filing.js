// A suggestion is written on a phone whose signal comes and goes. Every page works without this; with it
// what is typed is kept on the device at once, saved when there is a signal, and put back after a loss.
(() => {
  const PAUSE = 1500; // ms without a key before it is saved
  const AGAIN = 10000; // ms until the next try when it could not be

  // the device may have no storage, or refuse it
  const kept = (key) => { try { return JSON.parse(localStorage.getItem(key)); } catch { return null; } };
  const keep = (key, entry) => { try { localStorage.setItem(key, JSON.stringify(entry)); return true; } catch { return false; } };
  const drop = (key) => { try { localStorage.removeItem(key); } catch { /* there was none */ } };

  const later = (act, pause) => {
    let timer;
    return (...given) => { clearTimeout(timer); timer = setTimeout(act, pause, ...given); };
  };

  const form = document.querySelector("form[data-kept]");
  if (form) {
    const key = form.dataset.kept, words = form.dataset, version = form.elements.version;
    const status = form.querySelector("[data-status]"), putBack = form.querySelector("[data-put-back]");
    const say = (text) => { if (status.textContent !== text) status.textContent = text; };
    const written = () => Object.fromEntries(
      [...new FormData(form)].filter(([name, value]) => typeof value === "string" && !["csrfmiddlewaretoken", "version"].includes(name)));
    const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);
    const fill = (text) => {
      for (const [name, value] of Object.entries(text)) if (form.elements[name]) form.elements[name].value = value;
    };
    let saved = written(), isSaving = false, isOther = false, isSent = false, pressed = null;
    const entry = () => ({ version: version.value, text: written(), isSent });

    const save = async () => {
      const text = written();
      if (isSaving || isOther || isSent || same(text, saved)) return;
      const isKept = keep(key, entry());
      if (!form.dataset.autosave) return;
      isSaving = true;
      try {
        const body = new FormData(form);
        for (const name of ["pictures", "documents"]) body.delete(name);
        const giveUp = new AbortController();
        setTimeout(() => giveUp.abort(), AGAIN);
        const answer = await fetch(form.dataset.autosave, { method: "POST", body, redirect: "manual", signal: giveUp.signal });
        if (answer.type === "opaqueredirect" || answer.status === 403) {
          say(words.wordsOut);
        } else {
          const told = await answer.json();
          say(told.words);
          if (answer.ok) {
            version.value = told.version;
            saved = text;
            if (same(written(), text)) drop(key);
          }
          if (answer.status === 409) isOther = true; // another try would be refused as well
        }
      } catch { // no signal, or no answer that we understand
        say(isKept ? words.wordsKept : words.wordsAlone);
        again();
      } finally {
        isSaving = false;
      }
      if (pressed) pressed.click();
      else if (!same(written(), text)) soon();
    };
    const soon = later(save, PAUSE), again = later(save, AGAIN);
    const atOnce = () => {
      if (!same(written(), saved)) keep(key, entry());
    };

    const left = kept(key);
    if (left && same(left.text, saved)) drop(key);
    else if (left && left.version === version.value && !document.querySelector(".summary")) {
      fill(left.text);
      say(words.wordsBack);
      soon();
    } else if (left && left.version !== version.value) {
      say(words.wordsOther);
      putBack.hidden = false;
      putBack.addEventListener("click", () => { fill(left.text); putBack.hidden = true; soon(); });
    }
    form.addEventListener("input", () => { atOnce(); soon(); });
    addEventListener("online", save);
    addEventListener("pagehide", atOnce);
    form.addEventListener("submit", (event) => {
      if (isSaving) { // else it would come with the version that is just being replaced
        event.preventDefault();
        pressed = event.submitter;
      } else {
        isSent = true;
        keep(key, entry());
      }
    });
    addEventListener("pageshow", () => { isSent = false; pressed = null; }); // “back”

    // suggestions that resemble the title, while it is typed
    const place = form.querySelector("[data-similar]"), title = form.elements.title;
    const look = later(async () => {
      const address = new URL(place.dataset.similar, location.href);
      address.searchParams.set("title", title.value);
      try {
        const answer = await fetch(address, { redirect: "manual" });
        if (answer.ok) place.innerHTML = (await answer.json()).html;
      } catch { /* no signal: it is shown again before sending */ }
    }, 500);
    title.addEventListener("input", look);
  }

  // the next page: what was sent has arrived, so the device need not keep it
  const stands = document.querySelector("[data-stands]");
  if (stands) {
    const left = kept(stands.dataset.stands);
    if (left && left.isSent && Number(stands.dataset.version) > Number(left.version)) drop(stands.dataset.stands);
  }

  // a search whose results appear while one types; who is marked stays
  const search = document.querySelector("form[data-live]");
  if (search) {
    const show = later(async () => {
      const address = new URL(location.href.split("?")[0]);
      address.search = new URLSearchParams(new FormData(search));
      try {
        const answer = await fetch(address, { redirect: "manual" });
        if (!answer.ok) return;
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const old = document.querySelector(search.dataset.live), found = page.querySelector(search.dataset.live);
        const list = old.querySelector("fieldset"), boxes = list ? [...list.querySelectorAll("input")] : [];
        const marked = boxes.filter((box) => box.checked);
        for (const box of boxes) if (!box.checked) box.closest("label").remove();
        for (const box of found.querySelectorAll("input"))
          if (marked.some(({ value }) => value === box.value)) box.closest("label").remove();
          else if (marked.length) list.append(box.closest("label"));
        if (marked.length) found.querySelector("fieldset")?.replaceWith(list) ?? found.prepend(list);
        old.replaceChildren(...found.childNodes);
      } catch { /* no signal: the button tries again */ }
    }, 300);
    search.addEventListener("input", show);
    search.addEventListener("submit", (event) => { event.preventDefault(); show(); });
  }
})();

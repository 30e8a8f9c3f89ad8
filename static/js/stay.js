// Nobody is signed out unwarned, and a form sent afterwards is not lost. Every page works without this.
(() => {
  const place = document.querySelector("[data-stay]");
  if (!place) return;
  const WARN = 300, FRESH = 300; // seconds before the end; and for how long after a page came its form is just sent
  const end = Number(place.dataset.seconds || Infinity);
  const soon = place.querySelector("[data-soon]"), out = place.querySelector("[data-out]");
  let seen = Date.now();
  const idle = () => (Date.now() - seen) / 1000;
  const show = (what) => { for (const each of [soon, out]) each.hidden = each !== what; };

  // a step in one window keeps them all
  const windows = new BroadcastChannel("stay");
  windows.addEventListener("message", () => { seen = Date.now(); show(null); });
  windows.postMessage("");

  // Whether this person is still signed in; a token for forms comes along, as signing in anew makes another.
  const ask = async () => {
    try {
      const answer = await fetch(place.dataset.stay, { redirect: "manual", cache: "no-store" });
      const told = answer.ok ? await answer.json() : {};
      if (told.who !== place.dataset.who) {
        show(out);
        return false;
      }
      for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = told.token;
      windows.postMessage("");
    } catch { /* no signal: the browser says so itself when the form is sent */ }
    seen = Date.now();
    show(null);
    return true;
  };

  soon.querySelector("button").addEventListener("click", ask);
  setInterval(() => {
    if (idle() >= end) show(out);
    else if (idle() >= end - WARN) show(soon);
  }, 10000);

  // before all other scripts, which see only what is really sent
  document.addEventListener("submit", async (event) => {
    const { target: form, submitter } = event;
    if (form.method !== "post" || idle() < FRESH) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (await ask()) form.requestSubmit(submitter);
  }, true);
})();

// Three comforts; every page works without them.
(() => {
  const AGAIN = 8000; // ms after which a form may be sent again: the answer was a download, or never came

  // A form is sent once: a second press while the first is under way does nothing.
  const buttons = (form) => [...form.elements].filter((element) => element.type === "submit");
  const release = (form) => {
    delete form.dataset.sent;
    for (const button of buttons(form)) button.disabled = false;
  };
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    if (form.dataset.sent !== undefined) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "";
    // afterwards, as a disabled button would not be sent with its form
    setTimeout(() => { for (const button of buttons(form)) button.disabled = true; });
    setTimeout(release, AGAIN, form);
  });
  window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(release)); // “back”

  // A filter takes effect when it is chosen. By keyboard the button does it: arrow keys choose every entry they pass.
  let keyed = false;
  addEventListener("keydown", () => { keyed = true; }, true);
  addEventListener("pointerdown", () => { keyed = false; }, true);
  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-submit-on-change]");
    if (form && event.target.matches("select") && !keyed) form.requestSubmit();
  });

  // A sheet has its button for printing; without scripts the browser's own does it.
  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => print());
  }
})();

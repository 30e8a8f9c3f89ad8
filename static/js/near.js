// Where the visitor is: asked for by a button, sent once with the form, kept nowhere. Without it the areas are there.
(() => {
  const form = document.querySelector("form[data-near]");
  if (!form || !("geolocation" in navigator)) return;
  const button = form.querySelector("[data-locate]");
  const refused = form.querySelector("[data-refused]");
  form.hidden = false;
  button.addEventListener("click", () => {
    button.disabled = true;
    refused.hidden = true;
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        form.elements.latitude.value = coords.latitude;
        form.elements.longitude.value = coords.longitude;
        form.submit();
      },
      () => {
        button.disabled = false;
        refused.hidden = false;
      },
      { timeout: 15000, maximumAge: 60000 },
    );
  });
})();

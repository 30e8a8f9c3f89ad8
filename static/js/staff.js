// Select2 draws a box beside the field it replaces; a screen reader is to call it by the field's label.
(() => {
  const jQuery = window.django?.jQuery;
  if (!jQuery) return; // a page without such a field
  const name = (root) => {
    for (const select of root.querySelectorAll("select.admin-autocomplete")) {
      const label = document.querySelector(`label[for="${select.id}"]`);
      const box = select.nextElementSibling?.querySelector(".select2-selection");
      if (!label || !box) continue;
      const chosen = box.querySelector(".select2-selection__rendered");
      for (const attribute of ["role", "aria-readonly"]) chosen.removeAttribute(attribute);
      label.id ||= `${select.id}_label`;
      box.setAttribute("aria-labelledby", [label.id, chosen.id].filter(Boolean).join(" "));
      box.querySelector(".select2-search__field")?.setAttribute("aria-labelledby", label.id); // where several may be chosen
    }
  };
  jQuery(() => name(document)); // waits its turn behind the script that draws the boxes
  document.addEventListener("formset:added", (event) => name(event.target));
})();

"""What can be measured of a page's look: accessibility, sideways scroll, targets large enough for a finger."""

from axe_playwright_python.sync_playwright import Axe

SCRIPT = Axe().axe_script
RUN = """async (options) => {
  const {violations} = await axe.run(document, options);
  return violations.map(({id, nodes}) => `${id}: ${nodes[0].target} (${nodes.length})`);
}"""
PHONE = {"viewport": {"width": 360, "height": 780}, "is_mobile": True, "has_touch": True}
DESK = {"viewport": {"width": 1280, "height": 800}}
AXE = {
    # off in axe unless asked for, though WCAG 2.2 AA
    "rules": {"target-size": {"enabled": True}},
    # would write a style into the page to read imported sheets, which our policy refuses
    "preload": False,
    "resultTypes": ["violations"],
}
SMALL_TARGETS = """() => {
  const inSentence = (link) => {
    const text = link.closest("p, li, td, dd")?.innerText ?? "";
    return link.tagName === "A" && text.trim().length > link.innerText.trim().length;
  };
  return [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")]
    .filter((target) => target.checkVisibility() && !target.closest("thead") && !inSentence(target))
    .map((target) => {
      const tick = target.matches("[type=checkbox], [type=radio]");
      const box = (tick && target.labels[0] || target).getBoundingClientRect();
      return {target, box, least: tick && !target.labels[0] ? 24 : 44};
    })
    .filter(({box, least}) => box.bottom > 0 && box.width > 1 && box.height < least - 0.5)
    .map(({target, box}) => `${target.tagName} “${target.innerText || target.name}” is ${Math.round(box.height)}px high`);
}"""


def barriers(page) -> list:
    """What axe finds, its best practices included: ``["rule: first element (how many)"]``."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(SCRIPT)
    return page.evaluate(RUN, AXE)


def faults(page) -> dict:
    """``{what: faults}`` of the page that is open, on a phone, on a small phone and at a desk; empty if all is well."""
    page.wait_for_load_state()
    page.locator("h1").first.wait_for(state="attached")  # a button was pressed, and the page is on its way
    headings = page.locator("h1").count()
    found = {"main headings": [] if headings == 1 else [headings]}
    page.set_viewport_size({"width": 320, "height": 640})
    width = page.evaluate("document.documentElement.scrollWidth")
    found["sideways scroll at 320px"] = [] if width <= 320 else [width]
    page.set_viewport_size(PHONE["viewport"])
    found["small targets on a phone"] = page.evaluate(SMALL_TARGETS)
    found["barriers on a phone"] = barriers(page)
    page.set_viewport_size(DESK["viewport"])
    found["barriers at a desk"] = barriers(page)
    return {what: some for what, some in found.items() if some}

/* The frame: menus, clock, drawer, tabs, toasts, charts. Nothing here is needed to read or send anything. */
(function () {
  "use strict";
  const one = (selector, root) => (root || document).querySelector(selector);
  const all = (selector, root) => Array.from((root || document).querySelectorAll(selector));

  // menus close on Escape and on a click elsewhere
  const closeMenus = (except) => all(".menu details[open]").forEach((menu) => { if (menu !== except) menu.open = false; });
  document.addEventListener("click", (event) => closeMenus(event.target.closest(".menu details")));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const open = one(".menu details[open]");
    if (open) { open.open = false; one("summary", open).focus(); }
  });
  if (window.matchMedia("(max-width: 1023px)").matches) all("[data-side]").forEach((side) => { side.open = false; });

  // the zone's clock is asked again; a demonstration's may have been moved
  all("[data-clock]").forEach((clock) => {
    if (!clock.dataset.clock) return;
    setInterval(async () => {
      if (document.hidden) return;
      try {
        const answer = await fetch(clock.dataset.clock, { headers: { Accept: "application/json" } });
        if (!answer.ok) return;
        const told = await answer.json();
        clock.textContent = told.shown;
        clock.dateTime = told.now;
      } catch (_) { /* the next tick asks again */ }
    }, 20000);
  });

  // a link of a list opens its page in the drawer; without script it is a link
  const drawer = one("#drawer");
  document.addEventListener("click", async (event) => {
    const link = event.target.closest("a[data-drawer]");
    if (!link || !drawer || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    try {
      const answer = await fetch(link.href, { headers: { "X-Drawer": "1" } });
      if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const inner = one(".inner", drawer);
      inner.replaceChildren(...one("main", page).childNodes);
      enliven(inner);
      drawer.showModal();
    } catch (_) { window.location.assign(link.href); }
  });

  // sections of a detail become tabs
  let serial = 0;
  function tabs(box) {
    const panels = all(":scope > [data-tab]", box);
    if (panels.length < 2 || one(":scope > [role=tablist]", box)) return;
    const list = document.createElement("div");
    list.setAttribute("role", "tablist");
    const buttons = panels.map((panel) => {
      serial += 1;
      panel.id = panel.id || "panel-" + serial;
      panel.setAttribute("role", "tabpanel");
      const button = document.createElement("button");
      button.type = "button";
      button.id = panel.id + "-tab";
      button.textContent = panel.dataset.tab;
      button.setAttribute("role", "tab");
      button.setAttribute("aria-controls", panel.id);
      panel.setAttribute("aria-labelledby", button.id);
      list.append(button);
      return button;
    });
    const show = (at, focus) => buttons.forEach((button, index) => {
      button.setAttribute("aria-selected", String(index === at));
      button.tabIndex = index === at ? 0 : -1;
      panels[index].hidden = index !== at;
      if (index === at && focus) button.focus();
    });
    list.addEventListener("click", (event) => { const at = buttons.indexOf(event.target); if (at >= 0) show(at); });
    list.addEventListener("keydown", (event) => {
      const at = buttons.indexOf(document.activeElement);
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (step) show((at + step + buttons.length) % buttons.length, true);
    });
    box.prepend(list);
    const named = (hash) => panels.findIndex((panel) => "#" + panel.id === hash);
    // a link into a section brings its tab forward, clicked a second time too
    const follow = (hash) => { const at = named(hash); if (at >= 0) show(at, true); };
    window.addEventListener("hashchange", () => follow(window.location.hash));
    document.addEventListener("click", (event) => {
      const link = event.target.closest("a[href^='#']");
      if (link) follow(link.getAttribute("href"));
    });
    show(Math.max(0, named(window.location.hash)));
  }

  // a message from the server after a request of htmx: header HX-Trigger {"toast": {"text": …, "tone": …}}
  document.addEventListener("toast", (event) => {
    const line = document.createElement("p");
    line.className = "toast tone-" + (event.detail.tone || "info");
    line.textContent = event.detail.text;
    const box = one(".toasts");
    if (box) box.append(line);
  });

  document.addEventListener("click", (event) => { if (event.target.closest("[data-print]")) window.print(); });

  function enliven(root) {
    all("[data-tabs]", root).forEach(tabs);
    if (window.pilotzoneCharts) window.pilotzoneCharts(root);
  }
  document.addEventListener("DOMContentLoaded", () => enliven(document));
  document.addEventListener("htmx:afterSwap", (event) => enliven(event.target));
})();

/* Forms: tokens for htmx, questions before dangerous things, chosen rows, dropped files, no double sending. */
(function () {
  "use strict";
  const all = (selector, root) => Array.from((root || document).querySelectorAll(selector));

  document.addEventListener("htmx:configRequest", (event) => {
    const token = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
    if (token) event.detail.headers["X-CSRFToken"] = token[1];
  });

  // a button with data-confirm asks in words that name the thing
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-confirm]");
    const ask = document.getElementById("ask");
    if (!button || !ask || button.dataset.sure) return;
    event.preventDefault();
    ask.querySelector("h2").textContent = button.dataset.confirm;
    ask.returnValue = "no";
    ask.addEventListener("close", () => {
      if (ask.returnValue !== "yes") return;
      button.dataset.sure = "1";
      button.click();
      delete button.dataset.sure;
    }, { once: true });
    ask.showModal();
  });

  // a form is sent once; coming back by the browser's history frees it again
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post") return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    if (event.submitter) event.submitter.setAttribute("aria-busy", "true");
  });
  window.addEventListener("pageshow", () => all("form[data-sent]").forEach((form) => {
    delete form.dataset.sent;
    all("[aria-busy]", form).forEach((button) => button.removeAttribute("aria-busy"));
  }));

  // rows of a list: all of this page, how many are chosen
  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-batch]");
    if (!form) return;
    const boxes = all("input[name=chosen]", form);
    if (event.target.matches("[data-pick-all]")) boxes.forEach((box) => { box.checked = event.target.checked; });
    const picked = form.querySelector("[data-picked]");
    const count = boxes.filter((box) => box.checked).length;
    if (picked) picked.textContent = count ? picked.dataset.picked + " " + count : "";
  });

  // files dropped on a form are put into its field, shown, and weighed before they travel
  all("form[data-dropzone]").forEach((form) => {
    const field = form.querySelector("input[type=file]");
    const chosen = form.querySelector(".chosen");
    const limit = Number(form.dataset.limitMb) * 1048576;
    const show = () => {
      const files = Array.from(field.files);
      const big = files.filter((file) => file.size > limit);
      field.setCustomValidity(big.length ? form.dataset.tooBig + big.map((file) => file.name).join(", ") : "");
      chosen.textContent = field.validationMessage && big.length ? field.validationMessage : files.map((file) => file.name).join(", ");
    };
    field.addEventListener("change", show);
    form.addEventListener("dragover", (event) => { event.preventDefault(); form.classList.add("over"); });
    form.addEventListener("dragleave", () => form.classList.remove("over"));
    form.addEventListener("drop", (event) => {
      event.preventDefault();
      form.classList.remove("over");
      field.files = event.dataTransfer.files;
      show();
    });
  });
})();

/* Sign in the page: read the card, have what is chosen composed, let the card sign, hand the signatures in. The PIN goes to the card only. */
(function () {
  "use strict";
  const form = document.querySelector("form[data-sign]");
  if (!form || !window.CardControl) return;
  const { Control, Trouble, validity } = window.CardControl;
  const told = form.dataset, pin = form.querySelector("[data-pin]"), go = form.querySelector("[data-go]");
  const english = document.documentElement.lang === "en";
  const part = (name) => form.querySelector("[data-said='" + name + "']");
  let card = null, busy = false;

  function say(name, detail, code) {
    form.querySelectorAll("[data-said]").forEach((one) => { one.hidden = one.dataset.said !== name; });
    const here = name && part(name);
    if (!here) return;
    const words = here.querySelector("[data-detail]") || (here.hasAttribute("data-detail") ? here : null);
    if (words) words.textContent = detail || "";
    const number = here.querySelector("[data-code]");
    if (number) number.textContent = code || "";
    form.dataset.state = name;
  }

  async function post(address, body) {
    let answer, given;
    try {
      answer = await fetch(address, {
        method: "POST", credentials: "same-origin", redirect: "error",
        headers: {
          "Content-Type": "application/json", "Accept": "application/json",
          "X-CSRFToken": told.token,
        },
        body: JSON.stringify(body),
      });
      given = await answer.json();
    } catch { throw new Trouble("away"); }
    if (answer.ok) return given;
    if (answer.status >= 500) throw new Trouble("away");
    const trouble = new Trouble(given.code === "clearance.signing.certificate" ? "certificate" : "refused",
      english ? [given.en, given.mend_en].filter(Boolean).join(" ") : [given.zh, given.mend_zh].filter(Boolean).join(""));
    trouble.code = given.code;
    trouble.fields = given.fields || {};
    throw trouble;
  }

  async function read(control) {
    const [certificate] = await control.ask(told.certificateMethod);
    const [number] = await control.ask(told.numberMethod);
    let valid = "";
    try { valid = validity((await control.ask(told.validMethod))[0]); } catch (trouble) { if (trouble.kind === "control") throw trouble; }
    card = { certificate, number };
    form.querySelector("[data-number]").textContent = number;
    form.querySelector("[data-valid]").textContent = valid;
    form.querySelector("[data-card]").hidden = false;
    return certificate;
  }

  async function sign(control, secret, algorithm) {
    const certificate = await read(control);
    const chosen = told.chosen.split(",").map(Number);
    const batch = await post(told.prepare, { chosen, certificate, algorithm });
    const signatures = [];
    for (const message of batch.messages) {
      say("signing", (signatures.length + 1) + " / " + batch.messages.length);
      const [value] = await control.ask(told.signMethod, { inData: message.signed_info, passwd: secret });
      signatures.push(value);
    }
    say("sending");
    try {
      return await post(told.finish, { batch: batch.batch, certificate, signatures });
    } catch (trouble) {
      // an older control digests in its own way: composed once more for that, signed once more
      if (trouble.code !== "clearance.signing.algorithm" || algorithm) throw trouble;
      return sign(control, secret, trouble.fields.algorithm);
    }
  }

  async function work(task) {
    if (busy) return;
    busy = true;
    go.setAttribute("aria-busy", "true");
    const control = new Control(told.control);
    say("looking");
    try {
      await control.open();
      await task(control);
    } catch (trouble) {
      if (!(trouble instanceof Trouble)) throw trouble;
      if (["control", "card"].includes(trouble.kind)) form.querySelector("[data-card]").hidden = true;
      say(trouble.kind, trouble.words, trouble.code);
    } finally {
      control.close();
      busy = false;
      go.removeAttribute("aria-busy");
    }
  }

  const look = () => work(async (control) => { await read(control); say("ready"); });

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const secret = pin.value;
    pin.value = "";
    work(async (control) => {
      const done = await sign(control, secret, "");
      part("done").querySelector("[data-href]").href = done.href;
      say("done");
      window.location.assign(done.href);
    });
  });
  form.querySelector("[data-look]").addEventListener("click", look);

  const register = form.querySelector("[data-register-card]");
  if (register) register.addEventListener("click", async () => {
    if (!card) return;
    const body = new FormData();
    const frame = card.certificate.includes("-----BEGIN") ? card.certificate
      : "-----BEGIN CERTIFICATE-----\n" + card.certificate.replace(/\s+/g, "").replace(/(.{64})/g, "$1\n") + "\n-----END CERTIFICATE-----\n";
    body.append("certificate", new Blob([frame]), "card.pem");
    body.append("csrfmiddlewaretoken", told.token);
    try {
      const answer = await fetch(told.register, { method: "POST", body, credentials: "same-origin", headers: { "Accept": "application/json" } });
      if (answer.ok) { await look(); return; }
      const given = await answer.json();
      say("refused", english ? given.en : given.zh, given.code);
    } catch { say("away"); }
  });

  look();
})();

/* The E-port card control of this machine (ceb spec §5): one web socket, one call at a time, its own words on trouble. */
window.CardControl = (function () {
  "use strict";
  const OPEN_MS = 5000, ANSWER_MS = 60000;

  class Trouble extends Error {
    constructor(kind, words) { super(words || kind); this.kind = kind; this.words = words || ""; }
  }

  // the control tells a wrong PIN and a lock in words only
  const kindOf = (words) =>
    /锁|locked/i.test(words) ? "locked" : /密码|口令|PIN|passwd|password/i.test(words) ? "pin" : "card";

  class Control {
    constructor(address) { this.address = address; this.number = 0; this.waiting = new Map(); }

    open() {
      return new Promise((resolve, reject) => {
        const away = () => reject(new Trouble("control", this.address));
        try { this.socket = new WebSocket(this.address); } catch { away(); return; }
        const late = setTimeout(() => { this.socket.close(); away(); }, OPEN_MS);
        this.socket.onopen = () => { clearTimeout(late); resolve(this); };
        this.socket.onmessage = (event) => this.hear(event.data);
        this.socket.onclose = () => {
          clearTimeout(late);
          away();
          this.waiting.forEach((one) => one.reject(new Trouble("control", this.address)));
          this.waiting.clear();
        };
      });
    }

    // answers of other calls, greetings and rubbish are not ours
    hear(text) {
      let told;
      try { told = JSON.parse(text); } catch { return; }
      const one = told && this.waiting.get(told._id);
      if (!one) return;
      this.waiting.delete(told._id);
      const args = told._args || {};
      if (args.Result === true && Array.isArray(args.Data) && args.Data.length) { one.resolve(args.Data); return; }
      const words = [].concat(args.Error || []).join("; ") || "Result false";
      one.reject(new Trouble(kindOf(words), words));
    }

    ask(method, args) {
      const number = ++this.number;
      return new Promise((resolve, reject) => {
        const late = setTimeout(() => { this.waiting.delete(number); reject(new Trouble("slow")); }, ANSWER_MS);
        const settle = (end) => (value) => { clearTimeout(late); end(value); };
        this.waiting.set(number, { resolve: settle(resolve), reject: settle(reject) });
        this.socket.send(JSON.stringify({ _method: method, _id: number, args: args || {} }));
      });
    }

    close() { if (this.socket) this.socket.close(); }
  }

  // the certificate comes with or without its PEM frame, the period of validity as an object or as its JSON
  const validity = (value) => {
    let told = value;
    if (typeof told === "string") { try { told = JSON.parse(told); } catch { return value; } }
    return told && told.szStartTime ? told.szStartTime + " – " + told.szEndTime : "";
  };

  return { Control, Trouble, validity };
})();

/* Charts drawn over their tables with ECharts; without it the open table is the chart. */
(function () {
  "use strict";
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  // names longer than a month are cut with an ellipsis and stand aslant, every one of them; the table and the tip say them whole
  function label(spec, axis) {
    const long = spec.categories.some((name) => name.length > 8);
    return Object.assign({}, axis.axisLabel, long ? { interval: 0, rotate: 40, width: 76, overflow: "truncate" } : { hideOverlap: true });
  }

  function option(spec) {
    const axis = { axisLine: { lineStyle: { color: colour("--edge") } }, axisLabel: { color: colour("--quiet") }, splitLine: { lineStyle: { color: colour("--line") } } };
    const bars = spec.kind !== "line";
    const whole = spec.series.every((series) => series.values.every((value) => value === null || Number.isInteger(value)));
    return {
      animation: false,
      color: [1, 2, 3, 4, 5, 6, 7].map((n) => colour("--c" + n)),
      textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
      grid: { left: bars && spec.categories.some((name) => name.length > 8) ? 32 : 8, right: bars ? 16 : 28, top: 40, bottom: 8, containLabel: true },
      legend: { top: 0, left: 0, icon: "roundRect", textStyle: { color: colour("--ink") } },
      tooltip: { trigger: "axis", renderMode: "richText", backgroundColor: colour("--paper"), borderColor: colour("--edge"), textStyle: { color: colour("--ink") } },
      xAxis: Object.assign({ type: "category", data: spec.categories, boundaryGap: bars }, axis, { axisLabel: label(spec, axis) }),
      yAxis: Object.assign({ type: "value", minInterval: whole ? 1 : 0 }, axis),
      series: spec.series.map((series) => ({
        name: series.name, data: series.values, type: bars ? "bar" : "line", showSymbol: false,
        stack: spec.kind === "stack" ? "all" : undefined, barMaxWidth: 28,
      })),
    };
  }

  function draw(figure) {
    if (figure.dataset.drawn || !window.echarts) return;
    const box = figure.querySelector(".canvas");
    const spec = JSON.parse(figure.dataset.chart);
    const filled = (told) => told.series.some((series) => series.values.some(Boolean));
    let picture = null;
    const show = (told) => {
      if (!filled(told)) return;
      figure.dataset.drawn = "1";
      const none = figure.querySelector(".empty");
      if (none) none.remove();
      if (!picture) {
        const figures = figure.querySelector("details.figures");
        if (figures) figures.open = false;
        box.append(document.createElement("div"));
        box.firstChild.className = "canvas";
        picture = window.echarts.init(box.firstChild);
        new ResizeObserver(() => picture.resize()).observe(box);
      }
      picture.setOption(option(told), true);
    };
    show(spec);
    if (figure.dataset.refresh) setInterval(async () => {
      if (document.hidden) return;
      try {
        const answer = await fetch(figure.dataset.refresh, { headers: { Accept: "application/json" } });
        if (answer.ok) show(await answer.json());
      } catch (_) { /* the next tick asks again */ }
    }, 5000);
  }

  window.pilotzoneCharts = (root) => Array.from(root.querySelectorAll("[data-chart]")).forEach(draw);
})();

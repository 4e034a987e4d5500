/* The two charts of the board, drawn from the same numbers as the tables beside them. */
(function () {
  "use strict";
  const funnelBox = document.querySelector("[data-chart=funnel]");
  const trendBox = document.querySelector("[data-chart=trend]");
  if (!funnelBox || !window.echarts) return;
  const text = { fontFamily: getComputedStyle(document.body).fontFamily, fontSize: 14 };

  fetch(funnelBox.dataset.url, { credentials: "same-origin" })
    .then(function (response) { return response.ok ? response.json() : Promise.reject(response.status); })
    .then(function (data) {
      draw(funnelBox, {
        textStyle: text, color: ["#17567d"], grid: { left: 110, right: 50, top: 10, bottom: 25 },
        xAxis: { type: "value", minInterval: 1 },
        yAxis: { type: "category", inverse: true, data: data.funnel.map(function (l) { return l.label; }) },
        series: [{ type: "bar", data: data.funnel.map(function (l) { return l.number; }), label: { show: true, position: "right" }, animation: false }],
      });
      draw(trendBox, {
        textStyle: text, color: ["#8a98a2", "#17567d", "#1d6b3a"], legend: { top: 5 },
        grid: { left: 45, right: 20, top: 40, bottom: 30 },
        xAxis: { type: "category", data: data.trend.map(function (r) { return r.month; }) },
        yAxis: { type: "value", minInterval: 1 },
        series: [["线索", "leads"], ["审定纳入", "determined"], ["风险消除", "cleared"]].map(function (pair) {
          return { name: pair[0], type: "line", symbolSize: 7, animation: false, data: data.trend.map(function (r) { return r[pair[1]]; }) };
        }),
      });
    })
    .catch(function () {
      [funnelBox, trendBox].forEach(function (box) { box.hidden = true; });  // the tables say it all
    });

  function draw(box, option) {
    const chart = window.echarts.init(box);
    chart.setOption(option);
    window.addEventListener("resize", function () { chart.resize(); });
  }
})();

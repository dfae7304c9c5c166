// Draws the charts of the page and lets the reader choose the theme. Colours are CSS variables: choosing redraws nothing.
(() => {
  "use strict";
  const configuration = JSON.parse(document.getElementById("chart-configuration").textContent);
  const options = {
    actions: false,
    ast: true, // expressions are interpreted, not compiled: the content security policy forbids eval
    config: configuration,
    defaultStyle: false,
    renderer: "svg",
    tooltip: { theme: "page" },
  };
  for (const place of document.querySelectorAll("[data-chart]")) {
    const chart = JSON.parse(document.getElementById(place.dataset.chart).textContent);
    vegaEmbed(place, chart, options).then(
      () => place.classList.add("drawn"),
      (error) => { place.textContent = "This chart could not be drawn: " + error.message; console.error(error); },
    );
  }

  const button = document.getElementById("theme");
  const themes = ["auto", "light", "dark"];
  const choose = (theme) => {
    button.textContent = "Theme: " + theme;
    button.dataset.choice = theme;
    if (theme === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
  };
  button.hidden = false;
  choose("auto");
  button.addEventListener("click", () => {
    choose(themes[(themes.indexOf(button.dataset.choice) + 1) % themes.length]);
  });
})();

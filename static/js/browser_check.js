/* Plain old JavaScript on purpose: it has to run in the browsers it warns about. */
(function () {
  var match = /Chrom(?:e|ium)\/(\d+)/.exec(navigator.userAgent);
  var old = match ? Number(match[1]) < 109 : !(window.CSS && CSS.supports && CSS.supports("selector(:has(a))"));
  if (old) {
    document.getElementById("old-browser").removeAttribute("hidden");
  }
})();

// Copies the few browser files we serve from node_modules to static/vendor, so that nothing
// else of those packages is collected, hashed or compressed.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const target = join(root, "static", "vendor");

const files = {
  "bootstrap.min.css": "bootstrap/dist/css/bootstrap.min.css",
  "bootstrap.bundle.min.js": "bootstrap/dist/js/bootstrap.bundle.min.js",
  "htmx.min.js": "htmx.org/dist/htmx.min.js",
  "tabulator.min.js": "tabulator-tables/dist/js/tabulator.min.js",
  "tabulator_bootstrap5.min.css": "tabulator-tables/dist/css/tabulator_bootstrap5.min.css",
  "echarts.simple.min.js": "echarts/dist/echarts.simple.min.js",
  "idb-keyval.js": "idb-keyval/dist/umd.js",
};

rmSync(target, { recursive: true, force: true });
mkdirSync(target, { recursive: true });
for (const [name, source] of Object.entries(files)) {
  const text = readFileSync(join(root, "node_modules", source), "utf8");
  // The maps are not served; a dangling reference would stop collectstatic.
  writeFileSync(join(target, name), text.replace(/\/[/*]# sourceMappingURL=[^\n*]*(\*\/)?/g, ""));
}
console.log(`static/vendor: ${Object.keys(files).length} files`);

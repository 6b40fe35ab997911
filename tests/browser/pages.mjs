// Opens pages in a browser without a window and looks for what must not be there.
//
// node pages.mjs PLAYWRIGHT BROWSER SCREENSHOTS PAGE...
//   PLAYWRIGHT   the folder of the package playwright-core
//   BROWSER      the browser's program
//   SCREENSHOTS  the folder that pictures are written to
//   PAGE         the pages, as files
//
// Each page is opened at the width of a phone and of a desk, in light and dark, and set for paper. It must ask for nothing, say nothing to the console,
// never scroll sideways as a whole, have a title, lead every link within it somewhere, name every picture, hold no script and no handler,
// and let the keyboard reach each region that scrolls.
import { createRequire } from "node:module";
import { mkdirSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

const [playwright, browserPath, screenshots, ...pages] = process.argv.slice(2);
if (!playwright || !browserPath || !screenshots || pages.length === 0) {
  console.error("usage: node pages.mjs PLAYWRIGHT BROWSER SCREENSHOTS PAGE...");
  process.exit(2);
}
const { chromium } = createRequire(import.meta.url)(path.resolve(playwright));
mkdirSync(screenshots, { recursive: true });

const faults = [];
const views = [
  { name: "phone-light", width: 360, height: 740, colorScheme: "light" },
  { name: "phone-dark", width: 360, height: 740, colorScheme: "dark" },
  { name: "desk-light", width: 1280, height: 900, colorScheme: "light" },
  { name: "desk-dark", width: 1280, height: 900, colorScheme: "dark" },
  { name: "paper", width: 695, height: 1000, colorScheme: "light", media: "print" },
];

/// What is read of a page once it stands, in the page itself.
function inspect() {
  const shown = (node) => node.outerHTML.slice(0, 120);
  const wrong = [];
  const say = (words) => wrong.push(words);
  if (!document.title.trim()) say("no title");
  if (document.documentElement.lang !== "en") say("no language");
  if (document.querySelectorAll("h1").length !== 1) say("not one h1");
  const allowed = new Set(["HTML", "HEAD", "META", "LINK", "TITLE", "STYLE", "BODY", "A", "HEADER", "H1", "H2", "P", "DL", "DIV", "DT", "DD", "SMALL",
    "B", "SPAN", "MAIN", "SECTION", "FIGURE", "FIGCAPTION", "DETAILS", "SUMMARY", "TABLE", "CAPTION", "THEAD", "TBODY", "TFOOT", "TR", "TH", "TD", "SUP",
    "UL", "OL", "LI", "PRE", "CODE", "BR", "BDI", "FOOTER"]);
  for (const node of document.querySelectorAll("*")) {
    const drawn = node.closest("svg");
    if (!drawn && !allowed.has(node.tagName)) say(`an element that no page has: ${shown(node)}`);
    if (drawn && /^(script|a|image|foreignObject|use|animate|set)$/i.test(node.tagName)) say(`an element that no picture has: ${shown(node)}`);
    for (const { name, value } of node.attributes) {
      if (/^on/i.test(name)) say(`a handler: ${shown(node)}`);
      if (/^(src|srcset|action|formaction|xlink:href|data|poster|background)$/i.test(name)) say(`something from elsewhere: ${shown(node)}`);
      if (name === "href" && !value.startsWith("#") && value !== "data:,") say(`a link that leaves the page: ${shown(node)}`);
    }
  }
  const ids = new Set();
  for (const node of document.querySelectorAll("[id]")) {
    if (ids.has(node.id)) say(`an id twice: ${node.id}`);
    ids.add(node.id);
  }
  for (const link of document.querySelectorAll("a[href^='#']")) {
    if (!ids.has(link.getAttribute("href").slice(1))) say(`a link to nowhere: ${shown(link)}`);
    if (!(link.textContent.trim() || link.getAttribute("aria-label"))) say(`a link without words: ${shown(link)}`);
  }
  for (const node of document.querySelectorAll("[aria-labelledby]")) {
    for (const id of node.getAttribute("aria-labelledby").split(" ")) {
      if (!ids.has(id)) say(`a name that is not there: ${shown(node)}`);
    }
  }
  let level = 0;
  for (const heading of document.querySelectorAll("h1, h2, h3")) {
    const now = Number(heading.tagName[1]);
    if (now > level + 1) say(`a heading out of order: ${shown(heading)}`);
    level = now;
  }
  for (const table of document.querySelectorAll("table")) {
    if (!table.caption || !table.caption.textContent.trim()) say("a table without a caption");
    if (table.querySelector("th:not([scope])")) say(`a heading of a table without scope: ${shown(table.querySelector("th:not([scope])"))}`);
    const width = (row) => [...row.cells].reduce((sum, cell) => sum + cell.colSpan, 0);
    const widths = new Set([...table.rows].map(width));
    if (widths.size > 1) say(`rows of different width: ${[...widths]}`);
  }
  const root = document.documentElement;
  if (root.scrollWidth > root.clientWidth) {
    const over = [...document.body.querySelectorAll("*")].filter((node) => !node.closest(".scroll, .unseen, svg") && node.getBoundingClientRect().right > root.clientWidth + 1);
    say(`the page scrolls sideways: ${root.scrollWidth} of ${root.clientWidth}; ${over.slice(0, 2).map(shown)}`);
  }
  return wrong;
}

/// Contrast of text and of what lies under it, by WCAG: 4.5 to 1, 3 to 1 for large text.
function contrast() {
  const rgb = (text) => (text.match(/[\d.]+/g) || []).map(Number);
  const light = ([r, g, b]) => {
    const part = (c) => ((c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
  };
  const wrong = [];
  for (const node of document.body.querySelectorAll("*")) {
    if (node.closest("svg, .unseen, .skip") || ![...node.childNodes].some((child) => child.nodeType === 3 && child.data.trim())) continue;
    let under = node;
    while (under && (rgb(getComputedStyle(under).backgroundColor)[3] ?? 1) === 0) under = under.parentElement;
    const style = getComputedStyle(node);
    const [a, b] = [light(rgb(style.color)), light(rgb(getComputedStyle(under ?? document.documentElement).backgroundColor))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    const large = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.66 && Number(style.fontWeight) >= 700);
    if (ratio < (large ? 3 : 4.5)) wrong.push(`contrast ${ratio.toFixed(2)}: ${node.outerHTML.slice(0, 100)}`);
  }
  return wrong.slice(0, 5);
}

/// Names of pictures, from the tree that screen readers see.
async function namelessPictures(page) {
  const session = await page.context().newCDPSession(page);
  const { nodes } = await session.send("Accessibility.getFullAXTree");
  const pictures = nodes.filter((node) => !node.ignored && ["image", "img", "graphics-document"].includes((node.role?.value ?? "").toLowerCase()));
  return { count: pictures.length, nameless: pictures.filter((node) => !node.name?.value?.trim()).length };
}

/// Which regions that scroll the keyboard does not reach.
async function unreached(page) {
  const regions = await page.evaluate(() => {
    const all = [...document.querySelectorAll(".scroll")].filter((node) => node.checkVisibility());
    all.forEach((node, at) => (node.dataset.at = String(at)));
    return all.length;
  });
  const reached = new Set();
  const most = await page.evaluate(() => document.querySelectorAll("a, summary, [tabindex]").length + 5);
  for (let step = 0; step < Math.min(most, 3000); step += 1) {
    await page.keyboard.press("Tab");
    const at = await page.evaluate(() => document.activeElement?.dataset?.at);
    if (at !== undefined && at !== null) reached.add(at);
    if (reached.size === regions) break;
  }
  return regions - reached.size;
}

const browser = await chromium.launch({
  executablePath: browserPath,
  args: ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
for (const file of pages) {
  const url = pathToFileURL(path.resolve(file)).href;
  const name = path.basename(file, ".html");
  for (const view of views) {
    const at = `${name}, ${view.name}`;
    const context = await browser.newContext({ viewport: { width: view.width, height: view.height }, colorScheme: view.colorScheme });
    const page = await context.newPage();
    if (view.media) await page.emulateMedia({ media: view.media });
    page.on("console", (message) => faults.push(`${at}: the console says: ${message.text()}`));
    page.on("pageerror", (error) => faults.push(`${at}: ${error}`));
    page.on("dialog", (dialog) => { faults.push(`${at}: a dialog opens`); dialog.dismiss(); });
    page.on("request", (request) => { if (request.url() !== url && request.url() !== "data:,") faults.push(`${at}: asks for ${request.url()}`); });
    await page.goto(url);
    for (const words of await page.evaluate(inspect)) faults.push(`${at}: ${words}`);
    if (view.media !== "print") for (const words of await page.evaluate(contrast)) faults.push(`${at}: ${words}`);
    await page.screenshot({ path: path.join(screenshots, `${name}-${view.name}.png`), fullPage: true });
    if (view.media === "print") {
      await page.pdf({ path: path.join(screenshots, `${name}.pdf`), preferCSSPageSize: true, format: "A4" });
    }
    if (view.name === "phone-light") {
      const { count, nameless } = await namelessPictures(page);
      const drawn = await page.evaluate(() => document.querySelectorAll("svg").length);
      if (nameless > 0 || count < drawn) faults.push(`${at}: ${drawn} pictures, ${count} in the tree of a screen reader, ${nameless} without a name`);
      const missed = await unreached(page);
      if (missed > 0) faults.push(`${at}: the keyboard does not reach ${missed} regions that scroll`);
    }
    await context.close();
  }
}
await browser.close();
for (const fault of faults) console.error(fault);
console.log(`${pages.length} pages in ${views.length} views: ${faults.length === 0 ? "clean" : `${faults.length} faults`}`);
process.exit(faults.length === 0 ? 0 : 1);

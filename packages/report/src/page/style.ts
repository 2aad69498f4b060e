/** The page's style sheet: system fonts, one column, wide tables that scroll by themselves. */
export const STYLE = `
:root { color-scheme: light; --ink: #1c2330; --muted: #5b6574; --rule: #dfe3e9; --faint: #f5f7f9; --from: #0072b2; --to: #d55e00; --stamp: #b3261e; }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; scroll-behavior: smooth; }
body { margin: 0; overflow-wrap: anywhere; background: #fff; color: var(--ink); font: 1.0625rem/1.6 Charter, 'Bitstream Charter', 'Iowan Old Style', 'Source Serif 4', Georgia, 'Liberation Serif', serif; }
main, header, footer { max-width: 66rem; margin: 0 auto; padding: 0 1.5rem; }
h1, h2, h3, table, figure, nav, .cards, .files, .notes, .kicker, .banner, dt, summary { font-family: system-ui, 'Segoe UI', 'Helvetica Neue', Arial, 'Liberation Sans', sans-serif; }
h1 { font-size: clamp(1.6rem, 1.1rem + 2.2vw, 2.4rem); line-height: 1.18; letter-spacing: -0.015em; margin: 0.2rem 0 1rem; max-width: 32ch; text-wrap: balance; }
h2 { font-size: 1.3rem; letter-spacing: -0.01em; margin: 3.2rem 0 0.8rem; padding-top: 1rem; border-top: 1px solid var(--rule); }
h3 { font-size: 1rem; margin: 2rem 0 0.5rem; }
p, ul, ol, dl { max-width: 44rem; margin: 0.7rem 0; }
li { margin: 0.25rem 0; }
a { color: #005a8c; text-decoration-thickness: 1px; text-underline-offset: 2px; }
code, pre { font: 0.82em/1.5 ui-monospace, 'SF Mono', Menlo, Consolas, 'Liberation Mono', monospace; overflow-wrap: anywhere; }
pre { white-space: pre-wrap; background: var(--faint); padding: 0.8rem 1rem; border-radius: 6px; }
.kicker { margin: 3rem 0 0; color: var(--muted); font-size: 0.875rem; }
.banner { max-width: none; background: var(--stamp); color: #fff; text-align: center; font-weight: 600; padding: 0.5rem 1rem; letter-spacing: 0.02em; }
.stamp { color: var(--stamp); letter-spacing: 0.04em; }
.answer { font-size: 1.2rem; line-height: 1.55; max-width: 46rem; }
nav { font-size: 0.875rem; display: flex; flex-wrap: wrap; gap: 0.2rem 1.1rem; margin: 1.6rem 0 0; }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(15rem, 100%), 1fr)); gap: 1rem; margin: 1.6rem 0; max-width: 46rem; }
.card { border: 1px solid var(--rule); border-radius: 8px; padding: 0.8rem 1.1rem 0.9rem; font-size: 0.875rem; color: var(--muted); }
.card b { display: block; font-size: 1.6rem; line-height: 1.3; color: var(--ink); font-weight: 600; font-variant-numeric: tabular-nums; letter-spacing: -0.01em; }
.card strong { color: var(--ink); }
.table { margin: 1.6rem 0 2.2rem; }
.scroll { overflow-x: auto; position: relative; }
.scroll:focus-visible { outline: 2px solid #005a8c; outline-offset: 2px; }
table { border-collapse: collapse; font-size: 0.875rem; line-height: 1.35; font-variant-numeric: tabular-nums lining-nums; border-bottom: 1.5px solid var(--ink); }
caption { text-align: left; padding: 0 0 0.6rem; }
.caption { display: block; position: sticky; left: 0; width: min(44rem, calc(100vw - 3rem)); color: var(--muted); }
.caption b { color: var(--ink); }
.caption .stamp { color: var(--stamp); }
th, td { padding: 0.28rem 1rem 0.28rem 0.6rem; text-align: left; vertical-align: baseline; font-weight: 400; }
thead { border-top: 1.5px solid var(--ink); border-bottom: 1px solid var(--ink); }
thead th { white-space: nowrap; font-weight: 600; vertical-align: bottom; padding-top: 0.4rem; }
thead .group { text-align: center; border-bottom: 1px solid var(--rule); }
tbody + tbody { border-top: 1px solid var(--rule); }
tbody tr:hover td, tbody tr:hover th[scope=row] { background: var(--faint); }
.num { text-align: right; white-space: nowrap; }
.num sup { position: absolute; margin-top: 0.5em; }
.txt { max-width: 30rem; }
th[scope=row], th[scope=rowgroup] { white-space: nowrap; }
.strong td, .strong th { font-weight: 600; }
.ci { color: var(--muted); font-weight: 400; margin-left: 0.35em; }
sup { font-size: 0.72em; font-weight: 400; line-height: 0; color: var(--muted); margin-left: 0.1em; }
.notes { list-style: none; max-width: 58rem; padding: 0; margin: 0.5rem 0 0; font-size: 0.8125rem; line-height: 1.4; color: var(--muted); }
.notes li { display: inline; }
.notes .whole { display: block; }
.notes li::after { content: '. '; }
.files { margin: 0.4rem 0 0; font-size: 0.8125rem; color: var(--muted); }
figure { margin: 1.8rem 0 2.4rem; }
figure .scroll svg { display: block; width: 100%; height: auto; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(28rem, 100%), 1fr)); gap: 0 2rem; align-items: start; }
.figures > * { min-width: 0; }
.films { display: grid; grid-template-columns: repeat(var(--columns), minmax(0, 1fr)); gap: 0.3rem; max-width: calc(11rem * var(--columns)); font-family: system-ui, 'Segoe UI', 'Helvetica Neue', Arial, 'Liberation Sans', sans-serif; font-size: 0.8125rem; line-height: 1.3; }
.films p { margin: 0; max-width: none; }
.films .head { font-weight: 600; align-self: end; overflow-wrap: anywhere; }
.films .film { grid-column: 1 / -1; color: var(--muted); margin-top: 0.5rem; }
.films img { display: block; width: 100%; height: auto; aspect-ratio: 1; background: #000; }
.wide svg { max-width: 46rem; }
figcaption { max-width: 44rem; font-size: 0.875rem; line-height: 1.45; color: var(--muted); margin-top: 0.5rem; }
dt { font-weight: 600; font-size: 0.9375rem; margin-top: 0.8rem; }
dd { margin: 0.1rem 0 0; }
.hash { font-family: ui-monospace, 'SF Mono', Menlo, Consolas, 'Liberation Mono', monospace; font-size: 0.8em; }
summary { cursor: pointer; font-size: 0.9375rem; margin: 0.8rem 0; }
footer { margin-top: 4rem; padding-bottom: 3rem; color: var(--muted); font-size: 0.875rem; }
@media (max-width: 40rem) { main, header, footer { padding: 0 1rem; } .caption { width: calc(100vw - 2rem); } body { font-size: 1rem; } .answer { font-size: 1.0625rem; } th, td { padding: 0.28rem 0.8rem 0.28rem 0.4rem; } figure .scroll svg { min-width: 30rem; } }
@media print { body { font-size: 10pt; } nav, .files { display: none; } main, header, footer { max-width: none; padding: 0; } .scroll { overflow: visible; } table { font-size: 7.5pt; } th, td { padding: 1.5pt 4pt; } thead { display: table-header-group; } tr, figure, .card { break-inside: avoid; } h2, h3, caption { break-after: avoid; } a { color: inherit; text-decoration: none; } .banner { print-color-adjust: exact; -webkit-print-color-adjust: exact; } }
`;

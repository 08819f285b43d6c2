/** The page's style sheet: type, layout, tables, light and dark, narrow and print. */
import { CHART_STYLE } from "./chart-style.ts";
import { DARK, declarations, LIGHT } from "./color-tokens.ts";

const SANS = `"Helvetica Neue", Helvetica, "Segoe UI", Roboto, Arial, "Liberation Sans", sans-serif`;
const SERIF = `"Iowan Old Style", "Palatino Linotype", Palatino, "Source Serif 4", Georgia, "Liberation Serif", serif`;
const MONO = `ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace`;

const PAGE = `
*,*::before,*::after{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;scroll-padding-top:1rem}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 ${SANS};font-variant-numeric:tabular-nums;counter-reset:figure;overflow-wrap:break-word}
.masthead,nav,main,footer{max-width:1176px;margin-inline:auto;padding-inline:28px}
a{color:var(--link);text-underline-offset:.15em;text-decoration-thickness:1px}
a:hover{text-decoration-thickness:2px}
:focus-visible{outline:2px solid var(--link);outline-offset:2px}
.skip{position:absolute;left:-999px}.skip:focus{left:8px;top:8px;background:var(--paper);padding:8px 12px;z-index:2}
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
code,pre{font-family:${MONO};font-size:.86em}
pre{background:var(--wash);padding:14px 18px;overflow-x:auto;border-left:3px solid var(--main)}
h1,h2,.verdict-text{font-family:${SERIF};text-wrap:balance}
h1{font-size:clamp(1.75rem,1.2rem + 2.1vw,2.6rem);line-height:1.14;font-weight:600;margin:.1em 0 .8em;max-width:44ch;letter-spacing:-.012em}
h1 em{font-style:normal;color:var(--main)}
h2{font-size:1.75rem;line-height:1.2;font-weight:600;margin:0 0 1.1rem;letter-spacing:-.01em}
h3{font-size:1.09rem;line-height:1.35;margin:2rem 0 .3rem;max-width:78ch;text-wrap:balance}
h4{font-size:.95rem;line-height:1.35;margin:0 0 .2rem}
h5{font-size:.88rem;line-height:1.35;margin:0}
p{margin:.5rem 0;max-width:72ch}
.about,.legend,small,.task-when{color:var(--soft);font-size:.84rem;line-height:1.45}
.about{margin:.1rem 0 .7rem;max-width:84ch}
.lede{font-size:1.06rem}

.masthead{padding-top:36px;border-top:6px solid var(--main)}
.eyebrow{display:flex;flex-wrap:wrap;gap:6px 14px;align-items:center;margin:0 0 1.3rem;font-size:.78rem;letter-spacing:.09em;text-transform:uppercase;color:var(--soft);max-width:none}
.eyebrow span:first-child{font-weight:700;color:var(--ink)}
.eyebrow .caution{margin-left:auto;border:1px solid var(--bad);color:var(--bad);padding:2px 9px;font-weight:600;letter-spacing:.05em}
.lead{display:grid;grid-template-columns:minmax(0,1fr) minmax(0,430px);gap:28px 64px;align-items:start}
.verdict-text{font-size:clamp(1.1rem,1rem + .5vw,1.32rem);line-height:1.52;margin:0;max-width:44ch;text-wrap:pretty}
.ids{display:flex;flex-wrap:wrap;gap:6px 26px;margin:1.5rem 0 0;font-size:.84rem}
.ids div{display:flex;gap:8px}.ids dt{color:var(--soft)}.ids dd{margin:0}
.matrix{border-top:2px solid var(--ink);padding-top:8px}
.matrix table{width:100%;border-collapse:collapse;font-size:.9rem}
.matrix caption{text-align:left;font-weight:600;font-size:.9rem;line-height:1.35;padding-bottom:8px}
.matrix th{font-weight:400;text-align:left;padding:4px 0;border-bottom:1px solid var(--rule)}
.matrix thead th{font-size:.8rem;line-height:1.25;color:var(--soft);vertical-align:bottom;text-align:center}
.matrix thead th:first-child{text-align:left}
.matrix thead small{display:block}
.matrix td{text-align:center;border-bottom:1px solid var(--rule);padding:0}
.matrix td a{display:grid;place-items:center;min-height:26px}
.matrix .legend b{color:var(--ink)}

nav{margin-top:34px}
nav ol{display:flex;flex-wrap:wrap;gap:0 22px;list-style:none;margin:0;padding:10px 0;border-block:1px solid var(--rule);font-size:.88rem}
nav a{display:inline-block;padding:4px 0;text-decoration:none}nav a:hover{text-decoration:underline}
section{padding-top:38px;margin-top:6px}
section+section{border-top:1px solid var(--rule);margin-top:40px}
footer{margin-top:60px;padding-block:22px 40px;border-top:1px solid var(--rule);color:var(--soft);font-size:.84rem}

figure{margin:0 0 2.2rem;min-width:0}
.task figure{margin:0}
figcaption h3{margin-top:1.6rem}
.strip-cell{min-width:11rem;padding-block:0}.strip-cell svg{display:block;height:2rem;width:100%}
.forests{display:grid;grid-template-columns:repeat(3,minmax(0,1fr));gap:22px 36px}
.forests.two,.pair,.columns{display:grid;grid-template-columns:repeat(2,minmax(0,1fr));gap:22px 52px}
.panel{min-width:0}
.scroll{overflow-x:auto;max-width:100%}
table.data{border-collapse:collapse;font-size:.84rem;line-height:1.4;margin:.4rem 0 .8rem}
table.data caption{text-align:left;font-weight:600;padding:4px 0;caption-side:top}
table.data th,table.data td{padding:5px 18px 5px 0;border-bottom:1px solid var(--rule);text-align:left;vertical-align:top}
table.data thead th{color:var(--soft);font-weight:600;border-bottom:1px solid var(--edge);vertical-align:bottom}
table.data tbody th{font-weight:500;white-space:nowrap}
table.data td{white-space:nowrap}
.breakable{overflow-wrap:anywhere;white-space:normal;display:inline-block;min-width:18ch}
details.as-table{margin-top:.5rem;font-size:.84rem}
details.as-table>summary{display:inline-block;cursor:pointer;color:var(--link);padding:3px 0;min-height:24px;list-style-position:inside}
.note,.empty{border-left:3px solid var(--edge);background:var(--wash);padding:10px 16px;max-width:84ch;font-size:.92rem}
.note p{margin:0}.note ul{margin:.4rem 0 0;padding-left:1.1rem}.note.warn{border-color:var(--bad)}
.empty{border-left-style:dashed}
.definitions dt{font-weight:600;margin-top:.8rem}.definitions dd{margin:0;font-size:.92rem}
.limits{padding-left:1.1rem;font-size:.92rem}.limits li{margin:.55rem 0}
.columns.uneven{grid-template-columns:3fr 2fr}.columns>*>h3:first-child,.columns>*>figure:first-child h3{margin-top:0}

.group-title{font-family:${SERIF};font-size:1.3rem;font-weight:600;margin:3rem 0 .4rem;padding-top:0}
.task{border-top:1px solid var(--edge);padding:14px 0 26px;break-inside:avoid}
.task>header{display:flex;flex-wrap:wrap;gap:2px 14px;align-items:baseline}
.task h4{font-size:1.14rem}
.task-when{margin:0 0 0 auto}
.facts{display:flex;flex-wrap:wrap;gap:2px 22px;margin:.15rem 0 .3rem;font-size:.84rem}
.facts div{display:flex;gap:6px}.facts dt{color:var(--soft)}.facts dd{margin:0;font-weight:600}
.finding{margin:.2rem 0 .9rem;max-width:none}
.few{font-weight:600;white-space:nowrap}
.task-charts{display:grid;grid-template-columns:minmax(0,1fr) 238px 238px;gap:18px 36px;align-items:start}
.measures{margin-top:1rem}.measures table.data{width:100%;font-size:.82rem;margin:0}.measures caption{font-weight:400;color:var(--soft)}.measures table.data :is(th,td){padding-block:2.5px}
.verdict{display:inline-flex;gap:6px;align-items:center;font-size:.88rem;font-weight:600;white-space:nowrap}
.verdict.v-better{color:var(--good)}.verdict.v-worse{color:var(--bad)}.verdict.v-same,.verdict.v-few{color:var(--soft)}

@media (max-width:1020px){
.lead,.forests,.forests.two,.columns,.columns.uneven{grid-template-columns:minmax(0,1fr)}
.task-charts{grid-template-columns:repeat(2,minmax(0,1fr))}.task-charts>:first-child{grid-column:1/-1}
.matrix{max-width:560px}
}
@media (max-width:640px){
body{font-size:15px}
.masthead,nav,main,footer{padding-inline:16px}
.masthead{padding-top:24px}.eyebrow .caution{margin-left:0}
.pair{grid-template-columns:minmax(0,1fr)}
.task-when{margin-left:0;flex-basis:100%}
section{padding-top:34px}section+section{margin-top:38px}
.task-charts{gap:16px 14px}.few{white-space:normal}
nav ol{gap:0 16px}
}
@media print{
@page{margin:14mm}
body{font-size:10pt}
nav,.skip,details.as-table{display:none}
section+section{margin-top:24px}
figure,.task,.panel,tr{break-inside:avoid}h2,h3,h4,figcaption{break-after:avoid}
a{color:inherit;text-decoration:none}
.masthead,main,footer{max-width:none;padding-inline:0}
}`;

export const STYLE = `:root{color-scheme:light dark;${declarations(LIGHT)}}
@media screen and (prefers-color-scheme:dark){:root{${declarations(DARK)}}}
${PAGE}
${CHART_STYLE}`
  .replace(/\n+/g, "\n")
  .trim();

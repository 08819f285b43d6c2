/** How marks, lines, axes and the tables around them look. Shape, dash and hatching carry meaning; colour only helps. */
export const CHART_STYLE = `
svg{display:block;overflow:visible}
svg text{font-size:11px;fill:var(--soft);stroke:none}
svg.defs{position:absolute}
.key,.verdict-mark,.number-key,.legend svg{display:inline-block;vertical-align:-2px}
.m-main{--hue:var(--main)}.m-hazards{--hue:var(--hazards);--dash:7 3}.m-trees{--hue:var(--trees);--dash:2 3}.m-cox{--hue:var(--cox);--dash:9 3 2 3}.m-logistic{--hue:var(--logistic);--dash:4 3}.m-age{--hue:var(--age);--dash:1 3}
.v-better{--hue:var(--good)}.v-worse{--hue:var(--bad)}.v-same{--hue:var(--edge)}.v-few{--hue:var(--edge)}
.mark{fill:var(--hue);stroke:var(--paper);stroke-width:1;paint-order:stroke}
.mark.k-cross{stroke:var(--hue);stroke-width:2.2;fill:none}
.mark.k-up,.mark.k-down{fill:var(--paper);stroke:var(--hue);stroke-width:1.8}
.mark.v-same{fill:var(--paper);stroke:var(--ink);stroke-width:1.6}
.whisker{stroke:var(--hue);stroke-width:1.8}
.strip .whisker.m-main{stroke-width:2.8}.square .whisker{stroke-width:1.3}
.whisker.v-same{stroke:var(--soft)}
.beyond path{fill:none;stroke:var(--hue);stroke-width:1.8}
.grid{stroke:var(--grid);stroke-width:1;fill:none}
.grid.base{stroke:var(--edge)}
.grid.reference{stroke:var(--edge)}
.diagonal{stroke:var(--edge);stroke-width:1;stroke-dasharray:3 3;fill:none}
.tick{text-anchor:middle}.tick.end,.side.end{text-anchor:end}.tick.start{text-anchor:start}
.axis-title{text-anchor:middle}
.side{font-style:italic;font-size:10.5px!important}
.line{fill:none;stroke:var(--hue,var(--ink));stroke-width:1.6;stroke-dasharray:var(--dash,none);vector-effect:non-scaling-stroke;stroke-linejoin:round}
.line.m-main{stroke-width:2.4}
.dot{fill:var(--hue);stroke:var(--paper);stroke-width:.8}
.verdict-mark path{fill:var(--hue);stroke:var(--hue);stroke-width:1.2;stroke-linejoin:round}
.verdict-mark.v-same path{stroke:var(--soft);stroke-width:2}
.verdict-mark.v-few path{fill:none;stroke:var(--soft);stroke-width:1.4;stroke-dasharray:2.2 2}

.legend{display:flex;flex-wrap:wrap;gap:4px 18px;margin:.5rem 0 0;max-width:none}
.legend span{display:inline-flex;gap:6px;align-items:center}

table.forest{border-collapse:collapse;width:100%;font-size:.86rem;line-height:1.3;table-layout:fixed}
.c-label{width:150px}.c-figures{width:168px}
.forest th{font-weight:400;text-align:left;padding:3px 12px 3px 6px}
.forest th .key{margin-right:6px}
.forest tbody tr{height:26px}
.forest .cell{padding:0;position:relative;height:26px}
.forest .cell>.strip{position:absolute;inset:0;width:100%;height:100%}
.forest tfoot .cell{height:24px}
.forest .figures{padding:2px 6px 2px 18px;white-space:nowrap}
.forest .figures span,.forest .unit{color:var(--soft)}
.forest .unit{padding-left:18px;font-size:.8rem}
.forest tr.main>*{background:var(--main-wash);font-weight:600}
.forest tr.main .figures span{font-weight:400}
.forests .c-label{width:152px}.forests .c-figures{width:60px}.forests .forest .figures{padding-left:12px}
.means .figures span,.means .unit{display:none}
.forest small{display:block}

.differences thead th{color:var(--soft);font-size:.8rem;padding:4px 6px;vertical-align:bottom;border-bottom:1px solid var(--edge)}
.differences .c-label{width:170px}.differences .c-figures{width:200px}.c-against{width:128px}.c-onsets{width:62px}.c-verdict{width:180px}
.differences .direction{padding-inline:0!important}
.differences .direction span{display:inline-block;width:50%}.differences .direction span+span{text-align:right}.differences i{font-style:normal}.differences tr.group td{border-bottom:1px solid var(--rule)}
.differences th:nth-child(3),.differences td.figures{padding-left:24px}
.differences th:nth-child(5){text-align:right}.differences th:nth-child(6){padding-left:24px}
.differences td:last-child{padding-left:24px}.differences td.number{text-align:right;padding-right:6px}.differences td.wide{padding-left:6px}
.differences tr.group th{font-weight:600;padding-top:14px;border-bottom:1px solid var(--rule)}
.differences tbody a{color:inherit;text-decoration-color:var(--edge)}
.mark.small{stroke-width:1}

.forests .bars .c-label,.bars .c-label{width:168px}.columns .bars .c-label{width:100px}.columns .bars .c-figures{width:84px}.forests .bars .c-figures{width:64px}
.fill-main{fill:var(--main)}.fill-soft{fill:var(--edge)}.fill-strong{fill:var(--bad)}
.fill-hatch{fill:url(#hatch)}.fill-dots{fill:url(#dots)}.fill-grid{fill:url(#grid)}
.fill-hatch,.fill-dots,.fill-grid{stroke:var(--edge);stroke-width:.8}
.hatch-ground{fill:var(--paper)}.hatch-line{stroke:var(--edge);stroke-width:1.8}.hatch-dot{fill:var(--edge)}

.plot{padding:22px 74px 44px 42px}
.plot .lines{width:100%;height:210px}
.stretch{overflow:visible}
.loss-training{--hue:var(--soft);--dash:5 3}.loss-tuning{--hue:var(--main)}
.direct{fill:var(--ink)}.direct.loss-tuning{font-weight:700;fill:var(--main)}
.best{stroke:var(--ink);stroke-width:1;stroke-dasharray:2 3}.best-label{text-anchor:middle;fill:var(--ink);font-weight:600}

.square{width:100%;max-width:240px;height:auto}
.small-figure .about{margin-bottom:.35rem}
.small-figure .legend{font-size:.8rem;gap:2px 14px}

.timeline .c-label{width:290px}.timeline th{line-height:1.25}.timeline th small{font-family:ui-monospace,Menlo,Consolas,"Liberation Mono",monospace;font-size:.74rem}
.timeline tbody tr{height:40px;border-bottom:1px solid var(--rule)}.timeline tbody tr.tall{height:66px}
.timeline .cell{height:40px}.timeline .tall .cell{height:66px}
.mark.event{fill:var(--ink)}.line.value{--hue:var(--edge);stroke-width:1.2}.dot.value{--hue:var(--main)}

.risk-panels{display:grid;grid-template-columns:repeat(auto-fill,minmax(196px,1fr));gap:22px 34px;margin-top:.6rem}
.panel-title{margin:0;font-size:.92rem;display:flex;gap:6px;align-items:center;line-height:1.3}
.frequency{margin:0 0 1.3rem 24px;font-size:.82rem;color:var(--soft)}.frequency b{color:var(--ink);font-size:1.02rem;margin-right:4px}
.risk-panel{display:flex;flex-direction:column}.panel-plot{margin-top:auto}
.panel-plot{height:112px;padding-bottom:20px}.panel-plot .lines{width:100%;height:92px}
.empty-plot{display:grid;place-items:center;border:1px dashed var(--edge);height:92px;margin-bottom:20px;padding:0;color:var(--soft);font-size:.84rem}
.area{fill:var(--main);opacity:.13}
.line.share{--hue:var(--hazards);--dash:4 2.5;stroke-width:1.8}
.futures{width:calc(100% - 22px);margin:.6rem 8px 0}
.life{stroke:var(--edge);stroke-width:1.4}.event-tick{stroke:var(--edge);stroke-width:1.4}
.onset{fill:var(--paper);stroke:var(--main);stroke-width:1.8}.onset-number{text-anchor:middle;fill:var(--ink)!important;font-weight:700;font-size:10.5px!important}
.mark.end-of-life{stroke:var(--bad);fill:none;stroke-width:2.4}
.pairs .c-label{width:220px}.pairs tr.pair-second{height:24px}.pairs tbody{border-bottom:1px solid var(--rule)}

@media (max-width:1020px){.means .figures span{display:inline}.forests .c-figures{width:158px}}
@media (max-width:760px){
.differences .wide{display:none}
.differences .c-label{width:112px}.differences .c-figures{width:66px}.c-verdict{width:94px}.differences th:nth-child(3),.differences td.figures{padding-left:10px}
.differences th:nth-child(6),.differences td:last-child{padding-left:6px}
.differences .figures span{display:none}.differences .verdict{white-space:normal;font-size:.76rem;line-height:1.15;gap:4px}
.differences .direction span{font-size:.68rem}.differences thead th{padding-inline:2px}.differences thead i{display:none}
}
@media (max-width:640px){
.minor{display:none}
.forest th{padding-right:4px;padding-left:2px;font-size:.82rem}.forest .unit{padding-left:16px}.c-label,.forests .c-label,.bars .c-label,.pairs .c-label,.timeline .c-label{width:132px}.c-figures,.forests .c-figures{width:92px}
.forest .figures,.forests .forest .figures{padding:2px 2px 2px 10px;white-space:normal}
.forest .figures b{display:block}.forest .figures span{font-size:.76rem}
.forest tbody tr,.forest .cell{height:36px}.forest tfoot .cell{height:24px}
.forests .bars tbody tr,.forests .bars .cell,.bars tbody tr,.bars .cell{height:26px}.forests .bars .c-figures{width:56px}
.timeline tbody tr.tall,.timeline .tall .cell{height:72px}
.plot{padding:22px 66px 44px 34px}
.risk-panels{grid-template-columns:repeat(2,minmax(0,1fr));gap:20px 22px}
.verdict-text{max-width:none}
}
@media (max-width:640px){.differences .c-label{width:102px}.differences .c-figures{width:60px}.c-verdict{width:117px}.differences .direction span{width:42%}.differences .direction span+span{width:58%}.differences th:nth-child(3),.differences td.figures{padding-left:6px}.differences thead th:nth-child(3){font-size:.7rem}}
@media print{.fill-main,.fill-soft,.fill-strong,.forest tr.main>*{print-color-adjust:exact;-webkit-print-color-adjust:exact}}`;

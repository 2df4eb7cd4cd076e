import { darkVariables, lightVariables } from './palette.ts';

/** Type and rules structure the page. Colour says only how good something is. Nothing is loaded from elsewhere. */
export const style = `
:root{color-scheme:light;${lightVariables}}
@media screen and (prefers-color-scheme:dark){:root{color-scheme:dark;${darkVariables}}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 "Inter","Source Sans 3","Segoe UI",system-ui,-apple-system,"Helvetica Neue",sans-serif;font-variant-numeric:tabular-nums}
main{max-width:872px;margin:0 auto;padding:56px 16px 96px}
p,ul,dl,figure,h1,h2,h3{margin:0}
p,li,dd,h1,h2,h3,figcaption,code{overflow-wrap:anywhere}
.over{font-size:13px;letter-spacing:.09em;text-transform:uppercase;color:var(--muted)}
h1{font-size:clamp(28px,5.4vw,42px);line-height:1.14;font-weight:650;letter-spacing:-.022em;margin:6px 0 12px;text-wrap:balance}
h2{font-size:23px;line-height:1.25;font-weight:650;letter-spacing:-.012em;text-wrap:balance}
h3{font-size:18px;line-height:1.3;font-weight:650;letter-spacing:-.006em}
code{font:.86em/1.5 ui-monospace,"SF Mono","Cascadia Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace}
.lead{color:var(--muted);max-width:62ch}
.host{margin-top:40px}
.host header{display:grid;grid-template-columns:auto 1fr;gap:4px 12px;align-items:center}
.host header .when{grid-column:1/-1;color:var(--muted);font-size:14px}
.badge{display:inline-block;min-width:7.7em;padding:1px 9px 2px;border:1.5px solid currentColor;border-radius:99px;font-size:13px;font-weight:650;line-height:1.5;text-align:center;white-space:nowrap;align-self:start}
.host header .badge{align-self:center}
.good>.badge,.badge.good{color:var(--good)}.badge.fair{color:var(--fair)}.badge.bad{color:var(--bad)}.badge.unknown{color:var(--unknown);border-style:dashed}
.verdicts{list-style:none;padding:0;margin-top:14px;border-top:1px solid var(--line)}
.verdict{display:grid;grid-template-columns:auto 1fr;gap:4px 16px;padding:11px 0;border-bottom:1px solid var(--line);break-inside:avoid}
.verdict.bad p:first-child{font-weight:600}
.limit{font-size:13.5px;line-height:1.45;color:var(--muted);margin-top:2px;display:flex;flex-wrap:wrap;gap:0 14px}
.incomplete{list-style:none;margin-top:14px;padding:10px 14px;background:var(--panel);border-left:3px solid var(--fair);font-size:14.5px}
.report{margin-top:72px;padding-top:28px;border-top:2px solid var(--ink)}
.facts{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,240px),1fr));gap:14px 28px;margin:18px 0 8px}
.facts dt{font-size:13px;color:var(--muted)}.facts dd{margin:0;font-size:15px;line-height:1.4}
.picture{margin-top:52px}
figcaption{margin:6px 0 16px}
figcaption p{max-width:68ch}
.key{font-size:13.5px;line-height:1.5;color:var(--muted);margin-top:4px}
.wide svg,.narrow svg{display:block;width:100%;height:auto}
.narrow{display:none}
.map .wide{max-width:560px}
@media screen and (min-width:860px){.map{display:grid;grid-template-columns:minmax(0,1fr) 560px;gap:32px}.map figcaption{margin-top:8px}}
small{font-size:12.5px;line-height:1.4;color:var(--muted)}
.why{margin-top:8px;padding:12px 16px;background:var(--panel);color:var(--muted);font-size:15px;border-radius:3px}
.why strong{color:var(--ink)}
.scroll{overflow-x:auto;margin-top:22px;background:linear-gradient(to right,var(--paper) 60%,transparent) 0 0/48px 100% no-repeat local,linear-gradient(to left,var(--paper) 60%,transparent) 100% 0/48px 100% no-repeat local,linear-gradient(to right,var(--line),transparent) 0 0/14px 100% no-repeat scroll,linear-gradient(to left,var(--line),transparent) 100% 0/14px 100% no-repeat scroll}
.scroll:focus-visible{outline:2px solid var(--blue);outline-offset:2px}
.scroll+.scroll{margin-top:28px}
table{border-collapse:collapse;width:100%;font-size:14px;line-height:1.4}
caption{caption-side:top;text-align:left;font-size:13.5px;color:var(--muted);padding-bottom:6px}
th,td{padding:5px 16px 5px 0;text-align:left;vertical-align:top;border-bottom:1px solid var(--line)}
th:last-child,td:last-child{padding-right:0}
thead th{font-weight:600;border-bottom-color:var(--muted);white-space:nowrap}
tbody th{font-weight:400}
.picture table td,.picture table tbody th{white-space:nowrap}.picture table small{display:block}
table .long,table small{white-space:normal;display:inline-block;width:max-content;max-width:24em}
tbody th small{max-width:15em}
caption span{display:inline-block;position:sticky;left:0;max-width:calc(100vw - 32px)}
.method{margin-top:32px}.method p{font-size:15px;color:var(--muted)}
.method th{overflow-wrap:anywhere}.method tbody th{min-width:4.5em}
.method td{min-width:7em}
.evidence{margin-top:28px;font-size:14px}.evidence>p{font-size:13.5px}
.evidence details{border-bottom:1px solid var(--line);padding:5px 0}
summary{cursor:pointer}summary:focus-visible{outline:2px solid var(--blue);outline-offset:2px}
.evidence pre{margin:8px 0 6px;padding:10px 14px;background:var(--panel);white-space:pre-wrap}
.hash{font-size:.78em;color:var(--muted)}
.pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,300px),1fr));gap:0 40px}
.pair .scroll{margin-top:22px}
footer{margin-top:64px;padding-top:14px;border-top:1px solid var(--line);font-size:13.5px;color:var(--muted)}
@media screen and (max-width:640px){
main{padding-top:32px}.wide{display:none}.narrow{display:block}
.verdict{grid-template-columns:1fr}.verdict .badge,.host header .badge{justify-self:start}.host header{grid-template-columns:1fr}
.report{margin-top:52px}
}
@media print{
@page{size:A4;margin:15mm 16mm}
body{font-size:10.5pt}main{max-width:none;padding:0}
h1{font-size:26pt}.report{margin-top:30px}.report:has(.facts){break-before:page;margin-top:0}.report>h2{break-after:avoid}
.picture{margin-top:30px;break-inside:auto}.picture h3{break-after:avoid}figure{break-inside:avoid}
.picture table,.method table{font-size:7.5pt}small{font-size:7pt}table .long{max-width:20em}.scroll{overflow:visible}
th,td{padding-right:9px}tr{break-inside:avoid}.map .wide{max-width:400px}
.badge{print-color-adjust:exact}
}
`;

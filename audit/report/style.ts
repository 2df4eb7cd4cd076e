import { style as houseStyle } from '../../pages/style.ts';

/** The house style, and what only an audit needs. */
export const style = `${houseStyle}
a{color:var(--blue)}
a:focus-visible,pre:focus-visible{outline:2px solid var(--blue);outline-offset:2px}
h4{margin:0;font-size:16.5px;line-height:1.35;font-weight:650;overflow-wrap:anywhere}
h3{margin-top:36px}
h2+h3,.lead+h3{margin-top:28px}
.report>h2+.lead{margin-top:6px}
.muted{color:var(--muted)}
.warning{color:var(--bad)}
.scope{margin-top:24px}.scope dd{overflow-wrap:anywhere}.scope .hash{min-width:0}
.incomplete ul{margin-top:4px;padding-left:20px}
.numbers,.limits{margin-top:48px}
.numbers h2+.lead,.limits h2+.lead{margin-top:6px}
.tally{list-style:none;padding:0;margin-top:18px;display:grid;grid-template-columns:repeat(3,minmax(0,1fr));gap:10px}
.tally li{border:1px solid var(--line);border-radius:4px}
.tally a{display:block;color:inherit;text-decoration:none}
.tally li.none,.tally a{padding:10px 14px 12px}
.tally .badge{min-width:0;padding:0;border:0;text-align:left;white-space:normal}
.tally li.none .badge{color:var(--muted)}
.tally li.none strong{color:var(--muted)}
.tally a:hover{background:var(--panel)}
.tally strong{display:block;font-size:30px;line-height:1.25;font-weight:650}
.numbers .scroll td{text-align:right;white-space:nowrap}.numbers .scroll thead th+th{text-align:right}
.numbers .scroll thead th{white-space:normal;vertical-align:bottom}.numbers .scroll tbody th{min-width:11em}
.numbers h3{font-size:16px;margin-top:24px}
.named{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,330px),1fr));gap:0 36px}
.named ul{padding-left:20px;margin-top:6px}.named li{margin:3px 0;line-height:1.4}
.limits{padding:20px 22px 24px;background:var(--panel);border-left:3px solid var(--fair)}
.limits dl{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,310px),1fr));gap:14px 28px;margin-top:16px}
.limits dt{font-weight:650;font-size:15px}.limits dd{margin:0;font-size:14.5px;line-height:1.5}
.contents{margin-top:36px;font-size:15px}
.contents ul{list-style:none;padding:0;display:flex;flex-wrap:wrap;gap:6px 20px}
.badge{text-align:center}
.finding{padding:20px 0 22px;border-bottom:1px solid var(--line)}
.finding header{display:grid;grid-template-columns:auto 1fr auto;gap:4px 14px;align-items:baseline}.finding header code{color:var(--muted);font-size:12.5px}
.on-host{margin-top:12px}
.on-host+.on-host{padding-top:12px;border-top:1px dotted var(--line)}
.host-name{margin-right:4px}.host-name::after{content:":"}
.waiver{margin-top:8px;padding:6px 12px;border-left:3px solid var(--fair);background:var(--panel);font-size:15px}
.observed{margin-top:8px;font-size:13.5px}.observed p{margin-top:2px}
pre{margin:4px 0 0;padding:9px 12px;background:var(--panel);border-radius:3px;font:12.5px/1.5 ui-monospace,"SF Mono","Cascadia Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace;white-space:pre-wrap;overflow-wrap:anywhere}
.limit code{font-size:12.5px}
.check{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,250px),1fr));gap:8px 28px;margin-top:14px;font-size:14px;line-height:1.45}
.check dt,.pairs dt{font-size:13px;color:var(--muted)}.check dd{margin:0}
h3+.prose-table{margin-top:-10px}h3+.prose-table caption,.lead+.method caption{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.prose-table thead th{white-space:normal;vertical-align:bottom}.prose-table code{white-space:nowrap}
.prose-table td,.prose-table tbody th{min-width:8.5em;overflow-wrap:anywhere}
.prose-table .long{display:inline;max-width:none}
.pairs{margin:0}.pairs div+div{margin-top:4px}.pairs dd{margin:0}
.prose-table td p.muted{font-size:13px;margin-top:4px}
.destinations thead th{white-space:normal;vertical-align:bottom}.destinations .word{white-space:nowrap}.destinations td{min-width:7em;overflow-wrap:anywhere}.destinations td code{white-space:nowrap}.destinations tbody th{min-width:10em;overflow-wrap:anywhere}.destinations th,.destinations td{padding-right:12px}
.commands{list-style:none;padding:0}.commands h3{font-size:15px;margin-top:22px}
.verification pre{margin-bottom:14px}.verification h2+.lead{margin-bottom:18px}
@media screen and (max-width:640px){
.finding header{grid-template-columns:1fr}.finding .badge{justify-self:start}
.tally{grid-template-columns:repeat(2,minmax(0,1fr))}
.limits{padding:16px}
}
@media print{
body{font-size:9.5pt}
.outcome.bad,.fresh{break-before:page;margin-top:0}
.limits dl,.named{grid-template-columns:1fr 1fr}.check{grid-template-columns:2fr 2fr 1fr}
h3,h4,.finding header,.lead{break-after:avoid}
.finding,.on-host{break-inside:avoid-page}.lead{break-inside:avoid}caption,thead{break-after:avoid}tbody tr:first-child{break-before:avoid}.limits div,.tally li,.waiver,.check{break-inside:avoid}
.limits{margin-top:20px;padding:10px 14px;font-size:9pt}.limits dt,.limits dd{font-size:9pt}
.numbers{margin-top:20px}.tally{grid-template-columns:repeat(6,1fr);gap:6px}.tally a,.tally li.none{padding:5px 6px}.tally strong{font-size:16pt}.tally .badge{font-size:7pt}
table,.numbers table{font-size:8pt}.destinations table{font-size:7pt}.destinations td{white-space:normal;overflow-wrap:anywhere}
.prose-table td,.prose-table tbody th,.destinations tbody th{min-width:0}
pre{font-size:7.5pt}.contents{display:none}a{color:inherit;text-decoration:none}
.finding{padding:9pt 0}
}
`;
